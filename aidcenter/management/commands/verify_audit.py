"""`manage.py verify_audit`: whether the record of who looked is as it was sealed."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from aidcenter import seal
from aidcenter.verify_audit import BLOCKS, EVENTS, read_dump, verify


class Command(BaseCommand):
    """Reads the database (as the relay or backup login) or a dump; ends with 1 when it was tampered with."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the record and the witness are."""
        parser.add_argument("--dump", type=Path, help="a plain pg_dump, instead of the database")
        parser.add_argument("--witness", type=Path, default=Path(settings.AUDIT_WITNESS))

    def handle(self, *_: Any, dump: Path | None, witness: Path, **__: Any) -> None:
        """Say what is wrong, a sentence each."""
        if dump:
            with dump.open(encoding="utf-8") as lines:
                tables = read_dump(lines)
        else:
            tables = seal.sealed()
        heads = witness.read_text().splitlines() if witness.exists() else []
        found = verify(tables[EVENTS], tables[BLOCKS], heads)
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"{len(tables[EVENTS])} events, {len(tables[BLOCKS])} blocks: whole")

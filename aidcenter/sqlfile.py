"""SQL kept in files beside the code, run by migrations; each statement may run again."""

from pathlib import Path

from django.db.migrations import RunSQL

ROOT = Path(__file__).resolve().parent.parent


def run_file(path: str) -> RunSQL:
    """A migration's operation that runs the file `path` (from the root) as it is now."""
    return RunSQL((ROOT / path).read_text(encoding="utf-8"), RunSQL.noop)

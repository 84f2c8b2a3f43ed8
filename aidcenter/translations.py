"""Compiles the translations: only the `.po` files are kept, and a fresh machine has no msgfmt."""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def compile_all(root: Path = ROOT) -> int:
    """Compile each `.po` file under `locale/` that is newer than its `.mo`; how many there were."""
    stale = [po for po in root.glob("locale/**/LC_MESSAGES/*.po") if _is_stale(po)]
    for po in stale:
        unfinished = po.with_suffix(".mo.new")
        polib.pofile(str(po)).save_as_mofile(str(unfinished))
        unfinished.replace(po.with_suffix(".mo"))
    return len(stale)


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


if __name__ == "__main__":
    compile_all()

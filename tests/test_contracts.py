"""The import contracts name every module: a new one cannot escape them."""

import tomllib
from pathlib import Path

from django.conf import settings

ROOTS = {"celery", "demo", "management", "release", "urls", "wsgi"}  # they put the whole together


def test_every_module_of_the_foundation_is_under_contract():
    said = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(one for one in said["contracts"] if one["name"] == "the foundation knows no domain app")
    found = {path for path in Path(settings.BASE_DIR, "aidcenter").iterdir() if _is_module(path)}
    assert set(contract["source_modules"]) == {
        f"aidcenter.{path.stem}" for path in found if path.stem not in ROOTS
    }


def _is_module(path):
    return (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()

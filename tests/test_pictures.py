"""The pictures in README.md are those that the command takes, and small."""

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.pictures.__main__ import HERE, MOST, PICTURES

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_readme_shows_each_picture_and_no_other():
    shown = re.findall(r"\]\(tests/pictures/([\w-]+)\.png\)", README)
    assert sorted(shown) == sorted(picture.name for picture in PICTURES)
    assert sorted(path.stem for path in HERE.glob("*.png")) == sorted(shown)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_as_wide_as_said_and_small(picture):
    path = HERE / f"{picture.name}.png"
    with Image.open(path) as taken:
        assert (taken.format, taken.width, path.stat().st_size <= MOST) == ("PNG", picture.width, True)

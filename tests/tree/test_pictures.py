"""The pictures of the documentation are what their command draws."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


@pytest.fixture(scope="module")
def draw():
    """The module that draws; the folder of pages is no package."""
    spec = importlib.util.spec_from_file_location("draw", FOLDER / "draw.py")
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["draw"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["draw"]


def test_they_are_as_drawn(draw) -> None:
    """ "make pictures" changes nothing: no picture is edited by hand, and no figure is out of
    date."""
    drawn = draw.drawn()
    there = {
        path.name: path.read_text("utf-8")
        for path in FOLDER.iterdir()
        if path.suffix in {".svg", ".md"}
    }
    assert there == drawn


def test_each_says_what_it_shows_and_stays_inside(draw) -> None:
    """Each has a description for those who can't see it, and nothing is cut off."""
    pictures = [content for name, content in draw.drawn().items() if name.endswith(".svg")]
    assert pictures
    for content in pictures:
        root = ET.fromstring(content)
        title, *_ = root
        assert len(title.text) > 40
        assert "\n\n" not in content, "Markdown would end the picture there"
        _, _, width, height = map(float, root.get("viewBox").split())
        for element in root:
            for key, limit in (("x", width), ("y", height)):
                assert 0 <= float(element.get(key, 0)) <= limit
            if element.tag.endswith("}rect"):
                assert float(element.get("x")) + float(element.get("width")) <= width
                assert float(element.get("y")) + float(element.get("height")) <= height


def test_each_is_on_a_page() -> None:
    """Every picture is used by a page."""
    pages = "".join(
        path.read_text("utf-8")
        for path in [*FOLDER.parent.rglob("*.md"), FOLDER.parents[1] / "README.md"]
    )
    shown = set(re.findall(r"pictures/([\w.-]+\.(?:svg|md))", pages))
    assert shown == {path.name for path in FOLDER.iterdir() if path.suffix in {".svg", ".md"}}

"""The configurations that the page about ingresses shows, made to run on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from page_runner import blocks_of

__all__ = ["block", "with_places_of_this_test"]

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "ingress.md"


def block(file_name: str) -> str:
    """The block of the page that is the file of this name."""
    (found,) = (
        each.text for each in blocks_of(PAGE) if (each.mark, each.word) == ("file", file_name)
    )
    return found


def with_places_of_this_test(text: str, places: Mapping[str, object]) -> str:
    """``text`` with each of the page's places, which is in it once, replaced by the test's."""
    for documented, here in places.items():
        assert text.count(documented) == 1, f"{documented!r} does not stand once in\n{text}"
        text = text.replace(documented, str(here))
    return text

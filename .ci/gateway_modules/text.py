"""Lines of Python text: docstrings and indentation."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

LINE_LENGTH = 100


def docstring(sentence: str, indent: int) -> list[str]:
    """Give the lines of a docstring, or none, to stand `indent` columns further in."""
    if not sentence:
        return []
    width = LINE_LENGTH - indent
    if len(sentence) + 6 <= width:
        return [f'"""{sentence}"""']
    lines = textwrap.wrap(f'"""{sentence}', width, break_on_hyphens=False)
    return [*lines, '"""']


def indented(lines: Iterable[str]) -> Iterator[str]:
    """Give the lines four columns further in, and empty ones empty."""
    return (f"    {line}" if line else "" for line in lines)

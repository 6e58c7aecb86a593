"""Rows for people: a table where it fits the terminal, else one field a line.

In a pipe or a file nothing is wrapped, so that each line can be searched for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

from zeebe_auth.cli.parser import terminal_columns

__all__ = ["field_lines", "paragraph_lines", "table_lines"]

_GAP = "  "
_MIN_COLUMNS = 10
_UNLIMITED = 1 << 20


def table_lines(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table with headings.

    Args:
        headings: One for each column.
        rows: The cells of each row, as many as there are headings.
    """
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) <= _columns():
        return [
            _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in (headings, *rows)
        ]
    label = max(map(len, headings)) + 1
    lines: list[str] = []
    for row in rows:
        lines += [""] if lines else []
        for heading, cell in zip(headings, row, strict=True):
            if cell:
                lines += paragraph_lines(f"{heading.lower():<{label}}{cell}", indent=label)
    return lines


def field_lines(fields: Iterable[tuple[str, str | None]], *, width: int) -> list[str]:
    """The lines of labels and their values, those wrapped beside the labels; None is left out.

    Args:
        fields: Labels and values.
        width: How wide the labels are.
    """
    return [
        line
        for label, value in fields
        if value is not None
        for line in paragraph_lines(f"{label:<{width - 1}} {value}", indent=width)
    ]


def paragraph_lines(text: str, *, indent: int = 0) -> list[str]:
    """The lines of a paragraph that fits the terminal; longer words, such as paths, stay whole.

    Args:
        text: The paragraph.
        indent: How far the lines after the first are indented.
    """
    import textwrap

    return textwrap.wrap(
        text,
        max(_columns(), indent + _MIN_COLUMNS),
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _columns() -> int:
    is_for_people = sys.stdout.isatty() or "COLUMNS" in os.environ
    return terminal_columns() if is_for_people else _UNLIMITED

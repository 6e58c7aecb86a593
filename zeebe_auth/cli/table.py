"""Rows for people: a table where it fits the terminal, else one field a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from zeebe_auth.cli.terminal import Look, columns_of, paragraph_lines, styled

_GAP = "  "


class Field(NamedTuple):
    """A label and its value.

    Args:
        label: What it is.
        value: One paragraph; None leaves the field out.
        look: How the value looks where colours are shown.
        label_look: How the label looks there.
    """

    label: str
    value: str | None
    look: Look | None = None
    label_look: Look | None = None


def table_lines(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    looks: Sequence[Look | None] | None = None,
) -> list[str]:
    """Return the lines of a table with headings.

    Args:
        headings: One for each column.
        rows: The cells of each row, as many as there are headings.
        looks: How each row looks where colours are shown.
    """
    looks = looks or [None] * len(rows)
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) <= columns_of(sys.stdout):
        return [
            _styled(
                _GAP.join(
                    cell.ljust(width) for cell, width in zip(row, widths, strict=True)
                ).rstrip(),
                look,
            )
            for row, look in zip((headings, *rows), (Look.HEADING, *looks), strict=True)
        ]
    label = max(map(len, headings)) + 1
    lines: list[str] = []
    for row, look in zip(rows, looks, strict=True):
        lines += [""] if lines else []
        fields = [
            Field(heading.lower(), cell or None, look, Look.QUIET)
            for heading, cell in zip(headings, row, strict=True)
        ]
        lines += field_lines(fields, width=label)
    return lines


def field_lines(fields: Iterable[Field], *, width: int) -> list[str]:
    """Return the lines of labels and their values, which are wrapped beside the labels.

    Args:
        fields: What to show.
        width: How wide the labels are.
    """
    lines: list[str] = []
    for label, value, look, label_look in fields:
        if value is None:
            continue
        first, *others = paragraph_lines(f"{label:<{width - 1}} {value}", indent=width)
        end = max(width, len(label) + 1)
        lines.append(_styled(first[:end].rstrip(), label_look) + _after(first, end, look))
        lines += [_styled(line, look) for line in others]
    return lines


def _after(line: str, end: int, look: Look | None) -> str:
    """The rest of a line with a label, and the space between the two."""
    label = line[:end]
    return label[len(label.rstrip()) :] + _styled(line[end:], look)


def _styled(text: str, look: Look | None) -> str:
    if look is None:
        return text
    # Without the indentation, which a style such as underlining would show.
    start = len(text) - len(text.lstrip(" "))
    return text[:start] + styled(text[start:], look)

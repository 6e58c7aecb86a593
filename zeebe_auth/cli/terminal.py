"""What the output can show: how wide it is, colours, and marks.

A pipe or a file gets plain lines of any length, so that each can be searched for. rich, which is in
the extra "cli", is imported when something is coloured; without it the same lines are plain.
"""

from __future__ import annotations

import argparse
import os
import sys
from enum import StrEnum
from typing import Any, TextIO

COLOR_CHOICES = ("auto", "always", "never")

_DEFAULT_COLUMNS = 80
_MIN_COLUMNS = 10
_MAX_WIDTH_DIGITS = 5  # no terminal is wider
_UNLIMITED = 1 << 20
_MARKS = {"ok": "✓", "FAILED": "✗", "skipped": "-"}


class Look(StrEnum):
    """How a piece of output looks, in rich's words."""

    HEADING = "bold"
    GOOD = "green"
    BAD = "bold red"
    WARNING = "yellow"
    QUIET = "dim"


class _Color:
    """What ``--color`` said; a process runs one command line at a time."""

    choice = "auto"


class ColorOption(argparse.Action):
    """Sets when output is coloured as soon as it is parsed, so that it holds for the help too."""

    def __call__(self, parser: Any, _: Any, values: Any, *__: Any) -> None:
        if values == "always" and not _rich_is_installed():
            parser.error(
                '--color always takes the extra "cli": pip install "zeebe-credentials[cli]"'
            )
        set_color(values)


def set_color(choice: str) -> None:
    """Set when output is coloured.

    Args:
        choice: ``auto`` (on a terminal, if the environment doesn't say otherwise), ``always`` or
            ``never``.
    """
    _Color.choice = choice


def styled(text: str, look: Look, stream: TextIO | None = None) -> str:
    """Return ``text`` as it is to be written for people.

    Args:
        text: One line or a part of one, without control characters.
        look: How it looks where colours are shown.
        stream: Where it is written to; None for stdout.
    """
    if not text or not _is_coloured(stream or sys.stdout):
        return text
    try:
        from rich.color import ColorSystem
        from rich.style import Style
    except ImportError:
        return text
    # The terminal's own 16 colours, which its user has chosen to be legible.
    return Style.parse(look).render(text, color_system=ColorSystem.STANDARD)


def mark(word: str, stream: TextIO | None = None) -> str:
    """Return the mark for a word on a terminal that can show it, and the word elsewhere.

    Args:
        word: ``ok``, ``FAILED`` or ``skipped``.
        stream: Where it is written to; None for stdout.
    """
    stream = stream or sys.stdout
    if not can_move_cursor(stream):
        return word
    try:
        "".join(_MARKS.values()).encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return word
    return _MARKS[word]


def can_move_cursor(stream: TextIO) -> bool:
    """Whether it is a terminal that understands more than lines."""
    return stream.isatty() and (os.name == "nt" or os.environ.get("TERM", "") not in {"", "dumb"})


def columns_of(stream: TextIO) -> int:
    """How wide lines may be; no limit in a pipe or a file, unless COLUMNS sets one for stdout."""
    is_limited = stream.isatty() or (stream is sys.stdout and "COLUMNS" in os.environ)
    return terminal_columns() if is_limited else _UNLIMITED


def terminal_columns() -> int:
    """How wide the terminal is: COLUMNS, else what it says, else 80."""
    text = os.environ.get("COLUMNS", "")
    if text.isdecimal() and len(text) <= _MAX_WIDTH_DIGITS and int(text):
        return int(text)
    for stream in (sys.__stdout__, sys.__stderr__):
        try:
            if stream is not None and (columns := os.get_terminal_size(stream.fileno()).columns):
                return columns
        except (OSError, ValueError):  # it is no terminal, or closed
            continue
    return _DEFAULT_COLUMNS


def paragraph_lines(text: str, *, indent: int = 0, stream: TextIO | None = None) -> list[str]:
    """Return the lines of a paragraph that fits; longer words, such as paths, stay whole.

    Args:
        text: The paragraph.
        indent: How far the lines after the first are indented.
        stream: Where it is written to; None for stdout.
    """
    columns = columns_of(stream or sys.stdout)
    if len(text) <= columns:
        return [text]
    return wrapped(text, max(columns, indent + _MIN_COLUMNS), indent=indent)


def wrapped(text: str, columns: int, *, indent: int = 0) -> list[str]:
    """Return the lines of ``text``, broken at white space alone: names and paths stay whole.

    A word that only fits a line with less indentation gets that.
    """
    import textwrap

    lines = textwrap.wrap(
        text,
        columns,
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return [_less_indented(line, columns) for line in lines]


def _less_indented(line: str, columns: int) -> str:
    # textwrap gives a word that is too long a line of its own.
    word = line.strip()
    fits = len(line) <= columns or len(word) > columns
    return line if fits else " " * (columns - len(word)) + word


def _is_coloured(stream: TextIO) -> bool:
    if _Color.choice != "auto":
        return _Color.choice == "always"
    # https://no-color.org and https://force-color.org: set to anything but nothing.
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return can_move_cursor(stream) and _shows_escape_codes()


def _shows_escape_codes() -> bool:
    if os.name != "nt":
        return True
    try:
        from rich.console import detect_legacy_windows
    except ImportError:
        return False
    return not detect_legacy_windows()


def _rich_is_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("rich") is not None

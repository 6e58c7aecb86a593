"""What somebody else wrote, made fit for a line of output."""

from __future__ import annotations

_MAX_QUOTE_CHARACTERS = 500


def printable(text: str) -> str:
    """What somebody else wrote, in one line, bounded, and without codes that steer a terminal."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= _MAX_QUOTE_CHARACTERS else line[:_MAX_QUOTE_CHARACTERS] + "..."

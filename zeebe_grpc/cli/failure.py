"""The one way in which a command ends without success."""

from __future__ import annotations

from zeebe_grpc.cli.exit_codes import ExitCode

__all__ = ["CommandFailed", "printable"]

_LONGEST_QUOTE = 500


class CommandFailed(Exception):  # noqa: N818
    """A command can't do its work.

    Args:
        message: What, why, and what to do next.
        exit_code: What the command ends with.
    """

    def __init__(self, message: str, exit_code: ExitCode) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def printable(text: str) -> str:
    """What somebody else wrote, in one line, bounded, and without codes that steer a terminal."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE] + "..."

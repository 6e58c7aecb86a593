"""stdin, stdout and stderr, whatever state the command was started or left in."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress

__all__ = ["abandon_stdout", "prepare_standard_streams"]


def prepare_standard_streams() -> None:
    """Make sure that all three are there and that any character can be printed.

    One that was closed before the start (``>&-``) leads to the null device: Python has None for
    it, and the next file or socket would get its number and whatever is written to that.
    """
    for name, flags, mode in (
        ("stdin", os.O_RDONLY, "r"),
        ("stdout", os.O_WRONLY, "w"),
        ("stderr", os.O_WRONLY, "w"),
    ):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, flags)
            setattr(sys, name, open(null, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe that can't show a character gets its number, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def abandon_stdout() -> None:
    """Send what is left in stdout's buffer nowhere: Python would complain of it at exit."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

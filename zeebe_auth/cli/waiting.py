"""Shows people what a command waits for, once it takes longer than a second."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threading import Event

__all__ = ["waiting_for"]

_SILENT_SECONDS = 1.0
# ECMA-48: erase from the cursor to the end of the line.
_CLEAR = "\r\x1b[K"


@contextmanager
def waiting_for(what: str) -> Iterator[None]:
    """Show what the block waits for, and for how long, on a terminal's stderr; then clear it.

    In a pipe, a file or on a terminal that can't clear a line nothing is shown.

    Args:
        what: The end of a sentence that begins with "Waiting for".
    """
    if not sys.stderr.isatty() or os.environ.get("TERM", "") in {"", "dumb"}:
        yield
        return
    import threading

    ended = threading.Event()
    ticker = threading.Thread(target=_show, args=(what, ended), daemon=True)
    try:
        ticker.start()
    except RuntimeError:  # no thread is to be had; it is a comfort only
        yield
        return
    try:
        yield
    finally:
        ended.set()
        ticker.join()


def _show(what: str, ended: Event) -> None:
    seconds = 0
    while not ended.wait(_SILENT_SECONDS):
        seconds += 1
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{_CLEAR}Waiting for {what} ({seconds} s)")
            sys.stderr.flush()
    if seconds:
        with suppress(OSError, ValueError):
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()

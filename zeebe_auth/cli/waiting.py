"""Shows people what a command waits for, once it takes longer than a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from zeebe_auth.cli.terminal import can_move_cursor, terminal_columns

if TYPE_CHECKING:
    from threading import Event

_SILENT_SECONDS = 1.0
# The longest time that is shown, and the cursor behind it.
_TIME = " (9999 s) "
# ECMA-48: erase from the cursor to the end of the line.
_CLEAR = "\r\x1b[K"


@contextmanager
def waiting_for(what: str | Callable[[], str]) -> Iterator[None]:
    """Show what the block waits for, and for how long, on a terminal's stderr; then clear it.

    In a pipe, a file or on a terminal that can't clear a line nothing is shown.

    Args:
        what: The end of a sentence that begins with "Waiting for", or a function that returns it
            on a thread of its own, where it differs from one second to the next.
    """
    if not can_move_cursor(sys.stderr):
        yield
        return
    import threading

    ended = threading.Event()
    ticker = threading.Thread(target=_show, args=(what, ended), daemon=True)
    try:
        ticker.start()
    except RuntimeError:  # no thread is available; the line is not essential
        yield
        return
    try:
        yield
    finally:
        ended.set()
        ticker.join()


def _show(what: str | Callable[[], str], ended: Event) -> None:
    seconds = 0
    while not ended.wait(_SILENT_SECONDS):
        seconds += 1
        with suppress(OSError, ValueError):
            # One that is longer than a line couldn't be cleared.
            now = what if isinstance(what, str) else what()
            shown = f"Waiting for {now}"[: max(terminal_columns() - len(_TIME), 0)]
            sys.stderr.write(f"{_CLEAR}{shown} ({seconds} s)")
            sys.stderr.flush()
    if seconds:
        with suppress(OSError, ValueError):
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()

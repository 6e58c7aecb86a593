"""Waits for threads of a given name to end."""

from __future__ import annotations

import threading

__all__ = ["join_threads"]


def join_threads(name: str, but: str = "\0", seconds: float = 60.0) -> None:
    """Join every thread whose name begins with ``name`` and doesn't contain ``but``."""
    for thread in threading.enumerate():
        if thread.name.startswith(name) and but not in thread.name:
            # One that is about to start is listed, and can't be joined before it has.
            assert thread._started.wait(seconds), thread
            thread.join(seconds)

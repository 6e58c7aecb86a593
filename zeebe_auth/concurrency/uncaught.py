"""Shows an exception that nobody caught, where the thread that met it has to go on."""

from __future__ import annotations

import threading

__all__ = ["show_uncaught"]


def show_uncaught(error: BaseException) -> None:
    """Show ``error`` as the death of a thread is shown: by `threading.excepthook`."""
    threading.excepthook(
        threading.ExceptHookArgs(
            (type(error), error, error.__traceback__, threading.current_thread())
        )
    )

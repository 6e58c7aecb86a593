"""Waits for what another thread does without a notification."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["wait_until"]

_BOUND_SECONDS = 60


def wait_until(condition: Callable[[], object]) -> None:
    """Wait until ``condition`` is true, and fail after a minute."""
    pause = threading.Event()
    for _ in range(_BOUND_SECONDS * 1000):
        if condition():
            return
        pause.wait(0.001)
    raise AssertionError("It did not happen.")

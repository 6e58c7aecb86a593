"""Waits for what another thread does and tells nobody of."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["wait_until"]

_BOUND_SECONDS = 60


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for ``condition``, against hangs for a minute at most."""
    pause = threading.Event()
    for _ in range(_BOUND_SECONDS * 1000):
        if condition():
            return
        pause.wait(0.001)
    raise AssertionError("It did not happen.")

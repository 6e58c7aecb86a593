"""Which threads were started while a block ran."""

from __future__ import annotations

import threading
import time
from typing import Any, Self

__all__ = ["StartedThreads"]


class StartedThreads:
    """Every thread that Python code started in the block, with those of gRPC's plugins.

    Args:
        without: Beginnings of names that don't count, such as those of a server in this process.
    """

    def __init__(self, *without: str) -> None:
        self._without = without
        self._started: list[threading.Thread] = []
        self._start: Any = None

    def __enter__(self) -> Self:
        self._start = start = threading.Thread.start

        def watched(thread: threading.Thread) -> None:
            if not thread.name.startswith(self._without):
                self._started.append(thread)
            start(thread)

        threading.Thread.start = watched
        return self

    def __exit__(self, *exc_info: object) -> None:
        threading.Thread.start = self._start

    @property
    def threads(self) -> list[threading.Thread]:
        """All that were started."""
        return list(self._started)

    @property
    def names(self) -> list[str]:
        """Of all that were started."""
        return [thread.name for thread in self._started]

    @property
    def alive(self) -> int:
        """How many of them live now."""
        return sum(thread.is_alive() for thread in self._started)

    def settle(self, *, started: int, alive: int, patience_seconds: float = 60.0) -> None:
        """Wait until that many were started and at most so many of them live."""
        limit = time.monotonic() + patience_seconds
        while len(self._started) < started or self.alive > alive:
            assert time.monotonic() < limit, f"{len(self._started)} started, {self.alive} live"
            time.sleep(0.002)

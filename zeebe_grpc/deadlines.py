"""Deadlines of calls that wait for a token: one thread watches them all, while there are any."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

__all__ = ["DeadlineWatch"]

_Entry = tuple[float, int, list[Callable[[], None]]]


class DeadlineWatch:
    """Calls functions when their time has come, on one daemon thread that ends when idle."""

    def __init__(self) -> None:
        self._condition = threading.Condition(threading.Lock())
        self._entries: list[_Entry] = []
        self._order = itertools.count()
        self._running = False

    def at(self, deadline: float, on_deadline: Callable[[], None]) -> Callable[[], None]:
        """Call ``on_deadline`` at ``deadline``, in seconds of `time.monotonic`.

        Args:
            deadline: When; a moment in the past means at once.
            on_deadline: It must neither block nor raise.

        Returns:
            A function that forgets it again.
        """
        # A one-element list: emptying it forgets the function at once, the heap's entry later.
        cell = [on_deadline]
        with self._condition:
            heapq.heappush(self._entries, (deadline, next(self._order), cell))
            if self._running:
                self._condition.notify()
                return cell.clear
            self._running = True
        try:
            threading.Thread(target=self._watch, name="zeebe-grpc-deadline", daemon=True).start()
        except RuntimeError:
            with self._condition:
                self._running = False
            raise
        return cell.clear

    def _watch(self) -> None:
        while (cell := self._next_due()) is not None:
            for on_deadline in tuple(cell):
                on_deadline()

    def _next_due(self) -> list[Callable[[], None]] | None:
        with self._condition:
            while self._entries:
                deadline, _, cell = self._entries[0]
                left = deadline - time.monotonic()
                if not cell or left <= 0:
                    heapq.heappop(self._entries)
                    if cell:
                        return cell
                    continue
                self._condition.wait(left)
            self._running = False
            return None

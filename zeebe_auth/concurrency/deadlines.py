"""Deadlines of calls that wait for a token: one thread watches them all, while there are any."""

from __future__ import annotations

import functools
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
        # Reentrant, since a garbage collection inside may cancel a dropped call.
        self._condition = threading.Condition()
        self._entries: list[_Entry] = []
        self._order = itertools.count()
        self._awaited = 0
        self._running = False

    def at(self, deadline: float, on_deadline: Callable[[], None]) -> Callable[[], None]:
        """Call ``on_deadline`` at ``deadline``, in seconds of `time.monotonic`.

        Args:
            deadline: When; a moment in the past means at once.
            on_deadline: It must neither block nor raise.

        Returns:
            A function that forgets it again.

        Raises:
            RuntimeError: No thread could be started (the interpreter ends).
        """
        # A one-element list: emptying it forgets the function at once, the heap's entry later.
        cell = [on_deadline]
        forget = functools.partial(self._forget, cell)
        with self._condition:
            heapq.heappush(self._entries, (deadline, next(self._order), cell))
            self._awaited += 1
            if self._running:
                self._condition.notify()
                return forget
            self._running = True
        try:
            threading.Thread(target=self._watch, name="zeebe-grpc-deadline", daemon=True).start()
        except RuntimeError:
            with self._condition:
                self._running = False
            forget()
            raise
        return forget

    def _forget(self, cell: list[Callable[[], None]]) -> None:
        with self._condition:
            if cell:
                cell.clear()
                self._awaited -= 1
                if not self._awaited:
                    self._condition.notify()

    def _watch(self) -> None:
        while (on_deadline := self._next_due()) is not None:
            on_deadline()

    def _next_due(self) -> Callable[[], None] | None:
        with self._condition:
            while self._awaited:
                deadline, _, cell = self._entries[0]
                left = deadline - time.monotonic()
                if cell and left > 0:
                    self._condition.wait(left)
                    continue
                heapq.heappop(self._entries)
                if cell:
                    self._awaited -= 1
                    return cell.pop()
            self._entries.clear()
            self._running = False
            return None

"""One thread that knows when something is due."""

from __future__ import annotations

import heapq
import itertools
import math
import threading
import weakref
from collections.abc import Callable

__all__ = ["Scheduler"]

# A wait that is longer than this is cut into pieces: threading's own limit is some centuries,
# but a platform's may be 49 days.
_LONGEST_WAIT_SECONDS = 24 * 3600.0


class Scheduler:
    """Calls back at moments of a running clock, for any number of providers.

    The thread starts with the first appointment and ends with the last. Callbacks run on it and
    must return at once.

    Args:
        now: The clock, in seconds.
        start_thread: False for a test that moves the clock itself and calls `run_due`.
    """

    def __init__(self, now: Callable[[], float], *, start_thread: bool = True) -> None:
        self._now = now
        self._start_thread = start_thread
        self.reset()

    def reset(self) -> None:
        """Start anew, without the thread, lock and appointments of another process."""
        self._condition = threading.Condition(threading.Lock())
        self._appointments: list[tuple[float, int, Callable[[], Callable[[], None] | None]]] = []
        self._numbers = itertools.count()
        self._running = False

    def call_at(self, when: float, callback: Callable[[], None]) -> None:
        """Call ``callback`` at ``when`` or soon after."""
        self._add(when, lambda: callback)

    def call_weakly_at(self, when: float, method: Callable[[], None]) -> None:
        """The same for a bound method whose object need not live for it."""
        self._add(when, weakref.WeakMethod(method))

    def _add(self, when: float, callback: Callable[[], Callable[[], None] | None]) -> None:
        if math.isinf(when):
            return
        with self._condition:
            entry = (when, next(self._numbers), callback)
            heapq.heappush(self._appointments, entry)
            if self._running:
                if self._appointments[0] is entry:
                    self._condition.notify()
                return
            if not self._start_thread:
                return
            self._running = True
        try:
            threading.Thread(target=self._run, name="zeebe-auth-timer", daemon=True).start()
        except RuntimeError:
            # Without a timer a refresh begins with the next call that asks for a token.
            with self._condition:
                self._running = False

    def run_due(self) -> float | None:
        """Call what is due now.

        Returns:
            Seconds until the next appointment; None if there is none.
        """
        while True:
            with self._condition:
                if not self._appointments:
                    return None
                left = self._appointments[0][0] - self._now()
                if left > 0:
                    return left
                callback = heapq.heappop(self._appointments)[2]()
            if callback is not None:
                callback()
            del callback

    def _run(self) -> None:
        while True:
            self.run_due()
            with self._condition:
                # Appointments whose owner is gone would only wake the thread for nothing.
                while self._appointments and self._appointments[0][2]() is None:
                    heapq.heappop(self._appointments)
                if not self._appointments:
                    self._running = False
                    return
                left = self._appointments[0][0] - self._now()
                if left > 0:
                    self._condition.wait(min(left, _LONGEST_WAIT_SECONDS))

"""One thread that knows when something is due."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import math
import threading
import weakref
from collections.abc import Callable

from zeebe_auth.concurrency.uncaught import show_uncaught

__all__ = ["Scheduler"]

# A wait that is longer than this is cut into pieces: threading's own limit is some centuries,
# but a platform's may be 49 days.
_LONGEST_WAIT_SECONDS = 24 * 3600.0
# From this many appointments on those whose owners are gone are looked for now and then.
_TIDY_FROM = 256


class Scheduler:
    """Calls back at moments of a running clock, for any number of providers.

    The thread starts with the first appointment and ends with the last. Callbacks run on it and
    must return at once. One that raises is shown as a thread's death would be, and the others
    are called all the same.

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
        self._tidy_at = _TIDY_FROM
        self._running = False

    def call_at(self, when: float, callback: Callable[[], None]) -> None:
        """Call ``callback`` at ``when`` or soon after.

        Raises:
            RuntimeError: The thread can't be started; the callback will not be called.
        """
        self._add(when, lambda: callback)

    def call_weakly_at(self, when: float, method: Callable[[], None]) -> None:
        """The same for a bound method whose object need not live for it.

        Without a thread it is not called, and nothing is raised: this is for what can be left
        undone, such as a refresh, which then begins with the next call that asks for a token.
        """
        with contextlib.suppress(RuntimeError, MemoryError):
            self._add(when, weakref.WeakMethod(method))

    def _add(self, when: float, callback: Callable[[], Callable[[], None] | None]) -> None:
        if math.isinf(when):
            return
        with self._condition:
            if len(self._appointments) >= self._tidy_at:
                self._tidy()
            entry = (when, next(self._numbers), callback)
            if not self._running and self._start_thread:
                # It finds the appointment: it needs the lock that is held here.
                self._running = True
                try:
                    threading.Thread(target=self._run, name="zeebe-auth-timer", daemon=True).start()
                except (RuntimeError, MemoryError):
                    self._running = False
                    raise
            heapq.heappush(self._appointments, entry)
            if self._appointments[0] is entry:
                self._condition.notify()

    def _tidy(self) -> None:
        """Drop the appointments whose owners are gone, long before they are due."""
        self._appointments = [entry for entry in self._appointments if entry[2]() is not None]
        heapq.heapify(self._appointments)
        # Twice as many as are left: the work stays in proportion to the appointments made.
        self._tidy_at = max(_TIDY_FROM, 2 * len(self._appointments))

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
                try:
                    callback()
                except BaseException as error:  # noqa: BLE001
                    show_uncaught(error)
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

"""A store that keeps every promise and is slow."""

from __future__ import annotations

import time
from contextlib import contextmanager

from promise_breaking_stores import KeepingStore

LOAD_SECONDS = 20.0
LOCK_SECONDS = 20.0


class TakesLong(KeepingStore):
    """A load takes long by the clock of a process that got the store pickled; none really waits.

    A lock is not had by those who would wait for less than it takes.
    """

    late_seconds = None

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.late_seconds = 0.0
        running, sleep = time.monotonic, time.sleep
        time.monotonic = lambda: running() + self.late_seconds
        time.sleep = lambda seconds: sleep(min(seconds, 0.001))

    def load(self, key):
        if self.late_seconds is not None:
            self.late_seconds += LOAD_SECONDS
        return super().load(key)

    @contextmanager
    def lock(self, key, timeout):
        if timeout < LOCK_SECONDS:
            yield False
            return
        with super().lock(key, timeout) as had:
            yield had

"""A few daemon threads for calls that may block; none while there is nothing to do."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

__all__ = ["WorkerPool"]


class WorkerPool:
    """Runs jobs on at most ``limit`` threads that are started when needed and end when idle.

    The threads are daemons: a provider that hangs must not keep a program from ending.

    Args:
        limit: The most threads at a time; further jobs wait in line.
        idle_seconds: How long a thread without a job stays.
    """

    def __init__(self, limit: int = 8, idle_seconds: float = 5.0) -> None:
        self._limit = limit
        self._idle_seconds = idle_seconds
        self._condition = threading.Condition(threading.Lock())
        self._jobs: deque[Callable[[], None]] = deque()
        self._threads = 0
        self._idle = 0

    @property
    def threads(self) -> int:
        """How many threads there are now."""
        return self._threads

    def submit(self, job: Callable[[], None]) -> None:
        """Run ``job`` on a worker thread, soon. It must not raise.

        Raises:
            RuntimeError: No thread could be started and none is there (the interpreter ends).
        """
        with self._condition:
            self._jobs.append(job)
            if self._idle >= len(self._jobs):
                self._condition.notify()
                return
            if self._threads >= self._limit:
                return
            self._threads += 1
        try:
            threading.Thread(target=self._work, name="zeebe-grpc-token", daemon=True).start()
        except RuntimeError:
            with self._condition:
                self._threads -= 1
                if self._threads or job not in self._jobs:
                    return
                self._jobs.remove(job)
            raise

    def _work(self) -> None:
        while (job := self._next_job()) is not None:
            job()
            # What the job held must not live on while this thread is idle.
            del job

    def _next_job(self) -> Callable[[], None] | None:
        with self._condition:
            if not self._jobs:
                self._idle += 1
                self._condition.wait_for(lambda: self._jobs, self._idle_seconds)
                self._idle -= 1
            if not self._jobs:
                self._threads -= 1
                return None
            return self._jobs.popleft()

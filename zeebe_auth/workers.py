"""A handful of threads for everything that may block."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

__all__ = ["WorkerPool"]

Task = Callable[[], None]


class WorkerPool:
    """Runs tasks on at most ``limit`` daemon threads that end when they have nothing to do.

    The threads are daemons on purpose: a token request that hangs must not keep a program from
    ending. A task must not raise.

    Args:
        limit: The most threads at a time.
        idle_seconds: How long a thread waits for another task before it ends.
        name: What the threads are called.
    """

    def __init__(
        self, limit: int = 8, idle_seconds: float = 10.0, name: str = "zeebe-auth"
    ) -> None:
        self._limit = limit
        self._idle_seconds = idle_seconds
        self._name = name
        self.reset()

    def reset(self) -> None:
        """Start anew, without the threads and locks of another process (after a fork)."""
        self._condition = threading.Condition(threading.Lock())
        self._tasks: deque[Task] = deque()
        self._threads = 0
        self._idle = 0

    def submit(self, task: Task) -> None:
        """Run ``task`` soon, on a thread of the pool."""
        with self._condition:
            self._tasks.append(task)
            if self._idle >= len(self._tasks):
                self._condition.notify()
                return
            if self._threads >= self._limit:
                return
            self._threads += 1
            number = self._threads
        thread = threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # No thread is to be had (the interpreter is ending, or the machine is full): the
            # task runs when a running thread is free, and fails here if there is none.
            with self._condition:
                self._threads -= 1
                if self._threads or task not in self._tasks:
                    return
                self._tasks.remove(task)
            raise

    def _next(self) -> Task | None:
        with self._condition:
            if not self._tasks:
                self._idle += 1
                try:
                    self._condition.wait_for(lambda: self._tasks, self._idle_seconds)
                finally:
                    self._idle -= 1
            if self._tasks:
                return self._tasks.popleft()
            self._threads -= 1
            return None

    def _work(self) -> None:
        while (task := self._next()) is not None:
            task()
            del task

"""A handful of threads for everything that may block."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from zeebe_auth.uncaught import show_uncaught

__all__ = ["WorkerPool"]

Task = Callable[[], None]


class WorkerPool:
    """Runs tasks on at most ``limit`` daemon threads that end when they have nothing to do.

    The threads are daemons on purpose: a token request that hangs must not keep a program from
    ending. A task should not raise; one that does is shown as a thread's death would be, and its
    thread goes on.

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
        """Run ``task`` soon, on a thread of the pool.

        Raises:
            RuntimeError: There is no thread, and none can be started; the task will not run.
        """
        with self._condition:
            self._tasks.append(task)
            if self._idle >= len(self._tasks):
                self._condition.notify()
                return
            if self._threads >= self._limit:
                return
            name = f"{self._name}-{self._threads + 1}"
            thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._threads += 1
            try:
                # The lock is held until it has started, so that no other task is left meanwhile
                # to a thread that never comes.
                thread.start()
            except (RuntimeError, MemoryError):
                # No thread is to be had (the interpreter is ending, or the machine is full): the
                # task runs when a running thread is free, and fails here if there is none.
                self._threads -= 1
                if not self._threads:
                    self._tasks.pop()
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
            try:
                task()
            except BaseException as error:  # noqa: BLE001
                # Dying of it would leave queued tasks without a thread, and the count too high.
                show_uncaught(error)
            del task

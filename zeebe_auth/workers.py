"""A handful of threads for everything that may block."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from zeebe_auth.uncaught import show_uncaught

__all__ = ["WorkerPool"]

Task = Callable[[], None]


class WorkerPool:
    """Runs tasks on at most ``limit`` daemon threads that end when they have nothing to do.

    The threads are daemons on purpose: a token request that hangs must not keep a program from
    ending. A task should not raise; one that does is shown as a thread's death would be, and its
    thread goes on.

    Args:
        limit: The most threads at work at a time.
        idle_seconds: How long a thread waits for another task before it ends.
        name: What the threads are called.
    """

    def __init__(
        self, limit: int = 8, idle_seconds: float = 10.0, name: str = "zeebe-auth"
    ) -> None:
        self._limit = limit
        self._slow_limit = max(1, limit // 2)
        self._idle_seconds = idle_seconds
        self._name = name
        self.reset()

    def reset(self) -> None:
        """Start anew, without the threads and locks of another process (after a fork)."""
        self._condition = threading.Condition(threading.Lock())
        self._tasks: deque[Task] = deque()
        self._slow_tasks: deque[Task] = deque()
        self._idents: set[int] = set()
        self._threads = 0
        self._idle = 0
        self._slow = 0
        self._waiting = 0

    def submit(self, task: Task, *, slow: bool = False) -> None:
        """Run ``task`` soon, on a thread of the pool.

        Args:
            task: What to run.
            slow: Whether it is likely to take long, such as another request to an endpoint that
                failed. It comes after the others, on half of the threads at most: endpoints that
                hang must not hold up those that don't.

        Raises:
            RuntimeError: There is no thread, and none can be started; the task will not run.
        """
        with self._condition:
            queue = self._slow_tasks if slow else self._tasks
            queue.append(task)
            try:
                self._find_thread()
            except (RuntimeError, MemoryError):
                queue.pop()
                raise

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let another thread work while this one waits for a task of the pool.

        A source may ask another provider for a token; were all threads to do that, the task that
        they wait for would find none. On a thread of somebody else it does nothing.

        Raises:
            RuntimeError: The other thread is needed and can't be started.
        """
        if threading.get_ident() not in self._idents:
            yield
            return
        with self._condition:
            self._waiting += 1
            try:
                self._find_thread()
            except (RuntimeError, MemoryError):
                self._waiting -= 1
                raise
        try:
            yield
        finally:
            with self._condition:
                self._waiting -= 1

    def _due(self) -> int:
        """How many tasks may run now. The caller holds the lock, here and below."""
        return len(self._tasks) + min(len(self._slow_tasks), self._slow_limit - self._slow)

    def _find_thread(self) -> None:
        """See to it that the tasks that may run have a thread that will come to them."""
        if self._due() <= self._idle:
            self._condition.notify()
            return
        if self._threads - self._waiting >= self._limit:
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
            # task runs when a thread at work is free, and fails here if there is none.
            self._threads -= 1
            if self._threads - self._waiting <= 0:
                raise

    def _next(self) -> tuple[Task, bool] | None:
        """The next task, and whether it is a slow one; None if the thread may end."""
        if not self._due() and self._threads - self._waiting <= self._limit:
            self._idle += 1
            try:
                self._condition.wait_for(self._due, self._idle_seconds)
            finally:
                self._idle -= 1
        if not self._due() or self._threads - self._waiting > self._limit:
            return None
        if self._tasks:
            return self._tasks.popleft(), False
        return self._slow_tasks.popleft(), True

    def _work(self) -> None:
        ident = threading.get_ident()
        slow = False
        while True:
            with self._condition:
                self._slow -= slow
                self._idents.add(ident)
                following = self._next()
                if following is None:
                    self._idents.discard(ident)
                    self._threads -= 1
                    return
                task, slow = following
                self._slow += slow
            try:
                task()
            except BaseException as error:  # noqa: BLE001
                # Dying of it would leave queued tasks without a thread, and the count too high.
                show_uncaught(error)
            del task, following

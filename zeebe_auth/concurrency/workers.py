"""A handful of threads for everything that may block."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from zeebe_auth.concurrency.threads import Guard, NoThreadError, OwnThread, report_unhandled

__all__ = ["WorkerPool"]

Task = Callable[[], None]


class _Job(NamedTuple):
    task: Task
    slow: bool
    endpoint: Hashable


# By endpoint; none is empty.
_Queues = dict[Hashable, deque[_Job]]


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
        self._endpoint_limit = limit - limit // 4
        self._idle_seconds = idle_seconds
        self._name = name
        self.reset()

    def reset(self) -> object:
        """Start anew, without the threads and locks of another process (after a fork).

        Returns:
            What was there before, whose owners' finalizers run when it is dropped.
        """
        before = dict(vars(self))
        self._condition = threading.Condition(Guard())  # type: ignore[arg-type]
        self._tasks: _Queues = {}
        self._slow_tasks: _Queues = {}
        self._queued = 0
        self._jobs: dict[int, _Job | None] = {}
        self._at_work: Counter[Hashable] = Counter()
        self._threads = 0
        self._idle = 0
        self._slow = 0
        self._waiting = 0
        return before

    def submit(self, task: Task, *, slow: bool = False, endpoint: Hashable = None) -> None:
        """Run ``task`` soon, on a thread of the pool. Only our own threads may submit.

        Args:
            task: What to run.
            slow: Whether it is likely to take long, such as another request to an endpoint that
                failed. It comes after the others, on half of the threads at most: endpoints that
                hang must not hold up those that don't.
            endpoint: What it is likely to wait for, if that is known. Tasks of one endpoint run
                on three quarters of the threads at most, for the same reason, and endpoints
                take turns.

        Raises:
            NoThreadError: There is no thread, and none can be started; the task will not run.
        """
        with self._condition:
            queues = self._slow_tasks if slow else self._tasks
            queues.setdefault(endpoint, deque()).append(_Job(task, slow, endpoint))
            self._queued += 1
            try:
                self._find_thread()
            except NoThreadError:
                self._queued -= 1
                queues[endpoint].pop()
                if not queues[endpoint]:
                    del queues[endpoint]
                raise

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let another thread work while this one waits for a task of the pool.

        A source may ask another provider for a token; were all threads to do that, the task that
        they wait for would find none. On a thread of somebody else it does nothing.

        Raises:
            NoThreadError: The other thread is needed and can't be started.
        """
        job = self._jobs.get(threading.get_ident())
        if job is None:
            yield
            return
        with self._condition:
            self._waiting += 1
            self._count(job, -1)
            try:
                self._find_thread()
            except NoThreadError:
                self._waiting -= 1
                self._count(job, 1)
                raise
        try:
            yield
        finally:
            with self._condition:
                self._waiting -= 1
                self._count(job, 1)

    def _count(self, job: _Job, change: int) -> None:
        """Count ``job`` in or out. The caller holds the lock, here and below."""
        self._slow += change * job.slow
        if job.endpoint is not None:
            self._at_work[job.endpoint] += change
            if not self._at_work[job.endpoint]:
                del self._at_work[job.endpoint]

    def _ready(self) -> tuple[_Queues, Hashable] | None:
        """Where the next task is that may run now."""
        for queues in (self._tasks, self._slow_tasks):
            if queues is self._slow_tasks and self._slow >= self._slow_limit:
                continue
            for endpoint in queues:
                # At most one has its share at work, so this is soon found.
                if self._at_work[endpoint] < self._endpoint_limit:
                    return queues, endpoint
        return None

    def _find_thread(self) -> None:
        """See to it that the tasks that may run have a thread that will come to them."""
        self._condition.notify()
        if self._queued <= self._idle or self._threads - self._waiting >= self._limit:
            return
        name = f"{self._name}-{self._threads + 1}"
        thread = OwnThread(self._work, name)
        self._threads += 1
        try:
            # The lock is held until it has started, so that no other task is left meanwhile
            # to a thread that never comes.
            thread.begin()
        except NoThreadError:
            # No thread is to be had (the interpreter is ending, or the machine is full): the
            # task runs when a thread at work is free, and fails here if there is none.
            self._threads -= 1
            if self._threads - self._waiting <= 0:
                raise

    def _next(self) -> _Job | None:
        """The next task; None if the thread may end."""
        if not self._ready() and self._threads - self._waiting <= self._limit:
            self._idle += 1
            try:
                self._condition.wait_for(self._ready, self._idle_seconds)
            finally:
                self._idle -= 1
        found = self._ready()
        if found is None or self._threads - self._waiting > self._limit:
            return None
        queues, endpoint = found
        queue = queues.pop(endpoint)
        job = queue.popleft()
        self._queued -= 1
        if queue:
            queues[endpoint] = queue
        if self._queued:
            # With the task that has ended here another one than this may have become ready.
            self._condition.notify()
        return job

    def _work(self) -> None:
        ident = threading.get_ident()
        job: _Job | None = None
        while True:
            with self._condition:
                if job is not None:
                    self._count(job, -1)
                job = self._jobs[ident] = self._next()
                if job is None:
                    del self._jobs[ident]
                    self._threads -= 1
                    return
                self._count(job, 1)
            try:
                job.task()
            except BaseException as error:  # noqa: BLE001
                # Dying of it would leave queued tasks without a thread, and the count too high.
                report_unhandled(error)
            job = job._replace(task=_nothing)


def _nothing() -> None:
    """What a thread holds of a task that has run."""

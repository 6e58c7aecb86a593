"""A handful of threads for everything that may block."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from zeebe_auth.concurrency.job_queue import Job, JobQueue, Load, Refused, Task, Work
from zeebe_auth.concurrency.threads import (
    Foreign,
    Guard,
    NoThreadError,
    OwnThread,
    ThreadsStuckError,
    report_unhandled,
)
from zeebe_auth.concurrency.timer import Scheduler

# A token request that goes well takes less.
_PATIENCE_SECONDS = 0.5
# How many places an error names in which threads are stuck.
_MAX_PLACES = 3


class WorkerPool:
    """Runs tasks on daemon threads that end when they have nothing to do.

    There are ``limit`` of them while no task takes long. One whose task has run for half a second
    is stuck, and not counted any more: whatever hangs, be it somebody's source or a server, holds
    up nobody else for longer. As many further threads may start as are stuck, so that their number
    doubles each half second, up to ``most`` in all. If those are all stuck, a task is refused.

    What hangs is limited by what it is, too: three quarters of ``limit`` may work for one
    endpoint, or stuck in one object of somebody else. Who waits for the same waits in the queue.
    Those of an endpoint that are stuck in somebody's code are not counted for the endpoint.

    The threads are daemons on purpose: a token request that hangs must not keep a program from
    ending. A task should not raise; one that does is shown as a thread's death would be, and its
    thread goes on.

    Args:
        limit: The most threads that work at a time and are not stuck.
        idle_seconds: How long a thread waits for another task before it ends.
        name: What the threads are called.
        scheduler: Has the clock, and calls back when a task that waits may get another thread.
            Without it no thread ever counts as stuck.
        patience_seconds: How long a task may run before its thread is stuck.
        most: The most threads in all, stuck or not.
    """

    def __init__(
        self,
        limit: int = 8,
        idle_seconds: float = 10.0,
        name: str = "zeebe-auth",
        *,
        scheduler: Scheduler | None = None,
        patience_seconds: float = _PATIENCE_SECONDS,
        most: int = 256,
    ) -> None:
        self._limit = limit
        self._idle_seconds = idle_seconds
        self._name = name
        self._scheduler = scheduler
        self._patience_seconds = patience_seconds
        self._most = most
        self.reset()

    def reset(self) -> object:
        """Start anew, without the threads and locks of another process (after a fork).

        Returns:
            What was there before, whose owners' finalizers run when it is dropped.
        """
        before = dict(vars(self))
        self._condition = threading.Condition(Guard())  # type: ignore[arg-type]  # a lock, as Condition uses it
        self._jobs = JobQueue(self._limit)
        self._works: dict[int, Work] = {}
        self._threads = 0
        self._starting = 0
        self._idle = 0
        self._will_look = False
        return before

    def submit(
        self,
        task: Task,
        *,
        refused: Refused | None = None,
        slow: bool = False,
        endpoint: Hashable = None,
        calls: tuple[Foreign, ...] = (),
    ) -> None:
        """Run ``task`` soon, on a thread of the pool. Only our own threads may submit.

        Args:
            task: What to run.
            refused: Called instead of ``task``, on any thread of ours, if it turns out later that
                there is no thread for it. It must not block.
            slow: Whether it is likely to take long, such as another request to an endpoint that
                failed. It comes after the others, on half of the threads at most.
            endpoint: What it is likely to wait for, if that is known. Tasks of one endpoint run
                on three quarters of the threads at most, and take turns with the others.
            calls: Whose code it runs. It waits while three quarters of the threads are stuck in
                any of it.

        Raises:
            NoThreadError: There is no thread, and none can be started; the task will not run.
        """
        job = Job(task, refused, slow, endpoint, calls)
        with self._condition:
            self._jobs.put(job)
        error = self._find_threads(job)
        if error is not None:
            raise error

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let another thread work while this one waits for a task of the pool.

        A source may ask another provider for a token; were all threads to do that, the task that
        they wait for would find none. On a thread of somebody else it does nothing.
        """
        work = self._works.get(threading.get_ident())
        if work is None:
            yield
            return
        with self._condition:
            work.waits += 1
        try:
            self._find_threads()
            yield
        finally:
            with self._condition:
                work.waits -= 1

    # The caller of these holds the lock.

    def _load(self) -> Load:
        scheduler, works = self._scheduler, list(self._works.values())
        if scheduler is None:
            return Load(works, 0.0, math.inf)
        return Load(works, scheduler.now(), self._patience_seconds)

    def _is_any_ready(self) -> bool:
        return next(self._jobs.ready(self._load()), None) is not None

    def _free_places(self, load: Load) -> int:
        """How many more threads may work; below 0 if there are too many."""
        return max(self._limit, load.stuck) - self._active(load)

    def _active(self, load: Load) -> int:
        """How many threads are, or will be, free before long: they neither wait nor are stuck."""
        return self._threads - load.stuck - load.waiting

    def _refuse(self, load: Load, why: str) -> tuple[NoThreadError, list[Job]]:
        """Take the tasks that may run out of the queue, since nobody is left to come to them."""
        refused = self._jobs.take_all(load)
        places: Counter[str] = Counter()
        for foreign, number in load.stuck_in.items():
            places[foreign.name] += number
        places["token requests"] = load.stuck - places.total()
        stuck = +places
        if not stuck:
            return NoThreadError(why), refused
        told = ", ".join(f"{number} in {name}" for name, number in stuck.most_common(_MAX_PLACES))
        return ThreadsStuckError(f"{why}, and {load.stuck} of ours are stuck ({told})"), refused

    # The caller of these doesn't hold it.

    def _find_threads(self, job: Job | None = None) -> NoThreadError | None:
        """See to it that the tasks that may run have threads that will come to them.

        Args:
            job: The one that the caller has put into the queue.

        Returns:
            Why there will be none for ``job``. The others are told by what they brought for that.
        """
        error, refused = None, list[Job]()
        with self._condition:
            load = self._load()
            free = min(self._free_places(load), self._most - self._threads)
            coming = self._idle + self._starting
            ready = self._jobs.ready_number(load, coming + max(1, free))
            starts = max(0, min(ready - coming, free))
            self._condition.notify(min(ready, self._idle))
            if ready and not starts and self._active(load) <= 0:
                error, refused = self._refuse(load, f"all {self._threads} threads are busy")
            is_short = len(self._jobs) > min(ready, coming + starts)
            first = self._threads + 1
            self._threads += starts
            self._starting += starts
        # Not under the lock: `start` waits for the new thread, which takes that lock, and where
        # gevent has taken over threads it runs on this very one.
        for number in range(first, first + starts):
            try:
                OwnThread(self._work, f"{self._name}-{number}").begin()
            except NoThreadError as no_thread:
                # The interpreter is ending, or the machine is full.
                with self._condition:
                    self._threads -= first + starts - number
                    self._starting -= first + starts - number
                    load = self._load()
                    if self._active(load) <= 0:
                        error, refused = self._refuse(load, str(no_thread))
                is_short = True
                break
        if is_short:
            self._look_again()
        told = None
        for each in refused:
            assert error is not None
            if each is job:
                told = error
            elif each.refused is not None:
                each.refused(error)
        return told

    def _look_again(self) -> None:
        """See in a while whether what is in the queue then has a thread."""
        scheduler = self._scheduler
        if scheduler is None:
            return
        with self._condition:
            if self._will_look or not self._jobs:
                return
            self._will_look = True
        try:
            scheduler.call_at(scheduler.now() + self._patience_seconds, self._look)
        except NoThreadError:
            self._will_look = False

    def _look(self) -> None:
        self._will_look = False
        self._find_threads()

    # On the threads of the pool.

    def _next(self) -> Job | None:
        """The next task; None if the thread may end. The caller holds the lock."""
        if not self._is_any_ready() and self._free_places(self._load()) >= 0:
            self._idle += 1
            try:
                self._condition.wait_for(self._is_any_ready, self._idle_seconds)
            finally:
                self._idle -= 1
        load = self._load()
        found = next(self._jobs.ready(load), None)
        if found is None or self._free_places(load) < 0:
            return None
        job = self._jobs.take(found)
        if self._jobs:
            # With the task that has ended here another one than this may have become ready.
            self._condition.notify()
        return job

    def _work(self) -> None:
        ident, thread = threading.get_ident(), threading.current_thread()
        assert isinstance(thread, OwnThread)
        with self._condition:
            self._starting -= 1
        while True:
            with self._condition:
                self._works.pop(ident, None)
                job = self._next()
                if job is None:
                    self._threads -= 1
                    is_short = bool(self._jobs)
                    break
                now = 0.0 if self._scheduler is None else self._scheduler.now()
                self._works[ident] = Work(thread, job, now)
            try:
                job.task()
            except BaseException as error:
                # Dying of it would leave queued tasks without a thread, and the count too high.
                report_unhandled(error)
            # A thread that has nothing to do must not hold what it did.
            del job
        if is_short:
            self._look_again()

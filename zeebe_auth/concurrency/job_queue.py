"""Which task comes next, and how many may run: decisions of the worker pool, without a thread."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import NamedTuple

from zeebe_auth.concurrency.threads import Foreign, NoThreadError, OwnThread

Task = Callable[[], None]
Refused = Callable[[NoThreadError], None]


class Job(NamedTuple):
    """A task in the queue; see `WorkerPool.submit`."""

    task: Task
    refused: Refused | None
    slow: bool
    endpoint: Hashable
    calls: tuple[Foreign, ...]


class Work:
    """What a thread does: a job, since when, and how often it waits for the pool meanwhile."""

    __slots__ = ("began", "job", "thread", "waits")

    def __init__(self, thread: OwnThread, job: Job, began: float) -> None:
        self.thread = thread
        self.job = job
        self.began = began
        self.waits = 0


class Load:
    """What the threads do at one moment.

    Args:
        works: What each busy thread does.
        now: The time.
        patience_seconds: After how long a thread counts as stuck.

    Attributes:
        stuck: The threads whose job takes long.
        slow: The others that have a slow job.
        waiting: The threads that wait for another job.
        at: How many work for an endpoint, without those that are stuck in somebody's code.
        away: How many those are.
        stuck_in: How many are stuck in whose code.
    """

    def __init__(self, works: Iterable[Work], now: float, patience_seconds: float) -> None:
        self.stuck = self.slow = self.waiting = 0
        self.at: Counter[Hashable] = Counter()
        self.away: Counter[Hashable] = Counter()
        self.stuck_in: Counter[Foreign] = Counter()
        for work in works:
            job = work.job
            if work.waits:
                self.waiting += 1
                continue
            is_stuck = now - work.began >= patience_seconds
            foreign = work.thread.foreign if is_stuck else None
            if foreign is not None:
                self.stuck_in[foreign] += 1
            if job.endpoint is not None:
                (self.at if foreign is None else self.away)[job.endpoint] += 1
            if is_stuck:
                self.stuck += 1
            else:
                self.slow += job.slow


_Key = tuple[Hashable, tuple[Foreign, ...]]
_Lanes = dict[_Key, deque[Job]]
Lane = tuple[_Lanes, _Key]
"""Jobs that wait for the same: an endpoint, and whose code they call."""


class JobQueue:
    """The jobs that no thread has taken yet. Its owner holds a lock around each call.

    Args:
        limit: The most threads that work at a time and are not stuck.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._share = limit - limit // 4
        # None of their lanes is empty.
        self._usual: _Lanes = {}
        self._slow: _Lanes = {}
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def put(self, job: Job) -> None:
        """Add a job."""
        lanes = self._slow if job.slow else self._usual
        lanes.setdefault((job.endpoint, job.calls), deque()).append(job)
        self._length += 1

    def take(self, lane: Lane) -> Job:
        """Take the first job of a lane; lanes take turns."""
        lanes, key = lane
        jobs = lanes.pop(key)
        job = jobs.popleft()
        self._length -= 1
        if jobs:
            lanes[key] = jobs
        return job

    def take_all(self, load: Load) -> list[Job]:
        """Take every job that may run now."""
        return [
            self.take((lanes, key))
            for lanes, key in list(self.ready(load))
            for _ in range(len(lanes[key]))
        ]

    def ready(self, load: Load) -> Iterator[Lane]:
        """The lanes whose jobs may run now, the next one first."""
        for lanes in (self._usual, self._slow):
            if lanes is self._slow and load.slow >= max(1, max(self._limit, load.stuck) // 2):
                return
            for key in lanes:
                endpoint, calls = key
                if self._left(load, endpoint) > 0 and all(
                    load.stuck_in[each] < self._share for each in calls
                ):
                    yield lanes, key

    def ready_number(self, load: Load, most: int) -> int:
        """How many jobs may run now, counted up to ``most``."""
        number = 0
        taken: Counter[Hashable] = Counter()
        for lanes, key in self.ready(load):
            endpoint, ready = key[0], len(lanes[key])
            if endpoint is not None:
                # Lanes of one endpoint have its share together.
                ready = min(ready, self._left(load, endpoint) - taken[endpoint])
                taken[endpoint] += ready
            number += ready
            if number >= most:
                return most
        return number

    def _left(self, load: Load, endpoint: Hashable) -> int:
        """How many more threads may work for ``endpoint``."""
        return max(self._share, load.away[endpoint]) - load.at[endpoint]

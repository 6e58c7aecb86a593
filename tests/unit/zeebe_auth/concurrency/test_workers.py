"""The worker pool: bounded, idle threads end, and a fork starts it anew."""

from __future__ import annotations

import threading
import weakref
from functools import partial

import pytest
from waiting import wait_until

from zeebe_auth.concurrency.workers import WorkerPool


class Hanging:
    """A task that hangs until all that do are released."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)
        self._released = threading.Event()

    def __call__(self) -> None:
        self.begun.release()
        self._released.wait(30)
        self.ended.release()

    def release(self) -> None:
        self._released.set()


def test_it_never_has_more_threads_than_its_limit():
    """A hundred tasks that all wait take eight threads."""
    pool = WorkerPool(limit=8, idle_seconds=0)
    release, names, done = threading.Event(), set(), threading.Semaphore(0)

    def task() -> None:
        names.add(threading.current_thread().name)
        release.wait(30)
        done.release()

    for _ in range(100):
        pool.submit(task)
    assert pool._threads == 8
    release.set()
    for _ in range(100):
        assert done.acquire(timeout=30)
    assert len(names) <= 8


def test_a_waiting_thread_is_used_again():
    """Tasks that come one after the other share one thread."""
    pool = WorkerPool(idle_seconds=30)
    threads = set()
    for _ in range(5):
        ran = threading.Event()

        def task(ran: threading.Event = ran) -> None:
            threads.add(threading.current_thread())
            ran.set()

        pool.submit(task)
        assert ran.wait(30)
        wait_until(lambda: pool._idle == 1)
    assert len(threads) == 1


def test_an_idle_thread_holds_nothing_of_its_last_task():
    """What a task was bound to may go, however long its thread waits for another."""

    class Owner:
        def run(self) -> None:
            pass

    pool, owner = WorkerPool(idle_seconds=60, name="of-this-test"), Owner()
    gone = weakref.ref(owner)
    pool.submit(owner.run)
    del owner
    wait_until(lambda: pool._idle == 1)
    assert gone() is None


def test_the_end_of_a_task_may_free_two_others():
    """One for its endpoint, and one that is slow: an idle thread is woken for the second."""
    # Under a name of its own: other tests wait for the end of all threads of ours.
    pool = WorkerPool(limit=8, idle_seconds=3600, name="of-this-test")
    ends = [threading.Event() for _ in range(6)]
    for number, end in enumerate(ends):
        pool.submit(partial(end.wait, 60), endpoint="busy", slow=number < 4)
    # Two that meet, so that no thread runs both.
    meeting = threading.Barrier(2)
    for number in range(2):
        pool.submit(partial(meeting.wait, 60), endpoint=number)
    wait_until(lambda: pool._idle == 2)
    same, slow = threading.Event(), threading.Event()
    pool.submit(lambda: (same.set(), ends[1].wait(60)), endpoint="busy")
    pool.submit(slow.set, endpoint="other", slow=True)
    assert not same.is_set()
    assert not slow.is_set()
    ends[0].set()
    assert same.wait(30)
    assert slow.wait(30)
    for end in ends:
        end.set()


def test_idle_threads_end():
    """With nothing to do no thread stays."""
    pool = WorkerPool(idle_seconds=0)
    threads = []
    pool.submit(lambda: threads.append(threading.current_thread()))
    wait_until(lambda: threads)
    threads[0].join(30)
    assert not threads[0].is_alive()
    assert pool._threads == 0


def test_threads_do_not_keep_a_program_alive():
    """They are daemons: a hanging token request does not delay the program's end."""
    pool = WorkerPool(idle_seconds=0)
    daemon = []
    done = threading.Event()
    pool.submit(lambda: (daemon.append(threading.current_thread().daemon), done.set()))
    assert done.wait(30)
    assert daemon == [True]


def test_without_a_thread_the_caller_is_told(monkeypatch):
    """At the end of the interpreter a task must not wait for ever in a queue."""

    def fail(self) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    pool = WorkerPool()
    with pytest.raises(RuntimeError):
        pool.submit(lambda: None)
    assert not pool._jobs
    assert pool._threads == 0


def test_reset_leaves_the_parent_behind():
    """After a fork no task, thread or lock of the parent remains."""
    pool = WorkerPool(limit=1, idle_seconds=0)
    entered, release = threading.Event(), threading.Event()
    pool.submit(lambda: (entered.set(), release.wait(30)))
    assert entered.wait(30)
    pool._condition.acquire()
    pool.reset()
    ran = threading.Event()
    pool.submit(ran.set)
    assert ran.wait(30)
    release.set()


def test_a_task_that_raises_costs_no_thread(monkeypatch):
    """Any exception is reported, its thread goes on, and the count stays right."""
    shown = []
    monkeypatch.setattr(threading, "excepthook", lambda args: shown.append(args.exc_type))
    pool = WorkerPool(limit=1, idle_seconds=0)
    kinds = [RuntimeError, SystemExit, KeyboardInterrupt, MemoryError]
    gate, done, threads = threading.Event(), threading.Event(), []

    def broken(kind: type[BaseException]) -> None:
        gate.wait(30)
        raise kind

    for kind in kinds:
        pool.submit(lambda kind=kind: broken(kind))
    pool.submit(lambda: (threads.append(threading.current_thread()), done.set()))
    gate.set()
    assert done.wait(30)
    threads[0].join(30)
    assert shown == kinds
    assert pool._threads == 0


def test_no_task_is_left_to_a_thread_that_never_starts(monkeypatch):
    """A caller that submits while a thread fails to start gets the error as well, and no lock is
    held meanwhile: under gevent the new thread would run at once."""
    pool = WorkerPool(limit=1)
    free, told = [], []

    def fail(self) -> None:
        free.append(not pool._condition._lock.locked())
        if len(free) == 1:
            pool.submit(lambda: None, refused=told.append)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    with pytest.raises(RuntimeError):
        pool.submit(lambda: None)
    assert [str(error) for error in told] == ["can't start new thread"]
    with pytest.raises(RuntimeError):
        pool.submit(lambda: None)
    assert free == [True, True]
    assert not pool._jobs
    assert pool._threads == 0


def test_slow_tasks_leave_room_for_the_others():
    """A hundred requests to endpoints that hang hold half of the threads; another one's task runs
    at once."""
    pool = WorkerPool(limit=4, idle_seconds=0)
    hanging, ran = Hanging(), threading.Event()
    for _ in range(100):
        pool.submit(hanging, slow=True)
    for _ in range(2):
        assert hanging.begun.acquire(timeout=30)
    pool.submit(ran.set)
    assert ran.wait(30)
    with pool._condition:
        assert pool._load().slow == 2
    hanging.release()
    for _ in range(100):
        assert hanging.ended.acquire(timeout=30)


def test_threads_that_wait_for_the_pool_are_replaced():
    """Tasks that all wait for another task of the pool get its result."""
    pool = WorkerPool(limit=2, idle_seconds=0)
    together, done, ended = threading.Barrier(2), threading.Event(), threading.Semaphore(0)

    def outer() -> None:
        together.wait(30)
        pool.submit(done.set)
        with pool.waiting():
            assert done.wait(30)
        ended.release()

    for _ in range(2):
        pool.submit(outer)
    for _ in range(2):
        assert ended.acquire(timeout=30)
    assert done.is_set()
    assert pool._load().waiting == 0


def test_waiting_for_a_thread_that_never_starts_is_told(monkeypatch):
    """A task that waits for another one gets the error that there is no thread for that."""
    pool = WorkerPool(limit=1, idle_seconds=0)
    told = threading.Event()

    def fail(self) -> None:
        raise RuntimeError("can't start new thread")

    def outer() -> None:
        monkeypatch.setattr(threading.Thread, "start", fail)
        pool.submit(lambda: None, refused=lambda _error: told.set())
        with pool.waiting():
            assert told.is_set()

    pool.submit(outer)
    assert told.wait(30)


def test_slow_threads_that_wait_for_the_pool_are_replaced():
    """Slow tasks that all wait for another slow task of the same endpoint get its result."""
    pool = WorkerPool(limit=2, idle_seconds=0)
    done, ended = threading.Event(), threading.Semaphore(0)

    def outer() -> None:
        pool.submit(done.set, slow=True, endpoint="one")
        with pool.waiting():
            assert done.wait(30)
        ended.release()

    for _ in range(2):
        pool.submit(outer, slow=True, endpoint="one")
    for _ in range(2):
        assert ended.acquire(timeout=30)
    assert pool._load().waiting == 0


@pytest.mark.parametrize("slow", [False, True])
def test_an_endpoint_that_hangs_leaves_room_for_the_others(slow):
    """A hundred requests to it, slow or not or both, hold three quarters of the threads at most."""
    pool = WorkerPool(limit=8, idle_seconds=0)
    hanging, ran = Hanging(), threading.Event()
    for number in range(100):
        pool.submit(hanging, slow=slow and number % 2 == 0, endpoint="hanging")
    for _ in range(6):
        assert hanging.begun.acquire(timeout=30)
    pool.submit(ran.set, endpoint="another")
    assert ran.wait(30)
    assert not hanging.begun.acquire(blocking=False)
    with pool._condition:
        assert pool._load().at["hanging"] == 6
    hanging.release()
    for _ in range(100):
        assert hanging.ended.acquire(timeout=30)


def test_endpoints_take_turns():
    """A task that comes after a hundred requests to one endpoint waits for one of them."""
    pool = WorkerPool(limit=1, idle_seconds=0)
    release, done, order = threading.Event(), threading.Semaphore(0), []

    def task(name: str) -> None:
        release.wait(30)
        order.append(name)
        done.release()

    for name in ["one"] * 100 + ["another"]:
        pool.submit(lambda name=name: task(name), endpoint=name)
    release.set()
    for _ in range(101):
        assert done.acquire(timeout=30)
    assert "another" in order[:3]

"""The timer: one thread calls in order, and keeps no object alive."""

from __future__ import annotations

import gc
import math
import queue
import threading
import time

import pytest

from zeebe_auth.concurrency.timer import Scheduler


class Bell:
    def __init__(self, rings: list[str], name: str) -> None:
        self.rings = rings
        self.name = name

    def ring(self) -> None:
        self.rings.append(self.name)


class Manual(Scheduler):
    """A scheduler without a thread: the test calls what is due."""

    def _wake(self) -> None:
        pass


def test_callbacks_come_in_the_order_of_their_moments():
    """The order of the appointments doesn't matter."""
    now = [0.0]
    scheduler = Manual(lambda: now[0])
    rings: list[str] = []
    bells = [Bell(rings, name) for name in "abc"]
    for bell, when in zip(bells, (3, 1, 2), strict=True):
        scheduler.call_at(when, bell.ring)
    now[0] = 2
    assert scheduler.run_due() == 1
    assert rings == ["b", "c"]
    now[0] = 3
    assert scheduler.run_due() is None
    assert rings == ["b", "c", "a"]


def test_a_weak_appointment_keeps_nobody_alive():
    """The object may be freed before its moment."""
    now = [0.0]
    scheduler = Manual(lambda: now[0])
    rings: list[str] = []
    bell = Bell(rings, "gone")
    scheduler.call_weakly_at(1, bell.ring)
    del bell
    gc.collect()
    now[0] = 1
    assert scheduler.run_due() is None
    assert rings == []


def test_infinity_never_comes():
    """A token that never expires makes no appointment."""
    scheduler = Manual(lambda: 0)
    scheduler.call_at(math.inf, lambda: None)
    assert scheduler.run_due() is None


def test_one_thread_serves_all_and_ends_with_the_last():
    """No thread before the first appointment, one for any number, none after."""
    before = set(threading.enumerate())
    scheduler = Scheduler(time.monotonic, idle_seconds=0)
    assert set(threading.enumerate()) <= before
    done = threading.Semaphore(0)
    threads = []
    for _ in range(50):
        scheduler.call_at(
            time.monotonic(), lambda: (threads.append(threading.current_thread()), done.release())
        )
    for _ in range(50):
        assert done.acquire(timeout=30)
    for thread in set(threads):
        thread.join(30)
        assert not thread.is_alive()


def test_while_one_thread_is_coming_no_other_is_started(monkeypatch):
    """Twenty callers at once start one thread."""
    started = []

    def start(thread) -> None:
        started.append(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    monkeypatch.setattr(threading.Thread, "is_alive", lambda thread: thread in started)
    scheduler = Scheduler(time.monotonic)
    for _ in range(20):
        scheduler.call_soon(lambda: None)
    assert len(started) == 1


def test_what_comes_while_the_thread_is_about_to_end_is_called():
    """The thread checks once more after it has announced its end."""
    scheduler = Scheduler(time.monotonic, idle_seconds=0)
    late = threading.Event()
    turn = scheduler._turn

    class Turn:
        """Lets another appointment come between the last look and the end."""

        def acquire(self, *, blocking):
            return turn.acquire(blocking=blocking)

        def locked(self):
            return turn.locked()

        def release(self):
            if not late.is_set() and not came:
                came.append(scheduler.call_soon(late.set))
            turn.release()

    came = []
    scheduler._turn = Turn()
    scheduler.call_soon(lambda: None)
    assert late.wait(30)


def test_a_cancelled_appointment_is_not_kept():
    """Its moment may be a day away."""
    scheduler = Manual(lambda: 0)
    rings = []
    scheduler.call_at(86_400, Bell(rings, "never").ring).cancel()
    assert scheduler.run_due() is None
    assert rings == []


def test_an_earlier_appointment_wakes_the_thread():
    """A long wait ends early for an earlier appointment."""
    scheduler = Scheduler(time.monotonic)
    never, soon = threading.Event(), threading.Event()
    scheduler.call_at(time.monotonic() + 10_000, never.set)
    scheduler.call_at(time.monotonic(), soon.set)
    assert soon.wait(30)
    assert not never.is_set()


def test_without_a_thread_whoever_relies_on_the_timer_is_told(monkeypatch):
    """A retry would never come; a refresh is started by a call instead of the timer. Neither is
    called later, when there is a thread again."""

    def fail(self) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    scheduler = Scheduler(time.monotonic)
    with pytest.raises(RuntimeError):
        scheduler.call_at(0, lambda: None)
    bell = Bell([], "never")
    assert scheduler.call_weakly_at(0, bell.ring).is_cancelled
    monkeypatch.undo()
    rung = threading.Event()
    scheduler.call_soon(rung.set)
    assert rung.wait(30)
    assert bell.rings == []


def test_reset_forgets_the_parents_appointments():
    """After a fork nothing of the parent is due in the child."""
    scheduler = Manual(lambda: 0)
    scheduler.call_at(5, lambda: None)
    scheduler.reset()
    assert scheduler.run_due() is None


@pytest.mark.parametrize("kind", [RuntimeError, SystemExit, MemoryError])
def test_a_callback_that_raises_stops_no_other(monkeypatch, kind):
    """Its error is reported, and the timer goes on."""
    shown = []
    monkeypatch.setattr(threading, "excepthook", lambda args: shown.append(args.exc_type))
    scheduler = Scheduler(time.monotonic)
    rung = threading.Event()

    def broken() -> None:
        raise kind

    scheduler.call_at(time.monotonic(), broken)
    scheduler.call_at(time.monotonic(), rung.set)
    assert rung.wait(30)
    assert shown == [kind]


def test_appointments_of_the_gone_are_dropped_before_their_time():
    """A program that makes and drops providers all day doesn't accumulate their timers."""
    scheduler = Manual(lambda: 0)
    kept = [Bell([], "kept") for _ in range(10)]
    for bell in kept:
        scheduler.call_weakly_at(86_400, bell.ring)
    for _ in range(5000):
        scheduler.call_weakly_at(86_400, Bell([], "gone").ring)
    scheduler.run_due()
    assert len(scheduler._heap) <= 256
    held = {ring.__self__ for *_, entry in scheduler._heap if (ring := entry.take()) is not None}
    assert held == set(kept)


def test_its_queue_is_of_the_kind_that_there_is_when_it_is_needed(monkeypatch):
    """gevent may take over threads, and queues, after this package was imported: the queue from
    before would stop all greenlets while it waits."""
    scheduler = Manual(lambda: 0)
    made = []

    class Patched(queue.SimpleQueue):
        def __init__(self) -> None:
            made.append(self)

    monkeypatch.setattr(queue, "SimpleQueue", Patched)
    bell = Bell([], "a")
    scheduler.call_at(0, bell.ring)
    scheduler.call_at(0, bell.ring)
    scheduler.run_due()
    assert len(made) == 1
    assert bell.rings == ["a", "a"]

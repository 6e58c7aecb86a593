"""Deadlines of waiting calls."""

import threading
import time

import pytest

from zeebe_auth.concurrency.deadlines import DeadlineWatch

PATIENCE_SECONDS = 60
FAR = 3600.0


def wait_for_end(watch):
    while watch._running:
        threading.Event().wait(0.001)


def test_the_earliest_comes_first_whatever_was_asked_first():
    """A nearer deadline that is added later is not kept waiting by a farther one."""
    watch = DeadlineWatch()
    came = []
    both = threading.Event()
    now = time.monotonic()
    forget = watch.at(now + FAR, lambda: came.append("far"))
    watch.at(now + 0.02, lambda: (came.append("second"), both.set()))
    watch.at(now - 1, lambda: came.append("first"))
    assert both.wait(PATIENCE_SECONDS)
    assert came == ["first", "second"]
    assert watch._running
    forget()
    wait_for_end(watch)


def test_a_forgotten_deadline_does_nothing():
    """What was forgotten is not called, and the thread ends when nothing is left."""
    watch = DeadlineWatch()
    came = threading.Event()
    now = time.monotonic()
    watch.at(now + 0.01, lambda: pytest.fail("it was forgotten"))()
    watch.at(now + 0.02, came.set)
    assert came.wait(PATIENCE_SECONDS)
    wait_for_end(watch)
    again = threading.Event()
    watch.at(now, again.set)
    assert again.wait(PATIENCE_SECONDS)


def test_forgetting_is_possible_at_any_time():
    """Forgetting twice, or after it was called, does no harm."""
    watch = DeadlineWatch()
    came = threading.Event()
    forget = watch.at(0.0, came.set)
    assert came.wait(PATIENCE_SECONDS)
    forget()
    forget()


def test_a_watch_without_a_thread_says_so(monkeypatch):
    """When no thread can be started, the caller hears it and the next one tries again."""

    def start(thread):
        raise RuntimeError("can't start new thread")

    watch = DeadlineWatch()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        with pytest.raises(RuntimeError, match="can't start"):
            watch.at(0.0, list)
    came = threading.Event()
    watch.at(0.0, came.set)
    assert came.wait(PATIENCE_SECONDS)

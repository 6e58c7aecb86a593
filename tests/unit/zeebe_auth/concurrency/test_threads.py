"""Which threads may wait for a token: all but ours, and ours in foreign code."""

from __future__ import annotations

import threading

import pytest

from zeebe_auth.concurrency.threads import (
    Foreign,
    NoThreadError,
    OwnThread,
    foreign_code,
    may_wait,
)
from zeebe_auth.concurrency.timer import Scheduler
from zeebe_auth.concurrency.workers import WorkerPool

SOURCE = Foreign.of("credential source", object())


def told_on_a_thread_of_ours(pid: int | None = None) -> list[bool]:
    told: list[bool] = []

    def work() -> None:
        if pid is not None:
            threading.current_thread().pid = pid
        told.append(may_wait())
        with foreign_code(SOURCE):
            told.append(may_wait())
            with foreign_code(SOURCE):
                told.append(may_wait())
            told.append(may_wait())
        told.append(may_wait())

    thread = OwnThread(work, "zeebe-auth-test")
    thread.start()
    thread.join()
    return told


def test_a_thread_of_ours_may_wait_in_foreign_code_alone():
    """A source, a store or a hook may ask another provider; a finalizer elsewhere may not."""
    assert told_on_a_thread_of_ours() == [False, True, True, True, False]


def test_any_other_thread_may_wait():
    """It may run any code."""
    assert may_wait()
    with foreign_code(SOURCE):
        assert may_wait()


def test_a_thread_of_the_parent_is_none_of_ours():
    """After a fork in C it is still listed, and a thread of the child may have its identifier."""
    assert told_on_a_thread_of_ours(pid=-1) == [True] * 5


def test_where_daemon_threads_are_not_allowed_there_is_no_thread(monkeypatch):
    """Python raises it where the thread is made, not where it is started."""

    def refuse(*_args: object, **_options: object) -> None:
        raise RuntimeError("daemon threads are disabled in this (sub)interpreter")

    monkeypatch.setattr(threading.Thread, "__init__", refuse)
    with pytest.raises(NoThreadError, match="daemon threads are disabled"):
        OwnThread(lambda: None, "zeebe-auth-test")
    scheduler = Scheduler(lambda: 0)
    with pytest.raises(NoThreadError):
        scheduler.call_soon(lambda: None)
    with pytest.raises(NoThreadError):
        WorkerPool().submit(lambda: None)

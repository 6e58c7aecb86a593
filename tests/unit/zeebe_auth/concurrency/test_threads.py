"""Which threads may wait for a token: all but ours, and ours in somebody else's code."""

from __future__ import annotations

import threading

from zeebe_auth.concurrency.threads import OwnThread, foreign_code, may_wait


def told_on_a_thread_of_ours(pid: int | None = None) -> list[bool]:
    told: list[bool] = []

    def work() -> None:
        if pid is not None:
            threading.current_thread().pid = pid
        told.append(may_wait())
        with foreign_code():
            told.append(may_wait())
            with foreign_code():
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
    """Whatever it runs."""
    assert may_wait()
    with foreign_code():
        assert may_wait()


def test_a_thread_of_the_parent_is_none_of_ours():
    """After a fork in C it is still listed, and a thread of the child may have its identifier."""
    assert told_on_a_thread_of_ours(pid=-1) == [True] * 5

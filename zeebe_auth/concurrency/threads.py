"""Our own threads, and when one of them may wait for another."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["OwnThread", "foreign_code", "may_wait", "report_unhandled"]


class OwnThread(threading.Thread):
    """A thread that fetches tokens for others, or sends off those that do.

    It is a daemon: a token request that hangs must not keep a program from ending.

    Args:
        work: What it does.
        name: What it is called. `zeebe_auth.concurrency.fork` knows our threads by "zeebe-auth".
    """

    def __init__(self, work: Callable[[], None], name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self.pid = os.getpid()
        self.has_begun = False
        self.in_foreign_code = False

    @property
    def is_coming(self) -> bool:
        """Whether it has been started and hasn't yet looked for something to do."""
        return self.is_alive() and not self.has_begun

    def run(self) -> None:
        self.has_begun = True
        self._work()


@contextmanager
def foreign_code() -> Iterator[None]:
    """Around a call of somebody else's source, store, hook or provider.

    Such code may ask for another token, and wait for it, on one of our threads too.
    """
    thread = _current()
    if thread is None or thread.in_foreign_code:
        yield
        return
    thread.in_foreign_code = True
    try:
        yield
    finally:
        thread.in_foreign_code = False


def may_wait() -> bool:
    """Whether this thread may wait for a token.

    A finalizer can run anywhere. On one of our threads, outside of foreign code, it may have
    stopped the very thing it would wait for: a lock that is held, a task about to be taken.
    """
    thread = _current()
    return thread is None or thread.in_foreign_code


def _current() -> OwnThread | None:
    """This thread, if it is one of ours."""
    thread = threading.current_thread()
    # After a fork in C the threads of the parent are still listed, and one of the child's may have
    # the identifier of one of those.
    return thread if isinstance(thread, OwnThread) and thread.pid == os.getpid() else None


def report_unhandled(error: BaseException) -> None:
    """Show ``error`` as the death of a thread is shown, where the thread has to go on."""
    threading.excepthook(
        threading.ExceptHookArgs(
            (type(error), error, error.__traceback__, threading.current_thread())
        )
    )

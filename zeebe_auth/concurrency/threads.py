"""Our own threads, and when one of them may wait for another."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from zeebe_auth.errors import TokenEndpointUnreachable


class NoThreadError(RuntimeError):
    """No thread can be started: the interpreter is ending, or the machine allows no more."""


class ThreadsStuckError(NoThreadError):
    """No thread is free: those that there may be are in somebody's code that does not return."""


class Foreign(NamedTuple):
    """Somebody else's source, store, hook or provider, as far as threads are concerned.

    Args:
        identity: The same number for equal objects.
        name: What it is, for people.
    """

    identity: int
    name: str

    @classmethod
    def of(cls, kind: str, thing: object) -> Foreign:
        """That of ``thing``, which is a ``kind``. It calls ``thing``'s own hash function."""
        try:
            identity = hash(thing)
        except Exception:
            identity = id(thing)
        return cls(identity, f"the {kind} {type(thing).__name__}")


class OwnThread(threading.Thread):
    """A thread that fetches tokens for others, or sends off those that do.

    It is a daemon: a token request that hangs must not keep a program from ending.

    Args:
        work: What it does.
        name: What it is called. `zeebe_auth.concurrency.fork` knows our threads by "zeebe-auth".

    Raises:
        NoThreadError: There can be no daemon thread here, as in an isolated subinterpreter.
    """

    def __init__(self, work: Callable[[], None], name: str) -> None:
        try:
            super().__init__(name=name, daemon=True)
        except RuntimeError as error:
            raise NoThreadError(str(error)) from error
        self._work = work
        self.pid = os.getpid()
        self.has_begun = False
        self.foreign: Foreign | None = None
        self.is_timer = False
        self.guards = 0

    @property
    def is_coming(self) -> bool:
        """Whether it has been started and hasn't yet looked for something to do."""
        return self.is_alive() and not self.has_begun

    def begin(self) -> None:
        """Start it.

        Raises:
            NoThreadError: It can't be started.
        """
        if sys.is_finalizing():
            # A thread that is started now never runs, and before Python 3.12 `start` itself would
            # wait for ever.
            raise NoThreadError("the interpreter is ending")
        try:
            self.start()
        except (RuntimeError, MemoryError) as error:
            raise NoThreadError(str(error)) from error

    def run(self) -> None:
        self.has_begun = True
        self._work()


class Guard:
    """A lock of ours. While one of our threads has it, a finalizer there must not wait."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it, as `threading.Lock.acquire` does."""
        thread = _current()
        if thread is None:
            return self._lock.acquire(blocking, timeout)
        # Counted first, so that there is no moment at which it is held and not counted.
        thread.guards += 1
        if self._lock.acquire(blocking, timeout):
            return True
        thread.guards -= 1
        return False

    def release(self) -> None:
        """Let go of it."""
        self._lock.release()
        thread = _current()
        if thread is not None:
            thread.guards -= 1

    def locked(self) -> bool:
        """Whether some thread has it."""
        return self._lock.locked()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *exc_info: object) -> None:
        self.release()


@contextmanager
def foreign_code(whose: Foreign) -> Iterator[None]:
    """Around a call of somebody else's source, store, hook or provider.

    Such code may ask for another token, and wait for it, on one of our threads too.
    """
    thread = _current()
    if thread is None or thread.foreign is not None:
        yield
        return
    thread.foreign = whose
    try:
        yield
    finally:
        thread.foreign = None


def may_wait() -> bool:
    """Whether this thread may wait for a token.

    A finalizer can run anywhere. On one of our threads, outside of foreign code, it may have
    stopped the very thing it would wait for: a lock that is held, a task about to be taken.
    """
    thread = _current()
    return thread is None or (thread.foreign is not None and not thread.guards)


def on_timer_thread() -> bool:
    """Whether this is a scheduler's thread, on which nothing may block."""
    thread = _current()
    return thread is not None and thread.is_timer


def _current() -> OwnThread | None:
    """This thread, if it is one of ours."""
    thread = threading.current_thread()
    # After a fork in C the threads of the parent are still listed, and one of the child's may have
    # the identifier of one of those.
    return thread if isinstance(thread, OwnThread) and thread.pid == os.getpid() else None


def report_unhandled(error: BaseException) -> None:
    """Show ``error`` as the death of a thread is shown, where the thread has to go on."""
    arguments = (type(error), error, error.__traceback__, threading.current_thread())
    # The hook may be anybody's.
    with suppress(BaseException):
        threading.excepthook(threading.ExceptHookArgs(arguments))


def ending_error() -> TokenEndpointUnreachable:
    """What callers are told who would have to wait while the interpreter ends."""
    return TokenEndpointUnreachable(
        "There is no token at hand, and none can be fetched: the interpreter is ending. Ask for it "
        "before the program ends."
    )


def no_thread_error(error: BaseException) -> TokenEndpointUnreachable:
    """What callers are told when ``error`` is why there is no thread."""
    # From Python 3.12 on no thread starts in atexit functions, before that is so.
    if sys.is_finalizing() or "interpreter shutdown" in str(error):
        return ending_error()
    if isinstance(error, ThreadsStuckError):
        return TokenEndpointUnreachable(
            f"No thread is free to ask for a token: {error}. Give what hangs a time limit."
        )
    return TokenEndpointUnreachable(
        f"No thread could be started to ask for a token: {error}. Ask for it before the program "
        "ends, and see how many threads the machine allows."
    )

"""What a fork means for threads and locks.

A child has one thread, and what another thread of its parent had locked stays locked in it. Our
own threads and locks are made anew in the child: see `reset_in_child`. Those of Python's import
system and of OpenSSL can't be, so a fork waits until no thread of ours is inside them: see
`hold_forks`. A first token request imports for a tenth of a second and then sets up TLS, so a
program that forks soon after it asked for a token would often get children that wait for ever
(8 of 10 were seen to).
"""

from __future__ import annotations

import _imp

# logging's own hooks hold its lock during a fork. They have to be registered before ours, so that
# they run after them: else a thread that imports a module with a logger would wait for the fork.
import logging  # noqa: F401 - for its fork hooks
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

_OUR_THREADS = "zeebe-auth"  # what all their names begin with
_IMPORT_SYSTEM = "<frozen importlib._bootstrap>"
_tls_modules = {"ssl"}
_POLL_SECONDS = 0.001


class _Process:
    """Which process what is in memory belongs to, and what a child has to make anew."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.resets: list[Callable[[], object]] = []
        self.locks: dict[int, threading.RLock] = {}
        self.entering: int | None = None

    def enter_child(self) -> None:
        pid = os.getpid()
        # A lock that was made in this very process: one of the parent's may be held for ever.
        with self.locks.setdefault(pid, threading.RLock()):
            if pid in {self.pid, self.entering}:
                # The latter in a signal handler or a finalizer, in the middle of it.
                return
            self.entering = pid
            try:
                # What was the parent's is dropped at the end, when whatever its finalizers ask for
                # is as it should be.
                dropped = [reset() for reset in self.resets]
                self.pid = pid
            finally:
                self.entering = None
            del dropped


_process = _Process()


def reset_in_child(reset: Callable[[], object]) -> None:
    """Call ``reset`` first thing in each forked child, in the order in which they were given.

    Args:
        reset: Makes anew what threads of the parent may have held, such as a lock. It must take
            no lock that was made before the fork. What it returns is dropped after all others
            have been called.
    """
    _process.resets.append(reset)


def notice_fork() -> None:
    """Make up for a fork that Python didn't see. Call it before any lock and any wait.

    uWSGI forks its workers in C after it has loaded the application, and Python's own hooks don't
    run then. Looking up the process's id costs about 0.1 us.
    """
    if os.getpid() != _process.pid:
        _process.enter_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_process.enter_child)


def hold_forks_inside(module: str) -> None:
    """Let forks wait for threads of ours that run code of ``module``, which sets up TLS.

    Args:
        module: The ``__name__`` of the module that calls this.
    """
    _tls_modules.add(module)


def hold_forks(limit_seconds: float) -> None:
    """Let each fork of this process wait, where there are forks.

    Args:
        limit_seconds: How long at most: what hangs must not keep a process from forking for ever.
    """
    if hasattr(os, "register_at_fork"):
        gate = _Gate(limit_seconds)
        os.register_at_fork(before=gate.close, after_in_parent=gate.open, after_in_child=gate.open)


class _Gate:
    """Lets a fork begin where no thread of ours is in harm's way."""

    def __init__(self, limit_seconds: float) -> None:
        self._limit_seconds = limit_seconds
        # Counted, since a signal handler may fork in the middle of a fork.
        self._closed = 0

    def close(self) -> None:
        """Wait for our threads, and let no import begin before the fork.

        That takes the lock under which imports begin. The interpreter takes it for a fork as well,
        but by then an import may be half done. In the child, too, it is held by the thread that
        forks.
        """
        deadline = time.monotonic() + self._limit_seconds
        try:
            while True:
                _imp.acquire_lock()
                if not _a_thread_is_importing_or_in_tls() or time.monotonic() >= deadline:
                    self._closed += 1
                    return
                _imp.release_lock()
                time.sleep(_POLL_SECONDS)
        except BaseException:
            # Of a signal handler. Python tells of it, and forks all the same.
            with suppress(RuntimeError):
                _imp.release_lock()
            raise

    def open(self) -> None:
        """Let imports begin again. uWSGI can be told to call the child's hooks alone."""
        if self._closed:
            self._closed -= 1
            _imp.release_lock()


def _a_thread_is_importing_or_in_tls() -> bool:
    here = threading.get_ident()
    ours = [
        thread.ident or 0
        for thread in threading.enumerate()
        if thread.name.startswith(_OUR_THREADS) and thread.ident != here
    ]
    if not ours:
        return False
    frames = sys._current_frames()  # noqa: SLF001 - no other way to look at another thread
    for ident in ours:
        frame = frames.get(ident)
        while frame is not None:
            # Not by the file: in a frozen program, and in one without sources, the file of the code
            # is where it was compiled, and the file of the module is where it is now.
            if (
                frame.f_code.co_filename == _IMPORT_SYSTEM
                or frame.f_globals.get("__name__") in _tls_modules
            ):
                return True
            frame = frame.f_back
    return False

"""Threads of this process, one at a time and in the order they came."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from pathlib import Path

from zeebe_auth.concurrency.fork import notice_fork, reset_in_child

__all__ = ["Turns", "turns_at"]


class Turns:
    """A lock that is handed to whoever waits longest.

    Waiters for a lock file look at it now and then; beside threads that take it again and again,
    one of them could miss every gap.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    def take(self, timeout_seconds: float) -> bool:
        """Wait for the turn; False if it did not come within ``timeout_seconds``."""
        if not self._lock.acquire(timeout=max(0.0, timeout_seconds)):
            return False
        try:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        finally:
            self._lock.release()
        if mine.wait(timeout_seconds):
            return True
        with self._lock:
            if mine.is_set():
                return True
            self._waiting.remove(mine)
            return False

    def give(self) -> None:
        """The turn is over: the next one's begins."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


_guard = threading.Lock()
# Held weakly: turns that nobody takes or waits for are forgotten.
_turns: weakref.WeakValueDictionary[Path, Turns] = weakref.WeakValueDictionary()


def turns_at(path: Path) -> Turns:
    """The turns at ``path``, the same for all threads of this process."""
    notice_fork()
    with _guard:
        return _turns.setdefault(path, Turns())


def _forget_in_child() -> None:
    global _guard, _turns  # noqa: PLW0603
    _guard = threading.Lock()
    _turns = weakref.WeakValueDictionary()


reset_in_child(_forget_in_child)

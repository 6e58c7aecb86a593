"""Does something at the n-th line of our code, as a signal handler or a finalizer may."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import zeebe_auth

__all__ = ["AtLine"]

_OURS = str(Path(zeebe_auth.__file__).parent)


class AtLine:
    """Counts the lines of `zeebe_auth` that run, and calls a function at one of them.

    Args:
        number: At which line, from 1.
        action: What to do there. What it raises is raised in the middle of that line's function.
    """

    def __init__(self, number: int, action: Callable[[], object]) -> None:
        self.reached = False
        self.where = ""
        self._left = number
        self._action = action
        self._lock = threading.Lock()

    def __call__(self, frame: FrameType, event: str, _argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(_OURS):
            return None
        if event == "line":
            with self._lock:
                self._left -= 1
                is_here = self._left == 0
            if is_here:
                self.reached = True
                self.where = f"{frame.f_code.co_filename}:{frame.f_lineno}"
                self._action()
        return self

    @contextmanager
    def here(self) -> Iterator[None]:
        """Count the lines of this thread."""
        before = sys.gettrace()
        sys.settrace(self)
        try:
            yield
        finally:
            sys.settrace(before)

    @contextmanager
    def on_new_threads(self) -> Iterator[None]:
        """Count the lines of threads that are started meanwhile."""
        before = threading.gettrace()
        threading.settrace(self)
        try:
            yield
        finally:
            threading.settrace(before)

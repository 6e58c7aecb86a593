"""One time limit for several things in a row."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

_Result = TypeVar("_Result")


class TimeOverError(Exception):
    """The time was over before something was done."""


class TimeLimit:
    """A limit that begins now.

    Args:
        seconds: How long everything may take together.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds

    def left(self, share: float = 1.0) -> float:
        """Seconds that are left, or the ``share`` of them; never below a millisecond."""
        return max(0.001, (self._ends - time.monotonic()) * share)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return time.monotonic() >= self._ends

    def run(self, function: Callable[[], _Result]) -> _Result:
        """Call what takes no time limit itself, on another thread, which is left behind.

        Raises:
            TimeOverError: It was not done in time.
            BaseException: Whatever ``function`` raised.
        """
        results: list[_Result] = []
        errors: list[BaseException] = []

        def call() -> None:
            try:
                results.append(function())
            except BaseException as error:  # whoever waits for it is told
                errors.append(error)

        try:
            thread = threading.Thread(target=call, name="zeebe-grpc diagnosis", daemon=True)
            thread.start()
        except (RuntimeError, MemoryError):
            # There is no thread for it: better without a limit than not at all.
            call()
        else:
            thread.join(self.left())
        if errors:
            raise errors[0]
        if not results:
            raise TimeOverError
        return results[0]

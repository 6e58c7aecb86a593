"""One token request that many wait for, from threads and from event loops alike."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

from zeebe_auth.concurrency.threads import Guard, report_unhandled
from zeebe_auth.errors import AuthError, TokenTimeout

T = TypeVar("T")

_SLICE_SECONDS = 0.2


class Waiter(Generic[T]):
    """One caller who waits for a result or a failure.

    Each has a lock of its own to wait on, so that a signal handler that asks in the middle of a
    wait, or in the middle of beginning one, meets no lock that its own thread holds.
    """

    __slots__ = ("_arrived", "_error", "_landed", "_result", "_wake", "given_up")

    def __init__(self) -> None:
        self.given_up = False
        """Whether nobody waits any more."""
        self._result: T | None = None
        self._error: AuthError | None = None
        self._wake: Callable[[], None] | None = None
        self._landed = False
        self._arrived = threading.Lock()
        self._arrived.acquire()

    @property
    def done(self) -> bool:
        """Whether the answer is there."""
        return self._landed

    def succeed(self, result: T) -> None:
        """Give the caller ``result``. Only one thread may answer, and only once."""
        self._result = result
        self._land()

    def fail(self, error: AuthError) -> None:
        """Give the caller an error of its own that is equal to ``error``."""
        self._error = error
        self._land()

    def _land(self) -> None:
        self._landed = True
        self._arrived.release()
        if self._wake is not None:
            self._wake()

    def result(self) -> T:
        """The answer, once it is there."""
        if self._error is not None:
            raise self._error.copy()
        return self._result  # type: ignore[return-value]  # it is done

    def wait(
        self, timeout_seconds: float | None, asked: Callable[[], str | None] | None = None
    ) -> T:
        """Block this thread until the answer is there.

        Args:
            timeout_seconds: For how long at most; None for ever.
            asked: Tells who has not answered when the time is up, for people.

        Raises:
            TokenTimeout: It did not come in time; the request goes on for others.
            AuthError: The request failed.
        """
        limit_seconds = _bounded(timeout_seconds)
        if self._landed:
            return self.result()
        try:
            if not _acquired(self._arrived, limit_seconds):
                raise _gave_up(limit_seconds, asked() if asked else None)
        except BaseException:
            self.given_up = True
            raise
        return self.result()

    async def wait_async(
        self, timeout_seconds: float | None, asked: Callable[[], str | None] | None = None
    ) -> T:
        """As `wait`, without blocking the running event loop."""
        if self._landed:
            return self.result()
        import asyncio

        loop = asyncio.get_running_loop()
        limit_seconds = _bounded(timeout_seconds)
        landed = loop.create_future()

        def wake_loop() -> None:
            try:
                # The future's own method: asyncio swallows what a signal handler raises in a
                # callback of ours, and the wake-up with it.
                loop.call_soon_threadsafe(landed.set_result, None)
            except RuntimeError:
                # The loop was closed while its task waited: nobody is left to be told.
                return

        self._wake = wake_loop
        if self._landed:
            # The answer may have come before there was anybody to wake.
            return self.result()
        try:
            # It leaves the future as it is when time is up or the task is cancelled: the answer
            # may be about to be set.
            await asyncio.wait((landed,), timeout=limit_seconds)
        finally:
            self.given_up = not self._landed
        if self.given_up:
            raise _gave_up(limit_seconds, asked() if asked else None)
        return self.result()


class Flight(Generic[T]):
    """What a request brings, for any number of callbacks. It lands once.

    It has no lock: whoever lands it first has the right to, and each callback is taken out of a
    deque by exactly one thread.
    """

    __slots__ = ("_callbacks", "_claim", "_done", "_value", "_wanted")

    def __init__(self) -> None:
        self._wanted: list[Callable[[], bool]] = []
        self._claim = threading.Lock()
        self._done = False
        self._callbacks: deque[Callable[[T], Callable[[], object] | None]] = deque()
        self._value: T | None = None

    @property
    def done(self) -> bool:
        """Whether it has landed."""
        return self._done

    def add_joiner(self, is_wanted: Callable[[], bool]) -> None:
        """Let ``is_wanted`` say whether somebody still waits for it."""
        self._wanted.append(is_wanted)

    def is_wanted(self) -> bool:
        """Whether any of those who joined it still wants what it brings."""
        return any(is_wanted() for is_wanted in list(self._wanted))

    def land(self, value: T) -> None:
        """Land with ``value``, unless it has landed already."""
        if not self._claim.acquire(blocking=False):
            return
        self._value = value
        self._done = True
        self._tell()

    def add_done_callback(self, callback: Callable[[T], Callable[[], object] | None]) -> None:
        """Call ``callback`` with what it brought when it has landed: at once if it has.

        What it returns is called when all callbacks have been: somebody's hook, which may be slow
        or wait for what another callback brings.
        """
        self._callbacks.append(callback)
        if self._done:
            self._tell()

    def _tell(self) -> None:
        later: list[Callable[[], object]] = []
        while self._callbacks:
            try:
                callback = self._callbacks.popleft()
            except IndexError:
                # Another thread took the last one.
                break
            _called(partial(_noted, later, callback, self._value))  # type: ignore[arg-type]  # it is done
        for each in later:
            _called(each)


def _noted(
    later: list[Callable[[], object]],
    callback: Callable[[T], Callable[[], object] | None],
    value: T,
) -> None:
    after = callback(value)
    if after is not None:
        later.append(after)


def _called(function: Callable[[], object]) -> None:
    try:
        function()
    except BaseException as uncaught:
        # The others have waited for the same landing.
        report_unhandled(uncaught)


def _acquired(lock: threading.Lock, limit_seconds: float | None) -> bool:
    """Whether ``lock`` was had in time."""
    if sys.platform != "win32":
        return lock.acquire(timeout=-1 if limit_seconds is None else max(0.0, limit_seconds))
    # On Windows Ctrl-C doesn't end the wait for a lock (python/cpython#80116).
    deadline = math.inf if limit_seconds is None else time.monotonic() + limit_seconds
    while not lock.acquire(timeout=max(0.0, min(_SLICE_SECONDS, deadline - time.monotonic()))):
        if time.monotonic() >= deadline:
            return False
    return True


def _bounded(timeout_seconds: float | None) -> float | None:
    """A time limit that threads and event loops both take."""
    if timeout_seconds is None or timeout_seconds > threading.TIMEOUT_MAX:
        return None
    if timeout_seconds != timeout_seconds:  # noqa: PLR0124 - NaN; an int may be beyond a float
        raise ValueError("The time limit is not a number. Give seconds, or None for no limit.")
    return max(timeout_seconds, 0.0)


def _gave_up(timeout_seconds: float | None, asked: str | None) -> TokenTimeout:
    if asked:
        return TokenTimeout(
            f"{asked} gave no token within {timeout_seconds:.3g} s. Check that it is up and not "
            "overloaded, or allow more time."
        )
    return TokenTimeout(
        f"No token within {timeout_seconds:.3g} s. The request for it goes on in the background; "
        "allow more time, or look at the token endpoint."
    )


class InFlight(Generic[T]):
    """The flights of a process by name, so that no two of the same name are under way together."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> object:
        """Forget the flights of another process (after a fork).

        Returns:
            What was there before, whose owners' finalizers run when it is dropped.
        """
        before = dict(vars(self))
        self._lock = Guard()
        self._flights: dict[Hashable, Flight[T]] = {}
        return before

    def join(self, name: Hashable) -> tuple[Flight[T], bool]:
        """The flight of that name, and whether it is a new one that the caller has to fly."""
        with self._lock:
            flight = self._flights.get(name)
            if flight is not None:
                return flight, False
            flight = self._flights[name] = Flight()
        flight.add_done_callback(lambda _: self._remove(name, flight))
        return flight, True

    def _remove(self, name: Hashable, flight: Flight[T]) -> None:
        with self._lock:
            if self._flights.get(name) is flight:
                del self._flights[name]

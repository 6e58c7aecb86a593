"""One token request that many wait for, from threads and from event loops alike."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from zeebe_auth.concurrency.uncaught import show_uncaught
from zeebe_auth.errors import AuthError, TokenTimeout

__all__ = ["Flight", "FlightBoard"]

T = TypeVar("T")


class Flight(Generic[T]):
    """A result or a failure under way. Whoever waits may give up without harming the others.

    Attributes:
        awaited: Whether somebody is handed the result, as far as its owner knows.
    """

    __slots__ = ("_callbacks", "_done", "_error", "_lock", "_result", "awaited")

    def __init__(self) -> None:
        self.awaited = False
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._callbacks: list[Callable[[Flight[T]], None]] = []
        self._result: T | None = None
        self._error: AuthError | None = None

    @property
    def done(self) -> bool:
        """Whether it has landed."""
        return self._done.is_set()

    @property
    def error(self) -> AuthError | None:
        """The failure it ended with, if it did."""
        return self._error

    def succeed(self, result: T) -> None:
        """Land with a result, unless it has landed already."""
        self._land(result, None)

    def fail(self, error: AuthError) -> None:
        """Land with a failure, unless it has landed already."""
        self._land(None, error)

    def _land(self, result: T | None, error: AuthError | None) -> None:
        with self._lock:
            if self._done.is_set():
                return
            self._result, self._error = result, error
            self._done.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            try:
                callback(self)
            except BaseException as uncaught:  # noqa: BLE001
                # The others have waited for the same landing.
                show_uncaught(uncaught)

    def add_done_callback(self, callback: Callable[[Flight[T]], None]) -> None:
        """Call ``callback(flight)`` when it has landed: at once if it has."""
        with self._lock:
            if not self._done.is_set():
                self._callbacks.append(callback)
                return
        callback(self)

    def remove_done_callback(self, callback: Callable[[Flight[T]], None]) -> None:
        """Forget ``callback``: its waiter gave up."""
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

    def result(self) -> T:
        """The result of a flight that has landed; each caller raises an error of its own."""
        if self._error is not None:
            raise self._error.copy()
        return self._result  # type: ignore[return-value]

    def wait(self, timeout_seconds: float | None) -> T:
        """Block this thread until it lands.

        Raises:
            TokenTimeout: It did not land in time; it goes on for others.
            AuthError: It failed.
        """
        if not self._done.wait(_bounded(timeout_seconds)):
            raise _gave_up(timeout_seconds)
        return self.result()

    async def wait_async(self, timeout_seconds: float | None) -> T:
        """As `wait`, without blocking the running event loop."""
        if self._done.is_set():
            return self.result()
        import asyncio

        loop = asyncio.get_running_loop()
        limit_seconds = _bounded(timeout_seconds)
        landed = loop.create_future()

        def wake() -> None:
            if not landed.done():
                landed.set_result(None)

        def tell(_landed: Flight[T]) -> None:
            try:
                loop.call_soon_threadsafe(wake)
            except RuntimeError:
                # The loop was closed while its task waited: nobody is left to be told.
                return

        self.add_done_callback(tell)
        try:
            async with asyncio.timeout(limit_seconds):
                await landed
        except TimeoutError:
            if not self._done.is_set():
                raise _gave_up(timeout_seconds) from None
        finally:
            self.remove_done_callback(tell)
        return self.result()


def _bounded(timeout_seconds: float | None) -> float | None:
    """A time limit that threads and event loops both take."""
    if timeout_seconds is None or timeout_seconds > threading.TIMEOUT_MAX:
        return None
    if math.isnan(timeout_seconds):
        raise ValueError("The time limit is not a number. Give seconds, or None for no limit.")
    return timeout_seconds


def _gave_up(timeout_seconds: float | None) -> TokenTimeout:
    return TokenTimeout(
        f"No token within {timeout_seconds:.3g} s. The request for it goes on in the background; "
        "allow more time, or look at the token endpoint."
    )


class FlightBoard(Generic[T]):
    """The flights of a process, so that no two of the same name are in the air together."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the flights of another process (after a fork)."""
        self._lock = threading.Lock()
        self._flights: dict[Hashable, Flight[T]] = {}

    def join(self, name: Hashable) -> tuple[Flight[T], bool]:
        """The flight of that name, and whether it is a new one that the caller has to fly."""
        with self._lock:
            flight = self._flights.get(name)
            if flight is not None:
                return flight, False
            flight = self._flights[name] = Flight()
        flight.add_done_callback(lambda landed: self._remove(name, landed))
        return flight, True

    def _remove(self, name: Hashable, flight: Flight[T]) -> None:
        with self._lock:
            if self._flights.get(name) is flight:
                del self._flights[name]

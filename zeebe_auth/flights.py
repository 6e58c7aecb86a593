"""One token request that many wait for, from threads and from event loops alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from zeebe_auth.errors import AuthError, TokenTimeout

__all__ = ["Flight", "FlightBoard"]

T = TypeVar("T")


class Flight(Generic[T]):
    """A result or a failure under way. Whoever waits may give up without harming the others."""

    __slots__ = ("_callbacks", "_done", "_error", "_lock", "_result")

    def __init__(self) -> None:
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
        """Land with a result. Called once."""
        self._result = result
        self._land()

    def fail(self, error: AuthError) -> None:
        """Land with a failure. Called once."""
        self._error = error
        self._land()

    def _land(self) -> None:
        with self._lock:
            self._done.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback(self)

    def add_done_callback(self, callback: Callable[[Flight[T]], None]) -> None:
        """Call ``callback(flight)`` when it has landed: at once if it has. It must not raise."""
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
        if not self._done.wait(timeout_seconds):
            raise _gave_up(timeout_seconds)
        return self.result()

    async def wait_async(self, timeout_seconds: float | None) -> T:
        """As `wait`, without blocking the running event loop."""
        import asyncio

        loop = asyncio.get_running_loop()
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
            async with asyncio.timeout(timeout_seconds):
                await landed
        except TimeoutError:
            raise _gave_up(timeout_seconds) from None
        finally:
            self.remove_done_callback(tell)
        return self.result()


def _gave_up(timeout_seconds: float | None) -> TokenTimeout:
    return TokenTimeout(
        f"No token within {timeout_seconds:g} s. The request for it goes on in the background; "
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

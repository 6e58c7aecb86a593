"""The calls of a channel that gRPC doesn't know yet, since they wait for a token."""

from __future__ import annotations

import threading
from typing import Protocol


class _Cancellable(Protocol):
    def cancel(self, details: str) -> bool: ...


class WaitingCalls:
    """What closing the channel must end, beside what gRPC ends itself."""

    def __init__(self) -> None:
        # Reentrant, since a garbage collection inside may cancel a dropped call.
        self._lock = threading.RLock()
        self._calls: set[_Cancellable] = set()

    def add(self, call: _Cancellable) -> None:
        """The call waits from now on."""
        with self._lock:
            self._calls.add(call)

    def discard(self, call: _Cancellable) -> None:
        """The call waits no more."""
        # Most never waited; a look without the lock spares them.
        if self._calls:
            with self._lock:
                self._calls.discard(call)

    def cancel_all(self) -> None:
        """The channel was closed."""
        with self._lock:
            calls, self._calls = self._calls, set()
        for call in calls:
            call.cancel("Channel closed!")

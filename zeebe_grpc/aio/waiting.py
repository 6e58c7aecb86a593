"""The calls of a channel that wait for a token, as tasks of an event loop."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

import grpc.aio


class _Waiting(Protocol):
    def cancel(self) -> bool: ...


class TokenWaits:
    """Keeps waiting calls alive, since an event loop refers to its tasks weakly."""

    def __init__(self) -> None:
        self._tasks: dict[_Waiting, asyncio.Task[Any]] = {}
        self._closed = False

    def check_open(self) -> None:
        """Refuse a new call as gRPC does.

        Raises:
            UsageError: The channel is closed.
        """
        if self._closed:
            raise grpc.aio.UsageError("Channel is closed.")

    def add(self, call: _Waiting, wait: asyncio.Task[Any]) -> None:
        """``call`` waits in the task ``wait``."""
        self._tasks[call] = wait

    def discard(self, call: _Waiting, wait: asyncio.Task[Any]) -> None:
        """``call`` waits no more in ``wait``."""
        if self._tasks.get(call) is wait:
            del self._tasks[call]

    async def close(self, grace: float | None) -> float | None:
        """Let no call wait any more; those that do may go on for the grace period.

        Args:
            grace: In seconds; None cancels them at once.

        Returns:
            What is left of the grace period, for the calls that have begun.
        """
        self._closed = True
        if grace and grace > 0 and self._tasks:
            began = time.monotonic()
            await asyncio.wait(tuple(self._tasks.values()), timeout=grace)
            grace = max(0.0, grace - (time.monotonic() - began))
        for call in tuple(self._tasks):
            call.cancel()
        return grace

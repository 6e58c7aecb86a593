"""What a logical call tells of itself: of its final attempt alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import grpc
import grpc.aio

from zeebe_grpc.aio.logical_call import LogicalCall, is_over

_Told = TypeVar("_Told")


class CallStatus(LogicalCall):
    """A logical call that can be asked: the questions that all four kinds answer."""

    def done(self) -> bool:
        """Whether the final attempt is over."""
        return self._over

    def cancelled(self) -> bool:
        """Whether it ended by being cancelled."""
        return self._over and bool(self._attempt.cancelled())

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        """Call ``callback`` with this call once it is over; at once if it is."""
        if self._over:
            callback(self)
        elif self._callbacks is None:
            self._callbacks = [callback]
        else:
            self._callbacks.append(callback)

    async def initial_metadata(self) -> grpc.aio.Metadata:
        """What the server sent first. Once any of it was told, the call is not repeated.

        Of a stream it may be told before the server's verdict is known. If it is empty then, and
        the call is repeated, ask again at the end for the final attempt's.
        """
        metadata: grpc.aio.Metadata = await self._told_by_final(
            lambda attempt: attempt.initial_metadata()
        )
        if metadata:
            self._consumed = True
        return metadata

    async def trailing_metadata(self) -> grpc.aio.Metadata:
        """What the server sent last, in the final attempt."""
        return await self._told_by_final(lambda attempt: attempt.trailing_metadata())

    async def code(self) -> grpc.StatusCode:
        """The status of the final attempt."""
        return await self._told_by_final(lambda attempt: attempt.code())

    async def details(self) -> str:
        """The details of the final attempt's status."""
        return await self._told_by_final(lambda attempt: attempt.details())

    async def debug_error_string(self) -> str:
        """What gRPC's core says of the final attempt."""
        return await self._told_by_final(lambda attempt: attempt.debug_error_string())

    async def wait_for_connection(self) -> None:
        """Wait until an attempt is under way to the server.

        Raises:
            AioRpcError: The call failed.
        """
        while True:
            attempt = self._attempt
            try:
                if attempt is None or self._undecided is not None:
                    attempt = await self._next_attempt()
                await attempt.wait_for_connection()
            except Exception as error:
                if self._fails(attempt, error):
                    raise
            else:
                if attempt is self._attempt:
                    return

    def __repr__(self) -> str:
        if self._attempt is None:
            return f"<{type(self).__name__} that waits for a token>"
        return repr(self._attempt)

    async def _told_by_final(self, ask: Callable[[Any], Awaitable[_Told]]) -> _Told:
        while True:
            attempt = self._attempt
            if attempt is None:
                await self._wait_passively()
                continue
            if self._undecided is not None:
                await asyncio.wait((self._undecided,))
                continue
            try:
                told = await ask(attempt)
            except Exception as error:
                if self._fails(attempt, error):
                    raise
                continue
            if attempt is self._attempt and is_over(attempt):
                # Also if the call is over: the server's status may have come after gRPC's own.
                self._attempt_done(attempt)
            if attempt is self._attempt and self._undecided is None:
                return told

    async def _wait_passively(self) -> None:
        wait = self._wait
        await asyncio.wait((wait,))
        # It may be cancelled and asyncio not yet have told so.
        if self._attempt is None and wait.done():
            self._wait_done(wait)

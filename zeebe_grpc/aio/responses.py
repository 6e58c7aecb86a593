"""How a logical call gives its answer: one response, or a stream of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from typing import Any

import grpc.aio

from zeebe_grpc.aio.call_status import CallStatus

__all__ = ["StreamedResponses", "UnaryResponse"]


class UnaryResponse(CallStatus):
    """A call with one response: it is awaited, by any number of coroutines."""

    def __await__(self) -> Generator[Any, None, Any]:
        """The response.

        Raises:
            AioRpcError: The call failed.
            asyncio.CancelledError: It was cancelled, or who awaited it was.
        """
        while True:
            attempt = self._attempt
            try:
                if attempt is None:
                    attempt = yield from self._next_attempt().__await__()
                return (yield from attempt.__await__())
            except grpc.aio.AioRpcError as error:
                if self._stands(attempt, error):
                    raise
            except asyncio.CancelledError:
                self.cancel()
                raise


class StreamedResponses(CallStatus):
    """A call with a stream of responses: iterated, or read one by one."""

    _iterator: AsyncIterator[Any] | None = None

    def __aiter__(self) -> AsyncIterator[Any]:
        """The responses; the same iterator for all who ask.

        Raises:
            AioRpcError: The call failed, after the responses it had.
        """
        if self._iterator is None:
            self._iterator = self._iterate()
        return self._iterator

    async def _iterate(self) -> AsyncIterator[Any]:
        while True:
            attempt = self._attempt
            try:
                if attempt is None:
                    attempt = await self._next_attempt()
                async for response in attempt:
                    if self._counts(attempt):
                        yield response
            except grpc.aio.AioRpcError as error:
                if self._stands(attempt, error):
                    raise
            except asyncio.CancelledError:
                self.cancel()
                raise
            else:
                return

    async def read(self) -> Any:
        """The next response, or ``grpc.aio.EOF`` after the last.

        Raises:
            AioRpcError: The call failed.
        """
        while True:
            attempt = self._attempt
            try:
                if attempt is None:
                    attempt = await self._next_attempt()
                response = await attempt.read()
            except grpc.aio.AioRpcError as error:
                if self._stands(attempt, error):
                    raise
            except asyncio.CancelledError:
                self.cancel()
                raise
            else:
                if response is grpc.aio.EOF or self._counts(attempt):
                    return response

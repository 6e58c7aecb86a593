"""The call objects of the four kinds of RPCs."""

from __future__ import annotations

import asyncio
from asyncio import get_running_loop
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from typing import Any

import grpc.aio

from zeebe_grpc.aio.call_status import CallStatus
from zeebe_grpc.aio.event_loop import require_asyncio
from zeebe_grpc.aio.logical_call import is_over
from zeebe_grpc.aio.request_stream import RequestStream


class _UnaryResponse(CallStatus):
    """A call with one response: it is awaited, by any number of coroutines."""

    def __await__(self) -> Generator[Any, None, Any]:
        """The response.

        Raises:
            AioRpcError: The call failed.
            asyncio.CancelledError: It was cancelled, or who awaited it was.
        """
        try:
            get_running_loop()
        except RuntimeError:
            require_asyncio()
        while True:
            attempt = self._attempt
            try:
                if attempt is None:
                    attempt = yield from self._next_attempt().__await__()
                response = yield from attempt.__await__()
            except asyncio.CancelledError:
                self.cancel()
                raise
            except Exception as error:
                if self._fails(attempt, error):
                    raise
            else:
                if (self._over and attempt is self._attempt) or self._answers(attempt):
                    return response


class _StreamedResponses(CallStatus):
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
        iterated: Any = None
        responses: Any = None

        def take(attempt: Any) -> Awaitable[Any]:
            nonlocal iterated, responses
            if attempt is not iterated:
                iterated, responses = attempt, aiter(attempt)
            return anext(responses, grpc.aio.EOF)

        while (response := await self._take_response(take)) is not grpc.aio.EOF:
            yield response

    async def read(self) -> Any:
        """The next response, or ``grpc.aio.EOF`` after the last.

        Raises:
            AioRpcError: The call failed.
        """
        return await self._take_response(_read)

    async def _take_response(self, take: Callable[[Any], Awaitable[Any]]) -> Any:
        require_asyncio()
        while True:
            attempt = self._attempt
            try:
                if attempt is None or self._undecided is not None:
                    attempt = await self._next_attempt()
                self._readers += 1
                try:
                    response = await take(attempt)
                finally:
                    self._readers -= 1
            except asyncio.CancelledError:
                self.cancel()
                raise
            except GeneratorExit:
                if self._undecided is not None:
                    self._attempt_done(attempt)
                raise
            except Exception as error:
                if self._fails(attempt, error):
                    raise
            else:
                if self._goes_to_caller(attempt, response):
                    return response

    def _goes_to_caller(self, attempt: Any, response: Any) -> bool:
        if response is grpc.aio.EOF:
            return self._answers(attempt)
        if attempt is not self._attempt:
            return False
        self._consumed = True
        if self._token is not self._accepted.last:
            self._note_acceptance()
        if self._undecided is not None:
            self._attempt_done(attempt)
        return True


def _read(attempt: Any) -> Awaitable[Any]:
    response: Awaitable[Any] = attempt.read()
    return response


class _StreamedRequests(CallStatus):
    """A call with a stream of requests. Once any was read or written, it is not repeated."""

    def __init__(
        self,
        channel_token: Any,
        waits: Any,
        begin: Callable[..., Any],
        request: Any,
        metadata: tuple[Any, ...],
        timeout: float | None,
    ) -> None:
        self._requests = None if request is None else RequestStream(request)
        super().__init__(channel_token, waits, begin, request, metadata, timeout)

    async def write(self, request: Any) -> None:
        """Send ``request``; it waits for a token where one is awaited.

        Raises:
            AioRpcError: The call failed.
            asyncio.InvalidStateError: It is over, or `done_writing` was called.
        """
        await self._write(lambda attempt: attempt.write(request))

    async def done_writing(self) -> None:
        """Tell the server that no more requests come."""
        await self._write(lambda attempt: attempt.done_writing())

    async def _write(self, do: Callable[[Any], Awaitable[None]]) -> None:
        require_asyncio()
        attempt = self._attempt
        if attempt is not None and not self._over and is_over(attempt):
            # It may have been refused, and then nothing has been written yet.
            self._attempt_done(attempt)
            attempt = self._attempt
        if attempt is None or self._undecided is not None:
            attempt = await self._next_attempt()
            if self._over:
                await attempt.wait_for_connection()
        self._consumed = True
        try:
            await do(attempt)
        except Exception as error:
            self._fails(attempt, error)
            raise


# Their type arguments are a matter for type checkers: not all of grpcio's classes take them when
# the program runs, in 1.66 for one.


class UnaryUnaryCall(_UnaryResponse, grpc.aio.UnaryUnaryCall):
    """One request, one response."""


class UnaryStreamCall(_StreamedResponses, grpc.aio.UnaryStreamCall):
    """One request, a stream of responses."""


class StreamUnaryCall(_StreamedRequests, _UnaryResponse, grpc.aio.StreamUnaryCall):
    """A stream of requests, one response."""


class StreamStreamCall(_StreamedRequests, _StreamedResponses, grpc.aio.StreamStreamCall):
    """A stream in each direction."""

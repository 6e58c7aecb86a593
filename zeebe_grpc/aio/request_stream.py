"""A caller's request iterator, handed to one attempt after another until something is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any

_END = object()


class RequestStream:
    """Knows whether anything was taken out of the caller's iterator.

    gRPC asks for the first request as soon as an attempt begins. If that attempt is refused
    before there is one, the next attempt waits for the same.

    Args:
        requests: The caller's iterable, asynchronous or not.
    """

    def __init__(self, requests: AsyncIterable[Any] | Iterable[Any]) -> None:
        self._requests = requests
        self._iterator: AsyncIterator[Any] | None = None
        self._first: asyncio.Task[Any] | None = None
        self._released: asyncio.Future[None] | None = None
        self.was_read = False

    def for_attempt(self) -> AsyncIterator[Any] | Iterator[Any]:
        """The requests, for an attempt that begins."""
        if isinstance(self._requests, AsyncIterable):
            self._released = asyncio.get_running_loop().create_future()
            return self._pass_on(self._requests, self._released)
        return self._pass_on_at_once(self._requests)

    def release(self) -> None:
        """The attempt is over: it takes nothing any more."""
        if self._released is not None and not self._released.done():
            self._released.set_result(None)

    def close(self) -> None:
        """The call is over: nobody takes anything any more."""
        self.release()
        if self._first is not None and not self.was_read:
            self._first.cancel()

    def _pass_on_at_once(self, requests: Iterable[Any]) -> Iterator[Any]:
        self.was_read = True
        yield from requests

    async def _pass_on(
        self, requests: AsyncIterable[Any], released: asyncio.Future[None]
    ) -> AsyncIterator[Any]:
        if self._iterator is None:
            self._iterator = aiter(requests)
        if self._first is None:
            self._first = asyncio.create_task(_next_of(self._iterator))
            self._first.add_done_callback(_look_at)
        await asyncio.wait((self._first, released), return_when=asyncio.FIRST_COMPLETED)
        if released.done():
            return
        self.was_read = True
        request = self._first.result()
        if request is _END:
            return
        yield request
        async for request in self._iterator:
            yield request


async def _next_of(iterator: AsyncIterator[Any]) -> Any:
    return await anext(iterator, _END)


def _look_at(first: asyncio.Task[Any]) -> None:
    # Who takes it raises it; if nobody does, asyncio needn't complain.
    if not first.cancelled():
        first.exception()

"""How a logical call takes a stream of requests: from an iterator, or by `write`."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from zeebe_grpc.aio.call_status import CallStatus
from zeebe_grpc.aio.request_stream import RequestStream

if TYPE_CHECKING:
    from zeebe_auth.adapters import TokenAccess
    from zeebe_grpc.aio.token_waits import TokenWaits

__all__ = ["StreamedRequests"]


class StreamedRequests(CallStatus):
    """A call with a stream of requests. Once any was read, the call is not repeated.

    Args:
        access: The provider.
        waits: The channel's calls that wait for a token.
        begin: Begins an attempt, given the requests, gRPC's ``timeout`` and ``metadata``.
        requests: The caller's iterable; None if the requests will be written.
        metadata: The caller's own metadata, without an authorization.
        timeout: How long the whole call may take, in seconds; None for as long as it needs.
    """

    def __init__(
        self,
        access: TokenAccess,
        waits: TokenWaits,
        begin: Callable[..., Any],
        requests: AsyncIterable[Any] | Iterable[Any] | None,
        metadata: tuple[Any, ...],
        timeout: float | None,
    ) -> None:
        self._requests = None if requests is None else RequestStream(requests)
        self._written = False
        self._begin_with = begin
        super().__init__(access, waits, self._begin_with_requests, metadata, timeout)

    def _begin_with_requests(self, **options: Any) -> Any:
        requests = None if self._requests is None else self._requests.for_attempt()
        return self._begin_with(requests, **options)

    def _requests_read(self) -> bool:
        return self._written if self._requests is None else self._requests.was_read

    def _release_requests(self) -> None:
        if self._requests is None:
            return
        if self._over:
            self._requests.close()
        else:
            self._requests.release()

    async def write(self, request: Any) -> None:
        """Send ``request``; it waits for a token where one is awaited.

        Raises:
            AioRpcError: The call failed.
            asyncio.InvalidStateError: It is over, or `done_writing` was called.
        """
        attempt = self._attempt
        if attempt is None:
            attempt = await self._next_attempt()
            if self._over:
                await attempt.wait_for_connection()
        self._written = True
        await attempt.write(request)

    async def done_writing(self) -> None:
        """Tell the server that no more requests come."""
        attempt = self._attempt
        if attempt is None:
            attempt = await self._next_attempt()
        self._written = True
        await attempt.done_writing()

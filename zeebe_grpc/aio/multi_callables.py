"""The multi-callables of the four kinds: each call of them is one logical call."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio

from zeebe_grpc.aio.calls import (
    StreamStreamCall,
    StreamUnaryCall,
    UnaryStreamCall,
    UnaryUnaryCall,
)
from zeebe_grpc.call.authorization_header import has_authorization

if TYPE_CHECKING:
    from zeebe_auth.adapters import TokenAccess
    from zeebe_grpc.aio.token_waits import TokenWaits

__all__ = [
    "StreamStreamMultiCallable",
    "StreamUnaryMultiCallable",
    "UnaryStreamMultiCallable",
    "UnaryUnaryMultiCallable",
]

_Metadata = Iterable[tuple[str, str | bytes]]
_Requests = AsyncIterable[Any] | Iterable[Any]


class _Authorizing:
    """What they share.

    Args:
        inner: gRPC's own multi-callable.
        proving: What begins attempts with our token: the same, or `ProvingCalls` around it.
        access: The provider.
        waits: The channel's calls that wait for a token.
    """

    def __init__(self, inner: Any, proving: Any, access: TokenAccess, waits: TokenWaits) -> None:
        self._inner = inner
        self._proving = proving
        self._access = access
        self._waits = waits


# Type arguments of the bases are a matter for type checkers: not all of grpcio's classes take
# them when the program runs, in 1.66 for one.


class UnaryUnaryMultiCallable(_Authorizing, grpc.aio.UnaryUnaryMultiCallable):  # type: ignore[type-arg]
    """One request, one response."""

    def __call__(
        self,
        request: Any,
        *,
        timeout: float | None = None,
        metadata: _Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> grpc.aio.UnaryUnaryCall[Any, Any]:
        """As `grpc.aio.UnaryUnaryMultiCallable`, authorized."""
        own = tuple(metadata) if metadata else ()
        if own and has_authorization(own):
            call: grpc.aio.UnaryUnaryCall[Any, Any] = self._inner(
                request,
                timeout=timeout,
                metadata=metadata,
                credentials=credentials,
                wait_for_ready=wait_for_ready,
                compression=compression,
            )
            return call
        begin = partial(
            self._proving,
            request,
            credentials=credentials,
            wait_for_ready=wait_for_ready,
            compression=compression,
        )
        return UnaryUnaryCall(self._access, self._waits, begin, own, timeout)


class UnaryStreamMultiCallable(_Authorizing, grpc.aio.UnaryStreamMultiCallable):  # type: ignore[type-arg]
    """One request, a stream of responses."""

    def __call__(
        self,
        request: Any,
        *,
        timeout: float | None = None,
        metadata: _Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> grpc.aio.UnaryStreamCall[Any, Any]:
        """As `grpc.aio.UnaryStreamMultiCallable`, authorized."""
        own = tuple(metadata) if metadata else ()
        if own and has_authorization(own):
            call: grpc.aio.UnaryStreamCall[Any, Any] = self._inner(
                request,
                timeout=timeout,
                metadata=metadata,
                credentials=credentials,
                wait_for_ready=wait_for_ready,
                compression=compression,
            )
            return call
        begin = partial(
            self._proving,
            request,
            credentials=credentials,
            wait_for_ready=wait_for_ready,
            compression=compression,
        )
        return UnaryStreamCall(self._access, self._waits, begin, own, timeout)


class StreamUnaryMultiCallable(_Authorizing, grpc.aio.StreamUnaryMultiCallable):  # type: ignore[type-arg]
    """A stream of requests, one response."""

    def __call__(
        self,
        request_iterator: _Requests | None = None,
        timeout: float | None = None,
        metadata: _Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> grpc.aio.StreamUnaryCall[Any, Any]:
        """As `grpc.aio.StreamUnaryMultiCallable`, authorized."""
        own = tuple(metadata) if metadata else ()
        if own and has_authorization(own):
            call: grpc.aio.StreamUnaryCall[Any, Any] = self._inner(
                request_iterator,
                timeout=timeout,
                metadata=metadata,
                credentials=credentials,
                wait_for_ready=wait_for_ready,
                compression=compression,
            )
            return call
        begin = partial(
            self._proving,
            credentials=credentials,
            wait_for_ready=wait_for_ready,
            compression=compression,
        )
        return StreamUnaryCall(self._access, self._waits, begin, request_iterator, own, timeout)


class StreamStreamMultiCallable(_Authorizing, grpc.aio.StreamStreamMultiCallable):  # type: ignore[type-arg]
    """A stream in each direction."""

    def __call__(
        self,
        request_iterator: _Requests | None = None,
        timeout: float | None = None,
        metadata: _Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> grpc.aio.StreamStreamCall[Any, Any]:
        """As `grpc.aio.StreamStreamMultiCallable`, authorized."""
        own = tuple(metadata) if metadata else ()
        if own and has_authorization(own):
            call: grpc.aio.StreamStreamCall[Any, Any] = self._inner(
                request_iterator,
                timeout=timeout,
                metadata=metadata,
                credentials=credentials,
                wait_for_ready=wait_for_ready,
                compression=compression,
            )
            return call
        begin = partial(
            self._proving,
            credentials=credentials,
            wait_for_ready=wait_for_ready,
            compression=compression,
        )
        return StreamStreamCall(self._access, self._waits, begin, request_iterator, own, timeout)

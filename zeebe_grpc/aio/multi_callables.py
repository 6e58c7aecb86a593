"""The multi-callables of the four kinds: each call of them is one logical call."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import grpc
import grpc.aio

from zeebe_grpc.aio.calls import (
    StreamStreamCall,
    StreamUnaryCall,
    UnaryStreamCall,
    UnaryUnaryCall,
)
from zeebe_grpc.call.authorization_header import given_options, has_authorization

if TYPE_CHECKING:
    from zeebe_auth.adapters import AcceptedTokens, TokenAccess
    from zeebe_grpc.aio.waiting import TokenWaits

__all__ = [
    "StreamStreamMultiCallable",
    "StreamUnaryMultiCallable",
    "UnaryStreamMultiCallable",
    "UnaryUnaryMultiCallable",
]

_NO_OPTIONS = (None, None, None)

_Metadata = Iterable[tuple[str, str | bytes]]
_Requests = AsyncIterable[Any] | Iterable[Any]


class _Authorizing:
    """What they share.

    Args:
        inner: gRPC's own multi-callable.
        proving: What begins attempts with our token: the same, or what demands a proof with it.
        access: The provider.
        accepted: The channel's tokens that were accepted.
        waits: The channel's calls that wait for a token.
    """

    _call: ClassVar[type[UnaryUnaryCall | UnaryStreamCall | StreamUnaryCall | StreamStreamCall]]

    def __init__(
        self,
        inner: Any,
        proving: Any,
        access: TokenAccess,
        accepted: AcceptedTokens,
        waits: TokenWaits,
    ) -> None:
        self._inner = inner
        self._proving = proving
        self._access = access
        self._accepted = accepted
        self._waits = waits

    def _begin(
        self, request: Any, timeout: float | None, metadata: _Metadata | None, *options: Any
    ) -> Any:
        if metadata is None and options == _NO_OPTIONS:
            # The usual call.
            return self._call(
                self._access, self._accepted, self._waits, self._proving, request, (), timeout
            )
        given = given_options(*options)
        own = tuple(metadata) if metadata else ()
        if own and has_authorization(own):
            return self._inner(request, timeout=timeout, metadata=metadata, **given)
        begin = partial(self._proving, **given) if given else self._proving
        return self._call(self._access, self._accepted, self._waits, begin, request, own, timeout)


# Type arguments of the bases are a matter for type checkers: not all of grpcio's classes take
# them when the program runs, in 1.66 for one.


class UnaryUnaryMultiCallable(_Authorizing, grpc.aio.UnaryUnaryMultiCallable):  # type: ignore[type-arg]
    """One request, one response."""

    _call = UnaryUnaryCall

    def __call__(
        self,
        request: Any,
        *,
        timeout: float | None = None,
        metadata: _Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """As `grpc.aio.UnaryUnaryMultiCallable`, authorized."""
        return self._begin(request, timeout, metadata, credentials, wait_for_ready, compression)


class UnaryStreamMultiCallable(_Authorizing, grpc.aio.UnaryStreamMultiCallable):  # type: ignore[type-arg]
    """One request, a stream of responses."""

    _call = UnaryStreamCall

    def __call__(
        self,
        request: Any,
        *,
        timeout: float | None = None,
        metadata: _Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """As `grpc.aio.UnaryStreamMultiCallable`, authorized."""
        return self._begin(request, timeout, metadata, credentials, wait_for_ready, compression)


class StreamUnaryMultiCallable(_Authorizing, grpc.aio.StreamUnaryMultiCallable):  # type: ignore[type-arg]
    """A stream of requests, one response."""

    _call = StreamUnaryCall

    def __call__(
        self,
        request_iterator: _Requests | None = None,
        timeout: float | None = None,
        metadata: _Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """As `grpc.aio.StreamUnaryMultiCallable`, authorized."""
        return self._begin(
            request_iterator, timeout, metadata, credentials, wait_for_ready, compression
        )


class StreamStreamMultiCallable(_Authorizing, grpc.aio.StreamStreamMultiCallable):  # type: ignore[type-arg]
    """A stream in each direction."""

    _call = StreamStreamCall

    def __call__(
        self,
        request_iterator: _Requests | None = None,
        timeout: float | None = None,
        metadata: _Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """As `grpc.aio.StreamStreamMultiCallable`, authorized."""
        return self._begin(
            request_iterator, timeout, metadata, credentials, wait_for_ready, compression
        )

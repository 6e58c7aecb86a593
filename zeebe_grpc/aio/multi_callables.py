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
from zeebe_grpc.call.channel_token import given_options

if TYPE_CHECKING:
    from zeebe_grpc.aio.waiting import TokenWaits
    from zeebe_grpc.call.channel_token import ChannelToken

_NOTHING = (None, None, None, None)

_Metadata = Iterable[tuple[str, str | bytes]]
_Requests = AsyncIterable[Any] | Iterable[Any]


class _Authorizing:
    """What they share.

    Args:
        inner: gRPC's own multi-callable.
        checked: What begins attempts with our token: the same, or what checks them.
        channel_token: The channel's token.
        waits: The channel's calls that wait for a token.
    """

    _call: ClassVar[type[UnaryUnaryCall | UnaryStreamCall | StreamUnaryCall | StreamStreamCall]]

    def __init__(
        self,
        inner: Any,
        checked: Any,
        channel_token: ChannelToken,
        waits: TokenWaits,
    ) -> None:
        self._inner = inner
        self._checked = checked
        self._channel_token = channel_token
        self._waits = waits

    def _with_options(
        self, request: Any, timeout: float | None, metadata: _Metadata | None, *options: Any
    ) -> Any:
        given = given_options(*options)
        own = tuple(metadata) if metadata else ()
        if own and (whole := self._channel_token.without_token(own)) is not None:
            return self._inner(request, timeout=timeout, metadata=whole, **given)
        begin = partial(self._checked, **given) if given else self._checked
        return self._call(self._channel_token, self._waits, begin, request, own, timeout)


class _OneRequest(_Authorizing):
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
        """As gRPC's own, authorized."""
        if (metadata, credentials, wait_for_ready, compression) == _NOTHING:
            # The usual call.
            return self._call(self._channel_token, self._waits, self._checked, request, (), timeout)
        return self._with_options(
            request, timeout, metadata, credentials, wait_for_ready, compression
        )


class _StreamOfRequests(_Authorizing):
    def __call__(
        self,
        request_iterator: _Requests | None = None,
        timeout: float | None = None,
        metadata: _Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """As gRPC's own, authorized."""
        return self._with_options(
            request_iterator, timeout, metadata, credentials, wait_for_ready, compression
        )


# gRPC's classes come second: their `__call__` is abstract. Type arguments of theirs are a matter
# for type checkers: not all of them take them when the program runs, in 1.66 for one.


class UnaryUnaryMultiCallable(_OneRequest, grpc.aio.UnaryUnaryMultiCallable):
    """One request, one response."""

    _call = UnaryUnaryCall


class UnaryStreamMultiCallable(_OneRequest, grpc.aio.UnaryStreamMultiCallable):
    """One request, a stream of responses."""

    _call = UnaryStreamCall


class StreamUnaryMultiCallable(_StreamOfRequests, grpc.aio.StreamUnaryMultiCallable):
    """A stream of requests, one response."""

    _call = StreamUnaryCall


class StreamStreamMultiCallable(_StreamOfRequests, grpc.aio.StreamStreamMultiCallable):
    """A stream in each direction."""

    _call = StreamStreamCall

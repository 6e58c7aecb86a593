"""Multi-callables for methods with a stream of responses: unary-stream and stream-stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc

from zeebe_auth.adapters import TokenAccess
from zeebe_grpc.call.authorization_header import has_authorization
from zeebe_grpc.sync.call_handle import StreamHandle
from zeebe_grpc.sync.logical_call import LogicalCall
from zeebe_grpc.sync.request_stream import RequestStream
from zeebe_grpc.sync.waiting_calls import WaitingCalls

__all__ = ["AuthorizedStreamStream", "AuthorizedUnaryStream"]


class AuthorizedUnaryStream(grpc.UnaryStreamMultiCallable):  # type: ignore[type-arg]
    """Makes server-streaming calls with the token; see `grpc.UnaryStreamMultiCallable`."""

    def __init__(
        self,
        inner: grpc.UnaryStreamMultiCallable[Any, Any],
        access: TokenAccess,
        waiting: WaitingCalls,
    ) -> None:
        self._inner = inner
        self._access = access
        self._waiting = waiting

    def __call__(
        self,
        request: Any,
        timeout: float | None = None,
        metadata: Any = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """Start without waiting; see `grpc.UnaryStreamMultiCallable`."""
        options = (credentials, wait_for_ready, compression)
        metadata = () if metadata is None else tuple(metadata)
        inner: Callable[..., Any] = self._inner
        if has_authorization(metadata):
            return inner(request, timeout, metadata, *options)
        call = LogicalCall(
            self._access,
            lambda sent, seconds: inner(request, seconds, sent, *options),
            metadata,
            timeout,
            self._waiting,
        )
        call.begin(timeout)
        return StreamHandle(call)


class AuthorizedStreamStream(grpc.StreamStreamMultiCallable):  # type: ignore[type-arg]
    """Makes bidirectional calls with the token; see `grpc.StreamStreamMultiCallable`."""

    def __init__(
        self,
        inner: grpc.StreamStreamMultiCallable[Any, Any],
        access: TokenAccess,
        waiting: WaitingCalls,
    ) -> None:
        self._inner = inner
        self._access = access
        self._waiting = waiting

    def __call__(
        self,
        request_iterator: Iterator[Any],
        timeout: float | None = None,
        metadata: Any = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """Start without waiting; see `grpc.StreamStreamMultiCallable`."""
        options = (credentials, wait_for_ready, compression)
        metadata = () if metadata is None else tuple(metadata)
        inner: Callable[..., Any] = self._inner
        if has_authorization(metadata):
            return inner(request_iterator, timeout, metadata, *options)
        requests = RequestStream(request_iterator)
        call = LogicalCall(
            self._access,
            lambda sent, seconds: inner(requests.lend(), seconds, sent, *options),
            metadata,
            timeout,
            self._waiting,
            requests,
        )
        call.begin(timeout)
        return StreamHandle(call)

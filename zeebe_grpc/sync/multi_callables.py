"""Multi-callables for methods with one response: unary-unary and stream-unary."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc

from zeebe_auth.adapters import TokenAccess
from zeebe_grpc.call.authorization_header import has_authorization
from zeebe_grpc.call.errors import code_of
from zeebe_grpc.sync.blocking_call import call_blocking
from zeebe_grpc.sync.call_handle import CallHandle
from zeebe_grpc.sync.logical_call import LogicalCall
from zeebe_grpc.sync.request_stream import RequestStream
from zeebe_grpc.sync.waiting_calls import WaitingCalls

__all__ = ["AuthorizedStreamUnary", "AuthorizedUnaryUnary"]

_UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED


class AuthorizedUnaryUnary(grpc.UnaryUnaryMultiCallable):  # type: ignore[type-arg]
    """Makes unary calls with the provider's token; see `grpc.UnaryUnaryMultiCallable`."""

    def __init__(
        self,
        inner: grpc.UnaryUnaryMultiCallable[Any, Any],
        access: TokenAccess,
        waiting: WaitingCalls,
    ) -> None:
        self._inner = inner
        self._inner_with_call = inner.with_call
        self._access = access
        self._current = access.current
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
        """Wait for the response; see `grpc.UnaryUnaryMultiCallable`."""
        return self._blocking(
            self._inner, request, timeout, metadata, (credentials, wait_for_ready, compression)
        )

    def with_call(
        self,
        request: Any,
        timeout: float | None = None,
        metadata: Any = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """Wait for the response and its call; see `grpc.UnaryUnaryMultiCallable`."""
        return self._blocking(
            self._inner_with_call,
            request,
            timeout,
            metadata,
            (credentials, wait_for_ready, compression),
        )

    def future(
        self,
        request: Any,
        timeout: float | None = None,
        metadata: Any = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """Start without waiting, not even for a token; see `grpc.UnaryUnaryMultiCallable`."""
        options = (credentials, wait_for_ready, compression)
        metadata = () if metadata is None else tuple(metadata)
        future: Callable[..., Any] = self._inner.future
        if has_authorization(metadata):
            return future(request, timeout, metadata, *options)
        call = LogicalCall(
            self._access,
            lambda sent, seconds: future(request, seconds, sent, *options),
            metadata,
            timeout,
            self._waiting,
        )
        call.begin(timeout)
        return CallHandle(call)

    def _blocking(
        self,
        send: Callable[..., Any],
        request: Any,
        timeout: float | None,
        metadata: Any,
        options: tuple[Any, ...],
    ) -> Any:
        deadline = None if timeout is None else time.monotonic() + timeout
        refused = None
        if metadata is None:
            metadata = ()
            try:
                token = self._current()
            except Exception:  # noqa: BLE001
                # The long way asks again, and tells the caller.
                token = None
            if token is not None:
                # The usual call, without anything that is only needed when it fails.
                try:
                    return send(
                        request, timeout, (("authorization", token.authorization),), *options
                    )
                except grpc.RpcError as error:
                    if code_of(error) is not _UNAUTHENTICATED:
                        raise
                    refused = error, token
        else:
            metadata = tuple(metadata)
            if has_authorization(metadata):
                return send(request, timeout, metadata, *options)
        try:
            return call_blocking(
                self._access,
                lambda sent, seconds: send(request, seconds, sent, *options),
                metadata,
                deadline,
                refused=refused,
            )
        finally:
            del refused


class AuthorizedStreamUnary(grpc.StreamUnaryMultiCallable):  # type: ignore[type-arg]
    """Makes client-streaming calls with the token; see `grpc.StreamUnaryMultiCallable`."""

    def __init__(
        self,
        inner: grpc.StreamUnaryMultiCallable[Any, Any],
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
        """Wait for the response; see `grpc.StreamUnaryMultiCallable`."""
        return self._blocking(
            self._inner,
            request_iterator,
            timeout,
            metadata,
            (credentials, wait_for_ready, compression),
        )

    def with_call(
        self,
        request_iterator: Iterator[Any],
        timeout: float | None = None,
        metadata: Any = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """Wait for the response and its call; see `grpc.StreamUnaryMultiCallable`."""
        return self._blocking(
            self._inner.with_call,
            request_iterator,
            timeout,
            metadata,
            (credentials, wait_for_ready, compression),
        )

    def future(
        self,
        request_iterator: Iterator[Any],
        timeout: float | None = None,
        metadata: Any = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """Start without waiting, not even for a token; see `grpc.StreamUnaryMultiCallable`."""
        options = (credentials, wait_for_ready, compression)
        metadata = () if metadata is None else tuple(metadata)
        future: Callable[..., Any] = self._inner.future
        if has_authorization(metadata):
            return future(request_iterator, timeout, metadata, *options)
        requests = RequestStream(request_iterator)
        call = LogicalCall(
            self._access,
            lambda sent, seconds: future(requests.lend(), seconds, sent, *options),
            metadata,
            timeout,
            self._waiting,
            requests,
        )
        call.begin(timeout)
        return CallHandle(call)

    def _blocking(
        self,
        send: Callable[..., Any],
        request_iterator: Iterator[Any],
        timeout: float | None,
        metadata: Any,
        options: tuple[Any, ...],
    ) -> Any:
        metadata = () if metadata is None else tuple(metadata)
        if has_authorization(metadata):
            return send(request_iterator, timeout, metadata, *options)
        requests = RequestStream(request_iterator)
        return call_blocking(
            self._access,
            lambda sent, seconds: send(requests.lend(), seconds, sent, *options),
            metadata,
            None if timeout is None else time.monotonic() + timeout,
            requests=requests,
        )

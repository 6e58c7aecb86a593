"""Multi-callables of the four kinds: each call of them is one logical call."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import grpc

from zeebe_grpc.call.channel_token import ChannelToken, given_options
from zeebe_grpc.call.errors import code_of, note_unreachable
from zeebe_grpc.sync.blocking_call import call_blocking
from zeebe_grpc.sync.call_handle import CallHandle, StreamHandle
from zeebe_grpc.sync.logical_call import LogicalCall
from zeebe_grpc.sync.request_stream import RequestStream
from zeebe_grpc.sync.waiting_calls import WaitingCalls

_UNAVAILABLE = grpc.StatusCode.UNAVAILABLE
_NO_OPTIONS = (None, None, None)


class _Authorizing:
    """What they share.

    Args:
        inner: The multi-callable of the channel inside.
        channel_token: The channel's token.
        waiting: The channel's calls that wait for a token.
    """

    _streams_requests: ClassVar[bool]

    def __init__(
        self,
        inner: Any,
        channel_token: ChannelToken,
        waiting: WaitingCalls,
    ) -> None:
        self._inner = inner
        self._inner_with_call = getattr(inner, "with_call", None)
        self._channel_token = channel_token
        self._current = channel_token.access.current
        self._accepted = channel_token.accepted
        self._waiting = waiting

    def _blocking(
        self,
        send: Any,
        request: Any,
        timeout: float | None,
        metadata: Any,
        options: tuple[Any, ...],
    ) -> Any:
        deadline = None if timeout is None else time.monotonic() + timeout
        refused = None
        if metadata is None and options == _NO_OPTIONS and not self._streams_requests:
            try:
                token = self._current()
            except Exception:
                # The long way asks again, and tells the caller.
                token = None
            if token is not None:
                # The usual call, without anything that is only needed when it fails.
                channel_token = self._channel_token
                sent = channel_token.sent
                own = sent[1] if sent[0] is token else channel_token.metadata_of(token)
                try:
                    answer = send(request, timeout, own)
                except grpc.RpcError as error:
                    status = code_of(error)
                    if status is _UNAVAILABLE:
                        note_unreachable(error)
                    if not channel_token.was_refused(status, token, error):
                        raise
                    refused = error, token
                else:
                    if token is not self._accepted.last:
                        self._accepted.add(token)
                    return answer
        metadata = () if metadata is None else tuple(metadata)
        given = given_options(*options)
        if metadata and (whole := self._channel_token.without_token(metadata)) is not None:
            return send(request, timeout, whole, **given)
        requests = RequestStream(request) if self._streams_requests else None
        try:
            return call_blocking(
                self._channel_token,
                _sender(send, request, requests, given),
                metadata,
                deadline,
                requests=requests,
                refused=refused,
            )
        finally:
            del refused

    def _begin(
        self,
        handle: type[CallHandle],
        start: Callable[..., Any],
        request: Any,
        timeout: float | None,
        metadata: Any,
        *options: Any,
    ) -> Any:
        metadata = () if metadata is None else tuple(metadata)
        given = given_options(*options)
        if metadata and (whole := self._channel_token.without_token(metadata)) is not None:
            return start(request, timeout, whole, **given)
        requests = RequestStream(request) if self._streams_requests else None
        send = _sender(start, request, requests, given)
        call = LogicalCall(self._channel_token, send, metadata, timeout, self._waiting, requests)
        call.begin(timeout)
        return handle(call)


def _sender(
    send: Callable[..., Any], request: Any, requests: RequestStream | None, given: dict[str, Any]
) -> Callable[[tuple[Any, ...], float | None], Any]:
    if requests is None:
        return lambda metadata, seconds: send(request, seconds, metadata, **given)
    return lambda metadata, seconds: send(requests.lend(), seconds, metadata, **given)


class AuthorizedUnaryUnary(_Authorizing, grpc.UnaryUnaryMultiCallable):
    """Makes unary calls with the token; see `grpc.UnaryUnaryMultiCallable`."""

    _streams_requests = False

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
        return self._begin(
            CallHandle,
            self._inner.future,
            request,
            timeout,
            metadata,
            credentials,
            wait_for_ready,
            compression,
        )


class AuthorizedStreamUnary(_Authorizing, grpc.StreamUnaryMultiCallable):
    """Makes client-streaming calls with the token; see `grpc.StreamUnaryMultiCallable`."""

    _streams_requests = True

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
            self._inner_with_call,
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
        return self._begin(
            CallHandle,
            self._inner.future,
            request_iterator,
            timeout,
            metadata,
            credentials,
            wait_for_ready,
            compression,
        )


class AuthorizedUnaryStream(_Authorizing, grpc.UnaryStreamMultiCallable):
    """Makes server-streaming calls with the token; see `grpc.UnaryStreamMultiCallable`."""

    _streams_requests = False

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
        return self._begin(
            StreamHandle,
            self._inner,
            request,
            timeout,
            metadata,
            credentials,
            wait_for_ready,
            compression,
        )


class AuthorizedStreamStream(_Authorizing, grpc.StreamStreamMultiCallable):
    """Makes bidirectional calls with the token; see `grpc.StreamStreamMultiCallable`."""

    _streams_requests = True

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
        return self._begin(
            StreamHandle,
            self._inner,
            request_iterator,
            timeout,
            metadata,
            credentials,
            wait_for_ready,
            compression,
        )

"""A channel around a channel, whose calls carry a provider's token."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import grpc

from zeebe_grpc.call.channel_token import ChannelToken
from zeebe_grpc.sync.multi_callables import (
    AuthorizedStreamStream,
    AuthorizedStreamUnary,
    AuthorizedUnaryStream,
    AuthorizedUnaryUnary,
)
from zeebe_grpc.sync.waiting_calls import WaitingCalls


class AuthorizedChannel(grpc.Channel):
    """Appends the token's header itself, without gRPC's plugin and its thread per call.

    Everything else, connections above all, is the inner channel's.

    Args:
        inner: The channel that makes the calls.
        channel_token: The channel's token.
    """

    def __init__(self, inner: grpc.Channel, channel_token: ChannelToken) -> None:
        self._inner = inner
        self._channel_token = channel_token
        self._waiting = WaitingCalls()

    # What follows a method's name goes through as it is: grpcio's generated code gives more
    # than the abstract class names, and not every channel takes it.

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> AuthorizedUnaryUnary:
        """A multi-callable for a unary-unary method; see `grpc.Channel.unary_unary`."""
        inner = self._inner.unary_unary(method, *args, **kwargs)
        return AuthorizedUnaryUnary(inner, self._channel_token, self._waiting)

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> AuthorizedUnaryStream:
        """A multi-callable for a unary-stream method; see `grpc.Channel.unary_stream`."""
        inner = self._inner.unary_stream(method, *args, **kwargs)
        return AuthorizedUnaryStream(inner, self._channel_token, self._waiting)

    def stream_unary(self, method: str, *args: Any, **kwargs: Any) -> AuthorizedStreamUnary:
        """A multi-callable for a stream-unary method; see `grpc.Channel.stream_unary`."""
        inner = self._inner.stream_unary(method, *args, **kwargs)
        return AuthorizedStreamUnary(inner, self._channel_token, self._waiting)

    def stream_stream(self, method: str, *args: Any, **kwargs: Any) -> AuthorizedStreamStream:
        """A multi-callable for a stream-stream method; see `grpc.Channel.stream_stream`."""
        inner = self._inner.stream_stream(method, *args, **kwargs)
        return AuthorizedStreamStream(inner, self._channel_token, self._waiting)

    def subscribe(
        self, callback: Callable[[grpc.ChannelConnectivity], None], try_to_connect: bool = False
    ) -> None:
        """Follow the channel's connectivity; see `grpc.Channel.subscribe`."""
        self._inner.subscribe(callback, try_to_connect)

    def unsubscribe(self, callback: Callable[[grpc.ChannelConnectivity], None]) -> None:
        """No longer follow it; see `grpc.Channel.unsubscribe`."""
        self._inner.unsubscribe(callback)

    def close(self) -> None:
        """Close the channel and end its calls, also those that wait for a token."""
        self._inner.close()
        self._waiting.cancel_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

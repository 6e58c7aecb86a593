"""An asyncio channel that puts a provider's token on every call of another channel."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import grpc
import grpc.aio

from zeebe_grpc.aio.ended_call import EndedCall
from zeebe_grpc.aio.event_loop import require_asyncio
from zeebe_grpc.aio.multi_callables import (
    StreamStreamMultiCallable,
    StreamUnaryMultiCallable,
    UnaryStreamMultiCallable,
    UnaryUnaryMultiCallable,
)
from zeebe_grpc.aio.waiting import TokenWaits

if TYPE_CHECKING:
    from zeebe_grpc.call.channel_token import ChannelToken
    from zeebe_grpc.call.encryption_check import EncryptionCheck

# From here on channels that the ending interpreter frees wait for no thread. Nor do those of
# 1.75.1, which it does no harm to take for an old one.
_ENDS_BY_ITSELF = (1, 76)

_Serializer = Callable[[Any], bytes]
_Deserializer = Callable[[bytes], Any]


class AuthorizedChannel(grpc.aio.Channel):
    """A channel like the one inside it, whose calls carry a token.

    The header is appended here, without gRPC's plugin and its thread per call.

    Args:
        channel: The channel that does the work; closing this one closes it.
        channel_token: The channel's token.
        check: What shows first that the channel is encrypted; None if that is known.
    """

    def __init__(
        self,
        channel: grpc.aio.Channel,
        channel_token: ChannelToken,
        check: EncryptionCheck | None = None,
    ) -> None:
        _keep_poller()
        self._inner_channel = channel
        self._channel_token = channel_token
        self._check = check
        self._waits = TokenWaits()

    def unary_unary(
        self,
        method: str,
        request_serializer: _Serializer | None = None,
        response_deserializer: _Deserializer | None = None,
        **options: Any,
    ) -> UnaryUnaryMultiCallable:
        """One request, one response; see `grpc.aio.Channel.unary_unary`."""
        inner = self._inner_channel.unary_unary(
            method, request_serializer, response_deserializer, **options
        )
        return UnaryUnaryMultiCallable(
            inner, self._checked(inner), self._channel_token, self._waits
        )

    def unary_stream(
        self,
        method: str,
        request_serializer: _Serializer | None = None,
        response_deserializer: _Deserializer | None = None,
        **options: Any,
    ) -> UnaryStreamMultiCallable:
        """One request, a stream of responses; see `grpc.aio.Channel.unary_stream`."""
        inner = self._inner_channel.unary_stream(
            method, request_serializer, response_deserializer, **options
        )
        return UnaryStreamMultiCallable(
            inner, self._checked(inner), self._channel_token, self._waits
        )

    def stream_unary(
        self,
        method: str,
        request_serializer: _Serializer | None = None,
        response_deserializer: _Deserializer | None = None,
        **options: Any,
    ) -> StreamUnaryMultiCallable:
        """A stream of requests, one response; see `grpc.aio.Channel.stream_unary`."""
        inner = self._inner_channel.stream_unary(
            method, request_serializer, response_deserializer, **options
        )
        return StreamUnaryMultiCallable(
            inner, self._checked(inner), self._channel_token, self._waits
        )

    def stream_stream(
        self,
        method: str,
        request_serializer: _Serializer | None = None,
        response_deserializer: _Deserializer | None = None,
        **options: Any,
    ) -> StreamStreamMultiCallable:
        """A stream in each direction; see `grpc.aio.Channel.stream_stream`."""
        inner = self._inner_channel.stream_stream(
            method, request_serializer, response_deserializer, **options
        )
        return StreamStreamMultiCallable(
            inner, self._checked(inner), self._channel_token, self._waits
        )

    def _checked(self, inner: Any) -> Any:
        if self._check is None:
            return inner
        return _CheckedCalls(inner, self._inner_channel, self._check)

    async def close(self, grace: float | None = None) -> None:
        """Close the channel; calls under way may go on for ``grace`` seconds."""
        grace = await self._waits.close(grace)
        await self._inner_channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """The connectivity of the channel inside."""
        return self._inner_channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """Wait until the connectivity is another than ``last_observed_state``."""
        require_asyncio()
        await self._inner_channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Wait until the channel is connected."""
        require_asyncio()
        await self._inner_channel.channel_ready()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close(None)


class _CheckedCalls:
    """A multi-callable that checks each attempt until one has passed.

    Args:
        inner: The multi-callable of the channel.
        channel: The channel.
        check: What shows that the channel is encrypted.
    """

    def __init__(self, inner: Any, channel: grpc.aio.Channel, check: EncryptionCheck) -> None:
        self._inner = inner
        self._channel = channel
        self._check = check

    def __call__(self, *request: Any, credentials: Any = None, **options: Any) -> Any:
        required = self._check.required(credentials)
        try:
            return self._inner(*request, credentials=required, **options)
        except grpc.aio.UsageError:
            # grpc.aio refuses call credentials itself where the channel is not secure. It
            # raises the same for a closed channel, and where the caller gave credentials.
            closed = self._channel.get_state() is grpc.ChannelConnectivity.SHUTDOWN
            if closed or credentials is not None or required is None:
                raise
        return EndedCall(
            grpc.StatusCode.UNAUTHENTICATED,
            "The channel is not encrypted: its security level is not sufficient for a token, and "
            "none was sent. Use a TLS channel, or pass allow_plaintext=True if something else "
            "protects the way.",
        )


@functools.cache
def _keep_poller() -> None:
    """Let grpcio's poller thread run until the process ends, once there is an asyncio channel.

    Freeing the last such channel makes grpcio wait for that thread. An ending interpreter has
    stopped it already if an event came late, and then the process would never end, with a core
    busy: a channel that is still referred to, or in a cycle as grpcio 1.66 leaves them, is freed
    that late (grpc/grpc#22365, mended in 1.75.1 by grpc/grpc#40649).
    """
    if tuple(int(part) for part in grpc.__version__.split(".")[:2]) < _ENDS_BY_ITSELF:
        grpc.aio.init_grpc_aio()

"""An asyncio channel that puts a provider's token on every call of another channel."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import grpc
import grpc.aio

from zeebe_grpc.aio.multi_callables import (
    StreamStreamMultiCallable,
    StreamUnaryMultiCallable,
    UnaryStreamMultiCallable,
    UnaryUnaryMultiCallable,
)
from zeebe_grpc.aio.process_end import keep_poller
from zeebe_grpc.aio.proving_calls import ProvingCalls
from zeebe_grpc.aio.token_waits import TokenWaits

if TYPE_CHECKING:
    from zeebe_auth.adapters import TokenAccess
    from zeebe_grpc.call.security_proof import SecurityProof

__all__ = ["AuthorizedChannel"]

_Serializer = Callable[[Any], bytes]
_Deserializer = Callable[[bytes], Any]


class AuthorizedChannel(grpc.aio.Channel):
    """A channel like the one inside it, whose calls carry a token.

    The header is appended here, without gRPC's plugin and its thread per call.

    Args:
        channel: The channel that does the work; closing this one closes it.
        access: The provider.
        proof: What must show first that the channel is encrypted; None if that is known.
    """

    def __init__(
        self, channel: grpc.aio.Channel, access: TokenAccess, proof: SecurityProof | None = None
    ) -> None:
        keep_poller()
        self._inner_channel = channel
        self._access = access
        self._proof = proof
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
        return UnaryUnaryMultiCallable(inner, self._proving(inner), self._access, self._waits)

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
        return UnaryStreamMultiCallable(inner, self._proving(inner), self._access, self._waits)

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
        return StreamUnaryMultiCallable(inner, self._proving(inner), self._access, self._waits)

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
        return StreamStreamMultiCallable(inner, self._proving(inner), self._access, self._waits)

    def _proving(self, inner: Any) -> Any:
        if self._proof is None:
            return inner
        return ProvingCalls(inner, self._inner_channel, self._proof)

    async def close(self, grace: float | None = None) -> None:
        """Close the channel; calls under way may go on for ``grace`` seconds."""
        grace = await self._waits.close(grace)
        await self._inner_channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """The connectivity of the channel inside."""
        return self._inner_channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """Wait until the connectivity is another than ``last_observed_state``."""
        await self._inner_channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Wait until the channel is connected."""
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

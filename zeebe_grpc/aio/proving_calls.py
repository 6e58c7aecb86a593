"""Calls on a channel that somebody else made: no token goes out before it proves encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio

from zeebe_grpc.aio.ended_call import EndedCall

if TYPE_CHECKING:
    from zeebe_grpc.call.security_proof import SecurityProof

__all__ = ["ProvingCalls"]


class ProvingCalls:
    """A multi-callable that demands the proof with each attempt until it is given.

    Args:
        inner: The multi-callable of the channel.
        channel: The channel.
        proof: What is to be shown.
    """

    def __init__(self, inner: Any, channel: grpc.aio.Channel, proof: SecurityProof) -> None:
        self._inner = inner
        self._channel = channel
        self._proof = proof

    def __call__(self, *request: Any, credentials: Any, **options: Any) -> Any:
        demanded = self._proof.demanded(credentials)
        try:
            return self._inner(*request, credentials=demanded, **options)
        except grpc.aio.UsageError:
            # grpc.aio refuses call credentials itself where the channel is not secure. It
            # raises the same for a closed channel, and where the caller gave credentials.
            closed = self._channel.get_state() is grpc.ChannelConnectivity.SHUTDOWN
            if closed or credentials is not None or demanded is None:
                raise
        return EndedCall(
            grpc.StatusCode.UNAUTHENTICATED,
            "The channel is not encrypted: its security level is not sufficient for a token, and "
            "none was sent. Use a TLS channel, or pass allow_plaintext=True if something else "
            "protects the way.",
        )

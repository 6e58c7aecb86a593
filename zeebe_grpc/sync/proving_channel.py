"""A channel that somebody else made: no token goes out on it before it proves encrypted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import grpc

    from zeebe_grpc.call.security_proof import SecurityProof

__all__ = ["ProvingChannel"]


class ProvingChannel:
    """The part of a channel that makes calls; none goes out before the proof is given."""

    def __init__(self, channel: grpc.Channel, proof: SecurityProof) -> None:
        self._channel = channel
        self._proof = proof

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        """Calls of a unary-unary method that demand the proof."""
        return _ProvingCalls(self._channel.unary_unary(*args, **kwargs), self._proof)

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        """Calls of a unary-stream method that demand the proof."""
        return _ProvingCalls(self._channel.unary_stream(*args, **kwargs), self._proof)

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        """Calls of a stream-unary method that demand the proof."""
        return _ProvingCalls(self._channel.stream_unary(*args, **kwargs), self._proof)

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        """Calls of a stream-stream method that demand the proof."""
        return _ProvingCalls(self._channel.stream_stream(*args, **kwargs), self._proof)


class _ProvingCalls:
    def __init__(self, multi_callable: Any, proof: SecurityProof) -> None:
        self._multi_callable = multi_callable
        self._proof = proof

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._prove(self._multi_callable, arguments, options)

    def with_call(self, *arguments: Any, **options: Any) -> Any:
        return self._prove(self._multi_callable.with_call, arguments, options)

    def future(self, *arguments: Any, **options: Any) -> Any:
        return self._prove(self._multi_callable.future, arguments, options)

    def _prove(
        self, start: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        demanded = self._proof.demanded(options.get("credentials"))
        if demanded is not None:
            options["credentials"] = demanded
        return start(*arguments, **options)

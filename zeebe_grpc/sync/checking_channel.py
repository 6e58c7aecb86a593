"""A channel that somebody else made: no token goes out on it before it is shown to be encrypted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import grpc

    from zeebe_grpc.call.encryption_check import EncryptionCheck


class CheckingChannel:
    """The part of a channel that makes calls; each is checked until one has passed."""

    def __init__(self, channel: grpc.Channel, check: EncryptionCheck) -> None:
        self._channel = channel
        self._check = check

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        """Calls of a unary-unary method that require the check."""
        return _CheckedCalls(self._channel.unary_unary(*args, **kwargs), self._check)

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        """Calls of a unary-stream method that require the check."""
        return _CheckedCalls(self._channel.unary_stream(*args, **kwargs), self._check)

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        """Calls of a stream-unary method that require the check."""
        return _CheckedCalls(self._channel.stream_unary(*args, **kwargs), self._check)

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        """Calls of a stream-stream method that require the check."""
        return _CheckedCalls(self._channel.stream_stream(*args, **kwargs), self._check)


class _CheckedCalls:
    def __init__(self, multi_callable: Any, check: EncryptionCheck) -> None:
        self._multi_callable = multi_callable
        self._check = check

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._checked(self._multi_callable, arguments, options)

    def with_call(self, *arguments: Any, **options: Any) -> Any:
        return self._checked(self._multi_callable.with_call, arguments, options)

    def future(self, *arguments: Any, **options: Any) -> Any:
        return self._checked(self._multi_callable.future, arguments, options)

    def _checked(
        self, start: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        required = self._check.required(options.get("credentials"))
        if required is not None:
            options["credentials"] = required
        return start(*arguments, **options)

"""gRPC's channel options, the caller's and ours.

Of two options with one name gRPC takes the first (grpcio 1.66.2 and 1.85.1, in
tests/integration/zeebe_grpc/test_channel_options.py), so those that lose are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import grpc

from zeebe_auth import ConfigurationError

_Interceptor = TypeVar("_Interceptor")

ChannelOptions = tuple[tuple[str, Any], ...]


# A channel argument is a C int.
_HIGHEST = 2**31 - 1


def checked_options(given: Iterable[tuple[str, Any]]) -> ChannelOptions:
    """The caller's options, as gRPC takes them.

    Raises:
        ConfigurationError: They are no pairs of a name and a value, or a number is too large.
    """
    options = tuple(given)
    for option in options:
        is_pair = isinstance(option, (tuple, list)) and len(option) == len(("name", "value"))
        if not is_pair or not isinstance(option[0], (str, bytes)):
            raise ConfigurationError(
                "options must be pairs of a name and a value, such as "
                '[("grpc.lb_policy_name", "round_robin")]; of a dict give its items().'
            )
        if isinstance(option[1], int) and not -_HIGHEST <= option[1] <= _HIGHEST:
            raise ConfigurationError(
                f"The channel option {option_name(option)} is {option[1]}, but gRPC takes numbers "
                f"up to {_HIGHEST}. Give a smaller one; where -1 is allowed it means no limit."
            )
    return options


def checked_interceptors(
    given: Iterable[_Interceptor] | None, kinds: tuple[type, ...]
) -> tuple[_Interceptor, ...]:
    """The caller's interceptors.

    gRPC would refuse a wrong one when the channel is there, which nobody would then close.

    Args:
        given: Interceptors; None for none.
        kinds: The classes of gRPC that such interceptors may have.

    Raises:
        TypeError: It is no iterable, or one of them is of another kind.
    """
    names = " or ".join(f"{kind.__module__}.{kind.__name__}" for kind in kinds)
    if given is not None and not isinstance(given, Iterable):
        raise TypeError(f"Pass a list of interceptors, not {type(given).__name__} alone.")
    interceptors = tuple(given or ())
    for each in interceptors:
        if not isinstance(each, kinds):
            kind = f"the class {each.__name__}" if isinstance(each, type) else type(each).__name__
            raise TypeError(f"An interceptor here is an instance of {names}, not {kind}.")
    return interceptors


def check_compression(given: object) -> None:
    """Refuse what gRPC would take for a number, or would fail at without a name.

    Raises:
        TypeError: It is no `grpc.Compression`.
    """
    if given is not None and not isinstance(given, grpc.Compression):
        raise TypeError(f"Pass grpc.Compression.Gzip as compression, not {type(given).__name__}.")


def option_name(option: tuple[str | bytes, Any]) -> str:
    """The name of an option, which grpcio takes as bytes, too."""
    return option[0].decode() if isinstance(option[0], bytes) else option[0]


def beside(given: Sequence[tuple[str, Any]], ours: Iterable[tuple[str, Any]]) -> ChannelOptions:
    """The caller's options with those of ours whose names the caller doesn't give."""
    names = {option_name(option) for option in given}
    return (*given, *(option for option in ours if option[0] not in names))

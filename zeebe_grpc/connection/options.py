"""gRPC's channel options, the caller's and ours.

Of two options with one name gRPC takes the first (measured with grpcio 1.66.2 and 1.85.1), so
those that lose are left out instead of standing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from zeebe_auth import ConfigurationError

__all__ = ["ChannelOptions", "beside", "checked_options", "option_name"]

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


def option_name(option: tuple[str | bytes, Any]) -> str:
    """The name of an option, which grpcio takes as bytes, too."""
    return option[0].decode() if isinstance(option[0], bytes) else option[0]


def beside(given: Sequence[tuple[str, Any]], ours: Iterable[tuple[str, Any]]) -> ChannelOptions:
    """The caller's options with those of ours whose names the caller doesn't give."""
    names = {option_name(option) for option in given}
    return (*given, *(option for option in ours if option[0] not in names))

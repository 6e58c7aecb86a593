"""gRPC's channel options, the caller's and ours.

Of two options with one name gRPC takes the first (measured with grpcio 1.66.2 and 1.85.1), so
those that lose are left out instead of standing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["ChannelOptions", "beside", "option_name"]

ChannelOptions = tuple[tuple[str, Any], ...]


def option_name(option: tuple[str | bytes, Any]) -> str:
    """The name of an option, which grpcio takes as bytes, too."""
    return option[0].decode() if isinstance(option[0], bytes) else option[0]


def beside(given: Sequence[tuple[str, Any]], ours: Iterable[tuple[str, Any]]) -> ChannelOptions:
    """The caller's options with those of ours whose names the caller doesn't give."""
    names = {option_name(option) for option in given}
    return (*given, *(option for option in ours if option[0] not in names))

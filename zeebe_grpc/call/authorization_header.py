"""What an authorized call hands on: metadata with the ``authorization`` header, and options."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import grpc

if TYPE_CHECKING:
    from zeebe_auth import AccessToken

__all__ = ["given_options", "has_authorization", "with_authorization"]

_KEY = "authorization"


def has_authorization(metadata: Iterable[Any]) -> bool:
    """Whether the caller brought an authorization of their own, which then wins.

    Args:
        metadata: Pairs of key and value, as gRPC takes them. What is no such pair is left for
            gRPC to complain about.
    """
    for entry in metadata:
        key = entry[0] if isinstance(entry, tuple | list) and entry else None
        if isinstance(key, bytes):
            key = key.decode("latin-1")
        # gRPC refuses upper case; that complaint must not be hidden by a header of ours.
        if isinstance(key, str) and key.lower() == _KEY:
            return True
    return False


def with_authorization(metadata: tuple[Any, ...], token: AccessToken) -> tuple[Any, ...]:
    """The caller's metadata, followed by the header with this token."""
    return (*metadata, (_KEY, token.authorization))


def given_options(
    credentials: grpc.CallCredentials | None,
    wait_for_ready: bool | None,
    compression: grpc.Compression | None,
) -> dict[str, Any]:
    """Those of a call's options that were given, by name: not every channel takes the others."""
    options = {
        "credentials": credentials,
        "wait_for_ready": wait_for_ready,
        "compression": compression,
    }
    return {name: value for name, value in options.items() if value is not None}

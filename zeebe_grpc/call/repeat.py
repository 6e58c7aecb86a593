"""Which end of an RPC says that its token was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import grpc

if TYPE_CHECKING:
    from zeebe_auth import AccessToken

__all__ = ["token_was_refused"]


def token_was_refused(status: grpc.StatusCode | None, sent: AccessToken | None) -> bool:
    """Whether the server said that this token is no good, so that nobody should send it again.

    PERMISSION_DENIED is no such answer: the server knew who asked.

    Args:
        status: How the attempt ended.
        sent: The token it carried; None if the caller brought an authorization of its own.
    """
    return sent is not None and status is grpc.StatusCode.UNAUTHENTICATED

"""The one decision whether a call that failed is sent again with another token.

It is pure: it waits for nothing and knows no channel. Blocking calls, futures, streams and
asyncio calls drive it alike::

    if token_was_refused(status, sent):
        access.invalidate(sent)
    if next_step(status, sent, …) is Step.RENEW:
        another = …ask the provider…
        if next_step(status, sent, …, another=another) is Step.REPEAT:
            …send the call again, with `repeated` from now on…
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import grpc

if TYPE_CHECKING:
    from zeebe_auth import AccessToken

__all__ = ["Step", "next_step", "token_was_refused"]


class Step(enum.Enum):
    """What to do with an attempt that ended."""

    RAISE = "raise"
    """It stands: its status goes to the caller."""

    RENEW = "renew"
    """Ask the provider for another token, then decide again with it."""

    REPEAT = "repeat"
    """Send the call again, with the other token."""


def token_was_refused(status: grpc.StatusCode | None, sent: AccessToken | None) -> bool:
    """Whether the server said that this token is no good, so that nobody should send it again.

    PERMISSION_DENIED is no such answer: the server knew who asked.

    Args:
        status: How the attempt ended.
        sent: The token it carried; None if the caller brought an authorization of its own.
    """
    return sent is not None and status is grpc.StatusCode.UNAUTHENTICATED


def next_step(
    status: grpc.StatusCode | None,
    sent: AccessToken | None,
    *,
    messages_seen: int = 0,
    request_stream_read: bool = False,
    repeated: bool = False,
    another: AccessToken | None = None,
) -> Step:
    """What follows an attempt that ended.

    Args:
        status: How it ended.
        sent: The token it carried; None if the caller brought an authorization of its own.
        messages_seen: How many of its messages reached the caller; any ends the choice.
        request_stream_read: Whether the caller's request iterator was touched: what it gave is
            gone and can't be sent again.
        repeated: Whether this attempt was itself the repeat; there is one.
        another: The token to be had now, once it was asked for.
    """
    if not token_was_refused(status, sent) or messages_seen or request_stream_read or repeated:
        return Step.RAISE
    if another is None:
        return Step.RENEW
    # Compared as sent: a provider may hand out the same token as another object.
    if sent is not None and another.authorization == sent.authorization:
        return Step.RAISE
    return Step.REPEAT

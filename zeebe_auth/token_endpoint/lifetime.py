"""Until when a token counts as valid, in this machine's time."""

from __future__ import annotations

import math
import re
import sys
from typing import TYPE_CHECKING, Any

from zeebe_auth.jwt_claims import unverified_claims
from zeebe_auth.token_endpoint.http.response import http_date_seconds

if TYPE_CHECKING:
    from zeebe_auth.token_endpoint.http.sending import HttpReply

DEFAULT_LIFETIME_SECONDS = 300.0
LONGEST_LIFETIME_SECONDS = 366 * 86400.0

_DATE_RESOLUTION_SECONDS = 1.0
_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")


def expires_at(token: str, expires_in: object, *, issued_at: float, reply: HttpReply) -> float:
    """When the token stops being valid, in epoch seconds of the local wall clock.

    It is the earlier of ``expires_in`` after the request began and a JWT's own ``exp``; 300 s
    where neither is told, a year at most. An ``expires_in`` of 0 or less says nothing: some
    servers write 0 for "does not expire", and a token that came this moment is not over.

    A JWT's ``exp`` is in the server's time. Where the reply's ``Date`` shows that this machine's
    clock is off, ``exp`` is moved by the difference; a wrong clock must not make each token look
    expired. Without a ``Date``, an ``exp`` that seems past is measured from ``iat`` instead. An
    ``exp`` that is past by the server's own clock contradicts the token just issued, and says
    nothing either.

    Args:
        token: The access token; its signature is not looked at.
        expires_in: As the reply gave it: a number, or a string with one.
        issued_at: Wall clock when the request began.
        reply: Where its ``Date`` is.
    """
    told = _seconds(expires_in)
    claims = unverified_claims(token)
    lifetimes = [
        seconds
        for seconds in (told, _jwt_lifetime(claims, issued_at, reply))
        if seconds is not None and seconds > 0
    ]
    lifetime = min(lifetimes, default=DEFAULT_LIFETIME_SECONDS)
    return issued_at + min(lifetime, LONGEST_LIFETIME_SECONDS)


def clock_ahead_seconds(reply: HttpReply, *, issued_at: float) -> float | None:
    """How far the server's clock is ahead of this machine's by the reply's ``Date``, in seconds.

    It is negative if the server's is behind, and 0 if the difference is no more than a ``Date``
    can tell: that has whole seconds (RFC 9110, 5.6.7), and was written at any moment of the round
    trip. None if the reply has none.

    Args:
        reply: Where its ``Date`` is.
        issued_at: Wall clock when the request began.
    """
    server_now = http_date_seconds(reply.headers.get("date", ""))
    if server_now is None:
        return None
    ahead = server_now - reply.received_at
    round_trip_seconds = max(0.0, reply.received_at - issued_at)
    return ahead if abs(ahead) > _DATE_RESOLUTION_SECONDS + round_trip_seconds else 0.0


def _seconds(value: object) -> float | None:
    if isinstance(value, str):
        text = value.strip()
        return float(text) if _NUMBER.fullmatch(text) else None
    return _finite(value)


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return sys.float_info.max if value > 0 else -sys.float_info.max
    return number if math.isfinite(number) else None


def _jwt_lifetime(claims: dict[str, Any], issued_at: float, reply: HttpReply) -> float | None:
    expiry = _finite(claims.get("exp"))
    if expiry is None:
        return None
    ahead = clock_ahead_seconds(reply, issued_at=issued_at)
    if ahead is not None:
        return expiry - issued_at - ahead
    if expiry <= issued_at:
        issued = _finite(claims.get("iat"))
        return None if issued is None else expiry - issued
    return expiry - issued_at

"""Tokens that come without a reply around them: until when they are good, when to ask again."""

from __future__ import annotations

import time

from zeebe_auth.arguments import finite_number
from zeebe_auth.errors import TokenResponseError
from zeebe_auth.jwt_claims import unverified_claims
from zeebe_auth.secret import Secret
from zeebe_auth.token import AccessToken

DEFAULT_LIFETIME_SECONDS = 300.0
"""How long a token counts as good that doesn't say it, and that nobody says it of."""

# Libraries and command lines that keep tokens get another one in these last moments at the latest.
_LAST_SECONDS = 300.0
# While they still give the same one then, they are asked again after half of what is left, and not
# sooner than this.
_LEAST_SECONDS = 30.0


def token_of(
    value: str,
    who: str,
    *,
    issued_at: float,
    expires_at: float | None = None,
    token_type: str = "Bearer",
) -> AccessToken:
    """An access token that somebody has given as a string.

    Args:
        value: The token.
        who: Who gave it, the beginning of a sentence.
        issued_at: When it was asked for, in epoch seconds.
        expires_at: When it stops being valid, in epoch seconds; None takes a JWT's ``exp``, and
            300 s where there is none.
        token_type: Its scheme.

    Raises:
        TokenResponseError: It is not valid in an HTTP header, or its time is no time.
    """
    if expires_at is None:
        told = finite_number(unverified_claims(value).get("exp"))
        # One that seems past comes from a clock that isn't this machine's.
        expires_at = told if told and told > issued_at else issued_at + DEFAULT_LIFETIME_SECONDS
    try:
        return AccessToken(Secret(value), token_type, issued_at, expires_at)
    except ValueError as error:
        raise TokenResponseError(f"{who} gave an unusable token. {error}") from None


def next_look_at(token: AccessToken, refresh_at: float | None = None) -> float | None:
    """When to ask whoever keeps ``token`` whether there is another one, in epoch seconds.

    Args:
        token: The token.
        refresh_at: When it is refreshed, as its keeper said; None if it said nothing: then it is
            5 minutes before the token's end.
    """
    if token.expires_at is None:
        return None
    due, now = refresh_at or token.expires_at - _LAST_SECONDS, time.time()
    return due if due > now else now + max(_LEAST_SECONDS, (token.expires_at - now) / 2)

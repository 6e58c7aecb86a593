"""What a token says of itself, beside what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from zeebe_auth import Explanation
from zeebe_auth.adapters import unverified_claims
from zeebe_grpc.diagnosis.printable import printable

_MAX_CHARACTERS = 200


def describe_token(authorization: str, asked: Explanation | None) -> str:
    """Sentences about a token that was refused, without the token; empty if there is nothing.

    Args:
        authorization: The value of the header with which it was sent.
        asked: What the provider tells of the request for it, if it does.
    """
    claims = unverified_claims(authorization.rpartition(" ")[2])
    said = [
        f"{name} {text}"
        for name, claim in (("issuer", "iss"), ("audience", "aud"), ("scope", "scope"))
        if (text := _text(claims.get(claim)))
    ]
    if not claims:
        said = []
    elif expiry := _time(claims):
        said.append(expiry)
    wanted = [] if asked is None else _asked(asked)
    sentences = []
    if said:
        sentences.append(f"The token's {', '.join(said)}.")
    if wanted:
        sentences.append(f"Asked for: {', '.join(wanted)}.")
    elif said and asked is not None:
        sentences.append("No audience and no scope was asked for.")
    return " ".join(sentences)


def _asked(asked: Explanation) -> list[str]:
    wanted = []
    if asked.audience:
        wanted.append(f"audience {asked.audience}")
    if asked.scopes:
        wanted.append(f"scope {' '.join(asked.scopes)}")
    return wanted


def _text(value: object) -> str:
    if isinstance(value, list):
        value = " and ".join(str(each) for each in value)
    text = printable(value) if isinstance(value, str) else ""
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}…"


def _time(claims: Mapping[str, Any]) -> str:
    try:
        until = datetime.fromtimestamp(claims["exp"], UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return ""
    word = "expired on" if until < datetime.now(UTC) else "valid until"
    return f"{word} {until:%Y-%m-%d %H:%M:%S} UTC"

"""What a JWT says of itself. Nobody has checked its signature: it may say anything."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["unverified_claims"]

_JWT_PARTS = 3


def unverified_claims(token: str) -> dict[str, Any]:
    """Return the claims of a signed JWT (RFC 7519, 3), unverified; empty if it is none.

    Nothing may be granted by them alone: whoever can write a token can write these.

    Args:
        token: Any string.
    """
    parts = token.split(".")
    if len(parts) != _JWT_PARTS:
        return {}
    import base64

    payload = parts[1]
    try:
        decoded = base64.b64decode(payload + "=" * (-len(payload) % 4), b"-_", validate=True)
        claims = json.loads(decoded.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}

"""What a JWT says of itself. Nobody has checked its signature: it may say anything."""

from __future__ import annotations

import json
from typing import Any

_JWT_PARTS = 3


def unverified_claims(token: str) -> dict[str, Any]:
    """Return the claims of a signed JWT (RFC 7519, 3), unverified; empty if it is none.

    Nothing may be granted by them alone: whoever can write a token can write these.

    Args:
        token: Any string.
    """
    return _part(token, 1)


def unverified_header(token: str) -> dict[str, Any]:
    """Return the JOSE header of a signed JWT (RFC 7515, 4), unverified; empty if it is none.

    Args:
        token: Any string.
    """
    return _part(token, 0)


def _part(token: str, number: int) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != _JWT_PARTS:
        return {}
    import base64

    part = parts[number]
    try:
        decoded = base64.b64decode(part + "=" * (-len(part) % 4), b"-_", validate=True)
        document = json.loads(decoded.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}

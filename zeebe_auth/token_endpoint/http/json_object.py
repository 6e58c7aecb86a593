"""Reads a JSON object by its content, whatever the headers call it."""

from __future__ import annotations

import json
from typing import Any


def json_object(body: bytes) -> dict[str, Any] | None:
    """The object in ``body``, or None if it holds anything else.

    A text in another charset than UTF-8, 16 or 32 is read with marks in place of what is not
    known: what matters in a reply is ASCII, and the rest is for people.
    """
    try:
        try:
            value = json.loads(body)
        except UnicodeDecodeError:
            value = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None

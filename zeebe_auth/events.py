"""What a provider tells whoever wants to measure it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from zeebe_auth.public_class import public_class


@public_class("zeebe_auth")
class EventKind(StrEnum):
    """What happened."""

    TOKEN_OBTAINED = "token obtained"
    TOKEN_REFRESHED = "token refreshed"
    REFRESH_FAILED = "refresh failed"
    REFUSED = "refused"
    STORE_TROUBLE = "store trouble"
    SOURCE_TROUBLE = "source trouble"
    LOCK_WAITED = "lock waited for"


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened around a token. It never holds a secret.

    Args:
        kind: What happened.
        label: Whose token it concerns (the token key's label).
        duration_seconds: How long it took.
        error: The error's class name, where there was one.
        detail: One sentence for people.
    """

    kind: EventKind
    label: str
    duration_seconds: float = 0.0
    error: str | None = None
    detail: str = ""


EventHook = Callable[[Event], None]
"""Called on a worker thread; it should return soon. What it raises is dropped.

While eight calls of it have not returned it is told nothing more.
"""

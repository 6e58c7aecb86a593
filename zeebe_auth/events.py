"""What a provider tells whoever wants to measure it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from zeebe_auth.concurrency.threads import foreign_code

__all__ = ["Event", "EventHook", "EventKind", "EventSink"]


class EventKind(StrEnum):
    """What happened."""

    TOKEN_OBTAINED = "token obtained"  # noqa: S105
    TOKEN_REFRESHED = "token refreshed"  # noqa: S105
    REFRESH_FAILED = "refresh failed"
    REFUSED = "refused"
    STORE_TROUBLE = "store trouble"
    SOURCE_TROUBLE = "source trouble"
    LOCK_WAITED = "lock waited for"


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
"""Called on a worker thread; it should return soon. What it raises is dropped."""


class EventSink:
    """Calls a hook: a meter that breaks must not cost anybody a token.

    Args:
        hook: Anyone's hook; None drops all events.
    """

    __slots__ = ("hook",)

    def __init__(self, hook: EventHook | None) -> None:
        self.hook = hook

    def __call__(self, event: Event) -> None:
        if self.hook is None:
            return
        try:
            with foreign_code():
                self.hook(event)
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001
            return

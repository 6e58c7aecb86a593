"""A token request of one provider, those who wait for it, and what came of it."""

from __future__ import annotations

from typing import NamedTuple

from zeebe_auth.concurrency.flights import Waiter
from zeebe_auth.errors import AuthError
from zeebe_auth.events import Event, EventKind
from zeebe_auth.provider.attempts import Obtained, RequestContext
from zeebe_auth.provider.single_flight import Outcome
from zeebe_auth.token import AccessToken

_PRUNE_EVERY = 256


class PendingRequest:
    """A token request of this provider, and those who wait for it.

    Args:
        context: What the provider knew when it was sent off.
        began: When that was, on the running clock.
    """

    __slots__ = ("began", "context", "is_awaited", "is_for_waiters", "waiters")

    def __init__(self, context: RequestContext, began: float) -> None:
        self.context = context
        self.began = began
        self.is_awaited = False
        self.is_for_waiters = context.bypass_store
        self.waiters: list[Waiter[AccessToken]] = []

    def is_wanted(self) -> bool:
        """Whether somebody waits for it, or it is the provider's own refresh."""
        return not self.is_for_waiters or any(not each.given_up for each in self.waiters)

    def add(self, waiter: Waiter[AccessToken]) -> None:
        """Let ``waiter`` have what the request brings. The caller holds the lock."""
        self.is_awaited = True
        if len(self.waiters) % _PRUNE_EVERY == _PRUNE_EVERY - 1:
            # Callers with a short limit may come and go by the thousand while one request hangs.
            self.waiters = [each for each in self.waiters if not each.given_up]
        self.waiters.append(waiter)

    def answer(self, answer: AccessToken | AuthError) -> None:
        """Give everybody who waits what the request brought."""
        for waiter in self.waiters:
            if isinstance(answer, AuthError):
                waiter.fail(answer)
            else:
                waiter.succeed(answer)

    def event(self, landed: Landed, outcome: Outcome, now: float) -> Event | None:
        """Describe what came of it for the hook; None if it is no news to anybody.

        Args:
            landed: What came of it for this provider.
            outcome: What the request brought.
            now: The running clock's time.
        """
        label = outcome.key.label if outcome.key is not None else "no identity"
        took_seconds, error = now - self.began, landed.error
        if error is not None:
            if self.context.store_only is not None or not self.is_wanted():
                return None
            name = type(error).__name__
            return Event(landed.kind, label, took_seconds, name, error.message)
        stored = isinstance(outcome.result, Obtained) and outcome.result.stored
        return Event(
            landed.kind, label, took_seconds, detail="It was in the store." if stored else ""
        )


class Landed(NamedTuple):
    """What came of a request.

    Args:
        answer: What those who waited for it are given.
        kind: What happened, for the hook.
        error: What went wrong, if anything did.
    """

    answer: AccessToken | AuthError
    kind: EventKind
    error: AuthError | None = None

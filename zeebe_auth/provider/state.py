"""How long a provider leaves its token endpoint alone, and what callers are told meanwhile."""

from __future__ import annotations

import math

from zeebe_auth.concurrency.process import Runtime
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import (
    AuthError,
    InvalidClientError,
    RateLimitedError,
    TokenEndpointError,
)
from zeebe_auth.provider.decisions import (
    Cooldown,
    CooldownKind,
    cooldown_seconds,
    longest_refusal_seconds,
    times_in_a_row,
)
from zeebe_auth.provider.policy import RefreshPolicy
from zeebe_auth.refusal import Refusal, RefusalKind

__all__ = ["Cooling"]


class Cooling:
    """The cooldown of one provider. The provider's lock guards it.

    Args:
        runtime: The process's clock and dice.
        policy: How long each kind lasts.
        shared: Whether there is a store, in which others may put a token meanwhile.

    Attributes:
        cooldown: The last cooldown, which may be over; None if there is none.
        failure: The error it began with.
        refusal: The endpoint's last no to these credentials.
    """

    def __init__(self, runtime: Runtime, policy: RefreshPolicy, *, shared: bool) -> None:
        self._runtime = runtime
        self._shared = shared
        self._policy = policy
        self.end()

    def end(self) -> None:
        """There is a token again: whatever was, is over."""
        self.cooldown: Cooldown | None = None
        self.failure: AuthError | None = None
        self.refusal: Refusal | None = None

    @property
    def until(self) -> float | None:
        """When the running cooldown ends, in epoch seconds; None if none runs."""
        if self.cooldown is None:
            return None
        left = self.cooldown.until - self._runtime.clock.running()
        return self._runtime.clock.wall() + left if left > 0 else None

    def failing_at(self, now: float) -> AuthError | None:
        """Why the endpoint is left alone at ``now`` (running clock).

        None if it isn't, or if it refused the credentials: then the source is read again.
        """
        cooldown = self.cooldown
        cooling = cooldown is not None and cooldown.kind != "refused" and now < cooldown.until
        return self.failure if cooling else None

    def refusal_of(
        self, error: AuthError | None, credentials: ClientCredentials | None
    ) -> Refusal | None:
        """What ``error`` says no to. It may look at files, so it needs no lock to be held.

        Args:
            error: How the flight failed.
            credentials: What it was flown with, if it came so far.
        """
        if (
            not isinstance(error, InvalidClientError | RateLimitedError)
            or error.retry_at is None
            or credentials is None
        ):
            return None
        before = self.refusal
        if before is not None and before.until == error.retry_at:
            # The same refusal, met again: the source was read anew, and nothing had changed.
            return before
        kind: RefusalKind = "refused" if isinstance(error, InvalidClientError) else "rate_limited"
        if before is not None and not before.concerns(credentials):
            before = None
        count = times_in_a_row(before, kind, self._runtime.clock.wall())
        return Refusal.of(credentials, until=error.retry_at, kind=kind, count=count)

    def begin(self, error: AuthError, refusal: Refusal | None, *, has_token: bool) -> None:
        """Leave the endpoint alone for as long as ``error`` says.

        Args:
            error: How the flight failed.
            refusal: `refusal_of` it.
            has_token: Whether there is a token at hand that is still good.
        """
        if (
            self.cooldown is not None
            and self.cooldown.kind == "failed"
            and self.failure is not None
            and error.retry_at is not None
            and error.retry_at == self.failure.retry_at
        ):
            # The same failure, met again by a look at the store.
            return
        self.failure = error
        now, wall = self._runtime.clock.running(), self._runtime.clock.wall()
        if refusal is not None:
            self.refusal = refusal
            kind = refusal.kind
            refused = kind == "refused"
            reread_at = now + self._policy.source_reread_seconds if refused else self._look_at(now)
            # The wall clock may have jumped since the error was made.
            wait_seconds = min(refusal.until - wall, longest_refusal_seconds(kind, self._policy))
            self.cooldown = Cooldown(now + wait_seconds, kind, refusal.count, reread_at)
        elif isinstance(error, TokenEndpointError):
            count = self._count("failed")
            # Half of it at random, so that processes that failed together don't return together.
            wait_seconds = cooldown_seconds("failed", count, self._policy)
            wait_seconds *= 1 - 0.5 * self._runtime.draw()
            error.retry_at = wall + wait_seconds
            self.cooldown = Cooldown(now + wait_seconds, "failed", count, self._look_at(now))
        elif has_token:
            # The source fails while the token is good: it is tried again, but not by each call.
            self.cooldown = Cooldown(now + self._policy.source_reread_seconds, "failed", 1)
        else:
            # Nothing was asked of the endpoint: whoever mends the configuration is heard at once.
            self.cooldown = None

    def _look_at(self, now: float) -> float:
        """From when on whoever wants a token may look for one in the store."""
        return now if self._shared else math.inf

    def _count(self, kind: CooldownKind) -> int:
        """How many times in a row, with the one of now."""
        before = self.cooldown
        return before.count + 1 if before is not None and before.kind == kind else 1

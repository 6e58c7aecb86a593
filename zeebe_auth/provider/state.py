"""What a provider knows: its token, how the endpoint answered, which tokens were refused.

Each of the three is replaced as a whole, so that a thread that reads it without a lock sees one
moment of it, and an exception raised in the middle of a change leaves the old one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from zeebe_auth.errors import AuthError, TokenEndpointError
from zeebe_auth.provider.decisions import (
    MAX_FREE_REJECTIONS,
    Cooldown,
    Rejection,
    Schedule,
    cooldown_seconds,
    is_free_of_pacing,
    max_refusal_seconds,
    next_rejection,
)
from zeebe_auth.provider.policy import RefreshPolicy
from zeebe_auth.refusal import Refusal
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

# A moment read on one clock and told on another is that inexact at worst.
_ROUNDING_SECONDS = 0.001


class Slot:
    """The token in memory, as the warm path reads it.

    Another token comes in another slot, so that a reader without a lock never sees half of each.

    Args:
        token: The token; None in an empty slot.
        times: Its moments, on the running clock.
        key: Whose it is.

    Attributes:
        fresh_until: Until when the warm path uses it without a look at anything else.
        handed_out: Whether a caller has it: an idle client's token is not refreshed.
        is_rejected: Whether the server refused it, and it is to be replaced. Never unset.
        refresh_is_wanted: Whether a caller has asked for its refresh, which hasn't begun.
        refusal_is_noted: Whether it is known that the server refused the token.
    """

    __slots__ = (
        "fresh_until",
        "handed_out",
        "is_rejected",
        "key",
        "refresh_is_wanted",
        "refusal_is_noted",
        "times",
        "token",
    )

    def __init__(
        self,
        token: AccessToken | None = None,
        times: Schedule | None = None,
        key: TokenKey | None = None,
    ) -> None:
        self.token = token
        self.times = times
        self.key = key
        self.fresh_until = -math.inf if times is None else times.refresh_at
        self.handed_out = False
        self.is_rejected = False
        self.refresh_is_wanted = False
        self.refusal_is_noted = False

    @property
    def schedule(self) -> Schedule | None:
        """The token's moments; None if there is no token to use."""
        return None if self.is_rejected else self.times

    def reject(self) -> None:
        """Let nobody use the token any more."""
        self.is_rejected = True
        self.fresh_until = -math.inf

    def forget_timer(self) -> None:
        """Let the next caller see that no refresh is planned any more, as after a fork."""
        self.fresh_until = -math.inf
        self.refresh_is_wanted = False

    def is_without_timer(self) -> bool:
        """Whether `forget_timer` was called, and nobody has planned the refresh since."""
        return self.times is not None and self.fresh_until < self.times.refresh_at

    def plan_refresh(self) -> float:
        """Open the warm path again; it returns when the refresh is due."""
        due = math.inf if self.times is None else self.times.refresh_at
        self.fresh_until = due
        if self.is_rejected:
            # By another thread, in the middle of this.
            self.fresh_until = -math.inf
        return due

    def is_usable(self, now: float) -> bool:
        """Whether its token may be handed out at ``now`` (running clock)."""
        schedule = self.schedule
        return schedule is not None and now < schedule.usable_until

    def has_newer(self, token: AccessToken, key: TokenKey | None, now: float) -> bool:
        """Whether its own token is usable, and was issued after ``token`` to the same identity."""
        return (
            self.token is not None
            and self.key == key
            and self.token.issued_at > token.issued_at
            and self.is_usable(now)
        )


@dataclass(frozen=True, slots=True)
class CooldownState:
    """How long the token endpoint is left alone, and what callers are told meanwhile.

    Args:
        cooldown: The last cooldown, which may be over; None if there is none.
        failure: The error it began with.
        refusal: The endpoint's last refusal of these credentials.
    """

    cooldown: Cooldown | None = None
    failure: AuthError | None = None
    refusal: Refusal | None = None

    def seconds_left(self, now: float) -> float:
        """How long the cooldown still runs at ``now`` (running clock); 0 if none does."""
        return 0.0 if self.cooldown is None else max(0.0, self.cooldown.until - now)

    def failing_at(self, now: float) -> AuthError | None:
        """Why the endpoint is left alone at ``now`` (running clock).

        None if it isn't, or if it refused the credentials: then the source is read again.
        """
        cooldown = self.cooldown
        cooling = cooldown is not None and cooldown.kind != "refused" and now < cooldown.until
        return self.failure if cooling else None

    def after_failure(
        self,
        error: AuthError,
        refusal: Refusal | None,
        *,
        now: float,
        wall: float,
        has_token: bool,
        is_shared: bool,
        policy: RefreshPolicy,
        draw: float,
    ) -> CooldownState:
        """What holds after a request failed. The error to tell callers is its ``failure``.

        Args:
            error: How it failed.
            refusal: The endpoint's refusal, if it was one.
            now: The running clock.
            wall: The wall clock, in epoch seconds.
            has_token: Whether there is a token at hand that is still good.
            is_shared: Whether there is a store, in which others may put a token meanwhile.
            policy: The numbers.
            draw: A random number from 0 to 1.
        """
        # From when on whoever wants a token may look for one in the store.
        look_at = now if is_shared else math.inf
        if refusal is not None:
            kind = refusal.kind
            # The wall clock may have jumped since the refusal was made.
            wait_seconds = min(refusal.until - wall, max_refusal_seconds(kind, policy))
            reread_at = now + policy.source_reread_seconds if kind == "refused" else look_at
            cooldown = Cooldown(now + wait_seconds, kind, refusal.count, reread_at)
            return CooldownState(cooldown, error, refusal)
        if isinstance(error, TokenEndpointError):
            before = self.cooldown
            count = before.count + 1 if before is not None and before.kind == "failed" else 1
            # Half of it at random, so that processes that failed together don't return together.
            wait_seconds = cooldown_seconds("failed", count, policy) * (1 - 0.5 * draw)
            if error.retry_at is not None:
                longest = max_refusal_seconds("rate_limited", policy)
                wait_seconds = max(wait_seconds, min(error.retry_at - wall, longest))
            cooldown = Cooldown(now + wait_seconds, "failed", count, look_at)
            return replace(
                self, cooldown=cooldown, failure=error.with_retry_at(wall + wait_seconds)
            )
        if has_token:
            # The source fails while the token is good: it is tried again, but not by each call.
            cooldown = Cooldown(now + policy.source_reread_seconds, "failed", 1)
            return replace(self, cooldown=cooldown, failure=error)
        # Nothing was asked of the endpoint: whoever mends the configuration is heard at once.
        return replace(self, cooldown=None, failure=error)


@dataclass(frozen=True, slots=True)
class RejectedTokens:
    """The server's refusals of tokens, as one provider meets them.

    Args:
        given_up: The token that was given up last; it is never had back from a store.
        refused: The token that was refused last, given up or not.
        last: How many were given up in a row, and when the last was.
        accepted_at: When those that had been accepted before were given up, the oldest first, as
            far as they still count.
    """

    given_up: AccessToken | None = None
    refused: AccessToken | None = None
    last: Rejection | None = None
    accepted_at: tuple[float, ...] = ()

    def after_refusal(
        self,
        token: AccessToken,
        now: float,
        *,
        issued_at: float,
        accepted: bool,
        policy: RefreshPolicy,
    ) -> tuple[RejectedTokens, bool]:
        """What holds after the server refused ``token``, and whether to replace it by another.

        Args:
            token: The refused token.
            now: The moment of the refusal, on the running clock.
            issued_at: When the token was issued, on the same clock.
            accepted: Whether who tells of the refusal had seen the token accepted before.
            policy: The numbers.
        """
        last, accepted_at = self.last, self.accepted_at
        if accepted:
            is_free = is_free_of_pacing(accepted_at, now)
            accepted_at = (*accepted_at, now)[-MAX_FREE_REJECTIONS:]
            if is_free:
                # Revoked, most likely: it says nothing of fresh tokens.
                return RejectedTokens(token, token, Rejection(1, now), accepted_at), True
        if last is not None and last.count == 1 and issued_at < last.last_at - _ROUNDING_SECONDS:
            # Found in the store, and older than the first refusal: it says nothing of fresh
            # tokens. The next one counts, lest processes that are refused everything fetch
            # twice each time.
            return RejectedTokens(token, token, replace(last, count=2), accepted_at), True
        rejection = next_rejection(last, now, policy)
        if rejection is None:
            return replace(self, refused=token), False
        return RejectedTokens(token, token, rejection, accepted_at), True

    def after_replacement(self, token: AccessToken) -> RejectedTokens:
        """What holds after ``token``, which was in use, made way for its successor.

        If it was never refused, the tokens were good in between, and the next refusal is a first
        one again.
        """
        if self.refused is None or self.refused.value != token.value:
            return replace(self, last=None)
        return self

    def has_given_up(self, token: AccessToken) -> bool:
        """Whether ``token`` is the one that was given up last."""
        return self.given_up is not None and self.given_up.value == token.value

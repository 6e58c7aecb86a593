"""When to use a token, when to ask for another, and when to leave the endpoint alone.

Everything here is pure: moments go in, decisions come out. Clocks, threads and tasks are drivers
around it. All times of one call are on one clock, whichever that is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

from zeebe_auth.provider.policy import CLOCK_TOLERANCE_SECONDS, RefreshPolicy, usable_until
from zeebe_auth.token import AccessToken

if TYPE_CHECKING:
    from zeebe_auth.refusal import Refusal

# However long an endpoint says that it is rate limiting this client, or however far ahead the clock
# was by which another process wrote that down: it is asked again after this.
_MAX_RATE_LIMIT_SECONDS = 3600.0
# A refusal that ended longer ago than this says nothing of a time-out or a refusal of now.
_REFUSAL_MEMORY_SECONDS = 300.0
# Some servers give the same token again until it expires, with less and less lifetime left:
# refreshing it at a part of that each time would end in a rush.
_SAME_AGAIN_SECONDS = 5.0
# So many tokens that had been accepted are given up at once within so many seconds. Without a limit
# a channel on which one method is always accepted and another always refused would cause a request
# for each call.
MAX_FREE_REJECTIONS = 3
_FREE_REJECTIONS_WINDOW_SECONDS = 60.0
# A token that may be used for less than this is as good as over: the next call would ask again.
_MIN_USABLE_SECONDS = 0.25
# So much longer than its step a wait for longer-lived tokens is at most, so that processes that got
# such tokens together don't return together.
_SHORT_LIVED_SPREAD = 0.25


CooldownKind = Literal["refused", "rate_limited", "short_lived", "failed"]
"""Why an endpoint is left alone: it refused the credentials, is rate limiting this client, gave a
token that was over when it arrived, or failed."""


class Action(Enum):
    """What a caller does now."""

    USE = "use"
    USE_AND_REFRESH = "use and refresh"
    WAIT = "wait for a new one"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Schedule:
    """The two moments of a token's life.

    Args:
        refresh_at: From here on another is fetched in the background.
        usable_until: From here on it is not handed out.
    """

    refresh_at: float
    usable_until: float


@dataclass(frozen=True, slots=True)
class Cooldown:
    """The endpoint said no, or nothing: it is left alone for a while.

    Args:
        until: When it may be asked again.
        kind: ``refused``, ``rate_limited``, ``short_lived`` or ``failed``.
        count: How many times in a row.
        reread_at: When the source may be read again, to see whether refused credentials were
            corrected.
    """

    until: float
    kind: CooldownKind
    count: int
    reread_at: float = math.inf


@dataclass(frozen=True, slots=True)
class Rejection:
    """How the gateway has been refusing tokens.

    Args:
        count: How many tokens in a row were given up for it.
        last_at: When the last was.
    """

    count: int
    last_at: float


def schedule(
    token: AccessToken,
    *,
    offset: float,
    now: float,
    policy: RefreshPolicy,
    first: bool,
    stored: bool,
    again: bool = False,
    look_at: float | None = None,
    draw: float,
) -> Schedule:
    """The moments of ``token``.

    Args:
        token: The token.
        offset: What to add to epoch seconds to be on the clock of ``now``.
        now: The moment of the call.
        policy: The numbers.
        first: Whether this is the first token of this process.
        stored: Whether it was found in a store rather than fetched.
        again: Whether it is the token that was to be replaced.
        look_at: From when on there is another one, in epoch seconds, if somebody knows.
        draw: A random number from 0 to 1 that places the refresh in its window.
    """
    lifetime = token.lifetime_seconds
    if lifetime is None:
        return Schedule(math.inf, math.inf)
    # No token was issued after now: a wall clock that was set back meanwhile, or another
    # machine's that is ahead, must not lengthen its life.
    offset = min(offset, now - token.issued_at)
    issued_at = token.issued_at + offset
    last = usable_until(token, policy) + offset
    begin, end = policy.first_refresh_fraction if first else policy.later_refresh_fraction
    earliest = issued_at + begin * lifetime
    latest = issued_at + end * lifetime
    if stored:
        earliest = max(earliest, now + policy.min_age_before_refresh_seconds)
    if again:
        earliest = max(earliest, now + _SAME_AGAIN_SECONDS)
    if look_at is not None and look_at + offset > now:
        earliest = latest = max(look_at + offset, now + _SAME_AGAIN_SECONDS if again else now)
    latest = max(earliest, latest)
    return Schedule(min(earliest + draw * (latest - earliest), last), last)


def decide(token: Schedule | None, now: float, cooldown: Cooldown | None) -> Action:
    """What a caller who wants a token does now.

    While a token is usable nobody waits and nobody fails, however the endpoint fares.
    """
    cooling = cooldown is not None and now < cooldown.until
    if token is not None and now < token.usable_until:
        return Action.USE_AND_REFRESH if now >= token.refresh_at and not cooling else Action.USE
    if cooling and cooldown is not None and now < cooldown.reread_at:
        return Action.FAIL
    return Action.WAIT


def cooldown_seconds(kind: CooldownKind, count: int, policy: RefreshPolicy) -> float:
    """How long the endpoint is left alone after the ``count``-th failure in a row."""
    steps = {
        "refused": policy.refused_seconds,
        "rate_limited": policy.rate_limited_seconds,
        "short_lived": policy.rejected_seconds,
        "failed": policy.failed_seconds,
    }[kind]
    return steps[min(max(count, 1), len(steps)) - 1]


def max_refusal_seconds(kind: CooldownKind, policy: RefreshPolicy) -> float:
    """How long an endpoint is left alone at most, whatever it or another process says."""
    if kind == "rate_limited":
        return _MAX_RATE_LIMIT_SECONDS
    if kind == "short_lived":
        return max(policy.rejected_seconds) * (1 + _SHORT_LIVED_SPREAD)
    return max(policy.refused_seconds)


def rate_limit_seconds(told_seconds: float | None, count: int, policy: RefreshPolicy) -> float:
    """How long an endpoint that is rate limiting is left alone.

    Args:
        told_seconds: For how long it asks for that, from now on; None if it doesn't say.
        count: How many times in a row it did.
        policy: The numbers.
    """
    if told_seconds is None:
        return cooldown_seconds("rate_limited", count, policy)
    if told_seconds < policy.failed_seconds[0] / 2:
        # Some servers and proxies write "Retry-After: 0", and the date of one whose clock is wrong
        # may be past. Obeyed each time, it makes a request for each call.
        return cooldown_seconds("failed", count, policy)
    return min(told_seconds, _MAX_RATE_LIMIT_SECONDS)


def short_lived_seconds(count: int, policy: RefreshPolicy, draw: float) -> float:
    """How long an endpoint is left alone after the ``count``-th token that was over on arrival.

    Args:
        count: How many there were in a row.
        policy: The numbers.
        draw: A random number from 0 to 1.
    """
    return cooldown_seconds("short_lived", count, policy) * (1 + _SHORT_LIVED_SPREAD * draw)


def is_over_on_arrival(token: AccessToken, now: float, policy: RefreshPolicy) -> bool:
    """Whether a token that came at ``now`` (epoch seconds) is of no use to later calls."""
    return usable_until(token, policy) - now < _MIN_USABLE_SECONDS


def in_force(refusal: Refusal | None, now: float, policy: RefreshPolicy) -> bool:
    """Whether ``refusal`` still runs at ``now``, both in epoch seconds.

    One that would run for longer than any can was written by another clock, or before this one
    was set back. It counts for nothing, lest it lock everybody out for as long.
    """
    if refusal is None:
        return False
    longest = max_refusal_seconds(refusal.kind, policy) + CLOCK_TOLERANCE_SECONDS
    return now < refusal.until <= now + longest


def times_in_a_row(previous: Refusal | None, kind: CooldownKind, now: float) -> int:
    """How many refusals of ``kind`` there were without a break, with the one of ``now``.

    ``previous`` concerns the same credentials.
    """
    if (
        previous is None
        or previous.kind != kind
        or abs(now - previous.until) > _REFUSAL_MEMORY_SECONDS
    ):
        return 1
    return max(previous.count, 1) + 1


def attempt_delay_seconds(previous: float, policy: RefreshPolicy, draw: float) -> float:
    """The wait before the next attempt of a flight: decorrelated jitter.

    Args:
        previous: The wait before, in seconds; 0 before the first.
        policy: The numbers.
        draw: A random number from 0 to 1.
    """
    least, longest = policy.attempt_delay_seconds
    return min(longest, least + draw * (max(least, previous * 3) - least))


def is_free_of_pacing(accepted_rejections: Sequence[float], now: float) -> bool:
    """Whether a refused token that had been accepted before is given up at once.

    Args:
        accepted_rejections: When the last such tokens were given up, the oldest first.
        now: The moment of the refusal.
    """
    recent = [at for at in accepted_rejections if now - at < _FREE_REJECTIONS_WINDOW_SECONDS]
    return len(recent) < MAX_FREE_REJECTIONS


def next_rejection(
    previous: Rejection | None, now: float, policy: RefreshPolicy
) -> Rejection | None:
    """Whether a token that the gateway refused is given up for another one.

    The first is, at once. While its successors are refused too, the distance between two grows.

    Returns:
        The new count if it is given up; None if it stays, and the refusal goes to the caller.
    """
    steps = policy.rejected_seconds
    if previous is None or now - previous.last_at > 2 * steps[-1]:
        return Rejection(1, now)
    if now - previous.last_at < steps[min(previous.count, len(steps)) - 1]:
        return None
    return Rejection(previous.count + 1, now)

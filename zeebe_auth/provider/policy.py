"""The numbers behind the decisions, and until when a token may be used by them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from zeebe_auth.arguments import finite_number
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken

CLOCK_TOLERANCE_SECONDS = 60.0
"""A time from another machine's clock that is further ahead than it can be, by more than this,
means that one of the two clocks is wrong."""


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshPolicy:
    """How patient and how persistent a provider is; the defaults suit nearly everyone.

    Args:
        margin_seconds: A token is not handed out in its last seconds: this many, or a twentieth of
            its lifetime if that is less.
        max_attempts: How many times one flight asks the endpoint, at most.
        flight_seconds: How long one flight asks and waits between attempts, at most.
        refused_seconds: For how long refused credentials are not sent again: after the first
            refusal, the second, and so on; the last number stays.

    Raises:
        ConfigurationError: A number is out of range.
    """

    margin_seconds: float = 10.0
    max_attempts: int = 3
    flight_seconds: float = 30.0
    refused_seconds: tuple[float, ...] = (30.0, 60.0, 120.0)

    first_refresh_fraction: ClassVar[tuple[float, float]] = (0.2, 0.8)
    """The first refresh of a process is at random between these parts of the token's lifetime, so
    that a fleet that starts together does not refresh together."""

    later_refresh_fraction: ClassVar[tuple[float, float]] = (0.7, 0.8)
    """The same for every later refresh."""

    margin_fraction: ClassVar[float] = 0.05
    """The part of its lifetime in which a token is not handed out, if that is less."""

    attempt_delay_seconds: ClassVar[tuple[float, float]] = (0.25, 5.0)
    """The least and the longest wait between attempts of one flight (decorrelated jitter)."""

    rate_limited_seconds: ClassVar[tuple[float, ...]] = (5.0, 10.0, 20.0, 40.0, 60.0)
    """The same as ``refused_seconds``, after a 429 that names no time."""

    failed_seconds: ClassVar[tuple[float, ...]] = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
    """The same after a flight that failed for another reason."""

    rejected_seconds: ClassVar[tuple[float, ...]] = (5.0, 10.0, 20.0, 40.0, 60.0)
    """The least time between fetches while fresh tokens are of no use: the server refuses them too
    (see `invalidate`), or they are over when they arrive."""

    source_reread_seconds: ClassVar[float] = 5.0
    """While credentials are refused, the source is read again at most this often, to notice
    corrected ones."""

    lock_seconds: ClassVar[float] = 15.0
    """How long a flight waits for another process to fetch the token."""

    min_age_before_refresh_seconds: ClassVar[float] = 5.0
    """A token found in a store is not refreshed before a process has lived this long, so that a
    command that ends at once never begins what it can't finish."""

    def __post_init__(self) -> None:
        if not isinstance(self.max_attempts, int) or self.max_attempts < 1:
            raise ConfigurationError("RefreshPolicy.max_attempts must be an int of at least 1.")
        for name in ("margin_seconds", "flight_seconds", "refused_seconds"):
            value = getattr(self, name)
            steps = value if isinstance(value, tuple) else (value,)
            numbers = [finite_number(step) for step in steps]
            if not numbers or not all(number is not None and number >= 0 for number in numbers):
                raise ConfigurationError(f"RefreshPolicy.{name} must be finite seconds, from 0.")


def usable_until(token: AccessToken, policy: RefreshPolicy) -> float:
    """From when ``token`` is not handed out any more, in epoch seconds."""
    lifetime = token.lifetime_seconds
    if lifetime is None or token.expires_at is None:
        return math.inf
    return token.expires_at - min(policy.margin_seconds, policy.margin_fraction * max(0, lifetime))


def is_usable_when_found(token: AccessToken, now: float, policy: RefreshPolicy) -> bool:
    """Whether a token that was found in a store may be handed out at ``now`` (epoch seconds).

    One that was issued later than now was stamped by a clock that was ahead of this one: its
    expiry can't be trusted either.
    """
    return now < usable_until(token, policy) and token.issued_at <= now + CLOCK_TOLERANCE_SECONDS

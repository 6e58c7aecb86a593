"""The numbers behind the decisions, and until when a token may be used by them."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken

__all__ = ["CLOCK_TOLERANCE_SECONDS", "RefreshPolicy", "is_usable_when_found", "usable_until"]

CLOCK_TOLERANCE_SECONDS = 60.0
"""A time from another machine's clock that lies further ahead than it can, by more than this, says
that one of the two clocks is wrong."""


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshPolicy:
    """The numbers behind the decisions; the defaults suit nearly everyone.

    Args:
        first_refresh_fraction: The first refresh of a process lies at random between these parts
            of the token's lifetime, so that a fleet that starts together does not refresh
            together.
        later_refresh_fraction: The same for every later refresh.
        margin_seconds: A token is not handed out in its last seconds: this many, or
            ``margin_fraction`` of its lifetime if that is less.
        margin_fraction: See ``margin_seconds``.
        max_attempts: How many times one flight asks the endpoint, at most.
        flight_seconds: How long one flight asks and waits between attempts, at most.
        attempt_delay_seconds: The least and the longest wait between attempts of one flight
            (decorrelated jitter between them).
        refused_seconds: For how long refused credentials are not sent again: after the first
            refusal, the second, and so on; the last number stays.
        rate_limited_seconds: The same after a 429 that names no time.
        failed_seconds: The same after a flight that failed for another reason.
        rejected_seconds: The least distance between fetches while fresh tokens are of no use:
            the server refuses them too (see `invalidate`), or they are over when they arrive.
        source_reread_seconds: While credentials are refused, the source is read again at most
            this often, to notice corrected ones.
        lock_seconds: How long a flight waits for another process to fetch the token.
        passer_by_seconds: A token found in a store is not refreshed before a process has lived
            this long, so that a command that ends at once never begins what it can't finish.

    Raises:
        ConfigurationError: A number is out of range.
    """

    first_refresh_fraction: tuple[float, float] = (0.2, 0.8)
    later_refresh_fraction: tuple[float, float] = (0.7, 0.8)
    margin_seconds: float = 10.0
    margin_fraction: float = 0.05
    max_attempts: int = 3
    flight_seconds: float = 30.0
    attempt_delay_seconds: tuple[float, float] = (0.25, 5.0)
    refused_seconds: tuple[float, ...] = (30.0, 60.0, 120.0)
    rate_limited_seconds: tuple[float, ...] = (5.0, 10.0, 20.0, 40.0, 60.0)
    failed_seconds: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
    rejected_seconds: tuple[float, ...] = (5.0, 10.0, 20.0, 40.0, 60.0)
    source_reread_seconds: float = 5.0
    lock_seconds: float = 15.0
    passer_by_seconds: float = 5.0

    def __post_init__(self) -> None:
        for name in ("first_refresh_fraction", "later_refresh_fraction"):
            begin, end = getattr(self, name)
            if not 0 <= begin <= end <= 1:
                raise ConfigurationError(
                    f"RefreshPolicy.{name} must be two parts of 1, the smaller first."
                )
        if not 0 <= self.margin_fraction < 1:
            raise ConfigurationError(
                "RefreshPolicy.margin_fraction must be at least 0 and under 1."
            )
        if self.max_attempts < 1:
            raise ConfigurationError("RefreshPolicy.max_attempts must be at least 1.")
        for field in fields(self):
            if field.name.endswith("_seconds"):
                value = getattr(self, field.name)
                steps = value if isinstance(value, tuple) else (value,)
                if not steps or not all(0 <= step < math.inf for step in steps):
                    raise ConfigurationError(
                        f"RefreshPolicy.{field.name} must be finite seconds, from 0."
                    )


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

"""The pure decisions: when to use, refresh, wait, fail, retry and discard a token."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth import AccessToken, ConfigurationError, RefreshPolicy, Secret
from zeebe_auth.provider.decisions import (
    Action,
    Cooldown,
    Rejection,
    Schedule,
    attempt_delay_seconds,
    cooldown_seconds,
    decide,
    next_rejection,
    schedule,
)
from zeebe_auth.provider.policy import usable_until

POLICY = RefreshPolicy()
moments = st.floats(0, 1e9)
fractions = st.floats(0, 1)
lifetimes = st.floats(0.001, 1e7)
schedules = st.builds(
    lambda refresh_at, more: Schedule(refresh_at, refresh_at + more), moments, st.floats(0, 1e6)
)
cooldowns = st.builds(
    Cooldown,
    moments,
    st.sampled_from(["refused", "rate_limited", "failed"]),
    st.integers(1, 20),
    moments,
)


def token(lifetime: float, issued_at: float = 0) -> AccessToken:
    return AccessToken(Secret("t"), issued_at=issued_at, expires_at=issued_at + lifetime)


@given(schedules, moments, st.none() | cooldowns)
def test_a_usable_token_is_always_used(times, now, cooldown):
    """Whatever the endpoint replied, no caller waits or fails while a token is usable."""
    if now < times.usable_until:
        assert decide(times, now, cooldown) in {Action.USE, Action.USE_AND_REFRESH}
    else:
        assert decide(times, now, cooldown) in {Action.WAIT, Action.FAIL}


@given(schedules, moments, cooldowns)
def test_a_cooldown_stops_refreshes_and_never_outlives_itself(times, now, cooldown):
    """During it nothing is refreshed; when it is over no caller fails because of it."""
    action = decide(times, now, cooldown)
    if now < cooldown.until:
        assert action is not Action.USE_AND_REFRESH
    else:
        assert action is not Action.FAIL


@given(moments, cooldowns)
def test_the_source_may_be_read_again_in_a_cooldown(now, cooldown):
    """From `reread_at` on a caller waits for the source instead of failing."""
    fails = now < cooldown.until and now < cooldown.reread_at
    assert (decide(None, now, cooldown) is Action.FAIL) is fails


def test_without_a_token_and_without_a_cooldown_a_caller_waits():
    """The first call of a program makes a request."""
    assert decide(None, 0, None) is Action.WAIT


@given(lifetimes, fractions, st.booleans(), st.booleans(), moments, st.floats(-1e6, 1e6))
def test_the_refresh_lies_within_its_window(lifetime, draw, first, stored, now, offset):
    """It is never after the token stops being usable, and never before the window begins."""
    times = schedule(
        token(lifetime),
        offset=offset,
        now=now,
        policy=POLICY,
        first=first,
        stored=stored,
        draw=draw,
    )
    low = 0.2 if first else 0.7
    # No token was issued after now, whatever two clocks show.
    offset = min(offset, now)
    slack = 1e-6 * (1 + abs(offset) + lifetime)
    assert times.refresh_at <= times.usable_until
    assert times.refresh_at >= min(offset + low * lifetime, times.usable_until) - slack
    if not stored:
        assert times.refresh_at <= offset + 0.8 * lifetime + slack
    else:
        assert times.refresh_at >= min(now + 5, times.usable_until) - slack


@pytest.mark.parametrize(("lifetime", "margin"), [(86400, 10), (200, 10), (100, 5), (3, 0.15)])
def test_the_last_seconds_are_not_handed_out(lifetime, margin):
    """They are 10 s or 5 % of the lifetime, whichever is less."""
    assert usable_until(token(lifetime), POLICY) == pytest.approx(lifetime - margin)


def test_a_token_that_never_expires_is_never_refreshed():
    """Without a lifetime there are no moments."""
    forever = AccessToken(Secret("t"))
    times = schedule(forever, offset=0, now=0, policy=POLICY, first=True, stored=False, draw=0.5)
    assert times == Schedule(math.inf, math.inf)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("refused", [30, 60, 120, 120]),
        ("rate_limited", [5, 10, 20, 40, 60, 60]),
        ("failed", [1, 2, 4, 8, 15, 30, 30]),
    ],
)
def test_cooldowns_grow_to_a_bound(kind, expected):
    """They never last for ever, nor for five minutes."""
    assert [cooldown_seconds(kind, n + 1, POLICY) for n in range(len(expected))] == expected


@given(st.floats(0, 100), fractions)
def test_the_wait_between_attempts_is_jittered_within_bounds(previous, draw):
    """It has decorrelated jitter: between the least wait and three times the last one, up to the
    longest."""
    wait = attempt_delay_seconds(previous, POLICY, draw)
    assert 0.25 <= wait <= min(5, max(0.25, 3 * previous)) + 1e-9


def test_two_waits_between_attempts_differ():
    """Processes that failed together do not come back together."""
    waits = [attempt_delay_seconds(1.0, POLICY, draw) for draw in (0.0, 0.5, 1.0)]
    assert waits == sorted(set(waits))
    assert waits[-1] == 3.0


@given(st.lists(st.floats(0, 10), min_size=1, max_size=200))
def test_tokens_are_never_given_up_faster_than_the_pacing(gaps):
    """Two discarded tokens are at least 5, 10, 20, 40, then 60 s apart."""
    now, state, given_up = 0.0, None, []
    for gap in gaps:
        now += gap
        after = next_rejection(state, now, POLICY)
        if after is not None:
            given_up.append(now)
            state = after
    for index, (one, two) in enumerate(pairwise(given_up)):
        assert two - one >= POLICY.rejected_seconds[min(index, 4)] - 1e-9


def test_the_pacing_forgets():
    """A refusal long after the last one is followed by a request at once."""
    assert next_rejection(Rejection(7, 0), 121, POLICY) == Rejection(1, 121)


@pytest.mark.parametrize("hour", [0, 1], ids=["first hour", "second hour"])
def test_a_fleet_does_not_refresh_in_step(hour):
    """1,000 processes that start together, with a lifetime of 300 s: no 10-second bucket has twice
    the mean, neither in the hour of the start nor later."""
    draw = random.Random(7).random
    refreshes = []
    for _ in range(1000):
        now, first = 0.0, True
        while now < 2 * 3600:
            times = schedule(
                token(300, now),
                offset=0,
                now=now,
                policy=POLICY,
                first=first,
                stored=False,
                draw=draw(),
            )
            now, first = times.refresh_at, False
            refreshes.append(now)
    begin = hour * 3600
    buckets = [0] * 360
    for moment in refreshes:
        if begin <= moment < begin + 3600:
            buckets[int((moment - begin) // 10)] += 1
    assert max(buckets) < 2 * sum(buckets) / len(buckets)


@pytest.mark.parametrize(
    "numbers",
    [
        {"margin_seconds": -1.0},
        {"max_attempts": 0},
        {"refused_seconds": ()},
        {"refused_seconds": (5.0, -1.0)},
        {"margin_seconds": math.inf},
        {"flight_seconds": math.nan},
    ],
    ids=lambda numbers: next(iter(numbers)),
)
def test_a_policy_that_cannot_work_is_refused_where_it_is_made(numbers):
    """The error names the field, instead of the first request that needs it failing."""
    with pytest.raises(ConfigurationError, match=next(iter(numbers))):
        RefreshPolicy(**numbers)

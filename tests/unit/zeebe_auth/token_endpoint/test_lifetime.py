"""How long a token counts as valid."""

from __future__ import annotations

import base64
import json
import math
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth.token_endpoint.http.sending import HttpReply
from zeebe_auth.token_endpoint.lifetime import (
    DEFAULT_LIFETIME_SECONDS,
    LONGEST_LIFETIME_SECONDS,
    clock_ahead_seconds,
    expires_at,
)

NOW = 1_800_000_000.0
HOUR = 3600.0


def _jwt(payload: object) -> str:
    encoded = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJSUzI1NiJ9.{encoded}.c2ln"


def _lifetime(token: str = "opaque", expires_in: object = None, date: float | None = None) -> float:
    headers = {} if date is None else {"date": formatdate(date, usegmt=True)}
    reply = HttpReply(200, headers, b"", NOW + 1)
    return expires_at(token, expires_in, issued_at=NOW, reply=reply) - NOW


@pytest.mark.parametrize("told", [3599.5, "3599.5", " 3599.5 "])
def test_a_fraction_is_a_lifetime(told):
    """Numbers with a fraction, and strings with a number, are lifetimes."""
    assert _lifetime(expires_in=told) == 3599.5


@pytest.mark.parametrize("told", [3600, 3600.0, "3600"])
def test_whole_seconds_are_a_lifetime(told):
    """Whole seconds are lifetimes."""
    assert _lifetime(expires_in=told) == HOUR


@pytest.mark.parametrize(
    "told",
    [None, 0, -1, "0", "-5", "", "soon", "1e3", "١٢", True, [], {}, math.nan, math.inf, -math.inf],
)
def test_a_lifetime_that_is_none_is_not_told(told):
    """0, negative numbers and nonsense count as unknown: the token is used for 300 s, not for ever
    or never."""
    assert _lifetime(expires_in=told) == DEFAULT_LIFETIME_SECONDS
    assert _lifetime(_jwt({"exp": NOW + HOUR}), expires_in=told) == HOUR


@pytest.mark.parametrize("told", [10**12, "9" * 18, 10**400, 1e300])
def test_a_lifetime_has_a_sane_end(told):
    """Whatever lifetime a server gives, a new token is requested within a year."""
    assert _lifetime(expires_in=told) == LONGEST_LIFETIME_SECONDS


@pytest.mark.parametrize(("told", "expected"), [(60, 60.0), (7200, HOUR)])
def test_the_earlier_of_reply_and_jwt_counts(told, expected):
    """A JWT's exp shortens the reply's lifetime, and vice versa."""
    assert _lifetime(_jwt({"exp": NOW + HOUR}), expires_in=told) == expected


@pytest.mark.parametrize(
    "token",
    [
        "opaque",
        "a.b.c",
        "a.b",
        "..",
        "a.!!.c",
        _jwt(["exp"]),
        _jwt({"exp": "soon"}),
        _jwt({"exp": None}),
        _jwt({"exp": True}),
        _jwt({}),
    ],
)
def test_what_is_no_jwt_with_an_expiry_says_nothing(token):
    """Anything but a JWT with a number in exp is an opaque token."""
    assert _lifetime(token) == DEFAULT_LIFETIME_SECONDS
    assert _lifetime(token, expires_in=60) == 60.0


@pytest.mark.parametrize("ahead", [-7 * HOUR, -600.0, 600.0, 7 * HOUR])
def test_a_wrong_clock_here_does_not_change_a_jwts_lifetime(ahead):
    """The reply's Date shows the difference to the server's clock, and exp is corrected by it."""
    token = _jwt({"exp": NOW + ahead + HOUR})
    assert _lifetime(token, date=NOW + 1 + ahead) == pytest.approx(HOUR)


def test_the_whole_seconds_of_a_date_change_nothing():
    """Date has whole seconds and a reply takes time; such differences don't move the expiry."""
    assert _lifetime(_jwt({"exp": NOW + HOUR}), date=NOW - 1) == HOUR
    assert _lifetime(_jwt({"exp": NOW + HOUR}), date=NOW + 3) == HOUR


@pytest.mark.parametrize("ahead", [-29, -3, 3, 29])
def test_a_clock_that_is_off_by_seconds_does_not_change_a_short_lifetime(ahead):
    """From one second and the round trip on, a JWT of 30 s lives for 30 s by any clock."""
    token = _jwt({"exp": NOW + 1 + ahead + 30})
    assert _lifetime(token, date=NOW + 1 + ahead) == pytest.approx(31)


@pytest.mark.parametrize(
    ("date", "took", "expected"),
    [
        (None, 1, None),
        (NOW, 1, 0.0),
        (NOW - 1, 1, 0.0),
        (NOW - 2, 1, -3.0),
        (NOW + 9, 1, 8.0),
        (NOW - 1, 4, 0.0),
        (NOW - 2, -5, 3.0),
    ],
)
def test_the_difference_of_the_clocks_is_told_where_a_date_can_tell_it(date, took, expected):
    """A fast clock is positive; within the second of a Date and the round trip it is 0."""
    headers = {} if date is None else {"date": formatdate(date, usegmt=True)}
    reply = HttpReply(200, headers, b"", NOW + took)
    assert clock_ahead_seconds(reply, issued_at=NOW) == expected


def test_an_expiry_in_the_past_is_measured_from_iat():
    """Without a Date, an exp before now means that a clock is wrong: the JWT's own span counts."""
    token = _jwt({"iat": NOW - 2 * HOUR, "exp": NOW - HOUR})
    assert _lifetime(token) == HOUR
    assert _lifetime(token, expires_in=60) == 60.0
    assert _lifetime(_jwt({"exp": NOW - HOUR})) == DEFAULT_LIFETIME_SECONDS


@given(
    exp=st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=5)),
    iat=st.one_of(st.none(), st.integers(), st.floats()),
    told=st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=8), st.booleans()),
    date=st.one_of(st.none(), st.floats(0, 4e9)),
)
def test_any_claims_give_a_usable_lifetime(exp, iat, told, date):
    """Whatever the claims, a token that has just arrived is usable, and not for ever."""
    lifetime = _lifetime(_jwt({"exp": exp, "iat": iat}), told, date)
    assert 0 <= lifetime <= LONGEST_LIFETIME_SECONDS

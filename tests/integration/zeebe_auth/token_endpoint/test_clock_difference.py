"""A machine whose clock is wrong, or is set while a token is asked for."""

from __future__ import annotations

import base64
import json
from email.utils import formatdate

import pytest

from zeebe_auth.clock import SYSTEM_CLOCK, Clock
from zeebe_auth.token_endpoint import TokenEndpoint, TokenTransport

NOW = 1_800_000_000.0


class Wall:
    """A wall clock that stands still unless it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def asking(wall: Wall) -> TokenEndpoint:
    return TokenEndpoint(TokenTransport(), clock=Clock(wall, SYSTEM_CLOCK.running))


def jwt_until(exp: float) -> str:
    payload = base64.urlsafe_b64encode(json.dumps({"exp": exp}).encode()).rstrip(b"=").decode()
    return f"e30.{payload}.c2ln"


@pytest.mark.parametrize("ahead", [-29, 29])
def test_a_short_token_lives_its_life_on_a_clock_that_is_half_a_minute_off(
    serve, asking, credentials_for, wire, ahead
):
    """The reply's Date shows the difference, which corrects the lifetime and is kept for
    reports."""
    document = {"access_token": jwt_until(NOW + ahead + 30)}
    reply = wire.json(document=document, Date=formatdate(NOW + ahead, usegmt=True))
    server = serve(answer=lambda _request: reply)
    token = asking.request_token(credentials_for(f"{server.url}/token"))
    assert token.lifetime_seconds == pytest.approx(30)
    assert asking.clock_ahead_seconds == ahead


def test_without_a_date_no_difference_is_told(serve, asking, credentials_for, wire):
    """The difference is then None, which is not the same as a clock that is right."""
    server = serve()
    asking.request_token(credentials_for(f"{server.url}/token"))
    assert asking.clock_ahead_seconds is None


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_a_clock_that_is_set_during_the_request_ends_no_token(
    serve, asking, credentials_for, wire, wall, jump
):
    """The token's times are computed with the clock as it is when the token arrives."""

    def answer(_request):
        wall.now += jump
        document = {"access_token": jwt_until(wall.now + 300), "expires_in": 300}
        return wire.json(document=document, Date=formatdate(wall.now, usegmt=True))

    server = serve(answer=answer)
    token = asking.request_token(credentials_for(f"{server.url}/token"))
    # It includes the duration of the request, measured with the running clock.
    assert wall.now + 200 < token.expires_at <= wall.now + 300
    assert wall.now - 100 < token.issued_at <= wall.now
    assert asking.clock_ahead_seconds == 0

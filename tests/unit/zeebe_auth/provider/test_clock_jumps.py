"""Clocks that jump, and clocks of other machines: no process is locked out, and no token is used
for too long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zeebe_auth import (
    InvalidClientError,
    OAuthCredentialsProvider,
    RateLimitedError,
    Refusal,
    TokenKey,
)

HOUR_SECONDS = 3600.0


@pytest.mark.parametrize("kind", ["refused", "rate_limited"])
@pytest.mark.parametrize("ahead_seconds", [5 * HOUR_SECONDS, 1e18])
def test_a_refusal_from_a_clock_that_is_ahead_locks_nobody_out(
    drivers, source, store, kind, ahead_seconds
):
    """A refusal that lasts longer than possible shows that a clock is wrong: a request is made."""
    key = TokenKey.of(source.credentials)
    until = drivers.time.wall + ahead_seconds
    store.refusals[key] = Refusal.of(source.credentials, until=until, kind=kind)
    provider = OAuthCredentialsProvider(source, store=store)
    assert provider.explain().cooldown_until is None
    assert drivers.ask(provider)
    assert not store.refusals


def test_a_wrong_refusal_is_replaced_by_a_right_one(drivers, source, store):
    """After one request all share a time of the local clock."""
    key = TokenKey.of(source.credentials)
    until = drivers.time.wall + 5 * HOUR_SECONDS
    store.refusals[key] = Refusal.of(source.credentials, until=until, kind="refused", count=7)
    drivers.endpoint.answers.append(InvalidClientError("no"))
    with pytest.raises(InvalidClientError) as failure:
        drivers.ask(OAuthCredentialsProvider(source, store=store))
    assert failure.value.retry_at == drivers.time.wall + 30
    assert store.refusals[key].until == drivers.time.wall + 30


def test_a_clock_set_back_does_not_lengthen_a_cooldown(drivers, source):
    """After 30 s there is another request, whatever the wall clock shows by then."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.append(InvalidClientError("no"))
    with pytest.raises(InvalidClientError):
        drivers.ask(provider)
    drivers.time.wall -= 5 * HOUR_SECONDS
    drivers.advance(30)
    assert drivers.ask(provider)


def test_a_clock_set_back_while_a_flight_fails_does_not_lengthen_its_cooldown(drivers, source):
    """The time the error names and the clock read when it lands may differ by hours."""
    provider = OAuthCredentialsProvider(source)
    until = drivers.time.wall + 300

    def refuse() -> None:
        drivers.time.wall -= 5 * HOUR_SECONDS
        raise RateLimitedError("Patience.", retry_at=until)

    drivers.endpoint.answers.append(refuse)
    with pytest.raises(RateLimitedError):
        drivers.ask(provider)
    drivers.advance(HOUR_SECONDS)
    assert drivers.ask(provider)


def test_patience_for_a_day_is_patience_for_an_hour(drivers, source, store):
    """A Retry-After, or one computed with a wrong clock, is bounded."""
    provider = OAuthCredentialsProvider(source, store=store)
    now = drivers.time.wall
    drivers.endpoint.answers.append(RateLimitedError("Patience.", retry_at=now + 86_400))
    with pytest.raises(RateLimitedError) as failure:
        drivers.ask(provider)
    assert failure.value.retry_at == now + HOUR_SECONDS
    drivers.advance(HOUR_SECONDS)
    assert drivers.ask(provider)


def test_a_clock_set_forward_ends_no_usable_token(drivers, source):
    """The lifetime of a token in memory is measured with the running clock."""
    provider = OAuthCredentialsProvider(source)
    first = drivers.ask(provider)
    drivers.time.wall += 30 * 86_400
    assert provider.get_token() is first


def test_a_clock_set_back_during_a_request_lengthens_no_tokens_life(drivers, source):
    """A token can't have been issued after now: it is used for its lifetime and no longer."""
    provider = OAuthCredentialsProvider(source)
    issued = drivers.endpoint.token("stamped-before-the-jump")

    def jump() -> None:
        drivers.time.wall -= HOUR_SECONDS

    drivers.endpoint.answers.append(jump)
    drivers.endpoint.token = lambda _value: issued
    drivers.ask(provider)
    drivers.time.advance(1000)
    assert provider.current_token() is None


def test_a_stored_token_of_a_clock_a_little_ahead_lives_no_longer(drivers, source, store):
    """Clocks of several machines differ by seconds, which are not added to the token's lifetime."""
    token = drivers.endpoint.token("theirs")
    ahead = replace(token, issued_at=token.issued_at + 50, expires_at=token.expires_at + 50)
    store.tokens[TokenKey.of(source.credentials)] = ahead
    provider = OAuthCredentialsProvider(source, store=store)
    assert drivers.ask(provider) == ahead
    drivers.time.advance(995)
    assert provider.current_token() is None


def test_an_expired_token_at_hand_does_not_outrank_a_good_one_in_the_store(drivers, source, store):
    """A machine whose clock is slow dates its tokens earlier; they are valid all the same."""
    provider = OAuthCredentialsProvider(source, store=store)
    drivers.ask(provider)
    drivers.time.advance(1000)
    issued = drivers.time.wall - 1500
    theirs = replace(
        drivers.endpoint.token("theirs"), issued_at=issued, expires_at=drivers.time.wall + 500
    )
    store.tokens[TokenKey.of(source.credentials)] = theirs
    assert drivers.ask(provider) == theirs

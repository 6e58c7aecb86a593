"""Failures of one process while another, with the same store, has a token or gets one."""

from __future__ import annotations

import pytest

from zeebe_auth import (
    OAuthCredentialsProvider,
    RateLimitedError,
    TokenEndpointUnreachable,
    TokenKey,
)


def failing(drivers, provider, error) -> None:
    drivers.endpoint.answers.extend(error.copy() for _ in range(3))
    with pytest.raises(type(error)):
        drivers.ask(provider)
    drivers.endpoint.answers.clear()


@pytest.mark.parametrize("error", [TokenEndpointUnreachable("down"), RateLimitedError("slow")])
def test_a_token_that_another_process_got_ends_the_wait_after_a_failure(
    drivers, source, store, error
):
    """During the wait a caller reads the store, and makes no request."""
    provider = OAuthCredentialsProvider(source, store=store)
    failing(drivers, provider, error)
    asked, loads = len(drivers.endpoint.requests), source.loads
    with pytest.raises(type(error)):
        drivers.ask(provider)
    theirs = drivers.endpoint.token("theirs")
    store.tokens[TokenKey.of(source.credentials)] = theirs
    assert drivers.ask(provider) == theirs
    assert provider.current_token() == theirs
    assert len(drivers.endpoint.requests) == asked
    if isinstance(error, TokenEndpointUnreachable):
        assert source.loads == loads


def test_looks_into_the_store_do_not_lengthen_the_wait(drivers, source, store):
    """The next request comes when it would have come without them, and they are not reported as
    failures."""
    events = []
    provider = OAuthCredentialsProvider(source, store=store, on_event=events.append)
    failing(drivers, provider, TokenEndpointUnreachable("down"))
    told = len(events)
    for _ in range(20):
        with pytest.raises(TokenEndpointUnreachable):
            drivers.ask(provider)
    assert len(events) == told
    drivers.advance(1)
    assert drivers.ask(provider)


def test_a_second_revocation_is_answered_at_once_if_tokens_were_good_in_between(drivers, source):
    """A token that was in use until its refresh and never refused ends the pacing."""
    provider = OAuthCredentialsProvider(source)
    provider.invalidate(drivers.ask(provider))
    in_use = drivers.ask(provider)
    drivers.time.advance(2)
    drivers.endpoint.lifetime = 1000.0
    drivers.advance(900)
    fresh = drivers.ask(provider)
    assert fresh != in_use
    provider.invalidate(fresh)
    assert provider.current_token() is None
    newer = drivers.ask(provider)
    # This token is new, and refused: now there is pacing.
    provider.invalidate(newer)
    assert provider.current_token() == newer


def test_a_stored_token_from_before_the_refusal_is_given_up_as_well(drivers, source, store):
    """All tokens were revoked after another process had refreshed: its stored token shows nothing
    about new ones."""
    provider = OAuthCredentialsProvider(source, store=store)
    mine = drivers.ask(provider)
    drivers.time.advance(1)
    theirs = drivers.endpoint.token("theirs")
    store.tokens[TokenKey.of(source.credentials)] = theirs
    drivers.time.advance(1)
    provider.invalidate(mine)
    assert drivers.ask(provider) == theirs
    provider.invalidate(theirs)
    assert provider.current_token() is None
    fresh = drivers.ask(provider)
    assert fresh not in {mine, theirs}
    provider.invalidate(fresh)
    assert provider.current_token() == fresh

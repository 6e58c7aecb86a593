"""Which tokens the timer refreshes: those that a caller got, and no others."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from dataclasses import replace

import pytest

from zeebe_auth import OAuthCredentialsProvider, Secret, TokenEndpointUnreachable, TokenKey


def wait_for_it(drivers, provider, how):
    """One caller who waits for the first token, and the token."""
    tokens = []

    def sync() -> None:
        tokens.append(getattr(provider, how)())

    def on_a_loop() -> None:
        tokens.append(asyncio.run(provider.get_token_async()))

    caller = threading.Thread(target=on_a_loop if how == "get_token_async" else sync)
    caller.start()
    while caller.is_alive():
        drivers.settle()
    return tokens[0]


@pytest.mark.parametrize("how", ["get_token", "get_token_async", "fetch_token"])
def test_a_caller_who_waited_for_a_token_has_been_handed_it(drivers, source, how):
    """It is in use from the beginning, so the timer refreshes it once."""
    provider = OAuthCredentialsProvider(source)
    first = wait_for_it(drivers, provider, how)
    drivers.advance(500)
    assert provider._keeper.slot.token != first
    drivers.advance(100_000)
    assert len(drivers.endpoint.requests) == 2


def test_current_token_hands_out_too(drivers, source):
    """A channel that only calls current_token uses the token."""
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    drivers.advance(500)
    assert provider.current_token().value.reveal() == "token-2"
    drivers.advance(750)
    assert provider.current_token().value.reveal() == "token-3"


def test_the_same_token_again_makes_no_rush_of_refreshes(drivers, source):
    """Some servers return the same token until it expires, with less and less lifetime left. It is
    not requested again at each fraction of the rest, however busy the client."""
    provider = OAuthCredentialsProvider(source)
    expires_at = drivers.time.wall + 3600

    def same(_value):
        now = drivers.time.wall
        if now < expires_at:
            return replace(token, issued_at=now, expires_at=expires_at)
        return drivers_token("another")

    drivers_token = drivers.endpoint.token
    token = drivers_token("same")
    drivers.endpoint.token = same
    drivers.ask(provider)
    moments = []
    while drivers.time.wall < expires_at - 0.25:
        before = len(drivers.endpoint.requests)
        assert drivers.ask(provider).expires_at > drivers.time.wall
        drivers.advance(0.25)
        if len(drivers.endpoint.requests) > before:
            moments.append(drivers.time.wall)
    assert len(drivers.endpoint.requests) <= 10
    last_minute = [moment for moment in moments if moment > expires_at - 60]
    assert len(last_minute) <= 6
    drivers.advance(1)
    assert drivers.ask(provider).value == Secret("another")


def test_a_token_that_comes_back_fresh_is_refreshed_as_any_other(drivers, source):
    """Another value has its own lifetime, however short."""
    drivers.endpoint.lifetime = 3
    provider = OAuthCredentialsProvider(source)
    for number in range(1, 5):
        assert drivers.ask(provider).value.reveal() == f"token-{number}"
        drivers.advance(2.25)


def test_a_fork_leaves_a_child_whose_token_is_refreshed_by_the_timer(drivers, source):
    """The parent's timer doesn't exist; the child's first call makes an appointment of its own."""
    provider = OAuthCredentialsProvider(source)
    first = drivers.ask(provider)
    drivers.runtime.after_fork_in_child()
    assert provider.get_token() is first
    assert provider._now() < provider._keeper.slot.fresh_until
    drivers.advance(500)
    assert provider.current_token() != first
    assert len(drivers.endpoint.requests) == 2


def test_a_fork_in_a_cooldown_and_a_late_call_refresh_once(drivers, source):
    """A child whose first call comes when a refresh is due starts it at once."""
    provider = OAuthCredentialsProvider(source)
    first = drivers.ask(provider)
    drivers.runtime.after_fork_in_child()
    drivers.time.advance(600)
    assert provider.get_token() is first
    drivers.settle()
    assert provider.get_token() != first
    assert len(drivers.endpoint.requests) == 2


def test_what_the_callers_of_a_failed_refresh_see(drivers, source):
    """They see nothing while the token is usable; then, in a cooldown, the refresh's own error; and
    after the cooldown a token."""
    drivers.endpoint.lifetime = 100
    provider = OAuthCredentialsProvider(source)
    first = drivers.ask(provider)
    drivers.time.advance(94.5)
    drivers.endpoint.answers.extend(TokenEndpointUnreachable("down") for _ in range(3))
    assert provider.get_token() is first
    while provider._keeper.request is not None:
        left = drivers.scheduler.run_due()
        drivers.advance(left if left and not drivers.workers.tasks else 0)
    with pytest.raises(TokenEndpointUnreachable, match="down"):
        provider.get_token()
    drivers.advance(1)
    assert drivers.ask(provider).value.reveal() == "token-5"


def test_fetch_token_is_not_undone_by_an_older_token_of_the_store(drivers, source, store):
    """A flight that read the store earlier returns a token that has been replaced meanwhile."""
    provider = OAuthCredentialsProvider(source, store=store)
    key = TokenKey.of(source.credentials)
    older = drivers.endpoint.token("older")
    store.tokens[key] = older
    drivers.time.advance(1)
    flight = provider._keeper.token_or_waiter()
    load = store.load

    def load_while_another_is_fetched(_key):
        store.load = load
        wait_for_it(drivers, provider, "fetch_token")
        return older

    store.load = load_while_another_is_fetched
    drivers.settle()
    assert flight.result() == older
    assert provider.get_token().value.reveal() == "token-1"


def test_a_token_refused_while_a_flight_was_under_way_is_not_had_back_from_the_store(
    drivers, source, store
):
    """The flight started before the gateway refused it, and goes on for another."""
    provider = OAuthCredentialsProvider(source, store=store)
    flight = provider._keeper.token_or_waiter()
    load = store.load

    def load_while_it_is_refused(_key):
        store.load = load
        refused = wait_for_it(drivers, provider, "fetch_token")
        provider.invalidate(refused)
        return refused

    store.load = load_while_it_is_refused
    drivers.settle()
    assert flight.result().value.reveal() == "token-2"
    assert provider.get_token() is flight.result()


def test_a_dropped_provider_needs_no_garbage_collector(drivers, source, store):
    """It has no reference cycle, so that dropped providers don't accumulate."""
    gc.disable()
    try:
        provider = OAuthCredentialsProvider(source, store=store, on_event=print)
        drivers.ask(provider)
        gone = weakref.ref(provider)
        del provider
        assert gone() is None
    finally:
        gc.enable()


def test_followers_are_served_when_the_leader_is_closed_and_gone(drivers, source, store):
    """The request goes on for the providers that share it."""
    leader = OAuthCredentialsProvider(source, store=store)
    follower = OAuthCredentialsProvider(source, store=store)
    flights = [leader._keeper.token_or_waiter(), follower._keeper.token_or_waiter()]

    def meanwhile(_key) -> None:
        store.on_lock = None
        drivers.workers.run()
        leader.close()

    store.on_lock = meanwhile
    del flights[0]
    drivers.settle()
    assert follower.get_token() is flights[0].result()
    assert leader.current_token() is None
    assert len(drivers.endpoint.requests) == 1


def test_a_failed_fetch_does_not_cost_the_refresh_by_the_timer(drivers, source):
    """Its cooldown is over long before the current token is due for a refresh."""
    provider = OAuthCredentialsProvider(source)
    first = drivers.ask(provider)
    drivers.endpoint.answers.extend(TokenEndpointUnreachable("down") for _ in range(3))
    waiter = provider._keeper.fetch()
    for _ in range(3):
        drivers.advance(1)
    with pytest.raises(TokenEndpointUnreachable):
        waiter.result()
    assert provider.get_token() is first
    drivers.advance(500)
    assert provider.current_token() != first

"""Tokens that are refused after they were accepted have been revoked, and are replaced without
pacing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth import AccessToken, OAuthCredentialsProvider, RefreshPolicy, Secret, TokenKey
from zeebe_auth.provider.state import RejectedTokens

POLICY = RefreshPolicy()


def is_replaced(provider, token, *, accepted) -> bool:
    provider.invalidate(token, accepted=accepted)
    return provider.current_token() is None


def test_two_revocations_within_five_seconds_are_answered_at_once(drivers, source):
    """Both tokens had been accepted, so their refusals don't count against the next one."""
    provider = OAuthCredentialsProvider(source)
    assert is_replaced(provider, drivers.ask(provider), accepted=True)
    second = drivers.ask(provider)
    drivers.advance(2)
    assert is_replaced(provider, second, accepted=True)
    assert drivers.ask(provider).value == Secret("token-3")


def test_a_token_that_was_never_accepted_is_paced(drivers, source):
    """A new token that is refused may have the wrong audience, as the next one would."""
    provider = OAuthCredentialsProvider(source)
    assert is_replaced(provider, drivers.ask(provider), accepted=True)
    fresh = drivers.ask(provider)
    assert not is_replaced(provider, fresh, accepted=False)
    drivers.advance(4.9)
    assert not is_replaced(provider, fresh, accepted=False)
    drivers.advance(0.1)
    assert is_replaced(provider, fresh, accepted=False)


def test_three_in_a_minute_are_replaced_at_once_and_then_the_steps_apply(drivers, source):
    """The steps are 5, 10, … s, until the first of them is a minute ago."""
    provider = OAuthCredentialsProvider(source)
    replaced_at, began = [], drivers.time.running
    while drivers.time.running < began + 65:
        if is_replaced(provider, drivers.ask(provider), accepted=True):
            replaced_at.append(drivers.time.running - began)
            drivers.ask(provider)
        drivers.advance(0.25)
    assert replaced_at == [0, 0.25, 0.5, 5.5, 15.5, 35.5]


def test_a_gateway_that_recovered_is_told_of_by_its_ok(drivers, source):
    """Refusals of tokens that were never accepted don't delay the replacement of a revoked one
    after them."""
    provider = OAuthCredentialsProvider(source)
    for wait in (5, 10, 20):
        assert is_replaced(provider, drivers.ask(provider), accepted=False)
        drivers.ask(provider)
        drivers.advance(wait)
    assert is_replaced(provider, drivers.ask(provider), accepted=False)
    good = drivers.ask(provider)
    drivers.advance(1)
    assert not is_replaced(provider, good, accepted=False)
    assert is_replaced(provider, good, accepted=True)


def test_a_channel_that_knows_better_is_heard_after_one_that_does_not(drivers, source):
    """A new channel's refusal of the token is paced; that of the channel which had used it
    isn't."""
    provider = OAuthCredentialsProvider(source)
    provider.invalidate(drivers.ask(provider), accepted=True)
    second = drivers.ask(provider)
    for _ in range(3):
        assert not is_replaced(provider, second, accepted=False)
    assert is_replaced(provider, second, accepted=True)
    drivers.settle()
    assert drivers.ask(provider).value == Secret("token-3")


def test_an_accepted_token_of_the_past_costs_nothing(drivers, source):
    """A late refusal of a token that was replaced long ago is ignored, accepted or not."""
    provider = OAuthCredentialsProvider(source)
    first = drivers.ask(provider)
    provider.invalidate(first, accepted=True)
    second = drivers.ask(provider)
    for _ in range(10):
        assert not is_replaced(provider, first, accepted=True)
    assert provider.get_token() is second


def test_processes_of_one_store_fetch_one_token_for_a_revocation(drivers, source, store):
    """Each discards the accepted token, and the second finds the first one's successor."""
    providers = [OAuthCredentialsProvider(source, store=store) for _ in range(4)]
    for revocation in range(3):
        tokens = [drivers.ask(provider) for provider in providers]
        assert len({token.value for token in tokens}) == 1
        for provider, token in zip(providers, tokens, strict=True):
            assert is_replaced(provider, token, accepted=True)
            drivers.ask(provider)
        assert len(drivers.endpoint.requests) == revocation + 2
        drivers.advance(1)
    assert store.tokens[TokenKey.of(source.credentials)].value == Secret("token-4")


@given(st.lists(st.tuples(st.floats(0, 30), st.booleans()), min_size=1, max_size=200))
def test_no_four_of_a_minute_are_replaced_at_once(refusals):
    """However accepted and never accepted ones alternate, the fourth is at least a step later."""
    now, state, replaced = 0.0, RejectedTokens(), []
    for number, (gap, accepted) in enumerate(refusals):
        now += gap
        token = AccessToken(Secret(f"t{number}"))
        state, gives_up = state.after_refusal(
            token, now, issued_at=now, accepted=accepted, policy=POLICY
        )
        if gives_up:
            replaced.append(now)
            quick = [
                two
                for one, two in zip([-100.0, *replaced], replaced, strict=False)
                if two - one < POLICY.rejected_seconds[0] and two > now - 60
            ]
            assert len(quick) <= 3

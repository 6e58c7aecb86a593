"""How refusals escalate: by kind, in spite of other failures in between, and across processes."""

from __future__ import annotations

import pytest

from zeebe_auth import (
    InvalidClientError,
    OAuthCredentialsProvider,
    RateLimitedError,
    TokenEndpointUnreachable,
    TokenKey,
    TokenResponseError,
)


def refused_for(drivers, provider, *errors) -> float:
    """How long no request is made after ``errors``, in seconds."""
    drivers.endpoint.answers.extend(errors)
    with pytest.raises(type(errors[-1])) as failure:
        drivers.ask(provider)
    return failure.value.retry_at - drivers.time.wall


def test_another_failure_in_between_does_not_start_the_count_anew(drivers, source):
    """After refused, unreachable, refused the credentials are as wrong as before."""
    provider = OAuthCredentialsProvider(source)
    assert refused_for(drivers, provider, InvalidClientError("no")) == pytest.approx(30)
    drivers.advance(30)
    refused_for(drivers, provider, TokenResponseError("an HTML page"))
    drivers.advance(1)
    assert refused_for(drivers, provider, InvalidClientError("no")) == pytest.approx(60)


def test_a_rate_limit_does_not_lengthen_a_refusal(drivers, source, store):
    """Each kind has its own count."""
    provider = OAuthCredentialsProvider(source, store=store)
    for wait in (20, 40):
        limits = [RateLimitedError("slow") for _ in range(3)]
        assert refused_for(drivers, provider, *limits) == pytest.approx(wait)
        drivers.endpoint.answers.clear()
        drivers.advance(60)
    assert refused_for(drivers, provider, InvalidClientError("no")) == pytest.approx(30)


def test_a_rate_limit_that_names_no_time_gets_the_policys(drivers, source):
    """The flight waits 5 s, then 10 s, and then there is no request for 20 s."""
    provider = OAuthCredentialsProvider(source)
    began = drivers.time.wall
    limits = [RateLimitedError("slow") for _ in range(3)]
    wait = refused_for(drivers, provider, *limits)
    assert drivers.time.wall - began == pytest.approx(5 + 10)
    assert wait == pytest.approx(20)


@pytest.mark.parametrize("past", [0, 0.1, 3600])
def test_a_rate_limit_until_now_is_no_reason_to_rush(drivers, source, past):
    """Retry-After: 0, or a date in the past, means 1 s, 2 s and 4 s, as after any failure."""
    provider = OAuthCredentialsProvider(source)
    began = drivers.time.wall
    limits = [RateLimitedError("slow", retry_at=began - past) for _ in range(3)]
    assert refused_for(drivers, provider, *limits) == pytest.approx(4)
    assert drivers.time.wall - began == pytest.approx(1 + 2)
    with pytest.raises(RateLimitedError, match="not asked again before"):
        provider.get_token()
    assert len(drivers.endpoint.requests) == 3


def test_a_short_time_that_is_named_is_kept_to(drivers, source):
    """It was received a moment ago, and is not shortened for that."""
    provider = OAuthCredentialsProvider(source)
    began = drivers.time.wall
    drivers.endpoint.answers.append(RateLimitedError("slow", retry_at=began + 0.99))
    assert drivers.ask(provider)
    assert drivers.time.wall - began == pytest.approx(0.99)


def test_a_failure_that_names_a_past_time_waits_between_attempts(drivers, source):
    """Whatever kind it is, there are no three requests at one moment."""
    provider = OAuthCredentialsProvider(source)
    began = drivers.time.wall
    errors = [TokenEndpointUnreachable("down", retry_at=began - 1) for _ in range(3)]
    assert refused_for(drivers, provider, *errors) > 0
    assert drivers.time.wall - began >= 2 * 0.25


def test_processes_go_on_with_each_others_count(drivers, source, store):
    """The cooldowns are 30, 60, 120 s although each process is refused for the first time."""
    waits = []
    for _ in range(4):
        provider = OAuthCredentialsProvider(source, store=store)
        waits.append(refused_for(drivers, provider, InvalidClientError("no")))
        drivers.advance(waits[-1])
    assert waits == pytest.approx([30, 60, 120, 120])


def test_reading_the_source_again_does_not_count(drivers, source, store):
    """Reading the same wrong secret ten times is one refusal."""
    provider = OAuthCredentialsProvider(source, store=store)
    refused_for(drivers, provider, InvalidClientError("no"))
    for _ in range(29):
        drivers.advance(1)
        with pytest.raises(InvalidClientError):
            drivers.ask(provider)
    assert store.refusals[TokenKey.of(source.credentials)].count == 1
    drivers.advance(1)
    assert refused_for(drivers, provider, InvalidClientError("no")) == pytest.approx(60)


def test_a_refusal_of_long_ago_is_forgotten(drivers, source):
    """A refusal of an hour ago doesn't count any more."""
    provider = OAuthCredentialsProvider(source)
    refused_for(drivers, provider, InvalidClientError("no"))
    drivers.advance(3600)
    assert refused_for(drivers, provider, InvalidClientError("no")) == pytest.approx(30)


def test_a_time_out_long_after_a_refusal_is_a_time_out(drivers, source):
    """Only right after a refusal does a time-out mean refusal."""
    provider = OAuthCredentialsProvider(source)
    refused_for(drivers, provider, InvalidClientError("no"))
    drivers.advance(3600)
    drivers.endpoint.answers.extend(
        TokenEndpointUnreachable("no answer", timed_out=True) for _ in range(3)
    )
    with pytest.raises(TokenEndpointUnreachable):
        drivers.ask(provider)


def test_a_broken_source_is_heard_at_once_when_the_token_is_over(drivers, source):
    """Without a usable token, correcting the configuration has an effect without a cooldown."""
    from zeebe_auth import ConfigurationError

    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    drivers.time.advance(1000)
    source.error = ConfigurationError("half a file")
    with pytest.raises(ConfigurationError):
        drivers.ask(provider)
    source.error = None
    assert drivers.ask(provider)


def test_a_token_that_another_process_got_ends_a_refusal(drivers, source, store):
    """The credentials were refused here by mistake or are better there: its token is found when the
    source is read again, before the cooldown is over."""
    provider = OAuthCredentialsProvider(source, store=store)
    refused_for(drivers, provider, InvalidClientError("no"))
    theirs = drivers.endpoint.token("theirs")
    store.tokens[TokenKey.of(source.credentials)] = theirs
    drivers.advance(5)
    assert drivers.ask(provider) == theirs
    assert provider.get_token() == theirs


def test_a_look_at_refused_credentials_waits_for_no_lock(drivers, source, store):
    """A request that will be refused for sure occupies no worker at another process's lock."""
    provider = OAuthCredentialsProvider(source, store=store)
    refused_for(drivers, provider, InvalidClientError("no"))
    locked = len(store.locked)
    drivers.advance(5)
    with pytest.raises(InvalidClientError):
        drivers.ask(provider)
    assert len(store.locked) == locked


def test_a_look_after_a_failure_waits_a_second_for_the_lock(drivers, source, store):
    """Its holder may have an answer in a moment; callers were told already that there is none."""
    provider = OAuthCredentialsProvider(source, store=store)
    refused_for(
        drivers, provider, TokenEndpointUnreachable("down", retry_at=drivers.time.wall + 120)
    )
    store.lock_timeouts.clear()
    drivers.advance(5)
    with pytest.raises(TokenEndpointUnreachable):
        drivers.ask(provider)
    assert store.lock_timeouts == [1.0]


def test_a_failure_that_names_a_time_is_followed_by_no_request_before(drivers, source):
    """Whatever kind it is, the flight ends, and the error has the time."""
    provider = OAuthCredentialsProvider(source)
    error = TokenEndpointUnreachable("down", retry_at=drivers.time.wall + 120)
    assert refused_for(drivers, provider, error) == pytest.approx(120)
    drivers.advance(119)
    with pytest.raises(TokenEndpointUnreachable):
        provider.get_token()
    assert len(drivers.endpoint.requests) == 1
    drivers.advance(1)
    assert drivers.ask(provider)

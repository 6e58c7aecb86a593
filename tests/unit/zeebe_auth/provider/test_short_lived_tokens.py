"""Tokens that have expired when they arrive: used once, reported, and not requested by each
call."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from zeebe_auth import (
    AccessToken,
    EventKind,
    OAuthCredentialsProvider,
    RateLimitedError,
    Refusal,
    Secret,
    ShortLivedTokenError,
    TokenEndpointUnreachable,
    TokenKey,
)

NEVER_GOOD = 1e-9
GOOD = 1000.0


@pytest.fixture(autouse=True)
def without_spread(drivers) -> None:
    """Have waits without jitter."""
    drivers.draws.extend([0.0] * 1000)


def failure_of(drivers, provider) -> ShortLivedTokenError:
    with pytest.raises(ShortLivedTokenError) as failure:
        drivers.ask(provider)
    return failure.value


@pytest.mark.parametrize("lifetime", [NEVER_GOOD, 0.05, 0.25])
def test_a_token_that_is_over_on_arrival_is_not_asked_for_by_each_call(drivers, source, lifetime):
    """The first caller gets it. For five seconds the others get an error with its lifetime, how the
    clocks differ and when the next request is made."""
    drivers.endpoint.lifetime, drivers.endpoint.clock_ahead_seconds = lifetime, -29.95
    provider = OAuthCredentialsProvider(source)
    began = drivers.time.wall
    assert drivers.ask(provider).value == Secret("token-1")
    for _ in range(500):
        failure = failure_of(drivers, provider)
        assert provider.current_token() is None
        drivers.advance(0.0099)
    assert len(drivers.endpoint.requests) == 1
    assert failure.lifetime_seconds == pytest.approx(lifetime, abs=1e-6)
    assert failure.clock_ahead_seconds == -29.95
    assert failure.retry_at == began + 5
    assert failure.retryable
    assert f"lifetime {failure.lifetime_seconds:.3g} s" in failure.message
    assert "29.9 s ahead of the server's" in failure.message or "30 s ahead" in failure.message


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (None, "had no Date"),
        (0.0, "The clocks of the server and of this machine agree."),
        (7.0, "This machine's clock is 7 s behind the server's."),
        (-7.0, "This machine's clock is 7 s ahead of the server's."),
    ],
)
def test_the_error_says_whose_clock_is_wrong(drivers, source, ahead, told):
    """A user changes the lifetime only if the clock is not the cause."""
    drivers.endpoint.lifetime, drivers.endpoint.clock_ahead_seconds = NEVER_GOOD, ahead
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    assert told in failure_of(drivers, provider).message


def test_the_endpoint_is_asked_after_5_10_20_40_and_60_seconds(drivers, source):
    """Each time all callers who wait get the new token."""
    drivers.endpoint.lifetime = NEVER_GOOD
    provider = OAuthCredentialsProvider(source)
    for number, wait in enumerate([5, 10, 20, 40, 60, 60], 1):
        assert drivers.ask(provider).value == Secret(f"token-{number}")
        drivers.advance(wait - 0.01)
        failure_of(drivers, provider)
        drivers.advance(0.01)
    assert len(drivers.endpoint.requests) == 6


def test_processes_that_got_such_tokens_together_do_not_return_together(drivers, source):
    """A wait is up to a quarter longer than its step, and no shorter."""
    drivers.endpoint.lifetime = NEVER_GOOD
    waits = []
    for draw in (0.0, 0.5, 1.0):
        drivers.draws.clear()
        drivers.draws.append(draw)
        provider = OAuthCredentialsProvider(source)
        drivers.ask(provider)
        waits.append(failure_of(drivers, provider).retry_at - drivers.time.wall)
    assert waits == pytest.approx([5, 5.625, 6.25])


def test_a_token_that_lives_ends_the_waits(drivers, source):
    """The next one that has expired on arrival counts as the first again."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.lifetime = NEVER_GOOD
    for wait in (5, 10):
        drivers.ask(provider)
        drivers.advance(wait)
    drivers.endpoint.lifetime = 3
    assert drivers.ask(provider) is drivers.ask(provider)
    drivers.time.advance(3)
    drivers.endpoint.lifetime = NEVER_GOOD
    drivers.ask(provider)
    assert failure_of(drivers, provider).retry_at == pytest.approx(drivers.time.wall + 5)


def test_another_failure_in_between_does_not_start_the_count_anew(drivers, source):
    """After expired, unreachable, expired the tokens are as short as before."""
    drivers.endpoint.lifetime = NEVER_GOOD
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    drivers.advance(5)
    drivers.endpoint.answers.extend(TokenEndpointUnreachable("down") for _ in range(3))
    with pytest.raises(TokenEndpointUnreachable):
        drivers.ask(provider)
    drivers.advance(1)
    drivers.ask(provider)
    assert failure_of(drivers, provider).retry_at == pytest.approx(drivers.time.wall + 10)


def test_all_who_wait_for_it_get_it_threads_and_tasks_alike(drivers, source):
    """Each caller who waited for that very request gets it once."""
    drivers.endpoint.lifetime = NEVER_GOOD
    provider = OAuthCredentialsProvider(source)
    waiter = provider._keeper.token_or_waiter()

    async def ask() -> AccessToken:
        waiting = asyncio.ensure_future(provider.get_token_async())
        await asyncio.sleep(0)
        drivers.settle()
        return await waiting

    assert asyncio.run(ask()).value == waiter.result().value == Secret("token-1")
    with pytest.raises(ShortLivedTokenError):
        provider.get_token()
    with pytest.raises(ShortLivedTokenError):
        asyncio.run(provider.get_token_async())
    assert len(drivers.endpoint.requests) == 1


def test_a_refresh_that_brings_one_leaves_the_good_token(drivers, source, store):
    """The good token is used until its own end, in the store too, and the refresh is tried again
    after 5 s."""
    provider = OAuthCredentialsProvider(source, store=store)
    good = drivers.ask(provider)
    provider.get_token()
    drivers.endpoint.lifetime = NEVER_GOOD
    drivers.advance(800)
    assert len(drivers.endpoint.requests) == 2
    assert provider.get_token() is good
    assert store.tokens[TokenKey.of(source.credentials)] is good
    drivers.advance(4.99)
    assert provider.get_token() is good
    assert len(drivers.endpoint.requests) == 2
    drivers.endpoint.lifetime = GOOD
    drivers.advance(0.01)
    assert provider.get_token().value == Secret("token-3")


def test_fetch_token_gives_what_comes_and_leaves_the_good_token(drivers, source):
    """A user who requests a fresh token sees it; the program goes on with the good one."""
    provider = OAuthCredentialsProvider(source)
    good = drivers.ask(provider)
    drivers.endpoint.lifetime = NEVER_GOOD
    waiter = provider._keeper.fetch()
    drivers.settle()
    assert waiter.result().value == Secret("token-2")
    assert provider.get_token() is good


def test_processes_of_one_store_share_the_wait(drivers, source, store):
    """The second makes no request, and its error says the same; the third request is made after
    twice the time."""
    drivers.endpoint.lifetime, drivers.endpoint.clock_ahead_seconds = NEVER_GOOD, 0.0
    first, second = (OAuthCredentialsProvider(source, store=store) for _ in range(2))
    drivers.ask(first)
    failure = failure_of(drivers, second)
    assert len(drivers.endpoint.requests) == 1
    assert failure.lifetime_seconds == pytest.approx(NEVER_GOOD, abs=1e-6)
    assert failure.clock_ahead_seconds == 0
    assert failure.retry_at == drivers.time.wall + 5
    assert not store.tokens
    drivers.advance(5)
    drivers.ask(second)
    assert failure_of(drivers, first).retry_at == drivers.time.wall + 10
    drivers.advance(10)
    drivers.endpoint.lifetime = GOOD
    assert drivers.ask(first) is drivers.ask(first)
    assert not store.refusals


def test_a_clock_that_may_be_wrong_keeps_no_other_process_from_asking(drivers, source, store):
    """Without a Date nobody knows whether the token has expired or this machine's clock is fast: a
    store may be shared with machines whose clock is right."""
    drivers.endpoint.lifetime = NEVER_GOOD
    mine, theirs = (OAuthCredentialsProvider(source, store=store) for _ in range(2))
    drivers.ask(mine)
    failure_of(drivers, mine)
    drivers.endpoint.lifetime = GOOD
    assert drivers.ask(theirs).value == Secret("token-2")
    # Their token is valid for all.
    assert drivers.ask(mine).value == Secret("token-2")
    assert len(drivers.endpoint.requests) == 2


def test_a_stored_token_that_is_over_is_no_token(drivers, source, store):
    """A stored token that has expired when it is found costs one request."""
    now = drivers.time.wall
    theirs = AccessToken(Secret("theirs"), issued_at=now - 10, expires_at=now + 1e-9)
    store.tokens[TokenKey.of(source.credentials)] = theirs
    provider = OAuthCredentialsProvider(source, store=store)
    for _ in range(10):
        assert drivers.ask(provider).value == Secret("token-1")
    assert len(drivers.endpoint.requests) == 1


def test_a_good_token_of_another_process_ends_the_wait(drivers, source, store):
    """While no request is made the store is read."""
    drivers.endpoint.lifetime = NEVER_GOOD
    provider = OAuthCredentialsProvider(source, store=store)
    drivers.ask(provider)
    failure_of(drivers, provider)
    drivers.endpoint.lifetime = GOOD
    store.tokens[TokenKey.of(source.credentials)] = theirs = drivers.endpoint.token("theirs")
    assert drivers.ask(provider) == theirs
    assert len(drivers.endpoint.requests) == 1


@pytest.mark.parametrize("shared", [False, True])
def test_explain_tells_of_the_wait(drivers, source, store, shared):
    """The report has its end and its reason, also in a process that only reads the store."""
    drivers.endpoint.lifetime, drivers.endpoint.clock_ahead_seconds = NEVER_GOOD, -12.0
    provider = OAuthCredentialsProvider(source, store=store)
    drivers.ask(provider)
    until = drivers.time.wall + 5
    reader = OAuthCredentialsProvider(source, store=store) if shared else provider
    report = reader.explain()
    assert report.cooldown_until == pytest.approx(until)
    assert "12 s ahead of the server's" in report.cooldown_reason
    assert "token-1" not in str(report)
    drivers.advance(5)
    assert reader.explain().cooldown_until is None


def test_the_hook_is_told(drivers, source):
    """The event is that of a failed refresh, with the error's name."""
    events = []
    drivers.endpoint.lifetime = NEVER_GOOD
    drivers.ask(OAuthCredentialsProvider(source, on_event=events.append))
    assert [(event.kind, event.error) for event in events] == [
        (EventKind.REFRESH_FAILED, "ShortLivedTokenError")
    ]
    assert "token-1" not in events[0].detail


@pytest.mark.parametrize("jump", [-7 * 3600, 7 * 3600])
def test_a_clock_that_jumps_meanwhile_changes_no_wait(drivers, source, jump):
    """Waits are measured with the running clock."""
    drivers.endpoint.lifetime = NEVER_GOOD
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    drivers.time.wall += jump
    drivers.advance(4.9)
    failure_of(drivers, provider)
    drivers.endpoint.lifetime = GOOD
    drivers.advance(0.1)
    assert drivers.ask(provider).value == Secret("token-2")


def test_a_wait_from_a_clock_that_is_ahead_locks_nobody_out(drivers, source, store):
    """A wait that exceeds the maximum by more than clocks may differ is ignored."""
    key, now = TokenKey.of(source.credentials), drivers.time.wall
    store.refusals[key] = Refusal.of(source.credentials, until=now + 140, kind="short_lived")
    provider = OAuthCredentialsProvider(source, store=store)
    assert provider.explain().cooldown_until is None
    assert drivers.ask(provider)
    assert not store.refusals


def same_until(drivers, ends_at):
    """Replies of a server that returns the same token until it expires, and then another."""

    def answer(value: str) -> AccessToken:
        now = drivers.time.wall
        if now < ends_at:
            return AccessToken(Secret("same"), issued_at=now, expires_at=ends_at)
        return AccessToken(Secret(value), issued_at=now, expires_at=now + GOOD)

    return answer


def test_the_last_moment_of_a_token_that_was_good_is_waited_for(drivers, source):
    """Servers that keep a token return it until its end. No caller fails for that, and the
    successor is fetched as soon as there is one."""
    provider = OAuthCredentialsProvider(source)
    ends_at = drivers.time.wall + 300
    drivers.endpoint.token = same_until(drivers, ends_at)
    drivers.ask(provider)
    drivers.time.advance(299.95)
    assert drivers.ask(provider).value == Secret("token-3")
    assert drivers.time.wall == pytest.approx(ends_at + 0.25)
    assert provider.get_token().value == Secret("token-3")


def test_a_token_that_is_given_again_for_ever_is_over(drivers, source):
    """After three requests there is a wait as after any other such token."""
    provider = OAuthCredentialsProvider(source)
    same = drivers.endpoint.token("same")
    drivers.endpoint.token = lambda _value: replace(
        same, issued_at=drivers.time.wall, expires_at=drivers.time.wall + lifetime
    )
    lifetime = GOOD
    drivers.ask(provider)
    drivers.time.advance(GOOD)
    lifetime = 0.1
    assert drivers.ask(provider).value == Secret("same")
    assert len(drivers.endpoint.requests) == 4
    assert failure_of(drivers, provider).retry_at == pytest.approx(drivers.time.wall + 5)
    drivers.advance(5)
    drivers.ask(provider)
    assert len(drivers.endpoint.requests) == 5
    assert failure_of(drivers, provider).retry_at == pytest.approx(drivers.time.wall + 10)


def test_without_a_timer_the_token_in_its_last_moment_is_given(drivers, source, monkeypatch):
    """While the interpreter ends there is no later attempt, and callers who wait get this token."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.token = same_until(drivers, drivers.time.wall + 300)
    drivers.ask(provider)
    drivers.time.advance(299.95)
    waiter = provider._keeper.token_or_waiter()

    def no_thread(*_args) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(drivers.scheduler, "call_at", no_thread)
    drivers.workers.run()
    assert waiter.result().value == Secret("same")


def test_the_record_of_such_a_wait_reads_as_itself(drivers, source):
    """It has what was measured; the fields of other kinds are unchanged."""
    told = {"lifetime_seconds": 0.5, "clock_ahead_seconds": -3.0}
    wait = Refusal.of(source.credentials, until=9.0, kind="short_lived", count=2, **told)
    assert Refusal.from_record(wait.to_record()) == wait
    limit = Refusal.of(source.credentials, until=9.0, kind="rate_limited")
    assert not told.keys() & limit.to_record().keys()
    assert Refusal.from_record(limit.to_record()) == limit
    with pytest.raises(ValueError, match="not one of version 1"):
        Refusal.from_record(wait.to_record() | {"lifetime_seconds": "short"})


def test_a_rate_limit_counts_for_itself(drivers, source, store):
    """After short tokens a rate limit is still kept for as long as the endpoint says."""
    drivers.endpoint.lifetime, drivers.endpoint.clock_ahead_seconds = NEVER_GOOD, 0.0
    provider = OAuthCredentialsProvider(source, store=store)
    drivers.ask(provider)
    drivers.advance(5)
    drivers.endpoint.answers.append(RateLimitedError("slow", retry_at=drivers.time.wall + 100))
    with pytest.raises(RateLimitedError) as failure:
        drivers.ask(provider)
    assert failure.value.retry_at == drivers.time.wall + 100

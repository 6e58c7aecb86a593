"""A token endpoint that doesn't answer delays only callers who need its answer."""

from __future__ import annotations

import asyncio
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from waiting import wait_until

from zeebe_auth import (
    FileStore,
    MemoryStore,
    OAuthCredentialsProvider,
    TokenEndpointUnreachable,
    TokenTimeout,
)

BOUND_SECONDS = 30


def silence() -> TokenEndpointUnreachable:
    return TokenEndpointUnreachable("no answer", timed_out=True)


def refreshed(provider, first) -> bool:
    return provider._keeper.slot.token is not first


@pytest.fixture(params=["none", "memory", "dict", "file"])
def any_store(request, drivers, store, tmp_path):
    memory = MemoryStore(clock=drivers.time.clock)
    return {"none": None, "memory": memory, "dict": store, "file": FileStore(tmp_path)}[
        request.param
    ]


def test_no_lock_is_held_while_a_request_hangs(threaded, source, any_store, hang):
    """Meanwhile everything but a token is available, from this provider and from others of its
    store."""
    first, second, third = (OAuthCredentialsProvider(source, store=any_store) for _ in range(3))
    endless = hang()
    threaded.endpoint.answers.extend([endless] * 3)

    def everything_else() -> None:
        old = threaded.endpoint.token("old")
        for provider in (first, second):
            assert provider.current_token() is None
            provider.invalidate(old)
            assert provider.explain().identity == "client-1 at login.example for zeebe"
            with pytest.raises(TokenTimeout):
                provider.get_token(timeout=0)
            with pytest.raises(TokenTimeout):
                provider.get_token(timeout=0.01)
            with pytest.raises(TokenTimeout):
                asyncio.run(provider.get_token_async(timeout=0.01))
            with pytest.raises(TypeError, match="not pickled"):
                pickle.dumps(OAuthCredentialsProvider(source.credentials, store=any_store))
        for provider in (third, first):
            provider.close()

    with ThreadPoolExecutor(2) as pool:
        waiter = pool.submit(first.get_token)
        assert endless.began.wait(BOUND_SECONDS)
        try:
            pool.submit(everything_else).result(BOUND_SECONDS)
            assert not waiter.done()
        finally:
            endless.ends.set()
        assert waiter.result(BOUND_SECONDS)
        # The first provider was closed, but its waiters have the token, and the others have it too.
        assert second.get_token(timeout=BOUND_SECONDS)
    assert len(threaded.endpoint.requests) == (2 if any_store is None else 1)


def test_an_endpoint_that_hangs_is_not_noticed_while_the_token_is_usable(threaded, source, hang):
    """The old token is used until it may not be; then calls wait no longer than their time
    limits."""
    provider = OAuthCredentialsProvider(source)
    first = provider.get_token(timeout=BOUND_SECONDS)
    endless = hang(silence())
    threaded.endpoint.answers.append(endless)
    threaded.time.advance(500)
    assert provider.get_token(timeout=0) is first
    assert endless.began.wait(BOUND_SECONDS)
    for _ in range(489):
        threaded.time.advance(1)
        threaded.scheduler.run_due()
        assert provider.get_token(timeout=0) is first
        assert asyncio.run(provider.get_token_async(timeout=0)) is first
        assert provider.current_token() is first
    threaded.time.advance(1)
    assert provider.current_token() is None
    with pytest.raises(TokenTimeout):
        provider.get_token(timeout=0)
    assert len(threaded.endpoint.requests) == 2
    assert provider._keeper.request is not None


def test_when_the_hanging_request_has_failed_calls_fail_at_once_and_then_recover(
    threaded, source, hang
):
    """Calls fail with the typed error without a request each, and the first call after the backoff
    gets a token."""
    provider = OAuthCredentialsProvider(source)
    provider.get_token(timeout=BOUND_SECONDS)
    endless = hang(silence())
    threaded.endpoint.answers.extend([endless, silence(), silence()])
    threaded.time.advance(989)
    provider.get_token(timeout=0)
    assert endless.began.wait(BOUND_SECONDS)
    threaded.time.advance(1)
    endless.ends.set()
    for attempts in (3, 4):
        # The next attempt waits for the timer.
        wait_until(lambda: threaded.scheduler.run_due() is not None)
        threaded.time.advance(5)
        threaded.scheduler.run_due()
        wait_until(lambda attempts=attempts: len(threaded.endpoint.requests) == attempts)
    wait_until(lambda: provider._keeper.request is None)
    for _ in range(100):
        with pytest.raises(TokenEndpointUnreachable, match="no answer") as failure:
            provider.get_token(timeout=0)
    assert len(threaded.endpoint.requests) == 4
    threaded.time.advance(failure.value.retry_at - threaded.time.wall)
    assert provider.get_token(timeout=BOUND_SECONDS).value.reveal() == "token-5"


def hanging_or_not(monkeypatch, drivers, hang):
    """Endpoints of which those called "slow" hang from the second time on; how often each was
    asked, and the end of the hang."""
    asked: dict[str, int] = {}
    endless, lock = hang(), threading.Lock()
    token = drivers.endpoint.token

    def request_token(credentials, *, time_limit_seconds=None):
        name = f"{credentials.client_id} at {credentials.token_url}"
        with lock:
            asked[name] = number = asked.get(name, 0) + 1
        if "slow" in credentials.token_url and number > 1:
            endless()
        return token(f"{credentials.client_id}-{number}")

    monkeypatch.setattr(drivers.endpoint, "request_token", request_token)
    return asked, endless


def provider_of(source, client_id, url):
    credentials = replace(source.credentials, client_id=client_id, token_url=url)
    return OAuthCredentialsProvider(type(source)(credentials))


def test_an_endpoint_that_hangs_delays_no_refresh_at_another_one(
    threaded, source, monkeypatch, hang
):
    """Twenty providers wait for one endpoint, and the provider of another endpoint has its new
    token."""
    _, endless = hanging_or_not(monkeypatch, threaded, hang)
    hanging = [provider_of(source, f"client-{n}", "https://slow.example/token") for n in range(20)]
    other = provider_of(source, "client", "https://good.example/token")
    tokens = [provider.get_token(timeout=BOUND_SECONDS) for provider in [*hanging, other]]
    threaded.time.advance(500)
    # All are due now, the other one last.
    threaded.scheduler.run_due()
    assert endless.began.wait(BOUND_SECONDS)
    wait_until(lambda: refreshed(other, tokens[-1]))
    assert other.get_token(timeout=0) is not tokens[-1]
    assert not endless.ends.is_set()
    assert [provider.get_token(timeout=0) for provider in hanging] == tokens[:-1]
    endless.ends.set()
    for provider, token in zip(hanging, tokens, strict=False):
        wait_until(lambda provider=provider, token=token: refreshed(provider, token))


def test_an_endpoint_that_hangs_delays_no_first_token_of_another_one(
    threaded, source, monkeypatch, hang
):
    """A first caller doesn't wait for twenty others either, whose endpoint nobody knows yet."""
    asked, endless = hanging_or_not(monkeypatch, threaded, hang)
    asked |= {f"client-{n} at https://slow.example/token": 1 for n in range(20)}
    hanging = [provider_of(source, f"client-{n}", "https://slow.example/token") for n in range(20)]
    flights = [provider._keeper.token_or_waiter() for provider in hanging]
    assert endless.began.wait(BOUND_SECONDS)
    other = provider_of(source, "client", "https://good.example/token")
    assert other.get_token(timeout=BOUND_SECONDS)
    assert not any(flight.done for flight in flights)
    endless.ends.set()
    for flight in flights:
        assert flight.wait(BOUND_SECONDS)

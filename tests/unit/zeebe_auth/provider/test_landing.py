"""Whatever is raised or hangs around a token request, all callers who wait get an answer."""

from __future__ import annotations

import asyncio
import threading

import pytest

from zeebe_auth import (
    ConfigurationError,
    Event,
    EventKind,
    OAuthCredentialsProvider,
    StoreError,
    TokenEndpointError,
    TokenEndpointUnreachable,
)
from zeebe_auth.concurrency.threads import NoThreadError, OwnThread
from zeebe_auth.provider import fetching, keeper, oauth

BASE_EXCEPTIONS = [SystemExit, KeyboardInterrupt, MemoryError, asyncio.CancelledError]


def raiser(kind):
    def raise_it(*_args, **_options):
        raise kind

    return raise_it


@pytest.mark.parametrize("kind", BASE_EXCEPTIONS)
def test_whatever_an_endpoint_raises_the_flight_lands(drivers, source, store, kind):
    """Those who share the flight get the error too, and the next flight is a new one."""
    one = OAuthCredentialsProvider(source, store=store)
    two = OAuthCredentialsProvider(source, store=store)
    drivers.endpoint.answers.append(raiser(kind))
    flights = [one._keeper.token_or_waiter(), two._keeper.token_or_waiter()]
    store.on_lock = lambda _key: drivers.workers.run()
    drivers.settle()
    for flight in flights:
        with pytest.raises(TokenEndpointError, match=kind.__name__):
            flight.result()
    drivers.time.advance(1)
    assert drivers.ask(one)


@pytest.mark.parametrize("kind", BASE_EXCEPTIONS)
def test_whatever_a_source_raises_the_flight_lands(drivers, source, kind):
    """A helper that raises SystemExit ends no worker."""
    source.error = kind()
    provider = OAuthCredentialsProvider(source)
    with pytest.raises((ConfigurationError, TokenEndpointError), match=kind.__name__):
        drivers.ask(provider)


@pytest.mark.parametrize("kind", BASE_EXCEPTIONS)
@pytest.mark.parametrize("method", ["load", "save", "lock", "load_refusal"])
def test_whatever_a_store_raises_the_flight_lands(drivers, source, store, kind, method):
    """The result is an error or a token, and never an endless wait."""
    setattr(store, method, raiser(kind))
    flight = OAuthCredentialsProvider(source, store=store)._keeper.token_or_waiter()
    drivers.settle()
    assert flight.done
    assert not drivers.runtime.flights._flights


@pytest.mark.parametrize("kind", [SystemExit, asyncio.CancelledError, RuntimeError])
def test_whatever_a_hook_raises_is_dropped(drivers, source, store, kind):
    """A hook's error fails no token request, not even in the middle of a flight."""
    store.load = raiser(StoreError("no"))
    assert drivers.ask(OAuthCredentialsProvider(source, store=store, on_event=raiser(kind)))


def test_a_hook_is_told_when_those_who_wait_have_been(drivers, source):
    """A slow hook delays no caller."""
    landed = []
    provider = OAuthCredentialsProvider(source, on_event=lambda _event: landed.append(flight.done))
    flight = provider._keeper.token_or_waiter()
    drivers.settle()
    assert landed == [True]


def test_a_hook_may_ask_the_provider(drivers, source):
    """When a hook is called about a token it can get that token."""
    tokens = []
    provider = OAuthCredentialsProvider(
        source, on_event=lambda _event: tokens.append(provider.get_token())
    )
    assert drivers.ask(provider) is tokens[0]


def test_a_source_that_asks_its_own_provider_is_told(drivers, source):
    """It gets an error: on a worker thread it would wait for itself for ever."""
    provider = OAuthCredentialsProvider(source)
    source.load = provider.get_token
    with pytest.raises(ConfigurationError, match="provider of its own"):
        drivers.ask(provider)


def test_a_hook_that_asks_in_the_middle_of_a_flight_is_told(drivers, source, store):
    """It gets an error: a store's failure is reported before there is a token."""
    errors: list[BaseException] = []

    def ask(event: Event) -> None:
        if event.kind is EventKind.STORE_TROUBLE:
            try:
                provider.get_token()
            except ConfigurationError as error:
                errors.append(error)

    store.save = raiser(StoreError("full"))
    provider = OAuthCredentialsProvider(source, store=store, on_event=ask)
    assert drivers.ask(provider)
    assert len(errors) == 1


def test_no_foreign_code_runs_under_the_lock(drivers, source, monkeypatch):
    """This holds even when the request can't start: a hook may wait for another thread that calls
    the provider."""

    def full(_task, **_options) -> None:
        raise NoThreadError("can't start new thread")

    held = []
    monkeypatch.setattr(drivers.workers, "submit", full)
    provider = OAuthCredentialsProvider(
        source, on_event=lambda _event: held.append(provider._keeper._lock.locked())
    )
    with pytest.raises(TokenEndpointUnreachable, match="thread"):
        provider.get_token()
    assert held == [False]


@pytest.mark.parametrize("kind", BASE_EXCEPTIONS)
def test_a_request_that_cannot_be_sent_off_fails(drivers, source, monkeypatch, kind):
    """Callers who wait for it get the error, and the next request is a new one."""
    provider = OAuthCredentialsProvider(source)
    with monkeypatch.context() as patch:
        patch.setattr(keeper, "TokenRequest", raiser(kind))
        with pytest.raises(TokenEndpointError, match=kind.__name__):
            provider.get_token()
    drivers.time.advance(1)
    assert drivers.ask(provider)


def test_without_a_timer_a_flight_ends_with_the_error_at_hand(drivers, source, monkeypatch):
    """At the end of the interpreter there is no later attempt, so the caller must not wait for
    it."""

    def full(_when, _callback) -> None:
        raise NoThreadError("can't start new thread")

    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.append(TokenEndpointUnreachable("down"))
    flight = provider._keeper.token_or_waiter()
    with monkeypatch.context() as patch:
        patch.setattr(drivers.runtime.scheduler, "call_at", full)
        drivers.workers.run()
    with pytest.raises(TokenEndpointUnreachable, match="down"):
        flight.result()


@pytest.mark.parametrize("given", [None, "client-1", {"client_id": "client-1"}])
def test_a_source_that_gives_something_else_is_named(drivers, source, given):
    """The error names the source to correct, and doesn't ask for a bug report."""
    source.credentials = given
    with pytest.raises(ConfigurationError, match=r"Source gave a .*load\(\)"):
        drivers.ask(OAuthCredentialsProvider(source))


def test_an_address_that_is_none_is_an_error_of_the_endpoint(drivers, source):
    """A token URL that can't be parsed still has a label, which doesn't quote it."""
    from dataclasses import replace

    from zeebe_auth import TokenKey

    odd = replace(source.credentials, token_url="https://user:pass@[bad/token")
    assert TokenKey.of(odd).label == "client-1 at an unreadable address for zeebe"


def test_sources_that_ask_another_provider_get_its_token(source, monkeypatch):
    """However many do so at the same time, the request they wait for gets a thread."""
    from zeebe_auth import AccessToken, Secret
    from zeebe_auth.clock import SYSTEM_CLOCK
    from zeebe_auth.concurrency.flights import InFlight
    from zeebe_auth.concurrency.process import Runtime
    from zeebe_auth.concurrency.timer import Scheduler
    from zeebe_auth.concurrency.workers import WorkerPool

    class Endpoint:
        def request_token(self, _credentials, *, time_limit_seconds):
            return AccessToken(Secret("token"))

    runtime = Runtime(
        SYSTEM_CLOCK, WorkerPool(3), Scheduler(SYSTEM_CLOCK.running), InFlight(), lambda: 0.5
    )
    monkeypatch.setattr(fetching, "process_runtime", lambda: runtime)
    monkeypatch.setattr(oauth, "TokenEndpoint", lambda *_, **__: Endpoint())
    vault = OAuthCredentialsProvider(source)
    all_there = threading.Barrier(3)

    class InVault:
        def load(self):
            all_there.wait(30)
            vault.get_token()
            return source.credentials

    providers = [OAuthCredentialsProvider(InVault()) for _ in range(3)]
    flights = [provider._keeper.token_or_waiter() for provider in providers]
    for flight in flights:
        assert flight.wait(30).value == Secret("token")


def test_what_failed_before_comes_after_the_others(drivers, source):
    """A later attempt, and the next request after a failure, are queued as slow tasks."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.extend(TokenEndpointUnreachable("down") for _ in range(3))
    with pytest.raises(TokenEndpointUnreachable):
        drivers.ask(provider)
    assert len(drivers.workers.slow_tasks) == 2
    drivers.advance(1)
    drivers.ask(provider)
    assert len(drivers.workers.slow_tasks) == 3
    provider.invalidate(provider.get_token())
    drivers.ask(provider)
    assert len(drivers.workers.slow_tasks) == 3


def test_a_hook_comes_after_all_who_share_the_flight(drivers, source, store):
    """It may wait for another provider of the same store, which has its token by then."""
    one_heard = []
    two = OAuthCredentialsProvider(source, store=store)
    one = OAuthCredentialsProvider(
        source, store=store, on_event=lambda _event: one_heard.append(two.current_token())
    )
    waiters = [one._keeper.token_or_waiter(), two._keeper.token_or_waiter()]
    store.on_lock = lambda _key: drivers.workers.run()
    drivers.settle()
    assert waiters[0].result() == waiters[1].result()
    assert one_heard == [waiters[1].result()]
    assert len(drivers.endpoint.requests) == 1


def test_no_hook_runs_on_the_timers_thread(drivers, source):
    """If a request can't be started for lack of a thread, nothing may block there."""
    heard = []
    provider = OAuthCredentialsProvider(source, on_event=heard.append)

    def timer() -> None:
        threading.current_thread().is_timer = True
        provider._keeper._emit(Event(EventKind.REFRESH_FAILED, "label"))

    thread = OwnThread(timer, "zeebe-auth-test")
    thread.start()
    thread.join()
    assert heard == []
    drivers.workers.run()
    assert len(heard) == 1


def test_without_a_thread_no_cooldown_begins(drivers, source, monkeypatch):
    """There was no request, so there is no reason to wait."""

    def full(_task, **_options) -> None:
        raise NoThreadError("can't start new thread")

    provider = OAuthCredentialsProvider(source)
    with monkeypatch.context() as patch:
        patch.setattr(drivers.workers, "submit", full)
        for _ in range(3):
            with pytest.raises(TokenEndpointUnreachable, match="thread"):
                provider.get_token()
    assert drivers.ask(provider)


def test_a_token_that_nobody_waits_for_any_more_is_not_asked_for(drivers, source):
    """Calls of `fetch_token` had timed out before a thread started them."""
    provider = OAuthCredentialsProvider(source)
    waiters = [provider._keeper.fetch() for _ in range(5)]
    for waiter in waiters[1:]:
        waiter.given_up = True
    drivers.settle()
    assert waiters[0].result()
    assert len(drivers.endpoint.requests) == 1
    assert provider._keeper.cooldown.failure is None


def test_callers_who_give_up_before_the_request_is_sent_cost_none(drivers, source, store):
    """This holds for a flight that others have joined and left, too; a caller who still waits gets
    the token."""
    provider = OAuthCredentialsProvider(source, store=store)
    waiters = [provider._keeper.fetch() for _ in range(3)]
    drivers.workers.tasks.popleft()()
    for waiter in waiters:
        waiter.given_up = True
    drivers.settle()
    requests = len(drivers.endpoint.requests)
    assert requests <= 1
    last = provider._keeper.fetch()
    drivers.settle()
    assert last.result()
    assert len(drivers.endpoint.requests) == requests + 1


def test_refusals_of_a_token_that_stays_are_noted_once(drivers, source):
    """If a server refuses everything each call reports it, and the reports don't accumulate."""
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    provider.invalidate(provider.get_token())
    stays = drivers.ask(provider)
    for _ in range(1000):
        provider.invalidate(stays)
    assert provider.get_token() is stays
    assert len(provider._keeper._wishes) <= 2
    for _ in range(1000):
        provider.close()
    assert len(provider._keeper._wishes) <= 3


def test_an_excepthook_that_raises_stops_no_landing(drivers, monkeypatch):
    """Whatever reports an uncaught error, the other callers get their answer."""
    from zeebe_auth.concurrency.flights import Flight

    monkeypatch.setattr(threading, "excepthook", raiser(SystemExit))
    flight, told = Flight(), []
    flight.add_done_callback(raiser(RuntimeError))
    flight.add_done_callback(told.append)
    flight.land("token")
    assert told == ["token"]

"""The OAuth provider: when it uses, refreshes, waits, fails, shares and forgets."""

from __future__ import annotations

import asyncio
import gc
import pickle
import threading
import weakref
from dataclasses import replace

import pytest

from zeebe_auth import (
    AccessToken,
    ConfigurationError,
    CredentialsUnavailable,
    Event,
    EventKind,
    InvalidClientError,
    OAuthCredentialsProvider,
    RateLimitedError,
    RefreshPolicy,
    Refusal,
    Secret,
    StoreError,
    TokenEndpointUnreachable,
    TokenKey,
    TokenResponseError,
    TokenTimeout,
)
from zeebe_auth.clock import local_time
from zeebe_auth.concurrency.threads import NoThreadError

KIND = EventKind


def unreachable(*, timed_out: bool = False) -> TokenEndpointUnreachable:
    return TokenEndpointUnreachable("down", timed_out=timed_out)


def test_a_warm_token_is_used_without_another_request(drivers, source):
    """A second call is answered from memory."""
    provider = OAuthCredentialsProvider(source)
    first = drivers.ask(provider)
    assert provider.get_token() is first
    assert provider.current_token() is first
    assert asyncio.run(provider.get_token_async()) is first
    assert len(drivers.endpoint.requests) == 1


def test_current_token_never_fetches(drivers, source):
    """`current_token` returns None instead of waiting for a token."""
    provider = OAuthCredentialsProvider(source)
    assert provider.current_token() is None
    assert not drivers.workers.tasks


def test_the_timer_refreshes_a_token_in_use(drivers, source):
    """When it is due the token is replaced in the background, and no caller waits."""
    provider = OAuthCredentialsProvider(source)
    first = drivers.ask(provider)
    provider.get_token()
    drivers.advance(500)
    second = provider.get_token()
    assert second != first
    assert len(drivers.endpoint.requests) == 2


def test_an_idle_client_asks_for_nothing(drivers, source):
    """A token that no caller got since its refresh is not refreshed again."""
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    provider.get_token()
    drivers.advance(500)
    drivers.advance(10_000)
    assert len(drivers.endpoint.requests) == 2


def test_first_refresh_is_spread_wider_than_later_ones(drivers, source):
    """The first is at 20-80 % of the lifetime, at random, later ones at 70-80 %."""
    provider = OAuthCredentialsProvider(source)
    drivers.draws.extend([0.0, 1.0])
    drivers.ask(provider)
    assert provider._keeper.slot.fresh_until == drivers.time.running + 200
    provider.get_token()
    drivers.advance(200)
    assert provider._keeper.slot.fresh_until == drivers.time.running + 800


def test_a_usable_token_outlives_a_broken_endpoint(drivers, source):
    """While the endpoint fails, the old token is used until it may not be; then calls fail fast,
    and within the longest backoff there is a token again."""
    provider = OAuthCredentialsProvider(source)
    first = drivers.ask(provider)
    drivers.endpoint.answers.extend(unreachable() for _ in range(1000))
    for _ in range(100):
        provider.get_token()
        drivers.advance(9.5)
        assert provider.get_token() is first
    drivers.advance(1000 - 950)
    with pytest.raises(TokenEndpointUnreachable) as failure:
        drivers.ask(provider)
    assert failure.value.retry_at > drivers.time.wall
    requests = len(drivers.endpoint.requests)
    for _ in range(50):
        with pytest.raises(TokenEndpointUnreachable):
            provider.get_token()
    assert len(drivers.endpoint.requests) == requests
    drivers.endpoint.answers.clear()
    drivers.advance(30)
    assert drivers.ask(provider) is not first
    assert len(drivers.endpoint.requests) == requests + 1


def test_it_recovers_by_itself_within_the_backoff(drivers, source):
    """After the cooldown there is another request, and its token is used."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.extend(unreachable() for _ in range(3))
    with pytest.raises(TokenEndpointUnreachable):
        drivers.ask(provider)
    assert len(drivers.endpoint.requests) == 3
    drivers.advance(1)
    assert drivers.ask(provider).value.reveal() == "token-4"


def test_attempts_of_a_flight_hold_no_worker_while_they_wait(drivers, source):
    """Between two attempts no worker is occupied: the timer starts the next one."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.append(unreachable())
    flight = provider._keeper.token_or_waiter()
    drivers.workers.run()
    assert not flight.done
    assert not drivers.workers.tasks
    left = drivers.scheduler.run_due()
    assert 0.25 <= left <= 5
    drivers.advance(left)
    assert flight.result().value.reveal() == "token-2"


@pytest.mark.parametrize(
    "error",
    [TokenResponseError("an HTML page"), InvalidClientError("wrong secret", status_code=401)],
)
def test_what_a_retry_cannot_mend_is_not_retried(drivers, source, error):
    """A 400, 401 or 403 ends the flight at its first attempt."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.extend([error, error])
    with pytest.raises(type(error)):
        drivers.ask(provider)
    assert len(drivers.endpoint.requests) == 1


def test_refused_credentials_are_left_alone_for_longer_each_time(drivers, source):
    """A wrong secret makes one request in 30, 60, then 120 s."""
    provider = OAuthCredentialsProvider(source)
    for wait in (30, 60, 120, 120):
        drivers.endpoint.answers.append(InvalidClientError("wrong secret"))
        before = len(drivers.endpoint.requests)
        with pytest.raises(InvalidClientError) as failure:
            drivers.ask(provider)
        assert failure.value.retry_at == pytest.approx(drivers.time.wall + wait)
        for _ in range(int(wait) - 1):
            drivers.advance(1)
            with pytest.raises(InvalidClientError):
                drivers.ask(provider)
        assert len(drivers.endpoint.requests) == before + 1
        drivers.advance(1)


def test_the_source_is_read_at_most_every_five_seconds_while_refused(drivers, source):
    """Calls in a cooldown don't start a helper program each."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.append(InvalidClientError("wrong secret"))
    with pytest.raises(InvalidClientError):
        drivers.ask(provider)
    loads = source.loads
    for _ in range(20):
        drivers.advance(1)
        with pytest.raises(InvalidClientError):
            drivers.ask(provider)
    assert source.loads - loads <= 4


def test_a_corrected_secret_is_noticed_within_five_seconds(drivers, source):
    """During a cooldown, changed credentials are tried at once."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.append(InvalidClientError("wrong secret"))
    with pytest.raises(InvalidClientError):
        drivers.ask(provider)
    source.change_secret("corrected")
    drivers.advance(5)
    assert drivers.ask(provider).value.reveal() == "token-2"


def test_a_secret_corrected_meanwhile_is_tried_at_once(drivers, source):
    """After a refusal the source is read again: changed credentials get one more try."""
    provider = OAuthCredentialsProvider(source)

    def refuse() -> None:
        source.change_secret("corrected")
        raise InvalidClientError("wrong secret")

    drivers.endpoint.answers.append(refuse)
    assert drivers.ask(provider).value.reveal() == "token-2"


def test_a_time_out_after_a_refusal_counts_as_the_same_refusal(drivers, source):
    """Camunda SaaS delays refused credentials, which doesn't cause three more attempts."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.extend([InvalidClientError("no"), unreachable(timed_out=True)])
    with pytest.raises(InvalidClientError):
        drivers.ask(provider)
    drivers.advance(31)
    with pytest.raises(InvalidClientError) as failure:
        drivers.ask(provider)
    assert len(drivers.endpoint.requests) == 2
    assert failure.value.retry_at == pytest.approx(drivers.time.wall + 30)


def test_fetch_token_passes_cooldown_and_store_by(drivers, source, store):
    """A user who requests a fresh token gets one, whatever happened before."""
    provider = OAuthCredentialsProvider(source, store=store)
    drivers.endpoint.answers.append(InvalidClientError("no"))
    with pytest.raises(InvalidClientError):
        drivers.ask(provider)
    runner = threading.Thread(target=lambda: results.append(provider.fetch_token(timeout=30)))
    results: list[AccessToken] = []
    runner.start()
    while runner.is_alive():
        drivers.settle()
    assert results[0].value.reveal() == "token-2"
    assert provider.get_token() is results[0]


def test_a_short_retry_after_is_waited_for(drivers, source):
    """The endpoint's own time wins over the jitter, if the flight has that long."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.append(RateLimitedError("slow", retry_at=drivers.time.wall + 7))
    began = drivers.time.wall
    assert drivers.ask(provider).value.reveal() == "token-2"
    assert drivers.time.wall == pytest.approx(began + 7)


def test_a_long_retry_after_ends_the_flight_and_is_shared(drivers, source, store):
    """Another provider of the same store makes no request before the endpoint's time."""
    provider = OAuthCredentialsProvider(source, store=store)
    until = drivers.time.wall + 300
    drivers.endpoint.answers.append(RateLimitedError("slow", retry_at=until))
    with pytest.raises(RateLimitedError):
        drivers.ask(provider)
    other = OAuthCredentialsProvider(source, store=store)
    with pytest.raises(RateLimitedError) as failure:
        drivers.ask(other)
    assert failure.value.retry_at == until
    assert len(drivers.endpoint.requests) == 1
    drivers.advance(300)
    assert drivers.ask(other).value.reveal() == "token-2"


@pytest.mark.parametrize("has_store", [True, False])
@pytest.mark.parametrize("known", [True, False])
def test_patience_says_until_when_and_what_helps(drivers, source, store, known, has_store):
    """The error has the endpoint's own time, else ours; it doesn't suggest a store where there is
    one."""
    provider = OAuthCredentialsProvider(
        source,
        store=store if has_store else None,
        policy=RefreshPolicy(max_attempts=1),
    )
    until = drivers.time.wall + 300 if known else None
    drivers.endpoint.answers.append(RateLimitedError("Patience.", retry_at=until, status_code=429))
    with pytest.raises(RateLimitedError) as failure:
        drivers.ask(provider)
    error = failure.value
    again = f"It is not asked again before {local_time(error.retry_at)}."
    assert (again in error.message) is not known
    assert ("token store" in error.message) is not has_store
    assert error.status_code == 429


def test_a_refusal_is_shared_through_the_store_until_the_secret_changes(drivers, source, store):
    """Other processes fail fast on the same wrong secret, and not on another one."""
    drivers.endpoint.answers.append(InvalidClientError("no"))
    with pytest.raises(InvalidClientError):
        drivers.ask(OAuthCredentialsProvider(source, store=store))
    with pytest.raises(InvalidClientError):
        drivers.ask(OAuthCredentialsProvider(source, store=store))
    assert len(drivers.endpoint.requests) == 1
    source.change_secret("right")
    assert drivers.ask(OAuthCredentialsProvider(source, store=store))
    assert not store.refusals


def test_a_stored_token_saves_the_request(drivers, source, store):
    """A token that another process stored is used."""
    drivers.ask(OAuthCredentialsProvider(source, store=store))
    drivers.ask(OAuthCredentialsProvider(source, store=store))
    assert len(drivers.endpoint.requests) == 1


def test_a_passer_by_does_not_begin_a_refresh(drivers, source, store):
    """A process that just found a token old enough to refresh leaves that to one that runs for
    longer."""
    drivers.ask(OAuthCredentialsProvider(source, store=store))
    drivers.advance(900)
    passer_by = OAuthCredentialsProvider(source, store=store)
    drivers.ask(passer_by)
    passer_by.get_token()
    drivers.advance(4)
    assert len(drivers.endpoint.requests) == 1
    passer_by.get_token()
    drivers.advance(2)
    assert len(drivers.endpoint.requests) == 2


def test_a_stored_token_from_the_future_is_not_trusted(drivers, source, store):
    """Its clock was ahead, so its expiry means nothing."""
    drivers.ask(OAuthCredentialsProvider(source, store=store))
    drivers.time.wall -= 3600
    other = OAuthCredentialsProvider(source, store=store)
    assert drivers.ask(other).value.reveal() == "token-2"


def test_a_jump_of_the_wall_clock_does_not_shorten_a_token_in_memory(drivers, source):
    """Lifetimes in memory are measured with the running clock."""
    provider = OAuthCredentialsProvider(source)
    first = drivers.ask(provider)
    drivers.time.wall += 10_000
    assert provider.get_token() is first


def test_the_store_is_read_again_under_the_lock(drivers, source, store):
    """A provider that waited for the lock finds the token that its holder fetched."""
    provider = OAuthCredentialsProvider(source, store=store)
    theirs = drivers.endpoint.token("theirs")
    store.on_lock = lambda key: store.tokens.setdefault(key, theirs)
    assert drivers.ask(provider) == theirs
    assert not drivers.endpoint.requests


def test_a_lock_not_had_in_time_leads_to_a_second_lock(drivers, source, store):
    """A stopped holder costs one extra request in all: those who waited compete for a second
    lock."""
    store.lock_answers.extend([False, True])
    provider = OAuthCredentialsProvider(source, store=store)
    drivers.ask(provider)
    first, second = store.locked
    assert first == TokenKey.of(source.credentials)
    assert second != first
    theirs = OAuthCredentialsProvider(source, store=store)
    store.tokens.clear()
    saved = drivers.endpoint.token("saved-meanwhile")
    store.lock_answers.extend([False, True])
    store.on_lock = lambda key: store.tokens.update({first: saved}) if key == second else None
    assert drivers.ask(theirs) == saved
    assert len(drivers.endpoint.requests) == 1


def test_store_trouble_costs_no_token(drivers, source, caplog):
    """A store that raises is reported once in the log and each time as an event."""
    events: list[Event] = []

    class Broken:
        def load(self, key):
            raise StoreError("The disk is read-only.")

        def save(self, key, token):
            raise RuntimeError("s3cr3t text of a foreign error")

        def delete(self, key, token=None):
            raise StoreError("no")

    provider = OAuthCredentialsProvider(source, store=Broken(), on_event=events.append)
    assert drivers.ask(provider)
    kinds = [event.kind for event in events]
    assert kinds.count(KIND.STORE_TROUBLE) >= 2
    assert len(caplog.records) == 1
    assert "read-only" in caplog.text
    assert not any("s3cr3t" in event.detail for event in events)


def test_threads_share_one_request_and_its_result(drivers, source):
    """A caller who comes during a request waits for that one."""
    provider = OAuthCredentialsProvider(source)
    waiters = [provider._keeper.token_or_waiter() for _ in range(20)]
    drivers.settle()
    assert {waiter.result().value.reveal() for waiter in waiters} == {"token-1"}
    assert len(drivers.endpoint.requests) == 1


def test_a_shared_failure_is_each_waiters_own_error(drivers, source):
    """Waiters don't share one exception object, whose traceback would grow."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.append(TokenResponseError("no", error="invalid_scope"))
    waiters = [provider._keeper.token_or_waiter() for _ in range(2)]
    drivers.settle()
    failures = []
    for waiter in waiters:
        with pytest.raises(TokenResponseError) as failure:
            waiter.result()
        failures.append(failure.value)
    assert failures[0] is not failures[1]
    assert failures[0].error == failures[1].error == "invalid_scope"


def test_providers_of_one_store_share_a_flight(drivers, source, store):
    """Two providers with the same identity and store make one request."""
    one = OAuthCredentialsProvider(source, store=store)
    two = OAuthCredentialsProvider(source, store=store)
    flights = [one._keeper.token_or_waiter(), two._keeper.token_or_waiter()]
    store.on_lock = lambda _key: drivers.workers.run()
    drivers.settle()
    assert flights[0].result() == flights[1].result()
    assert len(drivers.endpoint.requests) == 1


def test_another_secret_is_another_flight(drivers, source, store):
    """The right credentials don't share the failure of wrong ones."""
    wrong = OAuthCredentialsProvider(source, store=store)
    right_source = type(source)()
    right_source.change_secret("right")
    right = OAuthCredentialsProvider(right_source, store=store)
    drivers.endpoint.answers.append(InvalidClientError("no"))
    flights = [wrong._keeper.token_or_waiter(), right._keeper.token_or_waiter()]
    drivers.settle()
    with pytest.raises(InvalidClientError):
        flights[0].result()
    assert flights[1].result()


def test_a_waiter_may_give_up(drivers, source):
    """It gets TokenTimeout; the request goes on for the others."""
    provider = OAuthCredentialsProvider(source)
    with pytest.raises(TokenTimeout):
        provider.get_token(timeout=0)
    with pytest.raises(TokenTimeout):
        asyncio.run(provider.get_token_async(timeout=0))
    drivers.settle()
    assert provider.get_token()
    assert len(drivers.endpoint.requests) == 1


def test_a_cancelled_task_harms_nobody(drivers, source):
    """Cancelling one awaiter leaves the request to the others, on their own loops too."""
    provider = OAuthCredentialsProvider(source)

    async def both() -> AccessToken:
        one = asyncio.create_task(provider.get_token_async())
        two = asyncio.create_task(provider.get_token_async())
        await asyncio.sleep(0)
        one.cancel()
        await asyncio.to_thread(drivers.settle)
        with pytest.raises(asyncio.CancelledError):
            await one
        return await two

    assert asyncio.run(both()).value.reveal() == "token-1"


def test_a_loop_closed_while_it_waits_harms_nobody(drivers, source):
    """A flight ends normally although the loop of a waiter is closed."""
    provider = OAuthCredentialsProvider(source)
    loop = asyncio.new_event_loop()
    waiting = loop.create_task(provider.get_token_async())
    loop.call_soon(loop.stop)
    loop.run_forever()
    waiting.cancel()
    loop.run_until_complete(asyncio.gather(waiting, return_exceptions=True))
    loop.close()
    drivers.settle()
    assert provider.current_token()


def test_invalidate_forgets_only_the_current_token(drivers, source, store):
    """A late refusal of an older token does not discard the new one."""
    provider = OAuthCredentialsProvider(source, store=store)
    first = drivers.ask(provider)
    provider.invalidate(first)
    assert provider.current_token() is None
    second = drivers.ask(provider)
    assert second != first
    provider.invalidate(first)
    assert provider.get_token() is second


def test_a_refused_token_is_not_had_back_from_the_store(drivers, source, store):
    """The flight after `invalidate` removes it from the store and requests another."""
    provider = OAuthCredentialsProvider(source, store=store)
    first = drivers.ask(provider)
    provider.invalidate(first)
    assert drivers.ask(provider).value.reveal() == "token-2"
    key = TokenKey.of(source.credentials)
    assert store.tokens[key].value.reveal() == "token-2"


def test_a_newer_stored_token_saves_the_request_after_invalidate(drivers, source, store):
    """If another process has replaced the refused token already, that one is used."""
    provider = OAuthCredentialsProvider(source, store=store)
    first = drivers.ask(provider)
    newer = replace(first, value=Secret("newer"))
    store.tokens[TokenKey.of(source.credentials)] = newer
    provider.invalidate(first)
    assert drivers.ask(provider) == newer
    assert len(drivers.endpoint.requests) == 1


def test_a_gateway_that_refuses_everything_makes_three_requests_in_twenty_seconds(drivers, source):
    """A loop of 1,000 refused calls fetches a token at once, after 5 and after 15 s."""
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    before = len(drivers.endpoint.requests)
    for _ in range(1000):
        token = drivers.ask(provider)
        provider.invalidate(token)
        drivers.ask(provider)
        drivers.time.advance(0.02)
    assert len(drivers.endpoint.requests) - before == 3


def requests_of_refused_loops(drivers, providers, begins) -> int:
    """How many tokens are fetched in 20 s while each of ``providers``, from its second on, makes
    fifty calls a second that the gateway refuses."""
    before, start = len(drivers.endpoint.requests), drivers.time.running
    for _ in range(1000):
        for provider, begin in zip(providers, begins, strict=True):
            if drivers.time.running >= start + begin:
                provider.invalidate(drivers.ask(provider))
                drivers.ask(provider)
        drivers.time.advance(0.02)
    return len(drivers.endpoint.requests) - before


@pytest.mark.parametrize("begins", [(0, 0), (0, 2), (0, 4.9), (0, 7), (0, 1, 2, 3, 4)], ids=str)
def test_providers_of_one_store_that_are_refused_everything_fetch_for_each_other(
    drivers, source, store, begins
):
    """Their loops make three requests together, as one alone does. One that is refused later than
    the first may find a token that is older than its own first refusal, and give up that too."""
    providers = [OAuthCredentialsProvider(source, store=store) for _ in begins]
    for provider in providers:
        drivers.ask(provider)
    later = sum(begin > 0 for begin in begins)
    assert 3 <= requests_of_refused_loops(drivers, providers, begins) <= 3 + later


def test_a_provider_that_starts_amid_refusals_fetches_once_for_itself(drivers, source, store):
    """It doesn't know that the stored token is one of those that the gateway refuses, so that
    each newcomer makes one request more."""
    begins = (0, 1, 2, 3, 4)
    providers = [OAuthCredentialsProvider(source, store=store) for _ in begins]
    drivers.ask(providers[0])
    assert requests_of_refused_loops(drivers, providers, begins) <= 3 + 4


def test_a_revocation_long_after_is_answered_at_once_again(drivers, source):
    """The pacing ends when the tokens have been valid for a while."""
    provider = OAuthCredentialsProvider(source)
    provider.invalidate(drivers.ask(provider))
    drivers.ask(provider)
    drivers.advance(121)
    provider.invalidate(drivers.ask(provider))
    assert provider.current_token() is None


def test_the_source_is_read_for_every_flight(drivers, source):
    """A rotated secret is used without a restart."""
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    provider.get_token()
    source.change_secret("rotated")
    drivers.advance(500)
    secret = drivers.endpoint.requests[-1].authentication.secret
    assert secret.reveal() == "rotated"


def test_a_source_that_is_away_for_a_while_is_done_without(drivers, source):
    """If the keychain is locked at refresh time, the previous credentials are used, and the failure
    is reported."""
    events: list[Event] = []
    provider = OAuthCredentialsProvider(source, on_event=events.append)
    drivers.ask(provider)
    provider.get_token()
    source.error = CredentialsUnavailable("The keychain is locked.")
    drivers.advance(500)
    assert len(drivers.endpoint.requests) == 2
    assert KIND.SOURCE_TROUBLE in [event.kind for event in events]


def test_a_source_that_breaks_is_not_read_by_every_call(drivers, source):
    """While the token is valid, a broken source is read again every few seconds, not per call."""
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    provider.get_token()
    source.error = ConfigurationError("half a file")
    drivers.advance(500)
    loads = source.loads
    for _ in range(100):
        provider.get_token()
        drivers.settle()
    assert source.loads == loads


def test_a_mended_configuration_is_heard_at_once(drivers, source):
    """An error before the request starts no cooldown."""
    provider = OAuthCredentialsProvider(source)
    source.error = CredentialsUnavailable("nothing set")
    with pytest.raises(CredentialsUnavailable):
        drivers.ask(provider)
    source.error = None
    assert drivers.ask(provider)


def test_a_foreign_error_of_a_source_becomes_ours_and_is_not_quoted(drivers, source):
    """A vault client's exception may quote the secret: it is the cause, and the message doesn't
    quote it."""
    source.error = RuntimeError("s3cr3t")
    with pytest.raises(ConfigurationError) as failure:
        drivers.ask(OAuthCredentialsProvider(source))
    assert "s3cr3t" not in str(failure.value)
    assert "RuntimeError" in str(failure.value)


def test_events_tell_what_happened_and_never_a_secret(drivers, source, store):
    """Obtained, refreshed, failed and refused each emit one event."""
    events: list[Event] = []
    provider = OAuthCredentialsProvider(source, store=store, on_event=events.append)
    drivers.ask(provider)
    provider.get_token()
    drivers.advance(500)
    provider.get_token()
    drivers.endpoint.answers.append(InvalidClientError("wrong"))
    drivers.advance(750)
    assert [event.kind for event in events] == [
        KIND.TOKEN_OBTAINED,
        KIND.TOKEN_REFRESHED,
        KIND.REFUSED,
    ]
    assert not any("s3cr3t" in repr(event) or "token-" in repr(event) for event in events)


def test_a_hook_that_raises_is_dropped(drivers, source):
    """A broken hook fails no token request."""

    def broken(event: Event) -> None:
        raise RuntimeError

    assert drivers.ask(OAuthCredentialsProvider(source, on_event=broken))


def test_a_provider_pickles_as_its_recipe(drivers):
    """The copy has the same parts and no token."""
    from zeebe_auth import EnvSource, FileStore

    provider = OAuthCredentialsProvider(EnvSource(), store=FileStore("somewhere"))
    copy = pickle.loads(pickle.dumps(provider))
    assert repr(copy) == repr(provider)
    assert copy.current_token() is None


def test_a_literal_secret_is_not_pickled(drivers, source):
    """Credentials in code stay in the process."""
    with pytest.raises(TypeError, match="Secret is not pickled"):
        pickle.dumps(OAuthCredentialsProvider(source.credentials))


def test_a_closed_provider_says_so(drivers, source):
    """It drops its token, stops its timer and releases the endpoint."""
    with OAuthCredentialsProvider(source) as provider:
        drivers.ask(provider)
    assert drivers.endpoint.closed
    assert provider.current_token() is None
    with pytest.raises(ConfigurationError, match="closed"):
        provider.get_token()


def test_a_dropped_provider_is_gone(drivers, source):
    """Timer and runtime hold it weakly, and its refresh is dropped with it."""
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    gone = weakref.ref(provider)
    del provider
    gc.collect()
    assert gone() is None
    assert drivers.scheduler.run_due() is None


def test_explain_names_identity_store_expiry_and_cooldown(drivers, source, store):
    """The report has what a user needs, and no secret."""
    provider = OAuthCredentialsProvider(source, store=store)
    drivers.ask(provider)
    provider.get_token()
    until = drivers.time.wall + 900
    drivers.endpoint.answers.append(RateLimitedError("Patience.", retry_at=until))
    drivers.advance(500)
    report = provider.explain()
    assert report.identity == "client-1 at login.example for zeebe"
    assert report.token_state == "usable"
    assert report.cooldown_until == pytest.approx(until)
    assert report.cooldown_reason == "Patience."
    text = str(report) + repr(report.to_dict())
    assert "s3cr3t" not in text
    assert "token-1" not in text


def test_explain_tells_what_stands_in_the_way(drivers, source):
    """Without credentials the report has the reason instead of raising it."""
    source.error = CredentialsUnavailable("Nothing is set.")
    assert OAuthCredentialsProvider(source).explain().problem == "Nothing is set."


def test_explain_shows_a_refusal_that_another_process_met(drivers, source, store):
    """The cooldown in the store counts for this process too."""
    key = TokenKey.of(source.credentials)
    until = drivers.time.wall + 60
    store.refusals[key] = Refusal.of(source.credentials, until=until, kind="refused")
    report = OAuthCredentialsProvider(source, store=store).explain()
    assert report.cooldown_until == until


def test_no_thread_to_be_had_is_an_error_and_not_a_hang(drivers, source, monkeypatch):
    """At the end of the interpreter no worker starts: the caller gets an error."""

    def full(task, **_options) -> None:
        raise NoThreadError("can't start new thread")

    monkeypatch.setattr(drivers.workers, "submit", full)
    with pytest.raises(TokenEndpointUnreachable, match="thread"):
        OAuthCredentialsProvider(source).get_token()


class Named(OAuthCredentialsProvider):
    """A user's own provider, at module level so that it pickles."""


def test_a_subclass_pickles_and_copies_as_itself(drivers):
    """A copy of a subclass has its class, and no token."""
    import copy

    from zeebe_auth import EnvSource, FileStore

    provider = Named(EnvSource(), store=FileStore("somewhere"))
    for twin in (
        pickle.loads(pickle.dumps(provider)),
        copy.copy(provider),
        copy.deepcopy(provider),
    ):
        assert type(twin) is Named
        assert repr(twin) == repr(provider)
        assert twin.current_token() is None

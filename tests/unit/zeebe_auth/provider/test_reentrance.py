"""A signal handler or a finalizer may request a token, or raise, in the middle of anything."""

from __future__ import annotations

import asyncio
import gc
import itertools
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from at_line import AtLine
from thread_ends import join_threads

from zeebe_auth import AccessToken, AuthError, OAuthCredentialsProvider
from zeebe_auth.concurrency.flights import InFlight
from zeebe_auth.concurrency.timer import Scheduler
from zeebe_auth.concurrency.workers import WorkerPool
from zeebe_auth.provider import fetching

BOUND_SECONDS = 30

Provider = OAuthCredentialsProvider
Call = Callable[[Provider], object]


@pytest.fixture
def renew(drivers, monkeypatch) -> Iterator[Callable[[], None]]:
    """Give a function that makes a runtime with real threads, which no other test has used."""
    schedulers = []

    def make() -> None:
        runtime = replace(
            drivers.runtime,
            workers=WorkerPool(idle_seconds=0),
            scheduler=Scheduler(drivers.time.clock.running, idle_seconds=0),
            flights=InFlight(),
        )
        monkeypatch.setattr(fetching, "process_runtime", lambda: runtime)
        drivers.runtime = runtime
        schedulers.append(runtime.scheduler)

    make()
    yield make
    gc.collect()
    for scheduler in schedulers:
        # Its providers are gone: it finds nothing to wait for, and ends.
        scheduler.call_soon(lambda: None)


def asked(provider: Provider) -> AccessToken | AuthError:
    try:
        return provider.get_token(timeout=BOUND_SECONDS)
    except AuthError as error:
        return error


def asked_on_another_thread(provider: Provider) -> AccessToken | AuthError:
    answers: list[AccessToken | AuthError] = []
    thread = threading.Thread(target=lambda: answers.append(asked(provider)))
    thread.start()
    thread.join(BOUND_SECONDS * 2)
    return answers[0]


def wait_for_our_threads(drivers) -> None:
    """Wait until the workers have ended and the scheduler has called what is due."""
    join_threads("zeebe-auth", but="timer", seconds=BOUND_SECONDS)
    done = threading.Event()
    drivers.runtime.scheduler.call_soon(done.set)
    assert done.wait(BOUND_SECONDS)


CALLS: dict[str, Call] = {
    "get_token": lambda provider: provider.get_token(timeout=BOUND_SECONDS),
    "get_token_async": lambda provider: asyncio.run(
        provider.get_token_async(timeout=BOUND_SECONDS)
    ),
    "fetch_token": lambda provider: provider.fetch_token(timeout=BOUND_SECONDS),
    "current_token": lambda provider: provider.current_token(),
    "invalidate": lambda provider: provider.invalidate(provider._keeper.slot.token),
}
STATES = {
    "cold": ("get_token", "get_token_async", "fetch_token", "current_token"),
    "to be refreshed": ("get_token", "get_token_async", "current_token", "invalidate"),
    "fresh": ("fetch_token", "invalidate"),
}
CASES = [(state, call) for state, calls in STATES.items() for call in calls]


def prepared(drivers, source, state: str) -> Provider:
    provider = Provider(source)
    if state != "cold":
        provider.get_token(timeout=BOUND_SECONDS)
    if state == "to be refreshed":
        drivers.time.advance(900)
    return provider


@pytest.mark.parametrize(("state", "call"), CASES)
def test_a_handler_that_asks_in_the_middle_of_a_call_is_answered(
    drivers, source, renew, state, call
):
    """At each line of it, the handler gets a token or a typed error, and so do its caller and other
    threads."""
    for number in itertools.count(1):
        provider, other = prepared(drivers, source, state), Provider(source)
        nested: list[object] = []
        here = AtLine(number, lambda p=provider, o=other, n=nested: n.extend((asked(p), asked(o))))
        with here.here():
            CALLS[call](provider)
        if not here.reached:
            break
        assert all(isinstance(answer, AccessToken) for answer in nested), here.where
        assert isinstance(asked_on_another_thread(provider), AccessToken), here.where
    assert number > 3


class Interrupt(BaseException):
    """What a handler raises, such as Celery's soft time limit or Ctrl-C's."""


@pytest.mark.parametrize(("state", "call"), CASES)
def test_a_handler_that_raises_in_the_middle_of_a_call_breaks_nothing(
    drivers, source, renew, state, call
):
    """At each line of it, the next callers get a token, and no cooldown began."""

    def interrupt() -> None:
        raise Interrupt

    for number in itertools.count(1):
        provider = prepared(drivers, source, state)
        here = AtLine(number, interrupt)
        try:
            with here.here():
                CALLS[call](provider)
        except Interrupt:
            pass
        if not here.reached:
            break
        assert isinstance(asked(provider), AccessToken), here.where
        assert isinstance(asked_on_another_thread(provider), AccessToken), here.where
        assert provider._keeper.cooldown.failure is None, here.where
    assert number > 3


def test_a_close_that_was_interrupted_can_be_done_again(drivers, source, renew):
    """At each line of it, the provider keeps no token afterwards."""

    def interrupt() -> None:
        raise Interrupt

    for number in itertools.count(1):
        provider = prepared(drivers, source, "fresh")
        here = AtLine(number, interrupt)
        try:
            with here.here():
                provider.close()
        except Interrupt:
            provider.close()
        assert provider._keeper.slot.token is None, here.where
        assert isinstance(asked(provider), AuthError), here.where
        if not here.reached:
            break
    assert number > 3


def test_a_finalizer_that_asks_on_our_own_threads_stops_nobody(drivers, source, store, renew):
    """At each line that they run, it gets a token or a typed error at once, and the interrupted
    request goes on. Its wait has no time limit."""
    for number in itertools.count(1):
        renew()
        provider, other = Provider(source, store=store), Provider(source)
        nested: list[object] = []
        over = threading.Event()

        def ask_both(
            both=(provider, other), nested: list[object] = nested, over: threading.Event = over
        ) -> None:
            for each in both:
                try:
                    nested.append(each.get_token())
                except AuthError as error:
                    nested.append(error)
            over.set()

        there = AtLine(number, ask_both)
        with there.on_new_threads():
            assert isinstance(asked(provider), AccessToken), there.where
        if not there.reached:
            break
        assert over.wait(BOUND_SECONDS), there.where
        assert len(nested) == 2
        store.tokens.clear()
    assert number > 100


def test_close_in_the_middle_of_a_landing_leaves_no_token(drivers, source, renew):
    """At each line of our own threads, a closed provider has none afterwards."""
    for number in itertools.count(1):
        renew()
        provider = Provider(source)
        there = AtLine(number, provider.close)
        with there.on_new_threads():
            asked(provider)
            wait_for_our_threads(drivers)
        if not there.reached:
            break
        assert provider._keeper.slot.token is None, there.where
        assert isinstance(asked(provider), AuthError), there.where
    assert number > 100


def test_a_thread_with_a_limit_keeps_it_while_a_handler_runs_elsewhere(drivers, source, renew):
    """This holds whatever the main thread's handler does, and however long."""
    outcome: list[object] = []

    def handler() -> None:
        thread = threading.Thread(target=lambda: outcome.append(asked(provider)))
        thread.start()
        thread.join(BOUND_SECONDS)

    for number in itertools.count(1):
        provider = Provider(source)
        here = AtLine(number, handler)
        with here.here():
            provider.get_token(timeout=BOUND_SECONDS)
        if not here.reached:
            break
        assert isinstance(outcome.pop(), AccessToken), here.where
    assert number > 3


ENDING = """
import sys, zeebe_auth
provider = zeebe_auth.OAuthCredentialsProvider(
    zeebe_auth.ClientCredentials(
        client_id="c",
        authentication=zeebe_auth.ClientSecret(zeebe_auth.Secret("s")),
        token_url="https://localhost:1/token",
    )
)
class AtTheEnd:
    def __del__(self, provider=provider, write=sys.stderr.write, error=zeebe_auth.AuthError):
        for limit in (3, None):
            try:
                provider.get_token(timeout=limit)
            except error as told:
                write(f"{type(told).__name__}: {told}\\n")
%s
kept = AtTheEnd()
"""


@pytest.mark.parametrize(
    "before",
    ["", "provider.current_token()\ntry: provider.get_token()\nexcept zeebe_auth.AuthError: pass"],
)
def test_a_finalizer_at_the_interpreters_end_is_answered_at_once(before):
    """No thread starts any more, and an idle one doesn't run: nothing is waited for."""
    run = subprocess.run(
        [sys.executable, "-c", ENDING % before],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0
    lines = run.stderr.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert "TokenEndpointUnreachable" in line

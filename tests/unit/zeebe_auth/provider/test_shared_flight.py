"""Threads, tasks of several event loops, and both: one request for all, and a result for each."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from zeebe_auth import (
    AccessToken,
    AuthError,
    InvalidClientError,
    OAuthCredentialsProvider,
    RateLimitedError,
    TokenEndpointUnreachable,
    TokenResponseError,
    TokenTimeout,
)

BOUND_SECONDS = 30
TASKS = 5

Answer = AccessToken | AuthError


def answer_of(provider: OAuthCredentialsProvider) -> list[Answer]:
    """What a thread gets."""
    try:
        return [provider.get_token()]
    except AuthError as error:
        return [error]


def answers_on_a_loop(provider: OAuthCredentialsProvider) -> list[Answer]:
    """What the tasks of a loop of its own get."""

    async def ask() -> list[Answer]:
        tasks = (provider.get_token_async() for _ in range(TASKS))
        return await asyncio.gather(*tasks, return_exceptions=True)

    return asyncio.run(ask())


MIXTURES = {
    "threads": [answer_of] * 10,
    "loops": [answers_on_a_loop] * 3,
    "threads and loops": [answer_of] * 6 + [answers_on_a_loop] * 3,
}


class Arrivals:
    """Counts callers who are about to wait, and providers that have joined a flight."""

    def __init__(self, drivers, monkeypatch) -> None:
        self._callers = threading.Semaphore(0)
        self._providers = threading.Semaphore(0)
        waiting, join = drivers.runtime.workers.waiting, drivers.runtime.flights.join

        @contextmanager
        def watched() -> Iterator[None]:
            self._callers.release()
            with waiting():
                yield

        def watched_join(name):
            joined = join(name)
            self._providers.release()
            return joined

        monkeypatch.setattr(drivers.runtime.workers, "waiting", watched)
        monkeypatch.setattr(drivers.runtime.flights, "join", watched_join)

    def wait_for(self, callers: int, providers: int) -> None:
        for _ in range(callers):
            assert self._callers.acquire(timeout=BOUND_SECONDS)
        for _ in range(providers):
            assert self._providers.acquire(timeout=BOUND_SECONDS)


@pytest.fixture
def all_answers(threaded, source, store, monkeypatch, hang) -> Callable[..., list[Answer]]:
    """Give a function `(bodies, providers, error) -> answers`: of all callers who wait for one
    request."""

    def ask(bodies, shared: bool, error: AuthError | None = None) -> list[Answer]:
        providers = [
            OAuthCredentialsProvider(source, store=store if shared else None)
            for _ in range(2 if shared else 1)
        ]
        arrivals, answer = Arrivals(threaded, monkeypatch), hang(error)
        threaded.endpoint.answers.append(answer)
        with ThreadPoolExecutor(len(bodies)) as pool:
            futures: list[Future[list[Answer]]] = [
                pool.submit(body, providers[number % len(providers)])
                for number, body in enumerate(bodies)
            ]
            try:
                callers = sum(1 if body is answer_of else TASKS for body in bodies)
                arrivals.wait_for(callers, providers=2 if shared else 0)
                assert answer.began.wait(BOUND_SECONDS)
            finally:
                answer.ends.set()
            return [each for future in futures for each in future.result(BOUND_SECONDS)]

    return ask


@pytest.mark.parametrize("shared", [False, True], ids=["one provider", "two of one store"])
@pytest.mark.parametrize("mixture", MIXTURES)
def test_all_who_wait_get_the_token_of_one_request(threaded, all_answers, mixture, shared):
    """The way to wait and the provider of the store don't matter."""
    answers = all_answers(MIXTURES[mixture], shared)
    assert len(answers) >= 10
    assert {answer.value.reveal() for answer in answers} == {"token-1"}
    assert len(threaded.endpoint.requests) == 1


@pytest.mark.parametrize("shared", [False, True], ids=["one provider", "two of one store"])
@pytest.mark.parametrize("mixture", MIXTURES)
@pytest.mark.parametrize(
    "error",
    [
        InvalidClientError("wrong secret", error="invalid_client", status_code=401),
        TokenResponseError("no", error="invalid_scope", status_code=400),
        RateLimitedError("patience", retry_at=1_000_500.0, status_code=429),
        TokenEndpointUnreachable("not trusted", retryable=False),
    ],
    ids=lambda error: type(error).__name__,
)
def test_all_who_wait_get_the_error_of_one_request(threaded, all_answers, mixture, shared, error):
    """Each gets an equal error of its own, so that no traceback grows with the number of
    waiters."""
    answers = all_answers(MIXTURES[mixture], shared, error)
    assert len(answers) >= 10
    assert {type(answer) for answer in answers} == {type(error)}
    ((message, status_code),) = {(answer.message, answer.status_code) for answer in answers}
    assert message.startswith(error.message)
    assert status_code == error.status_code
    assert all(answer.retry_at > threaded.time.wall for answer in answers)
    assert len({id(answer) for answer in [*answers, error]}) == len(answers) + 1
    assert len(threaded.endpoint.requests) == 1


def test_who_gives_up_harms_no_other_waiter(threaded, source, hang):
    """Threads and tasks that run out of time or are cancelled leave the request to the others."""
    provider = OAuthCredentialsProvider(source)
    answer = hang()
    threaded.endpoint.answers.append(answer)

    def on_a_loop() -> AccessToken:
        async def ask() -> AccessToken:
            stays, cancelled, short = (
                asyncio.create_task(provider.get_token_async(timeout=timeout))
                for timeout in (None, None, 0.01)
            )
            with pytest.raises(TokenTimeout):
                await short
            cancelled.cancel()
            with pytest.raises(asyncio.CancelledError):
                await cancelled
            given_up.release()
            return await stays

        return asyncio.run(ask())

    def on_a_thread() -> AccessToken:
        with pytest.raises(TokenTimeout):
            provider.get_token(timeout=0.01)
        given_up.release()
        return provider.get_token()

    given_up = threading.Semaphore(0)
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(body) for body in [on_a_loop, on_a_thread] * 2]
        try:
            for _ in futures:
                assert given_up.acquire(timeout=BOUND_SECONDS)
            assert answer.began.wait(BOUND_SECONDS)
        finally:
            answer.ends.set()
        tokens = [future.result(BOUND_SECONDS) for future in futures]
    assert {token.value.reveal() for token in tokens} == {"token-1"}
    assert len(threaded.endpoint.requests) == 1

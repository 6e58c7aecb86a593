"""Stores that return what they should not: there is a token all the same, and the failure is
reported."""

from __future__ import annotations

import pytest

from zeebe_auth import (
    ChainSource,
    ConfigurationError,
    Event,
    EventKind,
    OAuthCredentialsProvider,
    Secret,
)
from zeebe_auth.refusal import Refusal


@pytest.mark.parametrize("garbage", ["token", {"access_token": "t"}, Secret("t"), 0, object()])
def test_something_that_is_no_token_is_a_miss(drivers, source, store, garbage):
    """It is reported as a failure of the store, without its content."""
    events: list[Event] = []
    store.load = lambda _key: garbage
    provider = OAuthCredentialsProvider(source, store=store, on_event=events.append)
    assert drivers.ask(provider).value.reveal() == "token-1"
    trouble = [event for event in events if event.kind is EventKind.STORE_TROUBLE]
    assert trouble
    assert f"a {type(garbage).__name__}" in trouble[0].detail
    assert provider.explain().problem is None


@pytest.mark.parametrize("garbage", ["refused", {"until": 1}, 0, object()])
def test_something_that_is_no_refusal_is_none(drivers, source, store, garbage):
    """It prevents no request."""
    store.load_refusal = lambda _key: garbage
    provider = OAuthCredentialsProvider(source, store=store)
    assert drivers.ask(provider)
    assert provider.explain().cooldown_until is None


@pytest.mark.parametrize("count", [-3, 0, 10**9])
def test_a_count_that_cannot_be_is_no_harm(drivers, source, store, count):
    """A refusal counts at least once, and its wait is bounded."""
    from zeebe_auth import InvalidClientError, TokenKey

    until = drivers.time.wall - 1
    refusal = Refusal.of(source.credentials, until=until, kind="refused", count=count)
    store.refusals[TokenKey.of(source.credentials)] = refusal
    drivers.endpoint.answers.append(InvalidClientError("no"))
    with pytest.raises(InvalidClientError) as failure:
        drivers.ask(OAuthCredentialsProvider(source, store=store))
    assert 30 < failure.value.retry_at - drivers.time.wall <= 120


def test_a_store_that_can_neither_be_compared_nor_shown(drivers, source, store):
    """It is treated as a separate store, and named by its class."""

    class Odd(type(store)):
        def __hash__(self):
            raise RuntimeError

        def __repr__(self):
            raise RuntimeError

    provider = OAuthCredentialsProvider(source, store=Odd())
    assert drivers.ask(provider)
    assert provider.explain().store == "Odd"


def test_a_source_that_cannot_explain_itself(drivers, source):
    """The report says so and goes on."""

    class Silent(type(source)):
        def explain(self):
            raise RuntimeError("s3cr3t")

    report = OAuthCredentialsProvider(Silent()).explain()
    assert report.findings[0].subject == "Silent"
    assert report.identity
    assert "s3cr3t" not in str(report)


def test_a_moment_beyond_the_calendar_can_be_shown():
    """A token that expires in a billion years has no date."""
    from zeebe_auth import AccessToken, StaticCredentialsProvider

    token = AccessToken(Secret("t"), expires_at=1e20)
    assert "1e+20 s" in str(StaticCredentialsProvider(token).explain())


class _Odd(BaseException):
    """An exception that `except Exception` doesn't catch, such as the time limits of gevent and of
    pytest."""


@pytest.mark.parametrize("kind", [SystemExit, _Odd])
@pytest.mark.parametrize(
    "method", ["load", "save", "delete", "load_refusal", "save_refusal", "lock"]
)
def test_a_store_that_ends_the_program_costs_no_token(drivers, source, store, method, kind):
    """Any exception is a failure of the store: the new token is returned and kept."""

    def ends(*_):
        raise kind("s3cr3t")

    events: list[Event] = []
    setattr(store, method, ends)
    provider = OAuthCredentialsProvider(source, store=store, on_event=events.append)
    first = drivers.ask(provider)
    assert first.value.reveal() == "token-1"
    assert provider.current_token() == first
    provider.invalidate(first)
    assert drivers.ask(provider) != first
    told = {event.error for event in events if event.kind is EventKind.STORE_TROUBLE}
    assert told in ({kind.__name__}, set())
    if method != "save_refusal":  # called after a refusal only
        assert told
    assert "s3cr3t" not in repr(events)


def test_a_lock_that_ends_the_program_when_it_is_given_back(drivers, source, store):
    """By then there is a token."""

    class Lock:
        def __enter__(self):
            return True

        def __exit__(self, *_):
            raise SystemExit

    store.lock = lambda *_: Lock()
    assert drivers.ask(OAuthCredentialsProvider(source, store=store))


def test_what_ends_the_program_is_only_told_where_it_is_shown(source, store):
    """`explain` reports what the store or the source raised, and raises nothing."""

    def ends(*_):
        raise SystemExit

    store.load = ends
    assert OAuthCredentialsProvider(source, store=store).explain().problem == "SystemExit"
    source.load = ends
    problem = OAuthCredentialsProvider(source).explain().problem
    assert "failed with SystemExit" in problem
    assert [each.outcome for each in ChainSource(source).explain()] == ["unusable"]


@pytest.mark.parametrize("kind", [SystemExit, _Odd])
def test_a_source_that_ends_the_program_is_a_typed_error(drivers, source, kind):
    """Callers who wait get it at once."""

    def ends():
        raise kind

    source.load = ends
    with pytest.raises(ConfigurationError, match=f"failed with {kind.__name__}"):
        drivers.ask(OAuthCredentialsProvider(source))

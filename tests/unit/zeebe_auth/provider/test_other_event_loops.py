"""Under trio, curio or another library than asyncio a coroutine of ours raises an error at once."""

from __future__ import annotations

import asyncio

import pytest

from zeebe_auth import (
    BasicCredentialsProvider,
    ConfigurationError,
    OAuthCredentialsProvider,
    StaticCredentialsProvider,
)

BOUND_SECONDS = 30


def driven_by_another_library(coroutine):
    """What it returns without an event loop of asyncio, up to its first wait."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise AssertionError("It waits for something.")


def refused(provider) -> None:
    with pytest.raises(ConfigurationError, match=r"needs an event loop of asyncio.*on a thread"):
        driven_by_another_library(provider.get_token_async())


def test_without_a_token_at_hand_asyncio_is_asked_for(threaded, source):
    """No request is sent for a caller who can't wait for it."""
    provider = OAuthCredentialsProvider(source)
    refused(provider)
    assert provider._keeper.request is None
    assert threaded.endpoint.requests == []


def test_with_a_token_at_hand_the_first_call_says_so_too(threaded, source):
    """Otherwise the error would come an hour later, when the first token has expired."""
    provider = OAuthCredentialsProvider(source)
    token = provider.get_token(timeout=BOUND_SECONDS)
    refused(provider)
    refused(provider)
    assert provider.get_token() is token


def test_a_provider_that_was_awaited_by_asyncio_refuses_others_that_would_wait(threaded, source):
    """A cached token is returned to any caller then, at no cost to asyncio's callers."""
    provider = OAuthCredentialsProvider(source)
    token = asyncio.run(provider.get_token_async(timeout=BOUND_SECONDS))
    assert driven_by_another_library(provider.get_token_async()) is token
    threaded.time.advance(1000)
    refused(provider)


@pytest.mark.parametrize(
    "provider", [StaticCredentialsProvider("token"), BasicCredentialsProvider("me", "secret")]
)
def test_what_never_waits_works_with_any_library(provider):
    """A fixed token is available to any caller."""
    assert driven_by_another_library(provider.get_token_async()) is provider.get_token()


def test_closing_works_with_any_library(threaded, source):
    """Closing doesn't wait."""
    provider = OAuthCredentialsProvider(source)
    driven_by_another_library(provider.aclose())
    assert driven_by_another_library(provider.__aenter__()) is provider

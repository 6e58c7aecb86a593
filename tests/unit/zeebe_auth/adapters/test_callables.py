"""A provider as a function that returns the token, and as a source of headers."""

from __future__ import annotations

import asyncio
import pickle

import pytest

import zeebe_auth
from zeebe_auth import (
    AnonymousCredentialsProvider,
    BasicCredentialsProvider,
    HeadersProvider,
    InvalidClientError,
    OAuthCredentialsProvider,
    StaticCredentialsProvider,
    token_callable,
)


def test_a_function_that_returns_the_bare_token():
    """A str, without "Bearer", sync and async."""
    provider = StaticCredentialsProvider("t0ken")
    assert token_callable(provider)() == "t0ken"
    assert asyncio.run(token_callable(provider, is_async=True)()) == "t0ken"


def test_each_call_gives_the_token_of_now(drivers, source):
    """After a refresh it is the new one."""
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    token = token_callable(provider)
    assert token() == "token-1"
    drivers.advance(600)
    assert token() == "token-2"


def test_errors_are_the_providers_own():
    """Nothing is wrapped."""

    class Refused:
        def get_token(self):
            raise InvalidClientError("no")

    with pytest.raises(InvalidClientError):
        token_callable(Refused())()
    with pytest.raises(InvalidClientError):
        asyncio.run(token_callable(Refused(), is_async=True)())
    with pytest.raises(InvalidClientError):
        HeadersProvider(Refused()).get_headers()
    with pytest.raises(InvalidClientError):
        asyncio.run(HeadersProvider(Refused()).aget_headers())


def test_headers():
    """The ready authorization, Basic too; nothing where none is wanted."""
    basic = HeadersProvider(BasicCredentialsProvider("demo", "demo"))
    assert basic.get_headers() == {"Authorization": "Basic ZGVtbzpkZW1v"}
    assert asyncio.run(basic.aget_headers()) == basic.get_headers()
    for nothing in (None, AnonymousCredentialsProvider()):
        assert HeadersProvider(nothing).get_headers() == {}
        assert asyncio.run(HeadersProvider(nothing).aget_headers()) == {}


def test_closing_it_leaves_the_provider_open(drivers, source):
    """The SDK closes what it is given, and others use the provider."""
    provider = OAuthCredentialsProvider(source)
    drivers.ask(provider)
    headers = HeadersProvider(provider)
    headers.close()
    asyncio.run(headers.aclose())
    assert headers.get_headers() == {"Authorization": "Bearer token-1"}
    assert provider.get_token()


def test_its_texts_show_no_token():
    """It pickles if its provider does."""
    headers = HeadersProvider(StaticCredentialsProvider("t0ken"))
    assert repr(headers) == "HeadersProvider(StaticCredentialsProvider)"
    assert pickle.loads(pickle.dumps(HeadersProvider(None))).get_headers() == {}


@pytest.mark.parametrize("wrong", ["t0ken", object(), StaticCredentialsProvider])
def test_what_is_no_provider(wrong):
    """It is refused at once."""
    for take in (token_callable, HeadersProvider):
        with pytest.raises(TypeError, match="credentials provider"):
            take(wrong)


def test_what_never_has_a_token():
    """An error now is better than one with each request."""
    with pytest.raises(TypeError, match="never has a token"):
        token_callable(AnonymousCredentialsProvider())
    with pytest.raises(TypeError, match="HeadersProvider"):
        HeadersProvider(HeadersProvider(None))
    assert zeebe_auth.HeadersProvider.__module__ == "zeebe_auth"

"""Providers whose authorization never changes: Basic, and a token that somebody else obtained."""

from __future__ import annotations

import asyncio
import base64
import pickle

import pytest

from zeebe_auth import (
    AccessToken,
    AnonymousCredentialsProvider,
    BasicCredentialsProvider,
    ConfigurationError,
    Secret,
    StaticCredentialsProvider,
)
from zeebe_auth.adapters import TokenAccess, access_to
from zeebe_auth.testing import check_provider

PASSWORD = "pä:ss wörd"


def test_basic_joins_name_and_password_in_utf_8():
    """RFC 7617 is followed, also with a colon in the password."""
    provider = BasicCredentialsProvider("demo", Secret(PASSWORD))
    scheme, _, value = provider.get_token().authorization.partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(value).decode() == f"demo:{PASSWORD}"
    assert BasicCredentialsProvider("demo", PASSWORD).get_token() == provider.get_token()


@pytest.mark.parametrize("username", ["", "a:b", "a\nb"])
def test_a_user_name_that_basic_cannot_carry_is_refused(username):
    """The error has the reason, and no password."""
    with pytest.raises(ConfigurationError, match="colon") as failure:
        BasicCredentialsProvider(username, PASSWORD)
    assert PASSWORD not in str(failure.value)


def test_nothing_of_a_password_is_shown_or_pickled():
    """It is neither in repr nor in the report; pickling is refused with advice."""
    provider = BasicCredentialsProvider("demo", PASSWORD)
    encoded = provider.get_token().value.reveal()
    for text in (repr(provider), str(provider.explain()), repr(provider.explain())):
        assert PASSWORD not in text
        assert encoded not in text
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(provider)


def test_a_static_token_is_handed_out_as_it_is():
    """Every method returns it, refused or not."""
    token = AccessToken(Secret("t"), expires_at=5.0)
    with StaticCredentialsProvider(token, origin="test") as provider:
        provider.invalidate(token)
        assert provider.get_token(timeout=1) is token
        assert provider.current_token() is token
        assert asyncio.run(provider.get_token_async()) is token
        assert provider.explain().token_state == "expired"
        assert provider.explain().origin == "test"


def test_a_bare_secret_is_a_bearer_token():
    """What is not valid in an HTTP header is refused without being shown."""
    provider = StaticCredentialsProvider(Secret("t"))
    assert provider.get_token().authorization == "Bearer t"
    assert provider.explain().token_state == "never expires"
    with pytest.raises(ConfigurationError, match="unusable") as failure:
        StaticCredentialsProvider(Secret("hunter 2"))
    assert "hunter" not in str(failure.value)


def test_the_anonymous_provider_has_no_token():
    """Each way to request one is an error that says so; the other methods work."""
    with AnonymousCredentialsProvider(origin="profile local") as provider:
        with pytest.raises(ConfigurationError, match=r"profile local .*no authorization"):
            provider.get_token(timeout=1)
        with pytest.raises(ConfigurationError, match="profile local"):
            asyncio.run(provider.get_token_async())
        assert provider.current_token() is None
        provider.invalidate(AccessToken("t"), accepted=True)
        assert "No authorization is sent" in str(provider.explain())
    assert pickle.loads(pickle.dumps(provider)).explain() == provider.explain()
    with pytest.raises(TypeError, match="origin"):
        AnonymousCredentialsProvider(origin=5)


class Subclass(AnonymousCredentialsProvider):
    """A user's own subclass."""


@pytest.mark.parametrize(
    "provider", [None, AnonymousCredentialsProvider(), Subclass()], ids=["None", "ours", "subclass"]
)
def test_adapters_know_it_by_its_class(provider):
    """It is treated like None; any other provider has an access."""
    assert access_to(provider) is None
    other = StaticCredentialsProvider("t")
    assert access_to(other) is TokenAccess.of(other)
    with pytest.raises(TypeError, match="credentials provider"):
        access_to(object())


def test_both_pass_the_conformance_checks():
    """Our own providers pass the checks for those of others."""
    check_provider(lambda: StaticCredentialsProvider(Secret("a-token-of-some-length")))
    check_provider(lambda: BasicCredentialsProvider("demo", PASSWORD))


def test_async_with_closes():
    """Both kinds of context manager work."""

    async def use() -> str:
        async with StaticCredentialsProvider(Secret("t")) as provider:
            return (await provider.get_token_async()).authorization

    assert asyncio.run(use()) == "Bearer t"


@pytest.mark.parametrize("value", ["no-base64!", "bm9jb2xvbg==", "OnBhc3M=", "/zpwYXNz", "Cjp4"])
def test_a_basic_token_of_another_form_shows_no_identity(value) -> None:
    """A token may contain anything; nothing of it is shown, and nothing is raised."""
    provider = StaticCredentialsProvider(AccessToken(Secret(value), "Basic"))
    assert provider.explain().identity is None

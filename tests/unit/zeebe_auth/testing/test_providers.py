"""A provider that keeps its promises passes the checks; each broken promise is named."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from zeebe_auth.provider.fixed import BasicCredentialsProvider, StaticCredentialsProvider
from zeebe_auth.secret import Secret
from zeebe_auth.testing import (
    ConformanceError,
    CredentialsProviderConformance,
    check_provider,
    provider_checks,
    providers,
)
from zeebe_auth.token import AccessToken

TOKEN = AccessToken(Secret("t0ken-value"), "Bearer", 1.0)


class TestStaticCredentialsProvider(CredentialsProviderConformance):
    """A fixed token keeps a provider's promises."""

    def make_provider(self):
        return StaticCredentialsProvider(TOKEN)


class TestBasicCredentialsProvider(CredentialsProviderConformance):
    """Basic authentication keeps a provider's promises."""

    def make_provider(self):
        return BasicCredentialsProvider("demo", Secret("demo"))


class Fixed:
    token = TOKEN

    def get_token(self):
        return self.token


class GivesTexts(Fixed):
    token = "Bearer me"


class GivesExpiredTokens(Fixed):
    token = AccessToken(Secret("old"), "Bearer", 1.0, 2.0)


class PrintsItsToken(Fixed):
    def __repr__(self):
        return "Fixed(t0ken-value)"


class PicklesItsToken(Fixed):
    def __init__(self):
        self.header = "Bearer t0ken-value"


class KnowsNothing(Fixed):
    def current_token(self):
        return None


class ForgetsAnything(Fixed):
    known = True

    def current_token(self):
        return self.token if self.known else None

    def get_token(self):
        self.known = True
        return self.token

    def invalidate(self, token):
        self.known = False


class ForgetsAnythingThatWasAccepted(ForgetsAnything):
    def invalidate(self, token, *, accepted=False):
        self.known = self.known and not accepted and token is not self.token


class SlowMachine(Fixed):
    """Gives tokens of five seconds, and each clock reading of a check comes ten seconds later."""

    now = 1000.0
    expires_at = 0.0

    def time(self):
        self.now += 10
        return self.now

    def get_token(self):
        self.expires_at = self.now + 5
        return AccessToken(Secret("short-lived"), "Bearer", self.now, self.expires_at)

    async def get_token_async(self, *, timeout=None):
        return self.get_token()

    def current_token(self):
        # It has ended meanwhile.
        return None

    def invalidate(self, token):
        pass


class IsTiedToOneLoop(Fixed):
    loop = None

    async def get_token_async(self, *, timeout=None):
        import asyncio

        loop = asyncio.get_running_loop()
        if self.loop not in {None, loop}:
            raise RuntimeError("attached to a different loop")
        self.loop = loop
        return self.token


@pytest.mark.parametrize(
    ("make_provider", "sentence"),
    [
        (GivesTexts, "gave a str, no AccessToken"),
        (GivesExpiredTokens, "expired already"),
        (PrintsItsToken, "prints its token"),
        (PicklesItsToken, "pickles its token"),
        (KnowsNothing, "current_token knows nothing"),
        (ForgetsAnything, "invalidate ignored which token it was given"),
        (
            ForgetsAnythingThatWasAccepted,
            "invalidate with accepted=True ignored which token it was given",
        ),
        (IsTiedToOneLoop, "serves_several_event_loops: it raised RuntimeError"),
    ],
)
def test_a_broken_promise_is_named(make_provider, sentence):
    """Each way for a provider to be wrong is caught, with a sentence that says what it broke."""
    with pytest.raises(ConformanceError, match=sentence):
        check_provider(make_provider)


def test_a_token_may_expire_while_a_slow_machine_looks_at_it(monkeypatch):
    """A token has to be usable when it is returned, not when the check reads it."""
    provider = SlowMachine()
    monkeypatch.setattr(providers, "time", SimpleNamespace(time=provider.time))

    check_provider(lambda: provider)


def test_a_provider_needs_one_method():
    """get_token alone makes a provider; nothing else is required."""
    names = [check.name for check in provider_checks(Fixed)]

    check_provider(Fixed)
    assert "tells_its_current_token" not in names

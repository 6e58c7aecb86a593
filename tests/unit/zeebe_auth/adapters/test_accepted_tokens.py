"""Which tokens a channel remembers, and which providers hear of them."""

from __future__ import annotations

import functools
from unittest import mock

import pytest

from zeebe_auth import AccessToken, Secret, StaticCredentialsProvider
from zeebe_auth.adapters import (
    AcceptedTokens,
    AttemptEnded,
    Step,
    TokenAccess,
    attempts,
    token_access,
)

ONE, TWO, THREE = (AccessToken(Secret(text)) for text in ("one", "two", "three"))


class Plain:
    def __init__(self):
        self.told = []

    def get_token(self):
        return ONE


class Unpaced(Plain):
    def invalidate(self, token):
        self.told.append((token, None))


class Paced(Plain):
    def invalidate(self, token, *, accepted=False):
        self.told.append((token, accepted))


class ByPosition(Plain):
    def invalidate(self, token, accepted=False):
        self.told.append((token, accepted))


class HandsOn(Plain):
    """A wrapper around a foreign provider, whose `invalidate` takes the token alone."""

    def invalidate(self, *args, **kwargs):
        Unpaced.invalidate(self, *args, **kwargs)


def traced(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


class Traced(Plain):
    @traced
    def invalidate(self, token, *, accepted=False):
        self.told.append((token, accepted))


def test_the_last_two_are_remembered():
    """A long call with the previous token may be answered after a short one with the new."""
    accepted = AcceptedTokens()
    assert ONE not in accepted
    accepted.add(ONE)
    accepted.add(TWO)
    accepted.add(ONE)
    assert accepted.last is ONE
    assert ONE in accepted
    assert TWO in accepted
    accepted.add(THREE)
    assert TWO not in accepted


def test_the_same_token_as_another_object_is_the_same():
    """Tokens are compared as they are sent, the type in front of them included."""
    accepted = AcceptedTokens()
    accepted.add(ONE)
    assert AccessToken(Secret("one"), issued_at=5.0) in accepted
    assert AccessToken(Secret("one"), "DPoP") not in accepted


@pytest.mark.parametrize(
    ("make_provider", "told"),
    [(Unpaced, None), (Paced, True), (ByPosition, True), (HandsOn, None), (Traced, True)],
)
def test_only_a_provider_that_names_the_keyword_is_told(make_provider, told):
    """Any other is called with the token alone: no invalidate fails because of a new argument."""
    provider = make_provider()
    access = TokenAccess(provider)
    access.invalidate(ONE, accepted=True)
    access.invalidate(TWO)
    assert provider.told == [(ONE, told), (TWO, None if told is None else False)]


def test_a_mock_is_called_with_the_token_alone():
    """A mock accepts any argument, so users' assertions about its calls stay true."""
    provider = mock.Mock()
    TokenAccess(provider).invalidate(ONE, accepted=True)
    provider.invalidate.assert_called_once_with(ONE)


def test_the_signature_is_looked_at_once(monkeypatch):
    """It is inspected when the access is made, and not for each refusal."""
    access = TokenAccess(Paced())
    monkeypatch.setattr(token_access, "takes_keyword", None)
    access.invalidate(ONE, accepted=True)
    assert access.provider.told == [(ONE, True)]


def test_a_fixed_provider_takes_it():
    """It accepts the keyword and keeps its only token."""
    provider = StaticCredentialsProvider(ONE)
    TokenAccess(provider).invalidate(ONE, accepted=True)
    assert provider.get_token() is ONE


def test_each_attempt_tells_of_its_own_token():
    """The first token had been accepted, its successor never."""
    provider = Paced()
    steps = attempts(TokenAccess(provider), ONE)
    next(steps)
    assert steps.send(AttemptEnded(refused=True, accepted=True)) is Step.ASK
    steps.send(TWO)
    steps.send(AttemptEnded(refused=True))
    assert provider.told == [(ONE, True), (TWO, False)]

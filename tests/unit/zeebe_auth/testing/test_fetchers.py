"""A fetcher that keeps its promises passes the checks; each broken promise is named."""

from __future__ import annotations

import itertools
import time

import pytest

from zeebe_auth import AccessToken, Secret, TokenKey
from zeebe_auth.testing import (
    ConformanceError,
    TokenFetcherConformance,
    check_fetcher,
    fetcher_checks,
)

_numbers = itertools.count()


class Honest:
    """All that a fetcher may have."""

    def identity(self):
        return TokenKey.for_identity("honest")

    def fetch(self, *, timeout, rejected=None):
        now = time.time()
        return AccessToken(f"t0ken-{next(_numbers)}", issued_at=now, expires_at=now + 60)

    def look_again_at(self, token):
        return token.expires_at

    def proof(self):
        return Secret("s3cr3t")


class TestHonest(TokenFetcherConformance):
    """It keeps each promise."""

    def make_fetcher(self):
        return Honest()


class AnotherIdentityEachTime(Honest):
    def identity(self):
        return TokenKey.for_identity("honest", str(next(_numbers)))


class IdentityIsAText(Honest):
    def identity(self):
        return "me"


class GivesTexts(Honest):
    def fetch(self, *, timeout, rejected=None):
        return "t0ken"


class GivesExpiredTokens(Honest):
    def fetch(self, *, timeout, rejected=None):
        return AccessToken("t0ken", issued_at=1.0, expires_at=2.0)


class ForgetsWhenItAsked(Honest):
    def fetch(self, *, timeout, rejected=None):
        return AccessToken("t0ken", expires_at=time.time() + 60)


class PrintsItsProof(Honest):
    def __repr__(self):
        return "PrintsItsProof('s3cr3t')"


class ProofIsAText(Honest):
    def proof(self):
        return "s3cr3t"


class AnotherProofEachTime(Honest):
    def proof(self):
        return Secret(f"s3cr3t-{next(_numbers)}")


class LooksAgainAtNoTime(Honest):
    def look_again_at(self, token):
        return "soon"


class IgnoresTheLimit(Honest):
    def fetch(self):
        raise NotImplementedError


class GivesNothingAfterARefusal(Honest):
    def fetch(self, *, timeout, rejected=None):
        return super().fetch(timeout=timeout) if rejected is None else None


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (AnotherIdentityEachTime, "another key each time"),
        (IdentityIsAText, r"identity\(\) gave a str, no TokenKey"),
        (GivesTexts, r"fetch\(\) gave a str, no AccessToken"),
        (GivesExpiredTokens, "expired already"),
        (ForgetsWhenItAsked, "without issued_at"),
        (PrintsItsProof, "prints a secret"),
        (ProofIsAText, "shows_no_secret|gave a str instead of a Secret"),
        (AnotherProofEachTime, "another secret each time"),
        (LooksAgainAtNoTime, "neither a finite number"),
        (IgnoresTheLimit, "raised TypeError"),
        (GivesNothingAfterARefusal, "gave a NoneType"),
    ],
)
def test_a_broken_promise_is_named(broken, says):
    """The sentence says which promise and how."""
    with pytest.raises(ConformanceError, match=says):
        check_fetcher(broken)


def test_only_what_it_has_is_listed():
    """A fetcher with the two required methods has the five checks of those."""

    class Plain:
        def identity(self):
            return TokenKey.for_identity("plain")

        def fetch(self, *, timeout):
            return AccessToken("t0ken")

    assert len(fetcher_checks(Plain)) == 5
    assert len(fetcher_checks(Honest)) == 8

"""A source that keeps its promises passes the checks; each broken promise is named."""

from __future__ import annotations

import itertools

import pytest

from zeebe_auth.credentials.authentication import ClientSecret
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import ConfigurationError, CredentialsUnavailable
from zeebe_auth.finding import Finding
from zeebe_auth.secret import Secret
from zeebe_auth.testing import (
    ConformanceError,
    CredentialSourceConformance,
    check_source,
    source_checks,
)


def credentials(client_id="me", origin="the vault"):
    return ClientCredentials(
        client_id=client_id,
        authentication=ClientSecret(Secret("s3cret-value")),
        token_url="https://id.example/token",
        origin=origin,
    )


class Vault:
    def load(self):
        return credentials()

    def explain(self):
        return [Finding("vault", "chosen")]


class EmptyVault:
    def load(self):
        raise CredentialsUnavailable("The vault is empty. Put something in.")


class TestVault(CredentialSourceConformance):
    """The pytest class runs every check of a source that keeps its promises."""

    def make_source(self):
        return Vault()

    def make_empty_source(self):
        return EmptyVault()


class GivesTexts(Vault):
    def load(self):
        return {"client_id": "me"}


class HidesItsOrigin(Vault):
    def load(self):
        return credentials(origin="code")


class ChangesItsMind(Vault):
    counter = itertools.count()

    def load(self):
        return credentials(f"me-{next(self.counter)}")


class PrintsItsSecret(Vault):
    def __repr__(self):
        return "PrintsItsSecret('s3cret-value')"


class PicklesItsSecret(Vault):
    def __init__(self):
        self.secret = "s3cret-value"


class ExplainsItsSecret(Vault):
    def explain(self):
        return [Finding("vault", "chosen", "it said s3cret-value")]


class ExplainsInWords(Vault):
    def explain(self):
        return ["it was in the vault"]


class GivesNothing(Vault):
    def load(self):
        return None


class EndsTheChain(Vault):
    def load(self):
        raise ConfigurationError("empty")


class SaysNothing(Vault):
    def load(self):
        raise CredentialsUnavailable("")


@pytest.mark.parametrize(
    ("make_source", "sentence"),
    [
        (GivesTexts, "load gave a dict, no ClientCredentials"),
        (HidesItsOrigin, "don't say where they come from"),
        (ChangesItsMind, "gave other credentials"),
        (PrintsItsSecret, "prints its secret"),
        (PicklesItsSecret, "pickles its secret"),
        (ExplainsItsSecret, r"explain\(\) shows the secret"),
        (ExplainsInWords, "no Finding"),
        (EndsTheChain, "gives_whole_credentials: it raised ConfigurationError"),
    ],
)
def test_a_broken_promise_is_named(make_source, sentence):
    """Each way for a source to be wrong is caught, with a sentence that says what it broke."""
    with pytest.raises(ConformanceError, match=sentence):
        check_source(make_source)


@pytest.mark.parametrize(
    ("make_empty", "sentence"),
    [
        (GivesNothing, "gave something instead of CredentialsUnavailable"),
        (EndsTheChain, "raised ConfigurationError, which ends a chain"),
        (SaysNothing, "CredentialsUnavailable says nothing"),
    ],
)
def test_having_nothing_is_said_in_one_way(make_empty, sentence):
    """A source with nothing to offer must let a chain continue."""
    with pytest.raises(ConformanceError, match=sentence):
        check_source(Vault, make_empty)


def test_only_what_a_source_has_is_asked_for():
    """Without explain() and without an empty variant there are only the checks of load()."""
    names = [check.name for check in source_checks(EmptyVault)]

    assert "explains_without_a_secret" not in names
    assert "says_that_it_has_nothing" not in names

"""A value of the wrong type is refused where it is passed, with what to pass instead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import zeebe_grpc
from zeebe_auth import (
    AccessToken,
    ChainSource,
    ClientCertificate,
    ClientCredentials,
    ConfigFileSource,
    EnvSource,
    FileStore,
    MemoryStore,
    OAuthCredentialsProvider,
    Profile,
    RefreshPolicy,
    StaticCredentialsProvider,
    TokenTransport,
    default_provider,
    load_profile,
)
from zeebe_auth.adapters import TokenAccess

CANARY = "hunter2-must-not-be-shown"
URL = "https://login.example/token"
PROFILE = Profile(EnvSource({}), {}, "here")


def credentials(**given):
    return ClientCredentials(client_id="me", client_secret=CANARY, token_url=URL, **given)


class AzureCredential:
    """A credential in the form of azure-identity's: azure.core.credentials.TokenCredential."""

    def get_token(self, *scopes: str, claims: str | None = None, **kwargs: object) -> object:
        raise ValueError('"get_token" requires at least one scope')


class AsyncAzureCredential:
    """A credential in the form of those in azure.identity.aio."""

    async def get_token(self, *scopes: str, **kwargs: object) -> object:
        raise ValueError('"get_token" requires at least one scope')


class GoogleCredential:
    """A credential in the form of google-auth's: google.auth.credentials.Credentials."""

    token = CANARY

    def refresh(self, request: object) -> None: ...

    def before_request(self, request: object, method: str, url: str, headers: object) -> None: ...


class Scoped:
    """A provider whose one scope has no default."""

    def get_token(self, scope: str) -> object:
        raise AssertionError


class AsyncSource:
    async def load(self) -> ClientCredentials:
        return credentials()


@pytest.mark.parametrize(
    "given", ["read write", " read  write\n", ("read", "write"), ["read", "write"]]
)
def test_scopes_are_one_or_several(given):
    """A str is split at its spaces, as in a request; it is never taken for its characters."""
    assert credentials(scopes=given).scopes == ("read", "write")
    made = ClientCredentials.for_dialect(
        "generic", client_id="me", client_secret=CANARY, token_url=URL, scopes=given
    )
    assert made.scopes == ("read", "write")


@pytest.mark.parametrize("given", ["https://api.example", ("https://api.example",)])
def test_resources_are_one_or_several(given):
    """A str is one resource, also where a dialect turns it into a scope."""
    assert credentials(resources=given).resources == ("https://api.example",)
    made = ClientCredentials.for_dialect(
        "entra",
        client_id="me",
        client_secret=CANARY,
        issuer="https://login.microsoftonline.com/t/v2.0",
        resources=given,
    )
    assert made.scopes == ("https://api.example/.default",)


def dialect(**given):
    return ClientCredentials.for_dialect(
        "entra", client_id="me", client_secret=CANARY, token_url=URL, **given
    )


WRONG_VALUES = {
    "audience is a list": (lambda: credentials(audience=["a"]), "a str as the audience"),
    "audience of a dialect": (lambda: dialect(audience=["a"]), "a str as the audience"),
    "name of a dialect": (lambda: ClientCredentials.for_dialect(None), "a str as the dialect"),
    "scopes are a number": (lambda: credentials(scopes=5), "a str or a tuple"),
    "scopes are bytes": (lambda: credentials(scopes=b"read"), "a str or a tuple"),
    "a scope is a number": (lambda: credentials(scopes=(5,)), "strings alone"),
    "resources are a set": (lambda: credentials(resources={URL}), "a str or a tuple"),
    "variables are a name": (lambda: EnvSource("prod"), "a mapping of variables"),
    "profile is a path": (lambda: ConfigFileSource(Path("a.toml")), "a str as the profile"),
    "encryption is a switch": (lambda: FileStore(encryption=True), r"KeychainEncryption\(\)"),
    "ca is PEM": (
        lambda: TokenTransport(ca_certificate=f"-----BEGIN {CANARY}"),
        "InlineAuthorities",
    ),
    "ca is bytes": (lambda: TokenTransport(ca_certificate=b"ca.pem"), "path of a PEM file"),
    "more ca is bytes": (lambda: TokenTransport(additional_ca_certificate=b"a"), "path of a PEM"),
    "certificate is a path": (
        lambda: TokenTransport(client_certificate="client.pem"),
        r"ClientCertificate\.from_files",
    ),
    "name is a number": (lambda: load_profile(5), "the name of a profile"),
    "profile is a source": (lambda: default_provider(EnvSource()), r"OAuthCredentialsProvider\("),
    "connect to a provider": (
        lambda: zeebe_grpc.connect(StaticCredentialsProvider("t")),
        r"secure_channel\(target, provider\)",
    ),
    "aio.connect to a class": (
        lambda: zeebe_grpc.aio.connect(EnvSource),
        r"not the class EnvSource.*secure_channel\(target, provider\)",
    ),
}


@pytest.mark.parametrize("case", WRONG_VALUES)
def test_a_value_of_the_wrong_type_is_refused(case):
    """A TypeError says what to pass, and quotes nothing."""
    make, message = WRONG_VALUES[case]
    with pytest.raises(TypeError, match=message) as caught:
        make()
    assert CANARY not in str(caught.value)


WRONG_SOURCES = {
    "nothing": (None, r"ClientCredentials\(…\), EnvSource\(\).*not NoneType"),
    "a profile": (PROFILE, r"default_provider\(profile\)"),
    "a name": ("prod", r"default_provider\(profile\)"),
    "a class": (EnvSource, r"EnvSource\(…\), with parentheses"),
    "a store": (MemoryStore(), "not MemoryStore"),
    "async": (AsyncSource(), r"AsyncSource\.load is async"),
}


@pytest.mark.parametrize("case", WRONG_SOURCES)
def test_what_is_no_source_is_refused(case):
    """The provider refuses it, and so does a chain of sources."""
    given, message = WRONG_SOURCES[case]
    for take in (OAuthCredentialsProvider, lambda it: ChainSource(EnvSource(), it)):
        with pytest.raises(TypeError, match=message):
            take(given)


WRONG_PARTS = {
    "store is a name": ({"store": "file"}, r"FileStore\(\), MemoryStore\(\).*not str"),
    "store is a class": ({"store": FileStore}, r"FileStore\(…\), with parentheses"),
    "store is a source": ({"store": EnvSource()}, "not EnvSource"),
    "policy is a number": ({"policy": 60}, r"RefreshPolicy\(…\)"),
    "policy is a class": ({"policy": RefreshPolicy}, "not the class RefreshPolicy"),
    "transport is a proxy": ({"transport": "http://proxy"}, r"TokenTransport\(…\)"),
    "hook is a list": ({"on_event": [print]}, "a function that takes an Event"),
}


@pytest.mark.parametrize("case", WRONG_PARTS)
def test_a_part_of_the_wrong_type_is_refused(case):
    """It is refused when the provider is made, not at the first token."""
    given, message = WRONG_PARTS[case]
    with pytest.raises(TypeError, match=message):
        OAuthCredentialsProvider(credentials(), **given)


WRONG_PROVIDERS = {
    "azure": (AzureCredential(), r"azure-identity.*Pass zeebe_auth\.adopt\("),
    "async azure": (AsyncAzureCredential(), r"azure-identity.*Pass zeebe_auth\.adopt\("),
    "scoped": (Scoped(), "wants arguments"),
    "google": (GoogleCredential(), r"not GoogleCredential\. Pass zeebe_auth\.adopt\("),
    "credentials": (credentials(), r"OAuthCredentialsProvider\(source\)"),
    "a source": (EnvSource(), r"OAuthCredentialsProvider\(source\)"),
    "a profile": (PROFILE, r"default_provider\(profile\)"),
    "a token": (AccessToken(CANARY), r"StaticCredentialsProvider\(token\)"),
    "a str": (CANARY, r"StaticCredentialsProvider\(token\)"),
    "a class": (StaticCredentialsProvider, r"StaticCredentialsProvider\(…\), with parentheses"),
    "something else": (5, "not int"),
}

TARGET = "gateway.example:443"


def channel_takers() -> Sequence[object]:
    import grpc

    return (
        TokenAccess.of,
        lambda it: zeebe_grpc.secure_channel(TARGET, it),
        lambda it: zeebe_grpc.insecure_channel("localhost:26500", it),
        lambda it: zeebe_grpc.aio.secure_channel(TARGET, it),
        lambda it: zeebe_grpc.aio.insecure_channel("localhost:26500", it),
        lambda it: zeebe_grpc.authorize(grpc.insecure_channel(TARGET), it, allow_plaintext=False),
        lambda it: zeebe_grpc.authorize(grpc.insecure_channel(TARGET), it, allow_plaintext=True),
        zeebe_grpc.call_credentials,
        zeebe_grpc.channel_credentials,
    )


@pytest.mark.parametrize("case", WRONG_PROVIDERS)
def test_what_is_no_provider_is_refused(case):
    """Every function that takes a provider refuses it before any call."""
    given, message = WRONG_PROVIDERS[case]
    for take in channel_takers():
        with pytest.raises(TypeError, match=message) as caught:
            take(given)
        assert CANARY not in str(caught.value)


def test_any_signature_that_can_be_called_without_arguments_is_taken():
    """A generic wrapper is accepted, since its signature doesn't show what it needs."""

    class Wrapped:
        def get_token(self, *args: object, **kwargs: object) -> AccessToken:
            return AccessToken("t")

    assert TokenAccess.of(Wrapped()).wait(5).value.reveal() == "t"


@pytest.mark.parametrize("kind", [str, Path])
def test_a_ca_file_is_named_by_a_str_or_a_path(kind):
    """The transports are equal."""
    for name in ("ca_certificate", "additional_ca_certificate"):
        made = TokenTransport(**{name: kind("ca.pem")})
        assert made == TokenTransport(**{name: Path("ca.pem")})
        assert getattr(made, name) == Path("ca.pem")


def test_a_client_certificate_is_taken():
    """A value of the right type is accepted."""
    certificate = ClientCertificate(Path("client.pem"), None, "ab" * 32, "tls_client_auth")
    assert TokenTransport(client_certificate=certificate).client_certificate is certificate


@pytest.mark.parametrize("name", ["allow_plaintext", "allow_named_plaintext"])
def test_a_switch_for_plaintext_is_true_or_false(name):
    """The word "no" would count as yes, and the secret would travel unencrypted."""
    with pytest.raises(TypeError, match=f"True or False as the {name} of TokenTransport"):
        TokenTransport(**{name: "no"})

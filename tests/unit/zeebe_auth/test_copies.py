"""Each public value, source, store and provider can be copied; one with a literal secret isn't
pickled."""

from __future__ import annotations

import copy
import inspect
import pickle
from pathlib import Path

import pytest

import zeebe_auth as za

_CREDENTIALS = za.ClientCredentials(
    client_id="a", authentication=za.ClientSecret("s3cr3t"), token_url="https://login.example/t"
)
_PEM = "-----BEGIN PRIVATE KEY-----"
_WARNINGS = [za.PlaintextWarning, za.SecretsExposedWarning]
_ERRORS = [
    za.AuthError, za.ConfigurationError, za.CredentialsUnavailable, za.InvalidClientError,
    za.RateLimitedError, za.ShortLivedTokenError, za.StoreError, za.TokenEndpointError,
    za.TokenEndpointUnreachable, za.TokenResponseError, za.TokenTimeout,
]  # fmt: skip


def _following(token: str) -> za.Following:
    """One that is closed: an open one keeps a thread of ours alive."""
    following = za.follow(za.StaticCredentialsProvider(token), len)
    following.close()
    return following


# What can be pickled, and what can't since it has a literal secret.
_PICKLED = [
    za.AnonymousCredentialsProvider(),
    za.AssertionFile(Path("/jwt")),
    za.AssertionFunction(len, "me", "jwt-spiffe"),
    za.AssertionSigner(len, "ES256", "key-1"),
    za.ChainSource(za.EnvSource(), za.KeyringSource("a")),
    za.ClientCertificate(Path("/c.pem"), Path("/c.key"), "ab" * 32),
    za.CommandSource(["helper", "--json"]),
    za.CommandTokenFetcher(["helper", "--json"], "json"),
    za.ConfigFileSource("a", "/config.toml"),
    za.EnvFileSource("/file"),
    za.EnvSource(),
    za.EnvSource(prefix="BILLING"),
    za.Event(za.EventKind.REFUSED, "label", 1.0),
    za.EventKind.REFUSED,
    za.Explanation(problem="None."),
    za.FileStore("/tokens", encryption=za.KeychainEncryption()),
    za.FetchingCredentialsProvider(za.CommandTokenFetcher(["helper"]), store=za.MemoryStore(7)),
    za.Finding("subject", "chosen", "Because."),
    za.HeadersProvider(None),
    za.Httpx2Auth(None),
    za.HttpxAuth(None, header="x-api-key", origins="https://a.example"),
    za.RequestsAuth(None),
    za.KeychainEncryption(),
    za.KeyringSource("a"),
    za.KeyringStore(),
    za.MemoryStore(7),
    za.OAuthCredentialsProvider(za.EnvSource(), store=za.FileStore("/tokens")),
    za.Profile(za.EnvSource(), {"address": "a"}, "environment"),
    za.Public(),
    za.RefreshPolicy(),
    za.Refusal.of(_CREDENTIALS, until=1.0, kind="refused"),
    za.SecretsDirectorySource("/secrets"),
    za.SubjectToken(Path("/jwt")),
    za.ActorToken(Path("/jwt")),
    za.PrivateKey(Path("/key.pem")),
    za.JwtBearerGrant(za.PrivateKey(Path("/key.pem")), subject="ann", claims={"a": ["b"]}),
    za.TokenKey.of(_CREDENTIALS),
    za.TokenTransport(ca_certificate=Path("/ca.pem")),
    *(kind("What, why, and what to do.") for kind in (*_ERRORS, *_WARNINGS)),
]
_KEPT_HERE = [
    za.AccessToken("s3cr3t"),
    za.ActorToken(za.Secret("s3cr3t")),
    za.BasicCredentialsProvider("ann", "s3cr3t"),
    za.CertificatePair(b"chain", b"s3cr3t", "ab" * 32, 1.0),
    _CREDENTIALS,
    za.ClientSecret("s3cr3t"),
    za.EnvSource({"ZEEBE_CLIENT_SECRET": "s3cr3t"}),
    _following("s3cr3t"),
    za.OAuthCredentialsProvider(_CREDENTIALS),
    za.PrivateKey(_PEM),
    za.JwtBearerGrant(za.PrivateKey(_PEM)),
    za.Secret("s3cr3t"),
    za.StaticCredentialsProvider("s3cr3t"),
    za.SubjectToken(za.Secret("s3cr3t")),
    za.TokenTransport(proxy="http://ann:s3cr3t@proxy.example:8080"),
]
_IDS = {"ids": lambda value: repr(value)[:40] if not isinstance(value, bytes) else None}


def test_none_is_forgotten():
    """Each public class that isn't a protocol is tested."""
    classes = {
        each
        for name in za.__all__
        if inspect.isclass(each := getattr(za, name)) and not getattr(each, "_is_protocol", False)
    }
    tested = {type(each) for each in (*_PICKLED, *_KEPT_HERE)}
    # Adapters for httpx derive from its class as well, when they are made.
    assert classes <= {base for each in tested for base in each.__mro__}
    assert all(any(issubclass(each, kind) for kind in classes) for each in tested)


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("value", [*_PICKLED, *_KEPT_HERE], **_IDS)
def test_it_is_copied(value, make):
    """`copy` and `deepcopy` return an equal object, as do copies of what it is a part of."""
    _says_the_same(make(value), value)
    _says_the_same(make({"part": value})["part"], value)


@pytest.mark.parametrize("value", _PICKLED, **_IDS)
def test_it_is_pickled(value):
    """It can be sent to another process and is equal there."""
    _says_the_same(pickle.loads(pickle.dumps(value)), value)


@pytest.mark.parametrize("value", _KEPT_HERE, **_IDS)
def test_it_is_not_pickled(value):
    """A literal secret doesn't leave the process, and the error says what to do instead."""
    with pytest.raises(TypeError, match="not pickled") as caught:
        pickle.dumps(value)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy])
def test_a_copied_provider_gives_the_same_authorization(make):
    """A user's subclass keeps what it added, too."""

    class Own(za.BasicCredentialsProvider):
        pass

    own = Own("ann", "s3cr3t")
    own.labels = ["a"]
    twin = make(own)
    assert type(twin) is Own
    assert twin.get_token() == own.get_token()
    assert twin.labels == ["a"]


def _says_the_same(twin, value):
    assert type(twin) is type(value)
    assert repr(twin) == repr(value)
    if type(value).__eq__ is not object.__eq__:
        assert twin == value

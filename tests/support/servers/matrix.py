"""Every way to authenticate, in every situation, as credentials for any of the servers."""

from __future__ import annotations

import enum
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from joserfc import jwt
from joserfc.jwk import RSAKey

from servers.authorization_server import (
    BASIC,
    BASIC_PLAIN,
    CERTIFICATE,
    EXCHANGE,
    KEY,
    POST,
    PUBLIC,
    SECRET_JWT,
    SELF_SIGNED,
    AuthorizationServer,
)
from servers.identity import KEY_PASSWORD, PLAIN_SECRET, SECRET, WRONG_SECRET, Identity
from zeebe_auth import (
    AssertionFile,
    Authentication,
    ClientCertificate,
    ClientCredentials,
    ClientSecret,
    OAuthCredentialsProvider,
    PrivateKey,
    Public,
    Secret,
    SubjectToken,
    TokenTransport,
)

__all__ = ["CASES", "FORMATS", "Case", "Fate", "Place"]

Format = Literal["form", "json"]
FORMATS: tuple[Format, ...] = ("form", "json")
_ASSERTION_SECONDS = 60


class Fate(enum.Enum):
    """What should come of a request."""

    TOKEN = "a token that is good at the gateway"
    CLIENT_REFUSED = "the client is refused"
    SCOPE_REFUSED = "the scope is refused, or the token doesn't have it"
    TARGET_REFUSED = "the audience is refused, or the token isn't for it"
    EXCHANGE_REFUSED = "the subject token is refused"


@dataclass(frozen=True)
class Place:
    """Where a case is played: a server, what its clients have, and a folder for files."""

    server: AuthorizationServer
    identity: Identity
    folder: Path

    def token_of(self, credentials: ClientCredentials) -> Secret:
        """A token for those credentials."""
        transport = TokenTransport(ca_certificate=self.server.ca_file)
        with OAuthCredentialsProvider(credentials, transport=transport) as provider:
            return provider.get_token(timeout=30).value

    def assertion_file(self, **changed: Any) -> Path:
        """A file with an assertion of the client `KEY`, its claims changed."""
        key = RSAKey.import_key(self.identity.private_key("rsa").read_bytes())
        now = int(time.time())
        claims = {
            "iss": KEY,
            "sub": KEY,
            "aud": self.assertion_audience,
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(16),
            **changed,
        }
        file = self.folder / f"assertion-{secrets.token_hex(8)}.jwt"
        file.write_text(jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, key))
        return file

    @property
    def assertion_audience(self) -> str:
        """Whom an assertion is for in the server's dialect."""
        by_dialect = ClientCredentials.for_dialect(
            self.server.dialect,
            client_id=KEY,
            authentication=PrivateKey(self.identity.private_key("rsa")),
            issuer=self.server.issuer,
        ).authentication
        assert isinstance(by_dialect, PrivateKey)
        for_issuer = by_dialect.audience == "issuer"
        return self.server.issuer if for_issuer else self.server.token_url


Authenticate = Callable[[Place], Authentication]


@dataclass(frozen=True)
class Case:
    """One request.

    Args:
        method: How the client authenticates, as servers name it.
        situation: What is right or wrong about it.
        client_id: Of one of the clients that servers know, or of none.
        authenticate: The proof.
        fate: What should come of it.
        changes: What else differs in the credentials.
        times: How often the same proof is sent; the last answer counts.
        feature: Which of the clients that servers know stands for what a server may lack.
    """

    method: str
    situation: str
    client_id: str
    authenticate: Authenticate
    fate: Fate = Fate.TOKEN
    changes: Callable[[Place], dict[str, Any]] = lambda _place: {}
    times: int = 1
    feature: str = ""

    def __str__(self) -> str:
        return f"{self.method}, {self.situation}"

    def lacking_at(self, server: AuthorizationServer) -> bool:
        """Whether the server can't do that at all."""
        return (self.feature or self.client_id) in server.lacks

    def credentials(self, place: Place, request_format: Format) -> ClientCredentials:
        """The credentials that ask."""
        server = place.server
        return ClientCredentials.for_dialect(
            server.dialect,
            **{
                "client_id": self.client_id,
                "authentication": self.authenticate(place),
                "token_url": server.token_url,
                "issuer": server.issuer,
                "scopes": server.scopes,
                "request_format": request_format,
                **server.target,
                **self.changes(place),
            },
        )


def _secret(method: Any, secret: str = SECRET) -> Authenticate:
    return lambda _place: ClientSecret(Secret(secret), method)


def _key(name: str, **how: Any) -> Authenticate:
    return lambda place: PrivateKey(place.identity.private_key(name), key_id=name, **how)


def _certificate(name: str, method: Any) -> Authenticate:
    return lambda place: ClientCertificate.from_files(
        place.identity.certificate(name), None, method
    )


def _assertion(**changed: Any) -> Authenticate:
    return lambda place: AssertionFile(place.assertion_file(**changed))


def _unknown_scope(_place: Place) -> dict[str, Any]:
    return {"scopes": ("no-such-scope",)}


def _unknown_target(place: Place) -> dict[str, Any]:
    return {"audience": None, "resources": (), **place.server.unknown_target}


def _with_subject_token(place: Place) -> dict[str, Any]:
    subject = Case("client_secret_post", "", POST, _secret("client_secret_post"))
    file = place.folder / f"subject-{secrets.token_hex(8)}.jwt"
    file.write_text(place.token_of(subject.credentials(place, "form")).reveal())
    return {"subject_token": SubjectToken(file)}


def _with_a_subject_token_of_nobody(place: Place) -> dict[str, Any]:
    file = place.folder / f"subject-{secrets.token_hex(8)}.jwt"
    file.write_text("bm9ib2R5.bm9ib2R5.bm9ib2R5")
    return {"subject_token": SubjectToken(file)}


def _of_each_method(
    method: str, client_id: str, right: Authenticate, of_nobody: Authenticate | None = None
) -> Iterator[Case]:
    """What can be right and wrong whatever the method is."""
    works = Case(method, "right", client_id, right)
    yield works
    yield replace(
        works,
        situation="unknown client",
        client_id="nobody",
        authenticate=of_nobody or right,
        fate=Fate.CLIENT_REFUSED,
        feature=client_id,
    )
    yield replace(works, situation="unknown scope", changes=_unknown_scope, fate=Fate.SCOPE_REFUSED)
    yield replace(
        works, situation="unknown audience", changes=_unknown_target, fate=Fate.TARGET_REFUSED
    )


def _cases() -> Iterator[Case]:
    plain = _secret("client_secret_basic", PLAIN_SECRET)
    for method, client_id in (
        ("client_secret_post", POST),
        ("client_secret_basic", BASIC),
        ("client_secret_jwt", SECRET_JWT),
    ):
        yield from _of_each_method(method, client_id, _secret(method))
        wrong = _secret(method, WRONG_SECRET)
        yield Case(method, "wrong secret", client_id, wrong, Fate.CLIENT_REFUSED)
        if client_id == BASIC:
            yield Case(method, "right, letters and digits", BASIC_PLAIN, plain)
    for_another = "https://another.example/token"
    yield Case(
        "client_secret_jwt",
        "assertion for another audience",
        SECRET_JWT,
        lambda _place: ClientSecret(Secret(SECRET), "client_secret_jwt", audience=for_another),
        Fate.CLIENT_REFUSED,
    )

    yield from _of_each_method("private_key_jwt", KEY, _key("rsa"))
    for name, algorithm in (("rsa", "PS256"), ("ec", "ES256"), ("ed25519", "EdDSA")):
        right = _key(name, algorithm=algorithm)
        yield Case("private_key_jwt", f"right, {algorithm}", KEY, right)
    password = Secret(KEY_PASSWORD)
    yield Case(
        "private_key_jwt",
        "right, PKCS#12",
        KEY,
        lambda place: PrivateKey(place.identity.pkcs12, key_id="rsa", password=password),
    )
    yield Case(
        "private_key_jwt",
        "wrong key",
        KEY,
        lambda place: PrivateKey(place.identity.private_key("unknown"), key_id="rsa"),
        Fate.CLIENT_REFUSED,
    )
    yield Case(
        "private_key_jwt",
        "assertion for another audience",
        KEY,
        _key("rsa", audience=for_another),
        Fate.CLIENT_REFUSED,
    )

    yield from _of_each_method(
        "assertion from a file", KEY, _assertion(), _assertion(iss="nobody", sub="nobody")
    )
    yield Case(
        "assertion from a file",
        "expired",
        KEY,
        lambda place: AssertionFile(place.assertion_file(exp=int(time.time()) - 120)),
        Fate.CLIENT_REFUSED,
    )
    yield Case(
        "assertion from a file", "used twice", KEY, _assertion(), Fate.CLIENT_REFUSED, times=2
    )

    for method, client_id, right, wrong in (
        ("tls_client_auth", CERTIFICATE, "client", "other-client"),
        ("self_signed_tls_client_auth", SELF_SIGNED, "self-signed", "other-self-signed"),
    ):
        yield from _of_each_method(method, client_id, _certificate(right, method))
        of_another = _certificate(wrong, method)
        yield Case(method, "wrong certificate", client_id, of_another, Fate.CLIENT_REFUSED)
        yield Case(
            method, "no certificate", client_id, lambda _place: Public(), Fate.CLIENT_REFUSED
        )

    yield Case("none", "right", PUBLIC, lambda _place: Public())

    exchange = Case(
        "token exchange", "right", EXCHANGE, _secret("client_secret_post"),
        changes=_with_subject_token,
    )  # fmt: skip
    yield exchange
    yield replace(
        exchange, situation="not allowed", client_id=BASIC,
        authenticate=_secret("client_secret_basic"), fate=Fate.EXCHANGE_REFUSED,
    )  # fmt: skip
    yield replace(
        exchange, situation="subject token of nobody", fate=Fate.EXCHANGE_REFUSED,
        changes=_with_a_subject_token_of_nobody,
    )  # fmt: skip


CASES: tuple[Case, ...] = tuple(_cases())

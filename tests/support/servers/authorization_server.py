"""What all authorization servers have in common: addresses, clients, tokens."""

from __future__ import annotations

import json
import ssl
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from zeebe_auth import AccessToken

__all__ = [
    "BASIC",
    "BASIC_PLAIN",
    "CERTIFICATE",
    "EXCHANGE",
    "KEY",
    "POST",
    "PUBLIC",
    "SECRET_JWT",
    "SELF_SIGNED",
    "AuthorizationServer",
]

# The clients that are registered everywhere, each with one method. What they know of each other
# is in `identity`: those of the first three SECRET, those with a key the set of public keys,
# CERTIFICATE the subject of the certificate "client", SELF_SIGNED the certificate "self-signed".
POST = "post"
BASIC = "basic"
BASIC_PLAIN = "basic-plain"
"""As BASIC, with PLAIN_SECRET."""
SECRET_JWT = "secret-jwt"
KEY = "key"
CERTIFICATE = "certificate"
SELF_SIGNED = "self-signed"
PUBLIC = "public"
EXCHANGE = "exchange"
"""As POST; it may exchange the tokens of POST."""


@dataclass(frozen=True)
class AuthorizationServer:
    """A running server with the clients above.

    Args:
        name: With its version, for people.
        issuer: As its discovery document names it.
        token_url: Its token endpoint.
        ca_file: Whom its clients trust, PEM.
        dialect: The one it is asked in.
        target: What asks for a token for the gateway: arguments of `ClientCredentials`.
        unknown_target: The same, for something the server doesn't know.
        audience: Whom such a token is for, if it is a JWT.
        scopes: What clients ask for.
        lacks: The clients above that it can't have, or whose method it can't do.
        tolerates: What it gives a token for although it should not, as `matrix` names it.
        takes_json: Whether it takes the parameters as a JSON object.
    """

    name: str
    issuer: str
    token_url: str
    ca_file: Path
    dialect: str
    target: Mapping[str, Any]
    unknown_target: Mapping[str, Any]
    audience: str
    scopes: tuple[str, ...] = ("zeebe",)
    lacks: frozenset[str] = field(default_factory=frozenset)
    tolerates: frozenset[str] = field(default_factory=frozenset)
    takes_json: bool = False

    def metadata(self) -> dict[str, Any]:
        """Its discovery document."""
        return self.fetch(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")

    def claims(self, token: AccessToken) -> dict[str, Any] | None:
        """What a JWT of this server says, its signature and times verified; None if it is opaque.

        It fails for a JWT that a resource server would refuse.
        """
        text = token.value.reveal()
        if text.count(".") != 2:
            return None
        keys = KeySet.import_key_set(self.fetch(self.metadata()["jwks_uri"]))
        claims = jwt.decode(text, keys, registry=JWSRegistry(algorithms=["RS256"])).claims
        assert claims["iat"] - 5 <= time.time() < claims["exp"]
        return dict(claims)

    def says_active(self, token: AccessToken, client_id: str, client_secret: str) -> bool:
        """Whether the token is good, as it tells that client (RFC 7662)."""
        form = {
            "client_id": client_id,
            "client_secret": client_secret,
            "token": token.value.reveal(),
        }
        url = self.metadata()["introspection_endpoint"]
        return bool(self.fetch(url, urllib.parse.urlencode(form).encode())["active"])

    def fetch(self, url: str, body: bytes | None = None) -> dict[str, Any]:
        """A JSON document of this server's."""
        trusted = ssl.create_default_context(cafile=self.ca_file)
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted)
        )
        with opener.open(url, body, timeout=30) as reply:
            document: dict[str, Any] = json.load(reply)
            return document

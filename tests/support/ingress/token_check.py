"""The endpoint that nginx asks about a token: it verifies the sandbox's by its published keys."""

from __future__ import annotations

import json
import ssl
import threading
import time
import urllib.request
from collections import Counter
from typing import Any, Self

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from zeebe_auth import AccessToken
from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.oauth.http_server import HttpReply, HttpRequest, HttpServer

__all__ = ["TokenCheck", "published_keys", "token_identifier"]


def published_keys(sandbox: Sandbox) -> KeySet:
    """The keys of the sandbox's authorization server, found as any resource server finds them."""
    trusted = ssl.create_default_context(cafile=sandbox.ca_certificate_path)
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted)
    )

    def fetch(url: str) -> Any:
        with opener.open(url, timeout=10) as reply:
            return json.load(reply)

    metadata = fetch(f"{sandbox.issuer}/.well-known/oauth-authorization-server")
    return KeySet.import_key_set(fetch(metadata["jwks_uri"]))


def token_identifier(token: AccessToken, sandbox: Sandbox) -> str:
    """The identifier of a token (RFC 7519, 4.1.7)."""
    keys = published_keys(sandbox)
    return str(jwt.decode(token.value.reveal(), keys, algorithms=["ES256"]).claims["jti"])


class TokenCheck:
    """Answers 200 to a good token, 401 to a bad one, and 403 to a client that may not.

    It runs while its ``with`` block lasts.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.answers: Counter[int] = Counter()
        self.forbids = False
        self.refuses_every_token = False
        self._audience = sandbox.audience
        self._keys = published_keys(sandbox)
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._revoked: set[str] = set()
        self._server = HttpServer(None)
        self.url = self._server.url

    def __enter__(self) -> Self:
        self._server.start(self._answer)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it before its block does; nobody answers any more."""
        self._server.close()

    def revoke_seen_tokens(self) -> None:
        """From now on, refuse every token that was good until now."""
        with self._lock:
            self._revoked |= self._seen

    def _answer(self, request: HttpRequest) -> HttpReply:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        with self._lock:
            status = self._status(token) if scheme == "Bearer" else 401
            self.answers[status] += 1
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'} if status == 401 else {}
        return HttpReply(status, b"", headers)

    def _status(self, token: str) -> int:
        try:
            claims = jwt.decode(token, self._keys, algorithms=["ES256"]).claims
        except (JoseError, ValueError):
            return 401
        if claims["exp"] <= time.time() or token in self._revoked or self.refuses_every_token:
            return 401
        if claims["aud"] != self._audience or self.forbids:
            return 403
        self._seen.add(token)
        return 200

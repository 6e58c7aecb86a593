"""The token endpoint: authlib's authorization server, without a framework around it."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from authlib.oauth2.rfc6749 import (
    AccessDeniedError,
    AuthorizationServer,
    ClientCredentialsGrant,
    ClientMixin,
    InvalidClientError,
    InvalidRequestError,
    OAuth2Payload,
    OAuth2Request,
)

from zeebe_grpc.sandbox.oauth.access_tokens import AccessTokens
from zeebe_grpc.sandbox.oauth.http_server import HttpReply, HttpRequest
from zeebe_grpc.sandbox.oauth.revocation import SandboxRevocation

# At DEBUG, authlib logs every token that it issues.
logging.getLogger("authlib.oauth2.rfc6749.grants.client_credentials").disabled = True

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def json_reply(
    status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> HttpReply:
    """A JSON object as a reply that no cache keeps (RFC 6749, 5.1)."""
    fixed = {"Content-Type": JSON, "Cache-Control": "no-store"}
    return HttpReply(status, json.dumps(body).encode(), {**fixed, **(headers or {})})


class _Payload(OAuth2Payload):
    def __init__(self, parameters: Mapping[str, list[str]]) -> None:
        self._parameters = parameters

    @property
    def data(self) -> dict[str, str]:
        return {name: values[0] for name, values in self._parameters.items()}

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, self._parameters)


class _TokenRequest(OAuth2Request):
    def __init__(self, request: HttpRequest, parameters: Mapping[str, list[str]]) -> None:
        # authlib refuses http, which the sandbox serves on loopback where that was asked for.
        super().__init__(
            request.method, f"https://127.0.0.1{request.path}", headers=request.headers
        )
        self.payload = _Payload(parameters)

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data


class _Client(ClientMixin):
    def __init__(self, client_id: str, client_secret: str, scopes: Sequence[str]) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._scopes = scopes

    def get_client_id(self) -> str:
        return self._client_id

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(self._client_secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, _method: str, _endpoint: str) -> bool:
        return True

    def check_grant_type(self, _grant_type: str) -> bool:
        return True

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or " ".join(self._scopes)


_AUTH_METHODS = ("sandbox_secret_basic", "sandbox_secret_post")


class _ClientCredentialsGrant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = _AUTH_METHODS

    def validate_token_request(self) -> None:
        super().validate_token_request()
        audience = self.request.payload.data.get("audience")
        if audience and audience != self.server.audience:
            # As Camunda SaaS answers: 403, where RFC 8707 would say 400 invalid_target.
            raise AccessDeniedError(
                "Client is not authorized to access the requested audience", status_code=403
            )

    def generate_token(self, **arguments: Any) -> dict[str, Any]:
        reply: dict[str, Any] = self.server.issue(self.request, arguments.get("scope"))
        return reply


class SandboxAuthorizationServer(AuthorizationServer):
    """Takes the client credentials grant (RFC 6749, 4.4) as a form and as a JSON body.

    Args:
        tokens: What signs the access tokens.
        audience: The one that may be asked for, and what a token is for if none is.
        scopes: What may be asked for (any other: ``invalid_scope``), and given if nothing is.
        lifetime_seconds: Asked at each token for its lifetime.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        *,
        audience: str,
        scopes: Sequence[str],
        lifetime_seconds: Callable[[], int],
    ) -> None:
        super().__init__(scopes_supported=list(scopes))
        self.audience = audience
        self._tokens = tokens
        self._scopes = tuple(scopes)
        self._lifetime_seconds = lifetime_seconds
        self._clients: dict[str, _Client] = {}
        self.register_client_auth_method("sandbox_secret_basic", _authenticate_basic)
        self.register_client_auth_method("sandbox_secret_post", _authenticate_post)
        self.register_grant(_ClientCredentialsGrant)
        self.register_endpoint(SandboxRevocation(self, tokens, _AUTH_METHODS))

    def add_client(self, client_id: str, client_secret: str) -> None:
        """Registers a client, or gives a registered one another secret."""
        self._clients[client_id] = _Client(client_id, client_secret, self._scopes)

    def reset_clients(self, client_id: str, client_secret: str) -> None:
        """Leaves this client alone registered."""
        self._clients = {client_id: _Client(client_id, client_secret, self._scopes)}

    def answer(self, request: HttpRequest) -> HttpReply:
        """The reply to one token request, good or bad."""
        return _unreadable(request) or self.create_token_response(request)

    def answer_revocation(self, request: HttpRequest) -> HttpReply:
        """The reply to one request to revoke a token."""
        return _unreadable(request) or self.create_endpoint_response("revocation", request)

    def issue(self, request: Any, scope: str | None) -> dict[str, Any]:
        """The token reply's members, in the order in which Camunda's page shows them."""
        asked = request.payload.datalist
        lifetime_seconds = self._lifetime_seconds()
        granted_scope = request.client.get_allowed_scope(scope)
        audiences = asked["resource"] or [self.audience]
        return {
            "access_token": self._tokens.issue(
                request.client.get_client_id(), audiences, granted_scope, lifetime_seconds
            ),
            "scope": granted_scope,
            "expires_in": lifetime_seconds,
            "token_type": "Bearer",
        }

    def query_client(self, client_id: str) -> _Client | None:
        return self._clients.get(client_id)

    def save_token(self, token: Mapping[str, Any], request: Any) -> None:
        """Nothing to keep: the token is signed, and says by itself what it is."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens here."""

    def create_oauth2_request(self, request: HttpRequest) -> _TokenRequest:
        return _TokenRequest(request, _parameters(request) or {})

    def handle_response(
        self, status: int, body: Mapping[str, Any], headers: Sequence[tuple[str, str]]
    ) -> HttpReply:
        return json_reply(status, body, dict(headers))


def client_id_of(request: HttpRequest) -> str:
    """Who says to be asking, unchecked; empty if nobody does."""
    named = _basic_credentials(request) or (None, None)
    parameters = _parameters(request) or {}
    return named[0] or next(iter(parameters.get("client_id", [])), "")


def _unreadable(request: HttpRequest) -> HttpReply | None:
    if _parameters(request) is not None:
        return None
    description = "The body is neither a form nor a JSON object"
    return json_reply(400, {"error": "invalid_request", "error_description": description})


def _parameters(request: HttpRequest) -> dict[str, list[str]] | None:
    """The parameters of a form or of a flat JSON object; None if the body is neither."""
    content_type = request.headers.get_content_type()
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        return None
    if content_type == FORM:
        return parse_qs(text, keep_blank_values=True)
    if content_type != JSON:
        return None
    try:
        members = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(members, dict):
        return None
    texts = {name: _texts(value) for name, value in members.items()}
    return {name: values for name, values in texts.items() if values}


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str)]


def _basic_credentials(request: HttpRequest | _TokenRequest) -> tuple[str, str] | None:
    # authlib's own leaves a "+" as it is, where RFC 6749, 2.3.1 means a space (form encoding).
    scheme, _, encoded = (request.headers.get("Authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, client_secret = (
            base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError):
        return None
    return (unquote_plus(client_id), unquote_plus(client_secret)) if colon else None


def _authenticate_basic(
    query_client: Callable[[str], _Client | None], request: _TokenRequest
) -> _Client | None:
    credentials = _basic_credentials(request)
    if credentials is None:
        return None
    if request.form.get("client_secret"):
        raise InvalidRequestError("Use one client authentication, not two")  # RFC 6749, 2.3
    return _authenticated(query_client, *credentials)


def _authenticate_post(
    query_client: Callable[[str], _Client | None], request: _TokenRequest
) -> _Client:
    parameters = request.form
    return _authenticated(
        query_client, parameters.get("client_id", ""), parameters.get("client_secret", "")
    )


def _authenticated(
    query_client: Callable[[str], _Client | None], client_id: str, client_secret: str
) -> _Client:
    client = query_client(client_id)
    if client is None or not client.check_client_secret(client_secret):
        # One answer for both, as real servers give: it tells nobody which ids exist.
        raise InvalidClientError("Unknown client or wrong secret", status_code=401)
    return client

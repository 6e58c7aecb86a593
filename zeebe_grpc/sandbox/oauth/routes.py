"""Which path of the sandbox's HTTP server answers what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zeebe_grpc.sandbox.counters import Counters
from zeebe_grpc.sandbox.oauth.access_tokens import AccessTokens
from zeebe_grpc.sandbox.oauth.authorization_server import (
    SandboxAuthorizationServer,
    client_id_of,
    json_reply,
)
from zeebe_grpc.sandbox.oauth.http_server import HttpReply, HttpRequest
from zeebe_grpc.sandbox.switches import PlannedRefusal, Switches

TOKEN_PATH = "/oauth/token"
REVOCATION_PATH = "/oauth/revoke"
KEY_SET_PATH = "/.well-known/jwks.json"
METADATA_PATHS = (
    "/.well-known/oauth-authorization-server",  # RFC 8414, 3
    "/.well-known/openid-configuration",  # OpenID Connect Discovery, 4
)

_AUTH_METHODS = ("client_secret_post", "client_secret_basic")
_OAUTH_ERRORS = {
    400: "invalid_request",
    401: "invalid_client",
    403: "access_denied",
    429: "too_many_requests",
    503: "temporarily_unavailable",
}


class Routes:
    """Answers the requests of the HTTP server; safe for any thread.

    Args:
        server: Answers token requests.
        tokens: Whose key set and issuer are published.
        scopes: As the metadata lists them.
        switches: Asked for delay and refusals before each token reply.
        counters: Where token requests are counted.
        control_path: Where `control` answers; a path nobody can guess.
        control: Answers what comes to the control path, given the rest of the path.
    """

    def __init__(
        self,
        server: SandboxAuthorizationServer,
        tokens: AccessTokens,
        *,
        scopes: tuple[str, ...],
        switches: Switches,
        counters: Counters,
        control_path: str,
        control: Callable[[str, HttpRequest], HttpReply],
    ) -> None:
        self._server = server
        self._tokens = tokens
        self._scopes = scopes
        self._switches = switches
        self._counters = counters
        self._control_path = control_path
        self._control = control

    def __call__(self, request: HttpRequest) -> HttpReply:
        if request.path == TOKEN_PATH:
            return self._token(request)
        if request.path == REVOCATION_PATH:
            return self._revocation(request)
        if request.path.startswith(self._control_path):
            return self._control(request.path.removeprefix(self._control_path), request)
        if request.path in METADATA_PATHS:
            return _read_only(request, self._metadata())
        if request.path == KEY_SET_PATH:
            return _read_only(request, self._tokens.key_set)
        return json_reply(404, {"error": "not_found"})

    def _revocation(self, request: HttpRequest) -> HttpReply:
        return _not_posted(request) or self._server.answer_revocation(request)

    def _token(self, request: HttpRequest) -> HttpReply:
        if (refused := _not_posted(request)) is not None:
            return refused
        era = self._counters.token_request_received()
        self._switches.wait_token_delay()
        refusal = self._switches.next_refusal()
        reply = self._server.answer(request) if refusal is None else _refused(refusal)
        self._counters.token_request_answered(era, client_id_of(request), reply.status)
        return reply

    def _metadata(self) -> dict[str, Any]:
        issuer = self._tokens.issuer
        return {
            "issuer": issuer,
            "token_endpoint": issuer + TOKEN_PATH,
            "revocation_endpoint": issuer + REVOCATION_PATH,
            "jwks_uri": issuer + KEY_SET_PATH,
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "scopes_supported": list(self._scopes),
            "token_endpoint_auth_methods_supported": list(_AUTH_METHODS),
            "revocation_endpoint_auth_methods_supported": list(_AUTH_METHODS),
        }


def _not_posted(request: HttpRequest) -> HttpReply | None:
    if request.method == "POST":
        return None
    return json_reply(405, {"error": "invalid_request"}, {"Allow": "POST"})


def _read_only(request: HttpRequest, document: dict[str, Any]) -> HttpReply:
    if request.method not in {"GET", "HEAD"}:
        return json_reply(405, {"error": "invalid_request"}, {"Allow": "GET, HEAD"})
    return json_reply(200, document)


def _refused(refusal: PlannedRefusal) -> HttpReply:
    headers = {} if refusal.retry_after is None else {"Retry-After": refusal.retry_after}
    if refusal.html:
        page = f"<!doctype html><title>{refusal.status}</title><h1>Error {refusal.status}</h1>"
        headers["Content-Type"] = "text/html; charset=utf-8"
        return HttpReply(refusal.status, page.encode(), headers)
    error = _OAUTH_ERRORS.get(refusal.status, "server_error")
    return json_reply(refusal.status, {"error": error}, headers)

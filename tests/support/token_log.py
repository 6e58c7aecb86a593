"""A token endpoint in front of a sandbox's, which records what each request had."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl

from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.oauth.http_server import HttpReply, HttpRequest, HttpServer

__all__ = ["TokenLog", "TokenRequest", "token_log"]


@dataclass(frozen=True)
class TokenRequest:
    """How a token was requested: no value of a field is kept, only whether it was empty."""

    content_type: str
    authorization_scheme: str
    fields: tuple[str, ...]
    empty_fields: tuple[str, ...]
    status: int


class TokenLog:
    """The requests, in the order in which they were answered."""

    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self.url = f"{url}/oauth/token"
        self.requests: list[TokenRequest] = []
        self._upstream = sandbox.token_url
        self._trust = ssl.create_default_context(cafile=str(sandbox.ca_certificate_path))

    def answer(self, request: HttpRequest) -> HttpReply:
        reply = self._passed_on(request)
        fields = parse_qsl(request.body.decode(), keep_blank_values=True)
        self.requests.append(
            TokenRequest(
                content_type=request.headers.get("Content-Type", "").partition(";")[0],
                authorization_scheme=request.headers.get("Authorization", "").partition(" ")[0],
                fields=tuple(sorted(name for name, _ in fields)),
                empty_fields=tuple(sorted(name for name, value in fields if not value)),
                status=reply.status,
            )
        )
        return reply

    def _passed_on(self, request: HttpRequest) -> HttpReply:
        kept = ("Content-Type", "Authorization")
        headers = {name: value for name, value in request.headers.items() if name.title() in kept}
        onward = urllib.request.Request(
            self._upstream, request.body, headers, method=request.method
        )
        try:
            reply = urllib.request.urlopen(onward, context=self._trust, timeout=20)
        except urllib.error.HTTPError as refused:
            reply = refused
        with reply:
            told = ("Content-Type", "Retry-After")
            answered = {name: reply.headers[name] for name in told if name in reply.headers}
            return HttpReply(reply.status, reply.read(), answered)


@contextmanager
def token_log(sandbox: Sandbox) -> Iterator[TokenLog]:
    """Run it in front of that sandbox, without TLS, while the block lasts."""
    server = HttpServer(None)
    log = TokenLog(sandbox, server.url)
    server.start(log.answer)
    try:
        yield log
    finally:
        server.close()

"""The witness: a server between clients and token endpoint, which forwards and records."""

from __future__ import annotations

import http.client
import select
import socketserver
import ssl
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from benchmarks.soak.evidence import Evidence, IssuedToken, SeenRequest
from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.certificates import issue_server_certificate

__all__ = ["Witness"]

_IDLE_SECONDS = 30.0
_PASSED_ON = ("Authorization", "Content-Type", "Accept")
_PASSED_BACK = ("Content-Type", "Retry-After", "Cache-Control")


class Witness:
    """A TLS server on loopback in front of a sandbox's token endpoint.

    Args:
        sandbox: Where requests are passed on to.
        evidence: Where they are written down.
        fault: Asked for the driver's fault of the moment.
        directory: Where its CA certificate goes; private to this user.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        evidence: Evidence,
        fault: Callable[[], str | None],
        directory: Path,
    ) -> None:
        certificate = issue_server_certificate()
        self.ca_certificate_path = directory / "token-ca.pem"
        self.ca_certificate_path.write_bytes(certificate.authority)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # No other user can read the directory, and the key is deleted at once.
        pair = directory / "server.pem"
        pair.write_bytes(certificate.private_key + certificate.chain)
        context.load_cert_chain(pair)
        pair.unlink()
        self._server = _Server(context, sandbox, evidence, fault)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        port = self._server.server_address[1]
        self.token_url = f"https://127.0.0.1:{port}{urlsplit(sandbox.token_url).path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        context: ssl.SSLContext,
        sandbox: Sandbox,
        evidence: Evidence,
        fault: Callable[[], str | None],
    ) -> None:
        self._context = context
        self.evidence = evidence
        self.fault = fault
        self.upstream = urlsplit(sandbox.token_url)
        self.upstream_context = ssl.create_default_context(cafile=sandbox.ca_certificate_path)
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own method looks up this host's name in DNS.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def finish_request(self, request: Any, client_address: Any) -> None:
        # On the connection's own thread: a slow handshake delays no other connection.
        request.settimeout(_IDLE_SECONDS)
        with self._context.wrap_socket(request, server_side=True) as connection:
            super().finish_request(connection, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        import sys

        if not isinstance(sys.exception(), OSError | http.client.HTTPException):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        arrived_at = time.time()
        fault = self.server.fault()
        status: int | None = None
        token: IssuedToken | None = None
        try:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, content = self._passed_on(body)
            if not self._client_is_gone():
                self._send(status, headers, content)
                delivered_at = time.time()
                if status == HTTPStatus.OK:
                    token = IssuedToken.of_reply(
                        content, requested_at=arrived_at, delivered_at=delivered_at
                    )
        finally:
            fault = fault or self.server.fault()
            seen = SeenRequest(arrived_at, status, fault, token is not None)
            self.server.evidence.saw_request(seen, token)

    def _passed_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = self.server.upstream
        connection = http.client.HTTPSConnection(
            upstream.hostname or "", upstream.port, context=self.server.upstream_context
        )
        try:
            headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
            connection.request("POST", self.path, body, headers | {"Connection": "close"})
            reply = connection.getresponse()
            passed_back = {
                name: value for name in _PASSED_BACK if (value := reply.getheader(name)) is not None
            }
            return reply.status, passed_back, reply.read()
        finally:
            connection.close()

    def _client_is_gone(self) -> bool:
        # A client that waits for its reply sends nothing, so anything readable is the end of it.
        return bool(select.select([self.connection], [], [], 0)[0])

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Log nothing."""

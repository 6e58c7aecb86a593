"""The standard library's HTTP server on a free loopback port, over TLS, with a bounded end."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

IDLE_SECONDS = 30.0
LARGEST_BODY_BYTES = 1 << 20
LISTEN_ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request, read to its end; its repr shows neither headers nor body."""

    method: str
    path: str
    headers: Message = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HttpReply:
    """One reply; ``Content-Length`` and ``Date`` are added."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpServer:
    """Answers requests on 127.0.0.1 from the moment of `start` until `close`.

    Args:
        tls_context: For the server's side; None serves plain http.
    """

    def __init__(self, tls_context: ssl.SSLContext | None) -> None:
        self._server = _TlsServer(tls_context)
        self._thread: threading.Thread | None = None
        scheme = "http" if tls_context is None else "https"
        self.url = f"{scheme}://{LISTEN_ADDRESS}:{self._server.server_address[1]}"

    def start(self, answer: Callable[[HttpRequest], HttpReply]) -> None:
        """Begins to answer, each connection on a thread of its own."""
        self._server.answer = answer
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="sandbox-http", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Ends every connection and thread; requests under way are cut off."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.end_connections()
        self._server.server_close()


class _TlsServer(ThreadingHTTPServer):
    # Joined in server_close: a sandbox leaves no thread behind.
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, tls_context: ssl.SSLContext | None) -> None:
        self._tls_context = tls_context
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        self._ended = False
        # Set before the first request is accepted.
        self.answer: Callable[[HttpRequest], HttpReply]
        super().__init__((LISTEN_ADDRESS, 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own asks the DNS for this host's name, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LISTEN_ADDRESS, self.server_address[1]

    def finish_request(self, request: Any, client_address: Any) -> None:
        # On the connection's own thread: a client that never says hello keeps nobody waiting.
        connection: socket.socket = request
        connection.settimeout(IDLE_SECONDS)
        if self._tls_context is not None:
            connection = self._tls_context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        with self._connections_lock:
            if self._ended:
                connection.close()
                return
            self._connections.add(connection)
        try:
            if isinstance(connection, ssl.SSLSocket):
                connection.do_handshake()
            super().finish_request(connection, client_address)
        finally:
            with self._connections_lock:
                self._connections.discard(connection)
            connection.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that close, time out or distrust the certificate are part of the game."""
        import sys

        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def end_connections(self) -> None:
        with self._connections_lock:
            self._ended = True
            for connection in self._connections:
                # Its client may have gone already.
                with contextlib.suppress(OSError):
                    # Not SSLSocket's own, which would take TLS away under a reading thread.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "zeebe-grpc-sandbox"
    sys_version = ""
    # One packet instead of header and body in two, which Nagle would hold apart.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _TlsServer

    def _serve(self) -> None:
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            length = -1
        if not 0 <= length <= LARGEST_BODY_BYTES or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._send(HttpReply(413, b""))
            return
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        path = self.path.partition("?")[0]
        request = HttpRequest(self.command, path, self.headers, body)
        self._send(self.server.answer(request))

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815 (http.server's names)

    def _send(self, reply: HttpReply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (http.server's name)
        """Nothing: a request line may hold what nobody shall read in a terminal."""

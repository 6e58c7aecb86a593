"""An HTTP service on loopback that records requests and answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Self

__all__ = ["HttpService", "Received", "Response"]

_IDLE_SECONDS = 30


class Received(NamedTuple):
    """A request."""

    method: str
    path: str
    headers: dict[str, str]
    """By names in lower case."""

    body: bytes
    connection: int
    """The same number for those of one connection."""


class Response(NamedTuple):
    """What to answer."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b"ok"


class HttpService:
    """Serves until the end of a ``with`` block.

    Args:
        answer: Is given each request, on a thread of its connection.
        host: The loopback address where it listens.
    """

    def __init__(
        self, answer: Callable[[Received], Response | int], host: str = "127.0.0.1"
    ) -> None:
        self.received: list[Received] = []
        self._server = ThreadingHTTPServer((host, 0), _handler(answer, self.received))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.port: int = self._server.server_port

    @property
    def url(self) -> str:
        """Its origin, by address."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._thread.join(_IDLE_SECONDS)
        self._server.server_close()


def _handler(
    answer: Callable[[Received], Response | int], received: list[Received]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _IDLE_SECONDS

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:
                self.close_connection = True

        def _serve(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = _body(self, headers)
            request = Received(self.command, self.path, headers, body, id(self.connection))
            received.append(request)
            told = answer(request)
            response = Response(told) if isinstance(told, int) else told
            self.send_response(response.status)
            for name, value in response.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def log_message(self, *_: object) -> None:
            return

    return Handler


def _body(handler: BaseHTTPRequestHandler, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return handler.rfile.read(int(headers.get("content-length", 0)))
    body = b""
    while size := int(handler.rfile.readline(), 16):
        body += handler.rfile.read(size)
        handler.rfile.readline()
    handler.rfile.readline()
    return body

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
        service = self

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
                received = Received(
                    self.command, self.path, headers, self._body(headers), id(self.connection)
                )
                service.received.append(received)
                answer_ = answer(received)
                response = Response(answer_) if isinstance(answer_, int) else answer_
                self.send_response(response.status)
                for name, value in response.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(response.body)))
                self.end_headers()
                self.wfile.write(response.body)

            do_GET = do_POST = do_PUT = _serve

            def _body(self, headers: dict[str, str]) -> bytes:
                if headers.get("transfer-encoding") != "chunked":
                    return self.rfile.read(int(headers.get("content-length", 0)))
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer((host, 0), Handler)
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

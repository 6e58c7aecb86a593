"""A token endpoint without TLS that counts, for peers that can't be given a CA."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

__all__ = ["TokenServer"]


class TokenServer:
    """Gives everybody a token, after a while.

    Args:
        delay_seconds: How long each answer takes.
        lifetime_seconds: Of the tokens.
    """

    def __init__(self, *, delay_seconds: float = 0.0, lifetime_seconds: int = 3600) -> None:
        self._lock = threading.Lock()
        self.requests = 0
        """How many token requests came."""
        reply = json.dumps(
            {"access_token": "t" * 800, "token_type": "Bearer", "expires_in": lifetime_seconds}
        ).encode()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                with outer._lock:
                    outer.requests += 1
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                time.sleep(delay_seconds)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            # Twenty processes with twenty threads each arrive in the same moment.
            request_queue_size = 1024

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/token"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

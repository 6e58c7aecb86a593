"""An HTTP server for the measures of adapters, in a process of its own.

Started as ``python -m benchmarks.http_server``, it prints its port, and ends with its standard
input. ``/slow`` answers after 50 ms, anything else at once; connections are kept.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["SLOW_SECONDS", "running_http_server"]

SLOW_SECONDS = 0.05
_BODY = b"x" * 100


@contextlib.contextmanager
def running_http_server() -> Iterator[str]:
    """A server in another process: yields its URL."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.http_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it the kernel holds each second packet back for 40 ms.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(SLOW_SECONDS)
        allowed = self.headers.get("Authorization", "").startswith("Bearer ")
        self.send_response(200 if allowed else 401)
        self.send_header("Content-Length", str(len(_BODY)))
        self.end_headers()
        self.wfile.write(_BODY)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def _serve() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    _serve()

"""A TCP server on loopback with a thread for each connection."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

__all__ = ["TcpServer"]

_IDLE_SECONDS = 30
_END_SECONDS = 40


class TcpServer:
    """Hands each connection to a function, on a thread of its own.

    Args:
        serve: Is given the connection, and closes it. An `OSError` ends it in silence.
        host: The loopback address where it listens.
    """

    def __init__(self, serve: Callable[[socket.socket], object], host: str = "127.0.0.1") -> None:
        self._serve = serve
        self._host = host
        self._is_ending = False
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def stop_accepting(self) -> None:
        """Take no further connections; those that are open stay so."""
        self._is_ending = True
        with contextlib.suppress(OSError):
            socket.create_connection((self._host, self.port), 5).close()
        self._listener.close()

    def join(self) -> None:
        """Wait for the threads of all connections."""
        for thread in self._threads:
            thread.join(_END_SECONDS)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if self._is_ending:
                connection.close()
                return
            connection.settimeout(_IDLE_SECONDS)
            thread = threading.Thread(target=self._run, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _run(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            self._serve(connection)

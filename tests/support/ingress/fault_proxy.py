"""A TCP proxy on loopback whose connections can fall silent, and whose other end can move."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Self

__all__ = ["FaultProxy"]

CHUNK_BYTES = 1 << 16


class FaultProxy:
    """Passes bytes on, once it was told where to, while its ``with`` block lasts.

    Before that connections are refused, though its address is taken already.
    """

    def __init__(self) -> None:
        self.connections = 0
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        self._port: int | None = None
        self._silent = self._ended = False
        # Each connection's sockets, and whether it carries nothing any more.
        self._open: list[tuple[tuple[socket.socket, ...], threading.Event]] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._ended = True
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname()).close()
        self._join(self._threads[:1])
        self._listener.close()
        ends = [end for connection, _ in self._open for end in connection]
        for end in ends:
            _hang_up(end)
        self._join(self._threads[1:])
        for end in ends:
            end.close()

    def lead_to(self, port: int | None) -> None:
        """Set where new connections lead from now on; None accepts and closes them."""
        with self._lock:
            self._port, self._silent = port, False
        self._listen()

    def black_hole(self) -> None:
        """What is open now stays open and carries nothing any more, in either direction.

        So it looks to both ends when a firewall in between has forgotten the connection.
        """
        with self._lock:
            for _, silent in self._open:
                silent.set()

    def cut(self) -> None:
        """Close the connections of everybody who is connected now."""
        with self._lock:
            for ends, _ in self._open:
                for end in ends:
                    _hang_up(end)

    def take_in_silence(self) -> None:
        """Accept new connections, and neither forward nor send anything."""
        with self._lock:
            self._silent = True
        self._listen()

    def _listen(self) -> None:
        if not self._threads:
            self._listener.listen()
            self._start(self._accept)

    def _start(self, function: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=function, args=arguments, name="fault-proxy")
        self._threads.append(thread)
        thread.start()

    def _join(self, threads: Sequence[threading.Thread]) -> None:
        for thread in threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            with self._lock:
                if self._ended:
                    client.close()
                    return
                self.connections += 1
                self._take(client)

    def _take(self, client: socket.socket) -> None:
        silent = threading.Event()
        if self._silent:
            self._open.append(((client,), silent))
            return
        if self._port is None:
            client.close()
            return
        gateway = socket.create_connection(("127.0.0.1", self._port))
        self._open.append(((client, gateway), silent))
        self._start(_pump, client, gateway, silent)
        self._start(_pump, gateway, client, silent)


def _pump(source: socket.socket, sink: socket.socket, silent: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK_BYTES):
            if not silent.is_set():
                sink.sendall(data)
    if not silent.is_set():
        _hang_up(sink)
        _hang_up(source)


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)

"""A small HTTP proxy that knows CONNECT (RFC 9110, 9.3.6)."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl

from tcp_server import TcpServer

__all__ = ["ConnectProxy"]


class ConnectProxy:
    """A proxy that tunnels every name to one port on loopback.

    Args:
        port: Where all tunnels lead.
        tls: How it speaks TLS itself, if it does.
        answer: What it says to a CONNECT, and to any other request.
        host: The loopback address where it listens.
        target_host: The loopback address where all tunnels lead.
    """

    def __init__(
        self,
        port: int,
        tls: ssl.SSLContext | None = None,
        answer: bytes = b"",
        *,
        host: str = "127.0.0.1",
        target_host: str = "127.0.0.1",
    ) -> None:
        self._target, self._tls = port, tls
        self._target_host = target_host
        self._answer = answer or b"HTTP/1.1 200 Connection established\r\n\r\n"
        self.heads: list[str] = []
        self._open: list[socket.socket] = []
        self._server = TcpServer(self._serve, host)
        self.port = self._server.port

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.ExitStack() as open_now:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
                open_now.callback(connection.close)
            self._open.append(connection)
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(1)
            self.heads.append(head.decode())
            if not head.startswith(b"CONNECT"):
                connection.sendall(self._answer)
                return
            connection.sendall(self._answer)
            if b" 200 " not in self._answer:
                return
            target = socket.create_connection((self._target_host, self._target), 30)
            open_now.callback(target.close)
            self._pump(connection, target)

    @staticmethod
    def _pump(client: socket.socket, target: socket.socket) -> None:
        """Both ways in one thread: a TLS connection must not be used by two at once."""
        while True:
            buffered = isinstance(client, ssl.SSLSocket) and client.pending()
            ready = [client] if buffered else select.select([client, target], [], [], 30)[0]
            if not ready:
                return
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                (target if source is client else client).sendall(data)

    def close(self) -> None:
        self._server.stop_accepting()
        for connection in self._open:
            # Not TLS's own shutdown, which another thread may use. gRPC keeps connections for long.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        self._server.join()

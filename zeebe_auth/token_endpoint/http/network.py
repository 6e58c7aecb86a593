"""A network whose every step ends at one deadline, however slowly the other side drips.

httpcore2 limits each read by itself; ten thousand short reads have no limit at all.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import httpcore2

from zeebe_auth.loopback import is_loopback_address

_CHUNK_BYTES = 16 * 1024
_SecondsLeft = Callable[[], float]


class NotLoopbackError(OSError):
    """The connection would have led away from this machine. Nothing was sent on it.

    Args:
        address: The IP address at the other end.
    """

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class DeadlineNetwork(httpcore2.NetworkBackend):
    """Connections that live until ``deadline`` (a reading of ``running``) at most.

    Args:
        running: The clock of ``deadline``, in seconds.
        deadline: When all must be over.
        connect_timeout_seconds: For a TCP connection, all addresses of the host together.
        loopback_only: Whether a connection to anywhere else is closed before a byte is sent.
    """

    def __init__(
        self,
        running: Callable[[], float],
        deadline: float,
        connect_timeout_seconds: float,
        *,
        loopback_only: bool = False,
    ) -> None:
        self._loopback_only = loopback_only
        self._running = running
        self._deadline = deadline
        self._connect_timeout_seconds = connect_timeout_seconds

    def _seconds_left(self) -> float:
        seconds = self._deadline - self._running()
        if seconds <= 0:
            raise TimeoutError("the time for the token request is over")
        return seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        connect_deadline = self._running() + self._connect_timeout_seconds

        def seconds_left() -> float:
            seconds = min(self._seconds_left(), connect_deadline - self._running())
            if seconds <= 0:
                raise TimeoutError("the time for the connection is over")
            return seconds

        addresses = _resolve(host, port, seconds_left())
        trouble: OSError = OSError(f"{host} has no address")
        for position, (family, address) in enumerate(addresses):
            # A first address that swallows everything must leave time for the next.
            share = seconds_left() / (len(addresses) - position)
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                connection.settimeout(share)
                connection.connect(address)
                if self._loopback_only:
                    _check_loopback(connection)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                connection.close()
                trouble = error
            else:
                return _TcpStream(connection, self._seconds_left)
        raise trouble


def _check_loopback(connection: socket.socket) -> None:
    # The socket is asked, not the resolver: what counts is where the bytes would go.
    peer = connection.getpeername()[0]
    if not is_loopback_address(peer):
        raise NotLoopbackError(peer)


def _resolve(host: str, port: int, timeout_seconds: float) -> list[tuple[int, Any]]:
    # getaddrinfo takes no time limit and a silent resolver holds it for half a minute, so it
    # waits on a thread that nobody has to wait for.
    outcome: list[list[tuple[int, Any]] | BaseException] = []

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            outcome.append([(family, address) for family, _, _, _, address in found])
        except UnicodeError:
            outcome.append(socket.gaierror(socket.EAI_NONAME, "the name is not a host name"))
        except BaseException as error:  # whoever waits for it is told
            outcome.append(error)

    try:
        thread = threading.Thread(target=look_up, name="zeebe-auth-resolve", daemon=True)
        thread.start()
    except (RuntimeError, MemoryError):
        # There is no thread for it: better a look-up without a limit than none.
        look_up()
    else:
        thread.join(timeout_seconds)
    if not outcome:
        raise TimeoutError(f"the name {host} was not resolved in time")
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


class _TcpStream(httpcore2.NetworkStream):
    def __init__(self, connection: socket.socket, seconds_left: _SecondsLeft) -> None:
        self._connection = connection
        self._seconds_left = seconds_left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._connection.settimeout(self._seconds_left())
        return self._connection.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer:
            self._connection.settimeout(self._seconds_left())
            try:
                # One limit for the whole of it, unlike send() in a loop.
                self._connection.sendall(buffer)
            except TimeoutError:
                raise
            except OSError as error:
                # httpcore2 then still reads: a server may say why before it closes the connection.
                raise httpcore2.WriteError(str(error)) from error

    def close(self) -> None:
        self._connection.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        return _TlsStream(self, ssl_context, server_hostname)

    def get_extra_info(self, info: str) -> Any:
        return self._connection if info == "socket" else None


class _TlsStream(httpcore2.NetworkStream):
    """TLS over another stream, so over TLS as well: an https proxy needs that.

    The handshake is driven here and not by a socket, because the trust stores of macOS and
    Windows are asked under a lock that a socket's handshake would hold while it waits.
    """

    def __init__(
        self,
        carrier: httpcore2.NetworkStream,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None,
    ) -> None:
        self._carrier = carrier
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        # Behind a proxy an IPv6 address comes in brackets; no certificate has it so.
        name = server_hostname and server_hostname.strip("[]")
        try:
            self._tls = ssl_context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
            self._drive(self._tls.do_handshake)
        except BaseException:
            carrier.close()
            raise

    def _drive(self, step: Callable[[], Any]) -> Any:
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                data = self._carrier.read(_CHUNK_BYTES)
                if data:
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
            except ssl.SSLError:
                # The alert that tells the server why goes out, if it still can.
                with contextlib.suppress(OSError, httpcore2.WriteError):
                    self._flush()
                raise
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._carrier.write(self._outgoing.read())

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            data: bytes = self._drive(partial(self._tls.read, max_bytes))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            # Whether the reply was cut off is for HTTP's own length to tell.
            return b""
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        while rest:
            rest = rest[self._drive(partial(self._tls.write, rest)) :]

    def close(self) -> None:
        self._carrier.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        return _TlsStream(self, ssl_context, server_hostname)

    def get_extra_info(self, info: str) -> Any:
        return self._tls if info == "ssl_object" else self._carrier.get_extra_info(info)

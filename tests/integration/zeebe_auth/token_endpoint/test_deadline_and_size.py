"""However slowly or however much a server sends, one token request has an end."""

from __future__ import annotations

import gzip
import socket
import struct
import threading

import pytest

from zeebe_auth.clock import Clock
from zeebe_auth.errors import TokenEndpointUnreachable, TokenResponseError
from zeebe_auth.token_endpoint import TokenEndpoint, TokenTransport

# In all of these the server goes on for ever: without the limit the test would never end.
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 O", b"K"),
        (HEAD + b"X-Slow: ", b"x"),
        (HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (HEAD + b"\r\n", b" "),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["silence", "status", "headers", "body", "chunks", "until-close", "informational"],
)
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_dripping_server_is_cut_off(
    serve, endpoint, credentials_for, authority, start, drop, tls
):
    """A byte every now and then, in any part of the reply, doesn't extend the deadline."""
    server = serve(tls=authority.server_context("localhost") if tls else None)
    server.answer = lambda _request: server.dripping(start, drop)
    asking = endpoint(total_timeout_seconds=0.4, ca_certificate=authority.file)
    with pytest.raises(TokenEndpointUnreachable, match="did not answer in time") as caught:
        asking.request_token(credentials_for(f"{server.url}/token"))
    assert caught.value.retryable
    assert caught.value.timed_out


@pytest.fixture
def raw_server():
    """A listener whose connections are handed to a function on a thread."""
    stopping = threading.Event()
    open_now = []

    def start(handle):
        listener = socket.create_server(("127.0.0.1", 0))

        def accept():
            try:
                connection, _ = listener.accept()
                with connection:
                    handle(connection, stopping)
            except OSError:
                pass

        thread = threading.Thread(target=accept)
        thread.start()
        open_now.append((listener, thread))
        return listener.getsockname()[1]

    yield start
    stopping.set()
    for listener, thread in open_now:
        try:
            socket.create_connection(listener.getsockname(), 5).close()
        finally:
            listener.close()
            thread.join(10)


def _drip_a_tls_record(connection, stopping):
    connection.recv(65536)
    # A handshake record of 16 KiB, whose content comes byte by byte.
    connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
    while not stopping.wait(0.01):
        connection.sendall(b"\x00")


def _say_nothing(connection, stopping):
    connection.recv(65536)
    stopping.wait(60)


@pytest.mark.parametrize("handle", [_drip_a_tls_record, _say_nothing])
def test_a_dripping_tls_handshake_is_cut_off(raw_server, endpoint, credentials_for, handle):
    """TLS doesn't extend the deadline either."""
    port = raw_server(handle)
    with pytest.raises(TokenEndpointUnreachable, match="did not answer in time"):
        endpoint(total_timeout_seconds=0.4).request_token(
            credentials_for(f"https://localhost:{port}/token")
        )


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_dripping_proxy_is_cut_off(raw_server, endpoint, credentials_for, scheme):
    """Nor does a proxy that never finishes its answer to CONNECT."""

    def drip(connection, stopping):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\nX-Slow: ")
        while not stopping.wait(0.01):
            connection.sendall(b"x")

    port = raw_server(drip)
    asking = endpoint(
        total_timeout_seconds=0.4, proxy=f"http://127.0.0.1:{port}", allow_plaintext=True
    )
    with pytest.raises(TokenEndpointUnreachable, match=r"brought no answer of .* in time"):
        asking.request_token(credentials_for(f"{scheme}://login.test/token"))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_reset_connection_is_unreachable(raw_server, endpoint, credentials_for, scheme):
    """A connection that breaks is told apart from one that is too slow."""

    def reset(connection, _stopping):
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    port = raw_server(reset)
    with pytest.raises(TokenEndpointUnreachable, match="closed the connection") as caught:
        endpoint().request_token(credentials_for(f"{scheme}://127.0.0.1:{port}/token"))
    assert caught.value.retryable
    assert not caught.value.timed_out


def test_a_tls_server_that_hangs_up_is_unreachable(raw_server, endpoint, credentials_for):
    """A connection that is closed during the handshake is worth a retry."""
    port = raw_server(lambda connection, _stopping: connection.recv(65536))
    with pytest.raises(TokenEndpointUnreachable, match="TLS handshake with") as caught:
        endpoint().request_token(credentials_for(f"https://127.0.0.1:{port}/token"))
    assert caught.value.retryable


def test_a_broken_write_leaves_room_for_the_reply():
    """What the other side said before it closed is still read (httpcore2 knows WriteError)."""
    import httpcore2

    from zeebe_auth.token_endpoint.http.network import _TcpStream

    ours, theirs = socket.socketpair()
    with ours:
        theirs.close()
        stream = _TcpStream(ours, lambda: 10.0)

        def write_until_it_breaks():
            # The system may take some bytes before it notices.
            while True:
                stream.write(b"x" * 65536)

        with pytest.raises(httpcore2.WriteError) as caught:
            write_until_it_breaks()
    assert isinstance(caught.value.__cause__, OSError)


def test_a_silent_resolver_is_cut_off(endpoint, credentials_for, monkeypatch):
    """The name look-up, which takes no time limit itself, is waited for no longer than the
    deadline."""
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: released.wait(60) and [])
    try:
        with pytest.raises(TokenEndpointUnreachable, match="did not answer in time"):
            endpoint(total_timeout_seconds=0.2).request_token(
                credentials_for("https://login.test/token")
            )
    finally:
        released.set()


def test_the_callers_limit_counts_where_it_is_shorter(serve, endpoint, credentials_for):
    """A time limit given with the request ends it before the transport's own."""
    server = serve()
    server.answer = lambda _request: server.dripping(HEAD, b"")
    with pytest.raises(TokenEndpointUnreachable, match="did not answer in time"):
        endpoint(total_timeout_seconds=3600).request_token(
            credentials_for(server.url), time_limit_seconds=0.2
        )


def test_no_time_left_sends_nothing(serve, endpoint, credentials_for):
    """With the time already over there is no request at all."""
    server = serve()
    with pytest.raises(TokenEndpointUnreachable, match="did not answer in time"):
        endpoint().request_token(credentials_for(server.url), time_limit_seconds=0)
    assert server.received == []


def test_time_is_read_from_the_running_clock(serve, credentials_for):
    """The deadline follows the injected running clock, not the wall's."""
    server = serve()
    readings = iter([0.0])
    clock = Clock(wall=lambda: 1.0, running=lambda: next(readings, 11.0))
    with pytest.raises(TokenEndpointUnreachable, match="did not answer in time"):
        TokenEndpoint(TokenTransport(), clock=clock).request_token(credentials_for(server.url))
    assert server.received == []


@pytest.mark.parametrize("length", [b"Content-Length: 99999999\r\n", b""], ids=["told", "untold"])
def test_more_than_a_mebibyte_is_not_read(serve, endpoint, credentials_for, length):
    """An endless body is cut off at 1 MiB, with or without a Content-Length."""
    server = serve()
    server.answer = lambda _request: server.dripping(
        HEAD + length + b"\r\n" + b" " * 1024 * 1025, b" " * 65536
    )
    with pytest.raises(TokenResponseError, match="more than 1 MiB"):
        endpoint().request_token(credentials_for(server.url))


def test_a_mebibyte_is_read(serve, endpoint, credentials_for, wire):
    """A body of exactly 1 MiB is read."""
    body = wire.json(document=wire.token).partition(b"\r\n\r\n")[2]
    server = serve(answer=lambda _request: wire.reply(200, body.ljust(1024 * 1024)))
    token = endpoint().request_token(credentials_for(server.url))
    assert token.value.reveal() == "s3cret-t0ken"


def test_a_compressed_body_is_refused_unread(serve, endpoint, credentials_for, wire):
    """A compressed body is not decompressed, so it can't grow in memory."""
    bomb = gzip.compress(b" " * 50 * 1024 * 1024)
    server = serve(answer=lambda _request: wire.reply(200, bomb, Content_Encoding="gzip"))
    with pytest.raises(TokenResponseError, match="compressed"):
        endpoint().request_token(credentials_for(server.url))


def test_headers_without_end_are_refused(serve, endpoint, credentials_for):
    """The size of headers is limited as well."""
    server = serve()
    server.answer = lambda _request: server.dripping(HEAD + b"X-Big: ", b"x" * 65536)
    with pytest.raises(TokenEndpointUnreachable):
        endpoint().request_token(credentials_for(server.url))

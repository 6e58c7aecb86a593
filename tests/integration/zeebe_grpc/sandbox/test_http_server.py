"""The HTTP server with clients, and replies, that misbehave."""

import socket
from urllib.parse import urlsplit

import pytest

from zeebe_grpc.sandbox.oauth.http_server import HttpReply, HttpServer


@pytest.fixture
def server():
    running = HttpServer(None)
    yield running
    running.close()


def connect(server):
    where = urlsplit(server.url)
    return socket.create_connection((where.hostname, where.port), timeout=60)


def read_all(connection):
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_body_that_is_cut_off(server):
    """A client that closes within its body gets no answer, and nothing is done for it."""
    answered = []
    server.start(lambda request: answered.append(request) or HttpReply(200, b""))
    with connect(server) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
        connection.shutdown(socket.SHUT_WR)

        assert read_all(connection) == b""
    assert answered == []


def test_one_connection_for_several_requests(server):
    """A connection stays open between requests, and a query is no part of the path."""
    server.start(lambda request: HttpReply(200, f"{request.method} {request.path}".encode()))
    with connect(server) as connection:
        connection.sendall(
            b"GET /a?q=1 HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\nConnection: close\r\n\r\n"
        )
        received = read_all(connection)

    assert received.count(b"HTTP/1.1 200") == 2
    assert b"GET /a" in received
    assert b"GET /b" in received
    assert b"q=1" not in received


def test_chunks_are_not_read(server):
    """A body without a length is refused."""
    server.start(lambda _request: HttpReply(200, b""))
    with connect(server) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")

        assert read_all(connection).startswith(b"HTTP/1.1 413")


def test_an_answer_that_breaks(server, capfd):
    """An error of the sandbox's own is shown, and the server goes on."""

    def answer(request):
        if request.path == "/broken":
            raise ZeroDivisionError("broken on purpose")
        return HttpReply(204, b"")

    server.start(answer)
    with connect(server) as connection:
        connection.sendall(b"GET /broken HTTP/1.1\r\n\r\n")
        assert read_all(connection) == b""
    with connect(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert read_all(connection).startswith(b"HTTP/1.1 204")

    server.close()
    assert "broken on purpose" in capfd.readouterr().err


def test_a_connection_that_comes_too_late(server):
    """A connection that is accepted while the server ends is closed at once."""
    server.start(lambda _request: HttpReply(200, b""))
    server._server.end_connections()
    with connect(server) as connection:
        assert connection.recv(1) == b""


def test_a_server_that_never_started():
    """A server can be closed before it answered anything."""
    HttpServer(None).close()

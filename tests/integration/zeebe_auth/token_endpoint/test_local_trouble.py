"""What goes wrong on this machine is not blamed on the server."""

from __future__ import annotations

import errno
import os
import socket
import threading
from typing import Self

import pytest

from zeebe_auth import TokenEndpointUnreachable


class SocketBlockedError(RuntimeError):
    """What pytest-socket raises for a socket that a test mustn't make."""


def failed_here(endpoint, credentials, of: str) -> TokenEndpointUnreachable:
    with pytest.raises(TokenEndpointUnreachable) as caught:
        endpoint().request_token(credentials)
    error = caught.value
    assert f"failed here ({of})" in error.message
    assert "says nothing of the server" in error.message
    assert not error.timed_out
    assert error.retryable
    return error


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_guard_in_place_of_sockets_is_named(
    serve, endpoint, credentials_for, monkeypatch, scheme
):
    """An error that blocks sockets, such as pytest-socket's, is named."""

    class Guarded(socket.socket):
        def __new__(cls, *_args: object, **_options: object) -> Self:
            raise SocketBlockedError("a secret s3cr3t")

    server = serve()
    monkeypatch.setattr(socket, "socket", Guarded)
    url = f"{scheme}{server.url[server.url.index(':') :]}"
    error = failed_here(endpoint, credentials_for(url), f"{__name__}.SocketBlockedError")
    monkeypatch.undo()
    # A foreign message may quote anything.
    assert "s3cr3t" not in f"{error}{error.__cause__!r}"
    assert server.received == []


@pytest.mark.parametrize(
    ("raised", "told"), [(TypeError("x"), "TypeError"), (MemoryError(), "MemoryError")]
)
def test_what_the_look_up_raises_reaches_the_caller(
    endpoint, credentials_for, monkeypatch, raised, told
):
    """An error of the look-up is not reported as a time-out."""

    def getaddrinfo(*_args: object, **_options: object) -> None:
        raise raised

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    failed_here(endpoint, credentials_for("https://login.test/token"), told)


def test_not_even_what_ends_programs_is_lost_in_the_look_up(endpoint, credentials_for, monkeypatch):
    """An unexpected BaseException of the look-up reaches the caller."""

    def getaddrinfo(*_args: object, **_options: object) -> None:
        raise SystemExit(3)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(SystemExit):
        endpoint().request_token(credentials_for("https://login.test/token"))


@pytest.mark.parametrize("error", [RuntimeError("can't start new thread"), MemoryError()])
def test_without_a_thread_the_name_is_looked_up_all_the_same(
    serve, endpoint, credentials_for, monkeypatch, error
):
    """The look-up then runs on the thread that requests the token."""
    server = serve()
    asked_on = []
    getaddrinfo, start = socket.getaddrinfo, threading.Thread.start

    def watched(*args, **options):
        asked_on.append(threading.current_thread())
        return getaddrinfo(*args, **options)

    def fail(thread: threading.Thread) -> None:
        if thread.name == "zeebe-auth-resolve":
            raise error
        start(thread)

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    monkeypatch.setattr(threading.Thread, "start", fail)
    assert endpoint().request_token(credentials_for(server.url))
    assert asked_on == [threading.current_thread()]


@pytest.mark.parametrize(
    "number",
    [errno.ENOMEM, errno.ENOBUFS, errno.EACCES, errno.EPERM],
)
def test_what_this_system_refuses_is_its_own(endpoint, credentials_for, monkeypatch, number):
    """A lack of memory or a local firewall says nothing about the server."""

    def connect(_self: socket.socket, _address: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket.socket, "connect", connect, raising=False)
    error = failed_here(endpoint, credentials_for("https://127.0.0.1:1/token"), os.strerror(number))
    assert isinstance(error.__cause__, OSError)


@pytest.mark.parametrize(
    ("number", "said"), [(errno.EMFILE, "this process has"), (errno.ENFILE, "this machine has")]
)
def test_a_lack_of_descriptors_is_said(endpoint, credentials_for, monkeypatch, number, said):
    """The error blames neither the server nor the network."""

    def connect(_self: socket.socket, _address: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket.socket, "connect", connect, raising=False)
    with pytest.raises(TokenEndpointUnreachable, match=f"{said} as many files") as caught:
        endpoint().request_token(credentials_for("https://127.0.0.1:1/token"))
    assert isinstance(caught.value.__cause__, OSError)

"""Plaintext stays on this machine: the name must be a loopback name, and the connection must go
there."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from zeebe_auth import AccessToken, Secret
from zeebe_auth.errors import ConfigurationError, TokenEndpointUnreachable


@dataclass
class Elsewhere:
    """A server on an address that is not loopback, which records every byte it receives."""

    address: str
    received: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server((self.address, 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(30)
                if (data := connection.recv(65536)) == b"the end":
                    return
                self.received.append(data)

    def end(self) -> bytes:
        """End it and return what it received on all connections before."""
        if self._thread.is_alive():
            self._end()
        return b"".join(self.received)

    def _end(self) -> None:
        with socket.create_connection((self.address, self.port), 5) as last:
            last.sendall(b"the end")
        self._thread.join(40)
        self._listener.close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """A server reached by this machine's own address on a network, as another machine would be."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; RFC 5737's test network
        except OSError:
            pytest.skip("this machine has no address beside loopback")
        address = probe.getsockname()[0]
    server = Elsewhere(address)
    yield server
    server.end()


@pytest.fixture
def resolve(monkeypatch):
    """Makes every name resolve to these addresses, in this order."""

    def to(*addresses: str) -> None:
        def getaddrinfo(host, port, *_args, **_options):
            return [
                (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))
                for address in addresses
            ]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return to


@pytest.mark.parametrize("allow_plaintext", [False, True])
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "login.localhost"])
def test_a_loopback_name_that_leads_elsewhere_gets_no_secret(
    elsewhere, resolve, endpoint, credentials_for, host, allow_plaintext
):
    """Where localhost is not this machine, the connection is closed before a byte of the request,
    also where plaintext to other names is allowed."""
    resolve(elsewhere.address)
    asking = endpoint(allow_plaintext=allow_plaintext)
    with pytest.raises(ConfigurationError, match=r"not this machine.*Nothing was sent") as caught:
        asking.request_token(credentials_for(f"http://{host}:{elsewhere.port}/token"))
    assert elsewhere.address in caught.value.message
    assert "hosts file" in caught.value.message
    assert elsewhere.end() == b""


@pytest.mark.parametrize("name", ["issuer", "well_known_url"])
def test_discovery_asks_nobody_else(elsewhere, resolve, endpoint, credentials_for, name):
    """A discovery document, which names where the secret is sent, must come from this machine
    too."""
    resolve(elsewhere.address)
    credentials = credentials_for(None, **{name: f"http://localhost:{elsewhere.port}/realm"})
    with pytest.raises(ConfigurationError, match="not this machine"):
        endpoint().request_token(credentials)
    assert elsewhere.end() == b""


def test_a_token_is_not_shown_to_be_revoked(elsewhere, resolve, endpoint, credentials_for):
    """Revocation sends secret and token, so it follows the same rule."""
    resolve(elsewhere.address)
    credentials = credentials_for(
        "https://login.test/token", revocation_url=f"http://localhost:{elsewhere.port}/revoke"
    )
    with pytest.raises(ConfigurationError, match="not this machine"):
        endpoint().revoke_token(credentials, AccessToken(Secret("t0ken")))
    assert elsewhere.end() == b""


def test_the_address_that_is_this_machine_is_taken(
    serve, elsewhere, resolve, endpoint, credentials_for
):
    """Among several addresses of localhost the first that is loopback gets the request."""
    server = serve()
    # A server listens there on the same port, or the first address would only be refused.
    with socket.create_server((elsewhere.address, server.port)) as other:
        resolve(elsewhere.address, "127.0.0.1")
        endpoint().request_token(credentials_for(f"{server.url}/token"))
        connection, _ = other.accept()
        with connection:
            assert connection.recv(1) == b""
    assert len(server.received) == 1


def test_another_name_is_refused_though_it_is_loopback(resolve, endpoint, credentials_for, serve):
    """The machine's own name is refused, whatever it resolves to today."""
    server = serve()
    resolve("127.0.0.1")
    url = f"http://{socket.gethostname().lower()}.test:{server.port}/token"
    with pytest.raises(ConfigurationError, match="readable on the way"):
        endpoint().request_token(credentials_for(url))
    assert server.received == []


def test_the_switch_is_for_other_names(elsewhere, resolve, endpoint, credentials_for):
    """allow_plaintext permits plaintext to machines with other names."""
    resolve(elsewhere.address)
    asking = endpoint(allow_plaintext=True)
    with pytest.raises(TokenEndpointUnreachable, match="closed the connection"):
        asking.request_token(credentials_for(f"http://login.test:{elsewhere.port}/token"))
    assert elsewhere.end().startswith(b"POST /token")

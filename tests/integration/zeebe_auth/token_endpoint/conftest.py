"""Servers on loopback that keep what they were sent, byte for byte, and answer as told."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tcp_server import TcpServer

from zeebe_auth.clock import SYSTEM_CLOCK, Clock
from zeebe_auth.credentials.authentication import ClientSecret
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.secret import Secret
from zeebe_auth.token_endpoint import TokenEndpoint, TokenTransport

NOW = 1_800_000_000.0


@dataclass
class Received:
    """One request as it arrived."""

    line: str
    headers: dict[str, str]
    body: bytes
    peer_certificate: bytes | None = None


Answer = bytes | Iterable[bytes]


def reply(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def json_reply(status: int = 200, /, document: object = None, **headers: str) -> bytes:
    return reply(status, json.dumps(document).encode(), Content_Type="application/json", **headers)


TOKEN = {"access_token": "s3cret-t0ken", "token_type": "Bearer", "expires_in": 3600}


@dataclass
class WireServer:
    """A server of one connection a request."""

    tls: ssl.SSLContext | None = None
    answer: Callable[[Received], Answer] = lambda _request: json_reply(document=TOKEN)
    received: list[Received] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        self._server = TcpServer(self._serve, self.host)
        self.port = self._server.port

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://localhost:{self.port}"

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.ExitStack() as open_now:
            certificate = None
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                open_now.callback(connection.close)
                certificate = connection.getpeercert(binary_form=True)
            request = self._read(connection)
            if request is None:
                return
            request = replace(request, peer_certificate=certificate)
            self.received.append(request)
            answer = self.answer(request)
            for part in [answer] if isinstance(answer, bytes) else answer:
                connection.sendall(part)
            # Closing with unread bytes resets the connection and destroys the answer.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1)

    @staticmethod
    def _read(connection: socket.socket) -> Received | None:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return None
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        line, *rest = head.decode("latin-1").split("\r\n")
        headers = dict(each.split(": ", 1) for each in rest)
        while len(body) < int(headers.get("Content-Length", 0)):
            body += connection.recv(65536)
        return Received(line, headers, body)

    def dripping(self, start: bytes, drop: bytes) -> Iterator[bytes]:
        """``start``, then ``drop`` again and again until the other side or the test ends."""
        yield start
        while not self.stopping.wait(0.01):
            yield drop

    def close(self) -> None:
        self.stopping.set()
        self._server.stop_accepting()
        self._server.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., WireServer]]:
    """Starts servers that end with the test."""
    servers: list[WireServer] = []

    def start(**options: object) -> WireServer:
        servers.append(WireServer(**options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@dataclass
class Authority:
    """A certificate authority of the test's own.

    Args:
        folder: Where its files go.
        name: Its common name.
        critical: Whether its basicConstraints are critical, as RFC 5280, 4.2.1.9 wants it.
        parent: Who signed it, if not itself.
    """

    folder: Path
    name: str
    critical: bool = True
    parent: Authority | None = None

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.name)])
        signer = self.parent or self
        self._certificate = signer._issue(
            self._subject, self._key.public_key(), None, critical=self.critical
        )
        self.file = self.folder / f"{self.name}.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def _issue(
        self,
        subject,
        key,
        names,
        *,
        expired: bool = False,
        bare: bool = False,
        critical: bool = True,
        early: bool = False,
    ):
        now = dt.datetime.now(dt.UTC) + dt.timedelta(days=3 if early else 0)
        end = now - dt.timedelta(days=1) if expired else now + dt.timedelta(days=1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=2))
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=names is None, path_length=None), critical)
        )
        if names is None:
            usage = dict.fromkeys(
                [
                    "digital_signature", "content_commitment", "key_encipherment",
                    "data_encipherment", "key_agreement", "encipher_only", "decipher_only",
                ],
                False,
            )  # fmt: skip
            builder = builder.add_extension(
                x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), True
            )
        else:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), False)
        if not bare:
            own = x509.SubjectKeyIdentifier.from_public_key(key)
            issuers = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
            builder = builder.add_extension(own, False).add_extension(issuers, False)
        return builder.sign(self._key, hashes.SHA256())

    def certificate(
        self, *names: str, expired: bool = False, bare: bool = False, early: bool = False
    ) -> Path:
        """A PEM file with a certificate for ``names`` and its key.

        ``bare``: without key identifiers; ``early``: valid from tomorrow on.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        found = [
            x509.IPAddress(ipaddress.ip_address(name))
            if ":" in name or name[0].isdigit()
            else x509.DNSName(name)
            for name in names
        ]
        certificate = self._issue(
            subject, key.public_key(), found, expired=expired, bare=bare, early=early
        )
        file = self.folder / f"{names[0]}-by-{self.name}.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return file

    def self_signed(self, name: str) -> Path:
        """A PEM file with a certificate for ``name`` that signed itself, and its key."""
        certificate = self._issue(self._subject, self._key.public_key(), [x509.DNSName(name)])
        file = self.folder / f"{name}-by-itself.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + self._key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return file

    def server_context(
        self, *names: str, client_ca: Path | None = None, **options: bool
    ) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate(*names, **options))
        if client_ca is not None:
            context.load_verify_locations(client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
        return context


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority that only those trust who are configured to."""
    return Authority(tmp_path, "authority")


@pytest.fixture
def other_authority(tmp_path: Path) -> Authority:
    """Another such authority."""
    return Authority(tmp_path, "other-authority")


@pytest.fixture
def clock() -> Clock:
    """A wall clock that stands still, and the running clock that doesn't."""
    return Clock(wall=lambda: NOW, running=SYSTEM_CLOCK.running)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine that runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "request_method"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def credentials_for() -> Callable[..., ClientCredentials]:
    """Give credentials for a token URL, with a secret that is easy to find in any output."""

    def make(token_url: str | None, **more: object) -> ClientCredentials:
        settings: dict[str, object] = {
            "client_id": "the-client",
            "authentication": ClientSecret(Secret("hush~hush")),
            "token_url": token_url,
            **more,
        }
        return ClientCredentials(**settings)

    return make


@pytest.fixture
def endpoint(clock: Clock) -> Callable[..., TokenEndpoint]:
    """Endpoints over a transport with these settings."""
    return lambda **settings: TokenEndpoint(TokenTransport(**settings), clock=clock)


@pytest.fixture
def wire() -> type:
    """How answers are written."""

    class Wire:
        now = NOW
        token = TOKEN
        reply = staticmethod(reply)
        json = staticmethod(json_reply)

    return Wire

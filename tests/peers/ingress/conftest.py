"""Real ingresses in front of the sandbox's gateway, and all clients that call through them."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ingress import haproxy, nginx
from ingress.certificates import client_certificate, write_server_certificate
from ingress.clients import CLIENTS, Client, Destination
from ingress.documented import block, with_places_of_this_test
from ingress.fault_proxy import FaultProxy
from ingress.token_check import TokenCheck, published_keys
from logged_process import LoggedProcess
from sandbox_credentials import provider_for

from zeebe_auth import (
    CredentialsProvider,
    OAuthCredentialsProvider,
)
from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.certificates import ServerCertificate, issue_server_certificate

COMMAND_SECONDS = 60


@dataclass(frozen=True)
class Ingress:
    """A running ingress.

    Args:
        target: Where it listens, ``host:port``.
        ca_file: Whom its clients and those of the token endpoint trust, PEM.
        folder: Where its files are.
        process: What runs it.
    """

    target: str
    ca_file: Path
    folder: Path
    process: LoggedProcess

    def destination(self, **arguments: Any) -> Destination:
        """How a client connects to it."""
        return Destination(self.target, self.ca_file.read_bytes(), **arguments)


@pytest.fixture(scope="module")
def running_gateway() -> Iterator[Sandbox]:
    """A gateway as it stands behind an ingress: without TLS of its own."""
    with Sandbox(gateway_tls=False) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_gateway: Sandbox) -> Sandbox:
    """The same sandbox, as it was at its start."""
    running_gateway.reset()
    return running_gateway


@pytest.fixture
def check(sandbox: Sandbox) -> Iterator[TokenCheck]:
    """What nginx asks about tokens."""
    with TokenCheck(sandbox) as check:
        yield check


@pytest.fixture(scope="session")
def certificate() -> ServerCertificate:
    """The certificate of the ingress."""
    return issue_server_certificate()


@pytest.fixture(scope="session")
def renewed_certificate() -> ServerCertificate:
    """The next certificate, which another certificate authority signed."""
    return issue_server_certificate()


@pytest.fixture(scope="session")
def client_pair() -> tuple[bytes, bytes]:
    """A client's certificate and its key."""
    return client_certificate()


@pytest.fixture
def until_the_end() -> Iterator[ExitStack]:
    """Closed at the end of the test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def ca_file(
    tmp_path: Path,
    sandbox: Sandbox,
    certificate: ServerCertificate,
    renewed_certificate: ServerCertificate,
) -> Path:
    """Whom clients trust: the token endpoint's authority and both of the ingress."""
    file = tmp_path / "trusted.pem"
    file.write_bytes(
        sandbox.ca_certificate_path.read_bytes()
        + certificate.authority
        + renewed_certificate.authority
    )
    return file


@pytest.fixture
def start_nginx(
    tmp_path: Path,
    sandbox: Sandbox,
    check: TokenCheck,
    certificate: ServerCertificate,
    client_pair: tuple[bytes, bytes],
    ca_file: Path,
    until_the_end: ExitStack,
) -> Callable[..., Ingress]:
    """Starts the nginx of the documentation.

    With ``html`` it lacks the lines that make gRPC's answers of HTTP errors, with
    ``client_certificate`` it has those that demand one. ``gateway`` is another address, and
    ``instead_of_gateway`` another directive.
    ``read_timeout`` is how long the gateway may be silent.
    """

    def start(
        *,
        html: bool = False,
        client_certificate: bool = False,
        gateway: str = "",
        instead_of_gateway: str = "",
        read_timeout: str = "1h",
    ) -> Ingress:
        chain, key = tmp_path / "ingress.pem", tmp_path / "ingress.key"
        write_server_certificate(certificate, chain, key)
        listener = until_the_end.enter_context(socket.create_server(("127.0.0.1", 0)))
        target = f"127.0.0.1:{listener.getsockname()[1]}"
        places: dict[str, object] = {
            "listen 443 ": f"listen {target} ",
            "/etc/nginx/tls/zeebe.pem": chain,
            "/etc/nginx/tls/zeebe.key": key,
            "127.0.0.1:26500": gateway or sandbox.address,
            "http://127.0.0.1:8080/": f"{check.url}/",
            "grpc_read_timeout 1h": f"grpc_read_timeout {read_timeout}",
        }
        site = block("nginx/zeebe.conf")
        if client_certificate:
            clients = tmp_path / "clients.pem"
            clients.write_bytes(client_pair[0])
            places["/etc/nginx/tls/clients-ca.pem"] = clients
            site = site.replace(
                "server {\n", "server {\n" + block("nginx/client-certificate.conf"), 1
            )
        if html:
            site = re.sub(r"^ *error_page .*\n", "", site, flags=re.MULTILINE)
        site = with_places_of_this_test(site, places)
        if instead_of_gateway:
            site = re.sub(r"grpc_pass .*;", instead_of_gateway, site)
        process = until_the_end.enter_context(nginx.start_nginx(tmp_path / "nginx", site, listener))
        process.wait_for_line(nginx.STARTED)
        return Ingress(target, ca_file, tmp_path, process)

    return start


@pytest.fixture
def start_haproxy(
    tmp_path: Path,
    sandbox: Sandbox,
    certificate: ServerCertificate,
    ca_file: Path,
    until_the_end: ExitStack,
) -> Callable[..., Ingress]:
    """Starts the haproxy of the documentation, for which the tokens ``revoked`` are void."""

    def start(*, revoked: tuple[str, ...] = (), audience: str = "", gateway: str = "") -> Ingress:
        bundle, key = tmp_path / "ingress.pem", tmp_path / "authorization-server.pem"
        bundle.write_bytes(certificate.chain + certificate.private_key)
        key.write_bytes(published_keys(sandbox).keys[0].as_pem(private=False))
        listener = until_the_end.enter_context(socket.create_server(("127.0.0.1", 0)))
        places = {
            "bind :443": f"bind {haproxy.LISTENER.format(listener.fileno())}",
            "/etc/haproxy/zeebe.pem": bundle,
            '"RS256"': '"ES256"',
            "/etc/haproxy/authorization-server.pem": key,
            "/etc/haproxy/revoked.lst": tmp_path / "revoked.lst",
            "zeebe-api": audience or sandbox.audience,
            "127.0.0.1:26500": gateway or sandbox.address,
            # Otherwise one second each.
            "mode http\n": "mode http\n    retries 0\n",
        }
        configuration = with_places_of_this_test(block("haproxy/haproxy.cfg"), places)
        process = until_the_end.enter_context(
            haproxy.start_haproxy(tmp_path, configuration, listener, revoked)
        )
        process.wait_for_line(haproxy.STARTED)
        target = f"127.0.0.1:{listener.getsockname()[1]}"
        return Ingress(target, ca_file, tmp_path, process)

    return start


@pytest.fixture
def fault_proxy(until_the_end: ExitStack) -> FaultProxy:
    """A proxy that can be cut off, and that refuses connections until it has a target."""
    return until_the_end.enter_context(FaultProxy())


@pytest.fixture
def provider(sandbox: Sandbox, until_the_end: ExitStack) -> OAuthCredentialsProvider:
    """A provider of the sandbox's tokens, which has none yet."""
    return until_the_end.enter_context(provider_for(sandbox))


@pytest.fixture(params=CLIENTS)
def open_client(
    request: pytest.FixtureRequest, provider: OAuthCredentialsProvider, until_the_end: ExitStack
) -> Callable[[Destination], Client]:
    """Opens our channel, our asyncio channel, or one of grpcio's with our credentials."""

    def open_client(to: Destination, provider: CredentialsProvider = provider) -> Client:
        client = CLIENTS[request.param](to, provider)
        until_the_end.callback(client.close)
        return client

    return open_client


@pytest.fixture
def run(sandbox: Sandbox, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs ``zeebe-grpc`` against an ingress, with the environment changed by the keywords."""

    def run(
        at: Ingress | str, *arguments: str, ca_file: Path | None = None, **changes: str
    ) -> subprocess.CompletedProcess[str]:
        trusted = str(at.ca_file if isinstance(at, Ingress) else ca_file)
        environment = sandbox.child_environment()
        # The gateway behind the ingress is plaintext, the ingress is not.
        del environment["ZEEBE_INSECURE_CONNECTION"]
        environment |= {
            "ZEEBE_ADDRESS": at.target if isinstance(at, Ingress) else at,
            "CAMUNDA_CA_CERTIFICATE_PATH": trusted,
            "ZEEBE_CA_CERTIFICATE_PATH": trusted,
            **changes,
        }
        return subprocess.run(
            [sys.executable, "-m", "zeebe_grpc.cli.main", *arguments],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    return run

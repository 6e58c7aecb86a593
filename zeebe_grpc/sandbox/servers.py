"""The servers of one running sandbox, started together and ended together."""

from __future__ import annotations

import secrets
import shutil
import ssl
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from zeebe_grpc.sandbox.certificates import ServerCertificate, issue_server_certificate
from zeebe_grpc.sandbox.counters import Counters
from zeebe_grpc.sandbox.environment import Coordinates
from zeebe_grpc.sandbox.gateway.cluster import Cluster
from zeebe_grpc.sandbox.gateway.gateway import Gateway
from zeebe_grpc.sandbox.gateway.other_services import OtherServices
from zeebe_grpc.sandbox.gateway.replies import Replies
from zeebe_grpc.sandbox.oauth.access_tokens import AccessTokens
from zeebe_grpc.sandbox.oauth.authorization_server import SandboxAuthorizationServer
from zeebe_grpc.sandbox.oauth.http_server import HttpReply, HttpRequest, HttpServer
from zeebe_grpc.sandbox.oauth.routes import TOKEN_PATH, Routes
from zeebe_grpc.sandbox.private_file import write_private
from zeebe_grpc.sandbox.switches import Switches


@dataclass(frozen=True, slots=True)
class Plan:
    """What is fixed before the start; `Sandbox` says what each means."""

    client_id: str
    client_secret: str
    audience: str
    scopes: tuple[str, ...]
    token_endpoint_tls: bool
    gateway_tls: bool
    others: OtherServices
    wall_clock: Callable[[], float]

    def __repr__(self) -> str:
        return f"Plan({self.client_id!r}, …)"


class Servers:
    """Running from construction until `close`; a start that fails leaves nothing behind.

    Args:
        plan: What to start.
        switches: What the servers ask before they answer.
        counters: Where they count.
        control: Answers what comes to the control path, given the rest of the path.
    """

    def __init__(
        self,
        plan: Plan,
        switches: Switches,
        counters: Counters,
        control: Callable[[str, HttpRequest], HttpReply],
    ) -> None:
        with ExitStack() as stack:
            directory = Path(tempfile.mkdtemp(prefix="zeebe-sandbox-"))
            stack.callback(shutil.rmtree, directory, ignore_errors=True)
            certificate = issue_server_certificate()
            authority_path = directory / "ca.pem"
            authority_path.write_bytes(certificate.authority)
            self.token_cache_directory = directory / "tokens"
            self.token_cache_directory.mkdir(mode=0o700)

            tls = _tls_context(certificate, directory) if plan.token_endpoint_tls else None
            http_server = HttpServer(tls)
            stack.callback(http_server.close)
            self.tokens = AccessTokens(http_server.url, plan.wall_clock)
            self.authorization_server = SandboxAuthorizationServer(
                self.tokens,
                audience=plan.audience,
                scopes=plan.scopes,
                lifetime_seconds=lambda: switches.token_lifetime_seconds,
            )
            self.authorization_server.add_client(plan.client_id, plan.client_secret)
            self.cluster = Cluster()
            self.replies = Replies()
            gateway = Gateway(
                tokens=self.tokens,
                audience=plan.audience,
                cluster=self.cluster,
                replies=self.replies,
                others=plan.others,
                switches=switches,
                counters=counters,
                certificate=certificate if plan.gateway_tls else None,
            )
            stack.callback(gateway.close)
            # A path nobody else on this machine finds: loopback is shared by all its users.
            control_path = f"/sandbox/{secrets.token_urlsafe(24)}"
            switches.begin()
            stack.callback(switches.end)
            http_server.start(
                Routes(
                    self.authorization_server,
                    self.tokens,
                    scopes=plan.scopes,
                    switches=switches,
                    counters=counters,
                    control_path=control_path,
                    control=control,
                )
            )
            self.coordinates = Coordinates(
                address=gateway.address,
                plaintext=not plan.gateway_tls,
                client_id=plan.client_id,
                client_secret=plan.client_secret,
                token_url=http_server.url + TOKEN_PATH,
                audience=plan.audience,
                authority_path=str(authority_path),
                token_cache_directory=str(self.token_cache_directory),
                client_config_path=str(directory / "credentials.yaml"),
                control_url=http_server.url + control_path,
            )
            self._stack = stack.pop_all()

    def close(self) -> None:
        """Ends all, in the opposite order; held replies and open streams end early."""
        self._stack.close()


def _tls_context(certificate: ServerCertificate, directory: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    chain, private_key = directory / "server.pem", directory / "server.key"
    chain.write_bytes(certificate.chain)
    write_private(private_key, certificate.private_key)
    context.load_cert_chain(chain, private_key)
    private_key.unlink()
    return context

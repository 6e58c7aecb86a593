"""Probes DNS, TCP, TLS and HTTP/2 in turn: which one fails on the way to the gateway, and why.

gRPC itself says UNAVAILABLE to all of it.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zeebe_auth import ConfigurationError
from zeebe_auth.adapters import is_loopback_address, is_loopback_name, parse_address
from zeebe_grpc.connection.proxies import route_to
from zeebe_grpc.connection.roots import ROOTS_VARIABLE
from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.diagnosis.http2 import FirstReply, first_reply
from zeebe_grpc.diagnosis.peer_certificate import PeerCertificate, peer_certificate
from zeebe_grpc.diagnosis.step import DiagnosisStep
from zeebe_grpc.diagnosis.time_limit import TimeLimit, TimeOverError
from zeebe_grpc.diagnosis.tls import distrusted, no_handshake, verifying_as_grpc
from zeebe_grpc.diagnosis.trusted_roots import trusted_roots

_Endpoint = tuple[int, Any]

_STEPS = ("dns", "tcp", "tls", "http2")


class _StepFailed(Exception):
    def __init__(self, step: DiagnosisStep) -> None:
        super().__init__(step.detail)
        self.step = step


@dataclass(slots=True)
class Probe:
    """Probes DNS, TCP, TLS and HTTP/2 in turn. No credentials are sent.

    Args:
        settings: Where the gateway is and what is trusted.
        limit: How long all of it may take.
        carries_token: Whether calls have a token, which keeps plaintext on this machine.

    Attributes:
        certificate: What the gateway showed and was trusted with; None before it did.
    """

    settings: ConnectionSettings
    limit: TimeLimit
    carries_token: bool = True
    certificate: PeerCertificate | None = None
    endpoints: tuple[_Endpoint, ...] = ()

    def steps(self) -> Iterator[DiagnosisStep]:
        """The four steps. After the first one that fails, the others are skipped."""
        address = self.settings.address
        route = route_to(address.host, address.port)
        if route.proxy is not None:
            reason = f"gRPC goes {route}; what is behind can't be seen."
            yield from (DiagnosisStep.skipped(name, reason) for name in _STEPS)
            return
        reached = 0
        try:
            yield self.dns()
            reached += 1
            connection, step = self.tcp()
            with connection:
                yield step
                reached += 1
                if self.settings.address.plaintext:
                    yield DiagnosisStep.skipped("tls", "The address says plaintext.")
                    reached += 1
                    yield self.http2(connection)
                else:
                    secured, step = self.tls(connection)
                    with secured:
                        yield step
                        reached += 1
                        yield self.http2(secured)
        except _StepFailed as failure:
            yield failure.step
            for name in _STEPS[reached + 1 :]:
                yield DiagnosisStep.skipped(name, f"{failure.step.name} comes first.")

    def dns(self) -> DiagnosisStep:
        address = self.settings.address
        found: list[tuple[Any, ...]] | Exception
        try:
            # The system's resolver takes no time limit.
            found = self.limit.run(
                lambda: list(
                    socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
                )
            )
        except TimeOverError:
            found = TimeoutError("no answer in time")
        except Exception as error:  # whoever asked is told
            found = error
        if isinstance(found, Exception) or not found:
            why = getattr(found, "strerror", None) or found or "no address"
            if not isinstance(found, OSError | UnicodeError | list):
                why = f"it failed here ({type(found).__name__}), whatever the name"
            raise _StepFailed(
                DiagnosisStep.failed(
                    "dns",
                    f"The name {address.host} could not be resolved: {why}."
                    f"{self.settings.address_named_by}",
                    "Check the address for a typing error, and the network (VPN, DNS).",
                )
            )
        self.endpoints = tuple((entry[0], entry[4]) for entry in found)
        numbers = ", ".join(dict.fromkeys(str(entry[4][0]) for entry in found))
        if address.plaintext and self.carries_token and is_loopback_name(address.host):
            self.endpoints = tuple(e for e in self.endpoints if is_loopback_address(e[1][0]))
        if not self.endpoints:
            raise _StepFailed(
                DiagnosisStep.failed(
                    "dns",
                    f"The name {address.host} is {numbers} here, which is not this machine: no "
                    "token is sent there in plaintext.",
                    f"Correct the address of {address.host} (the hosts file, DNS), or write "
                    f"https://{address.target}.",
                    "configuration",
                )
            )
        return DiagnosisStep.ok("dns", f"{address.host} is {numbers}.")

    def connect(self) -> socket.socket:
        failure = OSError("no address")
        for family, endpoint in self.endpoints:
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                connection.settimeout(self.limit.left())
                connection.connect(endpoint)
            except OSError as error:
                connection.close()
                failure = error
            else:
                # The one that answers is the one to ask again.
                self.endpoints = ((family, endpoint),)
                return connection
        raise failure

    def tcp(self) -> tuple[socket.socket, DiagnosisStep]:
        target = self.settings.address.target
        began = time.perf_counter()
        try:
            connection = self.connect()
        except OSError as error:
            raise _StepFailed(
                DiagnosisStep.failed(
                    "tcp",
                    f"No connection to {target}: {_why(error)}.{self.settings.address_named_by}",
                    "Check that the gateway runs, that host and port are right, and that no "
                    "firewall is in between.",
                )
            ) from error
        milliseconds = (time.perf_counter() - began) * 1000
        told = f"Connected to {target} in {milliseconds:.0f} ms."
        return connection, DiagnosisStep.ok("tcp", told)

    @property
    def server_name(self) -> str:
        if self.settings.authority is not None:
            return parse_address(self.settings.authority).host
        return self.settings.address.host

    def tls(self, connection: socket.socket) -> tuple[ssl.SSLSocket, DiagnosisStep]:
        context, source = self.tls_context()
        connection.settimeout(self.limit.left())
        try:
            secured = context.wrap_socket(connection, server_hostname=self.server_name)
        except ssl.SSLCertVerificationError as error:
            shown = self.shown_certificate()
            raise _StepFailed(distrusted(error, shown, self.server_name, source)) from error
        except OSError as error:
            target, reply = self.settings.address.target, self.plaintext_reply()
            raise _StepFailed(no_handshake(target, reply, _why(error))) from error
        certificate = PeerCertificate.from_der(secured.getpeercert(binary_form=True) or b"")
        self.certificate = certificate
        return secured, DiagnosisStep.ok(
            "tls",
            f"{secured.version()}; the certificate is for {certificate.names_text}, signed by "
            f"{certificate.issuer}, valid until {certificate.valid_until:%Y-%m-%d %H:%M} UTC, "
            f"trusted by {source}.",
        )

    def tls_context(self) -> tuple[ssl.SSLContext, str]:
        context = verifying_as_grpc()
        context.set_alpn_protocols(["h2"])
        if self.settings.root_certificates is not None:
            roots, source = self.settings.root_certificates, "the CA file"
        else:
            try:
                roots, source = trusted_roots()
            except ConfigurationError as error:
                raise _StepFailed(
                    DiagnosisStep.failed(
                        "tls",
                        f"gRPC has no certificate authorities to trust: {error.message}",
                        f"Check the variable {ROOTS_VARIABLE}.",
                        "configuration",
                    )
                ) from error
        # Python takes ASCII alone; the comments in gRPC's own list may be in anything.
        context.load_verify_locations(cadata=roots.decode("ascii", "ignore"))
        if self.settings.client_certificate is not None:
            self.settings.client_certificate.read().load_into(context)
        return context, source

    def http2(self, connection: socket.socket) -> DiagnosisStep:
        target = self.settings.address.target
        secured = isinstance(connection, ssl.SSLSocket)
        reply: FirstReply | None = None
        why = "it answers with something else"
        connection.settimeout(self.limit.left())
        try:
            reply = first_reply(connection)
        except OSError as error:
            why = _why(error)
            if "CERTIFICATE_REQUIRED" in str(getattr(error, "reason", "")):
                raise _StepFailed(
                    DiagnosisStep.failed(
                        "http2",
                        f"The gateway at {target} asks for a client certificate.",
                        "Name one in the profile: client_certificate and client_key.",
                    )
                ) from error
        if reply is FirstReply.HTTP2:
            return DiagnosisStep.ok("http2", f"{target} speaks HTTP/2.")
        if not secured and self.shown_certificate() is not None:
            raise _StepFailed(
                DiagnosisStep.failed(
                    "http2",
                    f"The address says plaintext, but the gateway at {target} speaks TLS.",
                    f"Write https://{target}, and don't set the insecure variable.",
                )
            )
        advice = (
            "Check that this is the gateway's gRPC port, and that a proxy or ingress in front of "
            "it passes HTTP/2 on."
        )
        if reply is FirstReply.HTTP1:
            why = "it speaks HTTP/1.1"
        elif reply is FirstReply.CLOSED:
            why = "it closes the connection"
        if reply in {None, FirstReply.CLOSED} and secured and not self.settings.client_certificate:
            advice += " It may want a client certificate (in a profile: client_certificate)."
        raise _StepFailed(
            DiagnosisStep.failed(
                "http2", f"{target} does not speak HTTP/2, which gRPC needs: {why}.", advice
            )
        )

    def shown_certificate(self) -> PeerCertificate | None:
        try:
            with self.connect() as connection:
                return peer_certificate(connection, self.server_name)
        except OSError:
            return None

    def plaintext_reply(self) -> FirstReply | None:
        try:
            with self.connect() as connection:
                return first_reply(connection)
        except OSError:
            return None


def _why(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return (error.reason or "TLS failed").lower().replace("_", " ")
    return error.strerror or type(error).__name__

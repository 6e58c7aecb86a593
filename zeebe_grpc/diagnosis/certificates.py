"""How long the certificates of a connection are still valid."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from urllib.parse import urlsplit

from zeebe_auth import AuthError
from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.diagnosis.peer_certificate import PeerCertificate, peer_certificate
from zeebe_grpc.diagnosis.step import DiagnosisStep

_SOON_DAYS = 14
_SECONDS_OF_A_DAY = 86_400
_SOON_SECONDS = _SOON_DAYS * _SECONDS_OF_A_DAY
_HTTPS_PORT = 443


def check_certificates(
    gateway: PeerCertificate | None,
    token_endpoint: PeerCertificate | None,
    settings: ConnectionSettings | None,
) -> DiagnosisStep:
    """When the certificates end, those of the servers and the client's own.

    Args:
        gateway: What the gateway showed; None if it showed nothing, or was not reached.
        token_endpoint: What the token endpoint showed.
        settings: The connection, with its client certificate.
    """
    ends: list[tuple[str, datetime]] = [
        (name, shown.valid_until)
        for name, shown in (("the gateway's", gateway), ("the token endpoint's", token_endpoint))
        if shown is not None
    ]
    certificate = None if settings is None else settings.client_certificate
    if certificate is not None:
        try:
            until = datetime.fromtimestamp(certificate.read().expires_at, UTC)
        except (AuthError, OverflowError, ValueError, OSError):
            pass  # the step that uses it has told what is wrong
        else:
            ends.append(("this client's", until))
    if not ends:
        return DiagnosisStep.skipped("certificates", "No certificate was shown.")
    now = datetime.now(UTC)
    told = ", ".join(f"{name} until {until:%Y-%m-%d} ({_days(until, now)})" for name, until in ends)
    soon = [name for name, until in ends if (until - now).total_seconds() < _SOON_SECONDS]
    return DiagnosisStep.ok(
        "certificates",
        f"Valid: {told}.",
        f"Renew {' and '.join(soon)} certificate within {_SOON_DAYS} days." if soon else "",
    )


def shown_by(url: str, timeout_seconds: float) -> PeerCertificate | None:
    """The certificate that the server behind ``url`` shows; None if there is none to see.

    Args:
        url: An https URL. The connection is made directly, without a proxy.
        timeout_seconds: How long that may take.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.hostname is None:
            return None
        target = (parts.hostname, parts.port or _HTTPS_PORT)
        with socket.create_connection(target, timeout=timeout_seconds) as connection:
            return peer_certificate(connection, parts.hostname, protocols=("http/1.1",))
    except (OSError, ValueError):
        return None


def _days(until: datetime, now: datetime) -> str:
    days = int((until - now).total_seconds() // _SECONDS_OF_A_DAY)
    if days < 0:
        return "expired"
    return "1 day" if days == 1 else f"{days} days"

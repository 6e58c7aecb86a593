"""The certificate that a server shows, trusted or not."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from datetime import datetime

_SHOWN_NAMES = 6
_MAX_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class PeerCertificate:
    """What a certificate says of itself.

    Args:
        names: The host names and IP addresses it is for.
        issuer: Who signed it, for people.
        valid_until: When it expires.
        valid_from: From when on it is valid.
    """

    names: tuple[str, ...]
    issuer: str
    valid_until: datetime
    valid_from: datetime

    @property
    def names_text(self) -> str:
        """The names for people, the first few of many."""
        more = len(self.names) - _SHOWN_NAMES
        text = ", ".join(map(_shown, self.names[:_SHOWN_NAMES])) or "no name at all"
        return f"{text} and {more} more" if more > 0 else text

    @classmethod
    def from_der(cls, der: bytes) -> PeerCertificate:
        """Read a certificate in DER (RFC 5280).

        Raises:
            ValueError: It is none.
        """
        from cryptography import x509

        certificate = x509.load_der_x509_certificate(der)
        try:
            extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
            names = (
                *extension.value.get_values_for_type(x509.DNSName),
                *map(str, extension.value.get_values_for_type(x509.IPAddress)),
            )
        except x509.ExtensionNotFound:
            names = ()
        issuer = _shown(certificate.issuer.rfc4514_string())
        return cls(names, issuer, certificate.not_valid_after_utc, certificate.not_valid_before_utc)


def _shown(text: str) -> str:
    """What the server wrote, bounded, and without codes that steer a terminal."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= _MAX_CHARACTERS else f"{line[:_MAX_CHARACTERS]}…"


def peer_certificate(
    connection: socket.socket, server_name: str, protocols: tuple[str, ...] = ("h2",)
) -> PeerCertificate | None:
    """What the server at the other end of ``connection`` shows; None if it speaks no TLS.

    Nothing is verified, and nothing is sent but the handshake.

    Args:
        connection: A connection over which nothing went yet.
        server_name: The name to ask for (RFC 6066, 3).
        protocols: What to offer for the time after the handshake (ALPN, RFC 7301).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(list(protocols))
    try:
        with context.wrap_socket(connection, server_hostname=server_name) as tls:
            der = tls.getpeercert(binary_form=True)
            return None if der is None else PeerCertificate.from_der(der)
    except (OSError, ValueError):
        return None

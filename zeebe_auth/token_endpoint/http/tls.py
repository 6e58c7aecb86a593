"""TLS contexts, one per set of files: a context of its own costs each endpoint 0.9 MB."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zeebe_auth.credentials.client_credentials import ClientCertificate
from zeebe_auth.descriptors import lack_of_descriptors
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.small_files import absolute, read_small_file

if TYPE_CHECKING:
    from ssl import SSLContext

__all__ = ["tls_context"]

_ADVICE = "Name a PEM file with the certificates of the authorities to trust."
_CA_MAX_BYTES = 16 * 1024 * 1024

_Files = tuple[str | None, ...]
_Stamps = tuple[tuple[int, int, int] | None, ...]


class _Known(NamedTuple):
    stamps: _Stamps
    context: SSLContext
    good_until: float
    """When its client certificate expires, epoch seconds."""


# No lock: two threads that miss at once build two contexts, one of which is dropped; and a fork
# can't catch anybody holding anything.
_contexts: dict[_Files, _Known] = {}


def tls_context(
    ca_certificate: Path | None, client_certificate: ClientCertificate | None
) -> SSLContext:
    """The shared context for these files, made anew when one of them changed on disk.

    A client certificate and key that don't fit each other any more count from when they do.

    Args:
        ca_certificate: What to trust, PEM; None trusts what the environment names, else the
            store of the operating system.
        client_certificate: What to show to a server that asks.

    Raises:
        ConfigurationError: A file is missing, unreadable or not what it should be.
    """
    key = client_certificate and client_certificate.private_key
    files: _Files = (
        # The same relative path is another file in another working directory.
        str(absolute(ca_certificate, "CA certificate file")) if ca_certificate else None,
        None if ca_certificate else os.environ.get("SSL_CERT_FILE"),
        None if ca_certificate else os.environ.get("SSL_CERT_DIR"),
        str(client_certificate.certificate_chain) if client_certificate else None,
        str(key) if key else None,
    )
    stamps = tuple(map(_stamp, files))
    known = _contexts.get(files)
    if known is not None and time.time() >= known.good_until:
        known = None
    if known is not None and known.stamps == stamps:
        return known.context
    context, good_until = _trusting(ca_certificate), math.inf
    if client_certificate is not None:
        try:
            pair = client_certificate.read()
        except ConfigurationError:
            if known is None:
                raise
            # Certificate and key are replaced one after the other: until they fit each other
            # again, those from before are shown.
            return known.context
        pair.load_into(context)
        if client_certificate.method == "tls_client_auth":
            good_until = pair.expires_at
    _contexts[files] = _Known(stamps, context, good_until)
    return context


def _stamp(file: str | None) -> tuple[int, int, int] | None:
    if not file:
        return None
    try:
        status = Path(file).stat()
    except (OSError, ValueError):  # the latter of a NUL in it
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _trusting(ca_certificate: Path | None) -> SSLContext:
    import ssl

    authorities = "" if ca_certificate is None else _authorities(ca_certificate)
    try:
        if ca_certificate is not None:
            # Not create_default_context(): since Python 3.13 it refuses certificates without key
            # identifiers, as private authorities often issue them and gRPC accepts them.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(cadata=authorities)
            return context
        import httpx2

        return httpx2.create_ssl_context()
    except (OSError, ValueError) as error:
        if ca_certificate is not None:
            named = f"The CA certificate file {ca_certificate}"
        else:
            variable = "SSL_CERT_FILE" if os.environ.get("SSL_CERT_FILE") else "SSL_CERT_DIR"
            named = f"What {variable} names ({os.environ.get(variable, 'nothing')})"
        raise ConfigurationError(
            f"{named} can't be used for TLS: {_why(error)}. {_ADVICE}"
        ) from None


def _authorities(ca_certificate: Path) -> str:
    content = read_small_file(
        ca_certificate, "CA certificate file", advice=_ADVICE, max_bytes=_CA_MAX_BYTES
    )
    # Names of authorities stand between the certificates as comments, in any encoding.
    return content.decode("ascii", "ignore")


def _why(error: OSError | ValueError) -> str:
    import ssl

    if not isinstance(error, OSError):
        return "it is not PEM"
    lack = lack_of_descriptors(error)
    if lack:
        return lack
    if isinstance(error, FileNotFoundError):
        return "a file is missing"
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "no PEM certificate in it").replace("_", " ").lower()
        return "it is not PEM" if "pem" in reason or "no start line" in reason else reason
    return (error.strerror or type(error).__name__).lower()

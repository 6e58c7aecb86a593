"""TLS contexts, one per set of files: a context of its own costs each endpoint 0.9 MB."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zeebe_auth.concurrency.fork import hold_forks_inside
from zeebe_auth.credentials.authentication import ClientCertificate
from zeebe_auth.credentials.authorities import read_authorities
from zeebe_auth.credentials.trust import InlineAuthorities, TrustStore
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.files.descriptors import lack_of_descriptors
from zeebe_auth.files.small_files import absolute

if TYPE_CHECKING:
    from ssl import SSLContext

_ADVICE = "Name a PEM file with the certificates of the authorities to trust."
_CALLED = "CA certificate file"

hold_forks_inside(__name__)

_Files = tuple[str | None, ...]
_Stamps = tuple[tuple[int, int, int] | None, ...]


class _Known(NamedTuple):
    stamps: _Stamps
    context: SSLContext
    good_until: float
    """When its client certificate expires, epoch seconds."""


# No lock: two threads that miss at once build two contexts, one of which is dropped; and a fork
# can't catch anybody holding anything.
_contexts: dict[tuple[_Files, str | None], _Known] = {}


def tls_context(
    ca_certificate: Path | None,
    client_certificate: ClientCertificate | None,
    *,
    additional_ca_certificate: Path | InlineAuthorities | TrustStore | None = None,
) -> SSLContext:
    """The shared context for these files, made anew when one of them changed on disk.

    A client certificate and key that don't fit each other any more count from when they do.

    Args:
        ca_certificate: All that is to be trusted, PEM; None trusts the machine's store: what the
            environment names, else the store of the operating system.
        client_certificate: What to show to a server that asks.
        additional_ca_certificate: What to trust beside the machine's store, PEM.

    Raises:
        ConfigurationError: A file is missing, unreadable or not what it should be.
    """
    files: _Files = (
        # The same relative path is another file in another working directory.
        str(absolute(ca_certificate, _CALLED)) if ca_certificate else None,
        _identity(additional_ca_certificate) if additional_ca_certificate else None,
        None if ca_certificate else os.environ.get("SSL_CERT_FILE"),
        None if ca_certificate else os.environ.get("SSL_CERT_DIR"),
        *(client_certificate.origins if client_certificate else (None, None)),
    )
    stamps = tuple(map(_stamp, files))
    shared_by = (files, client_certificate.alias if client_certificate else None)
    known = _contexts.get(shared_by)
    if known is not None and time.time() >= known.good_until:
        known = None
    if known is not None and known.stamps == stamps:
        return known.context
    context, good_until = _trusting(ca_certificate, additional_ca_certificate), math.inf
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
    _contexts[shared_by] = _Known(stamps, context, good_until)
    return context


def _identity(ca_certificate: Path | InlineAuthorities | TrustStore) -> str:
    if isinstance(ca_certificate, InlineAuthorities | TrustStore):
        return ca_certificate.identity
    return str(absolute(ca_certificate, _CALLED))


def _stamp(file: str | None) -> tuple[int, int, int] | None:
    if not file:
        return None
    try:
        status = Path(file).stat()
    except (OSError, ValueError):  # the latter of a NUL in it
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _trusting(
    ca_certificate: Path | None, additional: Path | InlineAuthorities | TrustStore | None
) -> SSLContext:
    import ssl

    if ca_certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _add(context, ca_certificate)
    else:
        context = _trusting_the_machine()
        if additional is not None:
            _add(context, additional)
    # The same checks for every store and on every Python. From 3.13 on the standard library's
    # default is strict (RFC 5280 to the letter), which refuses what private authorities often
    # issue: a basicConstraints that isn't critical, no key identifiers. And an intermediate that
    # is trusted by itself is enough, as for the standard library from 3.13 on, Go and gRPC.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    return context


def _trusting_the_machine() -> SSLContext:
    import ssl

    file = os.environ.get("SSL_CERT_FILE")
    if file:
        # OpenSSL itself would wait for a named pipe, and read a device to its end.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _add(context, Path(file), "SSL_CERT_FILE file")
        return context
    import httpx2

    try:
        return httpx2.create_ssl_context()
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"What SSL_CERT_DIR names ({os.environ.get('SSL_CERT_DIR', 'nothing')}) can't be used "
            f"for TLS: {_why(error)}. {_ADVICE}"
        ) from None


def _add(
    context: SSLContext, file: Path | InlineAuthorities | TrustStore, what: str = _CALLED
) -> None:
    if isinstance(file, InlineAuthorities | TrustStore):
        authorities = file.pem()
    else:
        authorities = read_authorities(file, what)
    try:
        context.load_verify_locations(cadata=authorities)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"The {what} {file} can't be used for TLS: {_why(error)}. {_ADVICE}"
        ) from None


def trust_text(
    ca_certificate: Path | None,
    additional_ca_certificate: Path | InlineAuthorities | TrustStore | None,
) -> str:
    """Whose certificates `tls_context` takes for these files, for people."""
    if ca_certificate is not None:
        return f"{ca_certificate} alone"
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if os.environ.get(variable):
            machine = f"{os.environ[variable]} ({variable})"
            break
    else:
        machine = "the operating system's store"
    return f"{machine} and {additional_ca_certificate}" if additional_ca_certificate else machine


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

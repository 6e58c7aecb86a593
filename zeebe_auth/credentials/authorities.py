"""The certificates of the authorities to trust, as they are in their file now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from zeebe_auth.credentials.file_formats import der_kind, is_pem, java_keystore_kind
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.files.small_files import read_small_file

_MAX_BYTES = 16 * 1024 * 1024
_TRUSTED = re.compile(
    rb"-----BEGIN TRUSTED CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END TRUSTED CERTIFICATE-----"
)
# id-kp-serverAuth and anyExtendedKeyUsage (RFC 5280, 4.2.1.12), in DER.
_FOR_SERVERS = tuple(map(bytes.fromhex, ("06082b06010505070301", "0604551d2500")))
_SEQUENCE, _REJECTED = 0x30, 0xA0

_ADVICE = "Name a PEM file with the certificates of the authorities to trust."


def read_authorities(path: Path, what: str = "CA certificate file") -> str:
    """Return the PEM text (RFC 7468) of a file with the certificates of authorities to trust.

    OpenSSL's own form (``BEGIN TRUSTED CERTIFICATE``, as in Red Hat's ca-bundle.trust.crt) becomes
    PEM, without the certificates that it doesn't trust for servers.

    It is ASCII: what else is in the file, such as a byte order mark before one of several files
    that were joined, or a comment in any encoding, is left out. So a library that takes text and
    one that takes bytes are given the same. Where the last line of a joined file has no end, one is
    put there. One certificate in DER becomes PEM. Whether the certificates can be read is for that
    library to say.

    Args:
        path: The file, at most 16 MiB; a named pipe is read for at most 5 s.
        what: What it is, for people, such as ``CA certificate file``.

    Raises:
        ConfigurationError: It is missing, empty or can't be read, is a directory, a device or too
            large, or holds no PEM certificate. The message says how to convert what is a key store
            of Java or PKCS#12.
    """
    content = read_small_file(path, what, advice=_ADVICE, max_bytes=_MAX_BYTES)
    import shlex

    named, quoted = f"The {what} {path}", shlex.quote(str(path))
    kind = java_keystore_kind(content)
    if kind is not None:
        raise ConfigurationError(
            f"{named} is a {kind} key store, which Java alone reads. Convert it to PEM: "
            f"keytool -list -rfc -keystore {quoted} -storetype {kind} > ca.pem"
        )
    if is_pem(content):
        # The last line of a file that was joined with others may have had no end.
        plain = content.decode("ascii", "ignore").encode("ascii")
        joined = plain.replace(b"----------BEGIN ", b"-----\n-----BEGIN ")
        trusted = _TRUSTED.sub(_plain, joined)
        if not is_pem(trusted):
            raise ConfigurationError(
                f"{named} trusts none of its certificates for servers. {_ADVICE}"
            )
        return trusted.decode("ascii")
    found = der_kind(content)
    if found == "PKCS#12":
        raise ConfigurationError(
            f"{named} is a PKCS#12 file. Convert it to PEM: "
            f"openssl pkcs12 -nokeys -in {quoted} -out ca.pem"
        )
    if found == "certificate":
        import ssl

        return ssl.DER_cert_to_PEM_cert(content)
    raise ConfigurationError(f"{named} holds no PEM certificate. {_ADVICE}")


def _plain(found: re.Match[bytes]) -> bytes:
    """The certificate of one in OpenSSL's own form; empty if it isn't trusted for servers.

    Behind the certificate it has a SEQUENCE of the uses for which it is trusted and, with the tag
    [0], of those for which it is not (X509_CERT_AUX of openssl/x509.h).
    """
    import base64
    import ssl

    try:
        der = base64.b64decode(found[1])
        _, _, end = _element(der, 0)
        uses = dict(_uses(der, end))
    except (IndexError, ValueError):
        return found[0]  # whoever reads certificates says what is wrong with it
    trusted, rejected = uses.get(_SEQUENCE), uses.get(_REJECTED, b"")
    is_for_servers = trusted is None or any(use in trusted for use in _FOR_SERVERS)
    if not is_for_servers or any(use in rejected for use in _FOR_SERVERS):
        return b""
    return ssl.DER_cert_to_PEM_cert(der[:end]).strip().encode("ascii")


def _uses(der: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    if at == len(der):
        return
    _, at, end = _element(der, at)
    while at < end:
        tag, begin, at = _element(der, at)
        yield tag, der[begin:at]


def _element(der: bytes, at: int) -> tuple[int, int, int]:
    """The tag of an element, and where its content begins and ends (X.690, 8.1)."""
    length, begin = der[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, begin = int.from_bytes(der[begin : begin + size], "big"), begin + size
    if begin + length > len(der):
        raise ValueError("it ends before its time")
    return der[at], begin, begin + length

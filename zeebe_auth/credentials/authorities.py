"""The certificates of the authorities to trust, as they are in their file now."""

from __future__ import annotations

from pathlib import Path

from zeebe_auth.credentials.file_formats import der_kind, is_pem, java_keystore_kind
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.small_files import read_small_file

__all__ = ["read_authorities"]

_MAX_BYTES = 16 * 1024 * 1024


_ADVICE = "Name a PEM file with the certificates of the authorities to trust."


def read_authorities(path: Path, what: str = "CA certificate file") -> str:
    """Return the PEM text (RFC 7468) of a file with the certificates of authorities to trust.

    It is ASCII: what else is in the file, such as a byte order mark before one of several files
    that were joined, or a comment in any encoding, is left out. So a library that takes text and
    one that takes bytes are given the same. Where the last line of a joined file has no end, one is
    put there. One certificate in DER becomes PEM. Whether the
    certificates can be read is for that library to say.

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
        text = content.decode("ascii", "ignore")
        # The last line of a file that was joined with others may have had no end.
        return text.replace("----------BEGIN ", "-----\n-----BEGIN ")
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

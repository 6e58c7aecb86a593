"""The certificate authorities that gRPC is told to trust: read with a limit, and checked."""

from __future__ import annotations

import os
from pathlib import Path

from zeebe_auth import ConfigurationError
from zeebe_auth.adapters import read_authorities

ROOTS_VARIABLE = "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"
"""The variable that names the file of authorities that gRPC trusts by default."""


def read_roots(path: Path, what: str) -> bytes:
    """Return the authorities in a file, PEM, as gRPC takes them.

    What was checked is what is returned, and not the file as it is: gRPC skips, without a word, a
    certificate behind a byte order mark.

    Args:
        path: The file, PEM or one certificate in DER, at most 16 MiB.
        what: What it is, for people.

    Raises:
        ConfigurationError: It can't be read, or a certificate in it can't.
    """
    text = read_authorities(path, what)
    if not are_roots(text):
        raise ConfigurationError(
            f"The {what} {path} holds no PEM certificate that can be read, or a broken one beside "
            'others. Name a file with "-----BEGIN CERTIFICATE-----" in it, and copy it anew.'
        )
    return text.encode("ascii")


def are_roots(pem: str) -> bool:
    """Whether the text holds certificates, and all of them can be read."""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError):
        return False
    return True


def roots_of_environment() -> bytes | None:
    """Return the authorities in the file that `ROOTS_VARIABLE` names; None leaves it to gRPC.

    gRPC itself would open it in a way that waits for ever for the writer of a named pipe and reads
    a device without an end. Where the file is missing, gRPC takes the list that comes with it.

    Raises:
        ConfigurationError: The file is there and can't be used.
    """
    named = os.environ.get(ROOTS_VARIABLE)
    if not named or not os.path.lexists(named):
        return None
    return read_roots(Path(named), f"{ROOTS_VARIABLE} file")

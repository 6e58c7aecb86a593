"""Private keys and their certificates, PEM or PKCS#12, opened in memory."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret
from zeebe_auth.small_files import read_small_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate

__all__ = [
    "KeyFile",
    "is_pem",
    "may_be_encrypted",
    "opened",
    "place_of",
    "read_key",
    "read_key_file",
    "with_line_ends",
]

_ESCAPED_LINE_END = re.compile(r"(?:\\+r)?\\+n|\\+r")
_PEM = b"-----BEGIN "
_PEM_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_END_OF_KEY_LABEL = b"PRIVATE KEY-----"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What such a file holds.

    Args:
        key: The private key; None if there is none.
        certificates: The key's own, then the others; empty if there is none.
    """

    key: PrivateKeyTypes | None = field(repr=False)
    certificates: tuple[Certificate, ...]


def is_pem(content: bytes) -> bool:
    """Whether it is a PEM text (RFC 7468), or part of one."""
    return _PEM in content


def with_line_ends(pem: Secret) -> Secret:
    r"""Return a PEM text with new lines where it has ``\n`` in two characters instead.

    Tools whose files have one line for each variable write a key so, and not all that read them
    put the new lines back: dotenv and Compose do in double quotes, ``docker run --env-file`` and a
    shell don't. PEM has no backslash of its own (RFC 7468, 3).
    """
    text = pem.reveal()
    return Secret(_ESCAPED_LINE_END.sub("\n", text)) if "\\" in text else pem


def may_be_encrypted(content: bytes) -> bool:
    """Whether a password may be needed."""
    return not is_pem(content) or b"ENCRYPTED" in content


def read_key_file(path: Path, what: str) -> bytes:
    """Return the content of a file with a key or a certificate.

    Args:
        path: The file.
        what: What it is, for people, such as ``private key in``.

    Raises:
        ConfigurationError: It can't be read; see `read_small_file`.
    """
    return read_small_file(path, what, advice="Name a PEM or PKCS#12 file that this user may read.")


def read_key(source: Path | Secret, what: str) -> bytes:
    """Return a key or a certificate that is in a file, or that was given itself.

    Args:
        source: The file, or PEM.
        what: As for `read_key_file`.

    Raises:
        ConfigurationError: As there.
    """
    if isinstance(source, Path):
        return read_key_file(source, what)
    return source.reveal().encode("utf-8", "replace")


def place_of(source: Path | Secret) -> str:
    """Where a key or a certificate is, for people, as the end of "in …"."""
    return str(source) if isinstance(source, Path) else "the PEM text that was given"


def opened(content: bytes, password: Secret | None, *, named: str, password_field: str) -> KeyFile:
    """What ``content`` holds.

    Whoever calls it is `without_frames`: those in here hold the key.

    Args:
        content: PEM or PKCS#12.
        password: That of an encrypted key; one that isn't needed is no fault.
        named: What it is, for the errors, such as ``The private key in client.pem``.
        password_field: How the password is called in a profile.

    Raises:
        ConfigurationError: It holds nothing that can be read, or the password is missing or wrong.
    """
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        revealed = password.reveal().encode() if password else None
    except UnicodeEncodeError:
        # The encoder's error would carry the password.
        raise ConfigurationError(
            f"{named} can't be opened: its password is not UTF-8 text. Give it in UTF-8 "
            f"({password_field})."
        ) from None
    try:
        return _pem(content, revealed) if is_pem(content) else _pkcs12(content, revealed)
    except UnsupportedAlgorithm:
        fault = "is encrypted in a way that is not supported. Export it anew with AES."
    except TypeError:
        fault = f"is encrypted. Give its password ({password_field})."
    except ValueError:
        fault = _fault(content, password_field, has_password=password is not None)
    raise ConfigurationError(f"{named} {fault}")


def _pem(content: bytes, password: bytes | None) -> KeyFile:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificates

    key = None
    if _END_OF_KEY_LABEL in content:
        # A certificate may stand before the key.
        begin = content.rindex(_PEM, 0, content.index(_END_OF_KEY_LABEL))
        encrypted = b"ENCRYPTED" in content[begin:]
        key = load_pem_private_key(content[begin:], password if encrypted else None)
    has_certificate = _PEM_CERTIFICATE in content
    return KeyFile(key, tuple(load_pem_x509_certificates(content)) if has_certificate else ())


def _pkcs12(content: bytes, password: bytes | None) -> KeyFile:
    from cryptography.hazmat.primitives.serialization import pkcs12

    key, certificate, others = pkcs12.load_key_and_certificates(content, password)
    return KeyFile(key, (certificate, *others) if certificate else tuple(others))


def _fault(content: bytes, password_field: str, *, has_password: bool) -> str:
    if not is_pem(content) and content[:1] != b"\x30":  # an ASN.1 sequence
        return "is neither PEM nor PKCS#12. Give one of them."
    if not is_pem(content) and not has_password:
        return f"can't be opened without a password. Give it ({password_field})."
    if _END_OF_KEY_LABEL not in content and is_pem(content):
        return "holds a PEM certificate that can't be read. Export it anew."
    if not has_password:
        return "is not a PEM private key (RSA, EC or Ed25519). Give one."
    what = "its PEM" if is_pem(content) else "the PKCS#12 file"
    return (
        f"can't be opened with its password: {what} or its password is wrong. Give the right one "
        f"({password_field})."
    )

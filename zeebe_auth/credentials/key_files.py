"""Private keys and their certificates, PEM, DER or PKCS#12, opened in memory."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from zeebe_auth.credentials.file_formats import (
    conversion_of_java_keystore,
    der_kind,
    is_pem,
    java_keystore_kind,
)
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.files.small_files import read_small_file
from zeebe_auth.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate

_ESCAPED_LINE_END = re.compile(r"(?:\\+r)?\\+n|\\+r")
_PEM_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_PEM_KEY = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What such a file holds.

    Args:
        key: The private key; None if there is none.
        certificates: The key's own, then the others; empty if there is none.
    """

    key: PrivateKeyTypes | None = field(repr=False)
    certificates: tuple[Certificate, ...]


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
    if is_pem(content):
        return b"ENCRYPTED" in content
    return der_kind(content) in {"PKCS#12", "encrypted key"}


def read_key_file(path: Path, what: str) -> bytes:
    """Return the content of a file with a key or a certificate.

    Args:
        path: The file.
        what: What it is, for people, such as ``private key in``.

    Raises:
        ConfigurationError: It can't be read (see `read_small_file`), or is a key store of Java.
    """
    content = read_small_file(
        path, what, advice="Name a PEM, DER or PKCS#12 file that this user may read."
    )
    kind = java_keystore_kind(content)
    if kind is not None:
        raise ConfigurationError(
            f"The {what} {path} is in a {kind} key store, which Java alone reads. Run "
            f'"{conversion_of_java_keystore(path, kind)}", and name the PKCS#12 file that it makes.'
        )
    return content


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
    return str(source) if isinstance(source, Path) else "the PEM string that was given"


def opened(
    content: bytes,
    password: Secret | None,
    *,
    named: str,
    password_field: str,
    alias: str | None = None,
    alias_field: str = "alias",
    with_key: bool = True,
) -> KeyFile:
    """What ``content`` holds.

    Whoever calls it is `without_frames`: those in here hold the key.

    Args:
        content: PEM, DER (a certificate, or a key in PKCS#8, PKCS#1 or SEC 1) or PKCS#12.
        password: That of an encrypted key; one that isn't needed is no fault.
        named: What it is, for the errors, such as ``The private key in client.pem``.
        password_field: How the password is called in a profile.
        alias: Which key of a PKCS#12 file is meant, see `open_pkcs12`; other files have none, and
            it is not looked at.
        alias_field: How the alias is called in a profile.
        with_key: Whether a key is wanted; the keys in a PEM text are left alone otherwise.

    Raises:
        ConfigurationError: It holds nothing that can be read, the password is missing or wrong, or
            it is not clear which of several keys is meant.
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
        if is_pem(content):
            return _pem(content, revealed, with_key=with_key)
        if der_kind(content) in {"certificate", "key", "encrypted key"}:
            return _der(content, revealed)
        from zeebe_auth.credentials.pkcs12 import open_pkcs12

        return KeyFile(*open_pkcs12(content, revealed, alias, named=named, alias_field=alias_field))
    except _SeveralKeys:
        fault = "is one of several in its PEM. Leave one of them there."
    except UnsupportedAlgorithm:
        fault = "is encrypted in a way that is not supported. Export it anew with AES."
    except TypeError:
        fault = f"is encrypted. Give its password ({password_field})."
    except ConfigurationError:
        raise  # which is a ValueError, too
    except ValueError:
        fault = _fault(content, password_field, has_password=password is not None)
    raise ConfigurationError(f"{named} {fault}")


class _SeveralKeys(Exception):
    pass


def _pem(content: bytes, password: bytes | None, *, with_key: bool) -> KeyFile:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = None
    begins = [match.start() for match in _PEM_KEY.finditer(content)] if with_key else []
    if len(begins) > 1:
        raise _SeveralKeys
    if begins:
        # A certificate may precede the key.
        encrypted = b"ENCRYPTED" in content[begins[0] :]
        key = load_pem_private_key(content[begins[0] :], password if encrypted else None)
    has_certificate = _PEM_CERTIFICATE in content
    return KeyFile(key, _certificates(content) if has_certificate else ())


def _der(content: bytes, password: bytes | None) -> KeyFile:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    kind = der_kind(content)
    if kind == "certificate":
        return KeyFile(None, _certificates(content))
    key = load_der_private_key(content, password if kind == "encrypted key" else None)
    return KeyFile(key, ())


def _certificates(content: bytes) -> tuple[Certificate, ...]:
    from cryptography import x509

    try:
        if is_pem(content):
            return tuple(x509.load_pem_x509_certificates(content))
        return (x509.load_der_x509_certificate(content),)
    except x509.InvalidVersion as error:  # which is no ValueError
        raise ValueError from error


def _fault(content: bytes, password_field: str, *, has_password: bool) -> str:
    kind = "PEM" if is_pem(content) else der_kind(content)
    if kind is None:
        return "is neither PEM nor PKCS#12 nor DER. Give one of them."
    if kind == "certificate" or (kind == "PEM" and not _PEM_KEY.search(content)):
        form = "DER" if kind == "certificate" else "PEM"
        return f"holds a {form} certificate that can't be read. Export it anew."
    if kind == "PKCS#12" and not has_password:
        return f"can't be opened without a password. Give it ({password_field})."
    if kind == "key" or not has_password:
        form = "PEM" if kind == "PEM" else "DER"
        return f"is not a {form} private key (RSA, EC or Ed25519). Give one."
    what = {"PEM": "its PEM", "encrypted key": "its DER"}.get(kind, "the PKCS#12 file")
    return (
        f"can't be opened with its password: {what} or its password is wrong. Give the right one "
        f"({password_field})."
    )

"""Client authentication by a private key: ``private_key_jwt``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zeebe_auth.arguments import as_secret_or_none, check_path, check_text, refuse_type
from zeebe_auth.credentials.key_files import with_line_ends
from zeebe_auth.credentials.method_names import MethodName
from zeebe_auth.credentials.proofs import Proof, file_state
from zeebe_auth.errors import without_arguments
from zeebe_auth.files.small_files import absolute
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class PrivateKey(Proof):
    r"""A private key that signs a short-lived assertion: ``private_key_jwt`` (RFC 7523, 2.2).

    Where a certificate goes with the key, the assertion names it by its SHA-256 thumbprint
    (``x5t#S256``; RFC 7515, 4.1.8): the one beside the key in a PEM text or file, the key's own
    of a PKCS#12 file, or ``certificate``.

    Relative paths are made absolute when it is made.

    Args:
        key: The private key: its PEM text (a str is wrapped at once; ``\n`` in two characters is
            a new line), or the path of a PEM, DER or PKCS#12 file, which is read again for every
            token request.
        key_id: The ``kid`` header of the assertion, if the server tells keys apart by it.
        algorithm: The JWS algorithm (RFC 7518, 3.1; RFC 8037, 3.1), such as ``PS256``; None takes
            the usual one of the key's type: ``RS256``, ``ES256`` or that of the key's curve,
            ``EdDSA``.
        audience: What the assertion is for: ``token_url``, ``issuer``, or the text itself; None
            is ``token_url``.
        password: That of an encrypted key or of a PKCS#12 file; a str is wrapped at once.
        certificate: A PEM or DER file with the key's certificate, where that is a file of its own.
        alias: Which key of a PKCS#12 file is meant, in any case; None if there is but one. To
            choose among several takes the extra ``keystore``. Other files have no aliases.

    Raises:
        TypeError: An argument is of the wrong type, or the key a str that is no PEM text; its
            value is not quoted.
        ConfigurationError: The password ends with a new line.
    """

    key: Secret | Path
    key_id: str | None = None
    algorithm: str | None = None
    audience: str | None = None
    password: Secret | None = None
    certificate: Path | None = None
    alias: str | None = None

    @without_arguments
    def __init__(
        self,
        key: Secret | Path | str,
        key_id: str | None = None,
        algorithm: str | None = None,
        audience: str | None = None,
        password: Secret | str | None = None,
        certificate: Path | None = None,
        alias: str | None = None,
    ) -> None:
        check_text(key_id, "key_id of PrivateKey")
        check_text(algorithm, "algorithm of PrivateKey")
        check_text(audience, "audience of PrivateKey")
        check_path(certificate, "certificate of PrivateKey")
        check_text(alias, "alias of PrivateKey")
        set_field = object.__setattr__
        set_field(self, "key", _pem_or_path(key))
        set_field(self, "key_id", key_id)
        set_field(self, "algorithm", algorithm)
        set_field(self, "audience", audience)
        set_field(self, "password", as_secret_or_none(password, "password of PrivateKey"))
        set_field(self, "certificate", certificate and absolute(certificate, "private key file"))
        set_field(self, "alias", alias)

    @property
    def kind(self) -> str:
        return "private_key"

    @property
    def method(self) -> MethodName:
        return "private_key_jwt"

    @property
    def public_identity(self) -> tuple[str, ...]:
        return ()

    def _proof(self) -> str:
        key = file_state(self.key) if isinstance(self.key, Path) else self.key.reveal()
        password = self.password.reveal() if self.password else ""
        # A key alone stays what it was before there were passwords and aliases.
        proof = f"{key} {password}" if password else key
        return f"{proof} alias {self.alias.casefold()}" if self.alias else proof


def _pem_or_path(key: Secret | Path | str) -> Secret | Path:
    if isinstance(key, Path):
        return absolute(key, "private key file")
    if isinstance(key, Secret):
        return with_line_ends(key)
    if not isinstance(key, str):
        refuse_type(
            key, "key of PrivateKey", "its PEM text, or Path(…) of a PEM, DER or PKCS#12 file"
        )
    if "-----BEGIN" not in key:
        raise TypeError(
            'The key of PrivateKey is a str without "-----BEGIN", so it is no PEM text. To name '
            "the file that holds the key, pass Path(…)."
        )
    return with_line_ends(Secret(key))

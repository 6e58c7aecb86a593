"""Who asks for a token, how it proves that, and where."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

__all__ = [
    "AssertionFile",
    "Authentication",
    "ClientCertificate",
    "ClientCredentials",
    "ClientSecret",
    "PrivateKey",
    "Public",
]


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """A shared secret (RFC 6749, 2.3.1; OpenID Connect Core, 9).

    Args:
        secret: The client secret.
        method: ``client_secret_post`` puts it into the body (what Camunda's own clients do),
            ``client_secret_basic`` into an ``Authorization`` header, ``client_secret_jwt`` signs
            a short-lived assertion with it.
    """

    secret: Secret
    method: Literal["client_secret_post", "client_secret_basic", "client_secret_jwt"] = (
        "client_secret_post"
    )

    @property
    def kind(self) -> str:
        return "client_secret"

    @property
    def public_identity(self) -> str:
        return ""

    def _proof(self) -> str:
        return self.secret.reveal()


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key that signs a short-lived assertion: ``private_key_jwt`` (RFC 7523, 2.2).

    Args:
        key: The private key, PEM text.
        key_id: The ``kid`` header of the assertion, if the server tells keys apart by it.
        algorithm: The JWS algorithm (RFC 7518, 3.1), such as ``RS256`` or ``ES256``; None takes
            the usual one of the key's type.
        audience: What the assertion is for: ``token_url``, ``issuer``, or the text itself.
    """

    key: Secret
    key_id: str | None = None
    algorithm: str | None = None
    audience: str = "token_url"

    @property
    def kind(self) -> str:
        return "private_key"

    @property
    def public_identity(self) -> str:
        return ""

    def _proof(self) -> str:
        return self.key.reveal()


@dataclass(frozen=True, slots=True)
class AssertionFile:
    """A file with a JWT that somebody else signs and renews (RFC 7523, 2.2): workload identity.

    It is read again for every token request.

    Args:
        path: The file, such as a Kubernetes projected service account token.
        subject: Whom the assertion speaks of, where one client id serves several; tokens of
            different subjects are kept apart.
    """

    path: Path
    subject: str | None = None

    @property
    def kind(self) -> str:
        return "assertion_file"

    @property
    def public_identity(self) -> str:
        return self.subject or str(self.path)

    def _proof(self) -> str:
        try:
            status = self.path.stat()
        except OSError:
            return f"{self.path} missing"
        return f"{self.path} {status.st_mtime_ns} {status.st_size} {status.st_ino}"


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A TLS client certificate: ``tls_client_auth`` and its self-signed kin (RFC 8705, 2).

    Make it with `from_files`, which reads the thumbprint.

    Args:
        certificate_chain: The file with the certificate and its intermediates, PEM.
        private_key: The file with its key, PEM; None if it stands in the same file.
        thumbprint: SHA-256 of the certificate in DER, 64 hex characters (``x5t#S256``, in hex).
        method: ``tls_client_auth`` or ``self_signed_tls_client_auth``.
    """

    certificate_chain: Path
    private_key: Path | None
    thumbprint: str
    method: Literal["tls_client_auth", "self_signed_tls_client_auth"] = "tls_client_auth"

    @classmethod
    def from_files(
        cls,
        certificate_chain: Path,
        private_key: Path | None = None,
        method: Literal["tls_client_auth", "self_signed_tls_client_auth"] = "tls_client_auth",
    ) -> ClientCertificate:
        """The certificate in ``certificate_chain`` with its thumbprint.

        Raises:
            ConfigurationError: The file can't be read or holds no PEM certificate.
        """
        import ssl

        try:
            pem = certificate_chain.read_text("ascii")
            begin = pem.index(ssl.PEM_HEADER)
            end = pem.index(ssl.PEM_FOOTER, begin) + len(ssl.PEM_FOOTER)
            der = ssl.PEM_cert_to_DER_cert(pem[begin:end])
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"No client certificate could be read from {certificate_chain} "
                f"({type(error).__name__}). Name a PEM file that this user may read."
            ) from error
        return cls(certificate_chain, private_key, hashlib.sha256(der).hexdigest(), method)

    @property
    def kind(self) -> str:
        return "client_certificate"

    @property
    def public_identity(self) -> str:
        return self.thumbprint

    def _proof(self) -> str:
        return self.thumbprint


@dataclass(frozen=True, slots=True)
class Public:
    """No proof at all: a public client (RFC 6749, 2.1), ``none`` in OpenID Connect's terms."""

    @property
    def kind(self) -> str:
        return "public"

    @property
    def public_identity(self) -> str:
        return ""

    def _proof(self) -> str:
        return ""


Authentication = ClientSecret | PrivateKey | AssertionFile | ClientCertificate | Public
"""How a client proves who it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials:
    """A whole identity: client, proof, and the endpoint to ask (RFC 6749, 4.4).

    Args:
        client_id: The client identifier (RFC 6749, 2.2).
        authentication: How the client proves who it is.
        token_url: The token endpoint itself.
        well_known_url: A discovery document that names the token endpoint (RFC 8414, 3).
        issuer: The issuer whose discovery document names it.
        grant: The OAuth grant type.
        audience: The ``audience`` parameter, as Camunda SaaS and Auth0 want it.
        scopes: The scopes asked for (RFC 6749, 3.3); their order has no meaning.
        resources: The resources asked for (RFC 8707), each an absolute URI.
        request_format: ``form`` (RFC 6749) or ``json``, the body that Camunda's page shows.
        origin: Who gave it, for people: "environment", "profile prod in …/config.toml".

    Of the three addresses one is needed; where several are given, the first in the order above
    is used.

    Raises:
        ConfigurationError: The client id or every address is missing.
    """

    client_id: str
    authentication: Authentication
    token_url: str | None = None
    well_known_url: str | None = None
    issuer: str | None = None
    grant: str = "client_credentials"
    audience: str | None = None
    scopes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    request_format: Literal["form", "json"] = "form"
    origin: str = "code"

    def __post_init__(self) -> None:
        if not self.client_id:
            raise ConfigurationError(f"The credentials from {self.origin} have no client id.")
        if not (self.token_url or self.well_known_url or self.issuer):
            raise ConfigurationError(
                f"The credentials from {self.origin} name no token URL, well-known URL or issuer. "
                "Give one of the three."
            )
        if self.request_format not in {"form", "json"}:
            raise ConfigurationError(
                f"The request format of the credentials from {self.origin} is neither "
                '"form" nor "json". Use one of the two.'
            )

    def load(self) -> ClientCredentials:
        """Itself: credentials at hand are the simplest source."""
        return self

    @property
    def authority_url(self) -> str:
        """The address that counts: token URL, else well-known URL, else issuer."""
        return self.token_url or self.well_known_url or self.issuer or ""

    def fingerprint(self, salt: str) -> str:
        """Eight hex characters that change when the proof of identity does.

        It tells "the same wrong secret" from "a corrected one". Salted and 32 bits short, it
        says nothing useful of the secret to whoever reads it.
        """
        import hmac

        proof = [self.client_id, self.authentication.kind, self.authentication._proof()]  # noqa: SLF001
        text = json.dumps(proof, ensure_ascii=True).encode()
        return hmac.new(salt.encode(), text, "sha256").hexdigest()[:8]

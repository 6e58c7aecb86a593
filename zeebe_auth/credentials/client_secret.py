"""Client authentication by a shared secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from zeebe_auth.arguments import as_secret, check_text, unknown_word
from zeebe_auth.credentials.method_names import SecretMethodName
from zeebe_auth.credentials.proofs import Proof
from zeebe_auth.errors import ConfigurationError, without_arguments
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class ClientSecret(Proof):
    """A shared secret (RFC 6749, 2.3.1; OpenID Connect Core, 9).

    Args:
        secret: The client secret; a str is wrapped at once.
        method: ``client_secret_post`` puts it into the body (what Camunda's own clients do),
            ``client_secret_basic`` into an ``Authorization`` header, ``client_secret_jwt`` signs
            a short-lived assertion with it.
        algorithm: The JWS algorithm of that assertion, ``HS256``, ``HS384`` or ``HS512``; None is
            ``HS256``.
        audience: What that assertion is for: ``token_url``, ``issuer``, or the text itself; None
            is ``token_url``.

    Raises:
        TypeError: An argument is of the wrong type; its value is not quoted.
        ConfigurationError: The secret is empty or ends with a new line, or the method is none of
            the three.
    """

    secret: Secret
    method: SecretMethodName = "client_secret_post"
    algorithm: str | None = None
    audience: str | None = None

    @without_arguments
    def __init__(
        self,
        secret: Secret | str,
        method: SecretMethodName = "client_secret_post",
        algorithm: str | None = None,
        audience: str | None = None,
    ) -> None:
        check_text(method, "method of ClientSecret")
        if method not in get_args(SecretMethodName):
            raise unknown_word("The method of ClientSecret", method, get_args(SecretMethodName))
        check_text(algorithm, "algorithm of ClientSecret")
        check_text(audience, "audience of ClientSecret")
        wrapped = as_secret(secret, "secret of ClientSecret")
        if not wrapped.reveal():
            raise ConfigurationError(
                "The client secret is empty. Look at where it was read from; a client without one "
                "has Public() as its authentication."
            )
        set_field = object.__setattr__
        set_field(self, "secret", wrapped)
        set_field(self, "method", method)
        set_field(self, "algorithm", algorithm)
        set_field(self, "audience", audience)

    @property
    def kind(self) -> str:
        return "client_secret"

    @property
    def public_identity(self) -> tuple[str, ...]:
        return ()

    def _proof(self) -> str:
        return self.secret.reveal()

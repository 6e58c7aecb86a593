"""How a client proves who it is to the token endpoint: a class for each method.

To change a method or to add one, put an instance of its class into `METHODS`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

from zeebe_auth.clock import Clock
from zeebe_auth.credentials.assertion_types import assertion_type_uri
from zeebe_auth.credentials.authentication import AssertionFile, AssertionFunction, ClientSecret
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.method_names import MethodName
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.token_endpoint.client_authentication.assertion import (
    read_assertion,
    sign_with_private_key,
    sign_with_secret,
)
from zeebe_auth.token_endpoint.discovery import TokenAddress
from zeebe_auth.token_endpoint.error_replies import Advice

Headers = dict[str, str]
Prepare = Callable[[Any, str, str, Headers, str], tuple[str, Headers, str]]
"""authlib's shape of a method: (client, method, uri, headers, body) to (uri, headers, body)."""

_BOTH_VARIABLES = "CAMUNDA_CLIENT_ID and CAMUNDA_CLIENT_SECRET (or the ZEEBE_ names)"


class ClientAuthenticationMethod:
    """One client authentication method, as it goes on the wire.

    Attributes:
        name: The method, as the ``method`` of an authentication says it.
        advice: What to check if the server refuses the client.
        sends_assertion: Whether it sends an assertion, which is for one audience.
    """

    name: MethodName
    advice: Advice
    sends_assertion = False

    def prepare(
        self, credentials: ClientCredentials, address: TokenAddress, clock: Clock
    ) -> str | Prepare:
        """What puts the proof into a request.

        Returns:
            authlib's name of a method that authlib does well, or a function of its shape.

        Raises:
            ConfigurationError: The proof can't be made.
        """
        raise NotImplementedError


class ClientSecretPost(ClientAuthenticationMethod):
    """Id and secret are in the body (RFC 6749, 2.3.1)."""

    name = "client_secret_post"
    advice = Advice("the client secret", variables=_BOTH_VARIABLES)

    def prepare(
        self, credentials: ClientCredentials, address: TokenAddress, clock: Clock
    ) -> str | Prepare:
        del credentials, address, clock
        return "client_secret_post"


class ClientSecretBasic(ClientAuthenticationMethod):
    """Id and secret are in a header (RFC 6749, 2.3.1)."""

    name = "client_secret_basic"
    advice = Advice(
        "the client secret",
        " If the secret has other characters than letters and digits, try client_secret_post: not "
        "every server decodes them in a header (RFC 6749, 2.3.1).",
        _BOTH_VARIABLES,
    )

    def prepare(
        self, credentials: ClientCredentials, address: TokenAddress, clock: Clock
    ) -> str | Prepare:
        del credentials, address, clock
        return _basic


def _basic(
    client: Any, _method: str, uri: str, headers: Headers, body: str
) -> tuple[str, Headers, str]:
    # authlib's own neither form-encodes id and secret (RFC 6749, 2.3.1) nor knows UTF-8.
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    basic = base64.b64encode(pair.encode("ascii")).decode("ascii")
    return uri, {**headers, "Authorization": f"Basic {basic}"}, body


class _Assertion(ClientAuthenticationMethod):
    """A JWT is the proof (RFC 7523, 2.2)."""

    sends_assertion = True

    def assertion(self, credentials: ClientCredentials, address: TokenAddress, clock: Clock) -> str:
        """The JWT.

        Raises:
            ConfigurationError: It can't be signed or read.
        """
        raise NotImplementedError

    def assertion_type(self, credentials: ClientCredentials) -> str:
        """What kind of JWT it is (RFC 7521, 4.2)."""
        del credentials
        return assertion_type_uri("jwt-bearer", "type of an assertion")

    def prepare(
        self, credentials: ClientCredentials, address: TokenAddress, clock: Clock
    ) -> str | Prepare:
        def prepare(
            client: Any, _method: str, uri: str, headers: Headers, body: str
        ) -> tuple[str, Headers, str]:
            from authlib.common.urls import add_params_to_qs

            # RFC 7521, 4.2: the id is optional beside an assertion, but some servers want it.
            parameters = [
                ("client_id", client.client_id),
                ("client_assertion_type", self.assertion_type(credentials)),
                ("client_assertion", self.assertion(credentials, address, clock)),
            ]
            return uri, headers, add_params_to_qs(body, parameters)

        return prepare


class ClientSecretJwt(_Assertion):
    """The client secret signs a JWT (OpenID Connect Core, 9)."""

    name = "client_secret_jwt"
    advice = Advice(
        "the client secret",
        " An assertion must be for the audience that the server expects, and the clocks must "
        "agree.",
        _BOTH_VARIABLES,
    )

    def assertion(self, credentials: ClientCredentials, address: TokenAddress, clock: Clock) -> str:
        return sign_with_secret(credentials, address, clock)


class PrivateKeyJwt(_Assertion):
    """A private key signs a JWT (OpenID Connect Core, 9)."""

    name = "private_key_jwt"
    advice = Advice(
        "its private key",
        " The key must be known there, with its key id if it has one; an assertion must be for "
        "the audience that the server expects, and the clocks must agree.",
    )

    def assertion(self, credentials: ClientCredentials, address: TokenAddress, clock: Clock) -> str:
        return sign_with_private_key(credentials, address, clock)


class AssertionFromFile(_Assertion):
    """Somebody else signs the JWT, in a file or by a function (RFC 7523, 2.2)."""

    name = "assertion_file"
    advice = Advice(
        "its assertion file",
        " An assertion is good for one audience, until it expires and, at many servers, once.",
    )

    def assertion(self, credentials: ClientCredentials, address: TokenAddress, clock: Clock) -> str:
        return read_assertion(credentials, address, clock)

    def assertion_type(self, credentials: ClientCredentials) -> str:
        authentication = credentials.authentication
        assert isinstance(authentication, AssertionFile | AssertionFunction)
        return assertion_type_uri(authentication.assertion_type, "type of an assertion")


class NoAuthentication(ClientAuthenticationMethod):
    """The body says who the client is, without a proof (RFC 6749, 2.1)."""

    name: MethodName = "none"
    advice = Advice(
        None, " Few servers give a token to a client without a secret, a key or a certificate."
    )

    def prepare(
        self, credentials: ClientCredentials, address: TokenAddress, clock: Clock
    ) -> str | Prepare:
        del credentials, address, clock
        return "none"


class TlsClientAuth(NoAuthentication):
    """The proof is the TLS handshake; the body only says who (RFC 8705, 2)."""

    name: MethodName = "tls_client_auth"
    advice = Advice("its client certificate")


class SelfSignedTlsClientAuth(TlsClientAuth):
    """The same, with a certificate that the server knows by itself (RFC 8705, 2.2)."""

    name = "self_signed_tls_client_auth"


METHODS: dict[str, ClientAuthenticationMethod] = {
    method.name: method
    for method in (
        ClientSecretPost(),
        ClientSecretBasic(),
        ClientSecretJwt(),
        PrivateKeyJwt(),
        AssertionFromFile(),
        TlsClientAuth(),
        SelfSignedTlsClientAuth(),
        NoAuthentication(),
    )
}


def method_of(credentials: ClientCredentials) -> ClientAuthenticationMethod:
    """The method by which these credentials authenticate.

    Raises:
        ConfigurationError: Nobody knows it.
    """
    name = credentials.authentication.method
    if name not in METHODS:
        raise ConfigurationError(
            f"The client authentication {name!r} of the credentials from {credentials.origin} is "
            f"not known. Known are: {', '.join(METHODS)}."
        )
    return METHODS[name]


def client_authentication(
    credentials: ClientCredentials, address: TokenAddress, clock: Clock
) -> Any:
    """The ``authlib.oauth2.ClientAuth`` that puts the proof into a request.

    Raises:
        ConfigurationError: Nobody knows the method, or the proof can't be made.
    """
    from authlib.oauth2 import ClientAuth

    authentication = credentials.authentication
    method = method_of(credentials)
    secret = None
    if isinstance(authentication, ClientSecret):
        secret = authentication.secret.reveal()
    return ClientAuth(credentials.client_id, secret, method.prepare(credentials, address, clock))

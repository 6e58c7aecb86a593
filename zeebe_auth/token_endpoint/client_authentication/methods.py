"""How a client proves who it is: one small function per method, in authlib's own shape.

To change a method or to add one, put its function into `METHODS`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

from zeebe_auth.clock import Clock
from zeebe_auth.credentials.client_credentials import (
    Authentication,
    ClientCredentials,
    ClientSecret,
)
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.token_endpoint.client_authentication.assertion import (
    read_assertion,
    sign_with_private_key,
    sign_with_secret,
)
from zeebe_auth.token_endpoint.discovery import TokenAddress

__all__ = ["METHODS", "client_authentication"]

Headers = dict[str, str]
Prepare = Callable[[Any, str, str, Headers, str], tuple[str, Headers, str]]
"""authlib's shape of a method: (client, method, uri, headers, body) to (uri, headers, body)."""
Method = Callable[[ClientCredentials, TokenAddress, Clock], str | Prepare]
"""Gives authlib's name of a method that authlib does well, or a function of its shape."""

_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def _as_authlib_does(name: str) -> Method:
    return lambda _credentials, _address, _clock: name


def _basic(_credentials: ClientCredentials, _address: TokenAddress, _clock: Clock) -> Prepare:
    # authlib's own neither form-encodes id and secret (RFC 6749, 2.3.1) nor knows UTF-8.
    def prepare(
        client: Any, _method: str, uri: str, headers: Headers, body: str
    ) -> tuple[str, Headers, str]:
        pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
        basic = base64.b64encode(pair.encode("ascii")).decode("ascii")
        return uri, {**headers, "Authorization": f"Basic {basic}"}, body

    return prepare


def _assertion(make: Callable[[ClientCredentials, TokenAddress, Clock], str]) -> Method:
    # RFC 7521, 4.2: the client id is optional beside an assertion, but some servers want it.
    def method(credentials: ClientCredentials, address: TokenAddress, clock: Clock) -> Prepare:
        def prepare(
            client: Any, _method: str, uri: str, headers: Headers, body: str
        ) -> tuple[str, Headers, str]:
            from authlib.common.urls import add_params_to_qs

            parameters = [
                ("client_id", client.client_id),
                ("client_assertion_type", _JWT_BEARER),
                ("client_assertion", make(credentials, address, clock)),
            ]
            return uri, headers, add_params_to_qs(body, parameters)

        return prepare

    return method


METHODS: dict[str, Method] = {
    "client_secret_post": _as_authlib_does("client_secret_post"),
    "client_secret_basic": _basic,
    "client_secret_jwt": _assertion(sign_with_secret),
    "private_key": _assertion(sign_with_private_key),
    "assertion_file": _assertion(read_assertion),
    # The proof is the TLS handshake; the body only says who (RFC 8705, 2).
    "tls_client_auth": _as_authlib_does("none"),
    "self_signed_tls_client_auth": _as_authlib_does("none"),
    "public": _as_authlib_does("none"),
}
"""By the authentication's ``method`` where it has one, else by its ``kind``."""


def client_authentication(
    credentials: ClientCredentials, address: TokenAddress, clock: Clock
) -> Any:
    """The ``authlib.oauth2.ClientAuth`` that puts the proof into a request.

    Raises:
        ConfigurationError: Nobody knows the method.
    """
    from authlib.oauth2 import ClientAuth

    authentication: Authentication = credentials.authentication
    name = getattr(authentication, "method", authentication.kind)
    if name not in METHODS:
        raise ConfigurationError(
            f"The client authentication {name!r} of the credentials from {credentials.origin} is "
            f"not known. Known are: {', '.join(METHODS)}."
        )
    secret = None
    if isinstance(authentication, ClientSecret):
        secret = authentication.secret.reveal()
    return ClientAuth(credentials.client_id, secret, METHODS[name](credentials, address, clock))

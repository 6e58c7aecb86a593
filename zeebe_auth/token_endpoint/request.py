"""The token request as it goes on the wire.

RFC 6749, 4.4.2; resources, RFC 8707, 2; exchange, RFC 8693, 2; JWT bearer grant, RFC 7523, 2.1.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlencode

from zeebe_auth.clock import Clock
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.reading import read_for_request
from zeebe_auth.errors import ConfigurationError, without_frames
from zeebe_auth.token_endpoint.client_authentication.assertion import grant_assertion
from zeebe_auth.token_endpoint.client_authentication.methods import client_authentication
from zeebe_auth.token_endpoint.discovery import TokenAddress
from zeebe_auth.token_endpoint.http.sending import HttpRequest
from zeebe_auth.token_endpoint.token_exchange import exchange_parameters


@without_frames
def token_request(
    credentials: ClientCredentials, address: TokenAddress, clock: Clock
) -> HttpRequest:
    """The request that authlib prepares and signs for these credentials.

    Raises:
        ConfigurationError: The proof can't be made, a string in it is not valid Unicode, or there
            is no token to exchange.
    """
    try:
        headers, body = _prepared(credentials, address, clock)
    except UnicodeEncodeError:
        # The encoder's error would carry what was to be sent.
        raise not_utf8(credentials) from None
    return HttpRequest("POST", address.token_url, headers, body)


def not_utf8(credentials: ClientCredentials) -> ConfigurationError:
    """The error for credentials that can't be written down in UTF-8."""
    return ConfigurationError(
        f"The credentials from {credentials.origin} hold bytes that are not UTF-8 text. "
        "Write client id, secret, audience and scopes in UTF-8."
    )


def _prepared(
    credentials: ClientCredentials, address: TokenAddress, clock: Clock
) -> tuple[dict[str, str], bytes]:
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    # Once for all that follows; a flight has done so before its first attempt.
    credentials = read_for_request(credentials)
    # authlib keeps what is in the body already, so repeated parameters go in there.
    resources = [("resource", each) for each in credentials.resources]
    own = exchange_parameters(credentials)
    if credentials.jwt_bearer is not None:
        own.append(("assertion", grant_assertion(credentials, address, clock)))
    repeated = urlencode([*own, *resources])
    form = prepare_token_request(
        credentials.grant,
        repeated,
        audience=credentials.audience,
        scope=" ".join(credentials.scopes),
    )
    signer = client_authentication(credentials, address, clock)
    _, headers, form = signer.prepare("POST", address.token_url.text, {}, form)
    if credentials.request_format == "json":
        return {**headers, "Content-Type": "application/json"}, _as_json(form)
    return {**headers, "Content-Type": "application/x-www-form-urlencoded"}, form.encode("ascii")


def _as_json(form: str) -> bytes:
    fields: dict[str, str | list[str]] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        present = fields.get(name)
        if present is None:
            fields[name] = value
        elif isinstance(present, list):
            present.append(value)
        else:
            fields[name] = [present, value]
    return json.dumps(fields, ensure_ascii=False).encode()

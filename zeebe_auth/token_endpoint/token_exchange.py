"""What a token exchange adds to the token request and its reply (RFC 8693, 2)."""

from __future__ import annotations

from typing import Any

from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.token_exchange import token_type_uri

_NOT_FOR_ACCESS = {
    token_type_uri("refresh_token"): "a refresh token",
    token_type_uri("saml1"): "a SAML 1.1 assertion",
    token_type_uri("saml2"): "a SAML 2.0 assertion",
}


def exchange_parameters(credentials: ClientCredentials) -> list[tuple[str, str]]:
    """The parameters of the tokens to exchange, as they were read; none without one."""
    parameters = []
    for name, exchanged in (
        ("subject_token", credentials.subject_token),
        ("actor_token", credentials.actor_token),
    ):
        if exchanged is not None:
            parameters += [
                (name, exchanged.reveal()),
                (f"{name}_type", exchanged.token_type_uri),
            ]
    if credentials.requested_token_type is not None:
        requested = token_type_uri(credentials.requested_token_type)
        parameters.append(("requested_token_type", requested))
    return parameters


def reason_not_an_access_token(document: dict[str, Any]) -> str | None:
    """Why a reply's token is none to send to a gateway (RFC 8693, 2.2.1); None if it may be one.

    It goes on after "answered".
    """
    issued = document.get("issued_token_type")
    name = _NOT_FOR_ACCESS.get(issued) if isinstance(issued, str) else None
    if name is not None:
        return f"with {name} in exchange, which opens no gateway"
    if str(document.get("token_type")).upper() == "N_A":
        return "with a token in exchange that is no access token (token_type N_A)"
    return None

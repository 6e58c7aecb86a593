"""Revoking a token: the request and what the reply means (RFC 7009, 2)."""

from __future__ import annotations

from http import HTTPStatus

from zeebe_auth.clock import Clock
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import AuthError, InvalidClientError, TokenResponseError, without_frames
from zeebe_auth.token import AccessToken
from zeebe_auth.token_endpoint.client_authentication.methods import client_authentication, method_of
from zeebe_auth.token_endpoint.discovery import TokenAddress
from zeebe_auth.token_endpoint.error_replies import oauth_error, refusal_of_status
from zeebe_auth.token_endpoint.http.json_object import json_object
from zeebe_auth.token_endpoint.http.sending import HttpReply, HttpRequest
from zeebe_auth.token_endpoint.http.transport import TokenTransport
from zeebe_auth.token_endpoint.http.url import EndpointUrl, plaintext_rule
from zeebe_auth.token_endpoint.request import not_utf8

_OTHER_AUDIENCE = (
    " Its assertion is for the audience of token requests; a few servers want the revocation "
    "endpoint there."
)


@without_frames
def revocation_request(
    credentials: ClientCredentials,
    address: TokenAddress,
    token: AccessToken,
    clock: Clock,
    transport: TokenTransport,
) -> HttpRequest | None:
    """The request that authlib prepares and signs; None if there is nowhere to send it.

    Raises:
        ConfigurationError: The proof can't be made, a string in it is not valid Unicode, or the
            address breaks the https rule.
    """
    text = credentials.revocation_url or address.revocation_url
    if text is None:
        return None
    from authlib.oauth2.rfc7009 import prepare_revoke_token_request

    url = EndpointUrl.parse(
        text,
        called="The revocation URL",
        allow_plaintext=plaintext_rule(transport, credentials),
    )
    try:
        form, headers = prepare_revoke_token_request(token.value.reveal(), "access_token")
        signer = client_authentication(credentials, address, clock)
        _, headers, form = signer.prepare("POST", url.text, headers, form)
    except UnicodeEncodeError:
        # The encoder's error would carry what was to be sent.
        raise not_utf8(credentials) from None
    return HttpRequest("POST", url, headers, form.encode("ascii"))


def read_revocation(reply: HttpReply, url: EndpointUrl, credentials: ClientCredentials) -> bool:
    """Whether the token is revoked; False if the endpoint doesn't do that for such tokens.

    Raises:
        AuthError: It is not; each kind as `zeebe_auth.errors` tells.
    """
    status = reply.status_code
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:  # also for an unknown token
        return True
    code = oauth_error(json_object(reply.body))
    if code == "unsupported_token_type":
        return False
    raise _refusal(reply, code, url, credentials)


def _refusal(
    reply: HttpReply, code: str | None, url: EndpointUrl, credentials: ClientCredentials
) -> AuthError:
    status = reply.status_code
    of_status = refusal_of_status(reply, url, credentials)
    if of_status is not None:
        return of_status
    reason = f"HTTP {status}" if code is None else f"{code}, HTTP {status}"
    if code in {"invalid_client", "unauthorized_client"} or status in {401, 403}:
        return InvalidClientError(
            f"{url.origin} refused to revoke a token for the client {credentials.client_id!r} "
            f"({reason}). Check that the client is still active there, with this secret, key or "
            "certificate, and may revoke its tokens."
            f"{_OTHER_AUDIENCE if method_of(credentials).sends_assertion else ''}",
            error=code,
            status_code=status,
        )
    return TokenResponseError(
        f"{url} did not revoke the token ({reason}). Check that it is the revocation endpoint of "
        "the server that issued the token, and that it was issued to this client.",
        error=code,
        status_code=status,
    )

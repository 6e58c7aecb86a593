"""The token in a reply of the token endpoint (RFC 6749, 5.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import TokenResponseError, without_frames
from zeebe_auth.secret import Secret
from zeebe_auth.token import AccessToken
from zeebe_auth.token_endpoint.client_authentication.methods import method_of
from zeebe_auth.token_endpoint.error_replies import refusal_of_token_request
from zeebe_auth.token_endpoint.http.json_object import json_object
from zeebe_auth.token_endpoint.http.sending import HttpReply
from zeebe_auth.token_endpoint.http.url import EndpointUrl
from zeebe_auth.token_endpoint.lifetime import expires_at


@dataclass(frozen=True, slots=True)
class _AuthlibReply:
    """What authlib's parser asks of a reply of an HTTP library."""

    status_code: int
    document: dict[str, Any] = field(repr=False)

    def json(self) -> dict[str, Any]:
        return self.document

    def raise_for_status(self) -> None:
        """Statuses are judged before authlib sees the reply."""


@without_frames
def read_token(
    reply: HttpReply, url: EndpointUrl, credentials: ClientCredentials, *, issued_at: float
) -> AccessToken:
    """The token in ``reply``.

    A missing ``token_type`` is taken as Bearer; any other type than that is refused, since its
    token would not be sent as it must be.

    Args:
        reply: What the endpoint answered.
        url: The endpoint, for the errors.
        credentials: Who asked, for the errors.
        issued_at: Wall clock when the request began, in epoch seconds.

    Raises:
        AuthError: It holds no usable token; each kind as `zeebe_auth.errors` tells.
    """
    document = json_object(reply.body)
    refused = document is None or document.get("error") is not None
    if (
        document is None
        or refused
        or not (HTTPStatus.OK <= reply.status_code < HTTPStatus.MULTIPLE_CHOICES)
    ):
        advice = method_of(credentials).advice
        raise refusal_of_token_request(reply, document, url, credentials, advice)
    token = _parsed(reply, document)
    value, token_type = token.get("access_token"), token.get("token_type") or "Bearer"
    if not isinstance(value, str) or not value:
        raise _unusable(reply, url, "without an access_token")
    if credentials.subject_token is not None:
        from zeebe_auth.token_endpoint.token_exchange import reason_not_an_access_token

        unusable = reason_not_an_access_token(document)
        if unusable is not None:
            raise _unusable_exchange(reply, url, unusable)
    if not isinstance(token_type, str) or token_type.lower() != "bearer":
        raise _unusable(reply, url, "with a token of another type than Bearer")
    if not (value.isascii() and value.isprintable() and " " not in value):
        raise _unusable(reply, url, "with an access_token that is not valid in an HTTP header")
    scope = token.get("scope")
    return AccessToken(
        Secret(value),
        issued_at=issued_at,
        expires_at=expires_at(value, document.get("expires_in"), issued_at=issued_at, reply=reply),
        scope=scope if isinstance(scope, str) else None,
    )


def _unusable(reply: HttpReply, url: EndpointUrl, fault: str) -> TokenResponseError:
    return TokenResponseError(
        f"{url} answered {fault}. Check that the URL is that of an OAuth token endpoint and what "
        "the authorization server is set up to issue for this client.",
        status_code=reply.status_code,
    )


def _unusable_exchange(reply: HttpReply, url: EndpointUrl, fault: str) -> TokenResponseError:
    return TokenResponseError(
        f"{url} answered {fault}. Ask for another kind (requested_token_type), such as "
        "access_token, and allow it to this client at the authorization server.",
        status_code=reply.status_code,
    )


def _parsed(reply: HttpReply, document: dict[str, Any]) -> dict[str, Any]:
    from authlib.oauth2.client import OAuth2Client

    # The lifetime is kept from authlib: it takes 0 for "never" and fails on "3599.5". And it
    # takes an error that is null for an error.
    rest = {
        name: value
        for name, value in document.items()
        if name not in {"expires_in", "expires_at", "error"}
    }
    parsed: dict[str, Any] = OAuth2Client(session=None).parse_response_token(
        _AuthlibReply(reply.status_code, rest)
    )
    return parsed

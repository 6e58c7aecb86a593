"""What a reply without a token means, and what to do about it (RFC 6749, 5.2)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, NamedTuple

from zeebe_auth.clock import local_time
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import (
    AuthError,
    InvalidClientError,
    RateLimitedError,
    TokenEndpointUnreachable,
    TokenResponseError,
)
from zeebe_auth.shown_url import shown_text, shown_url
from zeebe_auth.token_endpoint.http.json_object import json_object
from zeebe_auth.token_endpoint.http.proxies import configured, way_around
from zeebe_auth.token_endpoint.http.response import retry_at
from zeebe_auth.token_endpoint.http.sending import HttpReply
from zeebe_auth.token_endpoint.http.url import EndpointUrl

_ERROR_CODE = re.compile(r"[a-z_]{1,40}")
_CLIENT_REFUSED = {"invalid_client", "unauthorized_client"}
_SERVER_TROUBLE = {"server_error", "temporarily_unavailable"}

_WHAT_TO_CHECK = {
    "invalid_scope": "Check the scope: this client may not ask for it, or it is not known there.",
    "invalid_target": "Check the resource and the audience (RFC 8707).",
    "invalid_request": "Check audience, scope and resource; some servers want one of them.",
    "unsupported_grant_type": (
        "Allow the client credentials grant for this client at the authorization server, and "
        "check that the URL is that of the token endpoint."
    ),
    "invalid_grant": "Check audience and scope, and that the client is active.",
    "access_denied": (
        "Check the audience and the scope: the client is known, but not allowed that one."
    ),
}
_WHAT_TO_CHECK_IN_AN_EXCHANGE = {
    "invalid_request": (
        "Check that the subject token has not expired, is of the type it is said to be, and was "
        "issued by somebody the server trusts, and that this client may exchange it for that "
        "audience."
    ),
    "unsupported_grant_type": (
        "Allow token exchange (RFC 8693) for this client at the authorization server, and check "
        "that the URL is that of the token endpoint."
    ),
    "invalid_grant": "Check that the subject token has not expired and that its user is active.",
    "access_denied": (
        "Check that this client may exchange tokens for that audience and scope, and that the "
        "subject token is for this client."
    ),
}
_WHAT_TO_CHECK_OF_A_JWT = {
    "invalid_grant": (
        "Check the JWT of the grant: its issuer, subject and audience as the server knows them, "
        "the key it is signed with, its claims, and that the clocks agree. The subject may have to "
        "agree first, or be assigned to the client by an administrator."
    ),
    "unsupported_grant_type": (
        "Allow the JWT bearer grant (RFC 7523, 2.1) for this client at the authorization server, "
        "and check that the URL is that of the token endpoint."
    ),
}
# What says that there is nothing at this path, or nothing that takes a POST.
_NOT_FOUND = frozenset(
    {
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.GONE,
        HTTPStatus.NOT_IMPLEMENTED,
    }
)
# RFC 6749, 5.2; RFC 8693, 2.2.2; RFC 8707, 2; and access_denied, as several servers have it.
_OAUTH_CODES = frozenset({*_WHAT_TO_CHECK, *_CLIENT_REFUSED, *_SERVER_TROUBLE})
# How servers tell that they were spoken to without TLS, in lower case: Keycloak, nginx, Go,
# Tomcat, Apache.
_WITHOUT_TLS = (
    b"https required",
    b"plain http request was sent to https port",
    b"client sent an http request to an https server",
    b"this combination of host and port requires tls",
    b"speaking plain http to an ssl-enabled server port",
)
_READ_FOR_REASON_BYTES = 4096
_NO_REALM = "Realm does not exist"
_KEYCLOAK_PATH = "Unable to find matching target resource method"
_KEYCLOAK_TOKEN_PATH = "/protocol/openid-connect/token"
# What a server says that looks for the parameters in a form and finds none.
_NO_PARAMETERS = {"invalid_request", "unsupported_grant_type"}
_USE_A_FORM = 'If the server takes no JSON body, set request_format to "form".'


class Advice(NamedTuple):
    """What to check where a client authentication is refused.

    Args:
        proof: What proves the client's identity beside its id; None if nothing does.
        more: A sentence on what else to check, after a space.
        variables: The environment variables that give id and proof.
    """

    proof: str | None
    more: str = ""
    variables: str = "CAMUNDA_CLIENT_ID (or the ZEEBE_ name)"


def oauth_error(document: dict[str, Any] | None) -> str | None:
    """The OAuth error code in ``document``, if it has one that may be quoted."""
    code = (document or {}).get("error")
    return code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else None


def who_named(credentials: ClientCredentials, *names: str) -> str:
    """Who named the address that counts, as a sentence after a space; nothing if that isn't known.

    Args:
        credentials: Whose address it is.
        names: The fields that it may be from; without them those of the token endpoint.
    """
    if credentials.token_url_filled_in and not names:
        return ""
    names = names or ("token_url", "well_known_url", "issuer")
    who = next((credentials.named_by[n] for n in names if n in credentials.named_by), None)
    return f" The URL is from {who}." if who else ""


def refusal_of_status(
    reply: HttpReply, url: EndpointUrl, credentials: ClientCredentials | None = None
) -> AuthError | None:
    """The error that any endpoint's reply means, whoever was asked what; None if it means none.

    Args:
        reply: What the endpoint answered.
        url: The endpoint.
        credentials: Who asked, where they name it.
    """
    status = reply.status_code
    if _wants_https(reply, url):
        named = who_named(credentials) if credentials else ""
        return TokenResponseError(
            f"{url} wants https:// (HTTP {status}): the server refuses plain http. Write https:// "
            f"in the URL, with the port that speaks TLS.{named}",
            status_code=status,
        )
    has_failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT
    if status == HTTPStatus.TOO_MANY_REQUESTS or (has_failed and "retry-after" in reply.headers):
        return _rate_limited(reply, url)
    if has_failed:
        return TokenEndpointUnreachable(
            f"{url} returned a server error (HTTP {status}). Try again later, or look into the "
            f"authorization server's log.{_or_the_proxy(reply)}",
            status_code=status,
        )
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        named = who_named(credentials) if credentials else ""
        return TokenResponseError(
            f"{url} answers with a redirect{_destination(reply, url)}, which is not followed with "
            f"a secret in the request. Put the final URL into the configuration.{named}",
            status_code=status,
        )
    return None


def refusal_of_token_request(
    reply: HttpReply,
    document: dict[str, Any] | None,
    url: EndpointUrl,
    credentials: ClientCredentials,
    authentication: Advice,
) -> AuthError:
    """The error for a reply that holds no token.

    Args:
        reply: What the endpoint answered.
        document: Its body, if that is a JSON object.
        url: The endpoint.
        credentials: Who asked.
        authentication: What to check if the client is refused.
    """
    status, code = reply.status_code, oauth_error(document)
    of_status = refusal_of_status(reply, url, credentials)
    if of_status is not None:
        return of_status
    if status in _NOT_FOUND and code not in _OAUTH_CODES:
        message = _not_a_token_endpoint(reply, document, url, credentials)
        return TokenResponseError(message + _or_the_proxy(reply), status_code=status)
    if (
        code in _CLIENT_REFUSED
        or status == HTTPStatus.UNAUTHORIZED
        or (status == HTTPStatus.FORBIDDEN and code is None)
    ):
        return InvalidClientError(
            f"{url.origin} refused the client {credentials.client_id!r} "
            f"({_reason(status, code)}). {_next_step(credentials, authentication, code)}"
            f"{_other_causes(credentials, status) if code is None else ''}{_or_the_proxy(reply)}",
            error=code,
            status_code=status,
        )
    if code in _SERVER_TROUBLE and "retry-after" in reply.headers:
        return _rate_limited(reply, url, code)
    if code in _SERVER_TROUBLE:
        return TokenEndpointUnreachable(
            f"{url} returned a server error ({_reason(status, code)}). Try again later, or look "
            "into the authorization server's log.",
            error=code,
            status_code=status,
        )
    if code is not None:
        advice = _WHAT_TO_CHECK.get(code, "Check audience, scope and resource.")
        if credentials.subject_token is not None:
            advice = _WHAT_TO_CHECK_IN_AN_EXCHANGE.get(code, advice)
        if credentials.jwt_bearer is not None:
            advice = _WHAT_TO_CHECK_OF_A_JWT.get(code, advice)
        if credentials.request_format == "json" and code in _NO_PARAMETERS:
            advice = f"{_USE_A_FORM} {advice}"
        return TokenResponseError(
            f"{url} gave no token to the client {credentials.client_id!r} "
            f"({_reason(status, code)}). {advice}{_asked_for(credentials)}",
            error=code,
            status_code=status,
        )
    message = _not_a_token_endpoint(reply, document, url, credentials)
    message += _other_causes(credentials, status)
    return TokenResponseError(message + _or_the_proxy(reply), status_code=status)


def _or_the_proxy(reply: HttpReply) -> str:
    """Who else may have answered, where a proxy could and no JSON says that it was the server."""
    if reply.forwarded_by is None or json_object(reply.body) is not None:
        return ""
    return (
        f" It may be the proxy {configured(reply.forwarded_by)} that answered: check its rules, or "
        f"{way_around(reply.forwarded_by)}."
    )


def _rate_limited(reply: HttpReply, url: EndpointUrl, code: str | None = None) -> RateLimitedError:
    status, until = reply.status_code, retry_at(reply)
    when = "; ask again later"
    if until is not None and until > reply.received_at:
        when = f" until {local_time(until)}"
    return RateLimitedError(
        f"{url} is rate limiting this client ({_reason(status, code)}){when}.",
        retry_at=until,
        error=code,
        status_code=status,
    )


def _reason(status: int, code: str | None) -> str:
    return f"HTTP {status}" if code is None else f"{code}, HTTP {status}"


def _next_step(credentials: ClientCredentials, authentication: Advice, code: str | None) -> str:
    proof = authentication.proof
    checked = "the id" if proof is None else f"{proof} and the id"
    step = f"Check {checked}{_where(credentials, authentication)}.{authentication.more}"
    exchanges = credentials.subject_token is not None
    if code == "unauthorized_client":
        # Keycloak says so of a wrong secret, too.
        grant = "exchange tokens" if exchanges else "use the client credentials grant"
        if credentials.jwt_bearer is not None:
            grant = "use the JWT bearer grant"
        step += f" Check also that the client may {grant} there."
    elif exchanges and credentials.audience is not None:
        # Keycloak calls an unknown audience an invalid client.
        step += (
            f" Check also that the audience {shown_text(credentials.audience)!r} is known there."
        )
    return step


def _other_causes(credentials: ClientCredentials, status: int) -> str:
    """What else it may be if the server doesn't say."""
    causes = ""
    if status == HTTPStatus.FORBIDDEN and not credentials.scopes:
        causes += " Some servers also refuse a request without a scope."
    if status == HTTPStatus.BAD_REQUEST and credentials.subject_token is not None:
        causes += " Not every server exchanges tokens (RFC 8693)."
    if status == HTTPStatus.BAD_REQUEST and credentials.jwt_bearer is not None:
        causes += " Not every server takes the JWT bearer grant (RFC 7523, 2.1)."
    if credentials.request_format == "json":
        causes += f" {_USE_A_FORM}"
    return causes


def _where(credentials: ClientCredentials, authentication: Advice) -> str:
    if credentials.origin == "environment":
        return f" in {authentication.variables}"
    if credentials.origin.startswith(("keychain profile", "login file")):
        return '; "zeebe-auth login" stores new ones'
    they_come = "it comes" if authentication.proof is None else "they come"
    return f" ({they_come} from: {credentials.origin})"


def _asked_for(credentials: ClientCredentials) -> str:
    asked = [
        f"{name} {shown_text(value)!r}"
        for name, value in (
            ("audience", credentials.audience),
            ("scope", " ".join(credentials.scopes)),
            ("resource", " ".join(credentials.resources)),
        )
        if value
    ]
    return f" Asked for: {', '.join(asked)}." if asked else " None of the three was asked for."


def _wants_https(reply: HttpReply, url: EndpointUrl) -> bool:
    if url.scheme != "http" or not (
        HTTPStatus.BAD_REQUEST <= reply.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    ):
        return False
    said = reply.body[:_READ_FOR_REASON_BYTES].lower()
    return reply.status_code == HTTPStatus.UPGRADE_REQUIRED or any(
        reason in said for reason in _WITHOUT_TLS
    )


def advice_on_path(document: dict[str, Any] | None, url: EndpointUrl, end: str) -> str:
    """What to check of a URL that leads nowhere.

    Args:
        document: What was answered, if that is a JSON object.
        url: The URL.
        end: How Keycloak's ends.
    """
    said = (document or {}).get("error")
    before, _, behind = url.path.partition("/realms/")
    if said == _NO_REALM and behind:
        realm = shown_text(behind.partition("/")[0])
        return f"Keycloak has no realm {realm!r}: correct what is behind /realms/."
    if behind or said in (_NO_REALM, _KEYCLOAK_PATH):
        found = f", here {shown_text(before)!r}" if before else ""
        return (
            "For Keycloak check the realm, which is behind /realms/, and what is before /realms/"
            f"{found} (/auth in older versions, nothing in newer ones, or a path of your own); "
            f"the URL ends in {end}."
        )
    return f"For Keycloak it ends in {end}, for Camunda SaaS in /oauth/token."


def _not_a_token_endpoint(
    reply: HttpReply,
    document: dict[str, Any] | None,
    url: EndpointUrl,
    credentials: ClientCredentials,
) -> str:
    if document is not None:
        what = "JSON without a token or an OAuth error"
    elif reply.body.lstrip()[:1] == b"<":
        what = "an HTML page instead of JSON"
    elif not reply.body:
        what = "an empty body"
    else:
        what = "something that is not a JSON object"
    so = "so it is not a token endpoint"
    if reply.status_code == HTTPStatus.BAD_REQUEST:
        # Some token endpoints say no more to a grant or a body that they don't know.
        so += " or does not take this request"
    if url.named_by:
        named = f" The discovery document {url.named_by} names it."
    else:
        named = who_named(credentials)
    return (
        f"{url} answered with {what} (HTTP {reply.status_code}), {so}.{named} "
        f"Check the token URL. {advice_on_path(document, url, _KEYCLOAK_TOKEN_PATH)}"
    )


def _destination(reply: HttpReply, url: EndpointUrl) -> str:
    import httpx2

    try:
        target = httpx2.URL(url.text).join(reply.headers.get("location", ""))
    except (httpx2.InvalidURL, ValueError):
        return ""
    return f" to {shown_url(str(target))}" if target.host else ""

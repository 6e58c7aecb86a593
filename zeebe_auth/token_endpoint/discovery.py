"""Where the token endpoint is: configured, or told by the issuer (RFC 8414; OpenID Discovery)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from zeebe_auth.credentials.authentication import ClientCertificate
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import TokenResponseError
from zeebe_auth.shown_url import shown_url
from zeebe_auth.token_endpoint.error_replies import advice_on_path, refusal_of_status, who_named
from zeebe_auth.token_endpoint.http.json_object import json_object
from zeebe_auth.token_endpoint.http.sending import HttpReply, HttpRequest, HttpSender
from zeebe_auth.token_endpoint.http.url import EndpointUrl, plaintext_rule

_KEPT_SECONDS = 3600.0
_KEPT_ADDRESSES = 32
_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class TokenAddress:
    """The token endpoint and, where it is known, the issuer it belongs to."""

    token_url: EndpointUrl
    issuer: str | None = field(default=None, repr=False)
    discovered: bool = False
    revocation_url: str | None = field(default=None, repr=False)
    """Where tokens are revoked, as discovery told it: unjudged, since few ask."""


class Discovery:
    """Finds token endpoints and remembers them for an hour.

    It has no lock, so that a fork can't catch one held: two threads that ask at once make two
    requests, and either answer is right.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], tuple[float, TokenAddress]] = {}

    def address(self, credentials: ClientCredentials, sender: HttpSender) -> TokenAddress:
        """The token endpoint of these credentials.

        Raises:
            ConfigurationError: An address breaks the https rule.
            RateLimitedError: The issuer is rate limiting this client.
            TokenEndpointUnreachable: The issuer gave no answer.
            TokenResponseError: It has no document that names a token endpoint of its own.
        """
        plaintext = plaintext_rule(sender.transport, credentials)
        if credentials.token_url:
            url = EndpointUrl.parse(
                credentials.token_url, called="The token URL", allow_plaintext=plaintext
            )
            return TokenAddress(url, credentials.issuer)
        key = _key(credentials)
        kept = self._known.get(key)
        now = sender.clock.running()
        if kept is not None and now - kept[0] < _KEPT_SECONDS:
            return kept[1]
        address = _discovered(credentials, sender, plaintext)
        if len(self._known) >= _KEPT_ADDRESSES:
            self._known.clear()
        self._known[key] = (now, address)
        return address

    def forget(self, credentials: ClientCredentials) -> None:
        """Ask the issuer again next time: the endpoint it named did not answer as one."""
        self._known.pop(_key(credentials), None)


def _key(credentials: ClientCredentials) -> tuple[str, ...]:
    return (
        credentials.well_known_url or "",
        credentials.issuer or "",
        credentials.revocation_url or "",  # it may be what allows plaintext to its host
        credentials.authentication.kind,
    )


def _discovered(
    credentials: ClientCredentials, sender: HttpSender, plaintext: bool | frozenset[bytes]
) -> TokenAddress:
    last: TokenResponseError | None = None
    for url in _document_urls(credentials, plaintext):
        reply = sender.send(HttpRequest("GET", url))
        outcome = _read(reply, url, credentials, plaintext)
        if isinstance(outcome, TokenAddress):
            return outcome
        # "Not here" may be followed by "but here"; what is wrong with a document that was there
        # tells more than the next 404.
        if last is None or outcome.status_code != HTTPStatus.NOT_FOUND:
            last = outcome
    assert last is not None
    raise last


def _document_urls(
    credentials: ClientCredentials, allow_plaintext: bool | frozenset[bytes]
) -> Iterator[EndpointUrl]:
    if credentials.well_known_url:
        yield EndpointUrl.parse(
            credentials.well_known_url,
            called="The well-known URL",
            allow_plaintext=allow_plaintext,
        )
        return
    from authlib.oauth2.rfc8414 import get_well_known_url

    issuer = credentials.issuer or ""
    checked = EndpointUrl.parse(issuer, called="The issuer", allow_plaintext=allow_plaintext)
    # RFC 8414, 3.1 takes a final slash off before it puts the well-known part in front of the
    # path; OpenID Connect Discovery, 4 puts it behind; RFC 8414, 5 knows both of the latter.
    bare = f"{checked.origin}{checked.path}".rstrip("/")
    behind = f"{bare}{_WELL_KNOWN}"
    texts = [
        get_well_known_url(bare, external=True),
        behind,
        get_well_known_url(bare, external=True, suffix="openid-configuration"),
    ]
    for text in dict.fromkeys(texts):
        yield EndpointUrl.parse(
            text, called="The issuer's well-known URL", allow_plaintext=allow_plaintext
        )


def _read(
    reply: HttpReply,
    url: EndpointUrl,
    credentials: ClientCredentials,
    allow_plaintext: bool | frozenset[bytes],
) -> TokenAddress | TokenResponseError:
    from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

    refusal = refusal_of_status(reply, url, credentials)
    if isinstance(refusal, TokenResponseError):
        return refusal
    if refusal is not None:
        raise refusal
    name = "well_known_url" if credentials.well_known_url else "issuer"
    called = "well-known URL" if credentials.well_known_url else "issuer"
    document = json_object(reply.body)
    if document is None or reply.status_code != HTTPStatus.OK:
        path = ""
        if "/realms/" in url.path:
            path = f" {advice_on_path(document, url, _WELL_KNOWN)}"
        return TokenResponseError(
            f"{url} gave no discovery document (HTTP {reply.status_code})."
            f"{who_named(credentials, name)} Check the {called}, or give the token URL itself."
            f"{path}",
            status_code=reply.status_code,
        )
    metadata = AuthorizationServerMetadata(document)
    issuer, token_url = metadata.get("issuer"), metadata.get("token_endpoint")
    revocation_url = metadata.get("revocation_endpoint")
    if credentials.issuer and not _same_issuer(issuer, credentials.issuer):
        return TokenResponseError(
            f"The discovery document at {url} is that of another issuer: it names "
            f"{_as_told(issuer)}, not {shown_url(credentials.issuer)} (RFC 8414, 3.3)."
            f"{who_named(credentials, 'issuer')} Write the issuer exactly as the document names "
            "it; or, if that server is meant, give the document's URL as the well-known URL "
            "(well_known_url, CAMUNDA_WELL_KNOWN_CONFIGURATION_URL) instead of the issuer.",
            status_code=reply.status_code,
        )
    if isinstance(credentials.authentication, ClientCertificate):
        # RFC 8705, 5: TLS client certificates may be asked for at an address of their own.
        aliases = metadata.get("mtls_endpoint_aliases")
        if isinstance(aliases, dict):
            token_url = aliases.get("token_endpoint", token_url)
            revocation_url = aliases.get("revocation_endpoint", revocation_url)
    if not isinstance(token_url, str):
        return TokenResponseError(
            f"The discovery document at {url} names no token endpoint. Give the token URL itself.",
            status_code=reply.status_code,
        )
    endpoint = EndpointUrl.parse(
        token_url,
        called=f"The token endpoint that {url} names",
        allow_plaintext=allow_plaintext,
    )
    return TokenAddress(
        replace(endpoint, named_by=str(url)),
        issuer if isinstance(issuer, str) else credentials.issuer,
        discovered=True,
        revocation_url=revocation_url if isinstance(revocation_url, str) else None,
    )


def _as_told(issuer: object) -> str:
    return shown_url(issuer) if isinstance(issuer, str) else "none"


def _same_issuer(told: object, configured: str) -> bool:
    # A final slash is the one difference that people can't see and that leads to the same place.
    return isinstance(told, str) and told.rstrip("/") == configured.rstrip("/")

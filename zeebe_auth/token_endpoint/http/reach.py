"""How a token endpoint would be reached, for people. Nothing is sent or opened for it."""

from __future__ import annotations

from dataclasses import dataclass

from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.token_endpoint.http.proxies import proxy_for
from zeebe_auth.token_endpoint.http.tls import trust_text
from zeebe_auth.token_endpoint.http.transport import TokenTransport
from zeebe_auth.token_endpoint.http.url import EndpointUrl, plaintext_rule


@dataclass(frozen=True, slots=True)
class Reach:
    """The way to an endpoint.

    Args:
        trust: Whose certificates are taken; None where none is asked for.
        proxy: The proxy in between and who names it; None for the direct way.
        plaintext: What allows ``http://``; None where it isn't needed.
        problem: Why there is no way.
    """

    trust: str | None = None
    proxy: str | None = None
    plaintext: str | None = None
    problem: str | None = None


def reach_of(credentials: ClientCredentials, transport: TokenTransport) -> Reach:
    """The way to the address that counts: token URL, else well-known URL, else issuer."""
    try:
        url = EndpointUrl.parse(
            credentials.authority_url,
            called="The token URL" if credentials.token_url else "The issuer or well-known URL",
            allow_plaintext=plaintext_rule(transport, credentials),
        )
        proxy = proxy_for(url, transport)
    except ConfigurationError as error:
        return Reach(problem=error.message)
    through = None
    if proxy is not None:
        through = f"{proxy} ({proxy.named_by})"
    if url.scheme == "http":
        allowed = None
        if not url.names_loopback:
            by = "allow_plaintext" if transport.allow_plaintext else "token_insecure"
            allowed = f"secrets and tokens travel unencrypted to {url.host}, as {by} allows"
        return Reach(proxy=through, plaintext=allowed)
    additional = transport.additional_ca_certificate
    if not credentials.token_url_filled_in or additional is None:
        return Reach(trust_text(transport.ca_certificate, additional), through)
    machine = trust_text(None, None)
    return Reach(f"{machine} alone: the token URL was filled in for Camunda SaaS", through)

"""Which proxy, if any, is between here and a token endpoint."""

from __future__ import annotations

from zeebe_auth.http_proxy import Proxy, named_proxy, parse_proxy
from zeebe_auth.token_endpoint.http.transport import TokenTransport
from zeebe_auth.token_endpoint.http.url import EndpointUrl

__all__ = ["Proxy", "configured", "proxy_for", "way_around"]

# Variables don't go before it.
_SETTING = "ZEEBE_AUTH_PROXY, or proxy in a profile or in code"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def proxy_for(url: EndpointUrl, transport: TokenTransport) -> Proxy | None:
    """The proxy to reach ``url`` through, or None to go there directly.

    Loopback never goes through one: plain text is allowed there because it stays on the machine.

    Raises:
        ConfigurationError: The proxy's URL can't be used; it is not quoted.
    """
    if url.names_loopback:
        return None
    if transport.proxy is not None:
        return parse_proxy(transport.proxy, "The proxy of the token transport", named_by=_SETTING)
    port = url.port or _DEFAULT_PORTS[url.scheme]
    return named_proxy((url.scheme,), url.wire_host.decode("ascii"), port)


def configured(proxy: Proxy | None) -> str:
    """The proxy and who named it, for people."""
    return f"{proxy} ({proxy.named_by})" if proxy is not None and proxy.named_by else str(proxy)


def way_around(proxy: Proxy | None) -> str:
    """How to do without it: the end of a sentence."""
    if proxy is not None and proxy.named_by == _SETTING:
        return "remove the setting to go there directly"
    return "name the host in NO_PROXY to go there directly"

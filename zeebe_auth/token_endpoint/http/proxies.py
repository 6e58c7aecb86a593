"""Which proxy, if any, stands between here and an endpoint."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret
from zeebe_auth.token_endpoint.http.transport import TokenTransport, check_proxy
from zeebe_auth.token_endpoint.http.url import EndpointUrl

__all__ = ["Proxy", "proxy_for"]

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy. Its user and password are not shown."""

    scheme: str
    host: bytes
    port: int
    login: tuple[Secret, Secret] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host.decode('ascii')}:{self.port}"


def proxy_for(url: EndpointUrl, transport: TokenTransport) -> Proxy | None:
    """The proxy to reach ``url`` through, or None to go there directly.

    Loopback never goes through one: plain text is allowed there because it stays on the machine.

    Raises:
        ConfigurationError: The proxy's URL can't be used; it is not quoted.
    """
    if url.names_loopback:
        return None
    if transport.proxy is not None:
        text, called = transport.proxy, "The proxy of the token transport"
    else:
        found = _environment_proxy(url)
        if found is None:
            return None
        text, called = found
    check_proxy(text, called)
    proxy = _parsed(text)
    if proxy is None:
        # The text is not quoted: it may hold a password.
        raise ConfigurationError(
            f"{called} has no valid host and port. Correct it, or name the token endpoint's host "
            "in NO_PROXY to go there directly."
        )
    return proxy


def _environment_proxy(url: EndpointUrl) -> tuple[Secret, str] | None:
    """The proxy that the environment or the system names, and where, for an error."""
    # Imported here: urllib.request brings in the whole of http.client.
    from urllib.request import getproxies, proxy_bypass

    found = getproxies()
    text = found.get(url.scheme) or found.get("all")
    port = url.port or _DEFAULT_PORTS[url.scheme]
    if not text or proxy_bypass(f"{url.host}:{port}") or proxy_bypass(url.host):
        return None
    variables = {name for name in os.environ if name.lower().endswith("_proxy")}
    named = sorted(name for name in variables if os.environ[name] == text)
    where = f"in the environment ({named[0]})" if named else "in the system's settings"
    return Secret(text), f"The proxy for {url.scheme}:// {where}"


def _parsed(secret: Secret) -> Proxy | None:
    import httpx2

    text = secret.reveal()
    try:
        url = httpx2.URL(text if "://" in text else f"http://{text}")
    except (httpx2.InvalidURL, ValueError):
        return None
    if url.scheme not in _DEFAULT_PORTS or not url.host:
        return None
    login = None
    if url.username or url.password:
        login = Secret(url.username), Secret(url.password)
    return Proxy(url.scheme, url.raw_host, url.port or _DEFAULT_PORTS[url.scheme], login)

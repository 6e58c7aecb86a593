"""Through which proxy a channel reaches its target, as gRPC is told."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zeebe_auth import ConfigurationError
from zeebe_auth.adapters import Proxy, is_loopback_name, named_proxy
from zeebe_grpc.connection.options import option_name
from zeebe_grpc.connection.targets import endpoint_of

_ENABLED = "grpc.enable_http_proxy"
_PROXY = "grpc.http_proxy"
_HEADERS = "grpc.http_connect_headers"
# gRPC's own order: whatever goes through a proxy by its rule does so by this one.
_KINDS = ("grpc", "https", "http")


@dataclass(frozen=True, slots=True)
class Route:
    """The way to a gateway.

    Args:
        proxy: The proxy in between; None for the direct way.
        problem: Why a proxy that was named is not used, in one sentence.
    """

    proxy: Proxy | None = None
    problem: str = ""

    def __str__(self) -> str:
        if self.proxy is None:
            return "directly"
        return f"through the proxy {self.proxy} ({self.proxy.named_by})"


def route_to(host: str, port: int) -> Route:
    """The way to a gateway: by the same rule as to a token endpoint, and never from loopback.

    The rule is `zeebe_auth.adapters.named_proxy`, with gRPC's own variables (``grpc_proxy``,
    ``no_grpc_proxy``) before the others. A proxy that gRPC can't speak to is passed by.

    Args:
        host: The gateway's host, without brackets.
        port: Its port.
    """
    if is_loopback_name(host):
        return Route()
    try:
        proxy = named_proxy(_KINDS, host, port)
    except ConfigurationError as error:
        return Route(problem=error.message)
    if proxy is not None and proxy.scheme != "http":
        return Route(
            problem=f"gRPC speaks to http:// proxies alone, so {proxy} ({proxy.named_by}) is not "
            "used. Name another one in grpc_proxy."
        )
    return Route(proxy)


def proxy_options(target: str, options: Sequence[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    """The channel arguments that send a channel to ``target`` the way of `route_to`.

    gRPC's own reading of the environment knows names in lower case alone, no ``*`` and no port in
    ``no_proxy``, and no proxy without a scheme; up to 1.66 no ``@`` in a password either
    (grpcio 1.66.2 and 1.85.1, in tests/integration/zeebe_grpc/test_proxy.py).

    Args:
        target: Where the channel leads. For a target of several addresses, or one that says
            nothing of them, gRPC decides by itself.
        options: The caller's; nothing is added where they name a proxy.
    """
    endpoint = endpoint_of(target)
    given = {option_name(option) for option in options}
    if endpoint is None or given & {_ENABLED, _PROXY}:
        return ()
    proxy = route_to(*endpoint).proxy
    if proxy is None:
        by_itself = any(os.environ.get(f"{kind}_proxy") for kind in _KINDS)
        return ((_ENABLED, 0),) if by_itself else ()
    # The port is written out: gRPC would take 443 for a proxy, everybody else 80.
    told: tuple[tuple[str, Any], ...] = ((_PROXY, f"http://{proxy.authority}"),)
    if proxy.login is not None and _HEADERS not in given:
        user, password = (each.reveal() for each in proxy.login)
        login = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        told += ((_HEADERS, f"Proxy-Authorization:Basic {login}"),)
    return told

"""What to say of a call that did not get through the proxy in between, or not past it.

gRPC says UNAVAILABLE, names the proxy's address as if it were the gateway's, and knows more only in
its details (grpcio 1.66.2 and 1.85.1; tests/integration/zeebe_grpc/test_proxy.py):

    … last error: UNKNOWN: ipv4:10.0.0.1:3128: HTTP proxy returned response code 407
    … last error: UNKNOWN: ipv4:10.0.0.1:3128: … Connection refused
    … last error: UNKNOWN: ipv4:10.0.0.1:3128: Tls handshake failed (…): … CERTIFICATE_VERIFY_FAILED
    errors resolving proxy.example.com:3128: […]
"""

from __future__ import annotations

import re

from zeebe_grpc.call.errors import NO_CONNECTION
from zeebe_grpc.connection.proxies import Route

_REFUSED = re.compile(r"HTTP proxy returned response code (\d+)")
_OUT = "or name the host in NO_PROXY to go there directly"


def on_proxied_failure(said: str, target: str, route: Route) -> str | None:
    """Sentences about a connection that was not made; None if it was, or goes through no proxy.

    Args:
        said: What gRPC says of a call that ended with UNAVAILABLE.
        target: The gateway, ``host:port``.
        route: The way to it.
    """
    if route.proxy is None or not any(each in said for each in NO_CONNECTION):
        return None
    proxy = f"The proxy {route.proxy} ({route.proxy.named_by})"
    if refused := _REFUSED.search(said):
        return (
            f"{proxy} would not connect to {target} (HTTP {refused[1]}). Check the proxy's user "
            f"and password and its rules, {_OUT}."
        )
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return (
            f"The certificate of {target}, reached {route}, is not trusted: {said}. If the proxy "
            "signs certificates itself, put its authority into the file that "
            "CAMUNDA_CA_CERTIFICATE_PATH (in a profile: ca_certificate) or "
            f"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH names, {_OUT}."
        )
    return (
        f"No connection to {target} {route}: {said}. Check that the proxy is up and may connect "
        f"there, {_OUT}."
    )

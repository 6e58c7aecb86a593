"""gRPC targets: what may be dialled, and what never leaves this machine.

A target is what `grpc.secure_channel` takes: ``host:port``, or a name with one of gRPC's
schemes in front (https://github.com/grpc/grpc/blob/master/doc/naming.md). Addresses as people
write them (``https://…``) are `zeebe_grpc.connect`'s business.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote

from zeebe_auth import ConfigurationError
from zeebe_grpc.connection.addresses import shown_address

__all__ = ["check_target", "is_local"]

_ON_THIS_MACHINE = frozenset({"unix", "unix-abstract"})
_SCHEMES = _ON_THIS_MACHINE | {"dns", "ipv4", "ipv6", "vsock", "xds", "google-c2p"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_BRACKETED = re.compile(r"\[([^\]]+)\](?::\d+)?")


def check_target(target: str) -> None:
    """Refuse what gRPC would only fail to resolve, with a reason nobody finds.

    Raises:
        ConfigurationError: The target is empty, has a scheme that gRPC doesn't know, or a path.
    """
    scheme, rest = _split(target)
    shown = shown_address(target)
    if not rest.strip("/"):
        raise ConfigurationError(f"The gRPC target {shown} names no host. Give one as host:port.")
    if scheme not in _SCHEMES:
        raise ConfigurationError(
            f"The gRPC target {shown} has the scheme {scheme!r}, which gRPC doesn't resolve. "
            "Give host:port, or use zeebe_grpc.connect, which takes addresses with http(s):// "
            "or grpc(s):// in front."
        )
    if scheme == "dns" and "/" in _dns_endpoint(rest):
        raise ConfigurationError(
            f"The gRPC target {shown} has a path, but gRPC dials a host and a port alone. "
            "Give host:port."
        )


def is_local(target: str) -> bool:
    """Whether every address of the target is this machine's own.

    That is 127.0.0.0/8, ``::1``, ``localhost`` and Unix sockets. Other names are not looked up:
    what they resolve to can change.
    """
    scheme, rest = _split(target)
    if scheme in _ON_THIS_MACHINE:
        return True
    if scheme == "dns":
        host = _host(_dns_endpoint(rest))
        # A name server of the caller's choice may say anything of localhost.
        asks_own_resolver = not rest.startswith("//") or rest.startswith("///")
        is_localhost = host.rstrip(".").lower() == "localhost"
        return (is_localhost and asks_own_resolver) or _is_loopback(host)
    if scheme in {"ipv4", "ipv6"}:
        addresses = unquote(rest.lstrip("/")).split(",")
        return all(_is_loopback(_host(address)) for address in addresses)
    return False


def _split(target: str) -> tuple[str, str]:
    match = _SCHEME.fullmatch(target)
    if match and (match[1].lower() in _SCHEMES or match[2].startswith("//")):
        return match[1].lower(), match[2]
    # As gRPC does: what is no known scheme is a host, as in localhost:26500.
    return "dns", target


def _dns_endpoint(rest: str) -> str:
    # dns:[//authority/]endpoint, where the authority is the name server to ask.
    if rest.startswith("//"):
        rest = rest[2:].partition("/")[2]
    return unquote(rest)


def _host(endpoint: str) -> str:
    if match := _BRACKETED.fullmatch(endpoint):
        return match[1]
    if endpoint.count(":") == 1:
        return endpoint.partition(":")[0]
    return endpoint


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False

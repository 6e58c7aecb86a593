"""gRPC targets: what may be dialled, and what never leaves this machine.

A target is what `grpc.secure_channel` takes: ``host:port``, or a name with one of gRPC's
schemes in front (https://github.com/grpc/grpc/blob/master/doc/naming.md). Addresses as people
write them (``https://…``) are `zeebe_grpc.connect`'s business.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from zeebe_auth import ConfigurationError
from zeebe_auth.adapters import Address, is_loopback_name, shown_address

_UNIX_SOCKETS = frozenset({"unix", "unix-abstract"})
_SCHEMES = _UNIX_SOCKETS | {"dns", "ipv4", "ipv6", "vsock", "xds", "google-c2p"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_DEFAULT_PORT = 443
_BRACKETED = re.compile(r"\[([^\]]+)\](?::\d+)?")


def as_target(address: Address) -> str:
    """The target that leads to an address, also where its host is called like a scheme."""
    is_scheme = address.host.lower() in _SCHEMES
    return f"dns:///{address.target}" if is_scheme else address.target


def check_target(target: str) -> None:
    """Refuse what gRPC would only fail to resolve, with a reason nobody finds.

    Raises:
        ConfigurationError: The target is empty, has a scheme that gRPC doesn't know or a path, or
            is a list of host names.
        TypeError: It is no str.
    """
    if not isinstance(target, str):
        kind = type(target).__name__
        raise TypeError(f'Pass a str such as "host:443" as the target, not {kind}.')
    scheme, rest = _split(target)
    shown = shown_address(target)
    if not rest.strip("/"):
        raise ConfigurationError(f"The gRPC target {shown} names no host. Give one as host:port.")
    known = scheme.lower()
    if known in _SCHEMES and known != scheme:
        raise ConfigurationError(
            f"The gRPC target {shown} has the scheme {scheme!r}, which gRPC takes for a host: "
            f"it knows its schemes in lower case alone. Write {known!r}, or give host:port."
        )
    if scheme not in _SCHEMES:
        raise ConfigurationError(
            f"The gRPC target {shown} has the scheme {known!r}, which gRPC doesn't resolve. "
            "Give host:port, or use zeebe_grpc.connect, which takes addresses with http(s):// "
            "or grpc(s):// in front."
        )
    if scheme == "dns" and "," in _dns_endpoint(rest):
        raise ConfigurationError(
            f"The gRPC target {shown} is a list, which gRPC asks DNS for as if it were one name. "
            "Give one host:port whose name DNS resolves to all of them, or IP addresses as "
            "ipv4:10.0.0.1:443,10.0.0.2:443, with the option "
            '("grpc.ssl_target_name_override", HOST) for the name in their certificate. The option '
            '("grpc.lb_policy_name", "round_robin") spreads the calls.'
        )
    if scheme == "dns" and "/" in _dns_endpoint(rest):
        raise ConfigurationError(
            f"The gRPC target {shown} has a path, but gRPC dials a host and a port alone. "
            "Give host:port."
        )


def is_unix_socket(target: str) -> bool:
    """Whether the target is a Unix socket, which has no way out of this machine."""
    return _split(target)[0] in _UNIX_SOCKETS


def is_local(target: str) -> bool:
    """Whether every address of the target is by its name this machine's own.

    That is ``localhost`` and names under it, 127.0.0.0/8, ``::1`` and Unix sockets. Nothing is
    looked up: what a name resolves to can change, so what is connected to is checked as well.
    """
    if is_unix_socket(target):
        return True
    scheme, rest = _split(target)
    if scheme == "dns":
        host = _host(_dns_endpoint(rest))
        # A name server of the caller's choice may say anything of localhost.
        names_server = rest.startswith("//") and not rest.startswith("///")
        is_looked_up = host.lower().endswith("localhost")
        return is_loopback_name(host) and not (names_server and is_looked_up)
    if scheme in {"ipv4", "ipv6"}:
        addresses = unquote(rest.lstrip("/")).split(",")
        return all(is_loopback_name(_host(address)) for address in addresses)
    return False


def endpoint_of(target: str) -> tuple[str, int] | None:
    """The host and port of a target that names one of each; None for any other.

    Without a port it is gRPC's own, 443.
    """
    scheme, rest = _split(target)
    if scheme == "dns":
        endpoint = _dns_endpoint(rest)
    elif scheme in {"ipv4", "ipv6"}:
        endpoint = unquote(rest.lstrip("/"))
    else:
        return None
    host = _host(endpoint)
    port = endpoint.rpartition(":")[2] if host != endpoint else ""
    if not host or "," in endpoint:
        return None
    return host, int(port) if port.isascii() and port.isdecimal() else _DEFAULT_PORT


def _split(target: str) -> tuple[str, str]:
    match = _SCHEME.fullmatch(target)
    if match and (match[1].lower() in _SCHEMES or match[2].startswith("//")):
        # As it is written: gRPC knows its schemes in lower case alone, and asks DNS for UNIX:path.
        return match[1], match[2]
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

"""Where the gateway is: the ways to write it, and the one form that is dialled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from zeebe_auth.configuration.saas import (
    DEFAULT_DOMAIN,
    DEFAULT_REGION,
    cluster_of_rest_address,
    gateway_domain,
    is_saas_host,
)
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.public_class import public_class

_TLS_OF_SCHEME = {"https": True, "grpcs": True, "http": False, "grpc": False}
_SCHEME = re.compile(r"(?P<scheme>[^:/?#@\s]*)://(?P<rest>.*)", re.DOTALL)
# Schemes of gRPC targets (https://github.com/grpc/grpc/blob/master/doc/naming.md) that name
# something else than one host, or that need no slashes. A host may have such a name (unix:26500).
_TARGET = re.compile(
    r"(?P<scheme>dns|ipv4|ipv6|unix|unix-abstract|vsock|xds|google-c2p):(?![0-9]{1,5}/?$).+",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)
_DNS = "dns:///"
# Host names as they occur behind load balancers and in container networks: underscores too.
_HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(\.(?!-)[A-Za-z0-9_-]{1,63})*\.?", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
_PORT = re.compile(r"[0-9]{1,5}", re.ASCII)
_MAX_HOST_CHARACTERS = 253
_HIGHEST_PORT = 65535
_TLS_PORT = 443
_GATEWAY_PORT = 26500
_HTTP_PORT = 80
_SHOWN_CHARACTERS = 120
_FORMS = (
    'Write "host:port", or put https:// (TLS) or http:// (plaintext) in front, '
    'such as "zeebe.example.com:443" or "http://localhost:26500".'
)
_SEVERAL = (
    "For several gateways give a host name that DNS resolves to all of them, and the channel "
    'option ("grpc.lb_policy_name", "round_robin"); or pass a list of IP addresses, such as '
    '"ipv4:10.0.0.1:443,10.0.0.2:443", to zeebe_grpc.secure_channel.'
)


@public_class("zeebe_auth.adapters")
@dataclass(frozen=True, slots=True)
class Address:
    """A gateway's address.

    Args:
        target: ``host:port``, as it is dialled (an IPv6 address in brackets).
        plaintext: Whether to speak without TLS.
        host: The host alone, without brackets.
        port: The TCP port, 1 to 65535.
    """

    target: str
    plaintext: bool
    host: str
    port: int

    def __str__(self) -> str:
        return f"{'http' if self.plaintext else 'https'}://{self.target}"


def parse_address(text: str, *, insecure: bool | None = None) -> Address:
    """Read an address as people and Camunda's variables write it.

    ``host:port`` means TLS unless ``insecure`` is true, and so does gRPC's ``dns:///host:port``.
    ``https://`` or ``grpcs://`` in front says TLS, ``http://`` or ``grpc://`` plaintext. Without a
    port it is 443 behind ``https://``, ``grpcs://`` and ``dns:///`` (which is gRPC's rule for it)
    and for Camunda SaaS, else 26500, where Zeebe's gateway listens by itself.

    Args:
        text: The address.
        insecure: What a separate setting says about plaintext; None if there is none.

    Raises:
        ConfigurationError: It is no such address, or ``insecure`` contradicts its scheme. The
            message says what to write instead.
    """
    written = text.strip()
    shown = shown_address(written)
    dns_name = _dns_name(written, shown)
    match = _SCHEME.fullmatch(written) if dns_name is None else None
    scheme = match["scheme"].lower() if match else ""
    authority = match["rest"] if match else written if dns_name is None else dns_name
    if match and scheme not in _TLS_OF_SCHEME:
        raise ConfigurationError(
            f"The gateway address {shown} has the scheme {scheme!r}, which means nothing here. "
            + _FORMS
        )
    for character, part in (
        ("@", "a user name or password"),
        ("?", "a query"),
        ("#", "a fragment"),
    ):
        if character in authority:
            raise ConfigurationError(f"The gateway address {shown} holds {part}. {_FORMS}")
    authority = authority.removesuffix("/")
    if "/" in authority or "\\" in authority:
        cluster = cluster_of_rest_address(f"https://{authority}")
        if cluster is not None and scheme in {"", "https"}:
            raise ConfigurationError(
                f"The gateway address {shown} is the REST address of a cluster. Its gRPC address "
                f"is https://{cluster[0]}.{cluster[1]}.{gateway_domain()}:{_TLS_PORT}."
            )
        raise ConfigurationError(
            f"The gateway address {shown} holds a path, and gRPC has none: leave it out. {_FORMS}"
        )
    host, port_text = _split(authority, shown)
    plaintext = _plaintext(scheme, insecure, shown)
    if port_text:
        port = int(port_text) if _PORT.fullmatch(port_text) else 0
        if not 1 <= port <= _HIGHEST_PORT:
            raise ConfigurationError(
                f"The gateway address {shown} has no valid port: it must be a number from 1 to "
                f"{_HIGHEST_PORT}. {_FORMS}"
            )
    elif dns_name is not None or _TLS_OF_SCHEME.get(scheme) or is_saas_host(host):
        port = _TLS_PORT
    else:
        port = _GATEWAY_PORT
    bracketed = f"[{host}]" if ":" in host else host
    return Address(f"{bracketed}:{port}", plaintext, host, port)


def with_port(text: str) -> str:
    """An address of any gRPC service with its port: 443, or 80 behind ``http://``, if it has none.

    What is no address is returned as it is, for whoever uses it to judge.
    """
    try:
        address = parse_address(text)
    except ConfigurationError:
        return text
    written = text.strip().removesuffix("/")
    if written.endswith(address.target):
        return text
    is_http = _TLS_OF_SCHEME.get(written.partition("://")[0].lower()) is False
    return f"{written}:{_HTTP_PORT if is_http else _TLS_PORT}"


def cluster_address(
    cluster_id: str,
    region: str | None = None,
    *,
    domain: str | None = None,
    port: str | None = None,
) -> Address:
    """The address of a cluster in Camunda SaaS.

    Args:
        cluster_id: The cluster's id, as Camunda Console shows it.
        region: The cluster's region; ``bru-2`` if it is None.
        domain: The domain of another installation of Camunda SaaS; ``camunda.io`` if it is None.
        port: The gateway's TCP port, 1 to 65535; 443 if it is None.

    Raises:
        ConfigurationError: One of them can't be part of an address.
    """
    region = DEFAULT_REGION if region is None else region
    domain = DEFAULT_DOMAIN if domain is None else checked_domain(domain)
    for name, value in (("cluster id", cluster_id), ("region", region)):
        if not _LABEL.fullmatch(value):
            raise ConfigurationError(
                f"The {name} {shown_address(value)} is not one: it has letters, digits and hyphens "
                "only. Copy it from Camunda Console, or give the gateway's whole address instead."
            )
    host = f"{cluster_id}.{region}.{gateway_domain(domain)}"
    return parse_address(f"{host}:{_TLS_PORT if port is None else port.strip()}")


def only_scheme_differs(texts: list[str]) -> bool:
    """Whether addresses name the same host and port, some with TLS and some in plaintext."""
    try:
        addresses = [parse_address(text) for text in texts]
    except ConfigurationError:
        return False
    places = {(address.host.lower(), address.port) for address in addresses}
    return len(places) == 1 and len({address.plaintext for address in addresses}) > 1


def checked_domain(domain: str) -> str:
    """The domain of an installation of Camunda SaaS, in lower case.

    Raises:
        ConfigurationError: It is no name of a domain.
    """
    domain = domain.strip().lower()
    if len(domain) > _MAX_HOST_CHARACTERS or not _HOST.fullmatch(domain):
        raise ConfigurationError(
            f"The cloud domain {shown_address(domain)} is not a domain name. Write it alone, such "
            f"as {DEFAULT_DOMAIN}, or leave it out for Camunda's own cloud."
        )
    return domain.removesuffix(".")


def _dns_name(written: str, shown: str) -> str | None:
    """What is behind gRPC's ``dns:///``; None for an address in another form.

    A target without a scheme is looked up in the same way, so it is the same address.
    """
    if "," in written:
        raise ConfigurationError(
            f"The gateway address {shown} is a list, but an address names one host. {_SEVERAL}"
        )
    if written[: len(_DNS)].lower() == _DNS:
        return written[len(_DNS) :]
    if match := _TARGET.fullmatch(written):
        _refuse_target(match["scheme"].lower(), shown)
    return None


def _refuse_target(scheme: str, shown: str) -> NoReturn:
    if scheme == "dns":
        form = '"dns:///host:port", which asks the DNS servers of this machine, or "host:port"'
    elif scheme in {"ipv4", "ipv6"}:
        form = 'the IP address and the port alone, such as "10.0.0.1:443" or "[2001:db8::1]:443"'
    else:
        form = '"host:port"'
    raise ConfigurationError(
        f"The gateway address {shown} is a gRPC target, not an address. Write {form}, or pass the "
        "target to zeebe_grpc.secure_channel (in plaintext: insecure_channel)."
    )


def _split(authority: str, shown: str) -> tuple[str, str]:
    if authority.startswith("["):
        inside, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")) or not _is_ipv6(inside):
            raise ConfigurationError(
                f"The gateway address {shown} has no IPv6 address in its brackets. "
                'Write it like "[2001:db8::1]:443".'
            )
        return inside, _port_text(rest, shown)
    if authority.count(":") > 1:
        raise ConfigurationError(
            f"The gateway address {shown} has more than one colon. "
            'Put an IPv6 address into brackets, like "[2001:db8::1]:443".'
        )
    host, colon, port = authority.partition(":")
    if not host:
        raise ConfigurationError(f"The gateway address {shown} names no host. {_FORMS}")
    if not host.isascii():
        raise ConfigurationError(
            f"The host of the gateway address {shown} is not ASCII. "
            "Write the name in its ASCII form, which begins with xn--."
        )
    if len(host) > _MAX_HOST_CHARACTERS or not _HOST.fullmatch(host):
        raise ConfigurationError(
            f"The gateway address {shown} holds something that no host name has. {_FORMS}"
        )
    return host, _port_text(colon + port, shown)


def _port_text(rest: str, shown: str) -> str:
    if rest == ":":
        raise ConfigurationError(f"The gateway address {shown} ends before its port. {_FORMS}")
    return rest.removeprefix(":")


def _is_ipv6(text: str) -> bool:
    # Imported here: few addresses need it, and every command reads one.
    from ipaddress import IPv6Address

    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _plaintext(scheme: str, insecure: bool | None, shown: str) -> bool:
    tls = _TLS_OF_SCHEME.get(scheme)
    if tls is None:
        return bool(insecure)
    if insecure is not None and insecure is tls:
        says = "TLS" if tls else "plaintext"
        raise ConfigurationError(
            f"The gateway address {shown} says {says} ({scheme}://), but the setting for insecure "
            f"connections says {str(insecure).lower()}. Change one of the two."
        )
    return not tls


def shown_address(text: str) -> str:
    """An address in quotes, without what may be a secret in it."""
    # What is in front of an @ or behind a ? may be a password or a token; where both could be
    # meant, nothing is shown.
    address, *rest = re.split(r"[?#]", text, maxsplit=1)
    if rest and "@" in rest[0]:
        return "(not shown, since it may hold a password)"
    tail = address.rpartition("@")[2]
    if len(tail) > _SHOWN_CHARACTERS:
        tail = tail[:_SHOWN_CHARACTERS] + "…"
    return repr(tail)

"""Which HTTP proxy the environment or the system names for a host: one rule for all connections."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zeebe_auth.errors import ConfigurationError, without_arguments
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret

if TYPE_CHECKING:
    # Imported where a proxy is named: a process that finds a token in a store needs none.
    from ipaddress import IPv4Address, IPv6Address

_DEFAULT_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(https?://)?(.*@)?(\[[^\]]+\]|[^:@\[\]\s]+)(:[0-9]+)?/?", re.IGNORECASE)
_UNENCODED = frozenset("/?#")
_ENTRY_WITH_PORT = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]*):(?P<port>[0-9]+)")
_SUFFIX = "_proxy"
# Others end so, too, and are no proxy for these connections: ZEEBE_AUTH_PROXY, ftp_proxy.
_KINDS = frozenset({"http", "https", "all", "no", "grpc", "no_grpc"})


@public_class("zeebe_auth.adapters")
@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy. Its user and password are not shown.

    Args:
        scheme: ``http`` or ``https``: how the proxy itself is spoken to.
        host: The host as it is looked up, in IDNA, an IPv6 address without brackets.
        port: The TCP port.
        login: User and password, if it wants them.
        named_by: Who named it, for people: a variable, or "the system's settings".
    """

    scheme: str
    host: bytes
    port: int
    login: tuple[Secret, Secret] | None = field(default=None, repr=False)
    named_by: str = field(default="", compare=False)

    @property
    def authority(self) -> str:
        """Host and port, an IPv6 address in brackets (RFC 3986, 3.2.2)."""
        host = self.host.decode("ascii")
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


def named_proxy(kinds: Sequence[str], host: str, port: int) -> Proxy | None:
    """The proxy that the environment names for a connection, else the system; None for none.

    For each of ``kinds`` the variable ``<kind>_proxy`` counts, then ``all_proxy``. A name in lower
    case wins over the same in capitals, as with curl, Python and gRPC; set but empty, it says that
    no proxy is to be used. ``HTTP_PROXY`` in capitals doesn't count in a CGI program, where
    whoever makes a request can set it (https://httpoxy.org). ``no_proxy`` names hosts to be
    reached directly, see `is_excluded`. Where no such variable is set, the settings of macOS and
    Windows count.

    Args:
        kinds: What is looked for, the first before the second: ``https``, ``http``, or gRPC's own
            ``grpc``, whose exceptions are in ``no_grpc_proxy``, if that is set.
        host: Where the connection leads, without brackets.
        port: The TCP port there.

    Raises:
        ConfigurationError: The proxy's URL can't be used; it is not quoted.
    """
    variables = _variables()
    if not variables:
        return _system_proxy(kinds, host)
    exceptions = variables.get("no", ("", ""))
    if "grpc" in kinds:
        exceptions = variables.get("no_grpc", exceptions)
    for kind in (*kinds, "all"):
        if kind in variables:
            variable, text = variables[kind]
            if not text or is_excluded(exceptions[1], host, port):
                return None
            where = f"The proxy in the environment ({variable})"
            return parse_proxy(Secret(text), where, named_by=variable)
    return None


def is_excluded(entries: str, host: str, port: int) -> bool:
    """Whether ``NO_PROXY`` says that ``host`` is reached directly.

    Its entries are separated by commas or spaces: ``*`` for all; a domain, with or without ``.`` or
    ``*.`` in front, for itself and the names under it; an IP address; a network, such as
    ``10.0.0.0/8`` or ``fd00::/8``. An IPv6 address may be in brackets. All but ``*`` and networks
    may have a port behind them, and then are for that port alone. Names are compared without case
    and without a last dot, and are not looked up: a network is for addresses alone.

    Args:
        entries: What the variable holds.
        host: A host name or an IP address, without brackets.
        port: The TCP port.
    """
    name = _ascii(host).rstrip(".")
    address = _address(name)
    return any(_matches(entry, name, address, port) for entry in re.split(r"[,\s]+", entries))


def _matches(entry: str, name: str, address: IPv4Address | IPv6Address | None, port: int) -> bool:
    if entry == "*":
        return True
    with_port = _ENTRY_WITH_PORT.fullmatch(entry)
    if with_port is not None:
        if int(with_port["port"]) != port:
            return False
        entry = with_port["host"]
    entry = _ascii(entry)
    if address is not None:
        plain = entry.replace("[", "").replace("]", "")
        if "/" in plain:
            from ipaddress import ip_network

            try:
                return address in ip_network(plain, strict=False)
            except ValueError:
                return False
        return address == _address(plain)
    domain = entry.removeprefix("*").strip(".")
    return bool(domain) and (name == domain or name.endswith(f".{domain}"))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    from ipaddress import ip_address

    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # An IPv4 address may come as ::ffff:10.0.0.1 and is the same host.
    return getattr(address, "ipv4_mapped", None) or address


def _ascii(name: str) -> str:
    if not name.isascii():
        with contextlib.suppress(UnicodeError):  # no host name: it is equal to nothing
            name = name.encode("idna").decode("ascii")
    return name.lower()


def _variables() -> dict[str, tuple[str, str]]:
    """By what is in front of ``_proxy``, in lower case: the variable that counts, and its value."""
    found: dict[str, tuple[str, str]] = {}
    for name, value in os.environ.items():
        kind = name.lower().removesuffix(_SUFFIX)
        if kind == name.lower() or kind not in _KINDS or (not value and name != name.lower()):
            continue
        if kind == "http" and name != "http_proxy" and "REQUEST_METHOD" in os.environ:
            continue
        if kind not in found or name == name.lower():
            found[kind] = name, value.strip()
    return found


def _system_proxy(kinds: Sequence[str], host: str) -> Proxy | None:
    if sys.platform not in {"darwin", "win32"}:
        return None
    # Imported here: urllib.request brings in the whole of http.client.
    from urllib.request import getproxies, proxy_bypass

    found = getproxies()
    text = next((found[kind] for kind in (*kinds, "all") if found.get(kind)), None)
    if text is None or proxy_bypass(host):
        return None
    settings = "the system's settings"
    return parse_proxy(Secret(text), f"The proxy in {settings}", named_by=settings)


@without_arguments
def check_proxy(proxy: Secret, called: str) -> None:
    """Refuse a proxy's URL in which a password may end too early.

    A ``/``, ``?`` or ``#`` that isn't percent-encoded (RFC 3986, 3.2.1) ends it: what comes before
    would be taken for the host, be looked up and be shown. So a proxy's URL has nothing behind its
    port but a final slash.

    Args:
        proxy: The URL; ``http://`` may be left out.
        called: What it is and where it was given, for the error.

    Raises:
        ConfigurationError: It is no such URL. The message doesn't quote it.
    """
    if proxy.reveal().lower().startswith("socks"):
        raise ConfigurationError(
            f"{called} is a SOCKS proxy, and only http:// and https:// proxies can be used. Name "
            "one of those, such as http://proxy.example.com:3128."
        )
    match = _URL.fullmatch(proxy.reveal())
    if match is None or _UNENCODED.intersection((match[2] or "") + match[3]):
        raise ConfigurationError(
            f"{called} is not an http:// or https:// URL of a host and a port, with a user and a "
            "password at most: http://user:password@host:port. Correct it, and percent-encode what "
            "is special in user and password: # is %23, / is %2F, ? is %3F, @ is %40, % is %25."
        )


@without_arguments
def parse_proxy(proxy: Secret, called: str, *, named_by: str = "") -> Proxy:
    """The proxy that a URL names.

    Args:
        proxy: The URL; ``http://`` may be left out.
        called: What it is and where it was given, for the error.
        named_by: Who named it, for people.

    Raises:
        ConfigurationError: It is no URL of a proxy. The message doesn't quote it.
    """
    check_proxy(proxy, called)
    parsed = _parsed(proxy, named_by)
    if parsed is None:
        # The text is not quoted: it may hold a password.
        raise ConfigurationError(
            f"{called} has no valid host and port. Correct it, or name the host to be reached in "
            "NO_PROXY to go there directly."
        )
    return parsed


def _parsed(proxy: Secret, named_by: str) -> Proxy | None:
    import httpx2

    text = proxy.reveal()
    try:
        url = httpx2.URL(text if "://" in text else f"http://{text}")
    except (httpx2.InvalidURL, ValueError):
        return None
    if url.scheme not in _DEFAULT_PORTS or not url.host:
        return None
    login = None
    if url.username or url.password:
        login = Secret(url.username), Secret(url.password)
    port = url.port or _DEFAULT_PORTS[url.scheme]
    return Proxy(url.scheme, url.raw_host, port, login, named_by)

"""What counts as this machine: names that promise it, and addresses that are it.

Plaintext may carry a secret where both say so: the name that was configured (names can be made
to resolve to anything) and the address that was connected to (any name can resolve to loopback).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_IPV4_LOOPBACK = ip_network("127.0.0.0/8")
_IPV6_LOOPBACK = IPv6Address("::1")


def is_loopback_name(host: str) -> bool:
    """Whether ``host`` is a name for this machine and nothing else. Nothing is looked up.

    That is ``localhost`` and names under it (RFC 6761, 6.3) in any case, 127.0.0.0/8 and ``::1``.
    ``localhost.`` is not: with its last dot resolvers pass the hosts file by and ask DNS. Neither
    are other spellings of such addresses (``127.1``, ``0x7f.1``, ``::ffff:127.0.0.1``), which are
    not read alike everywhere, addresses with a zone (``::1%lo``), and the machine's own name.

    Args:
        host: A host name or an IP address, without port and brackets, as it is looked up.
    """
    name = host.lower() if host.isascii() else ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return address in _IPV4_LOOPBACK
    return address == _IPV6_LOOPBACK


def is_loopback_address(address: str) -> bool:
    """Whether the address of a connection is one of this machine's loopback interface.

    That is 127.0.0.0/8, also as an IPv6 socket shows it (``::ffff:127.0.0.1``), and ``::1``.

    Args:
        address: An IP address as `socket.socket.getpeername` gives it, maybe with a zone.
    """
    try:
        # Not is_loopback: whether it holds for ::ffff:127.0.0.1 depends on the Python version.
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    if isinstance(parsed, IPv4Address):
        return parsed in _IPV4_LOOPBACK
    return parsed == _IPV6_LOOPBACK

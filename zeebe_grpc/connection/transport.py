"""What a token may travel on: TLS, or plaintext where nobody else can listen."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import Any

import grpc

from zeebe_auth import ConfigurationError, PlaintextWarning
from zeebe_auth.adapters import shown_address, warn_at_caller
from zeebe_grpc.connection.options import ChannelOptions, beside, checked_options, option_name
from zeebe_grpc.connection.proxies import proxy_options
from zeebe_grpc.connection.roots import roots_of_environment
from zeebe_grpc.connection.targets import check_target, is_local, is_unix_socket

# What sends a connection through a proxy, and what keeps it from there. The environment can do
# the first as well: http_proxy and the like, and GRPC_ADDRESS_HTTP_PROXY, which goes by the address
# and which grpc.enable_http_proxy doesn't turn off (grpcio 1.66.2 and 1.85.1, in tests/peers).
_WITHOUT_PROXY: ChannelOptions = (
    ("grpc.enable_http_proxy", 0),
    ("grpc.address_http_proxy_enabled_addresses", ""),
)
_PROXY_OPTIONS = frozenset(
    {"grpc.http_proxy", "grpc.address_http_proxy", *(name for name, _ in _WITHOUT_PROXY)}
)

_warned_targets: set[str] = set()


def transport_credentials(
    root_certificates: bytes | None,
    private_key: bytes | None,
    certificate_chain: bytes | None,
    base: grpc.ChannelCredentials | None,
) -> grpc.ChannelCredentials:
    """The channel credentials without a token: TLS from PEM bytes, or the caller's ``base``.

    Byte order marks are left out of the PEMs: gRPC doesn't see a certificate behind one.

    Raises:
        ConfigurationError: Both were given, one half of the client's key and certificate is
            missing, a PEM is not bytes, or the file that GRPC_DEFAULT_SSL_ROOTS_FILE_PATH names is
            needed and can't be used.
    """
    pems = {
        "root_certificates": root_certificates,
        "private_key": private_key,
        "certificate_chain": certificate_chain,
    }
    given = [name for name, pem in pems.items() if pem is not None]
    if base is not None:
        if given:
            raise ConfigurationError(
                f"Both base and {', '.join(given)} are given, but base brings its own "
                "certificates. Give one or the other."
            )
        return base
    for name in given:
        if not isinstance(pems[name], bytes):
            raise ConfigurationError(
                f"{name} is {type(pems[name]).__name__}, but gRPC takes the bytes of a PEM file. "
                "Read the file and give its content."
            )
    # gRPC's core aborts the whole process on half a pair.
    if (private_key is None) != (certificate_chain is None):
        missing = "private_key" if private_key is None else "certificate_chain"
        raise ConfigurationError(
            f"{missing} is missing: a client certificate needs its key, and a key its "
            "certificate. Give both or neither."
        )
    if root_certificates is None:
        root_certificates = roots_of_environment()
    return grpc.ssl_channel_credentials(
        *(
            # Several files that were joined have a mark each.
            pem and pem.replace(codecs.BOM_UTF8, b"")
            for pem in (root_certificates, private_key, certificate_chain)
        )
    )


def check_encrypting(base: grpc.ChannelCredentials | None) -> None:
    """Refuse the caller's channel credentials if they are or contain gRPC's insecure ones.

    Raises:
        ConfigurationError: They do, so a token would go out unencrypted without the switch.
    """
    if base is None:
        return
    import grpc.experimental

    # gRPC tells the kind of credentials nowhere else. To ask it on the channel, as authorize does,
    # costs a thread for each call until the first was answered.
    insecure = grpc.experimental.insecure_channel_credentials()  # type: ignore[no-untyped-call]  # grpc.experimental has no types
    kind = type(getattr(insecure, "_credentials", None))
    pending = [getattr(base, "_credentials", None)]
    while pending:
        inside = pending.pop()
        if inside is not None and type(inside) is kind:
            raise ConfigurationError(
                "base is gRPC's insecure channel credentials or falls back to them, so a token "
                "would travel unencrypted. Use insecure_channel, which keeps it on this machine "
                "unless it is told otherwise."
            )
        # What xDS credentials use where the control plane names no others, and composite ones.
        pending += [
            found
            for name in ("_fallback_credentials", "_channel_credentials")
            if (found := getattr(inside, name, None)) is not None
        ]


def routed_options(target: str, options: Sequence[tuple[str, Any]]) -> ChannelOptions:
    """The options of a channel, with the proxy it goes through: none to loopback.

    Args:
        target: Where the channel leads.
        options: The caller's channel arguments; what they say of proxies stays.

    Raises:
        ConfigurationError: The options can't be used.
    """
    checked = checked_options(options)
    ours = _WITHOUT_PROXY if is_local(target) else proxy_options(target, checked)
    return beside(checked, ours)


def check_allow_plaintext(allow_plaintext: object) -> None:
    """Refuse anything but True or False: "no" would count as yes.

    Raises:
        TypeError: It is of another type.
    """
    if not isinstance(allow_plaintext, bool):
        raise TypeError(
            f"Pass True or False as allow_plaintext, not {type(allow_plaintext).__name__}."
        )


def plaintext_transport(
    target: str, options: Sequence[tuple[str, Any]], *, allow_plaintext: bool
) -> tuple[grpc.ChannelCredentials | None, ChannelOptions]:
    """How a plaintext channel carries tokens to ``target``: its channel credentials and options.

    To this machine gRPC's local credentials are used. They encrypt nothing, but refuse what was
    connected to if it isn't loopback or a Unix socket, before a byte of HTTP/2 is sent. None means
    an insecure channel, to wherever the target leads.

    Args:
        target: Where the channel leads.
        options: The caller's channel arguments. Those that ask for a proxy are left out where the
            target is this machine: through one a token would leave it.
        allow_plaintext: Whether a target with another name may have a token; it warns once each.

    Raises:
        ConfigurationError: The target is not this machine and plaintext was not allowed, or the
            target or the options can't be used.
        TypeError: ``allow_plaintext`` is neither True nor False.
    """
    check_allow_plaintext(allow_plaintext)
    check_target(target)
    checked = checked_options(options)
    if is_local(target):
        kind = grpc.LocalConnectionType.LOCAL_TCP
        if is_unix_socket(target):
            kind = grpc.LocalConnectionType.UDS
        kept = (option for option in checked if option_name(option) not in _PROXY_OPTIONS)
        return grpc.local_channel_credentials(kind), (*kept, *_WITHOUT_PROXY)
    if not allow_plaintext:
        raise ConfigurationError(
            f"A token would travel to {shown_address(target)} unencrypted, where others can read "
            "it. Use secure_channel, or a name that can only be this machine's (localhost, a name "
            "under it, 127.0.0.1, ::1), or pass allow_plaintext=True if something else protects "
            "the way (a service mesh, a tunnel)."
        )
    if target not in _warned_targets:
        warn_at_caller(
            f"Tokens travel to {shown_address(target)} unencrypted, as allow_plaintext says.",
            PlaintextWarning,
        )
        # Only now: where a filter makes an error of it, it is one each time.
        _warned_targets.add(target)
    return None, routed_options(target, checked)

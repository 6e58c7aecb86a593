"""What a token may travel on: TLS, or plaintext where nobody else can listen."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import grpc

from zeebe_auth import ConfigurationError
from zeebe_grpc.connection.targets import check_target, is_local

__all__ = ["plaintext_options", "transport_credentials"]

_HTTP_PROXY_OPTION = "grpc.enable_http_proxy"

_warned_targets: set[str] = set()


def transport_credentials(
    root_certificates: bytes | None,
    private_key: bytes | None,
    certificate_chain: bytes | None,
    base: grpc.ChannelCredentials | None,
) -> grpc.ChannelCredentials:
    """The channel credentials without a token: TLS from PEM bytes, or the caller's ``base``.

    Raises:
        ConfigurationError: Both were given, one half of the client's key and certificate is
            missing, or a PEM is not bytes.
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
    return grpc.ssl_channel_credentials(root_certificates, private_key, certificate_chain)


def plaintext_options(
    target: str, options: Sequence[tuple[str, Any]], *, allow_plaintext: bool
) -> tuple[tuple[str, Any], ...]:
    """The options for a plaintext channel that carries tokens to ``target``.

    Raises:
        ConfigurationError: The target is not this machine and plaintext was not allowed.
    """
    check_target(target)
    if is_local(target):
        if any(name == _HTTP_PROXY_OPTION for name, _ in options):
            return tuple(options)
        # Through a proxy from the environment even loopback would leave this machine.
        return (*options, (_HTTP_PROXY_OPTION, 0))
    if not allow_plaintext:
        raise ConfigurationError(
            f"A token would travel to {target} unencrypted, where others can read it. Use "
            "secure_channel, or pass allow_plaintext=True if something else protects the way "
            "(a service mesh, a tunnel)."
        )
    if target not in _warned_targets:
        _warned_targets.add(target)
        warnings.warn(
            f"Tokens travel to {target} unencrypted, as allow_plaintext says.",
            RuntimeWarning,
            stacklevel=3,
        )
    return tuple(options)

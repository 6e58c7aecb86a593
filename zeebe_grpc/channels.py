"""Channels whose calls carry a provider's token, made here or by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import grpc

import zeebe_auth
from zeebe_grpc.call.channel_token import (
    Metadata,
    Refused,
    TokenHeader,
    channel_token,
)
from zeebe_grpc.call.encryption_check import EncryptionCheck, UncheckedAccess
from zeebe_grpc.connection.options import check_compression, checked_interceptors
from zeebe_grpc.connection.targets import check_target
from zeebe_grpc.connection.transport import (
    check_allow_plaintext,
    check_encrypting,
    plaintext_transport,
    routed_options,
    transport_credentials,
)
from zeebe_grpc.sync.authorized_channel import AuthorizedChannel
from zeebe_grpc.sync.checking_channel import CheckingChannel

ClientInterceptor = (
    grpc.UnaryUnaryClientInterceptor
    | grpc.UnaryStreamClientInterceptor
    | grpc.StreamUnaryClientInterceptor
    | grpc.StreamStreamClientInterceptor
)
INTERCEPTORS = (
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
)


def secure_channel(
    target: str,
    provider: zeebe_auth.CredentialsProvider | None,
    *,
    root_certificates: bytes | None = None,
    private_key: bytes | None = None,
    certificate_chain: bytes | None = None,
    base: grpc.ChannelCredentials | None = None,
    options: Sequence[tuple[str, Any]] = (),
    compression: grpc.Compression | None = None,
    interceptors: Sequence[ClientInterceptor] | None = None,
    header: str = "authorization",
    header_prefix: str | None = None,
    metadata: Metadata = (),
    refused: Refused | None = None,
) -> grpc.Channel:
    """A TLS channel whose calls carry the provider's token.

    A call whose token was refused (UNAUTHENTICATED) is repeated once with another one, if
    another is available and nothing of the call was used up. When no token is available, the
    call fails with a `grpc.RpcError` whose cause is the provider's `zeebe_auth.AuthError`.

    Args:
        target: ``host:port``, or a name in another of gRPC's schemes.
        provider: Anything with ``get_token()``; None or an `AnonymousCredentialsProvider` for a
            channel without authorization.
        root_certificates: The CA certificates to trust, PEM; None takes gRPC's own.
        private_key: The client's own key for mutual TLS, PEM.
        certificate_chain: The client's certificate and its intermediates, PEM.
        base: Ready channel credentials instead of these three; with a provider not gRPC's
            insecure ones, which would carry its token in plaintext.
        options: gRPC's channel arguments.
        compression: The compression of all calls, unless a call says otherwise.
        interceptors: gRPC's own, the outermost first. They run once for each attempt and see its
            token; `grpc.intercept_channel` around the channel runs some once for each call.
        header: The metadata key of the token, in lower case.
        header_prefix: What is in front of the bare token, with its space; "" sends it bare, and
            None sends its own authorization, such as ``Bearer …``.
        metadata: What each call carries beside it; a mapping or pairs. A `zeebe_auth.Secret` is a
            value too. What a caller brings under one of the names wins, as it does for the token.
        refused: What else than UNAUTHENTICATED means that the token was refused, by status and
            details. Name only what means that the call was **not executed**, and UNKNOWN never
            without a look at its details: such a call is sent again.

    Raises:
        ConfigurationError: The target, the options or a combination of arguments can't work.
        TypeError: ``provider`` is no credentials provider, or an argument of another wrong type.
        ValueError: The header, its prefix or the metadata are not valid; no value is quoted.
    """
    given = checked_interceptors(interceptors, INTERCEPTORS)
    check_compression(compression)
    check_target(target)
    transport = transport_credentials(root_certificates, private_key, certificate_chain, base)
    header_of = TokenHeader.checked(header, header_prefix, metadata)
    token = channel_token(provider, header_of, refused)
    if token is not None:
        check_encrypting(base)
    # As an attribute of the module, so that instrumentation which patches it is not passed by.
    channel = grpc.secure_channel(target, transport, routed_options(target, options), compression)
    channel = grpc.intercept_channel(channel, *given) if given else channel
    return channel if token is None else AuthorizedChannel(channel, token)


def insecure_channel(
    target: str,
    provider: zeebe_auth.CredentialsProvider | None,
    *,
    options: Sequence[tuple[str, Any]] = (),
    compression: grpc.Compression | None = None,
    interceptors: Sequence[ClientInterceptor] | None = None,
    header: str = "authorization",
    header_prefix: str | None = None,
    metadata: Metadata = (),
    refused: Refused | None = None,
    allow_plaintext: bool = False,
) -> grpc.Channel:
    """A plaintext channel whose calls carry the provider's token: for this machine alone.

    The target's name must say so (``localhost``, a name under it, 127.0.0.0/8, ``::1``, a Unix
    socket), and so must the address that is connected to, which gRPC checks before it sends
    anything; else calls fail with UNAVAILABLE "Endpoint is neither UDS or TCP loopback address".
    No proxy is used for it. Such a channel is made by `grpc.secure_channel`, with
    `grpc.local_channel_credentials`.

    Args:
        target: ``host:port``, or a name in another of gRPC's schemes.
        provider: Anything with ``get_token()``; None or an `AnonymousCredentialsProvider` for a
            channel without authorization, which may lead anywhere.
        options: gRPC's channel arguments.
        compression: The compression of all calls, unless a call says otherwise.
        interceptors: As for `secure_channel`.
        allow_plaintext: Send tokens unencrypted to targets with other names too. It warns once
            per target.
        header: See `secure_channel`, as for the other three.
        header_prefix: See there.
        metadata: See there.
        refused: See there.

    Raises:
        ConfigurationError: The target or the options can't work, or it is another machine.
        TypeError: ``provider`` is no credentials provider, or an argument of another wrong type.
        ValueError: The header, its prefix or the metadata are not valid; no value is quoted.
    """
    given = checked_interceptors(interceptors, INTERCEPTORS)
    check_compression(compression)
    token = channel_token(provider, TokenHeader.checked(header, header_prefix, metadata), refused)
    if token is None:
        check_target(target)
        plain = grpc.insecure_channel(target, routed_options(target, options), compression)
        return grpc.intercept_channel(plain, *given) if given else plain
    transport, carried = plaintext_transport(target, options, allow_plaintext=allow_plaintext)
    if transport is None:
        channel = grpc.insecure_channel(target, carried, compression)
    else:
        channel = grpc.secure_channel(target, transport, carried, compression)
    channel = grpc.intercept_channel(channel, *given) if given else channel
    return AuthorizedChannel(channel, token)


def authorize(
    channel: grpc.Channel,
    provider: zeebe_auth.CredentialsProvider | None,
    *,
    allow_plaintext: bool,
    header: str = "authorization",
    header_prefix: str | None = None,
    metadata: Metadata = (),
    refused: Refused | None = None,
) -> grpc.Channel:
    """A channel that somebody else made, with the provider's token on its calls.

    Args:
        channel: Any channel, with interceptors or without, ``grpc_testing``'s included: only the
            options that a call was given are passed on to it.
        provider: Anything with ``get_token()``; None or an `AnonymousCredentialsProvider` gives
            ``channel`` itself.
        allow_plaintext: Whether tokens may go out if the channel is not encrypted. If not, gRPC
            fails such calls before they are sent, with UNAUTHENTICATED "Established channel
            does not have a sufficient security level to transfer call credential."
        header: See `secure_channel`, as for the other three.
        header_prefix: See there.
        metadata: See there.
        refused: See there.

    Raises:
        TypeError: ``provider`` is no credentials provider.
        ValueError: The header, its prefix or the metadata are not valid; no value is quoted.
    """
    check_allow_plaintext(allow_plaintext)
    header_of = TokenHeader.checked(header, header_prefix, metadata)
    token = channel_token(provider, header_of, refused)
    if token is None:
        return channel
    if allow_plaintext:
        return AuthorizedChannel(channel, token)
    check = EncryptionCheck()
    unchecked = token.by_way_of(UncheckedAccess(token.access.provider, check))
    checked = cast("grpc.Channel", CheckingChannel(channel, check))
    return AuthorizedChannel(checked, unchecked)

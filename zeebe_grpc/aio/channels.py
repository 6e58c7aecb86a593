"""Authorized asyncio channels: made here, or made of a channel that someone else made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
import grpc.aio

import zeebe_auth
from zeebe_grpc.aio.authorized_channel import AuthorizedChannel
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

INTERCEPTORS = (grpc.aio.ClientInterceptor,)


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
    interceptors: Sequence[grpc.aio.ClientInterceptor] | None = None,
    header: str = "authorization",
    header_prefix: str | None = None,
    metadata: Metadata = (),
    refused: Refused | None = None,
) -> grpc.aio.Channel:
    """A TLS channel for asyncio whose calls carry the provider's token (RFC 6750, 2.1).

    Each call is one logical call: its timeout covers the wait for a token, and where the server
    refuses the token, the call is repeated once if there is another.

    Args:
        target: ``host:port``, or any other target that gRPC resolves.
        provider: Anything with ``get_token()``; None or an `AnonymousCredentialsProvider` for no
            authorization.
        root_certificates: The CA certificates to trust, PEM; None takes gRPC's own.
        private_key: The client's own key for mutual TLS, PEM.
        certificate_chain: The client's certificate and its intermediates, PEM.
        base: Ready channel credentials instead of these three; with a provider not gRPC's
            insecure ones, which would carry its token in plaintext.
        options: Channel arguments, as for `grpc.aio.secure_channel`.
        compression: The compression of all calls.
        interceptors: gRPC's own. They run once for each attempt and see its token.
        header: The metadata key of the token, in lower case.
        header_prefix: What is in front of the bare token, with its space; "" sends it bare, and
            None sends its own authorization, such as ``Bearer …``.
        metadata: What each call carries beside it; a mapping or pairs. A `zeebe_auth.Secret` is a
            value too. What a caller brings under one of the names wins, as it does for the token.
        refused: What else than UNAUTHENTICATED means that the token was refused, by status and
            details. Name only what means that the call was **not executed**, and UNKNOWN never
            without a look at its details: such a call is sent again.

    Raises:
        ConfigurationError: The target, the certificates or the options can't be used.
        TypeError: ``provider`` is no credentials provider.
        ValueError: The header, its prefix or the metadata are not valid; no value is quoted.
    """
    interceptors = checked_interceptors(interceptors, INTERCEPTORS)
    check_compression(compression)
    check_target(target)
    credentials = transport_credentials(root_certificates, private_key, certificate_chain, base)
    header_of = TokenHeader.checked(header, header_prefix, metadata)
    token = channel_token(provider, header_of, refused)
    if token is not None:
        check_encrypting(base)
    # As an attribute of the module, so that instrumentation which patches it is not passed by. It
    # adds its interceptors to those that are given by name (OpenTelemetry's does).
    channel = grpc.aio.secure_channel(
        target,
        credentials,
        routed_options(target, options),
        compression,
        interceptors=interceptors,
    )
    return channel if token is None else AuthorizedChannel(channel, token)


def insecure_channel(
    target: str,
    provider: zeebe_auth.CredentialsProvider | None,
    *,
    options: Sequence[tuple[str, Any]] = (),
    compression: grpc.Compression | None = None,
    interceptors: Sequence[grpc.aio.ClientInterceptor] | None = None,
    header: str = "authorization",
    header_prefix: str | None = None,
    metadata: Metadata = (),
    refused: Refused | None = None,
    allow_plaintext: bool = False,
) -> grpc.aio.Channel:
    """A plaintext channel for asyncio whose calls carry the provider's token.

    To this machine alone, by name and by the address that is connected to, as
    `zeebe_grpc.insecure_channel` says.

    Args:
        target: ``host:port`` of this machine, unless ``allow_plaintext``.
        provider: Anything with ``get_token()``; None or an `AnonymousCredentialsProvider` for no
            authorization.
        options: Channel arguments, as for `grpc.aio.insecure_channel`.
        compression: The compression of all calls.
        interceptors: gRPC's own. They run once for each attempt and see its token.
        allow_plaintext: Send tokens unencrypted to targets with other names too. It warns once
            per target.
        header: See `secure_channel`, as for the other three.
        header_prefix: See there.
        metadata: See there.
        refused: See there.

    Raises:
        ConfigurationError: A token would leave this machine unencrypted, or the target or the
            options can't be used.
        TypeError: ``provider`` is no credentials provider.
        ValueError: The header, its prefix or the metadata are not valid; no value is quoted.
    """
    interceptors = checked_interceptors(interceptors, INTERCEPTORS)
    check_compression(compression)
    token = channel_token(provider, TokenHeader.checked(header, header_prefix, metadata), refused)
    if token is None:
        check_target(target)
        return grpc.aio.insecure_channel(
            target, routed_options(target, options), compression, interceptors=interceptors
        )
    transport, carried = plaintext_transport(target, options, allow_plaintext=allow_plaintext)
    if transport is None:
        channel = grpc.aio.insecure_channel(target, carried, compression, interceptors=interceptors)
    else:
        channel = grpc.aio.secure_channel(
            target, transport, carried, compression, interceptors=interceptors
        )
    return AuthorizedChannel(channel, token)


def authorize(
    channel: grpc.aio.Channel,
    provider: zeebe_auth.CredentialsProvider | None,
    *,
    allow_plaintext: bool,
    header: str = "authorization",
    header_prefix: str | None = None,
    metadata: Metadata = (),
    refused: Refused | None = None,
) -> grpc.aio.Channel:
    """An asyncio channel that somebody else made, with the provider's token on its calls.

    Args:
        channel: Any channel, with interceptors or without; closing the result closes it.
        provider: Anything with ``get_token()``; None or an `AnonymousCredentialsProvider` gives
            ``channel`` itself.
        allow_plaintext: Whether tokens may go out if the channel is not encrypted. If not, gRPC
            fails such calls before they are sent, with UNAUTHENTICATED and details that say so.
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
    return AuthorizedChannel(channel, unchecked, check)

"""A provider as plain grpcio credentials: the convention that every gRPC client takes."""

from __future__ import annotations

import contextvars

import grpc

import zeebe_auth
from zeebe_auth.adapters import Answer, access_to
from zeebe_grpc.call.channel_token import ChannelToken, Metadata, TokenHeader, channel_token
from zeebe_grpc.call.errors import rpc_status
from zeebe_grpc.connection.transport import transport_credentials


def call_credentials(
    provider: zeebe_auth.CredentialsProvider | None,
    *,
    header: str = "authorization",
    header_prefix: str | None = None,
    metadata: Metadata = (),
) -> grpc.CallCredentials:
    """Call credentials that put the provider's token on every call (RFC 6750, 2.1).

    They work in sync and asyncio channels alike, on secure channels only. gRPC runs such
    credentials on a thread of its own for each call, doesn't repeat a call whose token was
    refused, and reports every failure as UNAVAILABLE "Getting metadata from plugin failed with
    error: …"; a channel of `secure_channel` does better.

    Args:
        provider: Anything with ``get_token()``; None or an `AnonymousCredentialsProvider` for
            credentials that add no token.
        header: The metadata key of the token, in lower case.
        header_prefix: What is in front of the bare token; see `secure_channel`.
        metadata: What each call carries beside it; see there. What a caller brings is sent, too.

    Raises:
        TypeError: ``provider`` is no credentials provider, or an argument of another wrong type.
        ValueError: The header, its prefix or the metadata are not valid; no value is quoted.
    """
    header_of = TokenHeader.checked(header, header_prefix, metadata)
    token = channel_token(provider, header_of, None)
    plugin = _NoToken() if token is None else _TokenPlugin(token)
    # grpcio runs the plugin in a copy of the context in which these credentials are made.
    # An empty one: no trace or request of whoever happens to make them may cling to all calls.
    return contextvars.Context().run(
        grpc.metadata_call_credentials, plugin, "zeebe_grpc.call_credentials"
    )


def channel_credentials(
    provider: zeebe_auth.CredentialsProvider | None,
    *,
    root_certificates: bytes | None = None,
    private_key: bytes | None = None,
    certificate_chain: bytes | None = None,
    base: grpc.ChannelCredentials | None = None,
    header: str = "authorization",
    header_prefix: str | None = None,
    metadata: Metadata = (),
) -> grpc.ChannelCredentials:
    """Composite channel credentials: TLS and, for every call, the provider's token.

    Args:
        provider: Anything with ``get_token()``; None or an `AnonymousCredentialsProvider` for TLS
            alone.
        root_certificates: The CA certificates to trust, PEM; None takes gRPC's own.
        private_key: The client's own key for mutual TLS, PEM.
        certificate_chain: The client's certificate and its intermediates, PEM.
        base: Ready channel credentials instead of these three.
        header: See `call_credentials`, as for the other two.
        header_prefix: See there.
        metadata: See there.

    Raises:
        ConfigurationError: The arguments contradict each other.
        TypeError: ``provider`` is no credentials provider, or an argument of another wrong type.
        ValueError: The header, its prefix or the metadata are not valid; no value is quoted.
    """
    transport = transport_credentials(root_certificates, private_key, certificate_chain, base)
    called = call_credentials(
        provider, header=header, header_prefix=header_prefix, metadata=metadata
    )
    if access_to(provider) is None and not metadata:
        return transport
    return grpc.composite_channel_credentials(transport, called)


class _NoToken(grpc.AuthMetadataPlugin):
    """Adds nothing."""

    def __call__(
        self,
        context: grpc.AuthMetadataContext,
        callback: grpc.AuthMetadataPluginCallback,
    ) -> None:
        callback((), None)


class _TokenPlugin(grpc.AuthMetadataPlugin):
    """Answers at once from memory; otherwise gives gRPC its thread back and answers later.

    It neither raises nor logs: grpcio would log a traceback, locals and all.
    """

    def __init__(self, token: ChannelToken) -> None:
        self._token = token
        self._current = token.access.current

    def __call__(
        self,
        context: grpc.AuthMetadataContext,
        callback: grpc.AuthMetadataPluginCallback,
    ) -> None:
        try:
            token = self._current()
        except (Exception, SystemExit) as error:
            self._hand_over(error, callback)
            return
        if token is None:
            self._token.access.ask(lambda answer: self._hand_over(answer, callback))
            return
        callback(self._token.metadata_of(token), None)

    def _hand_over(self, answer: Answer, callback: grpc.AuthMetadataPluginCallback) -> None:
        if isinstance(answer, BaseException):
            # gRPC shows the user str() of it, so it must be ours and free of secrets.
            callback((), Exception(rpc_status(answer)[1]))
        else:
            callback(self._token.metadata_of(answer), None)

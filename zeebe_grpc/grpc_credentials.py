"""A provider as plain grpcio credentials: the convention that every gRPC client takes."""

from __future__ import annotations

import contextvars
from typing import Any

import grpc

import zeebe_auth
from zeebe_auth.adapters import Answer, TokenAccess, access_to
from zeebe_grpc.call.authorization_header import with_authorization
from zeebe_grpc.call.errors import rpc_status
from zeebe_grpc.connection.transport import transport_credentials

__all__ = ["call_credentials", "channel_credentials"]


def call_credentials(provider: zeebe_auth.CredentialsProvider | None) -> grpc.CallCredentials:
    """Call credentials that put the provider's token on every call (RFC 6750, 2.1).

    They work in sync and asyncio channels alike, on secure channels only. gRPC runs such
    credentials on a thread of its own for each call, doesn't repeat a call whose token was
    refused, and reports every failure as UNAVAILABLE "Getting metadata from plugin failed with
    error: …"; a channel of `secure_channel` does better.

    Args:
        provider: Anything with ``get_token()``; None or an `AnonymousCredentialsProvider` for
            credentials that add nothing.

    Raises:
        TypeError: ``provider`` is no credentials provider.
    """
    access = access_to(provider)
    plugin = _NoToken() if access is None else _TokenPlugin(access)
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
) -> grpc.ChannelCredentials:
    """Composite channel credentials: TLS and, for every call, the provider's token.

    Args:
        provider: Anything with ``get_token()``; None or an `AnonymousCredentialsProvider` for TLS
            alone.
        root_certificates: The CA certificates to trust, PEM; None takes gRPC's own.
        private_key: The client's own key for mutual TLS, PEM.
        certificate_chain: The client's certificate and its intermediates, PEM.
        base: Ready channel credentials instead of these three.

    Raises:
        ConfigurationError: The arguments contradict each other.
        TypeError: ``provider`` is no credentials provider.
    """
    transport = transport_credentials(root_certificates, private_key, certificate_chain, base)
    if access_to(provider) is None:
        return transport
    return grpc.composite_channel_credentials(transport, call_credentials(provider))


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

    def __init__(self, access: TokenAccess) -> None:
        self._access = access
        self._current = access.current
        # The token sent last and its metadata, replaced together.
        self._sent: tuple[zeebe_auth.AccessToken | None, tuple[Any, ...]] = (None, ())

    def __call__(
        self,
        context: grpc.AuthMetadataContext,
        callback: grpc.AuthMetadataPluginCallback,
    ) -> None:
        try:
            token = self._current()
        except (Exception, SystemExit) as error:
            _hand_over(error, callback)
            return
        if token is None:
            self._access.ask(lambda answer: _hand_over(answer, callback))
            return
        sent = self._sent
        if token is not sent[0]:
            sent = self._sent = token, with_authorization((), token)
        callback(sent[1], None)


def _hand_over(answer: Answer, callback: grpc.AuthMetadataPluginCallback) -> None:
    if isinstance(answer, BaseException):
        # gRPC shows the user str() of it, so it must be ours and free of secrets.
        callback((), Exception(rpc_status(answer)[1]))
    else:
        callback(with_authorization((), answer), None)

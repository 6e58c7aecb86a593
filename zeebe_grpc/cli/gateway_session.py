"""A gateway to talk to for the time of one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import grpc

from zeebe_auth import (
    AnonymousCredentialsProvider,
    CredentialsProvider,
    default_provider,
    load_profile,
)
from zeebe_grpc.connecting import open_channel
from zeebe_grpc.connection.settings import ConnectionSettings

__all__ = ["GatewaySession", "gateway_session"]


@dataclass(frozen=True, slots=True)
class GatewaySession:
    """A channel and what it was made of."""

    channel: grpc.Channel
    settings: ConnectionSettings
    provider: CredentialsProvider

    @property
    def has_credentials(self) -> bool:
        """Whether its calls carry an authorization."""
        return not isinstance(self.provider, AnonymousCredentialsProvider)


@contextmanager
def gateway_session(profile_name: str | None) -> Iterator[GatewaySession]:
    """Connect as a profile says, and turn what calls raise into what a command ends with.

    Raises:
        AuthError: The profile or its credentials can't be used.
        CommandFailed: A call inside the block failed.
    """
    profile = load_profile(profile_name)
    settings = ConnectionSettings.from_profile(profile)
    provider = default_provider(profile)
    with open_channel(settings, provider) as channel:
        session = GatewaySession(channel, settings, provider)
        try:
            yield session
        except grpc.RpcError as error:
            from zeebe_grpc.cli.rpc_failures import failure_of

            has_credentials = session.has_credentials
            raise failure_of(error, settings, has_credentials=has_credentials) from error

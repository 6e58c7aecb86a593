"""A provider of the sandbox's tokens."""

from __future__ import annotations

from zeebe_auth import (
    ClientCredentials,
    ClientSecret,
    EventHook,
    OAuthCredentialsProvider,
    RefreshPolicy,
    Secret,
    TokenTransport,
)
from zeebe_grpc.sandbox import Sandbox

__all__ = ["provider_for"]


def provider_for(
    sandbox: Sandbox, *, policy: RefreshPolicy | None = None, on_event: EventHook | None = None
) -> OAuthCredentialsProvider:
    """Make a provider that has no token yet and keeps none in a store."""
    credentials = ClientCredentials(
        client_id=sandbox.client_id,
        authentication=ClientSecret(Secret(sandbox.client_secret)),
        token_url=sandbox.token_url,
        audience=sandbox.audience,
    )
    transport = TokenTransport(ca_certificate=sandbox.ca_certificate_path)
    return OAuthCredentialsProvider(
        credentials, policy=policy, transport=transport, on_event=on_event
    )

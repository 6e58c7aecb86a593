"""Whether a channel that somebody else made is encrypted: gRPC itself is asked.

A channel doesn't tell. But gRPC asks call credentials for metadata only on a connection that is
secure enough for them, and fails the call before anything is sent where it isn't (with
UNAUTHENTICATED "Established channel does not have a sufficient security level …"; held by
tests/integration/zeebe_grpc/test_loopback.py).
"""

from __future__ import annotations

import contextvars
from typing import TYPE_CHECKING

import grpc

from zeebe_auth.adapters import TokenAccess

if TYPE_CHECKING:
    from zeebe_auth import AccessToken, CredentialsProvider

__all__ = ["SecurityProof", "UnprovenAccess"]


class SecurityProof(grpc.AuthMetadataPlugin):
    """Call credentials without metadata. That they were asked is the proof."""

    def __init__(self) -> None:
        self.given = False
        """Whether the channel has shown to be secure."""
        self._credentials = contextvars.Context().run(
            grpc.metadata_call_credentials, self, "zeebe_grpc.authorize"
        )

    def __call__(
        self,
        context: grpc.AuthMetadataContext,  # noqa: ARG002
        callback: grpc.AuthMetadataPluginCallback,
    ) -> None:
        self.given = True
        callback((), None)

    def demanded(self, credentials: grpc.CallCredentials | None) -> grpc.CallCredentials | None:
        """The caller's call credentials, together with the proof while it is missing."""
        if self.given:
            return credentials
        if credentials is None:
            return self._credentials
        return grpc.composite_call_credentials(self._credentials, credentials)


class UnprovenAccess(TokenAccess):
    """Blames no token for a channel on which none was sent."""

    def __init__(self, provider: CredentialsProvider, proof: SecurityProof) -> None:
        super().__init__(provider)
        self._proof = proof

    def invalidate(self, token: AccessToken, *, accepted: bool = False) -> None:
        """As `TokenAccess.invalidate`, once the channel has proved itself."""
        if self._proof.given:
            super().invalidate(token, accepted=accepted)

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


class EncryptionCheck(grpc.AuthMetadataPlugin):
    """Call credentials without metadata: gRPC asks them on an encrypted connection alone."""

    def __init__(self) -> None:
        self.has_passed = False
        """Whether the channel was shown to be encrypted."""
        self._credentials = contextvars.Context().run(
            grpc.metadata_call_credentials, self, "zeebe_grpc.authorize"
        )

    def __call__(
        self,
        context: grpc.AuthMetadataContext,
        callback: grpc.AuthMetadataPluginCallback,
    ) -> None:
        self.has_passed = True
        callback((), None)

    def required(self, credentials: grpc.CallCredentials | None) -> grpc.CallCredentials | None:
        """The caller's call credentials, together with the check while it has not passed."""
        if self.has_passed:
            return credentials
        if credentials is None:
            return self._credentials
        return grpc.composite_call_credentials(self._credentials, credentials)


class UncheckedAccess(TokenAccess):
    """Blames no token for a channel on which none was sent."""

    def __init__(self, provider: CredentialsProvider, check: EncryptionCheck) -> None:
        super().__init__(provider)
        self._check = check

    def invalidate(self, token: AccessToken, *, accepted: bool = False) -> None:
        """As `TokenAccess.invalidate`, once the check has passed."""
        if self._check.has_passed:
            super().invalidate(token, accepted=accepted)

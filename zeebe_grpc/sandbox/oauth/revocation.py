"""The revocation endpoint (RFC 7009): authlib's, over the sandbox's signed tokens."""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc7009 import RevocationEndpoint

from zeebe_grpc.sandbox.oauth.access_tokens import AccessTokens, IssuedToken


class SandboxRevocation(RevocationEndpoint):
    """Revokes a token for the client that it was issued to.

    Args:
        server: The authorization server.
        tokens: What signed the tokens.
        client_auth_methods: The server's names of how clients prove who they are.
    """

    def __init__(
        self, server: Any, tokens: AccessTokens, client_auth_methods: tuple[str, ...]
    ) -> None:
        super().__init__(server)
        self.CLIENT_AUTH_METHODS = client_auth_methods
        self._tokens = tokens

    def query_token(self, token_string: str, _token_type_hint: str | None) -> IssuedToken | None:
        # RFC 7009, 2.2: one that is not known is no error.
        return self._tokens.read(token_string)

    def revoke_token(self, token: IssuedToken, _request: Any) -> None:
        self._tokens.revoke(token)

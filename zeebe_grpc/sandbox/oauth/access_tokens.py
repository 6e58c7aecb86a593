"""The sandbox's access tokens: signed JWTs (RFC 9068), and the check of one that comes back."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from authlib.oauth2.rfc6749 import ResourceProtector
from authlib.oauth2.rfc6750 import BearerTokenValidator, InvalidTokenError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

ALGORITHM = "ES256"


class IssuedToken:
    """The claims of a token whose signature was right, with the questions authlib asks of one."""

    def __init__(self, claims: Mapping[str, Any], *, now: float, revoked: bool) -> None:
        self.claims = claims
        self._now = now
        self._revoked = revoked

    def is_expired(self) -> bool:
        expires_at = self.claims.get("exp")
        return not isinstance(expires_at, int | float) or expires_at <= self._now

    def is_revoked(self) -> bool:
        return self._revoked

    def check_client(self, client: Any) -> bool:
        return bool(self.claims.get("client_id") == client.get_client_id())

    def get_scope(self) -> str:
        return str(self.claims.get("scope", ""))

    @property
    def audiences(self) -> list[str]:
        """Whom the token is for (RFC 7519, 4.1.3: one text or several)."""
        audience = self.claims.get("aud", [])
        return [audience] if isinstance(audience, str) else list(audience)


class AccessTokens:
    """Signs tokens with a key made at start, and reads them again; safe for any thread.

    Args:
        issuer: The ``iss`` of every token, a URL.
        wall_clock: Epoch seconds, for ``iat`` and ``exp`` and for the check of the latter.
    """

    def __init__(self, issuer: str, wall_clock: Callable[[], float]) -> None:
        self.issuer = issuer
        self._wall_clock = wall_clock
        self._key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        self._lock = threading.Lock()
        self._generation = 0
        self._revoked: set[str] = set()

    @property
    def key_set(self) -> dict[str, Any]:
        """The public key as a JWK set (RFC 7517, 5)."""
        return {"keys": [self._key.as_dict(private=False)]}

    def issue(
        self, client_id: str, audiences: Sequence[str], scope: str, lifetime_seconds: int
    ) -> str:
        """A signed token; a lifetime of zero or less makes one that has expired already."""
        now = int(self._wall_clock())
        claims = {
            "iss": self.issuer,
            "sub": client_id,
            "client_id": client_id,
            "aud": audiences[0] if len(audiences) == 1 else list(audiences),
            "scope": scope,
            "iat": now,
            "exp": now + lifetime_seconds,
            # The generation in front lets all tokens be revoked without a list of them.
            "jti": f"{self._generation}.{secrets.token_urlsafe(12)}",
        }
        header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])

    def read(self, value: str) -> IssuedToken | None:
        """The claims, or None if it is no token of this sandbox or its signature is wrong."""
        try:
            claims = jwt.decode(value, self._key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError):
            return None
        name = str(claims.get("jti", ""))
        generation, _, _ = name.partition(".")
        revoked = generation != str(self._generation) or name in self._revoked
        return IssuedToken(claims, now=self._wall_clock(), revoked=revoked)

    def revoke(self, token: IssuedToken) -> None:
        """Revokes this one."""
        self._revoked.add(str(token.claims.get("jti", "")))

    def revoke_all(self) -> None:
        """Revokes every token issued until now; later ones are good."""
        with self._lock:
            self._generation += 1


class BearerRequest:
    """A gRPC call in the shape authlib's resource protector reads: its headers."""

    def __init__(self, authorization: str | None) -> None:
        self.headers = {} if authorization is None else {"Authorization": authorization}


class _AudienceValidator(BearerTokenValidator):
    def __init__(self, tokens: AccessTokens, audience: str) -> None:
        super().__init__()
        self._tokens = tokens
        self._audience = audience

    def authenticate_token(self, token_string: str) -> IssuedToken | None:
        return self._tokens.read(token_string)

    def validate_token(
        self, token: IssuedToken | None, scopes: Sequence[str] | None, request: BearerRequest
    ) -> None:
        if token is None:
            raise InvalidTokenError("its signature is not of this authorization server")
        if token.is_expired():
            raise InvalidTokenError("it has expired")
        if token.is_revoked():
            raise InvalidTokenError("it was revoked")
        if self._audience not in token.audiences:
            raise InvalidTokenError(f"its audience is not {self._audience}")
        super().validate_token(token, scopes, request)


def resource_protector(tokens: AccessTokens, audience: str) -> ResourceProtector:
    """A resource protector of authlib, made to take only good tokens for this audience."""
    protector = ResourceProtector()
    protector.register_token_validator(_AudienceValidator(tokens, audience))
    return protector

"""What was seen from outside: token requests, tokens, revocations, failed RPCs."""

from __future__ import annotations

import base64
import json
import math
import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

__all__ = ["Evidence", "FailedRpc", "IssuedToken", "SeenRequest"]

_MARGIN_SECONDS, _MARGIN_FRACTION = 10.0, 0.05


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token whose reply was sent to its last byte, to a client that was still there.

    Args:
        requested_at: When its request arrived (wall clock, as all moments here).
        delivered_at: When its reply had been sent.
        expires_at: The ``exp`` in it.
        lifetime_seconds: The ``expires_in`` beside it.
        generation: How many revocations came before it.
    """

    requested_at: float
    delivered_at: float
    expires_at: float
    lifetime_seconds: float
    generation: int

    @classmethod
    def of_reply(cls, body: bytes, *, requested_at: float, delivered_at: float) -> IssuedToken:
        """The token in a reply of the sandbox; its value is not kept."""
        reply: dict[str, Any] = json.loads(body)
        payload = reply["access_token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return cls(
            requested_at,
            delivered_at,
            claims["exp"],
            reply["expires_in"],
            # The sandbox writes there how many revocations it has seen.
            int(claims["jti"].partition(".")[0]),
        )

    @property
    def usable_until(self) -> float:
        """The usable end, unless it is revoked."""
        return self.expires_at - min(_MARGIN_SECONDS, _MARGIN_FRACTION * self.lifetime_seconds)

    @property
    def told_lifetime_seconds(self) -> float:
        """The remaining lifetime at its request, as a client can compute it."""
        return min(self.lifetime_seconds, self.expires_at - self.requested_at)


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One token request.

    Args:
        arrived_at: When.
        status: The HTTP status of the reply; None if there was none.
        fault: The driver's fault when it arrived or, if none, when it was answered.
        delivered: Whether the client was still there for the reply.
    """

    arrived_at: float
    status: int | None
    fault: str | None
    delivered: bool

    @property
    def faulted(self) -> bool:
        """Whether the driver is the reason that the client got no token."""
        return self.fault is not None and not self.succeeded

    @property
    def succeeded(self) -> bool:
        """Whether the client got a token."""
        return self.status == HTTPStatus.OK and self.delivered


@dataclass(frozen=True, slots=True)
class FailedRpc:
    """One RPC that failed.

    Args:
        process: The number of the client process.
        caller: ``sync`` or ``aio``.
        began_at: When it was called.
        failed_at: When its error came.
        kind: The class of the `zeebe_auth` error that caused it, else the status alone.
        status: The gRPC status.
        details: The error's sentence.
    """

    process: int
    caller: str
    began_at: float
    failed_at: float
    kind: str
    status: str
    details: str


class Evidence:
    """Collects while the run lasts; safe for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests: list[SeenRequest] = []
        self.tokens: list[IssuedToken] = []
        self.revocations: list[float] = []

    def saw_request(self, request: SeenRequest, token: IssuedToken | None) -> None:
        """Record a request that has ended, and its token."""
        with self._lock:
            self.requests.append(request)
            if token is not None:
                self.tokens.append(token)

    def saw_revocation(self, at: float) -> None:
        """Record that no earlier token is valid from this moment on."""
        with self._lock:
            self.revocations.append(at)

    def usable_token(self, rpc: FailedRpc) -> IssuedToken | None:
        """A token that existed before ``rpc`` began and was still usable when it failed."""
        for token in reversed(self.tokens):
            if (
                token.delivered_at < rpc.began_at
                and rpc.failed_at < token.usable_until
                and rpc.failed_at < self._revoked_at(token)
            ):
                return token
        return None

    def caused_by_revocations(self) -> int:
        """The successful requests between a revocation and the first token after it."""
        count = 0
        for generation, at in enumerate(self.revocations, 1):
            replaced_at = min(
                (token.delivered_at for token in self.tokens if token.generation >= generation),
                default=math.inf,
            )
            count += sum(
                request.succeeded and at <= request.arrived_at <= replaced_at
                for request in self.requests
            )
        return count

    def _revoked_at(self, token: IssuedToken) -> float:
        if token.generation < len(self.revocations):
            return self.revocations[token.generation]
        return math.inf

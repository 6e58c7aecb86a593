"""Tokens in this process alone."""

from __future__ import annotations

import math
import os
import threading

from cachetools import TLRUCache

from zeebe_auth.clock import SYSTEM_CLOCK, Clock
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

__all__ = ["MemoryStore"]

# One lock for all memory stores, since it is held for microseconds and has to be taken before a
# fork: the child then finds it free and the stores whole.
_lock = threading.Lock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )


class MemoryStore:
    """Keeps tokens in this process: bounded, and each until it expires.

    Several providers of a process can share one. It has no lock: the providers of a process that
    share a store share their token requests already. It pickles as its recipe, empty.

    Args:
        max_tokens: How many tokens are kept, from 1; beyond that the one used longest ago goes.
        clock: Whose wall clock says what has expired.

    Raises:
        ConfigurationError: ``max_tokens`` is below 1.
    """

    def __init__(self, max_tokens: int = 1024, *, clock: Clock = SYSTEM_CLOCK) -> None:
        if max_tokens < 1:
            raise ConfigurationError(
                f"A memory store of {max_tokens} tokens keeps nothing. Give max_tokens from 1."
            )
        self._clock = clock
        self._tokens: TLRUCache[str, AccessToken] = TLRUCache(max_tokens, _expiry, clock.wall)

    def __repr__(self) -> str:
        return f"MemoryStore(max_tokens={self._tokens.maxsize:g})"

    def __reduce__(self) -> tuple[object, ...]:
        return _empty, (int(self._tokens.maxsize), self._clock)

    def load(self, key: TokenKey) -> AccessToken | None:
        """The token kept under ``key``, or None if there is none that is still valid."""
        with _lock:
            token: AccessToken | None = self._tokens.get(key.digest)
            return token

    def save(self, key: TokenKey, token: AccessToken) -> None:
        """Keep ``token`` under ``key`` instead of what was there, unless it has expired."""
        with _lock:
            # The cache ignores a value that has expired, and would go on with the old one.
            self._tokens.pop(key.digest, None)
            self._tokens[key.digest] = token

    def delete(self, key: TokenKey, token: AccessToken | None = None) -> None:
        """Forget what is kept under ``key``; with ``token``, only if that is the one kept."""
        with _lock:
            kept = self._tokens.get(key.digest)
            if kept is not None and (token is None or kept.value == token.value):
                del self._tokens[key.digest]


def _expiry(_digest: str, token: AccessToken, _now: float) -> float:
    return math.inf if token.expires_at is None else token.expires_at


def _empty(max_tokens: int, clock: Clock) -> MemoryStore:
    return MemoryStore(max_tokens, clock=clock)

"""Tokens in this process alone."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from cachetools import TLRUCache

from zeebe_auth.clock import SYSTEM_CLOCK, Clock
from zeebe_auth.concurrency.fork import notice_fork, reset_in_child
from zeebe_auth.concurrency.threads import OwnThread
from zeebe_auth.errors import ConfigurationError, StoreError, without_arguments
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

# Long enough for any other thread; not for one whose signal handler asks for a token meanwhile.
_MAX_WAIT_SECONDS = 1.0


class _Lock:
    """One lock for all memory stores, since it is held for microseconds.

    It is taken before a fork, so that the child finds it free and the stores whole. Where it could
    not be had then, or the fork was made in C, they may not be: they begin anew, which
    ``generation`` tells.
    """

    def __init__(self) -> None:
        self.generation = 0
        self._lock = threading.Lock()
        self._is_held_for_fork = False

    def held(self) -> AbstractContextManager[object]:
        """A context in which the lock is held.

        On somebody else's thread it is Python's own, whose ``with`` no signal handler can come
        between. On one of ours, where no handler runs, the wait has a limit: the lock may be held
        by a thread whose handler waits for ours.
        """
        notice_fork()
        if isinstance(threading.current_thread(), OwnThread):
            return self._within_the_limit(self._lock)
        return self._lock

    @contextmanager
    def _within_the_limit(self, lock: threading.Lock) -> Iterator[None]:
        if not lock.acquire(timeout=_MAX_WAIT_SECONDS):
            raise StoreError("The memory store is in use by a thread that is suspended. Try again.")
        try:
            yield
        finally:
            lock.release()

    def before_fork(self) -> None:
        # Not for longer: this thread may be inside, with a signal handler that forks.
        self._is_held_for_fork = self._lock.acquire(timeout=_MAX_WAIT_SECONDS)

    def after_fork_in_parent(self) -> None:
        if self._is_held_for_fork:
            self._is_held_for_fork = False
            self._lock.release()

    def reset(self) -> None:
        if self._lock.locked() and not self._is_held_for_fork:
            self.generation += 1
        self._is_held_for_fork = False
        self._lock = threading.Lock()


_lock = _Lock()
reset_in_child(_lock.reset)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_lock.before_fork, after_in_parent=_lock.after_fork_in_parent)


@public_class("zeebe_auth")
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

    @without_arguments
    def __init__(self, max_tokens: int = 1024, *, clock: Clock = SYSTEM_CLOCK) -> None:
        if max_tokens < 1:
            raise ConfigurationError(
                f"A memory store of {max_tokens} tokens keeps nothing. Give max_tokens from 1."
            )
        self._clock = clock
        self._max_tokens = max_tokens
        self._begin()

    def _begin(self) -> None:
        self._generation = _lock.generation
        self._tokens: TLRUCache[str, AccessToken] = TLRUCache(
            self._max_tokens, _expiry, self._clock.wall
        )

    @contextmanager
    def _kept(self) -> Iterator[TLRUCache[str, AccessToken]]:
        with _lock.held():
            if self._generation != _lock.generation:
                self._begin()
            yield self._tokens

    def __repr__(self) -> str:
        return f"MemoryStore(max_tokens={self._max_tokens:g})"

    def __reduce__(self) -> tuple[object, ...]:
        return _empty, (self._max_tokens, self._clock)

    def load(self, key: TokenKey) -> AccessToken | None:
        """The token kept under ``key``, or None if there is none that is still valid."""
        with self._kept() as tokens:
            token: AccessToken | None = tokens.get(key.digest)
            return token

    def save(self, key: TokenKey, token: AccessToken) -> None:
        """Keep ``token`` under ``key`` instead of what was there, unless it has expired."""
        with self._kept() as tokens:
            # The cache ignores a value that has expired, and would go on with the old one.
            tokens.pop(key.digest, None)
            tokens[key.digest] = token

    def delete(self, key: TokenKey, token: AccessToken | None = None) -> None:
        """Forget what is kept under ``key``; with ``token``, only if that is the one kept."""
        with self._kept() as tokens:
            kept = tokens.get(key.digest)
            if kept is not None and (token is None or kept.value == token.value):
                del tokens[key.digest]


def _expiry(_digest: str, token: AccessToken, _now: float) -> float:
    return math.inf if token.expires_at is None else token.expires_at


def _empty(max_tokens: int, clock: Clock) -> MemoryStore:
    return MemoryStore(max_tokens, clock=clock)

"""A token store as the provider sees it: whatever it raises, the token request goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from zeebe_auth.errors import StoreError
from zeebe_auth.events import Event, EventKind
from zeebe_auth.protocols import LockingTokenStore, RefusalStore, TokenStore
from zeebe_auth.refusal import Refusal
from zeebe_auth.shown_url import shown_text
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

__all__ = ["StoreAccess"]


class StoreAccess:
    """Calls a store and turns its trouble into events: a token in memory is still a token.

    The first trouble is logged as a warning too, for those who listen to no events.

    Args:
        store: Anyone's token store.
        now: A running clock, in seconds.
        emit: Where events go.
    """

    def __init__(
        self, store: TokenStore, now: Callable[[], float], emit: Callable[[Event], None]
    ) -> None:
        self.store = store
        self._now = now
        self._emit = emit
        self._locking = store if isinstance(store, LockingTokenStore) else None
        self._refusals = store if isinstance(store, RefusalStore) else None
        self._told = False

    def load(self, key: TokenKey) -> AccessToken | None:
        try:
            token = self.store.load(key)
            if token is not None and not isinstance(token, AccessToken):
                raise _wrong_type(token)
        except Exception as error:  # noqa: BLE001
            self._trouble("read", key, error)
            return None
        return token

    def save(self, key: TokenKey, token: AccessToken) -> None:
        try:
            self.store.save(key, token)
        except Exception as error:  # noqa: BLE001
            self._trouble("written", key, error)

    def delete(self, key: TokenKey, token: AccessToken) -> None:
        try:
            self.store.delete(key, token)
        except Exception as error:  # noqa: BLE001
            self._trouble("cleaned of a refused token", key, error)

    def load_refusal(self, key: TokenKey) -> Refusal | None:
        if self._refusals is None:
            return None
        try:
            refusal = self._refusals.load_refusal(key)
            if refusal is not None and not isinstance(refusal, Refusal):
                raise _wrong_type(refusal)
        except Exception as error:  # noqa: BLE001
            self._trouble("read", key, error)
            return None
        return refusal

    def save_refusal(self, key: TokenKey, refusal: Refusal | None) -> None:
        if self._refusals is None:
            return
        try:
            self._refusals.save_refusal(key, refusal)
        except Exception as error:  # noqa: BLE001
            self._trouble("written", key, error)

    @contextmanager
    def lock(self, key: TokenKey, timeout_seconds: float) -> Iterator[bool]:
        """The store's lock if it has one: yields whether this caller may ask the endpoint."""
        if self._locking is None:
            yield True
            return
        begin = self._now()
        try:
            context = self._locking.lock(key, timeout_seconds)
            had = context.__enter__()
        except Exception as error:  # noqa: BLE001
            # A store that can't lock at all can't share either: asking once per process is
            # what is left.
            self._trouble("locked", key, error)
            yield True
            return
        waited = self._now() - begin
        if waited >= 0.1:  # noqa: PLR2004
            outcome = "had" if had else "not had in time"
            self._emit(Event(EventKind.LOCK_WAITED, key.label, waited, detail=f"It was {outcome}."))
        try:
            yield had
        finally:
            try:
                context.__exit__(None, None, None)
            except Exception as error:  # noqa: BLE001
                self._trouble("unlocked", key, error)

    def _trouble(self, what: str, key: TokenKey, error: Exception) -> None:
        name = type(self.store).__name__
        # A StoreError's sentence is written for people; another error's may hold anything.
        reason = (
            shown_text(error.message) if isinstance(error, StoreError) else type(error).__name__
        )
        detail = f"The token store {name} could not be {what}: {reason}"
        self._emit(
            Event(EventKind.STORE_TROUBLE, key.label, error=type(error).__name__, detail=detail)
        )
        if not self._told:
            self._told = True
            import logging

            logging.getLogger("zeebe_auth").warning(
                "%s The token is kept in memory; this is said once.", detail
            )


def _wrong_type(value: object) -> StoreError:
    return StoreError(
        f"It gave a {type(value).__name__}. See zeebe_auth.testing for what a store has to keep."
    )

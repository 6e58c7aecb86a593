"""The parts of a provider: foreign store and hook, called so that they break nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from zeebe_auth.concurrency.threads import Foreign, foreign_code
from zeebe_auth.errors import ConfigurationError, StoreError
from zeebe_auth.events import Event, EventHook, EventKind
from zeebe_auth.protocols import (
    LockingTokenStore,
    RefusalStore,
    TokenStore,
)
from zeebe_auth.provider.policy import RefreshPolicy
from zeebe_auth.provider.requester import Requester
from zeebe_auth.refusal import Refusal
from zeebe_auth.shown_url import shown_text
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

# There are as many threads while nothing hangs.
_MAX_HOOK_CALLS = 8
# A shorter wait for a lock is no news to the hook.
_NOTABLE_WAIT_SECONDS = 0.1

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class ProviderParts:
    """What a provider is made of, and which threads use it.

    Args:
        requester: Who asks for tokens.
        store: Where tokens are kept beyond this process.
        policy: The numbers.
        emit: Where events go.
        threads: The threads that are calling requester, store or hook for this provider.

    Attributes:
        calls: Whose code a token request runs.
    """

    requester: Requester
    store: StoreAccess | None
    policy: RefreshPolicy
    emit: Callable[[Event], None]
    threads: set[int] = field(default_factory=set)
    calls: tuple[Foreign, ...] = field(init=False)

    def __post_init__(self) -> None:
        calls = [self.requester.foreign]
        if self.store is not None:
            calls.append(self.store.foreign)
        object.__setattr__(self, "calls", tuple(calls))

    @contextmanager
    def not_reentrant(self) -> Iterator[None]:
        """Mark this thread: whoever waits on it for this provider's token waits for itself."""
        thread = threading.get_ident()
        if thread in self.threads:
            yield
            return
        self.threads.add(thread)
        try:
            yield
        finally:
            self.threads.discard(thread)

    def check_not_reentrant(self) -> None:
        """Refuse to let this thread wait for itself.

        Raises:
            ConfigurationError: It is called for this provider's token.
        """
        if threading.get_ident() in self.threads:
            raise ConfigurationError(
                "The source, fetcher, store or event hook of a provider asked that provider for a "
                "token while it was needed to get one. Give it a provider of its own."
            )


class EventSink:
    """Calls a hook: a meter that breaks, or that hangs, must not cost anybody a token.

    Args:
        hook: Anyone's hook; None drops all events.
    """

    __slots__ = ("_calls", "_foreign", "_told", "hook")

    def __init__(self, hook: EventHook | None) -> None:
        self.hook = hook
        self._foreign = Foreign.of("event hook", hook)
        # Those under way, each with the process that it is in: after a fork they are nobody's.
        self._calls: set[tuple[int, object]] = set()
        self._told = False

    def __call__(self, event: Event) -> None:
        if self.hook is None:
            return
        process = os.getpid()
        if sum(pid == process for pid, _ in list(self._calls)) >= _MAX_HOOK_CALLS:
            self._tell()
            return
        call = process, object()
        self._calls.add(call)
        try:
            with foreign_code(self._foreign):
                self.hook(event)
        except KeyboardInterrupt:
            raise
        except BaseException:
            return
        finally:
            self._calls.discard(call)

    def _tell(self) -> None:
        if self._told:
            return
        self._told = True
        import logging

        logging.getLogger("zeebe_auth").warning(
            "%s calls of %s have not returned. It is told nothing more until one of them has; this "
            "is logged once.",
            _MAX_HOOK_CALLS,
            self._foreign.name,
        )


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
        self.foreign = Foreign.of("token store", store)
        self._now = now
        self._emit = emit
        self._locking = store if isinstance(store, LockingTokenStore) else None
        self._refusals = store if isinstance(store, RefusalStore) else None
        self._told = False

    def load(self, key: TokenKey) -> AccessToken | None:
        def load() -> AccessToken | None:
            token = self.store.load(key)
            if token is not None and not isinstance(token, AccessToken):
                raise _wrong_type(token)
            return token

        return self._called("read", key, load)

    def save(self, key: TokenKey, token: AccessToken) -> None:
        self._called("written", key, lambda: self.store.save(key, token))

    def delete(self, key: TokenKey, token: AccessToken) -> None:
        self._called("cleaned of a refused token", key, lambda: self.store.delete(key, token))

    def load_refusal(self, key: TokenKey) -> Refusal | None:
        refusals = self._refusals
        if refusals is None:
            return None

        def load() -> Refusal | None:
            refusal = refusals.load_refusal(key)
            if refusal is not None and not isinstance(refusal, Refusal):
                raise _wrong_type(refusal)
            return refusal

        return self._called("read", key, load)

    def save_refusal(self, key: TokenKey, refusal: Refusal | None) -> None:
        refusals = self._refusals
        if refusals is not None:
            self._called("written", key, lambda: refusals.save_refusal(key, refusal))

    def _called(self, what: str, key: TokenKey, call: Callable[[], _Answer]) -> _Answer | None:
        """The store's answer; None where there was trouble, whatever it raised."""
        try:
            with foreign_code(self.foreign):
                return call()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit must not cost a token, either
            self._trouble(what, key, error)
            return None

    @contextmanager
    def lock(self, key: TokenKey, timeout_seconds: float) -> Iterator[bool]:
        """The store's lock if it has one: yields whether this caller may ask the endpoint."""
        if self._locking is None:
            yield True
            return
        begin = self._now()
        try:
            with foreign_code(self.foreign):
                context = self._locking.lock(key, timeout_seconds)
                had = context.__enter__()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            # A store that can't lock at all can't share either: asking once per process is
            # what is left.
            self._trouble("locked", key, error)
            yield True
            return
        waited = self._now() - begin
        if waited >= _NOTABLE_WAIT_SECONDS:
            outcome = "had" if had else "not had in time"
            self._emit(Event(EventKind.LOCK_WAITED, key.label, waited, detail=f"It was {outcome}."))
        try:
            yield had
        finally:
            try:
                with foreign_code(self.foreign):
                    context.__exit__(None, None, None)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self._trouble("unlocked", key, error)

    def _trouble(self, what: str, key: TokenKey, error: BaseException) -> None:
        name = type(self.store).__name__
        # A StoreError's sentence is written for people; another error's may hold anything.
        reason = (
            shown_text(error.message)
            if isinstance(error, StoreError)
            else f"{type(error).__name__}."
        )
        detail = f"The token store {name} could not be {what}: {reason}"
        self._emit(
            Event(EventKind.STORE_TROUBLE, key.label, error=type(error).__name__, detail=detail)
        )
        if not self._told:
            self._told = True
            import logging

            logging.getLogger("zeebe_auth").warning(
                "%s The token is kept in memory; this is logged once.", detail
            )


def _wrong_type(value: object) -> StoreError:
    return StoreError(
        f"It gave a {type(value).__name__}. See zeebe_auth.testing for what a store has to keep."
    )

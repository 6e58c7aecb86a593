"""Finds out whose token to ask for, then joins the flight of that identity or flies it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from zeebe_auth.concurrency.flights import Flight
from zeebe_auth.concurrency.process import Runtime
from zeebe_auth.concurrency.threads import NoThreadError, no_thread_error
from zeebe_auth.errors import (
    AuthError,
    ConfigurationError,
    InvalidClientError,
    TokenTimeout,
)
from zeebe_auth.events import Event, EventKind
from zeebe_auth.provider.attempts import Attempts, Failed, Obtained, RequestContext
from zeebe_auth.provider.failures import nobody_waits_error, unexpected_error
from zeebe_auth.provider.parts import ProviderParts
from zeebe_auth.provider.requester import Identity
from zeebe_auth.refusal import Refusal
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended, and for whom it was made, if it came so far."""

    result: Obtained | Failed
    identity: Identity | None = None

    @property
    def key(self) -> TokenKey | None:
        """Whose token it is."""
        return None if self.identity is None else self.identity.key


class TokenRequest:
    """Runs on worker threads, an attempt at a time; waits between attempts hold no thread.

    Args:
        runtime: The process's clock, workers, scheduler and flights.
        parts: What the provider is made of.
        context: What the provider knows.
        land: Told the outcome, once, on a worker thread. What it returns is called when everybody
            who waits for the same flight has been told.
        is_wanted: Whether anybody still waits for it.
    """

    def __init__(
        self,
        runtime: Runtime,
        parts: ProviderParts,
        context: RequestContext,
        land: Callable[[Outcome], Callable[[], object] | None],
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self._runtime = runtime
        self._parts = parts
        self._context = context
        self._land = land
        self._is_wanted = is_wanted
        self._after: Callable[[], object] | None = None
        self._ended = False
        self._alone = False
        self._reread = False
        self._identity: Identity | None = None
        self._server: str | None = None

    def start(self) -> None:
        """Send it off; it returns at once."""
        self._submit(self._begin)
        self._finish()

    def _finish(self) -> None:
        """Call what is to be called when all who wait have been told."""
        after, self._after = self._after, None
        if after is not None:
            after()

    def _submit(self, task: Callable[[], None]) -> None:
        identity = self._identity or self._context.identity
        self._server = None if identity is None else identity.server
        try:
            self._runtime.workers.submit(
                partial(self._work, task),
                refused=self._refused,
                slow=self._context.failing,
                endpoint=self._server,
                calls=self._parts.calls,
            )
        except NoThreadError as error:
            self._no_thread(error)

    def _refused(self, error: NoThreadError) -> None:
        self._no_thread(error)
        self._finish()

    def _no_thread(self, error: NoThreadError) -> None:
        failed = Failed(no_thread_error(error), is_local=True)
        self._end(Outcome(failed, self._identity))

    def _work(self, task: Callable[[], None]) -> None:
        self._guarded(task)
        self._finish()

    def _guarded(self, task: Callable[[], None]) -> None:
        try:
            with self._parts.not_reentrant():
                task()
        except AuthError as error:
            self._fail(error)
        except BaseException as error:
            # Those who wait are told whatever happens.
            self._fail(unexpected_error(error))

    def _fail(self, error: AuthError) -> None:
        self._end(Outcome(Failed(error), self._identity))

    def _end(self, outcome: Outcome) -> None:
        if not self._ended:
            self._ended = True
            self._after = self._land(outcome)

    def _begin(self, told: Identity | None = None) -> None:
        context = self._context
        if not self._is_wanted():
            # Whoever asked for it gave up while it was waiting for a thread.
            raise nobody_waits_error()
        known = context.identity if context.store_only is not None else None
        self._identity = identity = known or told or self._identify()
        self._context = context = _that_concerns(context, identity.key)
        store = self._parts.store
        flight: Flight[Obtained | Failed] = Flight()
        mine = True
        if store is not None and not self._alone:
            name = (
                identity.key.digest,
                _same_store(store.store),
                identity.fingerprint(self._runtime.salt),
                context.bypass_store,
                context.store_only is not None,
            )
            flight, mine = self._runtime.flights.join(name)
        flight.add_joiner(self._is_wanted)
        flight.add_done_callback(self._landed)
        if mine:
            try:
                Attempts(self._runtime, self._parts, context, identity, flight).start(
                    here=identity.server == self._server
                )
            except BaseException as error:
                # Others may have joined it.
                flight.land(Failed(unexpected_error(error)))

    def _identify(self) -> Identity:
        try:
            return self._parts.requester.identify()
        except AuthError as error:
            earlier = self._context.identity
            if earlier is None or isinstance(error, ConfigurationError):
                raise
            # A keychain that is locked for a while is no reason to go without a token.
            self._parts.emit(
                Event(
                    EventKind.SOURCE_TROUBLE,
                    earlier.name,
                    error=type(error).__name__,
                    detail=f"The credentials read before are used: {error.message}",
                )
            )
            # The source can't be read; the files that it named before can.
            return earlier.unread()

    def _landed(self, result: Obtained | Failed) -> Callable[[], object]:
        self._guarded(partial(self._take, result))
        return self._finish

    def _take(self, result: Obtained | Failed) -> None:
        if isinstance(result, Obtained):
            if result.stored and not self._alone and not self._is_different_token(result.token):
                # Somebody else's flight brought home what this one must not accept.
                self._alone = True
                self._submit(self._begin)
                return
        elif isinstance(result.error, TokenTimeout) and self._is_wanted():
            # It was given up for want of anybody who waits, in the moment in which this one joined.
            self._alone = True
            self._submit(self._begin)
            return
        elif (
            isinstance(result.error, InvalidClientError)
            and not self._reread
            and self._is_first_refusal(result.refusal)
        ):
            self._reread = True
            self._submit(partial(self._read_again, result))
            return
        self._end(Outcome(result, self._identity))

    def _is_first_refusal(self, refusal: Refusal | None) -> bool:
        """Whether it is another refusal than that for which the source was read just now."""
        return refusal is None or refusal != self._context.refusal

    def _is_different_token(self, token: AccessToken) -> bool:
        context = self._context
        return all(
            old is None or token.value != old.value for old in (context.known, context.rejected)
        )

    def _read_again(self, failed: Failed) -> None:
        """Refused credentials may have been corrected meanwhile: then one more try at once."""
        refused = self._identity
        changed = self._identify()
        salt = self._runtime.salt
        if refused is None or (
            changed.fingerprint(salt) == refused.fingerprint(salt) and changed.key == refused.key
        ):
            self._end(Outcome(failed, refused))
        else:
            self._begin(changed)


def _that_concerns(context: RequestContext, key: TokenKey) -> RequestContext:
    """What is known of tokens and refusals, without that of an identity given up since."""
    if context.known_key != key:
        context = replace(context, known=None)
    if context.identity is not None and context.identity.key != key:
        context = replace(context, refusal=None)
    return context


def _same_store(store: object) -> object:
    """Stores that compare equal are one store; those that can't be hashed are each their own."""
    try:
        hash(store)
    except Exception:
        return id(store)
    return store

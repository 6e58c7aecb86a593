"""The OAuth provider: a token in memory, and everything that keeps one there."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Self

from zeebe_auth.concurrency.flights import Flight
from zeebe_auth.concurrency.process import process_runtime
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import (
    AuthError,
    ConfigurationError,
    InvalidClientError,
)
from zeebe_auth.events import Event, EventHook, EventKind, EventSink
from zeebe_auth.explanation import Explanation
from zeebe_auth.protocols import CredentialSource, TokenStore
from zeebe_auth.provider.attempts import Obtained, Situation
from zeebe_auth.provider.decisions import Action, decide, schedule
from zeebe_auth.provider.failures import unexpected_error
from zeebe_auth.provider.parts import StoreAccess
from zeebe_auth.provider.policy import RefreshPolicy
from zeebe_auth.provider.recipe import Recipe
from zeebe_auth.provider.rejecting import Rejecting
from zeebe_auth.provider.single_flight import Outcome, TokenRequest
from zeebe_auth.provider.slot import Slot
from zeebe_auth.provider.state import Cooling
from zeebe_auth.refusal import Refusal
from zeebe_auth.token import AccessToken
from zeebe_auth.token_endpoint import TokenEndpoint, TokenTransport
from zeebe_auth.token_key import TokenKey

__all__ = ["OAuthCredentialsProvider"]


class OAuthCredentialsProvider:
    """Access tokens by the client credentials grant (RFC 6749, 4.4), always at hand.

    A call waits for a token only while there is no usable one. All threads, tasks and event loops
    share one request, and its failure; a store with a lock shares it between processes too. It is
    safe to use from any of them, and after a fork. It pickles as its recipe: source, store,
    policy, transport and hook, without a token.

    Args:
        source: Who the client is; `ClientCredentials` are the simplest source. It is read for
            every token request, on a worker thread.
        store: Where tokens are kept beyond this process; None keeps them in memory alone.
        policy: When to refresh, to retry and to leave the endpoint alone.
        transport: How the token endpoint is reached.
        on_event: Told what happens around tokens, on a worker thread. What it raises is dropped.
    """

    def __init__(
        self,
        source: CredentialSource,
        *,
        store: TokenStore | None = None,
        policy: RefreshPolicy | None = None,
        transport: TokenTransport | None = None,
        on_event: EventHook | None = None,
    ) -> None:
        self._runtime = process_runtime()
        self._now = self._runtime.clock.running
        self._emit = EventSink(on_event)
        self._store = store
        self._transport = transport or TokenTransport()
        self._recipe = Recipe(
            source,
            None if store is None else StoreAccess(store, self._now, self._emit),
            TokenEndpoint(self._transport, clock=self._runtime.clock),
            policy or RefreshPolicy(),
            self._emit,
        )
        # Reentrant, since a signal handler or a finalizer may ask in the middle of being asked for.
        # Nothing that blocks happens under it: no file, no network, no foreign code.
        self._lock = threading.RLock()
        self._slot = Slot()
        self._flight: Flight[AccessToken] | None = None
        self._cooling = Cooling(self._runtime, self._recipe.policy, shared=store is not None)
        self._rejecting = Rejecting(self._recipe.policy)
        self._identity: TokenKey | None = None
        self._credentials: ClientCredentials | None = None
        self._had_one = False
        self._closed = False
        self._runtime.providers.add(self)

    # What callers ask for.

    def get_token(self, *, timeout: float | None = None) -> AccessToken:
        """A token to use now. It blocks only while there is no usable one.

        Args:
            timeout: Seconds to wait for one at most; None waits until the request has ended,
                which it does by itself.

        Raises:
            TokenTimeout: It did not come within ``timeout``; the request goes on.
            AuthError: There is none to be had: see the tree in `zeebe_auth.errors`.
        """
        slot = self._slot
        if self._now() < slot.fresh_until:
            slot.handed_out = True
            return slot.token  # type: ignore[return-value]
        found = self._token_or_flight()
        if not isinstance(found, Flight):
            return found
        with self._runtime.workers.waiting():
            return found.wait(timeout)

    async def get_token_async(self, *, timeout: float | None = None) -> AccessToken:
        """As `get_token`, on any event loop, without blocking it.

        Cancelling it gives up this caller's wait, not the request that others wait for.
        """
        slot = self._slot
        if self._now() < slot.fresh_until:
            slot.handed_out = True
            return slot.token  # type: ignore[return-value]
        found = self._token_or_flight()
        if not isinstance(found, Flight):
            return found
        with self._runtime.workers.waiting():
            return await found.wait_async(timeout)

    def current_token(self) -> AccessToken | None:
        """The token in memory if it may be used now, else None. It never blocks."""
        slot = self._slot
        if self._now() < slot.fresh_until:
            slot.handed_out = True
            return slot.token
        with self._lock:
            slot = self._slot
            action = decide(slot.schedule, self._now(), self._cooling.cooldown)
            if self._closed or action in {Action.WAIT, Action.FAIL}:
                return None
            begin = self._hand_out(slot, action)
        begin()
        return slot.token

    def fetch_token(self, *, timeout: float | None = None) -> AccessToken:
        """A token asked from the endpoint now, past stored tokens and cooldowns.

        For a person who waits at a prompt: a login, a diagnosis. A program that calls it in a
        loop will be rate limited.

        Raises:
            TokenTimeout: It did not come within ``timeout`` seconds; the request goes on.
            AuthError: There is none to be had.
        """
        with self._lock:
            self._check_open()
            self._recipe.check_not_at_work()
            flight = Flight[AccessToken]()
            flight.awaited = True
            situation = self._situation(fresh=True)
        self._send_off(flight, situation)
        with self._runtime.workers.waiting():
            return flight.wait(timeout)

    def invalidate(self, token: AccessToken) -> None:
        """The server refused ``token``: forget it, if it is still the current one.

        It works on memory alone and never blocks; the next flight cleans the store. While the
        tokens fetched after it are refused too, a token stays for 5, 10, … 60 s: then the
        server's refusal goes to the caller instead of asking for a token per call.
        """
        now, wall = self._now(), self._runtime.clock.wall()
        with self._lock:
            current = self._slot.token
            if (
                current is not None
                and current.value == token.value
                and self._rejecting.gives_up(token, now, issued_at=now - (wall - current.issued_at))
            ):
                self._slot = Slot()

    def explain(self) -> Explanation:
        """What was tried for credentials, which won, and how the token fares. No secret.

        It reads the source and the store, and asks no endpoint.
        """
        from zeebe_auth.provider.explain import explain

        with self._lock:
            token, until, failure = self._slot.token, self._cooling.until, self._cooling.failure
        cooling = None if until is None else (until, failure)
        return explain(self._recipe, token, cooling, self._runtime.clock.wall())

    def close(self) -> None:
        """Forget the token in memory and stop refreshing. Stored tokens stay."""
        with self._lock:
            self._closed = True
            self._slot = Slot()
        self._recipe.endpoint.close()

    async def aclose(self) -> None:
        """As `close`; it never blocks."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"OAuthCredentialsProvider({self._recipe.source!r}, store={self._store!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (
            type(self),
            self._recipe.source,
            self._store,
            self._recipe.policy,
            self._transport,
            self._emit.hook,
        )

    # Flights.

    def _check_open(self) -> None:
        if self._closed:
            raise ConfigurationError("This provider is closed. Make a new one.")

    def _token_or_flight(self) -> AccessToken | Flight[AccessToken]:
        with self._lock:
            self._check_open()
            slot = self._slot
            action = decide(slot.schedule, self._now(), self._cooling.cooldown)
            if action is Action.FAIL and self._cooling.failure is not None:
                raise self._cooling.failure.copy()
            token = slot.token
            if token is None or action in {Action.WAIT, Action.FAIL}:
                self._recipe.check_not_at_work()
                flight, begin = self._join_flight()
                flight.awaited = True
                found: AccessToken | Flight[AccessToken] = flight
            else:
                begin = self._hand_out(slot, action)
                found = token
        begin()
        return found

    def _hand_out(self, slot: Slot, action: Action) -> Callable[[], None]:
        """Mark the slot's token as in use. The caller holds the lock.

        Returns:
            What to call when the lock is released.
        """
        slot.handed_out = True
        if slot.schedule is not None and slot.fresh_until < slot.schedule.refresh_at:
            # A fork left the timer behind.
            slot.fresh_until = slot.schedule.refresh_at
            self._runtime.scheduler.call_weakly_at(slot.fresh_until, self._refresh_is_due)
        return self._join_flight()[1] if action is Action.USE_AND_REFRESH else _nothing

    def _join_flight(self) -> tuple[Flight[AccessToken], Callable[[], None]]:
        """The flight under way, or a new one. The caller holds the lock.

        Returns:
            The flight, and what to call when the lock is released.
        """
        if self._flight is not None:
            return self._flight, _nothing
        self._flight = flight = Flight[AccessToken]()
        return flight, partial(self._send_off, flight, self._situation())

    def _situation(self, *, fresh: bool = False) -> Situation:
        return Situation(
            identity=self._identity,
            known=self._slot.token,
            rejected=self._rejecting.token,
            refusal=self._cooling.refusal,
            credentials=self._credentials,
            fresh=fresh,
            # A person who waits at a prompt comes before what failed a moment ago.
            failing=self._cooling.cooldown is not None and not fresh,
            looking=None if fresh else self._cooling.failing_at(self._now()),
        )

    def _send_off(self, flight: Flight[AccessToken], situation: Situation) -> None:
        began = self._now()
        try:
            TokenRequest(
                self._runtime,
                self._recipe,
                situation,
                lambda outcome: self._land(
                    flight, outcome, self._now() - began, looked=situation.looking is not None
                ),
            ).start()
        except BaseException as error:
            # Such as Ctrl-C in this very moment: others may wait already.
            self._land(flight, Outcome(unexpected_error(error)), 0.0)
            raise

    def _land(
        self,
        flight: Flight[AccessToken],
        outcome: Outcome,
        took_seconds: float,
        *,
        looked: bool = False,
    ) -> None:
        """Take in what a request brought, and tell those who wait."""
        result = outcome.result
        try:
            kind = self._take_in(flight, outcome)
        except BaseException as uncaught:  # noqa: BLE001
            result, kind = unexpected_error(uncaught), EventKind.REFRESH_FAILED
            with self._lock:
                if self._flight is flight:
                    self._flight = None
        if kind is None:
            return
        label = outcome.key.label if outcome.key is not None else "no identity"
        # Those who wait come first: a slow hook must not hold them up.
        if isinstance(result, AuthError):
            flight.fail(result)
            if looked:
                return
            self._emit(Event(kind, label, took_seconds, type(result).__name__, result.message))
        else:
            flight.succeed(result.token)
            detail = "It was in the store." if result.stored else ""
            self._emit(Event(kind, label, took_seconds, detail=detail))

    def _take_in(self, flight: Flight[AccessToken], outcome: Outcome) -> EventKind | None:
        """What ``outcome`` means for this provider; None if the flight goes on for another."""
        result = outcome.result
        refusal = None
        if isinstance(result, AuthError):
            refusal = self._cooling.refusal_of(result, outcome.credentials)
        with self._lock:
            if outcome.credentials is not None:
                self._credentials = outcome.credentials
            if (
                isinstance(result, Obtained)
                and result.stored
                and self._rejecting.has_given_up(result.token)
            ):
                # It was refused after this flight had set out.
                again = self._situation()
            else:
                if self._flight is flight:
                    self._flight = None
                if isinstance(result, AuthError):
                    return self._cool_down(result, refusal)
                kind = EventKind.TOKEN_REFRESHED if self._had_one else EventKind.TOKEN_OBTAINED
                self._accept(result, outcome.key, awaited=flight.awaited)
                return kind
        self._send_off(flight, again)
        return None

    def _accept(self, obtained: Obtained, key: TokenKey | None, *, awaited: bool) -> None:
        self._cooling.end()
        if self._closed:
            return
        token, before, now = obtained.token, self._slot, self._now()
        if obtained.stored and before.has_newer(token, key, now):
            # `fetch_token` brought a newer one meanwhile.
            return
        times = schedule(
            token,
            offset=now - self._runtime.clock.wall(),
            now=now,
            policy=self._recipe.policy,
            first=not self._had_one,
            stored=obtained.stored,
            again=before.token is not None and before.token.value == token.value,
            draw=self._runtime.draw(),
        )
        self._had_one = True
        if before.token is not None and before.handed_out:
            self._rejecting.outlived(before.token)
        self._identity = key
        self._slot = slot = Slot(token, times, key)
        # Whoever waited for it is handed it: a client that is in use.
        slot.handed_out = awaited
        self._runtime.scheduler.call_weakly_at(times.refresh_at, self._refresh_is_due)

    def _cool_down(self, error: AuthError, refusal: Refusal | None) -> EventKind:
        has_token = self._slot.is_usable(self._now())
        self._cooling.begin(error, refusal, has_token=has_token)
        if has_token and self._cooling.cooldown is not None:
            self._runtime.scheduler.call_weakly_at(
                self._cooling.cooldown.until, self._refresh_is_due
            )
        refused = isinstance(error, InvalidClientError)
        return EventKind.REFUSED if refused else EventKind.REFRESH_FAILED

    def _refresh_is_due(self) -> None:
        """The timer's call: refresh a token that is in use, leave an idle client alone."""
        begin: Callable[[], None] = _nothing
        with self._lock:
            slot = self._slot
            if (
                not self._closed
                and slot.handed_out
                and decide(slot.schedule, self._now(), self._cooling.cooldown)
                is Action.USE_AND_REFRESH
            ):
                _, begin = self._join_flight()
        begin()

    def _after_fork_in_child(self) -> None:
        self._lock = threading.RLock()
        self._flight = None
        self._recipe.threads.clear()
        # The next call finds that there is no appointment for a refresh any more.
        self._slot.fresh_until = -math.inf


def _nothing() -> None:
    """No flight is to be sent off."""


def _remake(
    kind: type[OAuthCredentialsProvider],
    source: CredentialSource,
    store: TokenStore | None,
    policy: RefreshPolicy,
    transport: TokenTransport,
    on_event: EventHook | None,
) -> OAuthCredentialsProvider:
    return kind(source, store=store, policy=policy, transport=transport, on_event=on_event)

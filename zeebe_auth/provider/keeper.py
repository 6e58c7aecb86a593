"""Keeps a provider's token: sends requests off, takes in what they bring, wakes those who wait.

Callers' threads take no lock and change nothing but the slot's two marks: they read what is
published here, put what they want into the scheduler's queue, and wait on a lock of their own. All
else happens on our own threads. So a signal handler or a finalizer may ask in the middle of
another's asking, and an exception that it raises leaves nothing half done.
"""

from __future__ import annotations

import math
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from zeebe_auth.concurrency.flights import Waiter
from zeebe_auth.concurrency.fork import notice_fork
from zeebe_auth.concurrency.process import Runtime
from zeebe_auth.concurrency.threads import (
    Guard,
    NoThreadError,
    ending_error,
    may_wait,
    no_thread_error,
    on_timer_thread,
)
from zeebe_auth.concurrency.timer import Appointment
from zeebe_auth.errors import AuthError, ConfigurationError, InvalidClientError
from zeebe_auth.events import Event, EventKind
from zeebe_auth.provider.attempts import Failed, Obtained, RequestContext
from zeebe_auth.provider.decisions import Action, decide, schedule
from zeebe_auth.provider.failures import (
    in_the_way_error,
    unexpected_error,
)
from zeebe_auth.provider.parts import ProviderParts
from zeebe_auth.provider.pending_request import Landed, PendingRequest
from zeebe_auth.provider.requester import Identity
from zeebe_auth.provider.single_flight import Outcome, TokenRequest
from zeebe_auth.provider.state import CooldownState, RejectedTokens, Slot
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey


class TokenKeeper:
    """The state of one provider.

    Args:
        runtime: The process's clock, workers, scheduler and flights.
        parts: What the provider is made of.

    Attributes:
        slot: The token in memory.
        cooldown: How the endpoint answered.
        rejected: Which tokens the server refused.
        request: The request under way, if there is one.
    """

    def __init__(self, runtime: Runtime, parts: ProviderParts) -> None:
        self._runtime = runtime
        self._parts = parts
        self._now = runtime.clock.running
        self.slot = Slot()
        self.cooldown = CooldownState()
        self.rejected = RejectedTokens()
        self.request: PendingRequest | None = None
        self.is_closed = False
        self._lock = Guard()
        # What callers want changed, for the next of our threads that has the lock.
        self._wishes: deque[Callable[[], None]] = deque()
        self._key: TokenKey | None = None
        self._identity: Identity | None = None
        self._had_one = False
        self._planned: Appointment | None = None

    # On callers' threads: no lock, no change that an exception could leave half done.

    def token_or_waiter(self) -> AccessToken | Waiter[AccessToken]:
        """A token to use now, or somebody to wait with.

        Raises:
            AuthError: There is none, or this thread must not wait for one.
        """
        notice_fork()
        self._check_open()
        slot, cooldown, now = self.slot, self.cooldown, self._now()
        action = decide(slot.schedule, now, cooldown.cooldown)
        if action is Action.FAIL and cooldown.failure is not None:
            raise cooldown.failure.copy()
        token = slot.token
        if token is None or action in {Action.WAIT, Action.FAIL}:
            return self._wait_for(self._join)
        self._hand_out(slot, action)
        return token

    def current_token(self) -> AccessToken | None:
        """The token in memory if it may be used now; it is refreshed if it is time."""
        notice_fork()
        slot = self.slot
        action = decide(slot.schedule, self._now(), self.cooldown.cooldown)
        if self.is_closed or action in {Action.WAIT, Action.FAIL}:
            return None
        self._hand_out(slot, action)
        return slot.token

    def fetch(self) -> Waiter[AccessToken]:
        """Somebody to wait with for a token of the endpoint, past stored tokens and cooldowns.

        Raises:
            AuthError: This thread must not wait for one.
        """
        notice_fork()
        self._check_open()
        return self._wait_for(self._fetch)

    def invalidate(self, token: AccessToken, *, accepted: bool) -> None:
        """The server refused ``token``: replace it, unless that was done a moment ago.

        Args:
            token: The token.
            accepted: Whether the server had accepted it before.
        """
        slot = self.slot
        refused = slot.token
        if refused is None or slot.is_rejected or refused.value != token.value:
            return
        now, wall = self._now(), self._runtime.clock.wall()
        issued_at = now - (wall - refused.issued_at)
        _, is_given_up = self._after_refusal(refused, now, issued_at, accepted)
        if is_given_up or not slot.refusal_is_noted:
            slot.refusal_is_noted = True
            # First, so that a thread that gets no further has not lost the refusal.
            self._wishes.append(
                partial(self._note_refusal, slot, refused, now, issued_at, accepted)
            )
        if is_given_up:
            slot.reject()

    def close(self) -> None:
        """Forget the token in memory and stop refreshing."""
        if self.is_closed and self.slot.token is None:
            return
        self.is_closed = True
        # In this order: a request that has landed may be about to put its token there.
        self._wishes.append(self._forget_token)
        self.slot = Slot()

    def after_fork_in_child(self) -> object:
        """Leave the parent's request, lock and timer behind; it returns the request."""
        before = self.request
        self._lock = Guard()
        self.request = None
        self._parts.threads.clear()
        self.slot.forget_timer()
        return before

    def _check_open(self) -> None:
        if self.is_closed:
            raise ConfigurationError("This provider is closed. Make a new one.")

    def _wait_for(self, join: Callable[[Waiter[AccessToken]], None]) -> Waiter[AccessToken]:
        self._parts.check_not_reentrant()
        if sys.is_finalizing():
            # No thread starts any more, and those that exist no longer run.
            raise ending_error()
        if not may_wait():
            raise in_the_way_error()
        waiter: Waiter[AccessToken] = Waiter()
        try:
            self._runtime.scheduler.call_soon(partial(join, waiter))
        except NoThreadError as error:
            raise no_thread_error(error) from error
        return waiter

    def _hand_out(self, slot: Slot, action: Action) -> None:
        """Mark the slot's token as in use, and see to its refresh."""
        slot.handed_out = True
        if slot.is_without_timer():
            self._runtime.scheduler.call_weakly_at(slot.plan_refresh(), self.refresh)
        if action is Action.USE_AND_REFRESH and self.request is None and not slot.refresh_is_wanted:
            slot.refresh_is_wanted = True
            appointment = self._runtime.scheduler.call_weakly_at(-math.inf, self.refresh)
            if appointment.is_cancelled:
                # There is no thread now; a later call may find one.
                slot.refresh_is_wanted = False

    # On the scheduler's thread.

    def refresh(self) -> None:
        """Refresh a token that is in use; leave an idle client alone."""
        with self._changing():
            slot = self.slot
            slot.refresh_is_wanted = False
            begins = (
                not self.is_closed
                and slot.handed_out
                and self.request is None
                and decide(slot.schedule, self._now(), self.cooldown.cooldown)
                is Action.USE_AND_REFRESH
            )
            request = self._begin() if begins else None
        if request is not None:
            self._send_off(request)

    def _join(self, waiter: Waiter[AccessToken]) -> None:
        if waiter.given_up:
            return
        request = None
        with self._changing():
            # The answer may have come since the caller looked.
            slot, cooldown = self.slot, self.cooldown
            action = decide(slot.schedule, self._now(), cooldown.cooldown)
            failure = cooldown.failure if action is Action.FAIL else None
            if self.is_closed:
                failure = ConfigurationError("This provider was closed. Make a new one.")
            token = None if action in {Action.WAIT, Action.FAIL} else slot.token
            if failure is None and token is None:
                pending = self.request
                if pending is None:
                    pending = request = self._begin()
                pending.add(waiter)
        if request is not None:
            self._send_off(request)
        elif failure is not None:
            waiter.fail(failure)
        elif token is not None:
            self._hand_out(slot, action)
            waiter.succeed(token)

    def _fetch(self, waiter: Waiter[AccessToken]) -> None:
        if waiter.given_up:
            return
        with self._changing():
            request = PendingRequest(self._context(bypass_store=True), self._now())
            request.add(waiter)
        self._send_off(request)

    # On our own threads, under the lock.

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Have the state to oneself; what callers wished for comes first."""
        with self._lock:
            self._grant_wishes()
            yield
        # Such as a `close` in the middle of it.
        while self._wishes:
            with self._lock:
                self._grant_wishes()

    def _grant_wishes(self) -> None:
        while self._wishes:
            self._wishes.popleft()()

    def _begin(self) -> PendingRequest:
        self.request = request = PendingRequest(self._context(), self._now())
        return request

    def _context(self, *, bypass_store: bool = False) -> RequestContext:
        cooldown = self.cooldown
        return RequestContext(
            known_key=self._key,
            known=None if self.slot.is_rejected else self.slot.token,
            rejected=self.rejected.given_up,
            refusal=cooldown.refusal,
            identity=self._identity,
            bypass_store=bypass_store,
            # A person who waits at a prompt comes before what failed a moment ago.
            failing=cooldown.cooldown is not None and not bypass_store,
            store_only=None if bypass_store else cooldown.failing_at(self._now()),
        )

    def _after_refusal(
        self, token: AccessToken, now: float, issued_at: float, accepted: bool
    ) -> tuple[RejectedTokens, bool]:
        return self.rejected.after_refusal(
            token,
            now,
            issued_at=issued_at,
            accepted=accepted,
            policy=self._parts.policy,
        )

    def _note_refusal(
        self, slot: Slot, token: AccessToken, now: float, issued_at: float, accepted: bool
    ) -> None:
        if self.rejected.given_up is token:
            # Refused on two threads at the same moment.
            return
        self.rejected, is_given_up = self._after_refusal(token, now, issued_at, accepted)
        if is_given_up:
            slot.reject()

    def _forget_token(self) -> None:
        self.slot = Slot()

    # On any of our own threads.

    def _send_off(self, request: PendingRequest) -> None:
        land = partial(self._land, request)
        try:
            TokenRequest(
                self._runtime, self._parts, request.context, land, request.is_wanted
            ).start()
        except BaseException as error:
            # Such as no memory in this very moment: others may wait already.
            tell_hook = land(Outcome(Failed(unexpected_error(error))))
            if tell_hook is not None:
                tell_hook()

    def _land(self, request: PendingRequest, outcome: Outcome) -> Callable[[], None] | None:
        """Take in what a request brought, and tell those who wait.

        Returns:
            What tells the hook. Those who wait come first, with other providers too that share the
            flight: a hook may be slow, or wait for one of those.
        """
        try:
            landed = self._take_in(request, outcome)
        except BaseException as uncaught:
            failure = unexpected_error(uncaught)
            landed = Landed(failure, EventKind.REFRESH_FAILED, failure)
            with self._lock:
                if self.request is request:
                    self.request = None
        if landed is None:
            return None
        request.answer(landed.answer)
        event = request.event(landed, outcome, self._now())
        return None if event is None else partial(self._emit, event)

    def _emit(self, event: Event) -> None:
        if not on_timer_thread():
            self._parts.emit(event)
            return
        # Without a thread for it nobody is told: on this one nothing may block.
        with suppress(NoThreadError):
            self._runtime.workers.submit(partial(self._parts.emit, event))

    def _take_in(self, request: PendingRequest, outcome: Outcome) -> Landed | None:
        """What ``outcome`` means for this provider; None if the request goes on for another."""
        result = outcome.result
        with self._changing():
            if outcome.identity is not None:
                self._identity = outcome.identity
            if not (
                isinstance(result, Obtained)
                and result.stored
                and self.rejected.has_given_up(result.token)
            ):
                if self.request is request:
                    self.request = None
                if isinstance(result, Failed):
                    error, kind = self._cool_down(request, result)
                    return Landed(error, kind, error)
                if result.over is not None:
                    error, kind = self._cool_down(request, result.over)
                    return Landed(result.token, kind, error)
                return self._accept(request, result, outcome.identity)
            # It was refused after this request had set out.
            request.context = self._context()
        self._send_off(request)
        return None

    def _accept(
        self, request: PendingRequest, obtained: Obtained, identity: Identity | None
    ) -> Landed:
        token, before, now = obtained.token, self.slot, self._now()
        key = None if identity is None else identity.key
        kind = EventKind.TOKEN_REFRESHED if self._had_one else EventKind.TOKEN_OBTAINED
        landed = Landed(token, kind)
        self.cooldown = CooldownState()
        if self.is_closed:
            return landed
        if obtained.stored and before.has_newer(token, key, now):
            # `fetch_token` brought a newer one meanwhile.
            return landed
        times = schedule(
            token,
            offset=now - self._runtime.clock.wall(),
            now=now,
            policy=self._parts.policy,
            first=not self._had_one,
            stored=obtained.stored,
            again=before.token is not None and before.token.value == token.value,
            look_at=obtained.look_at,
            draw=self._runtime.draw(),
        )
        self._had_one = True
        if before.token is not None and before.handed_out:
            self.rejected = self.rejected.after_replacement(before.token)
        self._key = key
        slot = Slot(token, times, key)
        # Whoever waited for it is handed it: a client that is in use.
        slot.handed_out = request.is_awaited
        self.slot = slot
        self._plan(times.refresh_at)
        return landed

    def _cool_down(self, request: PendingRequest, failed: Failed) -> tuple[AuthError, EventKind]:
        refused = isinstance(failed.error, InvalidClientError)
        kind = EventKind.REFUSED if refused else EventKind.REFRESH_FAILED
        if request.context.store_only is not None or failed.is_local or not request.is_wanted():
            # A look into the store found nothing, or the endpoint was not asked: what was goes on.
            return failed.error, kind
        now = self._now()
        has_token = self.slot.is_usable(now)
        self.cooldown = after = self.cooldown.after_failure(
            failed.error,
            failed.refusal,
            now=now,
            wall=self._runtime.clock.wall(),
            has_token=has_token,
            is_shared=self._parts.store is not None,
            policy=self._parts.policy,
            draw=self._runtime.draw(),
        )
        if has_token and after.cooldown is not None:
            times = self.slot.times
            due = math.inf if times is None else times.refresh_at
            # The token may be younger than the request that failed, as one by `fetch_token`.
            self._plan(max(after.cooldown.until, due))
        return after.failure or failed.error, kind

    def _plan(self, when: float) -> None:
        """Refresh at ``when``, and at no other time that was planned before."""
        if self._planned is not None:
            self._planned.cancel()
        self._planned = self._runtime.scheduler.call_weakly_at(when, self.refresh)

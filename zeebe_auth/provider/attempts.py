"""The attempts of one flight: store, lock, token endpoint, store."""

from __future__ import annotations

from dataclasses import dataclass

from zeebe_auth.concurrency.flights import Flight
from zeebe_auth.concurrency.process import Runtime
from zeebe_auth.concurrency.threads import no_thread_error
from zeebe_auth.errors import (
    AuthError,
    InvalidClientError,
    RateLimitedError,
    ShortLivedTokenError,
    TokenEndpointUnreachable,
)
from zeebe_auth.provider.decisions import (
    attempt_delay_seconds,
    cooldown_seconds,
    in_force,
    is_over_on_arrival,
    rate_limit_seconds,
    short_lived_seconds,
    times_in_a_row,
)
from zeebe_auth.provider.failures import (
    nobody_waits_error,
    rate_limit_error,
    refusal_error,
    short_lived_error,
    unexpected_error,
)
from zeebe_auth.provider.parts import ProviderParts, StoreAccess
from zeebe_auth.provider.policy import is_usable_when_found, usable_until
from zeebe_auth.provider.requester import Identity
from zeebe_auth.refusal import Refusal
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

# How long a look at the store waits for the answer that another process is getting.
_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What the provider knows when it sends a request off.

    Args:
        known_key: Whose token ``known`` is.
        known: The token at hand, which is to be replaced; None if there is none.
        rejected: The token that the server refused last: never to be taken back.
        refusal: The endpoint's last refusal of this provider.
        identity: The identity told last.
        bypass_store: Whether stored tokens and cooldowns are passed by.
        failing: Whether the request before failed.
        store_only: Why the endpoint is left alone now: only the store is asked, and this is the
            answer if it has nothing better.
    """

    known_key: TokenKey | None = None
    known: AccessToken | None = None
    rejected: AccessToken | None = None
    refusal: Refusal | None = None
    identity: Identity | None = None
    bypass_store: bool = False
    failing: bool = False
    store_only: AuthError | None = None


@dataclass(frozen=True, slots=True)
class Obtained:
    """A token.

    Args:
        token: The token.
        stored: Whether it came from the store.
        look_at: From when on there is another one, in epoch seconds, if somebody knows.
        over: What later callers are told, if it was over when it arrived: only those who waited
            for it are given it.
    """

    token: AccessToken
    stored: bool
    look_at: float | None = None
    over: Failed | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no token.

    Args:
        error: What callers are told.
        refusal: The endpoint's refusal, if that is the reason.
        is_local: Whether it is this machine's trouble, such as no thread: the endpoint was not
            asked, and there is no reason to leave it alone.
    """

    error: AuthError
    refusal: Refusal | None = None
    is_local: bool = False


class _AskAgain(Exception):
    """The endpoint gave the token at hand again, in its last moments."""

    def __init__(self, token: AccessToken, wait_seconds: float) -> None:
        super().__init__()
        self.token = token
        self.wait_seconds = wait_seconds


class _Refused(Exception):
    """The endpoint refuses, now or since before."""

    def __init__(self, error: AuthError, refusal: Refusal) -> None:
        super().__init__()
        self.error = error
        self.refusal = refusal


class Attempts:
    """The attempts of one flight, under the store's lock one at a time."""

    def __init__(
        self,
        runtime: Runtime,
        parts: ProviderParts,
        context: RequestContext,
        identity: Identity,
        flight: Flight[Obtained | Failed],
    ) -> None:
        self._runtime = runtime
        self._parts = parts
        self._context = context
        self._identity = identity
        self._key = identity.key
        self._flight = flight
        self._count = 0
        self._spent_seconds = 0.0
        self._delay_seconds = 0.0
        self._own_refusal: Refusal | None = None

    def start(self, *, here: bool) -> None:
        """Make the first attempt; later ones come by the scheduler.

        Args:
            here: Whether to make it on this thread, which then counts as one that works for
                this token endpoint.
        """
        if here:
            self._attempt()
        else:
            self._submit(slow=self._context.failing)

    def _again(self) -> None:
        self._submit(slow=True)

    def _submit(self, *, slow: bool) -> None:
        try:
            self._runtime.workers.submit(
                self._attempt,
                refused=self._no_thread,
                slow=slow,
                endpoint=self._identity.server,
                calls=self._parts.calls,
            )
        except BaseException as error:
            self._no_thread(error)

    def _no_thread(self, error: BaseException) -> None:
        self._flight.land(Failed(no_thread_error(error), is_local=True))

    def _attempt(self) -> None:
        if not self._flight.is_wanted():
            self._flight.land(Failed(nobody_waits_error(), is_local=True))
            return
        try:
            self._count += 1
            with self._parts.not_reentrant():
                obtained = self._obtain()
        except _AskAgain as again:
            try:
                self._try_again(again.wait_seconds)
            except BaseException:
                # There is no timer: what came is better than nothing.
                self._flight.land(Obtained(again.token, stored=False))
        except _Refused as refused:
            self._try_again_or_fail(Failed(refused.error, refused.refusal))
        except AuthError as error:
            self._try_again_or_fail(Failed(error))
        except BaseException as error:
            # Whatever a source, a store or an interpreter that ends raises: a flight lands.
            self._flight.land(Failed(unexpected_error(error)))
        else:
            self._flight.land(obtained)

    def _obtained(self, token: AccessToken, *, stored: bool) -> Obtained:
        return Obtained(token, stored, self._identity.look_again_at(token))

    def _try_again_or_fail(self, failed: Failed) -> None:
        try:
            wait_seconds = self._wait_seconds(failed.error)
            if wait_seconds is not None:
                self._try_again(wait_seconds)
                return
        except BaseException as no_timer:
            # The error at hand says more than that there is no timer for another attempt.
            failed.error.__cause__ = failed.error.__cause__ or no_timer
        self._flight.land(failed)

    def _try_again(self, wait_seconds: float) -> None:
        self._spent_seconds += wait_seconds
        self._runtime.scheduler.call_at(self._runtime.clock.running() + wait_seconds, self._again)

    def _wait_seconds(self, error: AuthError) -> float | None:
        """How long to wait before another attempt; None if there is none."""
        policy = self._parts.policy
        if (
            self._count >= policy.max_attempts
            or not error.retryable
            # Another process's: callers are told, as in that process.
            or isinstance(error, ShortLivedTokenError)
            or self._context.store_only is not None
        ):
            return None
        wait = 0.0 if error.retry_at is None else error.retry_at - self._runtime.clock.wall()
        if wait <= 0:
            wait = attempt_delay_seconds(self._delay_seconds, policy, self._runtime.draw())
            self._delay_seconds = wait
        return wait if self._spent_seconds + wait < policy.flight_seconds else None

    def _obtain(self) -> Obtained:
        store, policy = self._parts.store, self._parts.policy
        if store is not None and (found := self._find(store)) is not None:
            return found
        if self._context.store_only is not None:
            # Whoever has the lock is asking now, and may have an answer in a moment.
            if store is not None:
                with store.lock(self._key, min(policy.lock_seconds, _LOOK_SECONDS)):
                    found = self._find(store)
                if found is not None:
                    return found
            raise self._context.store_only.copy()
        self._respect(self._context.refusal)
        if store is None:
            return self._ask(None)
        with store.lock(self._key, policy.lock_seconds) as had:
            if had:
                return self._ask(store)
        # Its holder is slow, stopped or gone: all who waited for it compete for a second lock,
        # so that it costs one more request and not one for each.
        with store.lock(self._key.derived("second lock"), policy.lock_seconds):
            return self._ask(store)

    def _find(self, store: StoreAccess) -> Obtained | None:
        """The store's token, if it is better than what the provider has."""
        context = self._context
        if context.bypass_store:
            return None
        token = store.load(self._key)
        if token is None:
            return None
        if context.rejected is not None and token.value == context.rejected.value:
            store.delete(self._key, token)
            return None
        now = self._runtime.clock.wall()
        if not is_usable_when_found(token, now, self._parts.policy):
            return None
        known = context.known
        if known is not None and (
            token.value == known.value
            or (
                token.issued_at <= known.issued_at and now < usable_until(known, self._parts.policy)
            )
        ):
            return None
        return self._obtained(token, stored=True)

    def _ask(self, store: StoreAccess | None) -> Obtained:
        """Ask the endpoint, unless somebody who had the lock before did, or was refused."""
        policy = self._parts.policy
        refusal = self._own_refusal or self._context.refusal
        if store is not None:
            if (found := self._find(store)) is not None:
                return found
            refusal = store.load_refusal(self._key) or refusal
            self._respect(refusal)
        begin = self._runtime.clock.running()
        try:
            # Once for all attempts: the answers belong to what the first one sent.
            self._identity = self._identity.read()
            token = self._identity.request_token(
                time_limit_seconds=max(1.0, policy.flight_seconds - self._spent_seconds),
                rejected=self._context.rejected,
            )
        except AuthError as error:
            self._spent_seconds += self._runtime.clock.running() - begin
            refused = self._refused(error, refusal, store)
            if refused is None:
                raise
            raise refused from None
        if is_over_on_arrival(token, self._runtime.clock.wall(), policy):
            return self._over(token, refusal, store)
        if store is not None:
            store.save(self._key, token)
            if refusal is not None:
                store.save_refusal(self._key, None)
        return self._obtained(token, stored=False)

    def _over(
        self, token: AccessToken, previous: Refusal | None, store: StoreAccess | None
    ) -> Obtained:
        """What becomes of a token that was over when it arrived.

        It doesn't go into the store, where another process's may be good.
        """
        now, policy = self._runtime.clock.wall(), self._parts.policy
        count = times_in_a_row(previous, "short_lived", now)
        known = self._context.known
        if count == 1 and known is not None and known.value == token.value:
            # Some servers give the same token until it ends. A moment later there is another.
            left = max(0.0, (token.expires_at or now) - now)
            wait_seconds = left + attempt_delay_seconds(0, policy, self._runtime.draw())
            if (
                self._count < policy.max_attempts
                and self._spent_seconds + wait_seconds < policy.flight_seconds
            ):
                raise _AskAgain(token, wait_seconds)
        ahead = self._parts.requester.clock_ahead_seconds
        refusal = Refusal.of(
            self._identity,
            until=now + short_lived_seconds(count, policy, self._runtime.draw()),
            kind="short_lived",
            count=count,
            lifetime_seconds=token.lifetime_seconds,
            clock_ahead_seconds=ahead,
        )
        if store is not None:
            # Without a Date it may be this machine's clock, which must not keep others from asking.
            store.save_refusal(self._key, None if ahead is None else refusal)
        error = short_lived_error(refusal, self._identity.wording)
        return Obtained(token, stored=False, over=Failed(error, refusal))

    def _respect(self, refusal: Refusal | None) -> None:
        """Leave the endpoint alone while ``refusal`` is in force."""
        if (
            refusal is not None
            # This flight has waited for as long as its own says.
            and refusal != self._own_refusal
            and not self._context.bypass_store
            and in_force(refusal, self._runtime.clock.wall(), self._parts.policy)
            and refusal.concerns(self._identity)
        ):
            raise _Refused(refusal_error(refusal, self._identity.wording), refusal)

    def _refused(
        self, error: AuthError, previous: Refusal | None, store: StoreAccess | None
    ) -> _Refused | None:
        """``error`` as a refusal with the time of the next try, which the store shares.

        None if it is no refusal.
        """
        now, policy = self._runtime.clock.wall(), self._parts.policy
        if previous is not None and not previous.concerns(self._identity):
            previous = None
        count = times_in_a_row(previous, "refused", now)
        if isinstance(error, TokenEndpointUnreachable) and error.timed_out and count > 1:
            # Camunda SaaS lets refused credentials wait for 30 s instead of refusing them again.
            count -= 1
            wording = self._identity.wording
            error = InvalidClientError(
                f"{wording.client} was refused a short while ago, and now its request was left "
                "without an answer, as some servers do with refused credentials. "
                f"{wording.advice}"
            )
        if isinstance(error, InvalidClientError):
            wait = cooldown_seconds("refused", count, policy)
            refusal = Refusal.of(self._identity, until=now + wait, kind="refused", count=count)
            error = error.with_retry_at(refusal.until)
        elif isinstance(error, RateLimitedError):
            count = times_in_a_row(previous, "rate_limited", now)
            told_seconds = None if error.retry_at is None else error.retry_at - now
            until = now + rate_limit_seconds(told_seconds, count, policy)
            refusal = Refusal.of(self._identity, until=until, kind="rate_limited", count=count)
            error = rate_limit_error(error, refusal, shares_tokens=store is not None)
        else:
            return None
        self._own_refusal = refusal
        if store is not None:
            store.save_refusal(self._key, refusal)
        return _Refused(error, refusal)

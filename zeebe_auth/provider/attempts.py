"""The attempts of one flight: store, lock, token endpoint, store."""

from __future__ import annotations

from dataclasses import dataclass

from zeebe_auth.concurrency.flights import Flight
from zeebe_auth.concurrency.process import Runtime
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.reading import read_for_request
from zeebe_auth.errors import (
    AuthError,
    InvalidClientError,
    RateLimitedError,
    TokenEndpointUnreachable,
)
from zeebe_auth.provider.decisions import (
    attempt_delay_seconds,
    cooldown_seconds,
    in_force,
    longest_refusal_seconds,
    times_in_a_row,
)
from zeebe_auth.provider.failures import (
    no_thread_error,
    patience_error,
    refusal_error,
    unexpected_error,
)
from zeebe_auth.provider.parts import StoreAccess
from zeebe_auth.provider.policy import is_usable_when_found, usable_until
from zeebe_auth.provider.recipe import Recipe
from zeebe_auth.refusal import Refusal
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

__all__ = ["Attempts", "Obtained", "Situation"]

# How long a look at the store waits for the answer that another process is getting.
_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Situation:
    """What the provider knows when it sends a request off.

    Args:
        identity: Whose token ``known`` is.
        known: The token at hand, which is to be replaced; None if there is none.
        rejected: The token that the gateway refused last: never to be had back.
        refusal: The endpoint's last no to this provider.
        credentials: The credentials loaded last.
        fresh: Whether stored tokens and cooldowns are passed by.
        failing: Whether the request before failed.
        looking: Why the endpoint is left alone now: only the store is asked, and this is the
            answer if it has nothing better.
    """

    identity: TokenKey | None = None
    known: AccessToken | None = None
    rejected: AccessToken | None = None
    refusal: Refusal | None = None
    credentials: ClientCredentials | None = None
    fresh: bool = False
    failing: bool = False
    looking: AuthError | None = None


@dataclass(frozen=True, slots=True)
class Obtained:
    """A token, and whether it came from the store."""

    token: AccessToken
    stored: bool


class Attempts:
    """The attempts of one flight, under the store's lock one at a time."""

    def __init__(
        self,
        runtime: Runtime,
        recipe: Recipe,
        situation: Situation,
        credentials: ClientCredentials,
        key: TokenKey,
        flight: Flight[Obtained],
    ) -> None:
        self._runtime = runtime
        self._recipe = recipe
        self._situation = situation
        self._credentials = credentials
        self._key = key
        self._flight = flight
        self._count = 0
        self._spent_seconds = 0.0
        self._delay_seconds = 0.0
        self._own_refusal: Refusal | None = None

    def start(self, *, here: bool) -> None:
        """Make the first attempt; later ones come by the timer.

        Args:
            here: Whether to make it on this thread, which then counts as one that is at work for
                this token endpoint.
        """
        if here:
            self._attempt()
        else:
            self._submit(slow=self._situation.failing)

    def _again(self) -> None:
        self._submit(slow=True)

    def _submit(self, *, slow: bool) -> None:
        try:
            self._runtime.workers.submit(
                self._attempt, slow=slow, endpoint=self._credentials.authority_url
            )
        except BaseException as error:  # noqa: BLE001
            self._flight.fail(no_thread_error(error))

    def _attempt(self) -> None:
        try:
            self._count += 1
            with self._recipe.at_work():
                obtained = self._obtain()
        except AuthError as error:
            self._try_again_or_fail(error)
        except BaseException as error:  # noqa: BLE001
            # Whatever a source, a store or an interpreter that ends raises: a flight lands.
            self._flight.fail(unexpected_error(error))
        else:
            self._flight.succeed(obtained)

    def _try_again_or_fail(self, error: AuthError) -> None:
        try:
            wait_seconds = self._wait_seconds(error)
            if wait_seconds is not None:
                self._spent_seconds += wait_seconds
                self._runtime.scheduler.call_at(
                    self._runtime.clock.running() + wait_seconds, self._again
                )
                return
        except BaseException as no_timer:  # noqa: BLE001
            # The error at hand says more than that there is no timer for another attempt.
            error.__cause__ = error.__cause__ or no_timer
        self._flight.fail(error)

    def _wait_seconds(self, error: AuthError) -> float | None:
        """How long to wait before another attempt; None if there is none."""
        policy = self._recipe.policy
        if (
            self._count >= policy.max_attempts
            or not error.retryable
            or self._situation.looking is not None
        ):
            return None
        if isinstance(error, RateLimitedError) and error.retry_at is not None:
            wait = max(0.0, error.retry_at - self._runtime.clock.wall())
        else:
            wait = attempt_delay_seconds(self._delay_seconds, policy, self._runtime.draw())
            self._delay_seconds = wait
        return wait if self._spent_seconds + wait < policy.flight_seconds else None

    def _obtain(self) -> Obtained:
        store, policy = self._recipe.store, self._recipe.policy
        if store is not None and (found := self._find(store)) is not None:
            return found
        if self._situation.looking is not None:
            # Whoever has the lock is asking now, and may have an answer in a moment.
            if store is not None:
                with store.lock(self._key, min(policy.lock_seconds, _LOOK_SECONDS)):
                    found = self._find(store)
                if found is not None:
                    return found
            raise self._situation.looking.copy()
        self._respect(self._situation.refusal)
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
        situation = self._situation
        if situation.fresh:
            return None
        token = store.load(self._key)
        if token is None:
            return None
        if situation.rejected is not None and token.value == situation.rejected.value:
            store.delete(self._key, token)
            return None
        now = self._runtime.clock.wall()
        if not is_usable_when_found(token, now, self._recipe.policy):
            return None
        known = situation.known
        if known is not None and (
            token.value == known.value
            or (
                token.issued_at <= known.issued_at
                and now < usable_until(known, self._recipe.policy)
            )
        ):
            return None
        return Obtained(token, stored=True)

    def _ask(self, store: StoreAccess | None) -> Obtained:
        """Ask the endpoint, unless somebody who had the lock before did, or was refused."""
        refusal = self._own_refusal or self._situation.refusal
        if store is not None:
            if (found := self._find(store)) is not None:
                return found
            refusal = store.load_refusal(self._key) or refusal
            self._respect(refusal)
        begin = self._runtime.clock.running()
        try:
            # Once for all attempts: the answers belong to what the first one sent.
            self._credentials = read_for_request(self._credentials)
            token = self._recipe.endpoint.request_token(
                self._credentials,
                time_limit_seconds=max(
                    1.0, self._recipe.policy.flight_seconds - self._spent_seconds
                ),
            )
        except AuthError as error:
            self._spent_seconds += self._runtime.clock.running() - begin
            raise self._refused(error, refusal, store) from error.__cause__
        if store is not None:
            store.save(self._key, token)
            if refusal is not None:
                store.save_refusal(self._key, None)
        return Obtained(token, stored=False)

    def _respect(self, refusal: Refusal | None) -> None:
        """Leave the endpoint alone while ``refusal`` is in force."""
        if (
            refusal is not None
            # This flight has waited for as long as its own says.
            and refusal != self._own_refusal
            and not self._situation.fresh
            and in_force(refusal, self._runtime.clock.wall(), self._recipe.policy)
            and refusal.concerns(self._credentials)
        ):
            raise refusal_error(refusal, self._credentials)

    def _refused(
        self, error: AuthError, previous: Refusal | None, store: StoreAccess | None
    ) -> AuthError:
        """``error`` with the time of the next try, which is shared through the store."""
        now, policy = self._runtime.clock.wall(), self._recipe.policy
        if previous is not None and not previous.concerns(self._credentials):
            previous = None
        count = times_in_a_row(previous, "refused", now)
        if isinstance(error, TokenEndpointUnreachable) and error.timed_out and count > 1:
            # Camunda SaaS lets refused credentials wait for 30 s instead of refusing them again.
            count -= 1
            error = InvalidClientError(
                f"The client {self._credentials.client_id!r} was refused a short while ago, and "
                "now its request was left without an answer, as Camunda SaaS does with refused "
                "credentials. Check the client id and secret."
            )
        if isinstance(error, InvalidClientError):
            wait = cooldown_seconds("refused", count, policy)
            refusal = Refusal.of(self._credentials, until=now + wait, kind="refused", count=count)
        elif isinstance(error, RateLimitedError):
            count = times_in_a_row(previous, "rate_limited", now)
            wait = cooldown_seconds("rate_limited", count, policy)
            until = now + wait if error.retry_at is None else error.retry_at
            until = min(until, now + longest_refusal_seconds("rate_limited", policy))
            refusal = Refusal.of(self._credentials, until=until, kind="rate_limited", count=count)
            error = patience_error(error, refusal, shares_tokens=store is not None)
        else:
            return error
        error.retry_at = refusal.until
        self._own_refusal = refusal
        if store is not None:
            store.save_refusal(self._key, refusal)
        return error

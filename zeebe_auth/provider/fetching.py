"""The provider around anybody's fetcher: a token in memory, and what keeps one there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zeebe_auth.arguments import check_part, refuse_type
from zeebe_auth.clock import Clock
from zeebe_auth.concurrency.event_loop import require_asyncio
from zeebe_auth.concurrency.flights import Waiter
from zeebe_auth.concurrency.process import process_runtime
from zeebe_auth.events import EventHook
from zeebe_auth.explanation import Explanation
from zeebe_auth.protocols import TokenFetcher, TokenStore
from zeebe_auth.provider.closing import ClosingProvider
from zeebe_auth.provider.fetcher_requester import FetcherRequester
from zeebe_auth.provider.keeper import TokenKeeper
from zeebe_auth.provider.parts import EventSink, ProviderParts, StoreAccess
from zeebe_auth.provider.policy import RefreshPolicy
from zeebe_auth.provider.requester import Requester
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken

_FETCHERS = "an object with identity() and fetch(*, timeout), see zeebe_auth.TokenFetcher,"


def check_parts(taker: str, store: object, policy: object, on_event: object) -> None:
    """Refuse parts of the wrong type; None is a part that isn't given.

    Args:
        taker: The function they were passed to, for an error.
        store: See `FetchingCredentialsProvider`, as for the others.
        policy: See there.
        on_event: See there.

    Raises:
        TypeError: One is of the wrong type.
    """
    if store is not None:
        stores = "FileStore(), MemoryStore() or another object with load(), save() and delete()"
        check_part(store, f"store of {taker}", ("load", "save", "delete"), stores)
    if policy is not None and not isinstance(policy, RefreshPolicy):
        refuse_type(policy, f"policy of {taker}", "RefreshPolicy(…)")
    if on_event is not None and not callable(on_event):
        refuse_type(on_event, f"on_event of {taker}", "a function that takes an Event")


@public_class("zeebe_auth")
class FetchingCredentialsProvider(ClosingProvider):
    """Access tokens from anybody's fetcher, always at hand.

    A call waits for a token only while there is no usable one. All threads, tasks and event loops
    share one fetch, and its failure; a store with a lock shares it between processes too. It is
    safe to use from any of them, and after a fork. It pickles as its recipe, without a token.

    Args:
        fetcher: Gets one token when it is asked, on a worker thread.
        store: Where tokens are kept beyond this process; None keeps them in memory alone.
        policy: When to refresh, to retry and to leave the server alone.
        on_event: Told what happens around tokens, on a worker thread. What it raises is dropped.

    Raises:
        TypeError: An argument is of the wrong type.
    """

    _raises_auth_errors = True
    _asks: Any
    """The fetcher, or what another kind of provider has instead: the first argument."""

    def __init__(
        self,
        fetcher: TokenFetcher,
        *,
        store: TokenStore | None = None,
        policy: RefreshPolicy | None = None,
        on_event: EventHook | None = None,
    ) -> None:
        check_part(
            fetcher, "fetcher of FetchingCredentialsProvider", ("identity", "fetch"), _FETCHERS
        )
        check_parts("FetchingCredentialsProvider", store, policy, on_event)
        self._asks = fetcher
        self._set_up(lambda _clock: FetcherRequester(fetcher), store, policy, on_event)

    def _set_up(
        self,
        make_requester: Callable[[Clock], Requester],
        store: TokenStore | None,
        policy: RefreshPolicy | None,
        on_event: EventHook | None,
    ) -> None:
        runtime = process_runtime()
        self._runtime = runtime
        self._now = runtime.clock.running
        self._emit = EventSink(on_event)
        self._store = store
        self._parts = ProviderParts(
            make_requester(runtime.clock),
            None if store is None else StoreAccess(store, self._now, self._emit),
            policy or RefreshPolicy(),
            self._emit,
        )
        self._keeper = TokenKeeper(runtime, self._parts)
        self._runs_on_asyncio = False
        runtime.keepers.add(self._keeper)

    def get_token(self, *, timeout: float | None = None) -> AccessToken:
        """A token to use now. It blocks only while there is no usable one.

        Args:
            timeout: Seconds to wait for one at most; None waits until the request has ended,
                which it does by itself.

        Raises:
            TokenTimeout: It did not come within ``timeout``; the request goes on.
            AuthError: There is none: see the tree in `zeebe_auth.errors`.
        """
        slot = self._keeper.slot
        if self._now() < slot.fresh_until:
            slot.handed_out = True
            return slot.token  # type: ignore[return-value]  # there is one while it is fresh
        found = self._keeper.token_or_waiter()
        if not isinstance(found, Waiter):
            return found
        with self._runtime.workers.waiting():
            return found.wait(timeout, self._asked)

    async def get_token_async(self, *, timeout: float | None = None) -> AccessToken:
        """As `get_token`, on any event loop of asyncio, without blocking it.

        Cancelling it gives up this caller's wait, not the request that others wait for.

        Raises:
            ConfigurationError: It is not asyncio that runs it, but trio or another library. The
                first call says so, whether there is a token at hand or not.
            TokenTimeout: As for `get_token`.
            AuthError: As there.
        """
        slot = self._keeper.slot
        if self._now() < slot.fresh_until and self._runs_on_asyncio:
            slot.handed_out = True
            return slot.token  # type: ignore[return-value]  # there is one while it is fresh
        require_asyncio("get_token_async")
        self._runs_on_asyncio = True
        found = self._keeper.token_or_waiter()
        if not isinstance(found, Waiter):
            return found
        with self._runtime.workers.waiting():
            return await found.wait_async(timeout, self._asked)

    def _asked(self) -> str | None:
        return self._parts.requester.asked

    def current_token(self) -> AccessToken | None:
        """The token in memory if it may be used now, else None. It never blocks."""
        slot = self._keeper.slot
        if self._now() < slot.fresh_until:
            slot.handed_out = True
            return slot.token
        return self._keeper.current_token()

    def fetch_token(self, *, timeout: float | None = None) -> AccessToken:
        """A token asked from the endpoint now, past stored tokens and cooldowns.

        For a person who waits at a prompt: a login, a diagnosis. A program that calls it in a
        loop will be rate limited.

        Raises:
            TokenTimeout: It did not come within ``timeout`` seconds; the request goes on.
            AuthError: There is none.
        """
        waiter = self._keeper.fetch()
        with self._runtime.workers.waiting():
            return waiter.wait(timeout, self._asked)

    def invalidate(self, token: AccessToken, *, accepted: bool = False) -> None:
        """The server refused ``token``: forget it, if it is still the current one.

        It works on memory alone and never blocks; the next flight cleans the store. While the
        tokens fetched after it are refused too, a token stays for 5, 10, … 60 s: then the
        server's refusal goes to the caller instead of asking for a token per call.

        Args:
            token: The token.
            accepted: Whether the server had accepted this token before, on the channel that was
                refused now. Then it was revoked rather than never good, and it is forgotten at
                once, three times in 60 s at most.
        """
        self._keeper.invalidate(token, accepted=accepted)

    def explain(self) -> Explanation:
        """What was tried for credentials, which won, and how the token fares. No secret.

        It reads the source and the store, and asks no endpoint.
        """
        from zeebe_auth.provider.explain import explain

        slot, cooldown = self._keeper.slot, self._keeper.cooldown
        token = None if slot.is_rejected else slot.token
        now, failure = self._runtime.clock.wall(), cooldown.failure
        left = cooldown.seconds_left(self._now())
        cooling = (now + left, failure) if left and failure is not None else None
        return explain(self._parts, token, cooling, now)

    def close(self) -> None:
        """Forget the token in memory and stop refreshing. Stored tokens stay."""
        self._keeper.close()
        self._parts.requester.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._asks!r}, store={self._store!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (type(self), self._asks, self._settings())

    def _settings(self) -> dict[str, Any]:
        """The keyword arguments with which it is made again."""
        policy, hook = self._parts.policy, self._emit.hook
        return {"store": self._store, "policy": policy, "on_event": hook}


def _remake(
    kind: type[FetchingCredentialsProvider], asks: Any, settings: dict[str, Any]
) -> FetchingCredentialsProvider:
    return kind(asks, **settings)

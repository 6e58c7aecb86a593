"""Makes providers of other libraries' credentials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zeebe_auth.arguments import check_text
from zeebe_auth.events import EventHook
from zeebe_auth.fetchers.adopted import AdoptedFetcher, fetcher_for
from zeebe_auth.protocols import TokenStore
from zeebe_auth.provider.closing import ClosingProvider
from zeebe_auth.provider.fetcher_requester import FetcherRequester
from zeebe_auth.provider.fetching import FetchingCredentialsProvider, check_parts
from zeebe_auth.provider.policy import RefreshPolicy


def adopt(
    credential: Any,
    *,
    scopes: Sequence[str] | str = (),
    identity: str | None = None,
    close: bool = False,
    store: TokenStore | None = None,
    policy: RefreshPolicy | None = None,
    on_event: EventHook | None = None,
) -> FetchingCredentialsProvider:
    """Make a provider of another library's credential, or of a function.

    Taken are azure-core's ``TokenCredential`` and ``AsyncTokenCredential`` (azure-identity's, for
    example), google-auth's ``Credentials``, and functions without arguments, async ones too, that
    return the token as a str or an `AccessToken`. They keep tokens by themselves: the provider
    asks them again when they say that they refresh, else 5 minutes before the token's end, and
    the same token again is no failure. After a server's refusal it counts as none.

    All are called on worker threads. What is async runs on one private event loop on a thread of
    its own, for as long as the provider is open.

    Args:
        credential: What to adopt.
        scopes: What the tokens are for; a str holds several, divided by spaces. Azure needs them,
            Google takes them, a function has none.
        identity: Whose tokens they are, such as "orders-service in tenant contoso". Needed with a
            store: tokens of one identity are taken for one another.
        close: Whether to close the credential with the provider, if it has a ``close``.
        store: Where tokens are kept beyond this process; None keeps them in memory alone.
        policy: When to retry and to leave the credential alone.
        on_event: Told what happens around tokens.

    Raises:
        TypeError: It can't be adopted, or an argument doesn't suit it.
    """
    if isinstance(credential, ClosingProvider):
        raise TypeError(f"{type(credential).__name__} is a provider already. Pass it as it is.")
    check_text(identity, "identity of adopt")
    if store is not None and not identity:
        raise TypeError(
            "A store needs to know whose tokens it keeps. Pass identity=…, a name that is the same "
            "in all processes that may share them and in no others."
        )
    named = tuple(scopes.split()) if isinstance(scopes, str) else tuple(scopes)
    fetcher = fetcher_for(credential, named, identity)
    return _AdoptedProvider(fetcher, store, policy, on_event, close=close)


class _AdoptedProvider(FetchingCredentialsProvider):
    """Ends the fetcher, which is nobody else's, with itself."""

    def __init__(
        self,
        fetcher: AdoptedFetcher,
        store: TokenStore | None,
        policy: RefreshPolicy | None,
        on_event: EventHook | None,
        *,
        close: bool,
    ) -> None:
        check_parts("adopt", store, policy, on_event)
        self._asks = fetcher
        self._closes_credential = close
        requester = FetcherRequester(fetcher, fetcher.named)
        self._set_up(lambda _clock: requester, store, policy, on_event)

    def close(self) -> None:
        super().close()
        self._asks.close(whole=self._closes_credential)

    def __repr__(self) -> str:
        return f"adopt({self._asks!r}, store={self._store!r})"

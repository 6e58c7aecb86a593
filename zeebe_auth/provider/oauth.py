"""The OAuth provider: a token endpoint's tokens, for the client that a source names."""

from __future__ import annotations

from typing import Any

from zeebe_auth.arguments import check_source, refuse_type
from zeebe_auth.clock import Clock
from zeebe_auth.events import EventHook
from zeebe_auth.protocols import CredentialSource, TokenStore
from zeebe_auth.provider.fetching import FetchingCredentialsProvider, check_parts
from zeebe_auth.provider.oauth_requester import OAuthRequester
from zeebe_auth.provider.policy import RefreshPolicy
from zeebe_auth.public_class import public_class
from zeebe_auth.token_endpoint import TokenEndpoint, TokenTransport


def check_transport(taker: str, transport: object) -> None:
    """Refuse what is no `TokenTransport`; None is one that isn't given.

    Raises:
        TypeError: It is of another type.
    """
    if transport is not None and not isinstance(transport, TokenTransport):
        refuse_type(transport, f"transport of {taker}", "TokenTransport(…)")


@public_class("zeebe_auth")
class OAuthCredentialsProvider(FetchingCredentialsProvider):
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

    Raises:
        TypeError: An argument is of the wrong type.
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
        check_source(source, "source of OAuthCredentialsProvider")
        check_parts("OAuthCredentialsProvider", store, policy, on_event)
        check_transport("OAuthCredentialsProvider", transport)
        self._asks = source
        self._transport = transport or TokenTransport()
        self._set_up(self._requester, store, policy, on_event)

    def _requester(self, clock: Clock) -> OAuthRequester:
        endpoint = TokenEndpoint(self._transport, clock=clock)
        return OAuthRequester(self._asks, self._transport, endpoint)

    def _settings(self) -> dict[str, Any]:
        return {**super()._settings(), "transport": self._transport}

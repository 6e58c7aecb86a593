"""The parts of a provider, and which threads are at work with them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.events import Event
from zeebe_auth.protocols import CredentialSource
from zeebe_auth.provider.parts import StoreAccess
from zeebe_auth.provider.policy import RefreshPolicy
from zeebe_auth.token_endpoint import TokenEndpoint

__all__ = ["Recipe"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a provider is made of.

    Args:
        source: Who the client is.
        store: Where tokens are kept beyond this process.
        endpoint: Where tokens are asked for.
        policy: The numbers.
        emit: Where events go.
        threads: The threads that are calling source, store or hook for this provider.
    """

    source: CredentialSource
    store: StoreAccess | None
    endpoint: TokenEndpoint
    policy: RefreshPolicy
    emit: Callable[[Event], None]
    threads: set[int] = field(default_factory=set)

    @contextmanager
    def at_work(self) -> Iterator[None]:
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

    def check_not_at_work(self) -> None:
        """Refuse to let this thread wait for itself.

        Raises:
            ConfigurationError: It is at work for this provider's token.
        """
        if threading.get_ident() in self.threads:
            raise ConfigurationError(
                "The source, store or event hook of a provider asked that provider for a token "
                "while it was needed to get one. Give it a provider of its own."
            )

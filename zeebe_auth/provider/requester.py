"""Who asks for tokens: what a token endpoint's client and anybody's fetcher have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple, Protocol, Self

from zeebe_auth.concurrency.threads import Foreign
from zeebe_auth.explanation import Explanation
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey


class Wording(NamedTuple):
    """What errors say of a request, in sentences and parts of sentences.

    Args:
        client: Who asked, the beginning of a sentence: "The client 'x'".
        refused: That it was refused.
        unless: What ends the refusal early.
        advice: What to check after a refusal, a sentence.
        rate_limited: That it is rate limited.
        gave: Who gave a token to whom.
        longer_lifetime: How to get tokens that live longer, a sentence without its full stop.
        asked: What is not asked again, the beginning of a sentence.
    """

    client: str
    refused: str
    unless: str
    advice: str
    rate_limited: str
    gave: str
    longer_lifetime: str
    asked: str


class Identity(Protocol):
    """Whose tokens one flight asks for, as it was when the flight began."""

    @property
    def key(self) -> TokenKey:
        """What its tokens are kept under."""
        ...

    @property
    def name(self) -> str:
        """Who it is, for people."""
        ...

    @property
    def server(self) -> str | None:
        """What is asked, if that is known: requests to one server share threads."""
        ...

    @property
    def wording(self) -> Wording:
        """What errors say of its requests."""
        ...

    def fingerprint(self, salt: str) -> str:
        """What tells the proof of this identity from another one, without showing it."""
        ...

    def read(self) -> Self:
        """Return it with all that is sent read once, for all attempts of a flight.

        Raises:
            AuthError: Something can't be read.
        """
        ...

    def unread(self) -> Self:
        """Return it without what was read for a request, so that it is read again.

        Raises:
            AuthError: What says whose tokens they are can't be read.
        """
        ...

    def request_token(
        self, *, time_limit_seconds: float, rejected: AccessToken | None
    ) -> AccessToken:
        """Make one attempt at a token.

        Args:
            time_limit_seconds: How long it may take.
            rejected: The token that a server refused last, if one did.

        Raises:
            AuthError: There is none.
        """
        ...

    def look_again_at(self, token: AccessToken) -> float | None:
        """From when on another token than ``token`` is to be had, in epoch seconds, if known."""
        ...


class Requester(ABC):
    """Finds out whose tokens to ask for, at the start of each flight."""

    foreign: Foreign
    """Whose code says so."""

    @property
    def asked(self) -> str | None:
        """What was asked last and has given no token yet, for people."""
        return None

    @property
    def clock_ahead_seconds(self) -> float | None:
        """How far the clock of the server that gave the last token was ahead of this machine's.

        It is negative if it was behind, and None if that isn't known.
        """
        return None

    @abstractmethod
    def identify(self) -> Identity:
        """Whose tokens to ask for now. It is called on worker threads.

        Raises:
            AuthError: It can't be told.
        """

    @abstractmethod
    def describe(self) -> tuple[Explanation, Identity | None]:
        """What was tried to find the identity, for a report, and the identity if there is one."""

    def close(self) -> None:
        """Forget what is kept between requests."""
        return

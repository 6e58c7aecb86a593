"""Asks anybody's fetcher for tokens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self, TypeVar

from zeebe_auth.arguments import finite_number, takes_keyword
from zeebe_auth.concurrency.threads import Foreign, foreign_code
from zeebe_auth.errors import AuthError, ConfigurationError, TokenResponseError
from zeebe_auth.explanation import Explanation
from zeebe_auth.finding import Finding
from zeebe_auth.protocols import CachedTokenFetcher, ProvingTokenFetcher, TokenFetcher
from zeebe_auth.provider.requester import Requester, Wording
from zeebe_auth.secret import Secret
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

FETCH_SECONDS = 10.0
"""How long one `fetch` may take: as long as a request to a token endpoint."""

_Answer = TypeVar("_Answer")


class FetcherRequester(Requester):
    """Calls a fetcher so that nothing but an `AuthError` comes out of it.

    Args:
        fetcher: Anyone's.
        named: What it is called, for people; None goes by its class.
    """

    def __init__(self, fetcher: TokenFetcher, named: str | None = None) -> None:
        self.fetcher = fetcher
        self.named = named or f"token fetcher {self._name}"
        self.foreign = Foreign.of("token fetcher", fetcher)
        self._takes_rejected = takes_keyword(fetcher.fetch, "rejected")
        self._asked: str | None = None

    @property
    def asked(self) -> str | None:
        return self._asked

    def identify(self) -> FetcherIdentity:
        key = self._called(self.fetcher.identity)
        if not isinstance(key, TokenKey):
            raise ConfigurationError(
                f"{self._name}.identity() returned {type(key).__name__} instead of a TokenKey. "
                "Return TokenKey.for_identity(…)."
            )
        return FetcherIdentity(key, self._proof(), self)

    def _proof(self) -> Secret | None:
        fetcher = self.fetcher
        if not isinstance(fetcher, ProvingTokenFetcher):
            return None
        proof = self._called(fetcher.proof)
        if proof is not None and not isinstance(proof, Secret):
            kind = type(proof).__name__
            del proof
            raise ConfigurationError(
                f"{self._name}.proof() returned {kind} instead of a Secret. Return Secret(…)."
            )
        return proof

    def describe(self) -> tuple[Explanation, FetcherIdentity | None]:
        finding = Finding(self.named, "chosen")
        try:
            identity = self.identify()
        except AuthError as error:
            return Explanation(findings=(finding,), problem=error.message), None
        explanation = Explanation(
            findings=(finding,), identity=identity.key.label, origin=finding.subject
        )
        return explanation, identity

    def fetch(
        self, key: TokenKey, time_limit_seconds: float, rejected: AccessToken | None
    ) -> AccessToken:
        """One token of the fetcher.

        Raises:
            AuthError: The fetcher raised that.
            TokenResponseError: It raised anything else, or gave no token, or again the one that a
                server has refused.
        """
        seconds = min(time_limit_seconds, FETCH_SECONDS)
        told = {"rejected": rejected} if self._takes_rejected else {}
        self._asked = f"The {self.named}"
        token = self._called(lambda: self.fetcher.fetch(timeout=seconds, **told))
        self._asked = None
        if not isinstance(token, AccessToken):
            if hasattr(token, "close"):
                token.close()  # a coroutine that nobody awaits
            raise TokenResponseError(
                f"{self._name}.fetch() returned {type(token).__name__} instead of an AccessToken. "
                "Return AccessToken(…) with the token and its expires_at."
            )
        if rejected is not None and token.value == rejected.value:
            raise TokenResponseError(
                f"The {self.named} gave the token for {key.label} again that the "
                "server has refused. Whoever keeps tokens behind it has no other one yet."
            )
        return token

    def look_again_at(self, token: AccessToken) -> float | None:
        fetcher = self.fetcher
        if not isinstance(fetcher, CachedTokenFetcher):
            return None
        # A hint that is wrong must not cost anybody the token.
        with suppress(AuthError):
            return finite_number(self._called(lambda: fetcher.look_again_at(token)))
        return None

    @property
    def _name(self) -> str:
        return type(self.fetcher).__name__

    def _called(self, call: Callable[[], _Answer]) -> _Answer:
        try:
            with foreign_code(self.foreign):
                return call()
        except (AuthError, KeyboardInterrupt):
            raise
        except BaseException as error:  # SystemExit must not end a worker, either
            raise TokenResponseError(
                f"The {self.named} failed with {type(error).__name__}; see the error's cause."
            ) from error


@dataclass(frozen=True, slots=True)
class FetcherIdentity:
    """The identity that a fetcher has told."""

    key: TokenKey
    proof: Secret | None
    requester: FetcherRequester

    @property
    def name(self) -> str:
        return self.key.label

    @property
    def server(self) -> None:
        return None

    @property
    def wording(self) -> Wording:
        who = f"The {self.requester.named}"
        return Wording(
            client=who,
            refused=f"{who} was refused a token for {self.key.label}",
            unless="what it logs in with changes",
            advice="Check that.",
            rate_limited=f"{who} is rate limited",
            gave=f"{who} gave",
            longer_lifetime="Let it ask for tokens that live longer",
            asked="It",
        )

    def fingerprint(self, salt: str) -> str:
        import hmac

        proof = "" if self.proof is None else self.proof.reveal()
        text = f"{self.key.digest} {proof}".encode("utf-8", "surrogatepass")
        # As short as that of `ClientCredentials`: it says nothing useful of the proof.
        return hmac.new(salt.encode(), text, "sha256").hexdigest()[:8]

    def read(self) -> Self:
        return self

    def unread(self) -> Self:
        return self

    def request_token(
        self, *, time_limit_seconds: float, rejected: AccessToken | None
    ) -> AccessToken:
        return self.requester.fetch(self.key, time_limit_seconds, rejected)

    def look_again_at(self, token: AccessToken) -> float | None:
        return self.requester.look_again_at(token)

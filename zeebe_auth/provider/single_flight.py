"""One flight's errand: the source is read, then the flight of that identity joined or flown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from zeebe_auth.concurrency.flights import Flight
from zeebe_auth.concurrency.process import Runtime
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.reading import read_for_key, unread
from zeebe_auth.errors import (
    AuthError,
    ConfigurationError,
    InvalidClientError,
)
from zeebe_auth.events import Event, EventKind
from zeebe_auth.protocols import CredentialSource
from zeebe_auth.provider.attempts import Attempts, Obtained, Situation
from zeebe_auth.provider.failures import no_thread_error, unexpected_error
from zeebe_auth.provider.recipe import Recipe
from zeebe_auth.small_files import read_together
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

__all__ = ["Outcome", "TokenRequest", "load_source"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended, and for whom it was made, if it came so far."""

    result: Obtained | AuthError
    credentials: ClientCredentials | None = None
    key: TokenKey | None = None


def load_source(source: CredentialSource) -> ClientCredentials:
    """The source's credentials, with the tokens read that say whose they are.

    A foreign error becomes one of ours, without its text.
    """
    try:
        # What they name may be of one mount with what they are read from.
        return read_together(lambda: _loaded(source), f"source {type(source).__name__}")
    except AuthError:
        raise
    except (Exception, SystemExit) as error:
        raise ConfigurationError(
            f"The credential source {type(source).__name__} failed with "
            f"{type(error).__name__}; see the error's cause."
        ) from error


def _loaded(source: CredentialSource) -> ClientCredentials:
    credentials = source.load()
    if not isinstance(credentials, ClientCredentials):
        raise ConfigurationError(
            f"The credential source {type(source).__name__} gave a {type(credentials).__name__}, "
            "not ClientCredentials. Correct its load()."
        )
    return read_for_key(credentials)


class TokenRequest:
    """Runs on worker threads, an attempt at a time; waits between attempts hold no thread.

    Args:
        runtime: The process's clock, workers, timer and flights.
        recipe: The provider's parts.
        situation: What the provider knows.
        land: Told the outcome, once, on a worker thread.
    """

    def __init__(
        self,
        runtime: Runtime,
        recipe: Recipe,
        situation: Situation,
        land: Callable[[Outcome], None],
    ) -> None:
        self._runtime = runtime
        self._recipe = recipe
        self._situation = situation
        self._land = land
        self._ended = False
        self._alone = False
        self._reread = False
        self._credentials: ClientCredentials | None = None
        self._endpoint: str | None = None
        self._key: TokenKey | None = None

    def start(self) -> None:
        """Send it off; it returns at once."""
        self._submit(self._begin)

    def _submit(self, task: Callable[[], None]) -> None:
        credentials = self._credentials or self._situation.credentials
        self._endpoint = None if credentials is None else credentials.authority_url
        try:
            self._runtime.workers.submit(
                partial(self._guarded, task),
                slow=self._situation.failing,
                endpoint=self._endpoint,
            )
        except (RuntimeError, MemoryError) as error:
            self._fail(no_thread_error(error))

    def _guarded(self, task: Callable[[], None]) -> None:
        try:
            with self._recipe.at_work():
                task()
        except AuthError as error:
            self._fail(error)
        except BaseException as error:  # noqa: BLE001
            # Those who wait are told whatever happens.
            self._fail(unexpected_error(error))

    def _fail(self, error: AuthError) -> None:
        self._end(Outcome(error, self._credentials, self._key))

    def _end(self, outcome: Outcome) -> None:
        if not self._ended:
            self._ended = True
            self._land(outcome)

    def _begin(self, loaded: ClientCredentials | None = None) -> None:
        situation = self._situation
        known = situation.credentials if situation.looking is not None else None
        credentials = known or loaded or self._load()
        self._credentials = credentials
        self._key = key = TokenKey.of(credentials)
        self._situation = situation = _that_concerns(self._situation, key)
        store = self._recipe.store
        if store is None or self._alone:
            flight, mine = Flight[Obtained](), True
        else:
            name = (
                key.digest,
                _identity(store.store),
                credentials.fingerprint(self._runtime.salt),
                situation.fresh,
                situation.looking is not None,
            )
            flight, mine = self._runtime.flights.join(name)
        flight.add_done_callback(self._landed)
        if mine:
            try:
                Attempts(self._runtime, self._recipe, situation, credentials, key, flight).start(
                    here=credentials.authority_url == self._endpoint
                )
            except BaseException as error:  # noqa: BLE001
                # Others may have joined it.
                flight.fail(unexpected_error(error))

    def _load(self) -> ClientCredentials:
        try:
            return load_source(self._recipe.source)
        except AuthError as error:
            earlier = self._situation.credentials
            if earlier is None or isinstance(error, ConfigurationError):
                raise
            # A keychain that is locked for a while is no reason to go without a token.
            self._recipe.emit(
                Event(
                    EventKind.SOURCE_TROUBLE,
                    earlier.client_id,
                    error=type(error).__name__,
                    detail=f"The credentials read before are used: {error.message}",
                )
            )
            # The source can't be read; the files that it named before can.
            return read_for_key(unread(earlier))

    def _landed(self, flight: Flight[Obtained]) -> None:
        self._guarded(partial(self._take, flight))

    def _take(self, flight: Flight[Obtained]) -> None:
        error = flight.error
        if error is None:
            obtained = flight.result()
            if obtained.stored and not self._alone and not self._is_news(obtained.token):
                # Somebody else's flight brought home what this one must not accept.
                self._alone = True
                self._submit(self._begin)
                return
            self._end(Outcome(obtained, self._credentials, self._key))
        elif isinstance(error, InvalidClientError) and not self._reread and self._is_new(error):
            self._reread = True
            self._submit(partial(self._read_again, error.copy()))
        else:
            self._fail(error.copy())

    def _is_new(self, error: AuthError) -> bool:
        """Whether the refusal is another one than that for which the source was read just now."""
        refusal = self._situation.refusal
        return refusal is None or refusal.until != error.retry_at

    def _is_news(self, token: AccessToken) -> bool:
        situation = self._situation
        return all(
            old is None or token.value != old.value for old in (situation.known, situation.rejected)
        )

    def _read_again(self, error: AuthError) -> None:
        """Refused credentials may have been corrected meanwhile: then one more try at once."""
        refused = self._credentials
        changed = self._load()
        salt = self._runtime.salt
        if refused is None or (
            changed.fingerprint(salt) == refused.fingerprint(salt)
            and TokenKey.of(changed) == self._key
        ):
            self._fail(error)
        else:
            self._begin(changed)


def _that_concerns(situation: Situation, key: TokenKey) -> Situation:
    """What is known of tokens and refusals, without that of an identity given up since."""
    if situation.identity != key:
        situation = replace(situation, known=None)
    earlier = situation.credentials
    if earlier is not None and TokenKey.of(earlier) != key:
        situation = replace(situation, refusal=None)
    return situation


def _identity(store: object) -> object:
    """Stores that compare equal are one store; those that can't be hashed are each their own."""
    try:
        hash(store)
    except Exception:  # noqa: BLE001
        return id(store)
    return store

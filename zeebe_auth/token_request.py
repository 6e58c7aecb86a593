"""One flight's errand: the source is read, then the flight of that identity joined or flown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from zeebe_auth.attempts import (
    Attempts,
    Obtained,
    Recipe,
    Situation,
    refusal_error,
    unexpected_error,
)
from zeebe_auth.credentials import ClientCredentials
from zeebe_auth.errors import (
    AuthError,
    ConfigurationError,
    InvalidClientError,
    TokenEndpointUnreachable,
)
from zeebe_auth.events import Event, EventKind
from zeebe_auth.flights import Flight
from zeebe_auth.protocols import CredentialSource
from zeebe_auth.runtime import Runtime
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

__all__ = ["Outcome", "TokenRequest", "load_source"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended: with ``obtained`` or with ``error``."""

    credentials: ClientCredentials | None
    key: TokenKey | None
    obtained: Obtained | None = None
    error: AuthError | None = None


def load_source(source: CredentialSource) -> ClientCredentials:
    """The source's credentials; a foreign error becomes one of ours, without its text."""
    try:
        return source.load()
    except AuthError:
        raise
    except Exception as error:
        raise ConfigurationError(
            f"The credential source {type(source).__name__} failed with "
            f"{type(error).__name__}; see the error's cause."
        ) from error


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
        self._alone = False
        self._reread = False
        self._credentials: ClientCredentials | None = None
        self._key: TokenKey | None = None

    def start(self) -> None:
        """Send it off; it returns at once."""
        self._submit(self._begin)

    def _submit(self, task: Callable[[], None]) -> None:
        try:
            self._runtime.workers.submit(partial(self._guarded, task))
        except RuntimeError as error:
            self._fail(TokenEndpointUnreachable(f"No thread could be started: {error}."))

    def _guarded(self, task: Callable[[], None]) -> None:
        try:
            task()
        except AuthError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001
            self._fail(unexpected_error(error))

    def _fail(self, error: AuthError) -> None:
        self._land(Outcome(self._credentials, self._key, error=error))

    def _begin(self) -> None:
        credentials = self._load()
        self._credentials = credentials
        self._key = key = TokenKey.of(credentials)
        situation = self._situation
        refusal = situation.refusal
        if (
            refusal is not None
            and not situation.fresh
            and self._runtime.clock.wall() < refusal.until
            and refusal.concerns(credentials)
        ):
            raise refusal_error(refusal, credentials)
        store = self._recipe.store
        if store is None or self._alone:
            flight, mine = Flight[Obtained](), True
        else:
            name = (
                key.digest,
                _identity(store.store),
                credentials.fingerprint(self._runtime.salt),
                situation.fresh,
            )
            flight, mine = self._runtime.flights.join(name)
        flight.add_done_callback(self._landed)
        if mine:
            Attempts(self._runtime, self._recipe, situation, credentials, key, flight).start()

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
            return earlier

    def _landed(self, flight: Flight[Obtained]) -> None:
        error = flight.error
        if error is None:
            obtained = flight.result()
            if obtained.stored and not self._alone and not self._is_news(obtained.token):
                # Somebody else's flight brought home what this one must not accept.
                self._alone = True
                self._submit(self._begin)
                return
            self._land(Outcome(self._credentials, self._key, obtained=obtained))
        elif isinstance(error, InvalidClientError) and not self._reread:
            self._reread = True
            self._submit(partial(self._read_again, error.copy()))
        else:
            self._fail(error.copy())

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
        if refused is None or changed.fingerprint(salt) == refused.fingerprint(salt):
            self._fail(error)
        else:
            self._begin()


def _identity(store: object) -> object:
    """Stores that compare equal are one store; those that can't be hashed are each their own."""
    try:
        hash(store)
    except TypeError:
        return id(store)
    return store

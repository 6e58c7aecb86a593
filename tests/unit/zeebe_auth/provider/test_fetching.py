"""The policy around anybody's fetcher: one flight, cache, refresh, cooldown, errors."""

from __future__ import annotations

import asyncio
import pickle
from collections import deque
from dataclasses import dataclass, field

import pytest

from zeebe_auth import (
    AccessToken,
    ConfigurationError,
    FetchingCredentialsProvider,
    FileStore,
    InvalidClientError,
    MemoryStore,
    OAuthCredentialsProvider,
    RateLimitedError,
    RefreshPolicy,
    Secret,
    TokenEndpointUnreachable,
    TokenKey,
    TokenResponseError,
)


@dataclass(eq=False)
class Login:
    """A login call of somebody's own, on the test's clock."""

    drivers: object
    user: str = "root"
    answers: deque = field(default_factory=deque)
    timeouts: list[float] = field(default_factory=list)
    lifetime: float = 1000.0

    def identity(self) -> TokenKey:
        return TokenKey.for_identity("login", "host:1", self.user)

    def fetch(self, *, timeout: float) -> AccessToken:
        self.timeouts.append(timeout)
        answer = self.answers.popleft() if self.answers else None
        if isinstance(answer, BaseException):
            raise answer
        return answer or self.token(f"token-{len(self.timeouts)}")

    def token(self, value: str) -> AccessToken:
        now = self.drivers.time.wall
        return AccessToken(value, issued_at=now, expires_at=now + self.lifetime)


class CorrectedLogin(Login):
    """One that has a password, too."""

    password = "wrong"

    def proof(self) -> Secret:
        return Secret(self.password)


class CachedLogin(Login):
    """One that gives what something behind it keeps, and can say for how long."""

    look = None

    def look_again_at(self, token: AccessToken) -> float | None:
        return self.look


class ReplacingLogin(Login):
    """One that is told what was refused."""

    def __init__(self, drivers) -> None:
        super().__init__(drivers)
        self.rejected = []

    def fetch(self, *, timeout: float, rejected: AccessToken | None = None) -> AccessToken:
        self.rejected.append(rejected)
        return super().fetch(timeout=timeout)


@pytest.fixture
def login(drivers):
    return Login(drivers)


def test_those_who_wait_share_one_fetch_and_a_warm_token_none(drivers, login):
    """Ten callers make one login, and the eleventh finds the token."""
    provider = FetchingCredentialsProvider(login)
    waiters = [provider._keeper.token_or_waiter() for _ in range(10)]
    drivers.settle()
    token = waiters[0].result()
    assert all(waiter.result() is token for waiter in waiters)
    assert provider.get_token() is provider.current_token() is token
    assert asyncio.run(provider.get_token_async()) is token
    assert login.timeouts == [10.0]


def test_it_is_refreshed_before_its_end(drivers, login):
    """Nobody waits while the token is replaced in its window."""
    provider = FetchingCredentialsProvider(login)
    first = drivers.ask(provider)
    drivers.advance(500)
    assert provider.current_token() != first
    assert len(login.timeouts) == 2


def test_a_store_shares_it_between_providers(drivers, login, store):
    """Another provider with the same identity finds the token; one of another user doesn't."""
    token = drivers.ask(FetchingCredentialsProvider(login, store=store))
    other = Login(drivers)
    assert drivers.ask(FetchingCredentialsProvider(other, store=store)) == token
    assert not other.timeouts
    third = Login(drivers, user="guest")
    assert drivers.ask(FetchingCredentialsProvider(third, store=store)).value == Secret("token-1")
    assert third.timeouts


def test_another_identity_gives_another_token(drivers, store):
    """The identity is asked for each flight: a token of the one before isn't taken for its own."""
    login = Login(drivers)
    provider = FetchingCredentialsProvider(login, store=store)
    first = drivers.ask(provider)
    login.user = "guest"
    provider.invalidate(first)
    assert drivers.ask(provider) != first
    assert login.identity() in store.tokens


def test_a_refused_login_is_left_alone(drivers, login):
    """InvalidClientError has the cooldown of refused credentials: 30 s, then another try."""
    provider = FetchingCredentialsProvider(login)
    login.answers.extend([InvalidClientError("no"), InvalidClientError("no")])
    with pytest.raises(InvalidClientError):
        drivers.ask(provider)
    for _ in range(5):
        with pytest.raises(InvalidClientError):
            drivers.ask(provider)
    assert len(login.timeouts) == 1
    drivers.advance(31)
    with pytest.raises(InvalidClientError):
        drivers.ask(provider)
    assert len(login.timeouts) == 2


def test_a_corrected_proof_is_tried_at_once(drivers, store):
    """In another process, too: the store's refusal is of the password from before."""
    login = CorrectedLogin(drivers)
    login.answers.append(InvalidClientError("no"))
    provider = FetchingCredentialsProvider(login, store=store)
    with pytest.raises(InvalidClientError):
        drivers.ask(provider)
    same = CorrectedLogin(drivers)
    with pytest.raises(InvalidClientError, match="was refused a token for login host:1 root"):
        drivers.ask(FetchingCredentialsProvider(same, store=store))
    assert not same.timeouts
    corrected = CorrectedLogin(drivers)
    corrected.password = "right"
    assert drivers.ask(FetchingCredentialsProvider(corrected, store=store))
    assert "wrong" not in repr(store.refusals)


def test_what_a_server_asks_for_is_kept(drivers, login):
    """RateLimitedError with a time is obeyed, and its message names the fetcher."""
    provider = FetchingCredentialsProvider(login, store=MemoryStore())
    login.answers.append(RateLimitedError("slow", retry_at=drivers.time.wall + 100))
    with pytest.raises(RateLimitedError):
        drivers.ask(provider)
    drivers.advance(50)
    with pytest.raises(RateLimitedError):
        drivers.ask(provider)
    drivers.advance(51)
    assert drivers.ask(provider)


def test_an_unreachable_server_is_asked_again_in_the_flight(drivers, login):
    """TokenEndpointUnreachable is repeated with pauses; three attempts in all."""
    login.answers.extend([TokenEndpointUnreachable("down"), TokenEndpointUnreachable("down")])
    assert drivers.ask(FetchingCredentialsProvider(login)).value == Secret("token-3")


@pytest.mark.parametrize("error", [ValueError("s3cr3t"), SystemExit("s3cr3t"), RuntimeError()])
def test_a_foreign_error_is_told_by_its_type_alone(drivers, login, error):
    """Whatever else is raised becomes a TokenResponseError without its text."""
    login.answers.append(error)
    with pytest.raises(TokenResponseError) as caught:
        drivers.ask(FetchingCredentialsProvider(login))
    assert f"token fetcher Login failed with {type(error).__name__}" in caught.value.message
    assert "s3cr3t" not in str(caught.value)


def test_an_error_of_identity_is_told_alike(drivers, login, monkeypatch):
    """Identity may raise anything as well."""
    monkeypatch.setattr(login, "identity", lambda: 1 / 0)
    with pytest.raises(TokenResponseError, match="failed with ZeroDivisionError"):
        drivers.ask(FetchingCredentialsProvider(login))


@pytest.mark.parametrize(
    ("method", "answer", "says"),
    [
        ("identity", "root", r"Login.identity\(\) returned str instead of a TokenKey"),
        ("fetch", "t0ken", r"Login.fetch\(\) returned str instead of an AccessToken"),
        ("proof", "s3cr3t", r"Login.proof\(\) returned str instead of a Secret"),
    ],
)
def test_wrong_answers_say_what_to_return(drivers, monkeypatch, method, answer, says):
    """What isn't of the type that the protocol has is refused without quoting it."""
    login = CorrectedLogin(drivers)
    monkeypatch.setattr(login, method, lambda **_: answer)
    with pytest.raises((ConfigurationError, TokenResponseError), match=says) as caught:
        drivers.ask(FetchingCredentialsProvider(login))
    assert answer not in caught.value.message.replace("Corrected", "")


def test_a_token_that_was_refused_counts_as_none(drivers):
    """The same token again, after the server refused it, is an error and no loop."""
    login = ReplacingLogin(drivers)
    provider = FetchingCredentialsProvider(login)
    token = drivers.ask(provider)
    login.answers.append(token)
    provider.invalidate(token)
    with pytest.raises(TokenResponseError, match="again that the server has refused"):
        drivers.ask(provider)
    assert login.rejected == [None, token]
    drivers.advance(10)
    assert drivers.ask(provider) != token


def test_the_same_token_again_is_no_failure(drivers):
    """What keeps tokens is asked again when it says that there may be another one."""
    login = CachedLogin(drivers)
    token = login.token("kept")
    login.answers.extend([token, token])
    provider = FetchingCredentialsProvider(login)
    login.look = drivers.time.wall + 600
    assert drivers.ask(provider) is token
    assert provider._keeper.slot.times.refresh_at == drivers.time.running + 600
    login.look = drivers.time.wall + 900
    drivers.advance(600)
    assert provider.current_token() is token
    assert provider._keeper.slot.times.refresh_at == drivers.time.running + 300
    drivers.advance(300)
    assert provider.current_token() != token
    assert len(login.timeouts) == 3


def test_a_moment_that_has_passed_counts_for_nothing(drivers):
    """The usual window holds then."""
    login = CachedLogin(drivers)
    login.look = drivers.time.wall - 1
    provider = FetchingCredentialsProvider(login)
    drivers.ask(provider)
    assert provider._keeper.slot.times.refresh_at == drivers.time.running + 500


def test_a_fetcher_whose_token_is_over_is_named(drivers, login):
    """The error of a token that was over on arrival says whose it is and what to do."""
    login.lifetime = 0.1
    provider = FetchingCredentialsProvider(login)
    drivers.ask(provider)
    with pytest.raises(TokenResponseError, match="The token fetcher Login gave a token that was"):
        drivers.ask(provider)


@pytest.mark.parametrize(
    "wrong", [None, "login", Login, object(), lambda: "t0ken"], ids=lambda value: repr(value)[:20]
)
def test_what_is_no_fetcher_is_refused_at_once(wrong):
    """The error says what to pass."""
    with pytest.raises(TypeError, match="fetcher of FetchingCredentialsProvider"):
        FetchingCredentialsProvider(wrong)


def test_an_async_fetcher_is_refused():
    """It is called on worker threads."""

    class Async(Login):
        async def fetch(self, *, timeout):
            raise NotImplementedError

    with pytest.raises(TypeError, match=r"Async\.fetch is async"):
        FetchingCredentialsProvider(Async(None))


class Pickled:
    """A fetcher that pickles."""

    def identity(self) -> TokenKey:
        return TokenKey.for_identity("pickled")

    def fetch(self, *, timeout: float) -> AccessToken:
        raise NotImplementedError

    def __repr__(self) -> str:
        return "Pickled()"


def test_it_pickles_as_its_recipe(tmp_path):
    """Fetcher, store, policy and hook leave, a token doesn't."""
    policy = RefreshPolicy(max_attempts=1)
    provider = FetchingCredentialsProvider(
        Pickled(), store=FileStore(tmp_path), policy=policy, on_event=print
    )
    again = pickle.loads(pickle.dumps(provider))
    assert repr(again) == repr(provider)
    assert repr(again).startswith("FetchingCredentialsProvider(Pickled(), store=FileStore(")
    assert again._parts.policy == policy
    assert again._emit.hook is print


def test_its_explanation_names_fetcher_identity_and_token(drivers, login):
    """Explain says whose token it is, and what went wrong."""
    provider = FetchingCredentialsProvider(login)
    drivers.ask(provider)
    explained = provider.explain()
    assert explained.identity == "login host:1 root"
    assert explained.findings[0].subject == "token fetcher Login"
    assert explained.token_state == "usable"
    login.identity = lambda: 1 / 0
    assert "ZeroDivisionError" in provider.explain().problem


def test_oauth_is_one_of_them(source):
    """What takes any fetching provider takes the OAuth one."""
    assert issubclass(OAuthCredentialsProvider, FetchingCredentialsProvider)

"""azure-core's and google-auth's own classes, and functions, as providers."""

from __future__ import annotations

import asyncio
import gc
import pickle
import threading
import time
from datetime import UTC, datetime, timedelta

import azure.core.credentials
import azure.core.credentials_async
import azure.core.exceptions
import google.auth.credentials
import google.auth.exceptions
import pytest
from waiting import wait_until

import zeebe_auth
from zeebe_auth import (
    AccessToken,
    ConfigurationError,
    FileStore,
    MemoryStore,
    TokenEndpointUnreachable,
    TokenResponseError,
    adopt,
)

SCOPE = "api://orders/.default"


class Azure(azure.core.credentials.TokenCredential):
    """A credential of azure-core's protocol, which keeps its token."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.is_closed = False
        self.number = 1
        self.error: Exception | None = None

    def get_token(self, *scopes, claims=None, tenant_id=None, enable_cae=False, **kwargs):
        self.calls.append(scopes)
        if self.error is not None:
            raise self.error
        end = int(time.time()) + 3600
        return azure.core.credentials.AccessToken(f"azure-{self.number}", end)

    def close(self):
        self.is_closed = True


class AzureWithInfo(Azure):
    """The newer protocol, which says when it refreshes."""

    def get_token_info(self, *scopes, options=None):
        self.calls.append(scopes)
        now = int(time.time())
        return azure.core.credentials.AccessTokenInfo(
            f"azure-{self.number}", now + 3600, refresh_on=now + 1800
        )


class AsyncAzure(azure.core.credentials_async.AsyncTokenCredential):
    """A credential that belongs to the loop on which it was used first."""

    def __init__(self) -> None:
        self.loops = []
        self.threads = set()
        self.number = 0
        self.is_closed = False

    async def get_token(self, *scopes, claims=None, tenant_id=None, enable_cae=False, **kwargs):
        self.loops.append(asyncio.get_running_loop())
        self.threads.add(threading.current_thread().name)
        self.number += 1
        await asyncio.sleep(0)
        end = int(time.time()) + 3600
        return azure.core.credentials.AccessToken(f"async-{self.number}", end)

    async def close(self):
        assert asyncio.get_running_loop() is self.loops[0]
        self.is_closed = True

    async def __aexit__(self, *exc_info):
        await self.close()


class Google(google.auth.credentials.Credentials):
    """google-auth's base class, with a refresh of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = []
        self.error: Exception | None = None

    def refresh(self, request):
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        self.token = f"google-{len(self.requests)}"
        self.expiry = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1)


class ScopedGoogle(Google, google.auth.credentials.Scoped):
    """One that takes scopes, on a copy."""

    def __init__(self, scopes=None) -> None:
        super().__init__()
        self._scopes = scopes

    @property
    def requires_scopes(self):
        return not self._scopes

    def with_scopes(self, scopes, default_scopes=None):
        return ScopedGoogle(scopes)

    def refresh(self, request):
        super().refresh(request)
        self.token = f"for-{'+'.join(self._scopes)}"


def test_an_azure_credential():
    """It is asked for its scopes, once for ten threads, and its token has its end."""
    azure_credential = Azure()
    with adopt(azure_credential, scopes=SCOPE) as provider:
        together = [threading.Thread(target=provider.get_token) for _ in range(10)]
        for thread in together:
            thread.start()
        for thread in together:
            thread.join()
        token = provider.get_token()
    assert token.value.reveal() == "azure-1"
    assert token.expires_at - time.time() > 3000
    assert azure_credential.calls == [(SCOPE,)]
    assert not azure_credential.is_closed


def test_several_scopes():
    """A str holds several; a sequence is taken as it is."""
    for scopes in ("a b", ("a", "b"), ["a", "b"]):
        credential = Azure()
        adopt(credential, scopes=scopes).get_token()
        assert credential.calls == [("a", "b")]


def test_azure_says_when_it_refreshes():
    """refresh_on is the moment at which it is asked again; without it, 5 minutes before the end."""
    provider = adopt(AzureWithInfo(), scopes=SCOPE)
    token = provider.get_token()
    left = provider._keeper.slot.times.refresh_at - provider._now()
    assert 1700 < left <= 1800
    older = adopt(Azure(), scopes=SCOPE)
    older.get_token()
    assert 3200 < older._keeper.slot.times.refresh_at - older._now() <= 3300
    assert token.token_type == "Bearer"


def test_the_same_token_after_a_refusal_counts_as_none():
    """The server's refusal stays, until the credential gives another one."""
    credential = Azure()
    provider = adopt(credential, scopes=SCOPE)
    token = provider.get_token()
    provider.invalidate(token)
    with pytest.raises(TokenResponseError, match=r"adopted Azure gave the token .* again"):
        provider.get_token()
    credential.number = 2
    assert provider.fetch_token().value.reveal() == "azure-2"


def test_an_async_credential_has_one_loop_for_its_life():
    """Sync callers, and event loops one after another, have its tokens; closed only if told so."""
    credential = AsyncAzure()
    provider = adopt(credential, scopes=SCOPE, close=True)
    first = provider.get_token()

    async def ask() -> AccessToken:
        return await provider.get_token_async()

    assert asyncio.run(ask()) == first
    provider.invalidate(first)
    assert asyncio.run(ask()) != first
    assert len(set(credential.loops)) == 1
    assert credential.threads == {"zeebe-auth-loop"}
    assert not credential.is_closed
    provider.close()
    wait_until(lambda: credential.is_closed)
    wait_until(credential.loops[0].is_closed)


def test_an_async_credential_stays_open():
    """Without close=True the loop ends and the credential is left alone."""
    credential = AsyncAzure()
    with adopt(credential, scopes=SCOPE) as provider:
        provider.get_token()
    wait_until(credential.loops[0].is_closed)
    assert not credential.is_closed


def test_its_loop_ends_with_the_last_who_has_it():
    """A provider that is dropped leaves no thread behind."""
    credential = AsyncAzure()
    adopt(credential, scopes=SCOPE).get_token()
    wait_until(lambda: gc.collect() is None or credential.loops[0].is_closed())


def test_an_async_credential_that_hangs(monkeypatch):
    """It is given up after the time limit, on its own loop, and told as unreachable."""
    monkeypatch.setattr(zeebe_auth.provider.fetcher_requester, "FETCH_SECONDS", 0.1)
    credential = AsyncAzure()

    async def hang(*scopes):
        await asyncio.Event().wait()

    credential.get_token = hang
    policy = zeebe_auth.RefreshPolicy(max_attempts=1)
    provider = adopt(credential, scopes=SCOPE, policy=policy)
    with pytest.raises(TokenEndpointUnreachable, match=r"no token within 0\.1 s") as caught:
        provider.get_token()
    assert caught.value.timed_out
    provider.close()


def test_a_google_credential():
    """It is refreshed when it isn't valid, over requests, within the time limit."""
    credential = Google()
    token = adopt(credential).get_token()
    assert token.value.reveal() == "google-1"
    assert 3500 < token.expires_at - time.time() < 3700
    (request,) = credential.requests
    assert type(request.func).__module__ == "google.auth.transport.requests"
    assert 0 < request.keywords["timeout"] <= 10


def test_a_valid_google_credential_is_not_refreshed():
    """It has a token already: the library's own cache."""
    credential = Google()
    credential.refresh(None)
    assert adopt(credential).get_token().value.reveal() == "google-1"
    assert len(credential.requests) == 1


def test_a_refused_google_token_is_refreshed():
    """google-auth has a way to get another one, so the call is repeated with that."""
    provider = adopt(Google())
    token = provider.get_token()
    provider.invalidate(token)
    assert provider.get_token().value.reveal() == "google-2"


def test_google_scopes_go_to_a_copy():
    """The user's own credential stays as it was."""
    credential = ScopedGoogle()
    token = adopt(credential, scopes="one two").get_token()
    assert token.value.reveal() == "for-one+two"
    assert credential.token is None


@pytest.mark.parametrize(
    ("make", "error", "raised"),
    [
        (Azure, azure.core.exceptions.ServiceRequestError("s3cr3t"), TokenEndpointUnreachable),
        (Azure, azure.core.exceptions.ClientAuthenticationError("s3cr3t"), TokenResponseError),
        (Google, google.auth.exceptions.TransportError("s3cr3t"), TokenEndpointUnreachable),
        (Google, google.auth.exceptions.RefreshError("s3cr3t"), TokenResponseError),
        (
            Google,
            google.auth.exceptions.RefreshError("s3cr3t", retryable=True),
            TokenEndpointUnreachable,
        ),
    ],
)
def test_their_errors(make, error, raised):
    """What is worth another try is tried again; the type is told, and never the text."""
    credential = make()
    credential.error = error
    scopes = SCOPE if make is Azure else ()
    policy = zeebe_auth.RefreshPolicy(max_attempts=1)
    with pytest.raises(raised) as caught:
        adopt(credential, scopes=scopes, policy=policy).get_token()
    assert type(caught.value) is raised
    assert type(error).__name__ in caught.value.message
    assert "s3cr3t" not in caught.value.message


def test_functions():
    """A str, an AccessToken, with a timeout parameter, async: each is a token."""

    async def awaited() -> str:
        await asyncio.sleep(0)
        return "t3"

    def limited(*, timeout: float) -> str:
        return f"t{timeout:g}"

    mine = AccessToken("t1", issued_at=1.0, expires_at=time.time() + 50)
    assert adopt(lambda: "t0").get_token().value.reveal() == "t0"
    assert adopt(lambda: mine).get_token() is mine
    assert adopt(limited).get_token().value.reveal() == "t10"
    assert adopt(awaited).get_token().value.reveal() == "t3"


@pytest.mark.parametrize("answer", [None, 5, b"t0ken", ""])
def test_what_a_function_may_not_return(answer):
    """The error says what to return."""
    with pytest.raises((ConfigurationError, TokenResponseError), match=r"lambda|Return"):
        adopt(lambda: answer).get_token()


@pytest.mark.parametrize(
    ("credential", "options", "says"),
    [
        ("t0ken", {}, "str can't be adopted"),
        (Azure, {"scopes": SCOPE}, "Azure can't be adopted"),
        (object(), {}, "object can't be adopted"),
        (lambda _request: "t0ken", {}, "can't be adopted"),
        (Azure(), {}, "Pass the scopes that Azure asks tokens for"),
        (lambda: "t0ken", {"scopes": SCOPE}, "without scopes"),
        (Google(), {"scopes": SCOPE}, "Google takes no scopes"),
        (zeebe_auth.StaticCredentialsProvider("t"), {}, "is a provider already"),
        (lambda: "t0ken", {"store": MemoryStore()}, "Pass identity="),
        (lambda: "t0ken", {"identity": 5}, "a str as the identity of adopt"),
        (lambda: "t0ken", {"store": "file", "identity": "me"}, "store of adopt"),
    ],
)
def test_what_cant_be_adopted(credential, options, says):
    """It is refused at once, with what to pass instead."""
    with pytest.raises(TypeError, match=says):
        adopt(credential, **options)


def test_a_store_shares_an_identity(tmp_path):
    """Two processes that name the same identity share a token; other names never do."""
    store = FileStore(tmp_path)
    first = adopt(lambda: "t1", identity="orders", store=store).get_token()
    assert adopt(lambda: "t2", identity="orders", store=store).get_token() == first
    assert adopt(lambda: "t2", identity="bills", store=store).get_token() != first


def test_two_without_an_identity_are_never_the_same():
    """Nobody knows whose tokens they give."""
    function = lambda: "t0ken"
    assert adopt(function)._asks.identity() != adopt(function)._asks.identity()


def test_it_is_not_pickled():
    """The other library's object belongs to this process."""
    with pytest.raises(TypeError, match="Adopt it again in the other process"):
        pickle.dumps(adopt(Azure(), scopes=SCOPE))


def test_its_texts():
    """They name what was adopted and what for, and no token."""
    provider = adopt(Azure(), scopes=SCOPE)
    provider.get_token()
    assert repr(provider) == f"adopt(AzureFetcher('Azure for {SCOPE}'), store=None)"
    assert provider.explain().findings[0].subject == "adopted Azure"

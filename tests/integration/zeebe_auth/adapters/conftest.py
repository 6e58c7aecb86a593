"""Six HTTP clients behind one interface, a service that refuses tokens, and a provider."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import aiohttp
import httpx
import httpx2
import pytest
import requests
from http_service import HttpService, Received, Response

from zeebe_auth import AccessToken, Httpx2Auth, HttpxAuth, RequestsAuth, aiohttp_middleware


class Reply(NamedTuple):
    """What a client returned."""

    status: int
    body: bytes


class Tokens:
    """A provider that gives another token after each refusal, if it has one.

    Args:
        values: The tokens, in order.
    """

    def __init__(self, *values: str) -> None:
        self.values = list(values)
        self.refused: list[tuple[str, bool]] = []
        self.error: Exception | None = None
        self.is_warm = True
        self.asked = 0
        self.gate = threading.Event()
        self.gate.set()

    def current_token(self) -> AccessToken | None:
        return self._token() if self.is_warm and self.error is None else None

    def get_token(self) -> AccessToken:
        self.asked += 1
        assert self.gate.wait(60)
        if self.error is not None:
            raise self.error
        return self._token()

    def invalidate(self, token: AccessToken, *, accepted: bool = False) -> None:
        self.refused.append((token.value.reveal(), accepted))
        if len(self.values) > 1:
            self.values.pop(0)

    def _token(self) -> AccessToken:
        return AccessToken(self.values[0], issued_at=time.time(), expires_at=time.time() + 600)


class Api:
    """A service that takes some tokens, under some header, and redirects."""

    def __init__(self) -> None:
        self.good = {"t1", "t2"}
        self.header = "authorization"
        self.prefix = "Bearer "
        self.answers: dict[str, Response | int | Callable[[Received], Response | int]] = {}

    def __call__(self, request: Received) -> Response | int:
        answer = self.answers.get(request.path)
        if callable(answer):
            return answer(request)
        if answer is not None:
            return answer
        value = request.headers.get(self.header, "")
        return 200 if value.removeprefix(self.prefix) in self.good else Response(401, (), b"no")


class Client:
    """One HTTP client with our adapter."""

    is_async = False
    is_httpx = False

    def __init__(self, provider: Any, service: HttpService, **settings: Any) -> None:
        self.provider = provider
        self.settings = settings
        self.service = service

    def send(
        self,
        url: str,
        *,
        body: bytes | Iterable[bytes] | None = None,
        headers: dict[str, str] | None = None,
        times: int = 1,
    ) -> list[Reply]:
        """Send the same request several times with one client, one after the other."""
        raise NotImplementedError

    def get(self, url: str, **options: Any) -> Reply:
        return self.send(url, **options)[0]


def method_of(body: object) -> str:
    return "GET" if body is None else "POST"


async def chunks(body: Iterable[bytes]) -> Any:
    for chunk in body:
        yield chunk


class SyncHttpx(Client):
    library: Any = httpx
    auth: Any = HttpxAuth
    is_httpx = True

    def send(self, url, *, body=None, headers=None, times=1):
        auth = self.auth(self.provider, **self.settings)
        with self.library.Client(auth=auth, follow_redirects=True, trust_env=False) as client:
            replies = [
                client.request(method_of(body), url, content=body, headers=headers)
                for _ in range(times)
            ]
        return [Reply(each.status_code, each.content) for each in replies]


class AsyncHttpx(Client):
    library: Any = httpx
    auth: Any = HttpxAuth
    is_async = is_httpx = True

    def send(self, url, *, body=None, headers=None, times=1):
        async def run() -> list[Reply]:
            auth = self.auth(self.provider, **self.settings)
            client = self.library.AsyncClient(auth=auth, follow_redirects=True, trust_env=False)
            async with client:
                content = body if body is None or isinstance(body, bytes) else chunks(body)
                replies = [
                    await client.request(method_of(body), url, content=content, headers=headers)
                    for _ in range(times)
                ]
            return [Reply(each.status_code, each.content) for each in replies]

        return asyncio.run(run())


class SyncHttpx2(SyncHttpx):
    library = httpx2
    auth = Httpx2Auth


class AsyncHttpx2(AsyncHttpx):
    library = httpx2
    auth = Httpx2Auth


class Requests(Client):
    def send(self, url, *, body=None, headers=None, times=1):
        with requests.Session() as session:
            session.trust_env = False
            session.auth = RequestsAuth(self.provider, **self.settings)
            replies = [
                session.request(method_of(body), url, data=body, headers=headers, timeout=60)
                for _ in range(times)
            ]
        return [Reply(each.status_code, each.content) for each in replies]


class Aiohttp(Client):
    is_async = True

    def send(self, url, *, body=None, headers=None, times=1):
        async def run() -> list[Reply]:
            settings = {"origins": self.service.url, **self.settings}
            middleware = aiohttp_middleware(self.provider, **settings)
            replies = []
            async with aiohttp.ClientSession(middlewares=(middleware,)) as session:
                data = body if body is None or isinstance(body, bytes) else chunks(body)
                for _ in range(times):
                    async with session.request(
                        method_of(body), url, data=data, headers=headers
                    ) as reply:
                        replies.append(Reply(reply.status, await reply.read()))
            return replies

        return asyncio.run(run())


CLIENTS = [SyncHttpx, AsyncHttpx, SyncHttpx2, AsyncHttpx2, Requests, Aiohttp]


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def service(api: Api) -> Iterator[HttpService]:
    with HttpService(api) as service:
        yield service


@pytest.fixture
def elsewhere() -> Iterator[HttpService]:
    """Another origin, which takes no token at all."""
    with HttpService(lambda request: 401 if request.path == "/refuses" else 200) as service:
        yield service


@pytest.fixture
def tokens() -> Tokens:
    return Tokens("t1")


@pytest.fixture(params=CLIENTS, ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> type[Client]:
    return request.param


@pytest.fixture
def client(kind: type[Client], tokens: Tokens, service: HttpService) -> Client:
    return kind(tokens, service)

"""What a token costs an HTTP request, and whether requests of one client wait for each other."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from typing import Any

import httpx
import httpx2

from benchmarks.http_server import SLOW_SECONDS, running_http_server
from benchmarks.result import Result, Row
from benchmarks.rounds import Samples, by_turns, median_ratio
from benchmarks.token_server import TokenServer
from zeebe_auth import (
    ClientCredentials,
    Httpx2Auth,
    HttpxAuth,
    OAuthCredentialsProvider,
    RequestsAuth,
)

_AGAIN = "header by hand, again"
_BY_HAND = "header by hand"
_AUTHLIB = "authlib's client"
_GOOGLE = "google-auth's AuthorizedSession"
_MCP = "MCP's OAuthClientProvider"
_CONCURRENT = 4
_LIMIT = 1.1


def _cpu_of(get: Callable[[str], Any], url: str, count: int) -> float:
    begin = time.process_time()
    for _ in range(count):
        get(url).raise_for_status()
    return (time.process_time() - begin) / count * 1e6


def _httpx_clients(world: Any, auth: Any, header: Mapping[str, str]) -> dict[str, Any]:
    """The clients of httpx or httpx2 with the header by hand, twice, and with our adapter."""
    return {
        _BY_HAND: world.Client(headers=header, trust_env=False),
        _AGAIN: world.Client(headers=header, trust_env=False),
        type(auth).__name__: world.Client(auth=auth, trust_env=False),
    }


def _sessions(provider: Any, header: Mapping[str, str]) -> dict[str, Any]:
    """The same with requests, and google-auth's session."""
    import requests
    from google.auth.transport.requests import AuthorizedSession
    from google.oauth2 import credentials

    sessions: dict[str, Any] = {name: requests.Session() for name in (_BY_HAND, _AGAIN)}
    for each in sessions.values():
        each.headers.update(header)
    sessions["RequestsAuth"] = requests.Session()
    sessions["RequestsAuth"].auth = RequestsAuth(provider)
    theirs: Any = credentials  # it has no types
    token = provider.get_token().value.reveal()
    sessions[_GOOGLE] = AuthorizedSession(theirs.Credentials(token))
    for each in sessions.values():
        each.trust_env = False
    return sessions


def _authlib(token: str, *, is_async: bool) -> Any:
    from authlib.integrations import httpx_client

    kind = httpx_client.AsyncOAuth2Client if is_async else httpx_client.OAuth2Client
    held = {"access_token": token, "token_type": "Bearer", "expires_at": time.time() + 3600}
    return kind(client_id="bench", client_secret="bench", token=held, trust_env=False)


def _mcp(url: str, token: str) -> Any:
    """Its auth, with a token in its storage."""
    from mcp.client.auth import OAuthClientProvider
    from mcp.shared.auth import OAuthClientMetadata, OAuthToken

    class Storage:
        async def get_tokens(self) -> Any:
            return OAuthToken(access_token=token, expires_in=3600)

        async def set_tokens(self, _tokens: Any) -> None:
            raise AssertionError

        async def get_client_info(self) -> None:
            return None

        async def set_client_info(self, _info: Any) -> None:
            raise AssertionError

    metadata: Any = {"redirect_uris": ["http://localhost/callback"]}
    return OAuthClientProvider(url, OAuthClientMetadata(**metadata), Storage())


def _rows_of_one(name: str, samples: Samples, peer_ratio: float, peer: str) -> list[Row]:
    spread = abs(median_ratio(samples, _AGAIN, _BY_HAND) - 1)
    rows = []
    for subject, figures in samples.items():
        ratio = median_ratio(samples, subject, _BY_HAND)
        judged = subject.endswith("Auth")
        rows.append(
            Row(
                subject=f"{name}: {subject}",
                value=statistics.median(figures),
                unit="us",
                ratio=ratio,
                limit=f"no more than {peer} ({peer_ratio:.3g}) and the spread" if judged else "",
                reached=ratio <= peer_ratio + spread if judged else None,
                note=f"two equal runs differ by {spread:.1%}" if judged else "",
            )
        )
    return rows


def _one_by_one(url: str, provider: Any, count: int, rounds: int) -> list[Row]:
    token = provider.get_token()
    header = {"Authorization": token.authorization}
    worlds = {
        "httpx": _httpx_clients(httpx, HttpxAuth(provider), header),
        "httpx2": _httpx_clients(httpx2, Httpx2Auth(provider), header),
        "requests": _sessions(provider, header),
    }
    # It takes httpx2 where that is installed.
    worlds["httpx2"][_AUTHLIB] = _authlib(token.value.reveal(), is_async=False)
    samples: dict[str, Samples] = {}
    for name, clients in worlds.items():
        with ExitStack() as until_the_end:
            for client in clients.values():
                until_the_end.enter_context(client)
            samples[name] = by_turns(
                {
                    each: partial(_cpu_of, client.get, url, count)
                    for each, client in clients.items()
                },
                rounds,
            )
    authlib = median_ratio(samples["httpx2"], _AUTHLIB, _BY_HAND)
    google = median_ratio(samples["requests"], _GOOGLE, _BY_HAND)
    return [
        *_rows_of_one("httpx", samples["httpx"], authlib, f"{_AUTHLIB} on httpx2"),
        *_rows_of_one("httpx2", samples["httpx2"], authlib, _AUTHLIB),
        *_rows_of_one("requests", samples["requests"], google, _GOOGLE),
    ]


async def _side_by_side(client: Any, url: str) -> float:
    begin = time.perf_counter()
    replies = await asyncio.gather(*(client.get(url) for _ in range(_CONCURRENT)))
    for reply in replies:
        reply.raise_for_status()
    return (time.perf_counter() - begin) * 1e3


def _concurrent(url: str, provider: Any, rounds: int) -> list[Row]:
    token = provider.get_token()
    slow = f"{url}/slow"
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def make() -> dict[str, Any]:
            header = {"Authorization": token.authorization}
            clients = {
                _BY_HAND: httpx2.AsyncClient(headers=header, trust_env=False),
                "Httpx2Auth": httpx2.AsyncClient(auth=Httpx2Auth(provider), trust_env=False),
                _AUTHLIB: _authlib(token.value.reveal(), is_async=True),
                _MCP: httpx2.AsyncClient(auth=_mcp(url, token.value.reveal()), trust_env=False),
            }
            for client in clients.values():
                await stack.enter_async_context(client)
            return clients

        clients = runner.run(make())
        samples = by_turns(
            {
                name: partial(lambda each: runner.run(_side_by_side(each, slow)), client)
                for name, client in clients.items()
            },
            rounds,
        )
        runner.run(stack.aclose())
    peers = min(median_ratio(samples, name, _BY_HAND) for name in (_AUTHLIB, _MCP))
    rows = []
    for name, figures in samples.items():
        ratio = median_ratio(samples, name, _BY_HAND)
        judged = name == "Httpx2Auth"
        rows.append(
            Row(
                subject=f"{_CONCURRENT} at once, asyncio: {name}",
                value=statistics.median(figures),
                unit="ms",
                ratio=ratio,
                limit=f"no more than the peers, or {_LIMIT} times by hand" if judged else "",
                reached=ratio <= max(peers, _LIMIT) if judged else None,
                note="its lock is held while a request runs" if ratio > _CONCURRENT / 2 else "",
            )
        )
    return rows


def measure(*, quick: bool) -> Result:
    result = Result(
        name="http_adapters",
        title="Requests of HTTP clients",
        method="Client CPU (all threads) of one request over a connection that is kept, the "
        f"clients of one process in turns; then the time of {_CONCURRENT} requests of "
        f"{SLOW_SECONDS * 1e3:.0f} ms that one client begins together. The server is another "
        "process; every token is at hand.",
        compared="the header by hand",
    )
    count, rounds = (20, 3) if quick else (200, 31)
    with running_http_server() as url, TokenServer() as server:
        credentials = ClientCredentials(
            client_id="bench", client_secret="bench", token_url=server.url
        )
        with OAuthCredentialsProvider(credentials) as provider:
            result.rows += _one_by_one(url, provider, count, rounds)
            result.rows += _concurrent(url, provider, 3 if quick else 15)
    return result


if __name__ == "__main__":
    measure(quick="--quick" in sys.argv).hand_over()

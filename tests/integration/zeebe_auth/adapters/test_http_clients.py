"""The rules of the HTTP adapters, each with httpx, httpx2, requests and aiohttp themselves."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import warnings
from typing import Any

import aiohttp
import httpx
import pytest
from http_service import Response
from waiting import wait_until

import zeebe_auth
from zeebe_auth import (
    AnonymousCredentialsProvider,
    ConfigurationError,
    HttpxAuth,
    InvalidClientError,
    PlaintextWarning,
    RequestsAuth,
    StaticCredentialsProvider,
    aiohttp_middleware,
)


def sent(service, header="authorization"):
    return [each.headers.get(header) for each in service.received]


def to(url: str, status: int = 302) -> Response:
    return Response(status, (("Location", url),))


def test_the_token_is_on_each_request(client, service, tokens):
    """From memory, without asking the provider for another one."""
    assert client.send(f"{service.url}/a", times=2) == [(200, b"ok"), (200, b"ok")]
    assert sent(service) == ["Bearer t1"] * 2
    assert tokens.asked == 0


def test_a_cold_token_is_waited_for(client, service, tokens):
    """The first request asks the provider, and not more often than it must."""
    tokens.is_warm = False
    assert client.get(f"{service.url}/a").status == 200
    assert tokens.asked == 1


def test_a_refused_token_is_replaced_once(kind, service, api):
    """The provider is told, and the request is sent again with the other token."""
    from tests.integration.zeebe_auth.adapters.conftest import Tokens

    tokens = Tokens("old", "t2")
    assert kind(tokens, service).get(f"{service.url}/a", body=b"body") == (200, b"ok")
    assert sent(service) == ["Bearer old", "Bearer t2"]
    assert [each.body for each in service.received] == [b"body"] * 2
    assert tokens.refused == [("old", False)]
    assert len({each.connection for each in service.received}) == 1


def test_a_token_that_was_accepted_before_is_told_so(client, service, api, tokens):
    """As gRPC's channels do: it was revoked rather than never good."""

    def revoked(request):
        is_first = len(service.received) == 1
        return 200 if is_first or request.headers["authorization"] != "Bearer t1" else 401

    api.answers["/a"] = revoked
    tokens.values = ["t1", "t2"]
    assert [each.status for each in client.send(f"{service.url}/a", times=2)] == [200, 200]
    assert tokens.refused == [("t1", True)]


def test_without_another_token_the_401_is_returned(client, service, tokens):
    """The same token again is not sent again."""
    tokens.values = ["old"]
    assert client.get(f"{service.url}/a") == (401, b"no")
    assert len(service.received) == 1


def test_the_second_refusal_is_final(client, service, tokens):
    """There is one repeat, and both tokens are told."""
    tokens.values = ["old", "older", "t1"]
    assert client.get(f"{service.url}/a").status == 401
    assert len(service.received) == 2
    assert [value for value, _ in tokens.refused] == ["old", "older"]


def test_a_provider_that_fails_after_the_401_leaves_it(client, service, tokens):
    """What the server said is what happened."""
    tokens.values = ["old"]
    invalidate = tokens.invalidate

    def fails_now(token, *, accepted=False):
        invalidate(token, accepted=accepted)
        tokens.error = InvalidClientError("no more")

    tokens.invalidate = fails_now
    assert client.get(f"{service.url}/a").status == 401


def test_a_403_changes_nothing(client, service, api, tokens):
    """The server knew who asked."""
    api.answers["/a"] = 403
    assert client.get(f"{service.url}/a").status == 403
    assert len(service.received) == 1
    assert not tokens.refused


def test_a_consumed_body_is_never_sent_again(client, service, tokens):
    """The 401 is returned, and the provider is told all the same."""
    tokens.values = ["old", "t2"]
    read = []

    def body():
        for chunk in (b"one", b"two"):
            read.append(chunk)
            yield chunk

    assert client.get(f"{service.url}/a", body=body()) == (401, b"no")
    assert [each.body for each in service.received] == [b"onetwo"]
    assert read == [b"one", b"two"]
    assert tokens.refused == [("old", False)]


def test_the_callers_own_header_wins(client, service, tokens):
    """Nothing is added to it, and its refusal is nobody's."""
    headers = {"Authorization": "Bearer mine"}
    assert client.get(f"{service.url}/a", headers=headers).status == 401
    assert sent(service) == ["Bearer mine"]
    assert not tokens.refused


@pytest.mark.parametrize("provider", [None, AnonymousCredentialsProvider()])
def test_no_authorization_is_sent_where_none_is_wanted(kind, service, provider):
    """None and the anonymous provider add no header."""
    kind(provider, service).get(f"{service.url}/a")
    assert sent(service) == [None]


def test_an_error_of_the_provider_reaches_the_caller(client, service, tokens):
    """As it is; nothing was sent. aiohttp makes a ClientOSError of what is an OSError."""
    tokens.error = InvalidClientError("The secret is wrong.")
    with pytest.raises((InvalidClientError, aiohttp.ClientOSError)) as caught:
        client.get(f"{service.url}/a")
    error = caught.value
    told = error.__cause__ if isinstance(error, aiohttp.ClientOSError) else error
    assert isinstance(told, InvalidClientError)
    assert "The secret is wrong." in str(error)
    assert not service.received


def test_a_redirect_within_the_origin_keeps_the_token(client, service, api):
    """The chain goes on with it."""
    api.answers["/a"] = to("/b")
    assert client.get(f"{service.url}/a").status == 200
    assert sent(service) == ["Bearer t1"] * 2


@pytest.mark.parametrize("header", ["authorization", "X-Api-Key"])
def test_a_redirect_to_another_origin_loses_the_token(
    kind, service, elsewhere, api, tokens, header
):
    """Whatever the header is called."""
    api.answers["/a"] = to(f"{elsewhere.url}/b")
    assert kind(tokens, service, header=header).get(f"{service.url}/a").status == 200
    assert sent(service, header.lower()) == ["Bearer t1"]
    assert sent(elsewhere, header.lower()) == [None]
    assert "t1" not in str(elsewhere.received)


@pytest.mark.parametrize("header", ["authorization", "X-Api-Key"])
def test_a_redirect_of_the_repeat_loses_both_tokens(kind, service, elsewhere, api, tokens, header):
    """Neither the refused one nor the new one follows to another origin."""

    def answer(request):
        good = request.headers.get(header.lower()) == "Bearer t2"
        return to(f"{elsewhere.url}/b") if good else 401

    api.answers["/a"] = answer
    tokens.values = ["old", "t2"]
    assert kind(tokens, service, header=header).get(f"{service.url}/a").status == 200
    assert sent(service, header.lower()) == ["Bearer old", "Bearer t2"]
    assert len(elsewhere.received) == 1
    assert "Bearer" not in str(elsewhere.received)


def test_a_redirect_of_the_repeat_within_the_origin(kind, service, api, tokens):
    """The next hop has the new token."""
    api.answers["/a"] = lambda request: (
        to("/b") if request.headers.get("authorization") == "Bearer t2" else 401
    )
    tokens.values = ["old", "t2"]
    assert kind(tokens, service).get(f"{service.url}/a").status == 200
    assert sent(service) == ["Bearer old", "Bearer t2", "Bearer t2"]


def test_a_custom_header_stays_within_the_origin(kind, service, api, tokens):
    """On a redirect there, and on a repeat."""
    api.header, api.prefix = "x-api-key", ""
    api.answers["/a"] = to("/b")
    tokens.values = ["old", "t2"]
    client = kind(tokens, service, header="X-Api-Key", header_prefix="")
    assert client.get(f"{service.url}/a").status == 200
    assert {"old", "t2"} == set(sent(service, "x-api-key"))
    assert set(sent(service)) == {None}


def test_a_401_from_another_origin_refuses_nothing(client, service, elsewhere, api, tokens):
    """It never saw the token."""
    api.answers["/a"] = to(f"{elsewhere.url}/refuses")
    tokens.values = ["t1", "t2"]
    assert client.get(f"{service.url}/a").status == 401
    assert not tokens.refused
    assert len(elsewhere.received) == 1


def test_a_redirect_back_is_within_the_origin(client, service, elsewhere, api, tokens):
    """The other origin's redirect leads back; a client that dropped the header may get a 401."""
    with_token = Response(200, (), b"again")
    api.answers["/back"] = lambda request: (
        with_token if request.headers.get("authorization") == "Bearer t1" else 401
    )
    api.answers["/a"] = to(f"{elsewhere.url}/b")
    elsewhere.received.clear()
    assert client.get(f"{service.url}/a").status == 200
    assert not tokens.refused


def test_named_origins_alone_get_the_token(kind, service, elsewhere, tokens):
    """A request that begins elsewhere goes without."""
    client = kind(tokens, service, origins=(service.url, "https://api.example.com"))
    assert client.get(f"{elsewhere.url}/a").status == 200
    assert sent(elsewhere) == [None]
    assert client.get(f"{service.url}/a").status == 200
    assert sent(service) == ["Bearer t1"]


def test_a_redirect_to_a_named_origin_gets_the_token(kind, service, elsewhere, tokens, api):
    """The client took the header off on the way, so the 401 is asked again with it."""
    elsewhere_answers = to(f"{service.url}/c")
    elsewhere._server.RequestHandlerClass
    api.answers["/start"] = elsewhere_answers
    with_origins = kind(tokens, service, origins=(service.url, elsewhere.url))
    assert with_origins.get(f"{service.url}/start").status == 200
    assert not tokens.refused


def test_plaintext_to_another_machine_is_refused_before_anything_is_sent(
    kind, service, tokens, monkeypatch
):
    """The name decides, since the connection isn't ours."""
    url = f"http://orchestration:{service.port}"
    client = (
        kind(tokens, service, origins=url) if kind.__name__ == "Aiohttp" else kind(tokens, service)
    )
    with pytest.raises(
        ConfigurationError, match="would travel unencrypted to http://orchestration"
    ):
        client.get(f"{url}/a")
    assert not service.received


def test_plaintext_may_be_allowed_and_warns_once(kind, service, tokens, monkeypatch):
    """As in a Compose network, at the program's own line."""
    real = socket.getaddrinfo

    def resolve(host, *args, **kwargs):
        here = "127.0.0.1" if host in {"orchestration", b"orchestration"} else host
        return real(here, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    url = f"http://orchestration:{service.port}"
    settings: dict[str, Any] = {"allow_plaintext": True}
    if kind.__name__ == "Aiohttp":
        settings["origins"] = url
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        replies = kind(tokens, service, **settings).send(f"{url}/a", times=2)
    assert [each.status for each in replies] == [200, 200]
    plaintext = [each for each in told if each.category is PlaintextWarning]
    assert len(plaintext) == 1
    assert "orchestration" in str(plaintext[0].message)
    assert plaintext[0].filename.endswith("conftest.py")


def test_no_lock_is_held_while_a_request_runs(kind, service, api, tokens):
    """Four requests are at the service at once."""
    together = threading.Barrier(4)

    def meet(_request):
        together.wait(60)
        return 200

    api.answers["/a"] = meet
    url = f"{service.url}/a"
    client = kind(tokens, service)
    statuses = []
    threads = [
        threading.Thread(target=lambda: statuses.append(client.get(url).status)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 4


def test_four_requests_of_one_async_client_run_together(service, api, tokens):
    """One adapter, one client, one loop."""
    together = threading.Barrier(4)

    def meet(_request):
        together.wait(60)
        return 200

    api.answers["/a"] = meet

    async def run():
        auth = HttpxAuth(tokens)
        async with httpx.AsyncClient(auth=auth, trust_env=False) as client:
            return await asyncio.gather(*(client.get(f"{service.url}/a") for _ in range(4)))

    assert [each.status_code for each in asyncio.run(run())] == [200] * 4


def test_a_wait_for_a_token_never_blocks_the_loop(service, tokens):
    """The loop goes on while the provider thinks."""
    tokens.is_warm = False
    tokens.gate.clear()

    async def run():
        async with httpx.AsyncClient(auth=HttpxAuth(tokens), trust_env=False) as client:
            request = asyncio.ensure_future(client.get(f"{service.url}/a"))
            await asyncio.to_thread(wait_until, lambda: tokens.asked)
            tokens.gate.set()
            return await request

    assert asyncio.run(run()).status_code == 200


def test_a_custom_prefix(kind, service, api, tokens):
    """The bare token behind it."""
    api.prefix = "Token "
    assert kind(tokens, service, header_prefix="Token ").get(f"{service.url}/a").status == 200
    assert sent(service) == ["Token t1"]


@pytest.mark.parametrize("make", [HttpxAuth, zeebe_auth.Httpx2Auth, RequestsAuth])
@pytest.mark.parametrize(
    ("provider", "settings", "error", "says"),
    [
        ("t0ken", {}, TypeError, "credentials provider"),
        (None, {"header": "x y"}, ValueError, "no name of an HTTP header"),
        (None, {"header": ""}, ValueError, "no name of an HTTP header"),
        (None, {"header_prefix": "Token\n"}, ValueError, "not valid in an HTTP header"),
        (None, {"header_prefix": 5}, TypeError, "header_prefix"),
        (None, {"origins": "api.example.com"}, ValueError, "addresses without a path"),
        (None, {"origins": "https://api.example.com/v2"}, ValueError, "addresses without a path"),
        (None, {"origins": "ftp://api.example.com"}, ValueError, "addresses without a path"),
        (None, {"origins": [5]}, TypeError, "origins"),
        (None, {"allow_plaintext": "no"}, TypeError, "True or False as the allow_plaintext"),
    ],
)
def test_wrong_arguments(make, provider, settings, error, says):
    """They fail where they are written."""
    with pytest.raises(error, match=says):
        make(provider, **settings)


def test_aiohttp_needs_origins(tokens):
    """Nobody could tell where a chain of redirects began."""
    with pytest.raises(TypeError, match="origins"):
        aiohttp_middleware(tokens)
    with pytest.raises(ValueError, match="needs the origins"):
        aiohttp_middleware(tokens, origins=())


@pytest.mark.parametrize("make", [HttpxAuth, zeebe_auth.Httpx2Auth, RequestsAuth])
def test_texts_and_pickles(make):
    """The token is in neither."""
    import pickle

    auth = make(zeebe_auth.FetchingCredentialsProvider(zeebe_auth.CommandTokenFetcher(["x"])))
    assert repr(auth) == f"{make.__name__}(FetchingCredentialsProvider)"
    again = pickle.loads(pickle.dumps(auth))
    assert isinstance(again, make)
    assert "t0ken" not in repr(make(StaticCredentialsProvider("t0ken")))


def test_they_are_the_libraries_own_kind():
    """Both libraries test for their own class."""
    import httpx2

    assert isinstance(HttpxAuth(None), httpx.Auth)
    assert isinstance(zeebe_auth.Httpx2Auth(None), httpx2.Auth)

    class Mine(HttpxAuth):
        pass

    assert isinstance(Mine(None), httpx.Auth)
    assert isinstance(Mine(None), Mine)


def test_on_trio(service, tokens):
    """httpx's client runs on trio as well, and so does the adapter."""
    import trio

    tokens.is_warm = False

    async def run():
        async with httpx.AsyncClient(auth=HttpxAuth(tokens), trust_env=False) as client:
            return await client.get(f"{service.url}/a")

    assert trio.run(run).status_code == 200


def test_the_service_records_json(service):
    """The tests' own service reads what was sent."""
    httpx.post(f"{service.url}/a", json={"a": 1}, trust_env=False)
    assert json.loads(service.received[0].body) == {"a": 1}

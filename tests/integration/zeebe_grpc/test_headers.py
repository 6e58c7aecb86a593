"""Tokens under other headers, metadata of the channel, and other statuses of a refusal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from generic_service import GenericService

import zeebe_grpc
from zeebe_auth import (
    AccessToken,
    AnonymousCredentialsProvider,
    ConfigurationError,
    Profile,
    Secret,
    StaticCredentialsProvider,
    load_profile,
)
from zeebe_grpc import aio

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
KINDS = ["unary_unary", "unary_stream", "stream_unary", "stream_stream"]


class Tokens:
    """Another token after each refusal."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)
        self.refused: list[str] = []

    def current_token(self) -> AccessToken:
        return AccessToken(self.values[0], issued_at=time.time(), expires_at=time.time() + 600)

    get_token = current_token

    def invalidate(self, token: AccessToken) -> None:
        self.refused.append(token.value.reveal())
        if len(self.values) > 1:
            self.values.pop(0)


def call_sync(channel: grpc.Channel, kind: str, metadata: Any = None) -> Any:
    name = "".join(part.title() for part in kind.split("_"))
    multi = getattr(channel, kind)(f"/test.Generic/{name}")
    request = iter([b"one"]) if kind.startswith("stream") else b"one"
    result = multi(request, timeout=60, metadata=metadata)
    return list(result) if kind.endswith("stream") else result


async def call_async(channel: grpc.aio.Channel, kind: str, metadata: Any = None) -> Any:
    name = "".join(part.title() for part in kind.split("_"))
    multi = getattr(channel, kind)(f"/test.Generic/{name}")
    request = iter([b"one"]) if kind.startswith("stream") else b"one"
    result = multi(request, timeout=60, metadata=metadata)
    if kind.endswith("stream"):
        return [answer async for answer in result]
    return await result


class Sync:
    """Calls on a channel of `zeebe_grpc`."""

    @staticmethod
    def call(target: str, provider: Any, kind: str, brought: Any = None, **settings: Any) -> Any:
        with zeebe_grpc.insecure_channel(target, provider, **settings) as channel:
            return call_sync(channel, kind, brought)


class Asyncio:
    """The same of `zeebe_grpc.aio`."""

    @staticmethod
    def call(target: str, provider: Any, kind: str, brought: Any = None, **settings: Any) -> Any:
        async def run() -> Any:
            async with aio.insecure_channel(target, provider, **settings) as channel:
                return await call_async(channel, kind, brought)

        return asyncio.run(run())


@pytest.fixture(params=[Sync, Asyncio], ids=lambda each: each.__name__)
def driver(request):
    return request.param


@pytest.fixture
def serve():
    """Make services that end calls as a function says."""
    services = []

    def make(end: Callable[[dict[str, Any]], Any] = lambda _metadata: None) -> GenericService:
        services.append(GenericService(end).__enter__())
        return services[-1]

    yield make
    for service in services:
        service.__exit__()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("settings", "name", "value"),
    [
        ({}, "authorization", "Bearer t1"),
        ({"header": "x-ydb-auth-ticket", "header_prefix": ""}, "x-ydb-auth-ticket", "t1"),
        ({"header": "api-key", "header_prefix": "Key "}, "api-key", "Key t1"),
        ({"header": "x-token"}, "x-token", "Bearer t1"),
    ],
    ids=["usual", "ydb", "api-key", "bearer"],
)
def test_the_token_is_under_its_header(driver, serve, kind, settings, name, value):
    """In each kind of call, and nowhere else."""
    service = serve()
    driver.call(service.target, Tokens("t1"), kind, **settings)
    (received,) = service.received
    assert received[name] == value
    assert [key for key, each in received.items() if "t1" in str(each)] == [name]


@pytest.mark.parametrize("kind", KINDS)
def test_metadata_of_the_channel(driver, serve, kind):
    """It is on each call beside the token and the caller's; binary values and secrets, too."""
    service = serve()
    metadata = {"x-tenant": "orders", "dapr-api-token": Secret("s3cr3t"), "trace-bin": b"\x00\xff"}
    driver.call(service.target, Tokens("t1"), kind, (("mine", "yes"),), metadata=metadata)
    (received,) = service.received
    assert received["authorization"] == "Bearer t1"
    assert received["x-tenant"] == "orders"
    assert received["dapr-api-token"] == "s3cr3t"
    assert received["trace-bin"] == b"\x00\xff"
    assert received["mine"] == "yes"


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_caller_brings_wins(driver, serve, kind):
    """Under the header of the token, and under a name of the channel's metadata."""
    service = serve()
    settings = {"header": "api-key", "metadata": [("x-tenant", "orders"), ("x-other", "1")]}
    brought = (("api-key", "mine"), ("x-tenant", "bills"))
    driver.call(service.target, Tokens("t1"), kind, brought, **settings)
    driver.call(service.target, Tokens("t1"), kind, (("x-tenant", "bills"),), **settings)
    first, second = service.received
    assert (first["api-key"], first["x-tenant"], first["x-other"]) == ("mine", "bills", "1")
    assert (second["api-key"], second["x-tenant"], second["x-other"]) == ("Bearer t1", "bills", "1")


def test_an_authorization_beside_another_header_is_the_callers(driver, serve):
    """It isn't the header of the token."""
    service = serve()
    brought = (("authorization", "Basic abc"),)
    driver.call(service.target, Tokens("t1"), "unary_unary", brought, header="api-key")
    (received,) = service.received
    assert (received["authorization"], received["api-key"]) == ("Basic abc", "Bearer t1")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("provider", [None, AnonymousCredentialsProvider()])
def test_metadata_without_a_token(driver, serve, kind, provider):
    """A channel without authorization may have metadata."""
    service = serve()
    driver.call(service.target, provider, kind, metadata={"dapr-app-id": "orders"})
    (received,) = service.received
    assert received["dapr-app-id"] == "orders"
    assert "authorization" not in received
    assert "none" not in received.values()


def unknown_token(status: grpc.StatusCode, details: str) -> bool:
    return status is grpc.StatusCode.UNKNOWN and "invalid auth token" in details


@pytest.mark.parametrize("kind", KINDS)
def test_another_status_may_mean_a_refused_token(driver, serve, kind):
    """As etcd has it: the call is sent again, unless its requests are used up."""

    def end(metadata):
        good = metadata["authorization"] == "Bearer t2"
        return None if good else (grpc.StatusCode.UNKNOWN, "etcdserver: invalid auth token")

    service, tokens = serve(end), Tokens("old", "t2")
    if kind.startswith("unary"):
        assert driver.call(service.target, tokens, kind, refused=unknown_token)
        assert len(service.received) == 2
    else:
        with pytest.raises(grpc.RpcError):
            driver.call(service.target, tokens, kind, refused=unknown_token)
        assert len(service.received) == 1
    assert tokens.refused == ["old"]


@pytest.mark.parametrize("kind", KINDS)
def test_other_details_mean_something_else(driver, serve, kind):
    """The call fails as it did, and nothing is blamed on the token."""
    service = serve(lambda _metadata: (grpc.StatusCode.UNKNOWN, "disk full"))
    tokens = Tokens("t1", "t2")
    with pytest.raises(grpc.RpcError) as caught:
        driver.call(service.target, tokens, kind, refused=unknown_token)
    assert caught.value.code() is grpc.StatusCode.UNKNOWN
    assert caught.value.details() == "disk full"
    assert not tokens.refused
    assert len(service.received) == 1


def test_unauthenticated_means_it_always(driver, serve):
    """The function adds to it."""

    def end(metadata):
        return None if metadata["authorization"] == "Bearer t2" else (UNAUTHENTICATED, "no")

    tokens = Tokens("old", "t2")
    assert driver.call(serve(end).target, tokens, "unary_unary", refused=unknown_token) == b"answer"


def test_a_function_that_raises_means_no(driver, serve, caplog):
    """It is logged once, and the call fails as it did."""
    service = serve(lambda _metadata: (grpc.StatusCode.UNKNOWN, "x"))

    def broken(status, details):
        raise ValueError

    tokens = Tokens("t1", "t2")
    with pytest.raises(grpc.RpcError):
        driver.call(service.target, tokens, "unary_unary", refused=broken)
    assert not tokens.refused
    assert "given as refused raised" in caplog.text


def test_authorize_takes_them_too(serve):
    """On a channel that somebody else made, sync and asyncio."""
    service = serve()
    settings: dict[str, Any] = {"header": "api-key", "metadata": {"x-tenant": "orders"}}
    settings["allow_plaintext"] = True
    with grpc.insecure_channel(service.target) as inner:
        call_sync(zeebe_grpc.authorize(inner, Tokens("t1"), **settings), "unary_unary")

    async def run():
        async with grpc.aio.insecure_channel(service.target) as inner:
            await call_async(aio.authorize(inner, Tokens("t1"), **settings), "unary_unary")

    asyncio.run(run())
    for received in service.received:
        assert (received["api-key"], received["x-tenant"]) == ("Bearer t1", "orders")


def test_call_credentials_take_them_too(serve):
    """As plain grpcio credentials."""
    service = serve()
    called = zeebe_grpc.call_credentials(
        StaticCredentialsProvider("t1"), header="api-key", header_prefix="", metadata={"x": "1"}
    )
    base = grpc.local_channel_credentials()
    with grpc.secure_channel(
        service.target, grpc.composite_channel_credentials(base, called)
    ) as channel:
        call_sync(channel, "unary_unary")
    (received,) = service.received
    assert (received["api-key"], received["x"]) == ("t1", "1")


def profile_of(service: GenericService, **settings: str) -> Profile:
    own = {"address": f"http://127.0.0.1:{service.port}", **settings}
    return Profile(None, own, "test", AccessToken("t1"))


def test_a_profile_names_the_header(serve):
    """Connect takes it from there, and an argument wins."""
    service = serve()
    profile = profile_of(service, header="api-key", header_prefix="")
    with zeebe_grpc.connect(profile) as channel:
        call_sync(channel, "unary_unary")
    with zeebe_grpc.connect(profile, header="x-token", metadata={"x-tenant": "1"}) as channel:
        call_sync(channel, "unary_unary")

    async def run():
        async with aio.connect(profile, header_prefix="Key ") as channel:
            await call_async(channel, "unary_unary")

    asyncio.run(run())
    first, second, third = service.received
    assert first["api-key"] == "t1"
    assert (second["x-token"], second["x-tenant"]) == ("t1", "1")
    assert third["api-key"] == "Key t1"


def test_a_config_file_names_header_and_metadata(serve, tmp_path, monkeypatch):
    """Values may be references to secrets, which are looked up when the channel is made."""
    service = serve()
    config = tmp_path / "config.toml"
    config.touch(0o600)
    config.write_text(
        "[profiles.orders]\n"
        f"address = 'http://127.0.0.1:{service.port}'\n"
        "auth_strategy = 'bearer'\n"
        "bearer_token = 't1'\n"
        "header = 'x-ydb-auth-ticket'\n"
        "header_prefix = ''\n"
        "metadata = { x-tenant = 'orders', dapr-api-token = { env = 'DAPR_TOKEN' } }\n"
    )
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(config))
    monkeypatch.setenv("DAPR_TOKEN", "s3cr3t")
    with zeebe_grpc.connect("orders") as channel:
        call_sync(channel, "unary_unary")
    (received,) = service.received
    assert received["x-ydb-auth-ticket"] == "t1"
    assert (received["x-tenant"], received["dapr-api-token"]) == ("orders", "s3cr3t")
    assert "s3cr3t" not in repr(load_profile("orders"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("header = 'X-Token'", "no metadata key"),
        ("header = 'grpc-timeout'", "no metadata key"),
        ("header = 'token-bin'", "can't end with -bin"),
        ('header_prefix = "Tokén "', "must be visible ASCII"),
        ("metadata = 'x'", "must be a table"),
        ("metadata = { x = 5 }", "must be a table"),
        ("metadata = { X-Tenant = 's3cr3t' }", "no metadata key"),
        ("metadata = { x = { env = 'NOT_SET' } }", "NOT_SET, which is not set"),
        ("metadata = { x = 's3cr3té' }", "must be visible ASCII"),
    ],
)
def test_mistakes_in_a_profile(tmp_path, monkeypatch, line, says):
    """The error names the key, and no value."""
    config = tmp_path / "config.toml"
    config.touch(0o600)
    config.write_text(
        "[profiles.orders]\naddress = 'http://127.0.0.1:1'\nauth_strategy = 'bearer'\n"
        f"bearer_token = 't1'\n{line}\n"
    )
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(config))
    with pytest.raises(ConfigurationError, match=says) as caught:
        zeebe_grpc.connect("orders")
    assert "s3cr3t" not in caught.value.message


@pytest.mark.parametrize("make", [zeebe_grpc.insecure_channel, aio.insecure_channel])
@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"header": "Authorization"}, ValueError, "no metadata key"),
        ({"header": ""}, ValueError, "no metadata key"),
        ({"header": 5}, TypeError, "a str, not int"),
        ({"header": "grpc-x"}, ValueError, "gRPC's own"),
        ({"header_prefix": 5}, TypeError, "header_prefix"),
        ({"header_prefix": "é"}, ValueError, "visible ASCII"),
        ({"metadata": {"x": 5}}, TypeError, "a str or a Secret"),
        ({"metadata": {"x-bin": "text"}}, TypeError, "bytes as the metadata"),
        ({"metadata": {"x": "s3cr3t\n"}}, ValueError, "visible ASCII"),
        ({"metadata": ["x"]}, TypeError, "pairs"),
        ({"metadata": {"authorization": "s3cr3t"}}, ValueError, "is the header that has the token"),
        ({"refused": "UNKNOWN"}, TypeError, "as refused"),
        ({"allow_plaintext": "no"}, TypeError, "True or False as allow_plaintext"),
    ],
)
def test_wrong_arguments(make, settings, error, says):
    """They fail where they are written, and no value is quoted."""
    with pytest.raises(error, match=says) as caught:
        make("localhost:1", StaticCredentialsProvider("t"), **settings)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("authorize", [zeebe_grpc.authorize, aio.authorize])
def test_a_switch_is_true_or_false(authorize):
    """The word "no" would count as yes."""
    with pytest.raises(TypeError, match="True or False as allow_plaintext"):
        authorize(None, StaticCredentialsProvider("t"), allow_plaintext="no")


def test_connect_checks_them_at_once(tmp_path):
    """Also where the channel is opened later."""
    profile = Profile(None, {"address": "http://localhost:1"}, "test", AccessToken("t"))
    for connect in (zeebe_grpc.connect, aio.connect):
        with pytest.raises(ValueError, match="no metadata key"):
            connect(profile, header="X")
        with pytest.raises(TypeError, match="as refused"):
            connect(profile, refused=5)

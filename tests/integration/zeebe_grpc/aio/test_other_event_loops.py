"""Under trio or another library than asyncio the first use of a channel fails with an error that
says so."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

import zeebe_grpc
from zeebe_auth import AccessToken, ConfigurationError, Secret, StaticCredentialsProvider
from zeebe_grpc import aio


class Plain:
    """A provider that is called on a worker thread."""

    def get_token(self) -> AccessToken:
        return AccessToken(Secret("token"))


class NotFoundError(RuntimeError):
    pass


@pytest.fixture
def under(monkeypatch) -> Callable[[str | None], None]:
    """Give a function `(name) -> None`: sniffio, which trio has imported, names it from now on."""

    def name(library: str | None) -> None:
        def current_async_library() -> str:
            if library is None:
                raise NotFoundError
            return library

        module = SimpleNamespace(
            current_async_library=current_async_library, AsyncLibraryNotFoundError=NotFoundError
        )
        monkeypatch.setitem(sys.modules, "sniffio", module)

    return name


PROVIDERS = [StaticCredentialsProvider("token"), Plain()]
CALLS = {
    "unary": lambda stub: stub.Topology(zeebe_grpc.TopologyRequest()),
    "stream": lambda stub: stub.ActivateJobs(zeebe_grpc.ActivateJobsRequest()),
}


def refused():
    return pytest.raises(
        ConfigurationError,
        match=r"needs an event loop of asyncio.*no running event loop.*on threads",
    )


def stub_of(provider):
    channel = aio.insecure_channel("127.0.0.1:1", provider, allow_plaintext=True)
    return zeebe_grpc.GatewayStub(channel)


@pytest.fixture
def loop():
    """An event loop of asyncio that is there, but doesn't run: gRPC wants one."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield loop
    asyncio.set_event_loop(None)
    loop.close()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("provider", PROVIDERS, ids=["warm", "cold"])
def test_a_call_under_another_library_is_refused(loop, under, provider, call):
    """It is refused when it is made: gRPC's own would hang, or stop the other library's loop."""
    stub = stub_of(provider)
    under("trio")
    with refused():
        CALLS[call](stub)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_has_to_wait_for_its_token_needs_a_running_loop(loop, under, call):
    """This holds also where nothing shows which library it is."""
    stub = stub_of(Plain())
    under(None)
    with refused():
        CALLS[call](stub)


def test_a_call_made_before_its_loop_runs_is_none_of_another_library(loop, under):
    """gRPC allows such a call if it is awaited on that loop; otherwise it is refused."""
    stub = stub_of(StaticCredentialsProvider("token"))
    under(None)
    call = CALLS["unary"](stub)
    with refused():
        call.__await__().send(None)
    stream = CALLS["stream"](stub)
    with refused():
        stream.read().send(None)

    async def outcome() -> str:
        call.cancel()
        stream.cancel()
        try:
            await call
        except asyncio.CancelledError:
            return "cancelled"
        return "answered"

    assert loop.run_until_complete(outcome()) == "cancelled"


@pytest.mark.parametrize(
    "wait",
    [
        lambda channel: channel.channel_ready(),
        lambda channel: channel.wait_for_state_change(channel.get_state()),
    ],
)
def test_a_wait_for_the_connection_under_another_library_is_refused(loop, wait):
    """That library could not await a future of asyncio."""
    provider = StaticCredentialsProvider("token")
    channel = aio.insecure_channel("127.0.0.1:1", provider, allow_plaintext=True)
    with refused():
        wait(channel).send(None)


def test_connect_needs_asyncio():
    """It fails before it reads anything."""
    channel = aio.connect("a profile that is not there")
    with refused():
        channel.__aenter__().send(None)

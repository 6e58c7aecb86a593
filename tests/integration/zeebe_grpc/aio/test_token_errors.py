"""What a caller on an asyncio channel gets when there is no token."""

from __future__ import annotations

import asyncio
import threading

import grpc
import grpc.aio
import pytest

from zeebe_auth import (
    ConfigurationError,
    InvalidClientError,
    TokenEndpointUnreachable,
    TokenTimeout,
)
from zeebe_grpc import aio

KINDS = ["unary_unary", "unary_stream", "stream_unary", "stream_stream"]
ERRORS = [
    (InvalidClientError("Wrong secret. Set another."), grpc.StatusCode.UNAUTHENTICATED),
    (TokenEndpointUnreachable("Not there. Wait."), grpc.StatusCode.UNAVAILABLE),
    (TokenTimeout("Too slow. Wait longer."), grpc.StatusCode.DEADLINE_EXCEEDED),
]


async def answer(call, kind):
    return await (call if kind.endswith("unary") else call.read())


async def iterate(call):
    async for _ in call:
        pass


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_auth_error_is_the_cause(gateway, parts, kind, error, status):
    """An AuthError is the cause of the AioRpcError that awaiting the call raises."""

    async def scenario():
        vault = parts.vault(error, error, warm=False)
        told = []
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, kind)(*([b"1"] if kind.startswith("unary") else []))
            call.add_done_callback(told.append)
            assert await call.code() is status
            for _ in range(2):
                with pytest.raises(grpc.aio.AioRpcError) as caught:
                    await answer(call, kind)
                assert caught.value.code() is status
                assert caught.value.details() == str(error)
                assert caught.value.debug_error_string() == str(error)
                assert caught.value.__cause__ is error
            assert await call.details() == str(error)
            assert await call.debug_error_string() == str(error)
            assert await call.initial_metadata() == grpc.aio.Metadata()
            assert await call.trailing_metadata() == grpc.aio.Metadata()
            with pytest.raises(grpc.aio.AioRpcError):
                await call.wait_for_connection()
            assert call.done()
            assert not call.cancelled()
            assert not call.cancel()
            assert told == [call]
        assert gateway.arrivals == []

    asyncio.run(scenario())


def test_iteration_and_writing_tell_it_too(gateway, parts):
    """Iterating raises the error, and so does writing while the call waits for its token, but not
    later."""

    async def scenario():
        error = InvalidClientError("Wrong secret. Set another.")
        vault = parts.vault(error, error, warm=False)
        async with parts.channel(gateway, vault) as channel:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await iterate(parts.call_of(channel, "unary_stream")(b"1"))
            assert caught.value.__cause__ is error
            call = parts.call_of(channel, "stream_stream")()
            with pytest.raises(grpc.aio.AioRpcError):
                await call.write(b"a")
            with pytest.raises(asyncio.InvalidStateError):
                await call.write(b"a")
            await call.done_writing()

    asyncio.run(scenario())


def test_refusal_stands_where_no_other_token_is_to_be_had(gateway, parts):
    """The server's refusal is the answer; why it wasn't repeated is its cause."""

    async def scenario():
        error = TokenEndpointUnreachable("Not there. Wait.")
        vault = parts.vault(parts.token("stale"), error)
        async with parts.channel(gateway, vault) as channel:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await parts.call_of(channel, "unary_unary")(b"x")
            assert caught.value.details() == "refused attempt 1"
            assert caught.value.__cause__ is error

    asyncio.run(scenario())


class LeakyVault:
    """A third party's provider whose error holds its secret."""

    def get_token(self):
        raise ValueError("password hunter2 is wrong")


class LeakyMemory(LeakyVault):
    """The same, in the method that only looks into its memory."""

    current_token = LeakyVault.get_token


@pytest.mark.parametrize("provider", [LeakyVault(), LeakyMemory()])
def test_other_errors_are_not_quoted(gateway, parts, provider):
    """Of an error that isn't an AuthError only the type is reported."""

    async def scenario():
        async with parts.channel(gateway, provider) as channel:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await parts.call_of(channel, "unary_unary")(b"x")
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
            assert "ValueError" in caught.value.details()
            assert "hunter2" not in str(caught.value)
            assert isinstance(caught.value.__cause__, ValueError)

    asyncio.run(scenario())


class BlockingVault:
    """The smallest provider: `get_token` blocks until it is released."""

    def __init__(self, token):
        self.token = token
        self.asked = threading.Event()
        self.released = threading.Event()
        self.threads = []

    def get_token(self):
        self.threads.append(threading.current_thread())
        self.asked.set()
        assert self.released.wait(60)
        return self.token


def test_blocking_provider_runs_on_a_worker(gateway, parts):
    """A provider with `get_token` alone never blocks the loop, and many calls ask it once."""

    async def scenario():
        provider = BlockingVault(parts.token("good"))
        async with parts.channel(gateway, provider) as channel:
            calls = [parts.call_of(channel, "unary_unary")(b"x") for _ in range(50)]
            assert await asyncio.to_thread(provider.asked.wait, 20)
            provider.released.set()
            assert await asyncio.gather(*calls) == [b"echo x"] * 50
        assert len(provider.threads) < 50
        assert threading.main_thread() not in provider.threads

    asyncio.run(scenario())


def test_deadline_ends_the_wait_for_a_blocking_provider(gateway, parts):
    """A worker that doesn't answer in time leaves the call with DEADLINE_EXCEEDED."""

    async def scenario():
        provider = BlockingVault(parts.token("good"))
        async with parts.channel(gateway, provider) as channel:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await parts.call_of(channel, "unary_unary")(b"x", timeout=0.2)
            assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
            assert isinstance(caught.value.__cause__, TokenTimeout)
        provider.released.set()

    asyncio.run(scenario())


def test_late_answer_of_a_worker_meets_a_closed_loop(gateway, parts):
    """A worker that answers after the event loop was closed causes no error."""

    provider = BlockingVault(parts.token("good"))

    async def scenario():
        async with parts.channel(gateway, provider) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")
            assert await asyncio.to_thread(provider.asked.wait, 20)
            call.cancel()

    asyncio.run(scenario())
    provider.released.set()


class WrongKind:
    """A provider whose async method returns a string."""

    def get_token(self):
        raise AssertionError

    async def get_token_async(self, *, timeout=None):
        return "good"


class OwnTimeout(WrongKind):
    """A provider whose own time limit is an error that isn't ours."""

    async def get_token_async(self, *, timeout=None):
        raise TimeoutError


@pytest.mark.parametrize(
    ("provider", "cause"), [(WrongKind(), ConfigurationError), (OwnTimeout(), TimeoutError)]
)
def test_wrong_answers_of_a_provider(gateway, parts, provider, cause):
    """A provider's mistake is reported as the reason of the call's end."""

    async def scenario():
        async with parts.channel(gateway, provider) as channel:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await parts.call_of(channel, "unary_unary")(b"x", timeout=20)
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
            assert isinstance(caught.value.__cause__, cause)

    asyncio.run(scenario())


def test_no_provider_at_all():
    """Something without `get_token` is refused when the channel is made."""
    with pytest.raises(TypeError, match="get_token"):
        aio.insecure_channel("127.0.0.1:1", object())


@pytest.mark.parametrize("kind", KINDS)
def test_what_grpc_refuses_to_begin_is_said_in_details(gateway, parts, kind):
    """With a cached token gRPC's own error is raised at once; after a wait the same message is in
    the details."""

    async def scenario():
        own = grpc.access_token_call_credentials("abc")
        request = [b"1"] if kind.startswith("unary") else []

        def plaintext(vault) -> grpc.aio.Channel:
            # A foreign channel: ours has gRPC's local credentials, which accept a call's own.
            channel = grpc.aio.insecure_channel(gateway.target)
            return aio.authorize(channel, vault, allow_plaintext=True)

        async with plaintext(parts.vault(parts.token("good"))) as channel:
            with pytest.raises(grpc.aio.UsageError) as on_the_spot:
                parts.call_of(channel, kind)(*request, credentials=own)
        assert str(on_the_spot.value)
        vault = parts.vault(parts.token("good"), warm=False)
        async with plaintext(vault) as channel:
            call = parts.call_of(channel, kind)(*request, credentials=own)
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await answer(call, kind)
            assert str(on_the_spot.value) in caught.value.details()
            assert await call.details() == caught.value.details()
            assert await call.code() is grpc.StatusCode.INTERNAL
            assert isinstance(caught.value.__cause__, grpc.aio.UsageError)

    asyncio.run(scenario())

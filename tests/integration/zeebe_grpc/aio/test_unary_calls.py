"""A unary call on an authorized asyncio channel is one logical call."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace

import grpc
import grpc.aio
import pytest

from zeebe_grpc.aio import logical_call

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED


def test_warm_token_goes_along(gateway, parts):
    """A call with a cached token carries it, and the provider isn't asked for another."""

    async def scenario():
        vault = parts.vault(parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x", metadata=(("own", "1"),))
            assert isinstance(call, grpc.aio.UnaryUnaryCall)
            assert await call == b"echo x"
            assert await call.code() is grpc.StatusCode.OK
            assert (await call.initial_metadata())["attempt"] == "1"
            assert (await call.trailing_metadata())["attempt"] == "1"
            assert call.done()
            assert not call.cancelled()
            assert not call.cancel()
        assert gateway.arrivals[0].authorization == ("Bearer good",)
        assert ("own", "1") in gateway.arrivals[0].metadata
        assert vault.timeouts == []

    asyncio.run(scenario())


def test_cold_token_is_waited_for_in_the_background(gateway, parts):
    """The call object is returned at once; the call begins when there is a token."""

    async def scenario():
        vault = parts.vault(parts.token("good"), warm=False, held=True)
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x", timeout=20)
            assert not call.done()
            assert 0 < call.time_remaining() <= 20
            await vault.asked.wait()
            assert gateway.arrivals == []
            vault.released.set()
            assert await call == b"echo x"
        assert gateway.tokens == ["good"]
        assert 0 < vault.timeouts[0] <= 20
        assert gateway.arrivals[0].seconds_left < 21

    asyncio.run(scenario())


def test_refused_token_is_replaced_once(gateway, parts):
    """UNAUTHENTICATED invalidates the token, and the call is repeated with another."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")
            told = await asyncio.gather(
                call, call, call.code(), call.details(), call.trailing_metadata(), call
            )
            assert told[0] == told[1] == told[5] == b"echo x"
            assert told[2] is grpc.StatusCode.OK
            assert told[3] == ""
            assert told[4]["attempt"] == "2"
            assert (await call.initial_metadata())["attempt"] == "2"
        assert gateway.tokens == ["stale", "good"]
        assert [t.value.reveal() for t in vault.invalidated] == ["stale"]

    asyncio.run(scenario())


def test_call_that_nobody_awaits_is_repeated_too(gateway, parts):
    """A caller who only adds a callback gets the final attempt's end, once."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        over = asyncio.get_running_loop().create_future()
        told = []
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")

            def callback(ended):
                told.append((ended, ended.done()))
                over.set_result(None)

            call.add_done_callback(callback)
            await over
            assert told == [(call, True)]
            assert await call.code() is grpc.StatusCode.OK
            call.add_done_callback(lambda ended: told.append((ended, ended.done())))
            assert len(told) == 2
        assert gateway.tokens == ["stale", "good"]

    asyncio.run(scenario())


def test_two_refusals_are_the_answer(gateway, parts):
    """A fresh token that is refused as well is not followed by a third."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("bad"), parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")
            for _ in range(2):
                with pytest.raises(grpc.aio.AioRpcError) as caught:
                    await call
                assert caught.value.code() is UNAUTHENTICATED
                assert caught.value.details() == "refused attempt 2"
                assert caught.value.trailing_metadata()["attempt"] == "2"
            assert await call.details() == "refused attempt 2"
        assert gateway.tokens == ["stale", "bad"]
        assert [t.value.reveal() for t in vault.invalidated] == ["stale", "bad"]

    asyncio.run(scenario())


def test_same_token_again_is_not_sent_again(gateway, parts):
    """If the provider has only the refused token to offer, the refusal stands."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("stale"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call
            assert caught.value.details() == "refused attempt 1"
            assert caught.value.__cause__ is None
        assert gateway.tokens == ["stale"]

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream", "stream_unary", "stream_stream"])
def test_permission_denied_is_no_reason(gateway, parts, kind):
    """PERMISSION_DENIED neither invalidates the token nor repeats a call, of any kind."""

    async def scenario():
        gateway.refusal = grpc.StatusCode.PERMISSION_DENIED
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, kind)(*([b"1"] if kind.startswith("unary") else []))
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await (call if kind.endswith("unary") else call.read())
            assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
        assert gateway.tokens == ["stale"]
        assert vault.invalidated == []

    asyncio.run(scenario())


def test_nothing_is_told_while_it_is_open(gateway, parts):
    """Between the refusal and the repeat the call is not done and has no code."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"), held=True)
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")
            code = asyncio.create_task(call.code())
            await vault.asked.wait()
            assert not call.done()
            assert not call.cancelled()
            assert not code.done()
            assert "waits for a token" in repr(call)
            vault.released.set()
            assert await code is grpc.StatusCode.OK
            assert await call == b"echo x"

    asyncio.run(scenario())


def test_one_deadline_covers_both_attempts(gateway, parts, monkeypatch):
    """The repeat has what the first attempt and the wait have left."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"), held=True)
        clock = SimpleNamespace(monotonic=lambda: now)
        now = 1000.0
        monkeypatch.setattr(logical_call, "time", clock)
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x", timeout=3600)
            assert call.time_remaining() == 3600
            await vault.asked.wait()
            assert vault.timeouts == [3600]
            now += 3000
            vault.released.set()
            await call
            assert call.time_remaining() == 600
        first, second = (arrival.seconds_left for arrival in gateway.arrivals)
        assert second < 1000 < first

    asyncio.run(scenario())


@pytest.mark.parametrize("warm", [True, False])
def test_deadline_ends_the_wait(gateway, parts, warm):
    """A token that doesn't come in time is DEADLINE_EXCEEDED, before and after a refusal."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"), warm=warm, held=True)
        async with parts.channel(gateway, vault) as channel:
            await channel.channel_ready()
            call = parts.call_of(channel, "unary_unary")(b"x", timeout=1.0)
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call
            assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
            assert await call.code() is grpc.StatusCode.DEADLINE_EXCEEDED
            assert call.done()
            assert call.time_remaining() == 0
            assert not call.cancelled()
        assert vault.cancelled_waits == 1

    asyncio.run(scenario())


STATES = ["plain grpcio", "waiting for a token", "running", "waiting again", "repeating"]


class _Running:
    """A call in one of the states, the same on grpcio's own channel."""

    def __init__(self, gateway, parts, state):
        self.gateway, self.parts, self.state = gateway, parts, state
        self.vault = None

    async def __aenter__(self):
        gateway, parts, state = self.gateway, self.parts, self.state
        if state in {"plain grpcio", "running"}:
            gateway.held["good"] = threading.Event()
        if state == "repeating":
            gateway.held["good"] = threading.Event()
        first = "good" if state in {"plain grpcio", "running"} else "stale"
        cold = state == "waiting for a token"
        self.vault = parts.vault(parts.token(first), parts.token("good"), warm=not cold)
        if state.startswith("waiting"):
            self.vault.released.clear()
        metadata = None
        if state == "plain grpcio":
            self.context = parts.plain(gateway)
            metadata = (("authorization", "Bearer good"),)
        else:
            self.context = parts.channel(gateway, self.vault)
        channel = await self.context.__aenter__()
        self.call = parts.call_of(channel, "unary_unary")(b"x", metadata=metadata, timeout=60)
        if state.startswith("waiting"):
            await self.vault.asked.wait()
        else:
            await gateway.has_arrivals(2 if state == "repeating" else 1)
        return self.call

    async def __aexit__(self, *exc_info):
        await self.context.__aexit__(*exc_info)


@pytest.mark.parametrize("state", STATES)
def test_cancel_ends_what_is_running(gateway, parts, state):
    """`cancel` behaves as grpcio's own in every state, and everybody who awaits is cancelled."""

    async def scenario():
        told = []
        async with _Running(gateway, parts, state) as call:
            awaiting = [asyncio.create_task(_await(call)) for _ in range(2)]
            code = asyncio.create_task(call.code())
            call.add_done_callback(told.append)
            await asyncio.sleep(0)
            assert call.cancel()
            assert not call.cancel()
            assert call.cancelled()
            assert call.done()
            assert told == [call]
            for outcome in await asyncio.gather(*awaiting, return_exceptions=True):
                assert isinstance(outcome, asyncio.CancelledError)
            assert await code is grpc.StatusCode.CANCELLED
            assert await call.details() == "Locally cancelled by application!"
            assert await call.initial_metadata() == grpc.aio.Metadata()
            assert await call.trailing_metadata() == grpc.aio.Metadata()
            with pytest.raises(asyncio.CancelledError):
                await call
        assert told == [call]

    asyncio.run(scenario())


async def _await(call):
    return await call


@pytest.mark.parametrize("state", STATES)
def test_cancelled_awaiter_cancels_the_call(gateway, parts, state):
    """Cancelling a task that awaits the call cancels it, as with grpcio's own."""

    async def scenario():
        async with _Running(gateway, parts, state) as call:
            awaiting, other = (asyncio.create_task(_await(call)) for _ in range(2))
            await asyncio.sleep(0)
            awaiting.cancel()
            for outcome in await asyncio.gather(awaiting, other, return_exceptions=True):
                assert isinstance(outcome, asyncio.CancelledError)
            assert await call.code() is grpc.StatusCode.CANCELLED
            assert call.cancelled()

    asyncio.run(scenario())


@pytest.mark.parametrize("state", STATES)
def test_cancelled_question_leaves_the_call_alone(gateway, parts, state):
    """Cancelling a task that awaits the code leaves the call alone, as with grpcio's own."""

    async def scenario():
        running = _Running(gateway, parts, state)
        async with running as call:
            asking = asyncio.create_task(call.code())
            await asyncio.sleep(0)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            assert not call.done()
            gateway.accepted.add("stale")
            running.vault.released.set()
            for gate in gateway.held.values():
                gate.set()
            assert await call == b"echo x"

    asyncio.run(scenario())


@pytest.mark.parametrize("warm", [True, False])
def test_dropped_call_leaves_no_warning(gateway, parts, warm, caplog):
    """A call without a reference goes on, and asyncio warns of nothing."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"), warm=warm)
        async with parts.channel(gateway, vault) as channel:
            parts.call_of(channel, "unary_unary")(b"x")
            await gateway.has_arrivals(2)

    asyncio.run(scenario(), debug=True)
    assert not [r for r in caplog.records if "never" in r.message or "pending" in r.message]


def test_wait_for_connection_speaks_of_the_final_attempt(gateway, parts):
    """`wait_for_connection` waits through a repeat, and raises for a call that failed."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"), parts.token("bad"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")
            await call.wait_for_connection()
            assert await call == b"echo x"
            gateway.accepted.clear()
            failing = parts.call_of(channel, "unary_unary")(b"x")
            with pytest.raises(grpc.aio.AioRpcError):
                await failing.wait_for_connection()

    asyncio.run(scenario())

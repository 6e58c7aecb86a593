"""Calls cost no threads on an event loop either, where gRPC's own plugin has one for each."""

from __future__ import annotations

import asyncio
import threading

import grpc
import grpc.aio
import pytest
from started_threads import StartedThreads

from zeebe_grpc import GatewayStub, TopologyRequest, aio
from zeebe_grpc.grpc_credentials import channel_credentials

# Names of the servers' threads in this process, and of asyncio's own for the test's waits.
OTHERS = ("ThreadPoolExecutor", "sandbox", "asyncio")


async def finish(kind, call):
    return await call if kind == "unary_unary" else [message async for message in call]


def channel_to(sandbox, provider):
    roots = sandbox.ca_certificate_path.read_bytes()
    return aio.secure_channel(sandbox.address, provider, root_certificates=roots)


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream"])
@pytest.mark.parametrize("way", ["ours", "plugin"])
def test_two_hundred_calls_in_flight_start_no_thread(gateway, parts, kind, way):
    """With a warm token 200 calls in flight start no thread at all, and 200 with a plugin."""

    def plugin(context, done):
        done((("authorization", "Bearer good"),), None)

    async def scenario():
        gateway.held["good"] = threading.Event()
        credentials = grpc.ssl_channel_credentials(gateway.root_certificates)
        if way == "ours":
            vault = parts.vault(parts.token("good"))
            channel = aio.secure_channel(gateway.tls_target, vault, base=credentials)
        else:
            plugged = grpc.metadata_call_credentials(plugin)
            channel = grpc.aio.secure_channel(
                gateway.tls_target, grpc.composite_channel_credentials(credentials, plugged)
            )
        async with channel:
            await channel.channel_ready()
            with StartedThreads(*OTHERS) as threads:
                calls = [parts.call_of(channel, kind)(b"1") for _ in range(200)]
                # As many as the server accepts at a time; the others are waiting.
                await gateway.has_arrivals(16)
                gateway.held["good"].set()
                await asyncio.gather(*(finish(kind, call) for call in calls))
        return threads.names

    names = asyncio.run(scenario())
    assert names == [] if way == "ours" else len(names) >= 200


def test_five_hundred_calls_with_a_cold_token_wait_on_a_handful_of_threads(
    zeebe_sandbox, make_provider
):
    """While a real token request hangs, 500 calls that wait for it have a few threads in all."""
    zeebe_sandbox.token_delay_seconds = 3600
    provider = make_provider(zeebe_sandbox)

    async def scenario():
        async with channel_to(zeebe_sandbox, provider) as channel:
            topology = GatewayStub(channel).Topology
            with StartedThreads(*OTHERS) as threads:
                calls = [topology(TopologyRequest(), timeout=60) for _ in range(500)]
                assert await asyncio.to_thread(zeebe_sandbox.wait_for_token_requests, 1, 60)
                assert threads.alive <= 5
                zeebe_sandbox.token_delay_seconds = 0
                await asyncio.gather(*calls)
        return threads.names

    assert len(asyncio.run(scenario())) <= 8
    assert zeebe_sandbox.token_requests == 1


def test_five_hundred_calls_on_a_provider_that_blocks_share_one_worker(gateway, parts):
    """A provider with `get_token` alone is called on one thread for 500 calls; a second thread
    passes the token to the calls."""
    asked, released = threading.Event(), threading.Event()

    class Blocking:
        def get_token(self):
            asked.set()
            assert released.wait(60)
            return parts.token("good")

    async def scenario():
        async with parts.channel(gateway, Blocking()) as channel:
            with StartedThreads(*OTHERS) as threads:
                calls = [parts.call_of(channel, "unary_unary")(b"x") for _ in range(500)]
                assert await asyncio.to_thread(asked.wait, 20)
                await asyncio.sleep(0)
                assert sorted(threads.names) == ["zeebe-auth-call-1", "zeebe-auth-calls"]
                released.set()
                await asyncio.gather(*calls)

    asyncio.run(scenario())


def test_five_hundred_calls_during_a_refresh_start_a_handful_of_threads(
    zeebe_sandbox, make_provider, hand_time
):
    """While the token in use is refreshed and that hangs, 500 calls are answered all the same."""
    provider = make_provider(zeebe_sandbox)
    provider.get_token()
    zeebe_sandbox.token_delay_seconds = 3600
    hand_time.advance(zeebe_sandbox.token_lifetime_seconds * 0.9)

    async def scenario():
        async with channel_to(zeebe_sandbox, provider) as channel:
            topology = GatewayStub(channel).Topology
            with StartedThreads(*OTHERS) as threads:
                calls = [topology(TopologyRequest()) for _ in range(500)]
                assert await asyncio.to_thread(zeebe_sandbox.wait_for_token_requests, 2, 60)
                await asyncio.gather(*calls)
            assert zeebe_sandbox.token_replies.total() == 1
            assert len(threads.names) <= 5

    asyncio.run(scenario())


def test_a_cold_token_gives_the_threads_of_composite_credentials_back(gateway, parts):
    """On grpcio's own asyncio channel 500 calls with our credentials wait without a thread each."""
    asked, released = threading.Semaphore(0), threading.Event()

    class Blocking:
        def get_token(self):
            asked.release()
            assert released.wait(60)
            return parts.token("good")

    async def scenario():
        credentials = channel_credentials(Blocking(), root_certificates=gateway.root_certificates)
        async with grpc.aio.secure_channel(gateway.tls_target, credentials) as channel:
            with StartedThreads(*OTHERS) as threads:
                calls = [parts.call_of(channel, "unary_unary")(b"x") for _ in range(500)]
                tasks = [asyncio.ensure_future(finish("unary_unary", call)) for call in calls]
                # gRPC starts a thread for each attempt; ours has them end at once.
                await asyncio.to_thread(threads.settle, started=500, alive=5)
                assert asked.acquire(blocking=False)
                assert not asked.acquire(blocking=False)
                released.set()
                assert set(await asyncio.gather(*tasks)) == {b"echo x"}

    asyncio.run(scenario())

"""Calls cost no threads, warm or cold, where gRPC's own plugin has one for each."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from started_threads import StartedThreads

import zeebe_grpc
from zeebe_grpc import GatewayStub, TopologyRequest
from zeebe_grpc.channels import secure_channel
from zeebe_grpc.grpc_credentials import channel_credentials

HEADER = (("authorization", "Bearer token-1"),)
# Names of the servers' threads in this process, and of callers' that the test makes itself.
SERVERS = ("ThreadPoolExecutor", "sandbox", "callers")


def composite(server, plugin):
    """gRPC's own way: TLS and a plugin that is asked for metadata."""
    return grpc.composite_channel_credentials(
        grpc.ssl_channel_credentials(server.ca), grpc.metadata_call_credentials(plugin)
    )


def channel_to(sandbox, provider):
    roots = sandbox.ca_certificate_path.read_bytes()
    return zeebe_grpc.secure_channel(sandbox.address, provider, root_certificates=roots)


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream"])
def test_two_hundred_calls_in_flight_start_no_thread(kit, server, provider, gate, kind):
    """With a warm token 200 calls start the threads that 200 calls with the header by hand do,
    that is gRPC's one for them all; a plugin, asked for the same token, has one more for each."""

    def started(channel, **arguments):
        stub = kit.method(channel, kind)
        gate.open.clear()
        with channel, StartedThreads(*SERVERS) as threads:
            start = stub.future if kind == "unary_unary" else stub
            calls = [start(b"echo", **arguments) for _ in range(200)]
            gate.open.set()
            for call in calls:
                call.result() if kind == "unary_unary" else list(call)
        return len(threads.names)

    tls = grpc.ssl_channel_credentials(server.ca)
    ours = started(secure_channel(server.tls_target, provider, root_certificates=server.ca))
    by_hand = started(grpc.secure_channel(server.tls_target, tls), metadata=HEADER)
    plugin = composite(server, lambda _, done: done(HEADER, None))
    with_plugin = started(grpc.secure_channel(server.tls_target, plugin))
    assert ours == by_hand == 1
    assert with_plugin >= 200


@pytest.mark.parametrize("style", ["__call__", "with_call"])
def test_blocking_calls_start_no_thread(kit, server, provider, gate, style):
    """200 callers that block at the same time have their own threads and no others."""
    gate.open.clear()
    arrived = threading.Barrier(201)
    with (
        secure_channel(server.tls_target, provider, root_certificates=server.ca) as channel,
        ThreadPoolExecutor(200, thread_name_prefix="callers") as callers,
    ):
        call = getattr(kit.method(channel, "unary_unary"), style)

        def ask():
            arrived.wait(kit.PATIENCE_SECONDS)
            return call(b"echo")

        with StartedThreads(*SERVERS) as threads:
            calls = [callers.submit(ask) for _ in range(200)]
            arrived.wait(kit.PATIENCE_SECONDS)
            gate.open.set()
            for each in calls:
                each.result()
    assert threads.names == []


def test_five_hundred_calls_with_a_cold_token_wait_on_a_handful_of_threads(
    zeebe_sandbox, make_provider
):
    """While a real token request hangs, 500 futures that wait for it have a few threads in all."""
    zeebe_sandbox.token_delay_seconds = 3600
    provider = make_provider(zeebe_sandbox)
    with (
        channel_to(zeebe_sandbox, provider) as channel,
        StartedThreads(*SERVERS) as threads,
    ):
        topology = GatewayStub(channel).Topology
        # With a deadline, which is watched as well.
        calls = [topology.future(TopologyRequest(), timeout=60) for _ in range(500)]
        assert zeebe_sandbox.wait_for_token_requests(1, timeout_seconds=60)
        assert threads.alive <= 5
        zeebe_sandbox.token_delay_seconds = 0
        for call in calls:
            call.result()
    assert len(threads.names) <= 8
    assert zeebe_sandbox.token_requests == 1


def test_five_hundred_calls_during_a_refresh_start_a_handful_of_threads(
    zeebe_sandbox, make_provider, hand_time
):
    """While the token in use is refreshed and that hangs, 500 futures are answered all the same."""
    provider = make_provider(zeebe_sandbox)
    provider.get_token()
    zeebe_sandbox.token_delay_seconds = 3600
    hand_time.advance(zeebe_sandbox.token_lifetime_seconds * 0.9)
    with (
        channel_to(zeebe_sandbox, provider) as channel,
        StartedThreads(*SERVERS) as threads,
    ):
        topology = GatewayStub(channel).Topology
        calls = [topology.future(TopologyRequest()) for _ in range(500)]
        assert zeebe_sandbox.wait_for_token_requests(2, timeout_seconds=60)
        for call in calls:
            call.result()
        assert zeebe_sandbox.token_replies.total() == 1
    assert len(threads.names) <= 5


@pytest.mark.parametrize("whose", ["a blocking plugin", "ours"])
def test_a_cold_token_gives_grpc_its_threads_back(kit, server, cold_provider, whose):
    """500 calls with our composite credentials wait for a token without a thread each, which they
    have with a plugin that waits itself."""
    waiting = threading.Semaphore(0)
    if whose == "ours":
        credentials = channel_credentials(cold_provider, root_certificates=server.ca)
    else:

        def plugin(context, done):
            waiting.release()
            done((("authorization", cold_provider.get_token().authorization),), None)

        credentials = composite(server, plugin)
    with (
        grpc.secure_channel(server.tls_target, credentials) as channel,
        StartedThreads(*SERVERS) as threads,
    ):
        stub = kit.method(channel, "unary_unary")
        calls = [stub.future(b"echo") for _ in range(500)]
        # gRPC starts a thread for each attempt, one way or the other.
        if whose == "ours":
            threads.settle(started=500, alive=5)
        else:
            for _ in calls:
                assert waiting.acquire(timeout=kit.PATIENCE_SECONDS)
            assert threads.alive >= 500
        cold_provider.ready.set()
        assert {call.result(kit.PATIENCE_SECONDS) for call in calls} == {b"re:echo"}
    assert cold_provider.asked == (1 if whose == "ours" else 500)


def test_composite_credentials_with_a_warm_token_start_no_thread_of_ours(kit, server, provider):
    """With a warm token our plugin answers on gRPC's own thread, and none is started by us."""
    credentials = channel_credentials(provider, root_certificates=server.ca)
    with (
        grpc.secure_channel(server.tls_target, credentials) as channel,
        StartedThreads(*SERVERS) as threads,
    ):
        stub = kit.method(channel, "unary_unary")
        for call in [stub.future(b"echo") for _ in range(20)]:
            call.result()
    # What is left are gRPC's own, without a name: one for each attempt, and one for all futures.
    assert len(threads.names) >= 20
    assert [name for name in threads.names if not name.startswith("Thread-")] == []
    assert provider.asked == 0

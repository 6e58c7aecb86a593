"""A real provider, a real token endpoint, and a gateway that refuses the tokens it gave."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

import zeebe_grpc
from zeebe_grpc import GatewayStub, TopologyRequest, aio

IN_FLIGHT = 500
PATIENCE_SECONDS = 60


def with_futures(sandbox, provider, root_certificates, revoke):
    with zeebe_grpc.secure_channel(
        sandbox.address, provider, root_certificates=root_certificates
    ) as channel:
        topology = GatewayStub(channel).Topology
        calls = [topology.future(TopologyRequest()) for _ in range(IN_FLIGHT)]
        revoke()
        return [call.result(PATIENCE_SECONDS) for call in calls]


def with_threads(sandbox, provider, root_certificates, revoke):
    took_token = threading.Semaphore(0)
    current_token = provider.current_token

    def watched():
        token = current_token()
        took_token.release()
        return token

    provider.current_token = watched
    with (
        zeebe_grpc.secure_channel(
            sandbox.address, provider, root_certificates=root_certificates
        ) as channel,
        ThreadPoolExecutor(IN_FLIGHT) as callers,
    ):
        topology = GatewayStub(channel).Topology
        calls = [
            callers.submit(topology, TopologyRequest(), timeout=PATIENCE_SECONDS)
            for _ in range(IN_FLIGHT)
        ]
        for _ in calls:
            assert took_token.acquire(timeout=PATIENCE_SECONDS)
        revoke()
        return [call.result(PATIENCE_SECONDS) for call in calls]


def with_asyncio(sandbox, provider, root_certificates, revoke):
    async def scenario():
        async with aio.secure_channel(
            sandbox.address, provider, root_certificates=root_certificates
        ) as channel:
            topology = GatewayStub(channel).Topology
            calls = [topology(TopologyRequest()) for _ in range(IN_FLIGHT)]
            revoke()
            return await asyncio.gather(*calls)

    return asyncio.run(asyncio.wait_for(scenario(), PATIENCE_SECONDS))


@pytest.mark.parametrize("call", [with_futures, with_threads, with_asyncio])
def test_a_revocation_costs_one_token_request_and_one_repeat_a_call(
    zeebe_sandbox, make_provider, door, call
):
    """500 calls in flight whose token is revoked share a new one, and each is sent once more."""
    provider = make_provider(zeebe_sandbox)
    provider.get_token()
    door.clear()

    def revoke():
        zeebe_sandbox.revoke_tokens()
        door.set()

    answers = call(zeebe_sandbox, provider, zeebe_sandbox.ca_certificate_path.read_bytes(), revoke)
    assert len(answers) == IN_FLIGHT
    assert zeebe_sandbox.token_requests == 2
    assert zeebe_sandbox.calls == {
        ("Topology", "UNAUTHENTICATED"): IN_FLIGHT,
        ("Topology", "OK"): IN_FLIGHT,
    }


def refused_blocking(sandbox, provider, root_certificates, before_each):
    with zeebe_grpc.secure_channel(
        sandbox.address, provider, root_certificates=root_certificates
    ) as channel:
        topology = GatewayStub(channel).Topology
        for _ in range(1000):
            before_each()
            with pytest.raises(grpc.RpcError) as caught:
                topology(TopologyRequest(), timeout=PATIENCE_SECONDS)
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
        sandbox.gateway_refuses_tokens = False
        topology(TopologyRequest(), timeout=PATIENCE_SECONDS)


def refused_asyncio(sandbox, provider, root_certificates, before_each):
    async def scenario():
        async with aio.secure_channel(
            sandbox.address, provider, root_certificates=root_certificates
        ) as channel:
            topology = GatewayStub(channel).Topology
            for _ in range(1000):
                before_each()
                with pytest.raises(grpc.aio.AioRpcError) as caught:
                    await topology(TopologyRequest(), timeout=PATIENCE_SECONDS)
                assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
            sandbox.gateway_refuses_tokens = False
            await topology(TopologyRequest(), timeout=PATIENCE_SECONDS)

    asyncio.run(scenario())


@pytest.mark.parametrize("call", [refused_blocking, refused_asyncio])
@pytest.mark.parametrize(
    ("seconds_a_call", "token_requests"),
    [
        # A burst: the token it began with, and the one fetched for its refusal.
        (0.0, 2),
        # 20 s: then again once 5 s and once 10 s have passed since the last.
        (0.02, 4),
    ],
)
def test_a_thousand_refused_calls_ask_for_a_handful_of_tokens(
    zeebe_sandbox, make_provider, hand_time, call, seconds_a_call, token_requests
):
    """If a gateway refuses every token, the token endpoint gets few requests, the refusals reach
    the callers, and the first accepted call succeeds."""
    provider = make_provider(zeebe_sandbox)
    zeebe_sandbox.gateway_refuses_tokens = True
    call(
        zeebe_sandbox,
        provider,
        zeebe_sandbox.ca_certificate_path.read_bytes(),
        lambda: hand_time.advance(seconds_a_call),
    )
    assert zeebe_sandbox.token_requests == token_requests
    # Each new token but the first was sent once more, by the call that was refused for the old.
    assert zeebe_sandbox.calls == {
        ("Topology", "UNAUTHENTICATED"): 1000 + token_requests - 1,
        ("Topology", "OK"): 1,
    }

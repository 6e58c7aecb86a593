"""RPCs don't notice a token endpoint that hangs or fails while the token is valid."""

from __future__ import annotations

import asyncio
import threading

import grpc
import pytest

import zeebe_grpc
from zeebe_auth import EventKind, RefreshPolicy, TokenEndpointError, TokenTimeout
from zeebe_grpc import GatewayStub, TopologyRequest, aio
from zeebe_grpc.sandbox import Sandbox

PATIENCE_SECONDS = 60
LIFETIME_SECONDS = 1000
NEVER_SECONDS = 3600
# One attempt, so that a failed flight waits for no clock before it reports that.
ONE_ATTEMPT = RefreshPolicy(max_attempts=1)


@pytest.fixture
def sandbox(hand_time):
    """A sandbox whose clock is the provider's."""
    with Sandbox(wall_clock=hand_time.wall, token_lifetime_seconds=LIFETIME_SECONDS) as running:
        yield running


@pytest.fixture
def failed():
    """A semaphore that is released for each failed refresh, when the provider has recorded it."""
    return threading.Semaphore(0)


@pytest.fixture(params=["blocking", "future", "asyncio"])
def topology(request, sandbox, make_provider, failed):
    """Give a function `(timeout) -> None` that makes one RPC on a channel with a warm token."""

    def on_event(event):
        if event.kind is EventKind.REFRESH_FAILED:
            failed.release()

    provider = make_provider(sandbox, ONE_ATTEMPT, on_event)
    provider.get_token()
    target, ca = sandbox.address, sandbox.ca_certificate_path.read_bytes()
    if request.param == "asyncio":
        with asyncio.Runner() as runner:

            async def make():
                return aio.secure_channel(target, provider, root_certificates=ca)

            channel = runner.run(make())

            async def ask(timeout):
                await GatewayStub(channel).Topology(TopologyRequest(), timeout=timeout)

            yield lambda timeout=PATIENCE_SECONDS: runner.run(ask(timeout))
            runner.run(channel.close())
        return
    with zeebe_grpc.secure_channel(target, provider, root_certificates=ca) as channel:
        stub = GatewayStub(channel).Topology
        if request.param == "blocking":
            yield lambda timeout=PATIENCE_SECONDS: stub(TopologyRequest(), timeout=timeout)
        else:
            yield lambda timeout=PATIENCE_SECONDS: stub.future(
                TopologyRequest(), timeout=timeout
            ).result()


def test_a_token_endpoint_that_hangs_holds_up_no_call_while_the_token_is_good(
    sandbox, hand_time, topology
):
    """Calls end while the refresh still hangs; without a token they end at their deadline, with the
    reason as cause; when the endpoint answers, calls succeed again."""
    sandbox.token_delay_seconds = NEVER_SECONDS
    # Just before it ends: while the token is still returned.
    hand_time.advance(LIFETIME_SECONDS - 15)
    topology()
    assert sandbox.wait_for_token_requests(2, PATIENCE_SECONDS)
    for _ in range(20):
        topology()
    assert sandbox.token_replies.total() == 1
    # Less than the 10 s that one request may take.
    hand_time.advance(6)
    with pytest.raises(grpc.RpcError) as caught:
        topology(timeout=0.3)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert isinstance(caught.value.__cause__, TokenTimeout)
    assert sandbox.token_replies.total() == 1
    sandbox.token_delay_seconds = 0
    topology()
    assert sandbox.calls == {("Topology", "OK"): 22}


def test_a_token_endpoint_that_fails_is_not_noticed_while_the_token_is_good(
    sandbox, hand_time, topology, failed
):
    """Calls succeed while refreshes fail; without a token they fail at once, without a request,
    with the typed error as cause; when the endpoint answers again, calls succeed."""
    sandbox.refuse_token_requests(1000, 500)
    hand_time.advance(LIFETIME_SECONDS * 0.85)
    for _ in range(3):
        topology()
        assert failed.acquire(timeout=PATIENCE_SECONDS)
        for _ in range(5):
            topology()
        # Past the time during which no request is made after a failure.
        hand_time.advance(31)
    hand_time.advance(LIFETIME_SECONDS)
    with pytest.raises(grpc.RpcError):
        topology()
    asked = sandbox.token_requests
    for _ in range(20):
        with pytest.raises(grpc.RpcError) as caught:
            topology()
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert isinstance(caught.value.__cause__, TokenEndpointError)
        assert caught.value.__cause__.retryable
    assert sandbox.token_requests == asked
    sandbox.refuse_token_requests(0)
    hand_time.advance(31)
    topology()
    assert sandbox.token_requests == asked + 1
    assert sandbox.calls == {("Topology", "OK"): 19}

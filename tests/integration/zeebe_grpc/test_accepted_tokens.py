"""A gateway that refuses tokens which it had accepted, on a channel that remembers."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import grpc
import grpc.aio
import pytest

import zeebe_grpc
from zeebe_grpc import aio

PATIENCE_SECONDS = 60


class Doors:
    """A server with a method that accepts every token but revoked ones, and one that accepts none.

    Attributes:
        revoked: What ``open`` refuses.
        seen: The tokens that it accepted, in order.
    """

    def __init__(self) -> None:
        self.revoked: set[str] = set()
        self.seen: list[str] = []

    def open(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        sent = dict(context.invocation_metadata())["authorization"]
        if sent in self.revoked:
            self.shut(request, context)
        self.seen.append(sent)
        return b"come in"

    def shut(self, _request: bytes, context: grpc.ServicerContext) -> bytes:
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "not with this token")

    def revoke(self) -> None:
        self.revoked.add(self.seen[-1])


@pytest.fixture
def doors():
    doors = Doors()
    server = grpc.server(ThreadPoolExecutor(4))
    methods = {
        name: grpc.unary_unary_rpc_method_handler(getattr(doors, name)) for name in ("open", "shut")
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("doors", methods),))
    doors.target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    yield doors
    server.stop(None).wait(PATIENCE_SECONDS)


class Blocking:
    """Calls of a sync channel."""

    def __init__(self, doors, provider):
        self.channel = zeebe_grpc.insecure_channel(doors.target, provider)
        self.methods = {
            name: self.channel.unary_unary(f"/doors/{name}") for name in ("open", "shut")
        }

    def call(self, name):
        return self.methods[name](b"", timeout=PATIENCE_SECONDS)

    def close(self):
        self.channel.close()


class Asyncio(Blocking):
    """Calls of an asyncio channel."""

    def __init__(self, doors, provider):
        self.runner = asyncio.Runner()

        async def make():
            self.channel = aio.insecure_channel(doors.target, provider)
            self.methods = {
                name: self.channel.unary_unary(f"/doors/{name}") for name in ("open", "shut")
            }

        self.runner.run(make())

    def call(self, name):
        async def call():
            return await self.methods[name](b"", timeout=PATIENCE_SECONDS)

        return self.runner.run(call())

    def close(self):
        self.runner.run(self.channel.close())
        self.runner.close()


@pytest.fixture(params=[Blocking, Asyncio])
def connect(request, doors):
    """Give a function `(provider) -> calls on a channel of its own`."""
    made = []

    def make(provider):
        made.append(request.param(doors, provider))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_two_revocations_within_five_seconds_fail_no_call(
    zeebe_sandbox, make_provider, hand_time, doors, connect
):
    """The token between them had been accepted, so that its successor is fetched at once."""
    calls = connect(make_provider(zeebe_sandbox))
    for _ in range(3):
        for _ in range(10):
            assert calls.call("open") == b"come in"
            hand_time.advance(0.2)
        doors.revoke()
    assert calls.call("open") == b"come in"
    assert len(set(doors.seen)) == zeebe_sandbox.token_requests == 4


def test_a_method_that_is_always_refused_beside_one_that_never_is_makes_no_storm(
    zeebe_sandbox, make_provider, hand_time, doors, connect
):
    """Each token is accepted and then refused, for a minute: three are replaced at once, and others
    after 5, 10 and 20 s."""
    calls = connect(make_provider(zeebe_sandbox))
    for _ in range(600):
        assert calls.call("open") == b"come in"
        with pytest.raises(grpc.RpcError) as failure:
            calls.call("shut")
        assert failure.value.code() is grpc.StatusCode.UNAUTHENTICATED
        hand_time.advance(0.1)
    assert zeebe_sandbox.token_requests == 1 + 3 + 3


def test_a_channel_on_which_a_token_was_not_accepted_says_nothing_of_it(
    zeebe_sandbox, make_provider, hand_time, doors, connect
):
    """Acceptance on another channel doesn't count: that one may lead to another gateway."""
    provider = make_provider(zeebe_sandbox)
    used, fresh = connect(provider), connect(provider)
    used.call("open")
    doors.revoke()
    used.call("open")
    doors.revoke()
    with pytest.raises(grpc.RpcError) as failure:
        fresh.call("open")
    assert failure.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert zeebe_sandbox.token_requests == 2
    assert used.call("open") == b"come in"
    assert zeebe_sandbox.token_requests == 3
    assert fresh.call("open") == b"come in"

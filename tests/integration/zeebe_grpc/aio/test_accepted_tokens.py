"""Which ends of a call show that its token was accepted, as the provider hears when it is
refused."""

from __future__ import annotations

import asyncio

import grpc.aio
import pytest


async def requests(*texts):
    for text in texts:
        yield text


async def unary(parts, channel, kind):
    await parts.call_of(channel, kind)(b"1" if kind.startswith("unary") else requests(b"1"))


async def unary_with_metadata(parts, channel, kind):
    request = b"1" if kind.startswith("unary") else requests(b"1")
    await parts.call_of(channel, kind)(request, metadata=(("key", "value"),))


async def code(parts, channel, kind):
    call = parts.call_of(channel, kind)(b"1" if kind.startswith("unary") else requests(b"1"))
    assert await call.code() is grpc.StatusCode.OK


async def written(parts, channel, kind):
    call = parts.call_of(channel, kind)()
    await call.write(b"1")
    await call.done_writing()
    await call


async def first_message(parts, channel, kind):
    call = parts.call_of(channel, kind)(b"2" if kind.startswith("unary") else None)
    if kind.startswith("stream"):
        await call.write(b"1")
    assert await call.read()
    call.cancel()


async def iterated(parts, channel, kind):
    call = parts.call_of(channel, kind)(b"2" if kind.startswith("unary") else requests(b"1"))
    assert [message async for message in call]


async def no_message(parts, channel, kind):
    call = parts.call_of(channel, kind)(b"0" if kind.startswith("unary") else requests())
    assert await call.read() is grpc.aio.EOF


async def held():
    """Give no request before the refusal: gRPC may report INTERNAL for one that it can't write any
    more."""
    await asyncio.Event().wait()
    yield b""


OF_ONE = ("unary_unary", "stream_unary")
OF_MANY = ("unary_stream", "stream_stream")
WAYS = [
    *((way, kind) for kind in OF_ONE for way in (unary, unary_with_metadata, code)),
    (written, "stream_unary"),
    *((way, kind) for kind in OF_MANY for way in (first_message, iterated, no_message)),
]


@pytest.fixture
def vault(parts):
    class Told(parts.vault):
        def __init__(self, *tokens):
            super().__init__(*tokens)
            self.told = []

        def invalidate(self, refused, *, accepted=False):
            self.told.append((refused.value.reveal(), accepted))
            super().invalidate(refused)

    return Told(parts.token("good"), parts.token("better"))


async def refused(gateway, parts, channel, kind="unary_unary"):
    gateway.accepted = set()
    call = parts.call_of(channel, kind)(b"1" if kind.startswith("unary") else held())
    with pytest.raises(grpc.aio.AioRpcError) as failure:
        await (call.read() if kind in OF_MANY else call)
    assert failure.value.code() is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize(("way", "kind"), WAYS, ids=lambda way: getattr(way, "__name__", way))
def test_an_ok_and_a_message_are_acceptance(gateway, parts, vault, way, kind):
    """Either shows that the channel accepted the token, whatever kind of call it was; its successor
    was refused at once."""

    async def scenario():
        async with parts.channel(gateway, vault) as channel:
            await way(parts, channel, kind)
            await refused(gateway, parts, channel)

    asyncio.run(scenario())
    assert vault.told == [("good", True), ("better", False)]


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream", "stream_unary", "stream_stream"])
def test_every_kind_of_call_tells_of_acceptance(gateway, parts, vault, kind):
    """The provider hears of it, however the refusal arrived."""

    async def scenario():
        async with parts.channel(gateway, vault) as channel:
            await unary(parts, channel, "unary_unary")
            await refused(gateway, parts, channel, kind)

    asyncio.run(scenario())
    assert vault.told[0] == ("good", True)


def test_another_status_is_none(gateway, parts, vault):
    """An ingress may reply with it without checking the token."""

    async def scenario():
        async with parts.channel(gateway, vault) as channel:
            gateway.accepted, gateway.refusal = set(), grpc.StatusCode.PERMISSION_DENIED
            with pytest.raises(grpc.aio.AioRpcError):
                await unary(parts, channel, "unary_unary")
            gateway.refusal = grpc.StatusCode.UNAUTHENTICATED
            await refused(gateway, parts, channel)

    asyncio.run(scenario())
    assert vault.told[0] == ("good", False)


def test_a_stream_that_is_refused_after_a_message_had_been_accepted(gateway, parts, vault):
    """Its token expired or was revoked while it ran."""

    async def scenario():
        gateway.messages_before_refusal = 1
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_stream")(b"3")
            assert await call.read() == b"message 0"
            with pytest.raises(grpc.aio.AioRpcError):
                await call.read()

    asyncio.run(scenario())
    assert vault.told == [("good", True)]


def test_a_repeat_that_went_well_is_acceptance_of_its_own_token(gateway, parts, vault):
    """It doesn't count for the token that was refused before."""

    async def scenario():
        gateway.accepted = {"better"}
        vault.tokens.append(parts.token("best"))
        async with parts.channel(gateway, vault) as channel:
            await unary(parts, channel, "unary_unary")
            await refused(gateway, parts, channel)

    asyncio.run(scenario())
    assert vault.told == [("good", False), ("better", True), ("best", False)]

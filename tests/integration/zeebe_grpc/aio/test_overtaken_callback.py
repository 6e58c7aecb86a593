"""A caller who is ahead of gRPC's callback at the end of an attempt, behind a real interceptor.

gRPC calls it in the loop turn after its interceptor task has ended. Whoever was woken in the turn
in which that task ends asks the call before then.
"""

from __future__ import annotations

import asyncio
import gc

import grpc
import grpc.aio
import pytest

from zeebe_grpc import aio

WAYS = [
    ("unary_unary", "await"),
    ("stream_unary", "await"),
    ("unary_stream", "iterate"),
    ("unary_stream", "read"),
    ("stream_stream", "iterate"),
    ("stream_stream", "read"),
]


# gRPC takes an interceptor for one kind only, the first that its class names.
INTERCEPTORS = {
    "unary_unary": grpc.aio.UnaryUnaryClientInterceptor,
    "unary_stream": grpc.aio.UnaryStreamClientInterceptor,
    "stream_unary": grpc.aio.StreamUnaryClientInterceptor,
    "stream_stream": grpc.aio.StreamStreamClientInterceptor,
}


def interceptors(intercept):
    """An interceptor for each kind, all of which do the same."""
    return [
        type(f"{kind}_interceptor", (base,), {f"intercept_{kind}": staticmethod(intercept)})()
        for kind, base in INTERCEPTORS.items()
    ]


class Watching:
    """Waits for the end of attempts, as an interceptor that measures does, and says when the first
    has ended. ``streaming`` leaves later ones alone, whose messages the caller must read first."""

    def __init__(self, error=None, *, streaming=False):
        self.ended = asyncio.Event()
        self.error = error
        self.streaming = streaming

    async def intercept(self, continuation, details, request):
        call = await continuation(details, request)
        if self.streaming and self.ended.is_set():
            return call
        try:
            code = await call.code()
            if code is grpc.StatusCode.OK:
                return call
            if self.error is not None:
                raise self.error
            raise grpc.aio.AioRpcError(
                code,
                await call.initial_metadata(),
                await call.trailing_metadata(),
                await call.details(),
            )
        finally:
            self.ended.set()


async def answer_at_once(continuation, details, request):
    """An interceptor with an answer of its own."""
    return b"mine"


async def stream_at_once(continuation, details, request):
    """Do the same for a stream: gRPC wants a call behind it, which isn't waited for."""

    async def responses():
        yield b"mine"

    await continuation(details, request)
    return responses()


def start(parts, channel, kind, ready=None):
    """A call whose requests, if it streams them, come once it is ``ready``."""

    async def requests():
        await ready.wait()
        yield b"0"

    ready = ready or asyncio.Event()
    return parts.call_of(channel, kind)(b"0" if kind.startswith("unary") else requests())


async def release_at_the_repeat(gateway, ready):
    await gateway.has_arrivals(2)
    ready.set()


async def answer(call, style):
    if style == "await":
        return await call
    if style == "iterate":
        return [message async for message in call]
    messages = []
    while (message := await call.read()) is not grpc.aio.EOF:
        messages.append(message)
    return messages


def channel_behind(gateway, parts, intercept, *tokens):
    vault = parts.vault(*(parts.token(token) for token in tokens))
    channel = grpc.aio.insecure_channel(gateway.target, interceptors=interceptors(intercept))
    return aio.authorize(channel, vault, allow_plaintext=True), vault


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize(("kind", "style"), WAYS)
def test_a_refused_call_is_repeated_before_its_caller_is_told(gateway, parts, kind, style, ahead):
    """Whether or not the caller is ahead, they get the repeat's answer, and the call is done."""
    answers = {
        "unary_unary": b"echo 0",
        "stream_unary": b"took 1",
        "unary_stream": [],
        "stream_stream": [b"echo 0"],
    }

    async def scenario():
        watching = Watching(streaming=kind == "stream_stream")
        channel, vault = channel_behind(gateway, parts, watching.intercept, "stale", "good")
        async with channel:
            ready = asyncio.Event()
            call = start(parts, channel, kind, ready)
            releasing = asyncio.create_task(release_at_the_repeat(gateway, ready))
            if ahead:
                await watching.ended.wait()
            assert await answer(call, style) == answers[kind]
            await releasing
            assert call.done()
            assert not call.cancel()
            assert await call.code() is grpc.StatusCode.OK
        assert gateway.tokens == ["stale", "good"]
        assert [token.value.reveal() for token in vault.invalidated] == ["stale"]

    asyncio.run(scenario())


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize(("kind", "style"), WAYS)
def test_every_kind_is_repeated_before_its_caller_is_told(gateway, parts, kind, style, ahead):
    """Two refusals: both attempts are made before the caller is told of the second, and none
    afterwards."""

    async def scenario():
        watching = Watching()
        channel, vault = channel_behind(gateway, parts, watching.intercept, "stale", "bad", "good")
        async with channel:
            call = start(parts, channel, kind)
            if ahead:
                await watching.ended.wait()
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await answer(call, style)
            assert caught.value.details() == "refused attempt 2"
            assert call.done()
            assert await call.details() == "refused attempt 2"
            vault.current = parts.token("good")
            for _ in range(10):
                await asyncio.sleep(0)
        assert gateway.tokens == ["stale", "bad"]
        assert [token.value.reveal() for token in vault.invalidated] == ["stale", "bad"]

    asyncio.run(scenario())


# Up to 1.66 at least, gRPC raises the interceptor's error in its callback, where asyncio logs it,
# and once more where its call is freed.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize(("kind", "style"), WAYS)
def test_an_interceptors_own_error_ends_the_call(gateway, parts, kind, style, ahead):
    """A call that reported such an error is not repeated, though gRPC's own answer was a
    refusal."""

    async def scenario():
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        watching = Watching(ZeroDivisionError())
        channel, _ = channel_behind(gateway, parts, watching.intercept, "stale", "good")
        async with channel:
            call = start(parts, channel, kind)
            if ahead:
                await watching.ended.wait()
            with pytest.raises(ZeroDivisionError):
                await answer(call, style)
            assert call.done()
            for _ in range(10):
                await asyncio.sleep(0)
        assert gateway.tokens == ["stale"]

    asyncio.run(scenario())
    gc.collect()


@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("turns", [0, 1, 2])
def test_a_call_that_an_interceptor_answers_is_done(gateway, parts, turns, warm):
    """Right after the answer `done` is what it is on gRPC's own call, in whichever turn the caller
    asks."""

    async def scenario():
        channel, vault = channel_behind(gateway, parts, answer_at_once, "good")
        if not warm:
            vault.tokens, vault.current = [vault.current], None
        async with channel:
            call = start(parts, channel, "unary_unary")
            # In one of these turns the interceptor has answered, and gRPC has called nothing back.
            for _ in range(turns):
                await asyncio.sleep(0)
            assert await call == b"mine"
            assert (call.done(), call.cancelled(), call.cancel()) == (True, False, False)
            assert await call.code() is grpc.StatusCode.OK
        assert gateway.arrivals == []

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["unary_stream", "stream_stream"])
def test_a_stream_that_an_interceptor_answers_is_not_repeated(gateway, parts, kind):
    """An interceptor's own messages are the answer, whatever its call says afterwards."""

    async def scenario():
        channel, _ = channel_behind(gateway, parts, stream_at_once, "stale", "good")
        async with channel:
            call = start(parts, channel, kind)
            assert await answer(call, "iterate") == [b"mine"]
            await call.code()
            assert call.done()
        assert gateway.tokens in ([], ["stale"])

    asyncio.run(scenario())

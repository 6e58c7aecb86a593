"""Each kind of call behaves as grpcio's own asyncio call with the header passed by hand."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager

import grpc
import grpc.aio
import pytest

KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")
STYLES = {
    "unary_unary": ("await",),
    "stream_unary": ("await",),
    "unary_stream": ("iterate", "read"),
    "stream_stream": ("iterate", "read"),
}
WAYS = [(kind, style) for kind, styles in STYLES.items() for style in styles]
DEADLINE_SECONDS = 0.3


async def requests_of(*requests):
    for request in requests:
        yield request


async def one_and_no_end():
    # grpcio ends a call as INTERNAL where it writes to a server that has ended it.
    yield b"1"
    await asyncio.Event().wait()


def request(kind, *, refused=False):
    if kind.startswith("unary"):
        return b"2"
    return one_and_no_end() if refused else requests_of(b"1", b"2")


@asynccontextmanager
async def channel_of(gateway, parts, whose, token="good"):
    """A channel and what its calls need besides; the gateway counts anew."""
    gateway.arrivals.clear()
    gateway.taken.clear()
    if whose == "ours":
        async with parts.channel(gateway, parts.vault(parts.token(token))) as channel:
            yield channel, {}
    else:
        async with parts.plain(gateway) as channel:
            yield channel, {"metadata": (("authorization", f"Bearer {token}"),)}


async def compare(scenario):
    """Check that the scenario has the same results with our channel and with grpcio's own."""
    assert await scenario("ours") == await scenario("theirs")


async def got(call, style):
    """What a caller who waits for the answer gets."""
    try:
        if style == "await":
            return await call
        if style == "iterate":
            return [message async for message in call]
        messages = []
        while (message := await call.read()) is not grpc.aio.EOF:
            messages.append(message)
    except grpc.aio.AioRpcError as error:
        return (
            error.code(),
            error.details(),
            tuple(error.initial_metadata()),
            tuple(error.trailing_metadata()),
        )
    except asyncio.CancelledError:
        return "cancelled"
    else:
        return messages


async def outcome(call):
    """What a call that is over reports."""
    return {
        "code": await call.code(),
        "details": await call.details(),
        "initial_metadata": tuple(await call.initial_metadata()),
        "trailing_metadata": tuple(await call.trailing_metadata()),
        "debug_error_string": type(await call.debug_error_string()),
        "done": call.done(),
        "cancelled": call.cancelled(),
        "cancel": call.cancel(),
    }


def callbacks(call):
    """Record which callbacks are called, in their order, and give an event for the last."""
    order, last = [], asyncio.Event()
    call.add_done_callback(lambda ended: order.append(("first", ended is call, ended.done())))
    call.add_done_callback(lambda ended: order.append(("second", ended is call, ended.done())))
    call.add_done_callback(lambda _: last.set())
    return order, last


@pytest.mark.parametrize(("kind", "style"), WAYS)
@pytest.mark.parametrize("code", ["OK", "INVALID_ARGUMENT", "PERMISSION_DENIED", "UNAVAILABLE"])
def test_an_ended_call_tells_the_same(gateway, parts, kind, style, code):
    """Answer, status, metadata and callbacks are those of grpcio's own call, asked twice too."""
    if code != "OK":
        gateway.refusal = grpc.StatusCode[code]
        gateway.requests_before_answer = 1

    async def scenario(whose):
        refused = code != "OK"
        token = "bad" if refused else "good"
        async with channel_of(gateway, parts, whose, token) as (channel, extra):
            call = parts.call_of(channel, kind)(request(kind, refused=refused), **extra)
            order, last = callbacks(call)
            told = {"before": (call.done(), call.cancelled(), call.time_remaining())}
            told["answer"] = await got(call, style)
            async with asyncio.timeout(60):
                await last.wait()
            told["callbacks"] = order
            if style != "iterate":
                told["again"] = await got(call, style)
            told["late"] = []
            call.add_done_callback(lambda ended: told["late"].append(ended is call))
            told["outcome"] = await outcome(call)
            told["kind"] = {base.__name__ for base in grpc_bases(call)}
        return told

    asyncio.run(compare(scenario))


def grpc_bases(call):
    """The public classes of grpc.aio that the call is an instance of."""
    return [
        base
        for base in (
            grpc.aio.Call,
            grpc.aio.UnaryUnaryCall,
            grpc.aio.UnaryStreamCall,
            grpc.aio.StreamUnaryCall,
            grpc.aio.StreamStreamCall,
        )
        if isinstance(call, base)
    ]


@pytest.mark.parametrize(("kind", "style"), WAYS)
def test_questions_can_be_asked_before_the_end(gateway, parts, kind, style):
    """Code, details and metadata that are awaited at the beginning are the same as at the end."""

    async def scenario(whose):
        gateway.held["good"] = threading.Event()
        async with channel_of(gateway, parts, whose) as (channel, extra):
            call = parts.call_of(channel, kind)(request(kind), timeout=60, **extra)
            questions = [
                asyncio.ensure_future(question())
                for question in (
                    call.code,
                    call.details,
                    call.initial_metadata,
                    call.trailing_metadata,
                )
            ]
            await gateway.has_arrivals(1)
            open_still = [question.done() for question in questions]
            in_time = 0 < call.time_remaining() <= 60
            gateway.held["good"].set()
            answer = await got(call, style)
            code, details, first, last = await asyncio.gather(*questions)
            return open_still, in_time, answer, code, details, tuple(first), tuple(last)

    asyncio.run(compare(scenario))


@pytest.mark.parametrize(("kind", "style"), WAYS)
def test_a_deadline_ends_the_call_the_same(gateway, parts, kind, style):
    """A call that is not answered in time is DEADLINE_EXCEEDED for all who wait for it."""

    async def scenario(whose):
        gateway.held["good"] = threading.Event()
        async with channel_of(gateway, parts, whose) as (channel, extra):
            call = parts.call_of(channel, kind)(request(kind), timeout=DEADLINE_SECONDS, **extra)
            order, last = callbacks(call)
            assert 0 <= call.time_remaining() <= DEADLINE_SECONDS
            code, details, _, trailing = await got(call, style)
            # "Stream removed (Deadline Exceeded)" where the server's end comes first.
            assert "Deadline Exceeded" in details
            async with asyncio.timeout(60):
                await last.wait()
            gateway.held["good"].set()
            return (
                (code, trailing, order, await call.code()),
                (call.done(), call.cancelled(), call.cancel(), call.time_remaining() >= 0),
            )

    asyncio.run(compare(scenario))


@pytest.mark.parametrize(("kind", "style"), WAYS)
def test_cancelling_ends_the_call_the_same(gateway, parts, kind, style):
    """A call cancelled while the server works on it is cancelled as grpcio's own is."""

    async def scenario(whose):
        gateway.held["good"] = threading.Event()
        async with channel_of(gateway, parts, whose) as (channel, extra):
            call = parts.call_of(channel, kind)(request(kind), **extra)
            order, last = callbacks(call)
            waiting = asyncio.ensure_future(got(call, style))
            await gateway.has_arrivals(1)
            told = [(call.done(), call.cancelled()), call.cancel(), call.cancel()]
            told.append((call.done(), call.cancelled()))
            told.append(await waiting)
            async with asyncio.timeout(60):
                await last.wait()
            gateway.held["good"].set()
            told += [order, await outcome(call)]
        return told

    asyncio.run(compare(scenario))


@pytest.mark.parametrize("kind", ["unary_unary", "stream_unary"])
def test_several_who_await_get_the_same(gateway, parts, kind):
    """All who await one call get its one answer, and one attempt was sent."""

    async def scenario(whose):
        async with channel_of(gateway, parts, whose) as (channel, extra):
            call = parts.call_of(channel, kind)(request(kind), **extra)
            answers = await asyncio.gather(*(got(call, "await") for _ in range(5)))
            return answers, len(gateway.arrivals)

    asyncio.run(compare(scenario))


@pytest.mark.parametrize("kind", ["stream_unary", "stream_stream"])
def test_writing_is_the_same(gateway, parts, kind):
    """Requests are written one by one, and writing after the end raises grpcio's own error."""

    async def scenario(whose):
        told = []
        async with channel_of(gateway, parts, whose) as (channel, extra):
            call = parts.call_of(channel, kind)(**extra)
            for text in (b"a", b"b"):
                await call.write(text)
                if kind == "stream_stream":
                    told.append(await call.read())
            await call.done_writing()
            await call.done_writing()
            told.append(await got(call, "await" if kind == "stream_unary" else "read"))
            for late in (call.write(b"c"), call.done_writing()):
                try:
                    told.append(await late)
                except asyncio.InvalidStateError as error:
                    told.append(str(error))
            return told, gateway.taken.copy(), await call.code()

    asyncio.run(compare(scenario))


@pytest.mark.parametrize(
    ("kind", "style"), [(kind, style) for kind, style in WAYS if kind.startswith("stream")]
)
def test_the_request_iterator_may_be_a_plain_one(gateway, parts, kind, style):
    """A list's iterator serves as an asynchronous one does."""

    async def scenario(whose):
        async with channel_of(gateway, parts, whose) as (channel, extra):
            call = parts.call_of(channel, kind)(iter([b"1", b"2"]), **extra)
            return await got(call, style), gateway.taken.copy()

    asyncio.run(compare(scenario))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("token", ["good", "bad"])
def test_waiting_for_the_connection_is_the_same(gateway, parts, kind, token):
    """`wait_for_connection` returns, or raises what the call failed with, as grpcio's own does."""
    gateway.refusal = grpc.StatusCode.FAILED_PRECONDITION
    gateway.requests_before_answer = 1
    refused = token == "bad"

    async def scenario(whose):
        async with channel_of(gateway, parts, whose, token) as (channel, extra):
            call = parts.call_of(channel, kind)(request(kind, refused=refused), **extra)
            if refused:
                await call.code()
            try:
                told = await call.wait_for_connection()
            except grpc.aio.AioRpcError as error:
                told = error.code(), error.details()
            return told, await got(call, STYLES[kind][-1])

    asyncio.run(compare(scenario))


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream"])
def test_a_request_that_can_not_be_serialized_fails_the_same(gateway, parts, kind):
    """A serializer that raises has the same effect as with grpcio."""

    def broken(request):
        raise ValueError("unserializable")

    async def scenario(whose):
        async with channel_of(gateway, parts, whose) as (channel, extra):
            stub = getattr(channel, kind)(parts.method(kind), request_serializer=broken)
            try:
                call = stub(b"1", **extra)
                told = await got(call, STYLES[kind][0])
            except Exception as error:
                told = type(error), str(error)
            # Of a stream grpcio sends something empty; whether the server's first words came before
            # its end is up to the network.
            return told[:2] if isinstance(told, tuple) else told, len(gateway.arrivals)

    asyncio.run(compare(scenario))

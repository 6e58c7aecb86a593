"""Streaming calls on an authorized asyncio channel are one logical call each."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import grpc
import grpc.aio
import pytest

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
HEADER = (("authorization", "Bearer good"),)

CALL_TYPES = {
    "unary_unary": grpc.aio.UnaryUnaryCall,
    "unary_stream": grpc.aio.UnaryStreamCall,
    "stream_unary": grpc.aio.StreamUnaryCall,
    "stream_stream": grpc.aio.StreamStreamCall,
}


async def read_all(call):
    return [message async for message in call]


async def read_one_by_one(call):
    messages = []
    while (message := await call.read()) is not grpc.aio.EOF:
        messages.append(message)
    return messages


READERS = [read_all, read_one_by_one]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("first", ["good", "stale", None])
def test_responses_of_a_stream(gateway, parts, first, read):
    """With a warm, a refused or a cold token the caller reads the messages of one stream."""

    async def scenario():
        vault = (
            parts.vault(parts.token(first), parts.token("good"))
            if first
            else parts.vault(parts.token("good"), warm=False)
        )
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_stream")(b"3")
            assert isinstance(call, grpc.aio.UnaryStreamCall)
            assert await read(call) == [b"message 0", b"message 1", b"message 2"]
            assert await call.code() is grpc.StatusCode.OK
            number = "2" if first == "stale" else "1"
            assert (await call.initial_metadata())["attempt"] == number
            assert (await call.trailing_metadata())["attempt"] == number
            assert call.done()
            assert not call.cancelled()
            assert await call.read() is grpc.aio.EOF

    asyncio.run(scenario())


@pytest.mark.parametrize("read", READERS)
def test_stream_is_not_repeated_after_a_message(gateway, parts, read):
    """A stream that is refused after its first message fails, after that message."""

    async def scenario():
        gateway.messages_before_refusal = 1
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_stream")(b"3")
            assert await call.read() == b"message 0"
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call.read()
            assert caught.value.details() == "refused attempt 1"
            assert await call.code() is UNAUTHENTICATED
        assert gateway.tokens == ["stale"]
        assert [t.value.reveal() for t in vault.invalidated] == ["stale"]

    asyncio.run(scenario())


def test_message_that_comes_with_the_refusal_counts(gateway, parts):
    """A message that arrives together with the refusal reaches its reader and rules out a
    repeat."""

    async def scenario():
        gateway.messages_before_refusal = 1
        gateway.held["stale"] = threading.Event()
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_stream")(b"1")
            await gateway.has_arrivals(1)
            reading = asyncio.create_task(call.read())
            await asyncio.sleep(0)
            gateway.held["stale"].set()
            # The loop is busy until the server has said everything.
            assert gateway.ended.wait(60)
            assert await reading == b"message 0"
            with pytest.raises(grpc.aio.AioRpcError):
                await call.read()
        assert gateway.tokens == ["stale"]

    asyncio.run(scenario())


def test_refused_twice_ends_the_stream(gateway, parts):
    """A stream whose repeat is refused too raises the second refusal at the first read."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("bad"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_stream")(b"3")
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await read_all(call)
            assert caught.value.details() == "refused attempt 2"
        assert gateway.tokens == ["stale", "bad"]

    asyncio.run(scenario())


def test_told_initial_metadata_ends_the_choice(gateway, parts):
    """Once the caller has read the initial metadata, the call is not repeated."""

    async def scenario():
        gateway.refuse_after_metadata = threading.Event()
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_stream")(b"3")
            assert (await call.initial_metadata())["attempt"] == "1"
            gateway.refuse_after_metadata.set()
            assert await call.code() is UNAUTHENTICATED
            assert await call.details() == "refused attempt 1"
        assert gateway.tokens == ["stale"]

    asyncio.run(scenario())


def test_untold_initial_metadata_does_not(gateway, parts):
    """Initial metadata that nobody read doesn't prevent a repeat."""

    async def scenario():
        gateway.refuse_after_metadata = threading.Event()
        gateway.refuse_after_metadata.set()
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_stream")(b"1")
            assert await read_all(call) == [b"message 0"]
            assert (await call.initial_metadata())["attempt"] == "2"

    asyncio.run(scenario())


async def requests_of(*requests):
    for request in requests:
        yield request


@pytest.mark.parametrize("make", [requests_of, lambda *requests: iter(requests)])
@pytest.mark.parametrize("warm", [True, False])
def test_request_iterators(gateway, parts, make, warm):
    """Requests come from an asynchronous or a plain iterator, once, also after a wait."""

    async def scenario():
        vault = parts.vault(parts.token("good"), warm=warm)
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "stream_unary")(make(b"a", b"b"))
            assert isinstance(call, grpc.aio.StreamUnaryCall)
            assert await call == b"took 2"
            both = parts.call_of(channel, "stream_stream")(make(b"a", b"b"))
            assert isinstance(both, grpc.aio.StreamStreamCall)
            assert await read_all(both) == [b"echo a", b"echo b"]
            assert await parts.call_of(channel, "stream_unary")(make()) == b"took 4"
        assert gateway.taken == [b"a", b"b", b"a", b"b"]

    asyncio.run(scenario())


@pytest.mark.parametrize("warm", [True, False])
def test_requests_are_written(gateway, parts, warm):
    """`write` and `done_writing` work, also before there is a token."""

    async def scenario():
        vault = parts.vault(parts.token("good"), warm=warm)
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "stream_stream")()
            await call.write(b"a")
            assert await call.read() == b"echo a"
            await call.write(b"b")
            await call.done_writing()
            assert await call.read() == b"echo b"
            assert await call.read() is grpc.aio.EOF
            assert await call.code() is grpc.StatusCode.OK
            call = parts.call_of(channel, "stream_unary")()
            await call.done_writing()
            assert await call == b"took 2"

    asyncio.run(scenario())


async def one_and_no_end():
    # grpcio ends a call as INTERNAL where it writes to a server that has ended it.
    yield b"a"
    await asyncio.Event().wait()


@pytest.mark.parametrize("kind", ["stream_unary", "stream_stream"])
def test_read_requests_are_not_replayed(gateway, parts, kind):
    """Once a request was taken from the iterator, a refusal is the answer."""

    async def scenario():
        gateway.requests_before_answer = 1
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, kind)(one_and_no_end())
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await (call if kind == "stream_unary" else call.read())
            assert caught.value.code() is UNAUTHENTICATED
            assert await call.code() is UNAUTHENTICATED
        assert gateway.tokens == ["stale"]
        assert [t.value.reveal() for t in vault.invalidated] == ["stale"]

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["stream_unary", "stream_stream"])
def test_written_requests_are_not_replayed(gateway, parts, kind):
    """Once a request was written, a refusal is the answer."""

    async def scenario():
        gateway.requests_before_answer = 1
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, kind)()
            await call.write(b"a")
            assert await call.code() is UNAUTHENTICATED
            with pytest.raises(asyncio.InvalidStateError):
                await call.write(b"b")
        assert gateway.tokens == ["stale"]

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["stream_unary", "stream_stream"])
def test_untouched_iterator_goes_to_the_repeat(gateway, parts, kind):
    """An iterator that had nothing to give when the token was refused serves the repeat."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        ready = asyncio.Event()

        async def requests():
            await ready.wait()
            yield b"a"
            yield b"b"

        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, kind)(requests())
            await gateway.has_arrivals(2)
            ready.set()
            if kind == "stream_unary":
                assert await call == b"took 2"
            else:
                assert await read_all(call) == [b"echo a", b"echo b"]
        assert gateway.tokens == ["stale", "good"]
        assert gateway.taken == [b"a", b"b"]

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["stream_unary", "stream_stream"])
def test_writer_that_hasnt_written_gets_the_repeat(gateway, parts, kind):
    """What is written after a refusal goes to the repeat."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"), held=True)
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, kind)()
            await vault.asked.wait()
            writing = asyncio.create_task(call.write(b"a"))
            await asyncio.sleep(0)
            vault.released.set()
            await writing
            await call.done_writing()
            if kind == "stream_unary":
                assert await call == b"took 1"
            else:
                assert await read_one_by_one(call) == [b"echo a"]
        assert gateway.tokens == ["stale", "good"]

    asyncio.run(scenario())


def test_iterator_that_nobody_will_read_is_let_go(gateway, parts):
    """When the call is over, what waits in the caller's iterator is cancelled."""

    async def scenario():
        let_go = asyncio.Event()

        async def requests():
            try:
                await asyncio.Event().wait()
                yield b"never"
            finally:
                let_go.set()

        vault = parts.vault(parts.token("stale"), parts.token("bad"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "stream_stream")(requests())
            assert await call.code() is UNAUTHENTICATED
            await let_go.wait()
        assert gateway.tokens == ["stale", "bad"]

    asyncio.run(scenario())


@pytest.mark.parametrize("ours", [True, False])
def test_iterator_that_raises_cancels_the_call(gateway, parts, ours):
    """A request iterator's own error cancels the call, as with grpcio's own."""

    async def scenario():
        async def requests():
            yield b"a"
            raise ZeroDivisionError

        vault = parts.vault(parts.token("good"))
        async with parts.channel(gateway, vault) if ours else parts.plain(gateway) as channel:
            call = parts.call_of(channel, "stream_stream")(
                requests(), metadata=None if ours else HEADER
            )
            assert await call.code() is grpc.StatusCode.CANCELLED
            assert call.cancelled()

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["unary_stream", "stream_stream"])
@pytest.mark.parametrize("state", ["plain grpcio", "waiting", "running"])
def test_cancelled_stream(gateway, parts, kind, state):
    """Reading a cancelled stream raises CancelledError, as with grpcio's own."""

    async def scenario():
        gateway.held["good"] = threading.Event()
        vault = parts.vault(parts.token("good"), warm=state != "waiting", held=True)
        plain = state == "plain grpcio"
        async with parts.plain(gateway) if plain else parts.channel(gateway, vault) as channel:
            requests = b"3" if kind == "unary_stream" else requests_of(b"a")
            call = parts.call_of(channel, kind)(requests, metadata=HEADER if plain else None)
            reading = asyncio.create_task(call.read())
            if state == "waiting":
                await vault.asked.wait()
            else:
                await gateway.has_arrivals(1)
            assert call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            with pytest.raises(asyncio.CancelledError):
                await call.read()
            assert await call.code() is grpc.StatusCode.CANCELLED
            assert call.cancelled()

    asyncio.run(scenario())


@pytest.mark.parametrize("state", ["plain grpcio", "waiting", "running"])
def test_cancelled_reader_cancels_the_stream(gateway, parts, state):
    """Cancelling a task that reads cancels the call, as with grpcio's own."""

    async def scenario():
        gateway.held["good"] = threading.Event()
        vault = parts.vault(parts.token("good"), warm=state != "waiting", held=True)
        plain = state == "plain grpcio"
        async with parts.plain(gateway) if plain else parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_stream")(b"1", metadata=HEADER if plain else None)
            reading = asyncio.create_task(read_all(call))
            if state == "waiting":
                await vault.asked.wait()
            else:
                await gateway.has_arrivals(1)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            assert await call.code() is grpc.StatusCode.CANCELLED

    asyncio.run(scenario())


@pytest.mark.parametrize("ours", [True, False])
def test_styles_dont_mix(gateway, parts, ours):
    """Iterating and reading one stream is a usage error, as with grpcio's own."""

    async def scenario():
        vault = parts.vault(parts.token("good"))
        async with parts.channel(gateway, vault) if ours else parts.plain(gateway) as channel:
            metadata = None if ours else HEADER
            call = parts.call_of(channel, "unary_stream")(b"3", metadata=metadata)
            await call.read()
            with pytest.raises(grpc.aio.UsageError):
                await read_all(call)
            writer = parts.call_of(channel, "stream_stream")(requests_of(b"a"), metadata=metadata)
            with pytest.raises(grpc.aio.UsageError):
                await writer.write(b"b")
            with pytest.raises(grpc.aio.UsageError):
                await writer.done_writing()

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", CALL_TYPES)
@pytest.mark.parametrize("warm", [True, False])
def test_wait_for_connection(gateway, parts, kind, warm):
    """`wait_for_connection` returns for every kind, with and without a token at hand."""

    async def scenario():
        vault = parts.vault(parts.token("good"), warm=warm)
        async with parts.channel(gateway, vault) as channel:
            arguments = (b"3",) if kind.startswith("unary") else ()
            call = parts.call_of(channel, kind)(*arguments)
            assert isinstance(call, CALL_TYPES[kind])
            await call.wait_for_connection()
            call.cancel()

    asyncio.run(scenario())


@pytest.mark.parametrize("first", ["good", "stale"])
def test_calls_that_are_over_are_let_go(gateway, parts, first):
    """Neither the channel nor the loop keeps a call that is over."""

    async def scenario():
        vault = parts.vault(parts.token(first), parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")
            kept = weakref.ref(call)
            await call
            del call
            await asyncio.sleep(0)
            gc.collect()
            assert kept() is None

    asyncio.run(scenario())


def test_eager_tasks(gateway, parts):
    """Tasks that begin at once, as Python 3.12 can do it, change nothing."""

    async def scenario():
        factory = getattr(asyncio, "eager_task_factory", None)
        if factory is not None:
            asyncio.get_running_loop().set_task_factory(factory)
        vault = parts.vault(parts.token("stale"), parts.token("good"), warm=False)
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_stream")(b"1")
            assert await read_all(call) == [b"message 0"]
            assert await parts.call_of(channel, "unary_unary")(b"x") == b"echo x"
        assert gateway.tokens == ["stale", "good", "good"]

    asyncio.run(scenario())

"""Interleavings of one logical call on an event loop, with attempts that the test controls."""

from __future__ import annotations

import asyncio
import contextlib

import grpc
import grpc.aio
import pytest

from zeebe_auth import AccessToken, Secret
from zeebe_auth.adapters import TokenAccess
from zeebe_grpc.aio.calls import (
    StreamStreamCall,
    StreamUnaryCall,
    UnaryStreamCall,
    UnaryUnaryCall,
)
from zeebe_grpc.aio.waiting import TokenWaits
from zeebe_grpc.call.channel_token import ChannelToken, TokenHeader

OK = grpc.StatusCode.OK
REFUSED = grpc.StatusCode.UNAUTHENTICATED


def token(number):
    return AccessToken(Secret(f"token-{number}"))


def failed(status):
    nothing = grpc.aio.Metadata()
    return grpc.aio.AioRpcError(status, nothing, nothing, details=status.name)


class Attempt:
    """gRPC's call of one attempt: it ends when the test says so."""

    def __init__(self, timeout, metadata):
        self.timeout = timeout
        self.sent = dict(metadata)["authorization"]
        self.status = asyncio.get_running_loop().create_future()
        self.connected = asyncio.Event()
        self.messages = asyncio.Queue()
        self.written = []
        self.callbacks = []

    def add_done_callback(self, callback):
        self.callbacks.append(callback)

    def end(self, status, *, told=True):
        """End, and call gRPC's callbacks unless they are not ``told`` yet."""
        if not self.status.done():
            self.status.set_result(status)
        for callback in self.callbacks if told else ():
            callback(self)

    def cancel(self):
        if self.status.done():
            return False
        self.end(grpc.StatusCode.CANCELLED)
        return True

    def cancelled(self):
        return self.status.done() and self.status.result() is grpc.StatusCode.CANCELLED

    def done(self):
        return self.status.done()

    async def code(self):
        return await asyncio.shield(self.status)

    details = code

    def __await__(self):
        return self._response().__await__()

    async def _response(self):
        status = await asyncio.shield(self.status)
        if status is not OK:
            raise failed(status)
        return self.sent

    async def read(self):
        message = await self.messages.get()
        if isinstance(message, Exception):
            raise message
        return message

    async def __aiter__(self):
        while (message := await self.read()) is not grpc.aio.EOF:
            yield message

    async def initial_metadata(self):
        return grpc.aio.Metadata(("attempt", self.sent))

    async def wait_for_connection(self):
        await self.connected.wait()

    async def write(self, request):
        if self.done():
            raise asyncio.InvalidStateError
        self.written.append(request)

    async def done_writing(self):
        self.written.append(None)


class Provider:
    """Gives ``token``, or waits until there is one."""

    def __init__(self, first=None):
        self.token = first
        self.changed = asyncio.Event()
        self.stubborn = False

    def give(self, value):
        self.token = value
        self.changed.set()

    def current_token(self):
        return self.token

    def get_token(self):
        raise AssertionError

    async def get_token_async(self, *, timeout=None):
        while self.token is None:
            try:
                await self.changed.wait()
            except asyncio.CancelledError:
                if not self.stubborn:
                    raise
        return self.token

    def invalidate(self, refused):
        if self.token is refused:
            self.token = None
            self.changed.clear()


class Scene:
    """A call of one kind and the attempts it makes."""

    def __init__(self, kind, provider, timeout=None, attempt=Attempt):
        self.attempts = []
        self.attempt_class = attempt
        self.refuse = None
        channel_token = ChannelToken(TokenAccess.of(provider), TokenHeader())
        self.accepted = channel_token.accepted
        self.call = kind(channel_token, TokenWaits(), self.begin, None, (), timeout)

    def begin(self, request, *, timeout, metadata):
        if self.refuse is not None:
            raise self.refuse
        self.attempts.append(self.attempt_class(timeout, metadata))
        return self.attempts[-1]

    async def attempt(self, number):
        await let_run()
        return self.attempts[number - 1]


async def let_run():
    for _ in range(5):
        await asyncio.sleep(0)


def test_no_attempt_begins_after_the_end():
    """A token that arrives although its wait was cancelled is not used."""

    async def scenario():
        provider = Provider()
        provider.stubborn = True
        scene = Scene(UnaryUnaryCall, provider)
        await let_run()
        assert scene.call.cancel()
        await let_run()
        provider.give(token(1))
        await let_run()
        assert scene.attempts == []
        assert await scene.call.code() is grpc.StatusCode.CANCELLED

    asyncio.run(scenario())


def test_no_repeat_begins_after_the_end():
    """A cancelled call is not repeated, whenever it was cancelled after the refusal."""

    async def scenario(turns, stubborn):
        provider = Provider(token(1))
        provider.stubborn = stubborn
        scene = Scene(UnaryUnaryCall, provider)
        scene.attempts[0].end(REFUSED)
        for _ in range(turns):
            await asyncio.sleep(0)
        assert scene.call.cancel()
        await let_run()
        provider.give(token(2))
        await let_run()
        assert len(scene.attempts) == 1
        assert scene.call.cancelled()

    for turns in range(4):
        asyncio.run(scenario(turns, stubborn=False))
        if turns > 1:
            asyncio.run(scenario(turns, stubborn=True))


def test_question_between_cancellation_and_its_end():
    """A question just after the wait was cancelled is answered with CANCELLED."""

    async def scenario():
        scene = Scene(UnaryUnaryCall, Provider())
        scene.call._wait.cancel()
        codes = [asyncio.create_task(scene.call.code()) for _ in range(3)]
        await asyncio.sleep(0)
        assert await scene.call.code() is grpc.StatusCode.CANCELLED
        assert set(await asyncio.gather(*codes)) == {grpc.StatusCode.CANCELLED}
        assert scene.call.done()

    asyncio.run(scenario())


def test_question_about_a_wait_that_has_just_been_cancelled():
    """The same holds if asyncio has not yet called back about the end of the wait."""

    async def scenario():
        scene = Scene(UnaryUnaryCall, Provider())
        await let_run()
        scene.call._wait.remove_done_callback(scene.call._wait_done)
        scene.call._wait.cancel()
        assert await scene.call.code() is grpc.StatusCode.CANCELLED

    asyncio.run(scenario())


def test_message_that_comes_after_the_refusal_still_counts():
    """While a reader waits, the refusal is held until the reader has a result, however long that
    takes."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(UnaryStreamCall, provider)
        reading = asyncio.create_task(scene.call.read())
        await let_run()
        scene.attempts[0].end(REFUSED)
        provider.give(token(2))
        code = asyncio.create_task(scene.call.code())
        await let_run()
        assert not scene.call.done()
        assert not code.done()
        scene.attempts[0].messages.put_nowait("message")
        assert await reading == "message"
        assert await code is REFUSED
        assert len(scene.attempts) == 1

    asyncio.run(scenario())


def test_message_that_comes_after_the_end_is_dropped():
    """A message that arrives once the call was cancelled doesn't reach the reader."""

    async def scenario():
        scene = Scene(UnaryStreamCall, Provider(token(1)))
        reading = asyncio.create_task(scene.call.read())
        await let_run()
        scene.attempts[0].end(REFUSED)
        assert scene.call.cancel()
        scene.attempts[0].messages.put_nowait("late")
        with pytest.raises(asyncio.CancelledError):
            await reading

    asyncio.run(scenario())


def test_message_before_the_decision_counts():
    """A message that reaches its reader between refusal and decision rules out a repeat."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(UnaryStreamCall, provider)
        reading = asyncio.create_task(scene.call.read())
        await let_run()
        first = scene.attempts[0]
        first.messages.put_nowait("message")
        first.end(REFUSED)
        assert not scene.call.done()
        assert await reading == "message"
        assert await scene.call.code() is REFUSED
        provider.give(token(2))
        await let_run()
        assert len(scene.attempts) == 1

    asyncio.run(scenario())


def test_connection_of_a_refused_attempt_is_not_the_calls():
    """`wait_for_connection` goes on to the repeat, although the refused attempt was connected."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(UnaryUnaryCall, provider)
        waiting = asyncio.create_task(scene.call.wait_for_connection())
        await let_run()
        scene.attempts[0].end(REFUSED)
        scene.attempts[0].connected.set()
        await let_run()
        assert not waiting.done()
        provider.give(token(2))
        second = await scene.attempt(2)
        second.connected.set()
        await waiting

    asyncio.run(scenario())


def test_every_callback_is_called_once():
    """All callbacks are called at the end, once, though gRPC may report it twice."""

    async def scenario():
        scene = Scene(UnaryUnaryCall, Provider(token(1)))
        told = []
        scene.call.add_done_callback(lambda call: told.append((1, call)))
        scene.call.add_done_callback(lambda call: told.append((2, call)))
        scene.attempts[0].end(OK)
        scene.attempts[0].end(OK)
        assert told == [(1, scene.call), (2, scene.call)]

    asyncio.run(scenario())


def test_late_refusal_still_blames_the_token():
    """Where gRPC ended a call itself and the refusal comes afterwards, the token is invalidated."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(UnaryUnaryCall, provider)
        first = scene.attempts[0]
        first.end(grpc.StatusCode.INTERNAL)
        assert scene.call.done()
        first.status = asyncio.get_running_loop().create_future()
        first.end(REFUSED)
        assert provider.token is None
        await let_run()
        assert len(scene.attempts) == 1

    asyncio.run(scenario())


async def wait_for_answer(call):
    with pytest.raises(grpc.aio.AioRpcError) as failure:
        await call
    assert failure.value.code() is REFUSED


async def ask_for_code(call):
    assert await call.code() is REFUSED


@pytest.mark.parametrize("ask", [wait_for_answer, ask_for_code])
def test_late_refusal_that_nobody_calls_back_for_blames_the_token(ask):
    """gRPC ends a call whose requests it could not write with INTERNAL. Its caller gets the
    server's status, which comes later and without another callback."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(UnaryUnaryCall, provider)
        first = scene.attempts[0]
        first.end(grpc.StatusCode.INTERNAL)
        first.status = asyncio.get_running_loop().create_future()
        first.end(REFUSED, told=False)
        await ask(scene.call)
        assert provider.token is None
        assert len(scene.attempts) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("oddity", [ZeroDivisionError(), asyncio.CancelledError(), None])
def test_attempt_that_cant_tell_its_status_is_final(oddity):
    """An attempt without a code when it ends, as an interceptor's may be, is final."""

    async def scenario():
        scene = Scene(UnaryUnaryCall, Provider(token(1)))

        async def code():
            if oddity is None:
                await asyncio.Event().wait()
            raise oddity

        scene.attempts[0].code = code
        scene.attempts[0].end(OK)
        assert scene.call.done()
        assert await scene.call == "Bearer token-1"

    asyncio.run(scenario())


def test_done_writing_waits_for_the_repeat():
    """Before anything was written, `done_writing` goes to the attempt that follows."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(StreamStreamCall, provider)
        scene.attempts[0].end(REFUSED)
        writing = asyncio.create_task(scene.call.write("a"))
        await let_run()
        provider.give(token(2))
        await writing
        assert scene.attempts[0].written == []
        assert scene.attempts[1].written == ["a"]

    asyncio.run(scenario())


def test_deadline_is_counted_from_the_call():
    """The attempt after a wait gets what is left."""

    async def scenario():
        provider = Provider()
        scene = Scene(UnaryUnaryCall, provider, timeout=60)
        await let_run()
        provider.give(token(1))
        attempt = await scene.attempt(1)
        assert 0 < attempt.timeout < 60

    asyncio.run(scenario())


def test_repr_tells_the_state():
    """The repr says whether a call waits, and is that of its attempt otherwise."""

    async def scenario():
        provider = Provider()
        scene = Scene(UnaryUnaryCall, provider)
        assert repr(scene.call) == "<UnaryUnaryCall that waits for a token>"
        provider.give(token(1))
        attempt = await scene.attempt(1)
        assert repr(scene.call) == repr(attempt)

    asyncio.run(scenario())


async def awaited(call):
    return await call


async def read(call):
    return await call.read()


async def iterated(call):
    return await anext(aiter(call))


ANSWERS = [
    (UnaryUnaryCall, awaited),
    (StreamUnaryCall, awaited),
    (UnaryStreamCall, read),
    (UnaryStreamCall, iterated),
    (StreamStreamCall, read),
    (StreamStreamCall, iterated),
]
STREAMS = ANSWERS[2:]
answers = pytest.mark.parametrize(("kind", "answer"), ANSWERS)
streams = pytest.mark.parametrize(("kind", "answer"), STREAMS)


def finish(attempt, status, **options):
    """End an attempt of any kind, also for a stream's reader."""
    attempt.end(status, **options)
    attempt.messages.put_nowait(grpc.aio.EOF if status is OK else failed(status))


@answers
def test_answer_before_grpcs_callback_is_decided_about(kind, answer):
    """A refusal that the caller would see before gRPC's callback is repeated, and that callback
    changes nothing later."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(kind, provider)
        first = scene.attempts[0]
        finish(first, REFUSED, told=False)
        answering = asyncio.create_task(answer(scene.call))
        await let_run()
        assert not answering.done()
        assert provider.token is None
        provider.give(token(2))
        second = await scene.attempt(2)
        first.end(REFUSED)
        second.messages.put_nowait("Bearer token-2")
        finish(second, OK, told=False)
        assert await answering == "Bearer token-2"
        assert len(scene.attempts) == 2

    asyncio.run(scenario())


@answers
def test_second_refusal_is_told_and_final(kind, answer):
    """What the caller has seen is final, though no callback has come for either attempt."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(kind, provider)
        finish(scene.attempts[0], REFUSED, told=False)
        answering = asyncio.create_task(answer(scene.call))
        await let_run()
        provider.give(token(2))
        finish(await scene.attempt(2), REFUSED, told=False)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await answering
        assert caught.value.code() is REFUSED
        assert scene.call.done()
        assert provider.token is None
        for attempt in scene.attempts:
            attempt.end(REFUSED)
        provider.give(token(3))
        await let_run()
        assert len(scene.attempts) == 2

    asyncio.run(scenario())


@answers
def test_interceptors_own_error_is_final(kind, answer):
    """An error that isn't gRPC's goes to the caller and is final, even if the server's refusal was
    its reason; the refused token is invalidated all the same."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(kind, provider)
        first = scene.attempts[0]
        first.messages.put_nowait(ZeroDivisionError())

        async def failing():
            raise ZeroDivisionError

        first._response = failing
        first.end(REFUSED, told=False)
        with pytest.raises(ZeroDivisionError):
            await answer(scene.call)
        assert scene.call.done()
        assert provider.token is None
        first.end(REFUSED)
        provider.give(token(2))
        await let_run()
        assert len(scene.attempts) == 1

    asyncio.run(scenario())


@answers
def test_call_is_done_as_soon_as_its_answer_is_there(kind, answer):
    """A caller with the complete answer finds the call done, whenever gRPC's callback comes."""

    async def scenario():
        scene = Scene(kind, Provider(token(1)))
        told = []
        scene.call.add_done_callback(told.append)
        finish(scene.attempts[0], OK, told=False)
        with contextlib.suppress(StopAsyncIteration):
            await answer(scene.call)
        assert scene.call.done()
        assert not scene.call.cancel()
        scene.attempts[0].end(OK)
        assert told == [scene.call]

    asyncio.run(scenario())


@answers
def test_call_goes_on_after_an_answer_of_an_interceptor(kind, answer):
    """An answer that comes while gRPC's own call runs is final, but that call can be cancelled."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(kind, provider)
        first = scene.attempts[0]

        async def early():
            return "early"

        first._response = early
        first.messages.put_nowait(grpc.aio.EOF)
        with contextlib.suppress(StopAsyncIteration):
            assert await answer(scene.call) in {"early", grpc.aio.EOF}
        assert not scene.call.done()
        assert scene.call.cancel()
        assert scene.call.cancelled()

    asyncio.run(scenario())


@pytest.mark.parametrize("question", ["code", "initial_metadata"])
@pytest.mark.parametrize("kind", [UnaryUnaryCall, UnaryStreamCall])
def test_question_before_grpcs_callback_is_decided_about(kind, question):
    """No caller sees a refused attempt that is going to be repeated."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(kind, provider)
        scene.attempts[0].end(REFUSED, told=False)
        asking = asyncio.create_task(getattr(scene.call, question)())
        await let_run()
        assert not asking.done()
        provider.give(token(2))
        (await scene.attempt(2)).end(OK)
        assert await asking in (OK, grpc.aio.Metadata(("attempt", "Bearer token-2")))

    asyncio.run(scenario())


def test_question_that_an_interceptor_fails_at_is_decided_about():
    """An interceptor's own error is raised, and the call is over."""

    async def scenario():
        scene = Scene(UnaryUnaryCall, Provider(token(1)))
        first = scene.attempts[0]

        async def failing():
            raise ZeroDivisionError

        first.code = failing
        first.end(OK, told=False)
        with pytest.raises(ZeroDivisionError):
            await scene.call.code()
        assert scene.call.done()

    asyncio.run(scenario())


@streams
def test_questions_wait_for_the_reader(kind, answer):
    """While a reader has yet to see what came with the refusal, other questions wait."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(kind, provider)
        answering = asyncio.create_task(answer(scene.call))
        await let_run()
        first = scene.attempts[0]
        first.end(REFUSED)
        first.end(REFUSED)
        asking = [
            asyncio.create_task(question)
            for question in (scene.call.code(), scene.call.wait_for_connection())
        ]
        await let_run()
        assert not any(task.done() for task in asking)
        first.messages.put_nowait(failed(REFUSED))
        await let_run()
        provider.give(token(2))
        second = await scene.attempt(2)
        second.connected.set()
        second.messages.put_nowait("message")
        assert await answering == "message"
        second.end(OK)
        assert await asyncio.gather(*asking) == [OK, None]

    asyncio.run(scenario())


def test_two_readers_of_a_refused_stream():
    """The decision about the refusal is made when the last of them has got nothing."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(UnaryStreamCall, provider)
        reading = [asyncio.create_task(scene.call.read()) for _ in range(2)]
        await let_run()
        first = scene.attempts[0]
        first.end(REFUSED, told=False)
        first.messages.put_nowait(failed(REFUSED))
        await let_run()
        assert provider.token is not None
        first.messages.put_nowait(failed(REFUSED))
        await let_run()
        provider.give(token(2))
        second = await scene.attempt(2)
        second.messages.put_nowait("a")
        second.messages.put_nowait("b")
        assert set(await asyncio.gather(*reading)) == {"a", "b"}

    asyncio.run(scenario())


def test_dropped_reader_does_not_hold_the_decision():
    """After a reading coroutine was closed the call is repeated."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(UnaryStreamCall, provider)
        reading = scene.call.read()
        reading.send(None)
        scene.attempts[0].end(REFUSED)
        reading.close()
        provider.give(token(2))
        assert await scene.attempt(2)

    asyncio.run(scenario())


def test_dropped_reader_of_a_running_attempt_changes_nothing():
    """The next reader gets the message."""

    async def scenario():
        scene = Scene(UnaryStreamCall, Provider(token(1)))
        reading = scene.call.read()
        reading.send(None)
        reading.close()
        scene.attempts[0].messages.put_nowait("message")
        assert await scene.call.read() == "message"

    asyncio.run(scenario())


def test_cancelling_a_refused_attempt_prevents_the_repeat():
    """Between a refusal and gRPC's callback, cancel ends the call, and the token is invalidated."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(UnaryUnaryCall, provider)
        first = scene.attempts[0]
        first.end(REFUSED, told=False)
        assert scene.call.cancel()
        assert scene.call.cancelled()
        assert provider.token is None
        first.end(REFUSED)
        provider.give(token(2))
        await let_run()
        assert len(scene.attempts) == 1

    asyncio.run(scenario())


class Told(Provider):
    """A provider that records whether a refused token had been accepted."""

    accepted = None

    def invalidate(self, refused, *, accepted=False):
        self.accepted = accepted
        super().invalidate(refused)


@pytest.mark.parametrize("accepted", [False, True])
def test_cancelling_a_refused_attempt_tells_of_acceptance(accepted):
    """This holds as for any other end of a refused attempt."""

    async def scenario():
        provider = Told(token(1))
        scene = Scene(UnaryUnaryCall, provider)
        if accepted:
            scene.accepted.add(token(1))
        scene.attempts[0].end(REFUSED, told=False)
        assert scene.call.cancel()
        assert provider.accepted is accepted

    asyncio.run(scenario())


@pytest.mark.parametrize("status", [OK, grpc.StatusCode.NOT_FOUND])
def test_cancelling_an_ended_attempt_is_too_late(status):
    """A finished attempt, though nobody has seen its end yet, is not cancelled."""

    async def scenario():
        scene = Scene(UnaryUnaryCall, Provider(token(1)))
        scene.attempts[0].end(status, told=False)
        assert not scene.call.cancel()
        assert scene.call.done()
        assert await scene.call.code() is status

    asyncio.run(scenario())


def test_cancel_that_an_attempt_refuses():
    """An attempt that goes on in spite of cancel keeps the call open."""

    async def scenario():
        scene = Scene(UnaryUnaryCall, Provider(token(1)))
        scene.attempts[0].cancel = lambda: False
        assert not scene.call.cancel()
        assert not scene.call.done()

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", [StreamUnaryCall, StreamStreamCall])
def test_request_for_a_refused_attempt_goes_to_the_repeat(kind):
    """A request that is written before gRPC's callback is not lost with the refused attempt."""

    async def scenario(write):
        provider = Provider(token(1))
        scene = Scene(kind, provider)
        scene.attempts[0].end(REFUSED, told=False)
        writing = asyncio.create_task(write(scene.call))
        await let_run()
        provider.give(token(2))
        await writing
        assert scene.attempts[0].written == []
        assert len(scene.attempts[1].written) == 1

    asyncio.run(scenario(lambda call: call.write("a")))
    asyncio.run(scenario(lambda call: call.done_writing()))


def test_request_that_fails_ends_the_call():
    """A refusal that a writer gets, since something was written, is the end of the call."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(StreamStreamCall, provider)
        first = scene.attempts[0]

        async def failing(request):
            first.end(REFUSED, told=False)
            raise failed(REFUSED)

        first.write = failing
        with pytest.raises(grpc.aio.AioRpcError):
            await scene.call.write("a")
        assert scene.call.done()
        assert provider.token is None

    asyncio.run(scenario())


def test_attempt_that_calls_nobody_back():
    """A call object without callbacks works for a caller who asks it."""

    async def scenario():
        class Silent(Attempt):
            def add_done_callback(self, callback):
                raise NotImplementedError

        provider = Provider(token(1))
        scene = Scene(UnaryUnaryCall, provider, attempt=Silent)
        scene.attempts[0].end(REFUSED)
        answering = asyncio.create_task(awaited(scene.call))
        await let_run()
        provider.give(token(2))
        (await scene.attempt(2)).end(OK)
        assert await answering == "Bearer token-2"
        assert scene.call.done()

    asyncio.run(scenario())


def test_stream_that_no_call_is_behind():
    """gRPC can't tell whether an interceptor's own stream is done; it is read all the same."""

    async def scenario():
        class Behind(Attempt):
            def done(self):
                raise AttributeError

            cancel = done

            async def code(self):
                raise AttributeError

        scene = Scene(UnaryStreamCall, Provider(token(1)), attempt=Behind)
        first = scene.attempts[0]
        first.messages.put_nowait("message")
        first.messages.put_nowait(grpc.aio.EOF)
        assert await scene.call.read() == "message"
        assert await scene.call.read() is grpc.aio.EOF
        assert scene.call.done()
        other = Scene(UnaryStreamCall, Provider(token(1)), attempt=Behind)
        reading = asyncio.create_task(other.call.read())
        await let_run()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert other.call.done()

    asyncio.run(scenario())


def test_callback_that_raises_is_heard_of():
    """An error of a caller's callback, called while the call waits for its token, isn't
    swallowed."""

    async def scenario():
        provider = Provider()
        scene = Scene(UnaryUnaryCall, provider)

        def callback(call):
            raise ZeroDivisionError

        scene.call.add_done_callback(callback)
        scene.refuse = ValueError("not like this")
        answering = asyncio.create_task(awaited(scene.call))
        await let_run()
        provider.give(token(1))
        with pytest.raises(ZeroDivisionError):
            await answering
        assert await scene.call.details() == "The call could not be started: not like this"

    asyncio.run(scenario())


def test_what_grpc_quotes_of_the_metadata_is_masked():
    """gRPC's error about a call that could not begin is passed on without the token."""

    async def scenario():
        class Refusing(Attempt):
            def __init__(self, timeout, metadata):
                raise ValueError(f"metadata was invalid: {metadata}")

        provider = Provider()
        scene = Scene(UnaryUnaryCall, provider, attempt=Refusing)
        await let_run()
        provider.give(token(1))
        details = await scene.call.details()
        assert "metadata was invalid: (('authorization', 'Bearer **********'),)" in details
        assert "token-1" not in details

    asyncio.run(scenario())


def test_current_token_that_raises_at_the_repeat_leaves_the_refusal():
    """A provider that breaks when asked for another token doesn't hide the server's answer."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(UnaryUnaryCall, provider)
        scene.call._access.current = broken
        finish(scene.attempts[0], REFUSED)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await scene.call
        assert caught.value.code() is REFUSED
        assert isinstance(caught.value.__cause__, ZeroDivisionError)

    def broken():
        raise ZeroDivisionError

    asyncio.run(scenario())


def test_callback_of_an_attempt_that_ends_as_it_begins():
    """If a caller's callback raises then, the attempt has begun all the same."""

    async def scenario():
        class Ended(Attempt):
            def add_done_callback(self, callback):
                self.status.set_result(OK)
                callback(self)

        def callback(call):
            raise ZeroDivisionError

        provider = Provider()
        scene = Scene(UnaryUnaryCall, provider, attempt=Ended)
        scene.call.add_done_callback(callback)
        answering = asyncio.create_task(awaited(scene.call))
        await let_run()
        provider.give(token(1))
        with pytest.raises(ZeroDivisionError):
            await answering
        assert await scene.call == "Bearer token-1"
        assert await scene.call.code() is OK

    asyncio.run(scenario())


def test_question_whose_attempt_was_replaced_meanwhile():
    """An error of a refused attempt isn't raised: the question goes to the repeat."""

    async def scenario():
        provider = Provider(token(1))
        scene = Scene(UnaryUnaryCall, provider)
        asked = asyncio.get_running_loop().create_future()
        scene.attempts[0].details = lambda: asked
        asking = asyncio.create_task(scene.call.details())
        await let_run()
        scene.attempts[0].end(REFUSED)
        asked.set_exception(ZeroDivisionError())
        await let_run()
        provider.give(token(2))
        (await scene.attempt(2)).end(OK)
        assert await asking is OK

    asyncio.run(scenario())

"""Interleavings of one logical call on an event loop, with attempts that do as told."""

from __future__ import annotations

import asyncio

import grpc
import grpc.aio
import pytest

from zeebe_auth import AccessToken, Secret
from zeebe_auth.adapters.token_access import TokenAccess
from zeebe_grpc.aio.calls import StreamStreamCall, UnaryStreamCall, UnaryUnaryCall
from zeebe_grpc.aio.token_waits import TokenWaits

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

    def end(self, status):
        if not self.status.done():
            self.status.set_result(status)
        for callback in self.callbacks:
            callback(self)

    def cancel(self):
        self.end(grpc.StatusCode.CANCELLED)
        return True

    def cancelled(self):
        return self.status.done() and self.status.result() is grpc.StatusCode.CANCELLED

    def done(self):
        return self.status.done()

    async def code(self):
        return await asyncio.shield(self.status)

    def __await__(self):
        return self._response().__await__()

    async def _response(self):
        status = await asyncio.shield(self.status)
        if status is not OK:
            raise failed(status)
        return self.sent

    async def read(self):
        message = await self.messages.get()
        if isinstance(message, grpc.StatusCode):
            raise failed(message)
        return message

    async def wait_for_connection(self):
        await self.connected.wait()

    async def write(self, request):
        self.written.append(request)


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

    def __init__(self, kind, provider, timeout=None):
        self.attempts = []
        arguments = (None,) if kind is StreamStreamCall else ()
        self.call = kind(
            TokenAccess.of(provider), TokenWaits(), self.begin, *arguments, (), timeout
        )

    def begin(self, *requests, timeout, metadata):
        self.attempts.append(Attempt(timeout, metadata))
        return self.attempts[-1]

    async def attempt(self, number):
        await let_run()
        return self.attempts[number - 1]


async def let_run():
    for _ in range(5):
        await asyncio.sleep(0)


def test_no_attempt_begins_after_the_end():
    """A token that comes although its wait was cancelled is not used."""

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
    """Who asks just when the wait was cancelled hears CANCELLED."""

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
    """The same, if asyncio has not yet told anybody that the wait is over."""

    async def scenario():
        scene = Scene(UnaryUnaryCall, Provider())
        await let_run()
        scene.call._wait.remove_done_callback(scene.call._wait_done)
        scene.call._wait.cancel()
        assert await scene.call.code() is grpc.StatusCode.CANCELLED

    asyncio.run(scenario())


def test_message_that_comes_too_late_is_dropped():
    """What a refused attempt says once the repeat is under way doesn't reach the reader."""

    async def scenario(read):
        provider = Provider(token(1))
        scene = Scene(UnaryStreamCall, provider)
        reading = asyncio.create_task(read(scene.call))
        await let_run()
        first = scene.attempts[0]
        first.end(REFUSED)
        provider.give(token(2))
        second = await scene.attempt(2)
        first.messages.put_nowait("late")
        first.messages.put_nowait(REFUSED)
        second.messages.put_nowait("message")
        assert await reading == "message"

    async def by_reading(call):
        return await call.read()

    asyncio.run(scenario(by_reading))


def test_message_before_the_decision_counts():
    """A message that reaches its reader between refusal and decision ends the choice."""

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
    """All callbacks hear of the end, once, though gRPC may tell it twice."""

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


@pytest.mark.parametrize("oddity", [ZeroDivisionError(), asyncio.CancelledError(), None])
def test_attempt_that_cant_tell_its_status_is_final(oddity):
    """An attempt whose code isn't to be had when it ends, as an interceptor's may be, stands."""

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
    """A call says whether it waits, and is its attempt otherwise."""

    async def scenario():
        provider = Provider()
        scene = Scene(UnaryUnaryCall, provider)
        assert repr(scene.call) == "<UnaryUnaryCall that waits for a token>"
        provider.give(token(1))
        attempt = await scene.attempt(1)
        assert repr(scene.call) == repr(attempt)

    asyncio.run(scenario())

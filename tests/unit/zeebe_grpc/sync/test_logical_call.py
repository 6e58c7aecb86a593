"""Interleavings of one logical call, driven step by step with attempts that the test controls."""

import threading

import grpc
import pytest

from zeebe_auth import AccessToken, Secret
from zeebe_grpc.call.channel_token import ChannelToken, TokenHeader
from zeebe_grpc.sync.call_handle import CallHandle, StreamHandle
from zeebe_grpc.sync.logical_call import LogicalCall
from zeebe_grpc.sync.waiting_calls import WaitingCalls

OK = grpc.StatusCode.OK
REFUSED = grpc.StatusCode.UNAUTHENTICATED
CANCELLED = grpc.StatusCode.CANCELLED
PATIENCE_SECONDS = 60


def token(number):
    return AccessToken(Secret(f"token-{number}"))


class Attempt(grpc.RpcError):
    """gRPC's call of one attempt: it ends when the test says so."""

    def __init__(self):
        self.status = None
        self.callbacks = []
        self.on_next = None
        self.metadata = ()

    def add_done_callback(self, callback):
        self.callbacks.append(callback)

    def end(self, status):
        self.status = status
        for callback in self.callbacks:
            callback(self)

    def code(self):
        return self.status

    def done(self):
        return self.status is not None

    def initial_metadata(self):
        return self.metadata

    def result(self):
        return "response"

    def cancel(self):
        if self.status is not None:
            return False
        self.status = CANCELLED
        return True

    def cancelled(self):
        return self.status is CANCELLED

    def __iter__(self):
        return self

    def __next__(self):
        if self.on_next is not None:
            return self.on_next()
        if self.status is OK:
            raise StopIteration
        raise self


class Access:
    """A provider's access whose answers the test gives."""

    def __init__(self, *tokens):
        self.tokens = list(tokens)
        self.listeners = []
        self.withdrawn = []
        self.invalidated = []
        self.accepted = []

    def current(self):
        return self.tokens.pop(0) if self.tokens else None

    def ask(self, listener, *, deadline=None):
        self.listeners.append(listener)
        return lambda: self.withdrawn.append(listener)

    def invalidate(self, token, *, accepted=False):
        self.invalidated.append(token)
        self.accepted.append(accepted)


class Scene:
    def __init__(self, *tokens, handle=CallHandle, attempt=Attempt):
        self.access = Access(*tokens)
        self.attempt_class = attempt
        self.attempts = []
        self.on_send = None
        self.waiting = WaitingCalls()
        channel_token = ChannelToken(self.access, TokenHeader())
        self.accepted = channel_token.accepted
        self.call = LogicalCall(channel_token, self.send, (), None, self.waiting)
        self.call.begin(None)
        self.handle = handle(self.call)

    def send(self, metadata, timeout):
        attempt = self.attempt_class()
        self.attempts.append(attempt)
        if self.on_send is not None:
            self.on_send(attempt)
        return attempt


def test_a_message_on_its_way_to_the_reader_settles_the_attempt():
    """A refusal that comes while the reader takes the first message is not repeated."""
    scene = Scene(token(1), token(2), handle=StreamHandle)
    (attempt,) = scene.attempts

    def message_then_refusal():
        attempt.end(REFUSED)
        return "first"

    attempt.on_next = message_then_refusal
    assert next(scene.handle) == "first"
    assert scene.attempts == [attempt]
    assert scene.handle.code() is REFUSED
    assert scene.access.invalidated == [token(1)]


@pytest.mark.parametrize("status", [OK, grpc.StatusCode.NOT_FOUND])
def test_a_stream_without_a_message_is_an_ok_if_it_ends_with_one(status):
    """Any other end shows nothing about its token."""
    scene = Scene(token(1), handle=StreamHandle)
    scene.attempts[0].end(status)
    assert scene.accepted.last == (token(1) if status is OK else None)


def test_a_message_is_acceptance_before_the_stream_ends():
    """A stream that never ends, as a job stream, shows acceptance with its first message."""
    scene = Scene(token(1), handle=StreamHandle)
    scene.attempts[0].on_next = lambda: "first"
    assert scene.accepted.last is None
    assert next(scene.handle) == "first"
    assert scene.accepted.last == token(1)


def test_a_refusal_after_the_end_tells_of_acceptance_too():
    """The caller has dropped the call; the provider hears of both."""
    scene = Scene(token(1), handle=StreamHandle)
    scene.attempts[0].on_next = lambda: "first"
    next(scene.handle)
    scene.call.settle(scene.attempts[0])
    scene.attempts[0].end(REFUSED)
    assert scene.access.invalidated == [token(1)]
    assert scene.access.accepted == [True]


def test_a_refusal_while_the_reader_waits_is_repeated():
    """A reader that got nothing goes on with the repeat's messages."""
    scene = Scene(token(1), token(2), handle=StreamHandle)
    first = scene.attempts[0]

    def refusal():
        first.end(REFUSED)
        raise first

    first.on_next = refusal
    scene.on_send = lambda attempt: setattr(attempt, "on_next", lambda: "first")
    assert next(scene.handle) == "first"
    assert len(scene.attempts) == 2


def test_an_interrupted_reader_does_not_hold_the_decision():
    """Ctrl-C in a reader is raised, and the call goes on as if it had not been read."""
    scene = Scene(token(1), token(2), handle=StreamHandle)
    first = scene.attempts[0]

    def interrupt():
        first.end(REFUSED)
        raise KeyboardInterrupt

    first.on_next = interrupt
    with pytest.raises(KeyboardInterrupt):
        next(scene.handle)
    assert len(scene.attempts) == 2


def test_cancelling_while_an_attempt_starts_cancels_it():
    """A call cancelled on another thread just as its attempt starts leaves none running."""
    scene = Scene()
    scene.on_send = lambda _: scene.handle.cancel()
    scene.access.listeners[0](token(1))
    (attempt,) = scene.attempts
    assert attempt.status is CANCELLED
    assert scene.handle.code() is CANCELLED


def test_an_answer_after_the_cancel_starts_nothing():
    """A token that arrives too late is not used."""
    scene = Scene()
    assert scene.handle.cancel()
    assert scene.access.withdrawn == scene.access.listeners
    scene.access.listeners[0](token(1))
    assert scene.attempts == []


def test_a_wait_that_is_over_before_it_is_noted_is_withdrawn():
    """A call that is cancelled while it begins to wait doesn't stay with the provider."""
    access = Access()
    call = LogicalCall(ChannelToken(access, TokenHeader()), None, (), None, WaitingCalls())

    def ask(listener, *, deadline=None):
        call.cancel("early")
        return lambda: access.withdrawn.append(listener)

    access.ask = ask
    call.begin(None)
    assert len(access.withdrawn) == 1


def test_cancelling_an_ended_attempt_is_too_late():
    """An attempt that succeeded, though nobody has seen its end yet, is not cancelled."""
    scene = Scene(token(1))
    (attempt,) = scene.attempts
    attempt.status = OK
    assert not scene.handle.cancel()
    attempt.end(OK)
    assert scene.handle.result() == "response"


def test_cancelling_a_refused_attempt_prevents_the_repeat():
    """Between a refusal and its repeat, cancel still ends the call."""
    scene = Scene(token(1), token(2))
    (attempt,) = scene.attempts
    attempt.status = REFUSED
    assert scene.handle.cancel()
    attempt.end(REFUSED)
    assert scene.attempts == [attempt]
    assert scene.handle.cancelled()


def test_a_cancelled_attempts_callbacks_come_with_its_end():
    """Callbacks wait until gRPC has ended the call, as gRPC's own do."""
    scene = Scene(token(1))
    called = []
    scene.handle.add_callback(lambda: called.append("callback"))
    assert scene.handle.cancel()
    assert called == []
    scene.attempts[0].end(CANCELLED)
    assert called == ["callback"]


def test_metadata_that_was_seen_is_not_taken_back():
    """Once the caller has a server's initial metadata, that attempt is final."""
    scene = Scene(token(1), token(2))
    (attempt,) = scene.attempts
    attempt.metadata = (("welcome", "yes"),)
    assert scene.handle.initial_metadata() == attempt.metadata
    attempt.end(REFUSED)
    assert scene.handle.code() is REFUSED
    assert scene.attempts == [attempt]


def test_empty_metadata_of_a_refusal_is_not_shown():
    """A caller who waits for initial metadata gets the repeat's, not the refusal's empty one."""
    scene = Scene(token(1), token(2))
    first = scene.attempts[0]
    told = []

    def refused():
        first.end(REFUSED)
        return ()

    first.initial_metadata = refused
    scene.on_send = lambda attempt: setattr(attempt, "metadata", (("welcome", "yes"),))
    waiter = threading.Thread(target=lambda: told.append(scene.handle.initial_metadata()))
    waiter.start()
    waiter.join(PATIENCE_SECONDS)
    assert told == [(("welcome", "yes"),)]


def test_a_current_token_that_raises_at_the_repeat_leaves_the_refusal():
    """A provider that breaks when asked for another token doesn't hide the server's answer."""
    scene = Scene(token(1))

    def broken():
        raise RuntimeError("broken")

    scene.access.current = broken
    scene.attempts[0].end(REFUSED)
    assert scene.handle.code() is REFUSED
    assert isinstance(scene.attempts[0].__cause__, RuntimeError)


def test_what_ended_is_let_go():
    """An ended call keeps neither its request nor its place among the waiting."""
    scene = Scene()
    assert scene.waiting._calls == {scene.call}
    scene.access.listeners[0](token(1))
    assert scene.waiting._calls == set()
    scene.attempts[0].end(OK)
    assert scene.call._send is None
    assert "under way" not in repr(scene.handle)


def test_a_call_under_way_says_so():
    """repr tells a call that has not ended from one that has."""
    assert "under way" in repr(Scene().handle)


def over(handle):
    """What a call reports of its end, in each of gRPC's ways."""
    return handle.done(), not handle.is_active(), not handle.running()


@pytest.mark.parametrize("status", [OK, grpc.StatusCode.NOT_FOUND, REFUSED])
def test_a_stream_that_was_read_to_its_end_is_over_before_grpcs_callback(status):
    """A reader with the last message, or the error after it, finds the call over. Callbacks come
    when gRPC's own does, once."""
    scene = Scene(token(1), token(2), handle=StreamHandle)
    (attempt,) = scene.attempts
    called = []
    scene.handle.add_callback(lambda: called.append("callback"))
    attempt.on_next = lambda: "message"
    assert next(scene.handle) == "message"
    assert over(scene.handle) == (False, False, False)
    attempt.on_next = None
    attempt.status = status
    with pytest.raises((StopIteration, grpc.RpcError)):
        next(scene.handle)
    assert over(scene.handle) == (True, True, True)
    assert scene.handle.code() is status
    assert not scene.handle.cancel()
    assert called == []
    attempt.end(status)
    assert called == ["callback"]
    assert scene.attempts == [attempt]
    assert scene.access.invalidated == ([token(1)] if status is REFUSED else [])


def test_an_error_of_a_reader_is_not_the_end():
    """An interceptor that raises between two messages leaves a call that can be cancelled."""
    scene = Scene(token(1), handle=StreamHandle)
    (attempt,) = scene.attempts
    attempt.on_next = lambda: "message"
    assert next(scene.handle) == "message"

    def failing():
        raise ZeroDivisionError

    attempt.on_next = failing
    with pytest.raises(ZeroDivisionError):
        next(scene.handle)
    assert over(scene.handle) == (False, False, False)
    assert scene.handle.cancel()
    assert attempt.cancelled()


class SilentAttempt(grpc.RpcError):
    """An attempt that calls nobody back and can't say whether it is over, as grpc_testing's."""

    def __init__(self):
        self.status = None
        self.ended = threading.Event()
        self.messages = []
        self.metadata = ()

    def end(self, status):
        self.status = status
        self.ended.set()

    def code(self):
        assert self.ended.wait(PATIENCE_SECONDS)
        return self.status

    def initial_metadata(self):
        return self.metadata

    def result(self):
        if self.code() is OK:
            return "response"
        raise self

    def cancel(self):
        if self.status is None:
            self.end(CANCELLED)

    def add_callback(self, callback):
        raise NotImplementedError

    def is_active(self):
        raise NotImplementedError

    def __next__(self):
        if self.messages:
            return self.messages.pop(0)
        if self.code() is OK:
            raise StopIteration
        raise self


@pytest.mark.parametrize("question", ["result", "code"])
def test_a_call_that_calls_nobody_back_is_asked(question):
    """A caller of such an attempt waits in it and gets its refusal, which is repeated."""
    scene = Scene(token(1), token(2), attempt=SilentAttempt)
    called = []
    scene.handle.add_callback(lambda: called.append("callback"))
    scene.attempts[0].end(REFUSED)
    scene.on_send = lambda attempt: attempt.end(OK)
    told = scene.handle.result() if question == "result" else scene.handle.code()
    assert told == {"result": "response", "code": OK}[question]
    assert len(scene.attempts) == 2
    assert scene.access.invalidated == [token(1)]
    assert over(scene.handle) == (True, True, True)
    assert called == ["callback"]


@pytest.mark.parametrize("messages", [[], ["message"]])
def test_a_stream_that_calls_nobody_back_is_read(messages):
    """Its reader notices the end; a refusal before the first message is repeated."""
    scene = Scene(token(1), token(2), handle=StreamHandle, attempt=SilentAttempt)
    scene.attempts[0].end(REFUSED)
    scene.on_send = lambda attempt: (attempt.messages.extend(messages), attempt.end(OK))
    assert list(scene.handle) == messages
    assert over(scene.handle) == (True, True, True)
    assert scene.handle.code() is OK
    assert scene.access.invalidated == [token(1)]


def test_a_late_refusal_of_a_stream_that_calls_nobody_back_stands():
    """After a message it goes to the reader, who finds the call over."""
    scene = Scene(token(1), token(2), handle=StreamHandle, attempt=SilentAttempt)
    (attempt,) = scene.attempts
    attempt.messages.append("message")
    assert next(scene.handle) == "message"
    attempt.end(REFUSED)
    with pytest.raises(grpc.RpcError):
        next(scene.handle)
    assert over(scene.handle) == (True, True, True)
    assert scene.attempts == [attempt]
    assert scene.access.invalidated == [token(1)]


def test_metadata_and_cancel_of_a_call_that_calls_nobody_back():
    """Its metadata is passed on, empty or not, and cancel ends it."""
    scene = Scene(token(1), attempt=SilentAttempt)
    called = []
    scene.handle.add_callback(lambda: called.append("callback"))
    assert scene.handle.initial_metadata() == ()
    assert scene.handle.cancel()
    assert scene.handle.code() is CANCELLED
    assert over(scene.handle) == (True, True, True)
    assert called == ["callback"]


def test_a_waiter_for_a_token_learns_that_the_attempt_calls_nobody_back():
    """A caller who waited before there was an attempt waits in the attempt once it is there."""
    scene = Scene(attempt=SilentAttempt)
    told = []
    waiter = threading.Thread(target=lambda: told.append(scene.handle.result()))
    waiter.start()
    scene.on_send = lambda attempt: attempt.end(OK)
    scene.access.listeners[0](token(1))
    waiter.join(PATIENCE_SECONDS)
    assert told == ["response"]


class CallOnly(Attempt):
    """A stream that is gRPC's call but no future: it calls back, without itself."""

    def __getattribute__(self, name):
        if name in {"add_done_callback", "done"}:
            raise AttributeError(name)
        return super().__getattribute__(name)

    def add_callback(self, callback):
        if self.status is not None:
            return False
        self.callbacks.append(lambda _: callback())
        return True

    def is_active(self):
        return self.status is None


@pytest.mark.parametrize("early", [True, False])
def test_a_call_that_is_no_future_calls_back(early):
    """Its end comes by gRPC's other callback, also if it is over before that is registered."""

    class Attempts(CallOnly):
        def __init__(self):
            super().__init__()
            self.status = OK if early else None

    scene = Scene(token(1), handle=StreamHandle, attempt=Attempts)
    assert over(scene.handle) == (early,) * 3
    scene.attempts[0].on_next = lambda: "message"
    assert next(scene.handle) == "message"
    scene.attempts[0].on_next = None
    scene.attempts[0].status = OK
    assert list(scene.handle) == []
    assert over(scene.handle) == (True, True, True)


def test_two_threads_that_see_a_refusal_make_one_repeat():
    """The second thread finds the decision made."""
    scene = Scene(token(1))
    (attempt,) = scene.attempts
    attempt.end(REFUSED)
    scene.call.decide(attempt, REFUSED)
    assert len(scene.access.listeners) == 1
    scene.access.listeners[0](token(2))
    scene.call.decide(attempt, REFUSED)
    scene.attempts[1].end(OK)
    assert scene.handle.result() == "response"
    assert scene.access.invalidated == [token(1)]


def test_an_attempt_is_shown_when_it_is_known_how_it_ends():
    """A reader on another thread can't see an attempt's end before it is known that only readers
    will."""

    class Asking(SilentAttempt):
        def add_callback(self, callback):
            shown.append(scene.call.attempt)
            raise NotImplementedError

    shown = []
    scene = Scene(handle=StreamHandle, attempt=Asking)
    scene.access.listeners[0](token(1))
    (attempt,) = scene.attempts
    assert shown == [None]
    assert scene.call.attempt is scene.call.silent is attempt


def test_a_call_that_was_cancelled_at_its_refusal_asks_for_no_token():
    """Between the refusal and the question for another token, cancel still ends the call."""
    scene = Scene(token(1))
    scene.access.invalidate = lambda _, **__: scene.handle.cancel()
    scene.attempts[0].end(REFUSED)
    assert scene.handle.cancelled()
    assert scene.access.listeners == scene.access.withdrawn

"""How any kind of provider is called."""

import contextlib
import itertools
import subprocess
import sys
import threading
import time

import pytest
from at_line import AtLine

from zeebe_auth import (
    AccessToken,
    AuthError,
    ConfigurationError,
    Secret,
    TokenEndpointUnreachable,
    TokenTimeout,
)
from zeebe_auth.adapters import token_access
from zeebe_auth.adapters.token_access import TokenAccess

PATIENCE_SECONDS = 60
TOKEN = AccessToken(Secret("token"))


class Plain:
    """The one required method, under the test's control."""

    def __init__(self, answer=TOKEN):
        self.answer = answer
        self.asked = 0
        self.ready = threading.Event()
        self.began = threading.Semaphore(0)

    def get_token(self):
        self.asked += 1
        self.began.release()
        assert self.ready.wait(PATIENCE_SECONDS)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


class Answers:
    def __init__(self):
        self.list = []
        self.arrived = threading.Semaphore(0)

    def __call__(self, answer):
        self.list.append(answer)
        self.arrived.release()

    def next(self):
        assert self.arrived.acquire(timeout=PATIENCE_SECONDS)
        return self.list[-1]


def test_one_provider_has_one_access():
    """Channels that share a provider share its access, even an unhashable provider's."""

    class Unhashable(Plain):
        __hash__ = None

        def __eq__(self, other):
            return True

    provider = Unhashable()
    access = TokenAccess.of(provider)
    assert TokenAccess.of(provider) is access
    assert TokenAccess.of(Unhashable()) is not access


def test_abilities_are_looked_up():
    """A provider's methods are used, and missing ones have neutral replacements."""
    access = TokenAccess.of(Plain())
    assert access.current() is None
    assert access.get_async is None
    access.invalidate(TOKEN)

    class Able(Plain):
        def current_token(self):
            return TOKEN

        async def get_token_async(self, *, timeout=None):
            return TOKEN

        def invalidate(self, token):
            self.refused = token

    provider = Able()
    able = TokenAccess.of(provider)
    assert able.current() is TOKEN
    assert able.get_async == provider.get_token_async
    able.invalidate(TOKEN)
    assert provider.refused is TOKEN


def test_an_invalidate_that_raises_harms_nobody():
    """The caller gets the refusal itself, not the provider's error."""

    class Broken(Plain):
        def invalidate(self, token):
            raise RuntimeError

    TokenAccess.of(Broken()).invalidate(TOKEN)


def test_an_async_get_token_is_named():
    """A coroutine function can't serve gRPC's threads; the error says how to rename it."""

    class Async:
        async def get_token(self):
            return TOKEN

    with pytest.raises(TypeError, match="get_token_async"):
        TokenAccess.of(Async())


def test_many_askers_share_one_request():
    """Callers who come during a request get its answer; the next one starts another."""
    provider, answers = Plain(), Answers()
    access = TokenAccess.of(provider)
    for _ in range(20):
        access.ask(answers)
    provider.ready.set()
    assert [answers.next() for _ in range(20)] == [TOKEN] * 20
    assert provider.asked == 1
    assert access.wait() is TOKEN
    assert provider.asked == 2


def test_a_shared_failure_reaches_each_as_an_error_of_its_own():
    """They get equal errors, not one object that collects all their tracebacks."""
    provider, answers = Plain(AuthError("No.")), Answers()
    access = TokenAccess.of(provider)
    access.ask(answers)
    access.ask(answers)
    provider.ready.set()
    first, second = answers.next(), answers.next()
    assert str(answers.list[0]) == str(answers.list[1]) == "No."
    assert answers.list[0] is not answers.list[1]
    assert isinstance(first, AuthError)
    assert isinstance(second, AuthError)


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), ValueError("x")])
def test_whatever_a_provider_raises_is_an_answer(error):
    """No caller waits for ever because a provider raised something unusual."""
    provider, answers = Plain(error), Answers()
    provider.ready.set()
    TokenAccess.of(provider).ask(answers)
    assert answers.next() is error


@pytest.mark.parametrize("answer", [None, "token"])
def test_what_is_no_token_is_named(answer):
    """A provider that returns something else gets an error that says what to return."""
    provider = Plain(answer)
    provider.ready.set()
    with pytest.raises(ConfigurationError, match=f"returned {type(answer).__name__}"):
        TokenAccess.of(provider).wait()


def test_a_coroutine_is_closed_and_named():
    """If get_token returns a coroutine after all, there is no warning that it was never awaited."""

    async def coroutine():
        return TOKEN

    provider = Plain(coroutine())
    provider.ready.set()
    with pytest.raises(ConfigurationError, match="returned coroutine"):
        TokenAccess.of(provider).wait()


def test_who_withdraws_is_not_called():
    """A withdrawn listener is not called, the others are."""
    provider, gone, there = Plain(), Answers(), Answers()
    access = TokenAccess.of(provider)
    access.ask(gone)()
    access.ask(there)
    provider.ready.set()
    there.next()
    assert gone.list == []


def test_a_listener_that_breaks_robs_nobody(caplog):
    """One listener's error is logged, and the next still gets its answer."""
    provider, there = Plain(), Answers()
    access = TokenAccess.of(provider)
    access.ask(lambda _: 1 / 0)
    access.ask(there)
    provider.ready.set()
    assert there.next() is TOKEN
    assert "could not take the answer" in caplog.text


def test_a_deadline_answers_in_time_and_once():
    """A caller whose time runs out gets TokenTimeout, and no token afterwards."""
    provider, hasty, patient = Plain(), Answers(), Answers()
    access = TokenAccess.of(provider)
    access.ask(hasty, deadline=time.monotonic())
    access.ask(patient)
    assert isinstance(hasty.next(), TokenTimeout)
    provider.ready.set()
    assert patient.next() is TOKEN
    assert len(hasty.list) == 1


def test_after_a_refusal_nobody_joins_an_older_request():
    """A request that was started before a token was refused may return that token; callers start
    another."""
    provider, before, after = Plain(), Answers(), Answers()
    access = TokenAccess.of(provider)
    access.ask(before)
    assert provider.began.acquire(timeout=PATIENCE_SECONDS)
    access.invalidate(TOKEN)
    access.ask(after)
    # The same refusal again, as from many calls in flight, starts nothing more.
    access.invalidate(TOKEN)
    access.ask(after)
    provider.ready.set()
    before.next(), after.next(), after.next()
    assert provider.asked == 2


def test_a_timed_provider_waits_on_the_callers_thread():
    """A provider with a time limit of its own is called directly, with the limit."""

    class Timed:
        def get_token(self, *, timeout=None):
            self.seen = (timeout, threading.current_thread())
            return TOKEN

    provider = Timed()
    access = TokenAccess.of(provider)
    assert access.wait(5) is TOKEN
    assert provider.seen == (5, threading.current_thread())
    with pytest.raises(TokenTimeout):
        access.wait(0)


def test_an_untimed_provider_is_waited_for_with_a_limit():
    """Without one the provider runs on a worker, and the caller stops waiting."""
    provider = Plain()
    with pytest.raises(TokenTimeout):
        TokenAccess.of(provider).wait(0.01)
    provider.ready.set()


def test_a_signature_that_can_not_be_read_is_an_untimed_one():
    """A callable without a readable signature is called without arguments."""

    class Opaque:
        class _Call:
            __signature__ = "unreadable"

            def __call__(self):
                return TOKEN

        get_token = _Call()

    assert TokenAccess.of(Opaque()).wait() is TOKEN


class Interrupt(BaseException):
    """What a signal handler raises."""


def interrupt() -> None:
    raise Interrupt


def test_a_handler_that_asks_in_the_middle_of_asking_is_answered():
    """This holds at each line of it, for a provider that has `get_token` alone."""
    provider = Plain()
    provider.ready.set()
    access = TokenAccess.of(provider)
    nested = []
    for number in itertools.count(1):
        here = AtLine(number, lambda: nested.append(access.wait(PATIENCE_SECONDS)))
        with here.here():
            assert access.wait(PATIENCE_SECONDS) is TOKEN
        if not here.reached:
            break
        assert nested.pop() is TOKEN, here.where
    assert number > 10


def test_a_handler_that_raises_in_the_middle_of_asking_breaks_nothing():
    """At each line of it, the next caller gets an answer."""
    provider = Plain()
    provider.ready.set()
    access = TokenAccess.of(provider)
    for number in itertools.count(1):
        here = AtLine(number, interrupt)
        with contextlib.suppress(Interrupt), here.here():
            access.wait(PATIENCE_SECONDS)
        if not here.reached:
            break
        assert access.wait(PATIENCE_SECONDS) is TOKEN, here.where
        assert TokenAccess.of(provider) is access, here.where
    assert number > 10


def test_without_threads_the_asker_hears_it(monkeypatch):
    """When no thread can be started (the machine is full), the answer is a retryable typed
    error."""

    def start(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(token_access, "_threads", token_access._Threads())
    monkeypatch.setattr(threading.Thread, "start", start)
    for deadline in (None, time.monotonic() + 60):
        answers = Answers()
        TokenAccess.of(Plain()).ask(answers, deadline=deadline)
        error = answers.next()
        assert isinstance(error, TokenEndpointUnreachable)
        assert "can't start new thread" in error.message
        assert error.retryable


def test_after_a_fork_the_child_asks_anew(monkeypatch):
    """A child doesn't wait for its parent's threads, nor for what they had started."""
    threads = token_access._Threads()
    monkeypatch.setattr(token_access, "_threads", threads)
    provider, parent, child = Plain(), Answers(), Answers()
    access = TokenAccess.of(provider)
    access.ask(parent)
    assert provider.began.acquire(timeout=PATIENCE_SECONDS)
    threads.reset()
    access.ask(child)
    provider.ready.set()
    assert child.next() is TOKEN
    assert provider.asked == 2


FORK = """
import os, threading
from zeebe_auth import AccessToken, Secret
from zeebe_auth.adapters.token_access import TokenAccess

class Plain:
    ready = threading.Event()
    def get_token(self):
        assert self.ready.wait(60)
        return AccessToken(Secret("token"))

access = TokenAccess.of(Plain())
access.ask(lambda _: None)
child = os.fork()
Plain.ready.set()
code = 0 if access.wait(60).value.reveal() == "token" else 1
if child == 0:
    os._exit(code)
raise SystemExit(code + os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_real_fork_works():
    """Parent and child of a process that forks during a wait both get a token."""
    # A process of its own, since forking one with threads is a warning from Python 3.12 on.
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK],
        check=False,
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")

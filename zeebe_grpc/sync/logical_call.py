"""One call as its caller sees it: the wait for a token, the attempt, and perhaps its repeat.

This is the part that goes on by itself, on gRPC's and the workers' threads. The object in the
caller's hands is a `CallHandle`; when that is dropped, the call is cancelled, as gRPC does it.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import logging
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, NoReturn

import grpc

from zeebe_auth import AccessToken, AuthError
from zeebe_auth.adapters import (
    Answer,
    AttemptEnded,
    Outcome,
    Step,
    attempts,
)
from zeebe_grpc.call.channel_token import ChannelToken
from zeebe_grpc.call.errors import UnsentRpcError, not_begun_details, note_unreachable, rpc_error
from zeebe_grpc.sync.request_stream import RequestStream
from zeebe_grpc.sync.waiting_calls import WaitingCalls

Send = Callable[[tuple[Any, ...], float | None], Any]
"""Starts an attempt with this metadata and this many seconds; gives gRPC's own call."""

# Condition.wait without a limit can't be interrupted by Ctrl-C on Windows.
_MAX_WAIT_SECONDS = 0.2

_LOGGER = logging.getLogger("zeebe_grpc")


class EndedBeforeSentError(UnsentRpcError):
    """A call that was cancelled before it was sent."""

    def cancelled(self) -> bool:
        """True."""
        return True

    def result(self, timeout: float | None = None) -> NoReturn:
        """Raises `grpc.FutureCancelledError`, as a cancelled future of gRPC does."""
        raise grpc.FutureCancelledError

    exception = traceback = result


class LogicalCall:
    """A call under way.

    Args:
        channel_token: The channel's token.
        send: Starts an attempt.
        metadata: The caller's own metadata.
        timeout: How long all of it may take, in seconds; None for no limit.
        waiting: The channel's calls that wait for a token; closing the channel ends them.
        requests: The caller's request stream, if it has one.
    """

    def __init__(
        self,
        channel_token: ChannelToken,
        send: Send,
        metadata: tuple[Any, ...],
        timeout: float | None,
        waiting: WaitingCalls,
        requests: RequestStream | None = None,
    ) -> None:
        # Reentrant, since a garbage collection inside may drop the handle and cancel.
        self.condition = threading.Condition()
        self.deadline = None if timeout is None else time.monotonic() + timeout
        self.attempt: Any = None
        """gRPC's call of the attempt under way, once its end will be heard of; else None."""
        self.outcome: Any = None
        """gRPC's call of the final attempt, or the error instead of one; None before."""
        self.silent: Any = None
        """The attempt under way if it calls nobody back: its end shows to whoever asks it."""
        self.seen = False
        """Whether anything of the attempt under way reached the caller, who then keeps it."""
        # What starts later, on another thread, starts as if the caller did it: an interceptor
        # inside finds the trace that the call belongs to.
        self._context = contextvars.copy_context()
        self._channel_token = channel_token
        self._access = channel_token.access
        self._accepted = channel_token.accepted
        self._send: Send | None = send
        self._metadata = metadata
        self._waiting = waiting
        self._requests = requests
        self._sent: AccessToken | None = None
        self._running: Any = None
        self._steps: Generator[Step | AccessToken | Outcome, Any, None] | None = None
        self._refusal: Any = None
        self._readers = 0
        self._ended_while_read = False
        self._withdraw: Callable[[], None] | None = None
        self._callbacks: list[Callable[[], None]] | None = []

    def begin(self, timeout: float | None) -> None:
        """Start: with the token that is there at once, else when one has come.

        Raises:
            Exception: What gRPC raises for a call that it can't start.
        """
        try:
            token = self._access.current()
        except Exception as error:
            if self._access.raises_auth_errors and not isinstance(error, AuthError):
                raise
            self.finish(rpc_error(error))
            return
        if token is None:
            self._steps = attempts(self._access)
            self._take(next(self._steps))
        else:
            self._start(token, timeout)

    def wait(self, timeout: float | None = None) -> Any:
        """The outcome, waited for.

        Raises:
            grpc.FutureTimeoutError: It took longer than ``timeout`` seconds.
        """
        limit = None if timeout is None else time.monotonic() + timeout
        while True:
            with self.condition:
                while self.outcome is None and self.silent is None:
                    left = _MAX_WAIT_SECONDS
                    if limit is not None:
                        left = min(left, limit - time.monotonic())
                        if left < 0:
                            raise grpc.FutureTimeoutError
                    self.condition.wait(left)
                if self.outcome is not None:
                    return self.outcome
                silent = self.silent
            # It waits itself, for as long as it takes.
            self.decide(silent, silent.code())

    def wait_for_attempt(self, former: Any = None) -> Any:
        """The attempt under way, another one than ``former``; None once there is an outcome."""
        with self.condition:
            while self.outcome is None and (self.attempt is None or self.attempt is former):
                self.condition.wait(_MAX_WAIT_SECONDS)
            return self.attempt if self.outcome is None else None

    def cancel(self, details: str) -> bool:
        """End whatever is running; False if the outcome is final already."""
        with self.condition:
            if self.outcome is not None:
                return False
            attempt = self._running
        if attempt is not None:
            # Not under the lock: gRPC calls back from inside a lock of its own. Only a future has
            # to say whether that came in time.
            if attempt.cancel() is not False:
                self.settle(attempt)
                return True
            if not self._channel_token.was_refused(attempt.code(), self._sent, attempt):
                return False
        return self.finish(EndedBeforeSentError(grpc.StatusCode.CANCELLED, details))

    def settle(self, attempt: Any) -> None:
        """Let ``attempt`` be the outcome at once; callbacks come when gRPC lets go of it."""
        with self.condition:
            silent = self.silent is attempt
            if self.outcome is None:
                self.outcome = attempt
                self.condition.notify_all()
        if silent:
            self.finish(attempt)

    def add_callback(self, callback: Callable[[], None]) -> bool:
        """Call it at the end; False if that is over."""
        with self.condition:
            if self._callbacks is None:
                return False
            self._callbacks.append(callback)
            return True

    def finish(self, outcome: Any) -> bool:
        """Make ``outcome`` final, unless another is already."""
        with self.condition:
            if self.outcome is None:
                self.outcome = outcome
            elif self.outcome is not outcome:
                return False
            self._running = self.attempt = self.silent = self._refusal = None
            self._send = self._requests = self._steps = None
            withdraw, self._withdraw = self._withdraw, None
            callbacks, self._callbacks = self._callbacks, None
            self.condition.notify_all()
        self._waiting.discard(self)
        if withdraw is not None:
            withdraw()
        for callback in callbacks or ():
            try:
                callback()
            except Exception:
                # A thread of gRPC's or ours is no place for it to end.
                _LOGGER.exception("A callback of an RPC raised")
        return True

    def reading(self) -> None:
        """A thread begins to read the attempt's next message: no decision before it ends."""
        with self.condition:
            self._readers += 1

    def read(self, attempt: Any, *, message: bool) -> None:
        """The reading has ended, with a message or without."""
        with self.condition:
            self._readers -= 1
            self.seen = self.seen or message
            if message and attempt is self._running:
                self._note_acceptance()
            ended = self._ended_while_read and not self._readers
            if ended:
                self._ended_while_read = False
        if ended:
            self.decide(attempt, attempt.code())

    def decide(
        self, attempt: Any, status: grpc.StatusCode | None, error: grpc.RpcError | None = None
    ) -> None:
        """The attempt has ended: make it final, or get another token and repeat.

        Args:
            attempt: Which; what another thread has decided about is left alone.
            status: How.
            error: What takes its place, if it isn't a call itself.
        """
        stands = error or attempt
        refused = None
        with self.condition:
            over = self.outcome is not None
            if not over and self._running is not attempt:
                return
            consumed = self.seen
            if status is grpc.StatusCode.OK:
                self._note_acceptance()
            if self._channel_token.was_refused(status, self._sent, stands):
                refused, self._sent = self._sent, None
                if not over:
                    self._running = self.attempt = self.silent = None
                    self._refusal = stands
        if refused is None:
            if status is grpc.StatusCode.UNAVAILABLE:
                note_unreachable(stands)
            self.finish(stands)
        elif over:
            self._access.invalidate(refused, accepted=refused in self._accepted)
            self.finish(stands)
        else:
            steps, requests = self._steps, self._requests
            if steps is None:
                steps = self._steps = attempts(self._access, refused)
                next(steps)
            if requests is not None and not requests.take_back():
                consumed = True
            accepted = refused in self._accepted
            ended = AttemptEnded(refused=True, consumed=consumed, accepted=accepted)
            self._take(steps.send(ended))

    def _note_acceptance(self) -> None:
        """The server answered with a message or an OK: the attempt's token is good."""
        token = self._sent
        if token is not None and token is not self._accepted.last:
            self._accepted.add(token)

    def _take(self, step: Step | AccessToken | Outcome) -> None:
        if isinstance(step, AccessToken):
            self._start_late(step)
        elif not isinstance(step, Outcome):
            self._get_token()
        elif step.error is not None:
            self.finish(rpc_error(step.error))
        elif (refusal := self._refusal) is not None:
            if step.cause is not None:
                refusal.__cause__ = step.cause
            self.finish(refusal)

    def _get_token(self) -> None:
        answer: Answer | None
        try:
            answer = self._access.current()
        except Exception as error:
            answer = error
        if answer is not None:
            self._answered(answer)
            return
        self._waiting.add(self)
        withdraw = self._access.ask(self._answered, deadline=self.deadline)
        with self.condition:
            if self.outcome is None:
                self._withdraw = withdraw
                return
        withdraw()

    def _answered(self, answer: Answer) -> None:
        self._waiting.discard(self)
        # None once the call is over, perhaps on another thread.
        if (steps := self._steps) is not None:
            self._take(steps.send(answer))

    def _start_late(self, token: AccessToken) -> None:
        self._refusal = None
        left = None if self.deadline is None else max(self.deadline - time.monotonic(), 0)
        try:
            # A copy, since one context can't be entered twice and a repeat may start inside.
            self._context.copy().run(self._start, token, left)
        except grpc.RpcError as error:
            self.finish(error)
        except Exception as error:
            # Nobody is there to be told at once, as gRPC does it when a call can't be started.
            ended = UnsentRpcError(grpc.StatusCode.INTERNAL, not_begun_details(error))
            ended.__cause__ = error
            self.finish(ended)

    def _start(self, token: AccessToken, timeout: float | None) -> None:
        send = self._send
        if send is None:
            return
        self._sent = token
        attempt = send(self._channel_token.with_token(self._metadata, token), timeout)
        with self.condition:
            cancelled = self.outcome is not None
            if not cancelled:
                self._running = attempt
        if cancelled:
            attempt.cancel()
            return
        calls_back = _calls_back(attempt, functools.partial(_attempt_ended, self))
        with self.condition:
            if self._running is attempt:
                self.attempt = attempt
                self.silent = None if calls_back else attempt
                self.condition.notify_all()


def _calls_back(attempt: Any, ended: Callable[[Any], None]) -> bool:
    """Have ``ended`` called at the attempt's end; False if it can't do so.

    An interceptor's iterator can't, nor can the calls of ``grpc_testing``.
    """
    with contextlib.suppress(NotImplementedError):
        if hasattr(attempt, "add_done_callback"):
            attempt.add_done_callback(ended)
            return True
        if hasattr(attempt, "add_callback"):
            if not attempt.add_callback(functools.partial(ended, attempt)):
                ended(attempt)
            return True
    return False


def _attempt_ended(call: LogicalCall, attempt: Any) -> None:
    with call.condition:
        if call.outcome is None and call._readers and not call.seen:  # noqa: SLF001 - the two classes are one unit
            # A message may be on its way to the reader: what it got decides.
            call._ended_while_read = True  # noqa: SLF001 - the two classes are one unit
            return
    call.decide(attempt, attempt.code())

"""One call as its caller sees it: the wait for a token, the attempt, and perhaps its repeat.

This is the part that goes on by itself, on gRPC's and the workers' threads. The object in the
caller's hands is a `CallHandle`; when that is dropped, the call is cancelled, as gRPC does it.
"""

from __future__ import annotations

import contextvars
import functools
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

import grpc

from zeebe_auth import AccessToken, TokenTimeout
from zeebe_auth.adapters import Answer, TokenAccess
from zeebe_grpc.call.authorization_header import with_authorization
from zeebe_grpc.call.errors import AuthorizationRpcError, rpc_error
from zeebe_grpc.call.repeat import Step, next_step, token_was_refused
from zeebe_grpc.sync.request_stream import RequestStream
from zeebe_grpc.sync.waiting_calls import WaitingCalls

__all__ = ["LogicalCall", "Send"]

Send = Callable[[tuple[Any, ...], float | None], Any]
"""Starts an attempt with this metadata and this many seconds; gives gRPC's own call."""

# Condition.wait without a limit can't be interrupted by Ctrl-C on Windows.
_LONGEST_WAIT_SECONDS = 0.2

_LOGGER = logging.getLogger(__name__)


class EndedBeforeSentError(AuthorizationRpcError):
    """A call that was cancelled before it was sent."""

    def cancelled(self) -> bool:
        """True."""
        return True

    def result(self, timeout: float | None = None) -> NoReturn:  # noqa: ARG002
        """Raises `grpc.FutureCancelledError`, as a cancelled future of gRPC does."""
        raise grpc.FutureCancelledError

    exception = traceback = result


class LogicalCall:
    """A call under way.

    Args:
        access: The provider to ask.
        send: Starts an attempt.
        metadata: The caller's own metadata.
        timeout: How long all of it may take, in seconds; None for no limit.
        waiting: The channel's calls that wait for a token; closing the channel ends them.
        requests: The caller's request stream, if it has one.
    """

    def __init__(
        self,
        access: TokenAccess,
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
        """gRPC's call of the attempt under way; None while a token is waited for."""
        self.outcome: Any = None
        """gRPC's call of the attempt that stands, or the error instead of one; None before."""
        self.seen = False
        """Whether anything of the attempt under way reached the caller, who then keeps it."""
        # What starts later, on another thread, starts as if the caller did it: an interceptor
        # inside finds the trace that the call belongs to.
        self._context = contextvars.copy_context()
        self._access = access
        self._send: Send | None = send
        self._metadata = metadata
        self._waiting = waiting
        self._requests = requests
        self._sent: AccessToken | None = None
        self._refusal: Any = None
        self._repeated = False
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
        except Exception as error:  # noqa: BLE001
            self.finish(rpc_error(error))
            return
        if token is None:
            self._wait_for_token()
        else:
            self._start(token, timeout)

    def wait(self, timeout: float | None = None) -> Any:
        """The outcome, waited for.

        Raises:
            grpc.FutureTimeoutError: It took longer than ``timeout`` seconds.
        """
        limit = None if timeout is None else time.monotonic() + timeout
        with self.condition:
            while self.outcome is None:
                left = _LONGEST_WAIT_SECONDS
                if limit is not None:
                    left = min(left, limit - time.monotonic())
                    if left < 0:
                        raise grpc.FutureTimeoutError
                self.condition.wait(left)
            return self.outcome

    def wait_for_attempt(self, former: Any = None) -> Any:
        """The attempt under way, another one than ``former``; None once there is an outcome."""
        with self.condition:
            while self.outcome is None and (self.attempt is None or self.attempt is former):
                self.condition.wait(_LONGEST_WAIT_SECONDS)
            return self.attempt if self.outcome is None else None

    def cancel(self, details: str) -> bool:
        """End whatever is running; False if the outcome stands already."""
        with self.condition:
            if self.outcome is not None:
                return False
            attempt = self.attempt
        # Not under the lock: gRPC calls back from inside a lock of its own.
        if attempt is not None and attempt.cancel():
            with self.condition:
                if self.outcome is None:
                    self.outcome = attempt
                    self.condition.notify_all()
            return True
        if attempt is not None and not token_was_refused(attempt.code(), self._sent):
            return False
        return self.finish(EndedBeforeSentError(grpc.StatusCode.CANCELLED, details))

    def add_callback(self, callback: Callable[[], None]) -> bool:
        """Call it at the end; False if that is over."""
        with self.condition:
            if self._callbacks is None:
                return False
            self._callbacks.append(callback)
            return True

    def finish(self, outcome: Any) -> bool:
        """Let ``outcome`` stand, unless another does already."""
        with self.condition:
            if self.outcome is None:
                self.outcome = outcome
            elif self.outcome is not outcome:
                return False
            self.attempt = self._refusal = self._send = self._requests = None
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
            ended = self._ended_while_read and not self._readers
            if ended:
                self._ended_while_read = False
        if ended:
            self.decide(attempt, attempt.code())

    def decide(self, attempt: Any, status: grpc.StatusCode | None) -> None:
        """The attempt has ended: let it stand, or get another token and repeat."""
        sent = self._sent
        if sent is not None and token_was_refused(status, sent):
            self._access.invalidate(sent)
            step = next_step(
                status,
                sent,
                messages_seen=int(self.seen),
                request_stream_read=bool(self._requests and not self._requests.take_back()),
                repeated=self._repeated,
            )
            if step is Step.RENEW:
                self._renew(attempt)
                return
        self.finish(attempt)

    def _renew(self, refusal: Any) -> None:
        with self.condition:
            if self.outcome is not None:
                return
            self.attempt = None
            self._refusal = refusal
            self._repeated = True
        try:
            token = self._access.current()
        except Exception as error:  # noqa: BLE001
            self._on_answer(error)
            return
        if token is None:
            self._wait_for_token()
        else:
            self._on_answer(token)

    def _wait_for_token(self) -> None:
        self._waiting.add(self)
        withdraw = self._access.ask(self._on_answer, deadline=self.deadline)
        with self.condition:
            if self.outcome is None:
                self._withdraw = withdraw
                return
        withdraw()

    def _on_answer(self, answer: Answer) -> None:
        self._waiting.discard(self)
        refusal = self._refusal
        if isinstance(answer, BaseException):
            if refusal is None or isinstance(answer, TokenTimeout):
                self.finish(rpc_error(answer))
                return
            # What the server said stands; why there is no other token is its cause.
            refusal.__cause__ = answer
            self.finish(refusal)
            return
        if refusal is not None:
            refused = grpc.StatusCode.UNAUTHENTICATED
            if next_step(refused, self._sent, another=answer) is not Step.REPEAT:
                self.finish(refusal)
                return
        left = None if self.deadline is None else max(self.deadline - time.monotonic(), 0)
        try:
            # A copy, since one context can't be entered twice and a repeat may start inside.
            self._context.copy().run(self._start, answer, left)
        except grpc.RpcError as error:
            self.finish(error)
        except Exception as error:  # noqa: BLE001
            # Nobody is there to be told at once, as gRPC does it when a call can't be started.
            ended = AuthorizationRpcError(
                grpc.StatusCode.INTERNAL, f"The call could not be started: {error}"
            )
            ended.__cause__ = error
            self.finish(ended)

    def _start(self, token: AccessToken, timeout: float | None) -> None:
        send = self._send
        if send is None:
            return
        self._sent = token
        attempt = send(with_authorization(self._metadata, token), timeout)
        with self.condition:
            cancelled = self.outcome is not None
            if not cancelled:
                self.attempt = attempt
                self.condition.notify_all()
        if cancelled:
            attempt.cancel()
        elif hasattr(attempt, "add_done_callback"):
            attempt.add_done_callback(functools.partial(_attempt_ended, self))


def _attempt_ended(call: LogicalCall, attempt: Any) -> None:
    with call.condition:
        if call.outcome is None and call._readers and not call.seen:  # noqa: SLF001
            # A message may be on its way to the reader: what it got decides.
            call._ended_while_read = True  # noqa: SLF001
            return
    call.decide(attempt, attempt.code())

"""One logical call: the wait for a token and at most two attempts, as one call object.

This is what goes on by itself; what the call tells of itself is in `call_status`.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import time
from asyncio import get_running_loop
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio

from zeebe_auth import AccessToken, ConfigurationError
from zeebe_auth.adapters import (
    AttemptEnded,
    Outcome,
    Step,
    attempts,
    next_step,
    wait_for_token,
)
from zeebe_grpc.aio.ended_call import EndedCall
from zeebe_grpc.aio.event_loop import refuse_other_libraries, require_asyncio
from zeebe_grpc.call.errors import note_unreachable

if TYPE_CHECKING:
    from zeebe_auth.adapters import Answer
    from zeebe_grpc.aio.request_stream import RequestStream
    from zeebe_grpc.aio.waiting import TokenWaits
    from zeebe_grpc.call.channel_token import ChannelToken

_OK = grpc.StatusCode.OK
_UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


class LogicalCall(grpc.aio.Call):
    """What all four kinds of calls have in common.

    It is always in one of three states: an attempt runs (``_attempt``), a token is waited for
    (``_attempt`` is None), or it is over. With a warm token it starts in the first, and an
    attempt that isn't refused is all there is: this is the fast path.

    gRPC's callback at the end of an attempt may come later than the attempt's answer, so whoever
    sees an attempt ended decides first what that means for the call, and then tells it.

    Args:
        channel_token: The channel's token.
        waits: Where the channel keeps its calls that wait for a token.
        begin: Begins an attempt, given the request, gRPC's ``timeout`` and ``metadata``.
        request: The request; None if requests will be written.
        metadata: The caller's own metadata, without an authorization.
        timeout: How long the whole call may take, in seconds; None for as long as it needs.
    """

    # Up to 1.66 at least, grpcio asks the calls of all tasks for this when a channel is closed, to
    # cancel its own, and fails at calls that don't have it.
    _channel = None
    # The token of the attempt under way, until it is known to be refused.
    _token: AccessToken | None = None
    _attempt: Any = None
    _refused: Any = None
    _repeated = False
    _steps: Generator[Step | AccessToken | Outcome, Any, None] | None = None
    _wait: asyncio.Task[Any]
    _requests: RequestStream | None = None
    # How many wait for the next response of the attempt, and what others wait for meanwhile if
    # its end is up to them.
    _readers = 0
    _undecided: asyncio.Future[None] | None = None
    _consumed = False
    _over = False
    _cause: BaseException | None = None
    _callbacks: list[Callable[[Any], None]] | None = None

    def __init__(
        self,
        channel_token: ChannelToken,
        waits: TokenWaits,
        begin: Callable[..., Any],
        request: Any,
        metadata: tuple[Any, ...],
        timeout: float | None,
    ) -> None:
        try:
            get_running_loop()
        except RuntimeError:
            refuse_other_libraries()
        self._channel_token = channel_token
        self._access = access = channel_token.access
        self._accepted = channel_token.accepted
        self._waits = waits
        self._begin = begin
        self._request = request
        self._metadata = metadata
        self._deadline = None if timeout is None else time.monotonic() + timeout
        # What starts later, perhaps in a callback of an attempt, starts as if the caller did it: an
        # interceptor inside finds the trace that the call belongs to.
        self._context = contextvars.copy_context()
        try:
            token = access.current()
        except Exception as error:
            self._end(EndedCall.without_token(error))
            return
        if token is None:
            waits.check_open()
            self._steps = attempts(access)
            self._take(next(self._steps))
        elif metadata or self._requests is not None:
            self._start(token, timeout)
        else:
            # The usual call: what `_start` does, without a call of it.
            sent = channel_token.sent
            own = sent[1] if sent[0] is token else channel_token.metadata_of(token)
            self._attempt = attempt = begin(request, timeout=timeout, metadata=own)
            self._token = token
            with contextlib.suppress(NotImplementedError):
                attempt.add_done_callback(self._attempt_done)

    def _start(self, token: AccessToken, timeout: float | None) -> None:
        attempt = self._begin(
            self._request if self._requests is None else self._requests.for_attempt(),
            timeout=timeout,
            metadata=self._channel_token.with_token(self._metadata, token),
        )
        self._token = token
        self._attempt = attempt
        # Not every call object takes a callback, an interceptor's for one. Whoever asks such a call
        # anything learns of its end.
        with contextlib.suppress(NotImplementedError):
            attempt.add_done_callback(self._attempt_done)

    def _attempt_done(self, attempt: Any) -> None:
        """Decide about an attempt that is over: gRPC calls this, or whoever sees it sooner."""
        if attempt is not self._attempt:
            return
        # What `_status_of` does, without a call of it.
        try:
            attempt.code().send(None)
            status = None
        except StopIteration as told:
            status = told.value
        except (Exception, asyncio.CancelledError):
            status = None
        if status is _OK:
            if self._token is not self._accepted.last:
                self._note_acceptance()
            if self._callbacks is None and self._requests is None:
                # The usual end.
                self._over = True
                return
        self._decide(attempt, status)

    def _note_acceptance(self) -> None:
        """The server answered with a message or an OK: the attempt's token is good."""
        if self._token is not None:
            self._accepted.add(self._token)

    def _decide(self, attempt: Any, status: grpc.StatusCode | None) -> None:
        token = self._token
        if token is None or not self._channel_token.was_refused(status, token, attempt):
            # gRPC tells it twice where it ends a call itself and the server's status comes later.
            if not self._over:
                self._end(attempt)
        elif self._over:
            self._token = None
            self._access.invalidate(token, accepted=token in self._accepted)
        elif self._readers and not self._consumed:
            # A message that arrived together with the status is on its way to its reader, who
            # comes first: then there is nothing to repeat.
            if self._undecided is None:
                self._undecided = asyncio.get_running_loop().create_future()
        else:
            self._token = None
            self._refused = attempt
            if self._steps is None:
                self._steps = attempts(self._access, token)
                next(self._steps)
            ended = AttemptEnded(
                refused=True, consumed=self._is_consumed(), accepted=token in self._accepted
            )
            self._take(self._steps.send(ended))

    def _is_consumed(self) -> bool:
        return self._consumed or (self._requests is not None and self._requests.was_read)

    def _take(self, step: Step | AccessToken | Outcome) -> None:
        if isinstance(step, AccessToken):
            self._repeated = self._refused is not None
            self._refused = None
            self._start_late(step)
        elif isinstance(step, Outcome):
            if step.error is None:
                self._cause = step.cause
                self._end(self._refused)
            else:
                self._end(EndedCall.without_token(step.error))
        else:
            self._get_token()

    def _get_token(self) -> None:
        self._attempt = None
        self._resolve()
        if self._requests is not None:
            self._requests.release()
        answer: Answer | None
        try:
            answer = self._access.current()
        except Exception as error:
            answer = error
        if answer is None:
            self._wait_for(self._await_token())
        else:
            self._go_on(answer)

    def _go_on(self, answer: Answer) -> None:
        if self._steps is not None and not self._over:
            self._take(self._steps.send(answer))

    def _end(self, final: Any) -> None:
        self._attempt = final
        self._over = True
        self._resolve()
        if self._requests is not None:
            self._requests.close()
        callbacks, self._callbacks = self._callbacks, None
        for callback in callbacks or ():
            callback(self)

    def _resolve(self) -> None:
        undecided, self._undecided = self._undecided, None
        if undecided is not None and not undecided.done():
            undecided.set_result(None)

    def _wait_for(self, waiting: Coroutine[Any, Any, Any]) -> None:
        try:
            loop = require_asyncio()
        except ConfigurationError:
            waiting.close()
            raise
        self._wait = wait = loop.create_task(waiting)
        self._waits.add(self, wait)
        wait.add_done_callback(self._wait_done)

    def _wait_done(self, wait: asyncio.Task[Any]) -> None:
        self._waits.discard(self, wait)
        # Cancelled by whoever awaited the call; that ends gRPC's own calls, too.
        if self._attempt is None and wait is self._wait:
            self._end(EndedCall.locally_cancelled())

    async def _await_token(self) -> None:
        answer: Answer
        try:
            answer = await wait_for_token(self._access, self.time_remaining())
        except Exception as error:
            answer = error
        self._go_on(answer)

    def _start_late(self, token: AccessToken) -> None:
        """Begin an attempt after a wait; what gRPC refuses to begin is the call's end."""
        try:
            # A copy, since one context can't be entered twice.
            self._context.copy().run(self._start, token, self.time_remaining())
        except Exception as error:
            if self._over:
                # A callback's, called since the attempt ended as soon as it began.
                raise
            self._end(EndedCall.not_begun(error))

    async def _next_attempt(self) -> Any:
        """The attempt to go on with; to cancel who waits here is to cancel the call."""
        while self._attempt is None or self._undecided is not None:
            if self._undecided is None:
                await self._wait
            else:
                await asyncio.wait((self._undecided,))
        return self._attempt

    def _fails(self, attempt: Any, error: Exception) -> bool:
        """Whether ``error``, raised by ``attempt``, is the call's own: decided before it is told.

        Who is told no reads on, or asks again, after `_next_attempt`.
        """
        if attempt is None:
            return True
        if attempt is self._attempt:
            refusal = isinstance(error, grpc.aio.AioRpcError) and self._channel_token.was_refused(
                error.code(), self._token, error
            )
            if refusal:
                # Also of a call that is over: gRPC may have ended it itself, with INTERNAL, before
                # the server's status came, and calls nobody back for that.
                self._decide(attempt, grpc.StatusCode.UNAUTHENTICATED)
            elif not self._over:
                # Perhaps an interceptor's own, whatever the server said.
                self._keep(attempt)
        if attempt is not self._attempt or self._undecided is not None:
            return False
        if self._cause is not None:
            error.__cause__ = self._cause
        if isinstance(error, grpc.aio.AioRpcError) and error.code() is _UNAVAILABLE:
            note_unreachable(error)
        return True

    def _answers(self, attempt: Any) -> bool:
        """Whether the response of ``attempt``, or the end of them, is the call's own."""
        if attempt is not self._attempt:
            return False
        if not self._over:
            self._keep(attempt)
        return True

    def _keep(self, attempt: Any) -> None:
        """Make ``attempt`` final, since the caller is told what came of it."""
        self._consumed = True
        # It may go on: an interceptor can give an answer of its own before gRPC's has come.
        if is_over(attempt):
            self._attempt_done(attempt)

    def cancel(self) -> bool:
        """End what is running, the wait for a token or an attempt.

        Returns:
            False if the call is over already.
        """
        if self._over:
            return False
        attempt = self._attempt
        if attempt is None:
            self._end(EndedCall.locally_cancelled())
            self._wait.cancel()
            return True
        with contextlib.suppress(Exception):  # as in is_over
            if attempt.cancel():
                return True
        if is_over(attempt):
            status, token = _status_of(attempt), self._token
            step = next_step(
                refused=self._channel_token.was_refused(status, token, attempt),
                sent=token,
                consumed=self._is_consumed(),
                repeated=self._repeated,
            )
            if token is not None and step is Step.ASK:
                # It would have been repeated.
                self._token = None
                self._access.invalidate(token, accepted=token in self._accepted)
                self._end(EndedCall.locally_cancelled())
                return True
            self._decide(attempt, status)
        return False

    def time_remaining(self) -> float | None:
        """Seconds until the deadline of the whole call, at least 0; None without one."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())


def is_over(attempt: Any) -> bool:
    """Whether an attempt has ended, also where gRPC can't say.

    It raises AttributeError for a stream that an interceptor made without a call, and up to 1.66 at
    least an interceptor's own error again: nothing is running then.
    """
    try:
        return bool(attempt.done())
    except Exception:
        return True


def _status_of(attempt: Any) -> grpc.StatusCode | None:
    """The status of an attempt that is over; to ask for it needs no waiting then."""
    asked = attempt.code()
    try:
        asked.send(None)
    except StopIteration as told:
        status: grpc.StatusCode = told.value
        return status
    except (Exception, asyncio.CancelledError):
        # An interceptor's own error is the end of the call, whatever it is.
        return None
    asked.close()
    return None

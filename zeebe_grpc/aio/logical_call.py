"""One logical call: the wait for a token and at most two attempts, as one call object.

This is what goes on by itself; what the call tells of itself is in `call_status`.
"""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio

from zeebe_grpc.aio.ended_call import EndedCall
from zeebe_grpc.aio.waiting import wait_for_token
from zeebe_grpc.call.authorization_header import with_authorization
from zeebe_grpc.call.repeat import Step, next_step, token_was_refused

if TYPE_CHECKING:
    from zeebe_auth import AccessToken
    from zeebe_auth.adapters import TokenAccess
    from zeebe_grpc.aio.token_waits import TokenWaits

__all__ = ["LogicalCall"]


class LogicalCall(grpc.aio.Call):
    """What all four kinds of calls have in common.

    It is always in one of three states: an attempt runs (``_attempt``), a token is waited for
    (``_attempt`` is None), or it is over. With a warm token it starts in the first, and an
    attempt that isn't refused is all there is: this is the fast path.

    Args:
        access: The provider.
        waits: Where the channel keeps its calls that wait for a token.
        begin: Begins an attempt, given gRPC's ``timeout`` and ``metadata``.
        metadata: The caller's own metadata, without an authorization.
        timeout: How long the whole call may take, in seconds; None for as long as it needs.
    """

    # Up to 1.66 at least, grpcio asks the calls of all tasks for this when a channel is closed, to
    # cancel its own, and fails at calls that don't have it.
    _channel = None
    _token: AccessToken
    _attempt: Any = None
    _wait: asyncio.Task[Any]
    _undecided: Any = None
    _repeated = False
    _over = False
    _answers_seen = 0
    _cause: BaseException | None = None
    _callbacks: list[Callable[[Any], None]] | None = None

    def __init__(
        self,
        access: TokenAccess,
        waits: TokenWaits,
        begin: Callable[..., Any],
        metadata: tuple[Any, ...],
        timeout: float | None,
    ) -> None:
        self._access = access
        self._waits = waits
        self._begin = begin
        self._metadata = metadata
        self._deadline = None if timeout is None else time.monotonic() + timeout
        # What starts later, perhaps in a callback of an attempt, starts as if the caller did it: an
        # interceptor inside finds the trace that the call belongs to.
        self._context = contextvars.copy_context()
        try:
            token = access.current()
        except Exception as error:  # noqa: BLE001
            self._end(EndedCall.without_token(error))
            return
        if token is None:
            waits.check_open()
            self._wait_for(self._first_attempt())
        else:
            self._start(token, timeout)

    def _requests_read(self) -> bool:
        return False

    def _release_requests(self) -> None:
        """The attempt that ended reads no more requests."""

    def _start(self, token: AccessToken, timeout: float | None) -> None:
        attempt = self._begin(
            timeout=timeout,
            # The usual call has no metadata of its own.
            metadata=with_authorization(self._metadata, token)
            if self._metadata
            else (("authorization", token.authorization),),
        )
        self._token = token
        self._attempt = attempt
        attempt.add_done_callback(self._attempt_done)

    def _attempt_done(self, attempt: Any) -> None:
        if attempt is not self._attempt:
            return
        status = _status_of(attempt)
        if status is not grpc.StatusCode.OK and token_was_refused(status, self._token):
            self._access.invalidate(self._token)
            if not self._over and self._after_refusal() is Step.RENEW:
                self._attempt = None
                self._undecided = attempt
                self._release_requests()
                self._wait_for(self._second_attempt(attempt))
                return
        # gRPC tells it twice where it ends a call itself and the server's status comes later.
        if not self._over:
            self._end(attempt)

    def _after_refusal(self, another: AccessToken | None = None) -> Step:
        return next_step(
            grpc.StatusCode.UNAUTHENTICATED,
            self._token,
            messages_seen=self._answers_seen,
            request_stream_read=self._requests_read(),
            repeated=self._repeated,
            another=another,
        )

    def _end(self, final: Any) -> None:
        self._attempt = final
        self._over = True
        self._release_requests()
        callbacks, self._callbacks = self._callbacks, None
        for callback in callbacks or ():
            callback(self)

    def _wait_for(self, waiting: Coroutine[Any, Any, Any]) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
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

    async def _first_attempt(self) -> Any:
        try:
            token = await wait_for_token(self._access, self.time_remaining())
        except Exception as error:  # noqa: BLE001
            final: EndedCall | None = EndedCall.without_token(error)
        else:
            final = self._start_late(token)
        if final is not None and not self._over:
            self._end(final)
        return self._attempt

    async def _second_attempt(self, refused: Any) -> Any:
        # A message that arrived together with the status is on its way to its reader, who
        # comes first: then there is nothing to repeat.
        await asyncio.sleep(0)
        self._undecided = None
        final: Any = refused
        if not self._over and self._after_refusal() is Step.RENEW:
            final = await self._renew(refused)
        if final is not None and not self._over:
            self._end(final)
        return self._attempt

    async def _renew(self, refused: Any) -> Any:
        try:
            another = self._access.current()
            if another is None:
                another = await wait_for_token(self._access, self.time_remaining())
        except Exception as error:  # noqa: BLE001
            ended = EndedCall.without_token(error)
            if await ended.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                return ended
            # The server's refusal is what happened to this call; that no other token was to be
            # had is why it stayed at that.
            self._cause = error
            return refused
        if self._over or self._after_refusal(another) is not Step.REPEAT:
            return refused
        self._repeated = True
        return self._start_late(another)

    def _start_late(self, token: AccessToken) -> EndedCall | None:
        """Begin an attempt after a wait; what gRPC refuses to begin is the call's end."""
        if self._over:
            return None
        try:
            # A copy, since one context can't be entered twice.
            self._context.copy().run(self._start, token, self.time_remaining())
        except Exception as error:  # noqa: BLE001
            return EndedCall.not_begun(error)
        return None

    async def _next_attempt(self) -> Any:
        """The attempt that follows the wait; to cancel who waits here is to cancel the call."""
        await self._wait
        return self._attempt

    def _stands(self, attempt: Any, error: grpc.aio.AioRpcError) -> bool:
        """Whether the failure of ``attempt`` is the call's own."""
        if attempt is not self._attempt:
            return False
        if self._cause is not None:
            error.__cause__ = self._cause
        return True

    def _counts(self, attempt: Any) -> bool:
        """Whether a message of ``attempt`` goes to the caller; then nothing is repeated."""
        if attempt is self._attempt or attempt is self._undecided:
            self._answers_seen += 1
            return True
        return False

    def cancel(self) -> bool:
        """End what is running, the wait for a token or an attempt.

        Returns:
            False if the call is over already.
        """
        if self._over:
            return False
        if self._attempt is not None:
            return bool(self._attempt.cancel())
        self._end(EndedCall.locally_cancelled())
        self._wait.cancel()
        return True

    def time_remaining(self) -> float | None:
        """Seconds until the deadline of the whole call, at least 0; None without one."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())


def _status_of(attempt: Any) -> grpc.StatusCode | None:
    """The status of an attempt that is over; to ask for it needs no waiting then."""
    asked = attempt.code()
    try:
        asked.send(None)
    except StopIteration as told:
        status: grpc.StatusCode = told.value
        return status
    except (Exception, asyncio.CancelledError):  # noqa: BLE001
        # An interceptor's own error is the end of the call, whatever it is.
        return None
    asked.close()
    return None

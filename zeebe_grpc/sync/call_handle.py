"""What a caller holds of a call that is not waited for: gRPC's call and future in one."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

import grpc

from zeebe_grpc.call.errors import code_of
from zeebe_grpc.sync.logical_call import LogicalCall


class CallHandle(grpc.Call, grpc.Future):
    """A call that is under way. All it tells is of the last attempt."""

    def __init__(self, call: LogicalCall) -> None:
        self._call = call

    def initial_metadata(self) -> Any:
        """The server's initial metadata, waited for. With it the attempt is the caller's."""
        call = self._call
        attempt = None
        while (attempt := call.wait_for_attempt(attempt)) is not None:
            metadata = attempt.initial_metadata()
            # One that was refused in the meantime is not the caller's business.
            may_stand = metadata or attempt is call.silent or not _is_over(attempt)
            with call.condition:
                if call.attempt is attempt and may_stand:
                    call.seen = call.seen or bool(metadata)
                    return metadata
        return call.outcome.initial_metadata()

    def trailing_metadata(self) -> Any:
        """The server's trailing metadata, waited for."""
        return self._ended("trailing_metadata").trailing_metadata()

    def code(self) -> grpc.StatusCode:
        """The status, waited for."""
        status: grpc.StatusCode = self._ended("code").code()
        return status

    def details(self) -> str:
        """The server's words to the status, waited for."""
        details: str = self._ended("details").details()
        return details

    def debug_error_string(self) -> str:
        """What gRPC's core says of it, waited for."""
        text: str = self._ended("debug_error_string").debug_error_string()
        return text

    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self._call.outcome is None

    def time_remaining(self) -> Any:
        """The seconds left for it, at least 0; None without a limit."""
        deadline = self._call.deadline
        return None if deadline is None else max(deadline - time.monotonic(), 0)

    def cancel(self) -> bool:
        """End it, be it running or waiting for a token; False if it has ended."""
        return self._call.cancel("Locally cancelled by application!")

    def cancelled(self) -> bool:
        """Whether it was cancelled from this side before it ended."""
        outcome = self._call.outcome
        return outcome is not None and bool(outcome.cancelled())

    def running(self) -> bool:
        """Whether it has not ended."""
        return self._call.outcome is None

    def done(self) -> bool:
        """Whether it has ended."""
        return self._call.outcome is not None

    def add_callback(self, callback: Callable[[], None]) -> bool:
        """Call ``callback`` at the end; False, and no call, if that is over."""
        return self._call.add_callback(callback)

    def add_done_callback(self, fn: Callable[[grpc.Future[Any]], None]) -> None:
        """Call ``fn`` with this call at the end, at once if that is over."""
        with self._call.condition:
            if self._call.outcome is None:
                self._call.add_callback(functools.partial(fn, self))
                return
        fn(self)

    def result(self, timeout: float | None = None) -> Any:
        """The response, waited for at most ``timeout`` seconds.

        Raises:
            grpc.RpcError: The call failed.
            grpc.FutureCancelledError: It was cancelled.
            grpc.FutureTimeoutError: It took longer.
        """
        return self._call.wait(timeout).result()

    def exception(self, timeout: float | None = None) -> Exception | None:
        """The error, waited for as `result` does; None if there is none."""
        error: Exception | None = self._call.wait(timeout).exception()
        return error

    def traceback(self, timeout: float | None = None) -> TracebackType | None:
        """The error's traceback, waited for as `result` does; None if there is no error."""
        traceback: TracebackType | None = self._call.wait(timeout).traceback()
        return traceback

    def _ended(self, question: str) -> Any:
        while (attempt := self._call.wait_for_attempt()) is not None:
            # gRPC's own call waits here, or says why this one can't be asked before its end.
            getattr(attempt, question)()
            if attempt is self._call.silent:
                self._call.decide(attempt, attempt.code())
                continue
            with self._call.condition:
                if self._call.attempt is attempt and self._call.outcome is None:
                    self._call.condition.wait(0.01)
        return self._call.outcome

    def __del__(self) -> None:
        # Not there if __init__ was never reached; gRPC may be gone when the interpreter ends.
        with contextlib.suppress(Exception):
            self._call.cancel("Cancelled upon garbage collection!")

    def __repr__(self) -> str:
        outcome = self._call.outcome
        return f"<{type(self).__name__} {'under way' if outcome is None else repr(outcome)}>"


class StreamHandle(CallHandle):
    """A call that is under way and gives its messages one by one."""

    def __init__(self, call: LogicalCall) -> None:
        super().__init__(call)
        self._kept: Any = None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        kept = self._kept
        if kept is None:
            return self._first_message()
        try:
            return next(kept)
        except Exception as error:
            if kept is self._call.silent:
                self._end_silent(kept, error)
            elif self._call.outcome is None and _is_over(kept):
                # gRPC's callback comes later, on another thread.
                self._call.settle(kept)
            raise

    next = __next__

    def _first_message(self) -> Any:
        call = self._call
        attempt = None
        while (attempt := call.wait_for_attempt(attempt)) is not None:
            call.reading()
            message, error = _read(attempt, call)
            if error is None:
                self._kept = attempt
                return message
            if attempt is call.silent:
                self._end_silent(attempt, error)
                if not isinstance(error, grpc.RpcError):
                    raise error
        if not hasattr(call.outcome, "__next__"):
            raise call.outcome
        self._kept = call.outcome
        return next(self._kept)

    def _end_silent(self, attempt: Any, error: Exception) -> None:
        # Its end shows here alone, as this error.
        if isinstance(error, grpc.RpcError):
            self._call.decide(attempt, code_of(error), error)
        else:
            self._call.decide(attempt, None)


def _read(attempt: Iterator[Any], call: LogicalCall) -> tuple[Any, Exception | None]:
    got = False
    try:
        message = next(attempt)
        got = True
    except Exception as error:
        return None, error
    finally:
        call.read(attempt, message=got)
    return message, None


def _is_over(attempt: Any) -> bool:
    done = getattr(attempt, "done", None)
    return bool(done()) if done is not None else not attempt.is_active()

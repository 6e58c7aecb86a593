"""Calls of the keychain, each on a thread of its own and within a time limit.

A locked keychain with a display behind it, or a stopped daemon, keeps `keyring` waiting for ever
(seen with gnome-keyring 42.1). So the caller leaves a call behind when its time is up, and so does
the interpreter when it ends. While one hangs, the keychain is given up for 5 seconds: those after
it fail at once; then the next one waits for one second. At most four calls run at a time, hanging
ones included; while all four hang, a further call fails at once.
"""

from __future__ import annotations

import math
import sys
import threading
import time
import weakref
from collections.abc import Callable
from typing import TypeVar

from zeebe_auth.concurrency.fork import notice_fork, reset_in_child
from zeebe_auth.errors import StoreError
from zeebe_auth.keychain.backend import NEXT_STEP, KeychainUnavailable

TIME_LIMIT_SECONDS = 5.0
"""How long a caller waits for the keychain, keyring's own start (130 ms) included."""

_SILENT_TIME_LIMIT_SECONDS = 1.0
# One command or token request needs the keychain several times, and waits for it once.
_GIVEN_UP_SECONDS = 5.0
_MAX_CALLS = 4
_POLL_SECONDS = 0.01
# gnome-keyring 42.1 at times loses sight of a collection that another process or thread is opening
# or making ("Object does not exist at path …"); another look finds it.
_PAUSES_SECONDS = (0.05, 0.2, 0.5)

_Answer = TypeVar("_Answer")


class KeychainLocked(StoreError):
    """There is a keychain, and somebody has to unlock it first."""


class KeychainTimeout(StoreError, TimeoutError):
    """The keychain did not answer in time; whether it did what was asked is not known."""

    retryable = True


class _Call(threading.Thread):
    """One operation on its own thread."""

    def __init__(self, operation: Callable[[], object]) -> None:
        super().__init__(name="zeebe-auth keychain", daemon=True)
        self.answer: object = None
        self.error: BaseException | None = None
        self.is_left_behind = False
        self._operation = operation
        self._answered = threading.Lock()
        self._answered.acquire()

    def run(self) -> None:
        try:
            self.answer = _steadily(self._operation)
        except BaseException as error:  # the caller's thread raises it
            self.error = error
        finally:
            if self.is_left_behind:
                # It answers again: others that hang may do so too.
                _calls.try_again()
            self._answered.release()

    def wait(self, seconds: float) -> bool:
        """Whether there was an answer within ``seconds``."""
        return self._answered.acquire(timeout=max(0.0, seconds))


class _Calls:
    """The calls that run, and for how long the keychain is given up.

    There is no lock: a signal handler that needs the keychain in the middle of a call would wait
    for it, and a call counts for as long as its thread lives, whatever was raised where.
    """

    def __init__(self) -> None:
        self._all: set[weakref.ref[_Call]] = set()
        self._given_up_until = -math.inf

    def running(self) -> list[_Call]:
        """The calls whose threads are alive."""
        calls = [reference() for reference in list(self._all)]
        return [call for call in calls if call is not None and call.is_alive()]

    @property
    def time_limit_seconds(self) -> float:
        """How long to wait now; 0 while the keychain is given up."""
        if not any(call.is_left_behind for call in self.running()):
            return TIME_LIMIT_SECONDS
        if time.monotonic() < self._given_up_until:
            return 0.0
        return min(TIME_LIMIT_SECONDS, _SILENT_TIME_LIMIT_SECONDS)

    def start(self, call: _Call, deadline: float) -> bool:
        """Start ``call`` when there is room for it; False if there is none in time.

        Raises:
            RuntimeError: No thread can be started.
        """
        while len(running := self.running()) >= _MAX_CALLS:
            hanging = sum(other.is_left_behind for other in running)
            if hanging >= _MAX_CALLS or time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        if sys.is_finalizing():
            # Before Python 3.12 `start` itself would wait for ever.
            raise RuntimeError("the interpreter is ending")
        self._all.add(weakref.ref(call, self._all.discard))
        call.start()
        return True

    def leave_behind(self, call: _Call) -> None:
        """Wait for ``call`` no more, and for others less."""
        self._given_up_until = time.monotonic() + _GIVEN_UP_SECONDS
        call.is_left_behind = True

    def try_again(self) -> None:
        """The keychain is not given up any more."""
        self._given_up_until = -math.inf


_calls = _Calls()


def _forget_calls_of_parent() -> None:
    global _calls  # noqa: PLW0603 - the parent's threads don't exist in the child
    _calls = _Calls()


reset_in_child(_forget_calls_of_parent)


def call_in_time(operation: Callable[[], _Answer]) -> _Answer:
    """What ``operation`` gives, if it gives it in time.

    Raises:
        KeychainUnavailable: There is no keychain, or only one that would not keep it secret.
        KeychainLocked: It is locked.
        KeychainTimeout: It did not answer within `TIME_LIMIT_SECONDS`.
        StoreError: It failed in another way.
    """
    notice_fork()
    calls = _calls
    limit_seconds = calls.time_limit_seconds
    if not limit_seconds:
        raise _silent(TIME_LIMIT_SECONDS)
    deadline = time.monotonic() + limit_seconds
    call = _Call(operation)
    try:
        has_room = calls.start(call, deadline)
    except RuntimeError as error:
        raise KeychainUnavailable(
            "The OS keychain can't be asked: no thread can be started, since the program is ending "
            "or has too many."
        ) from error
    if not has_room:
        raise KeychainTimeout(
            f"The OS keychain has not answered {_MAX_CALLS} earlier calls, so it is not asked "
            f"again. Unlock it (a prompt may be waiting) or restart its service. {NEXT_STEP}."
        )
    if not call.wait(deadline - time.monotonic()):
        calls.leave_behind(call)
        # The answer may have come between the last look and this one.
        if not call.wait(0):
            raise _silent(limit_seconds)
        calls.try_again()
    if call.error is None:
        return call.answer  # type: ignore[return-value]  # it has ended
    # The error's traceback leads back to the call; together they would outlive their use.
    failure, call.error = call.error, None
    if isinstance(failure, StoreError):
        raise failure
    raise _explained(failure) from failure


def _steadily(operation: Callable[[], _Answer]) -> _Answer:
    """The answer; an error that keyring itself doesn't know is no answer at the first time."""
    from keyring.errors import KeyringError

    for pause_seconds in _PAUSES_SECONDS:
        try:
            return operation()
        except (StoreError, KeyringError, RuntimeError, ImportError, AttributeError):
            raise
        except Exception:
            time.sleep(pause_seconds)
    return operation()


def _silent(seconds: float) -> KeychainTimeout:
    return KeychainTimeout(
        f"The OS keychain did not answer within {seconds:g} seconds. Unlock it (a prompt may be "
        f"waiting) or restart its service. {NEXT_STEP}."
    )


def _explained(error: BaseException) -> StoreError:
    from keyring import errors

    if isinstance(error, errors.KeyringLocked):
        return KeychainLocked(
            f"The OS keychain is locked. Unlock it, then try again. {NEXT_STEP} where nobody can."
        )
    # The backend's own words are left out: nothing says that they quote no secret.
    kind = type(error).__name__
    if isinstance(error, errors.NoKeyringError | errors.InitError | ImportError | RuntimeError):
        return KeychainUnavailable(
            f"The OS keychain can't be opened here ({kind}). {NEXT_STEP}, or start a keychain "
            "service and make a keychain in it."
        )
    return StoreError(
        f"The OS keychain failed ({kind}). Look at it with the system's own keychain program. "
        f"{NEXT_STEP} meanwhile."
    )

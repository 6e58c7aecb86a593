"""The keychain of the operating system, through `keyring`, and never for longer than 5 seconds.

A locked keychain with a display behind it, or a stopped daemon, keeps `keyring` waiting for ever
(measured with gnome-keyring). So each call runs on a daemon thread of its own: the caller leaves
it behind when the time is up, and so does the interpreter when it ends. While one hangs, the
keychain is given up for 5 seconds: those after it fail at once; then the next one waits for one
second. At most four calls run at a time, hanging ones included; while all four hang, a further
call fails at once.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from zeebe_auth.errors import StoreError, without_frames
from zeebe_auth.keychain.backend import (
    NEXT_STEP,
    KeychainUnavailable,
    check_size,
    suitable_backend,
)

__all__ = [
    "TIME_LIMIT_SECONDS",
    "KeychainLocked",
    "KeychainTimeout",
    "KeychainUnavailable",
    "delete",
    "read",
    "write",
]

TIME_LIMIT_SECONDS = 5.0
"""How long a caller waits for the keychain, keyring's own start (130 ms) included."""

_SILENT_TIME_LIMIT_SECONDS = 1.0
# One command or token request needs the keychain several times, and waits for it once.
_GIVEN_UP_SECONDS = 5.0
_MOST_CALLS = 4
# gnome-keyring 42.1 at times loses sight of a collection that another process or thread is opening
# or making (measured: "Object does not exist at path …"); another look finds it.
_PAUSES_SECONDS = (0.05, 0.2, 0.5)

_Answer = TypeVar("_Answer")


class KeychainLocked(StoreError):  # noqa: N818
    """There is a keychain, and somebody has to unlock it first."""


class KeychainTimeout(StoreError, TimeoutError):  # noqa: N818
    """The keychain did not answer in time; whether it did what was asked is not known."""

    retryable = True


@without_frames
def read(service: str, username: str) -> str | None:
    """The text kept for ``username`` under ``service``, or None.

    Args:
        service: Who keeps it, such as ``zeebe-auth:prod``.
        username: Its name there.

    Raises:
        KeychainUnavailable: There is no keychain, or only one that would not keep it secret.
        KeychainLocked: It is locked.
        KeychainTimeout: It did not answer within `TIME_LIMIT_SECONDS`.
        StoreError: It failed in another way.
    """
    return _in_time(lambda: suitable_backend().get_password(service, username))


@without_frames
def write(service: str, username: str, text: str) -> None:
    """Keep ``text`` for ``username`` under ``service``, instead of what was there.

    Args:
        service: Who keeps it, such as ``zeebe-auth:prod``.
        username: Its name there.
        text: The secret; Windows takes at most 1280 characters.

    Raises:
        StoreError: As `read`, and if the text is too long for this keychain.
    """

    def call() -> None:
        backend = suitable_backend()
        check_size(backend, text)
        backend.set_password(service, username, text)

    _in_time(call)


@without_frames
def delete(service: str, username: str) -> bool:
    """Forget what is kept for ``username`` under ``service``.

    Returns:
        Whether there was something.

    Raises:
        StoreError: As `read`, and if it is still there.
    """

    def call() -> bool:
        from keyring.errors import PasswordDeleteError

        backend = suitable_backend()
        try:
            backend.delete_password(service, username)
        except PasswordDeleteError:
            # Backends say the same for "there was none" and "it could not be deleted".
            if backend.get_password(service, username) is None:
                return False
            raise
        return True

    return _in_time(call)


class _Slots:
    """Counts the calls that run and those of them that nobody waits for any more."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = 0
        self._left_behind = 0
        self._given_up_until = -math.inf

    @property
    def time_limit_seconds(self) -> float:
        """How long to wait now; 0 while the keychain is given up."""
        with self._changed:
            if not self._left_behind:
                return TIME_LIMIT_SECONDS
            if time.monotonic() < self._given_up_until:
                return 0.0
            return min(TIME_LIMIT_SECONDS, _SILENT_TIME_LIMIT_SECONDS)

    def take(self, deadline: float) -> bool:
        with self._changed:
            while self._running >= _MOST_CALLS:
                remaining = deadline - time.monotonic()
                if self._left_behind >= _MOST_CALLS or remaining <= 0:
                    return False
                self._changed.wait(remaining)
            self._running += 1
            return True

    def leave_behind(self, call: _Call) -> None:
        with self._changed:
            # The call may have ended between the caller's last look and this one.
            if not call.done.is_set():
                call.is_left_behind = True
                self._left_behind += 1
                self._given_up_until = time.monotonic() + _GIVEN_UP_SECONDS
                self._changed.notify_all()

    def give_back(self, call: _Call) -> None:
        with self._changed:
            call.done.set()
            self._running -= 1
            if call.is_left_behind:
                # It answers again: others that hang may do so too.
                self._left_behind -= 1
                self._given_up_until = -math.inf
            self._changed.notify_all()


class _Call:
    """One operation on its own thread."""

    def __init__(self, operation: Callable[[], object], slots: _Slots) -> None:
        self.done = threading.Event()
        self.answer: object = None
        self.error: BaseException | None = None
        self.is_left_behind = False
        self._operation = operation
        self._slots = slots

    def start(self) -> None:
        threading.Thread(target=self._run, name="zeebe-auth keychain", daemon=True).start()

    def _run(self) -> None:
        try:
            self.answer = _steadily(self._operation)
        except BaseException as error:  # noqa: BLE001 - the caller's thread raises it
            self.error = error
        finally:
            self._slots.give_back(self)


def _steadily(operation: Callable[[], _Answer]) -> _Answer:
    """The answer; an error that keyring itself doesn't know is no answer at the first time."""
    from keyring.errors import KeyringError

    for pause_seconds in _PAUSES_SECONDS:
        try:
            return operation()
        except (StoreError, KeyringError, RuntimeError, ImportError, AttributeError):
            raise
        except Exception:  # noqa: BLE001
            time.sleep(pause_seconds)
    return operation()


_slots = _Slots()


def _forget_calls_of_parent() -> None:
    global _slots  # noqa: PLW0603 - the parent's threads and their lock don't exist in the child
    _slots = _Slots()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_calls_of_parent)


def _in_time(operation: Callable[[], _Answer]) -> _Answer:
    slots = _slots
    limit_seconds = slots.time_limit_seconds
    if not limit_seconds:
        raise _silent(TIME_LIMIT_SECONDS)
    deadline = time.monotonic() + limit_seconds
    if not slots.take(deadline):
        raise KeychainTimeout(
            f"The OS keychain has not answered {_MOST_CALLS} earlier calls, so it is not asked "
            f"again. Unlock it (a prompt may be waiting) or restart its service. {NEXT_STEP}."
        )
    call = _Call(operation, slots)
    try:
        call.start()
    except RuntimeError as error:
        slots.give_back(call)
        raise KeychainUnavailable(
            "The OS keychain can't be asked: no thread can be started, since the program is ending "
            "or has too many."
        ) from error
    if not call.done.wait(max(0.0, deadline - time.monotonic())):
        slots.leave_behind(call)
        if not call.done.is_set():
            raise _silent(limit_seconds)
    if call.error is None:
        return call.answer  # type: ignore[return-value]
    # The error's traceback leads back to the call; together they would outlive their use.
    failure, call.error = call.error, None
    if isinstance(failure, StoreError):
        raise failure
    raise _explained(failure) from failure


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

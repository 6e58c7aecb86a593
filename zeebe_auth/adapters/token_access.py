"""How a provider is asked for a token, whatever it can do beyond `get_token`.

Its abilities are looked up once. The current token is read without waiting; a cold one is
waited for on a worker thread, once per provider, however many calls want it.
"""

from __future__ import annotations

import contextlib
import inspect
import logging
import os
import threading
import time
import weakref
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar

from zeebe_auth.concurrency.deadlines import DeadlineWatch
from zeebe_auth.concurrency.worker_pool import WorkerPool
from zeebe_auth.errors import AuthError, ConfigurationError, TokenTimeout
from zeebe_auth.token import AccessToken

if TYPE_CHECKING:
    from zeebe_auth.protocols import CredentialsProvider

__all__ = ["Answer", "TokenAccess"]

Answer = AccessToken | BaseException
"""What came of asking: a token, or why there is none."""

# Event.wait without a limit can't be interrupted by Ctrl-C on Windows.
_LONGEST_WAIT_SECONDS = 0.2

_LOGGER = logging.getLogger("zeebe_auth")


class _AfterFork:
    """What a forked child must have anew: a lock that may be held, threads that are gone."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.workers = WorkerPool()
        self.deadlines = DeadlineWatch()


_shared = _AfterFork()


def _reset_in_child() -> None:
    global _shared  # noqa: PLW0603
    _shared = _AfterFork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_in_child)


class _Wait:
    """One `get_token` under way and everybody who wants its answer."""

    def __init__(self, shared: _AfterFork) -> None:
        self.shared = shared
        self.listeners: list[Callable[[Answer], None]] = []


class TokenAccess:
    """A provider, with its abilities looked up once.

    Make it with `of`: accesses to one provider are one object, so that channels which share a
    provider also share a wait for it.

    Args:
        provider: Anything with `get_token`.

    Raises:
        ConfigurationError: It has none, or only an async one.
    """

    current: Callable[[], AccessToken | None]
    """The token in memory or None; never blocks. A provider that can't tell always says None."""

    get_async: Callable[..., Awaitable[AccessToken]] | None
    """The provider's ``get_token_async(*, timeout=None)``, if it has one."""

    _of_provider: ClassVar[weakref.WeakValueDictionary[int, TokenAccess]] = (
        weakref.WeakValueDictionary()
    )

    def __init__(self, provider: CredentialsProvider) -> None:
        name = type(provider).__name__
        get_token = getattr(provider, "get_token", None)
        if not callable(get_token):
            raise ConfigurationError(
                f"{name} is no credentials provider: it has no get_token(). Give an object with "
                "a get_token() that returns an AccessToken, or None for no authorization."
            )
        if inspect.iscoroutinefunction(get_token):
            raise ConfigurationError(
                f"{name}.get_token is async, and gRPC's threads can't await it. Call it "
                "get_token_async, and add a get_token that returns the AccessToken itself."
            )
        self.provider = provider
        self._name = name
        self._get: Callable[..., Any] = get_token
        self._takes_timeout = _takes_timeout(get_token)
        self.current = getattr(provider, "current_token", _unknown)
        self.get_async = getattr(provider, "get_token_async", None)
        self._invalidate: Callable[[AccessToken], object] | None = getattr(
            provider, "invalidate", None
        )
        self._waiting: _Wait | None = None
        self._last_refused: str | None = None

    @classmethod
    def of(cls, provider: CredentialsProvider) -> TokenAccess:
        """The access to ``provider``, the same for all who ask while one of them keeps it."""
        with _shared.lock:
            # By identity: a provider may be unhashable, or equal to another one. The access
            # keeps its provider alive, so the number can't be another object's meanwhile.
            access = cls._of_provider.get(id(provider))
        if access is not None:
            return access
        access = cls(provider)
        with _shared.lock:
            return cls._of_provider.setdefault(id(provider), access)

    def invalidate(self, token: AccessToken) -> None:
        """Tell the provider that the server refused ``token``; never blocks, never raises."""
        with _shared.lock:
            if token.authorization != self._last_refused:
                # A wait begun before the refusal may still bring the refused token.
                self._last_refused = token.authorization
                self._waiting = None
        if self._invalidate is not None:
            # The caller is told of the refusal itself; the provider's own trouble with
            # forgetting shows when it is asked next.
            with contextlib.suppress(Exception):
                self._invalidate(token)

    def ask(
        self, listener: Callable[[Answer], None], *, deadline: float | None = None
    ) -> Callable[[], None]:
        """Ask for a token without blocking.

        Args:
            listener: Called once with the answer, on another thread. It must neither block nor
                raise.
            deadline: When to give up with a `TokenTimeout`, in seconds of `time.monotonic`.

        Returns:
            A function that withdraws: after it returns, the listener is not called any more,
            unless it is being called already.
        """
        shared = _shared
        request = _Request(listener)
        with shared.lock:
            wait = self._waiting
            joined = wait is not None and wait.shared is shared
            if wait is None or not joined:
                self._waiting = wait = _Wait(shared)
            wait.listeners.append(request.answer)
        try:
            if deadline is not None:
                request.watch(shared.deadlines, deadline, self._timeout_error)
            if not joined:
                shared.workers.submit(lambda: self._fetch(wait))
        except RuntimeError as error:
            # No thread can be started: the interpreter ends.
            self._tell(wait, error)
        return request.withdraw

    def wait(self, timeout: float | None = None) -> AccessToken:
        """A token to use now, waited for on the caller's own thread.

        Args:
            timeout: How long to wait, in seconds; None leaves it to the provider.

        Raises:
            TokenTimeout: The time ran out.
            AuthError: The provider has none.
            Exception: Whatever else the provider raised.
        """
        if timeout is not None and timeout <= 0:
            raise self._timeout_error()
        if self._takes_timeout:
            return self._checked(self._get(timeout=timeout))
        arrived = threading.Event()
        answers: list[Answer] = []

        def listener(answer: Answer) -> None:
            answers.append(answer)
            arrived.set()

        deadline = None if timeout is None else time.monotonic() + timeout
        withdraw = self.ask(listener)
        try:
            while not arrived.is_set():
                left = _LONGEST_WAIT_SECONDS
                if deadline is not None:
                    left = min(left, deadline - time.monotonic())
                    if left <= 0:
                        raise self._timeout_error()
                arrived.wait(left)
        finally:
            withdraw()
        answer = answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _fetch(self, wait: _Wait) -> None:
        answer: Answer
        try:
            answer = self._checked(self._get())
        except BaseException as error:  # noqa: BLE001
            # Everything, also SystemExit: whoever waits must hear of it.
            answer = error
        self._tell(wait, answer)

    def _tell(self, wait: _Wait, answer: Answer) -> None:
        with wait.shared.lock:
            if self._waiting is wait:
                self._waiting = None
            listeners, wait.listeners = wait.listeners, []
        for listener in listeners:
            # Each gets an instance of its own, or they would collect each other's tracebacks.
            own = answer.copy() if isinstance(answer, AuthError) else answer
            try:
                listener(own)
            except Exception:
                # One that breaks its promise must not rob the others of their answer.
                _LOGGER.exception("A call could not take the answer to its wait for a token")

    def _checked(self, token: object) -> AccessToken:
        if isinstance(token, AccessToken):
            return token
        if inspect.iscoroutine(token):
            token.close()
        raise ConfigurationError(
            f"{self._name}.get_token returned {type(token).__name__} instead of an AccessToken. "
            "Return zeebe_auth.AccessToken(Secret(…), …)."
        )

    def _timeout_error(self) -> TokenTimeout:
        return TokenTimeout(
            f"The deadline ran out before {self._name} had an access token. Give the call more "
            "time, or get a token before it."
        )


class _Request:
    """One listener, answered at most once: by the provider, or by its deadline."""

    def __init__(self, listener: Callable[[Answer], None]) -> None:
        # Reentrant, since a garbage collection inside may cancel a dropped call.
        self._lock = threading.RLock()
        self._listener: Callable[[Answer], None] | None = listener
        self._forget_deadline: Callable[[], None] | None = None

    def watch(
        self, deadlines: DeadlineWatch, deadline: float, error: Callable[[], TokenTimeout]
    ) -> None:
        self._forget_deadline = deadlines.at(deadline, lambda: self.answer(error()))
        if self._listener is None:
            self._forget_deadline()

    def answer(self, answer: Answer) -> None:
        listener = self._take()
        if listener is not None:
            listener(answer)

    def withdraw(self) -> None:
        self._take()

    def _take(self) -> Callable[[Answer], None] | None:
        with self._lock:
            listener, self._listener = self._listener, None
        if self._forget_deadline is not None:
            self._forget_deadline()
        return listener


def _unknown() -> None:
    return None


def _takes_timeout(get_token: Callable[..., object]) -> bool:
    try:
        parameter = inspect.signature(get_token).parameters.get("timeout")
    except (TypeError, ValueError):
        return False
    return parameter is not None and parameter.kind in {
        inspect.Parameter.KEYWORD_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    }

"""How a provider is asked for a token, whatever it can do beyond `get_token`.

Its abilities are looked up once. The current token is read without waiting; a cold one is
waited for on a worker thread, once per provider, however many calls want it.
"""

from __future__ import annotations

import contextlib
import inspect
import logging
import threading
import time
import weakref
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from zeebe_auth.adapters.provider_type import check_provider
from zeebe_auth.arguments import takes_keyword
from zeebe_auth.concurrency.flights import Waiter
from zeebe_auth.concurrency.fork import notice_fork, reset_in_child
from zeebe_auth.concurrency.threads import (
    Foreign,
    NoThreadError,
    foreign_code,
    may_wait,
    no_thread_error,
)
from zeebe_auth.concurrency.timer import Appointment, Scheduler
from zeebe_auth.concurrency.workers import WorkerPool
from zeebe_auth.errors import AuthError, ConfigurationError, TokenTimeout
from zeebe_auth.lazy_module import LazyModule
from zeebe_auth.provider.fixed import AnonymousCredentialsProvider
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken

if TYPE_CHECKING:
    from zeebe_auth import protocols
else:
    protocols = LazyModule("zeebe_auth.protocols")

Answer = AccessToken | BaseException
"""What came of asking: a token, or why there is none."""

_LOGGER = logging.getLogger("zeebe_auth")


class _Threads:
    """Where providers are asked that can't say whether asking blocks.

    One that hangs must not block token requests, which have threads of their own.
    """

    def __init__(self) -> None:
        self.scheduler = Scheduler(time.monotonic, name="zeebe-auth-calls")
        self.workers = WorkerPool(name="zeebe-auth-call", scheduler=self.scheduler)
        self.process = object()

    def reset(self) -> object:
        """Begin anew in a forked child; it returns what was there before."""
        # What was begun in the parent has no thread here.
        self.process = object()
        return self.scheduler.reset(), self.workers.reset()


_threads = _Threads()
reset_in_child(_threads.reset)


class _Wait:
    """One `get_token` under way and everybody who wants its answer. The scheduler has it alone.

    Attributes:
        is_stale: Whether a token was refused since: it may bring that very token.
    """

    def __init__(self) -> None:
        self.process = _threads.process
        self.is_stale = False
        self.requests: list[_Request] = []


@public_class("zeebe_auth.adapters")
class TokenAccess:
    """A provider, with its abilities looked up once.

    Make it with `of`: accesses to one provider are one object, so that channels which share a
    provider also share a wait for it.

    Args:
        provider: Anything with `get_token`.

    Raises:
        TypeError: It has none, or one that is async or wants arguments.
    """

    current: Callable[[], AccessToken | None]
    """The token in memory or None; never blocks. A provider that can't tell always says None."""

    raises_auth_errors: bool
    """Whether the provider raises nothing but an `AuthError`, as ours do. Anything else that comes
    out of it on a caller's thread is a signal handler's: it goes to the caller as it is."""

    get_async: Callable[..., Awaitable[AccessToken]] | None
    """The provider's ``get_token_async(*, timeout=None)``, if it has one."""

    _of_provider: ClassVar[dict[int, weakref.ref[TokenAccess]]] = {}

    def __init__(self, provider: protocols.CredentialsProvider) -> None:
        check_provider(provider)
        name, get_token = type(provider).__name__, provider.get_token
        self.provider = provider
        self._name = name
        self._get: Callable[..., Any] = get_token
        self._takes_timeout = takes_keyword(get_token, "timeout")
        self.raises_auth_errors = getattr(provider, "_raises_auth_errors", False) is True
        self.current = getattr(provider, "current_token", _unknown)
        self.get_async = getattr(provider, "get_token_async", None)
        self._invalidate: Callable[..., object] | None = getattr(provider, "invalidate", None)
        self._takes_accepted = self._invalidate is not None and takes_keyword(
            self._invalidate, "accepted"
        )
        # By identity, as in `of`.
        self._foreign = Foreign(id(provider), f"the provider {name}")
        self._waiting: _Wait | None = None
        self._last_refused: AccessToken | None = None

    @classmethod
    def of(cls, provider: protocols.CredentialsProvider) -> TokenAccess:
        """The access to ``provider``, the same for all who ask while one of them keeps it."""
        # By identity: a provider may be unhashable, or equal to another one. The access keeps its
        # provider alive, so the number can't be another object's meanwhile.
        number, known = id(provider), cls._of_provider
        reference = known.get(number)
        access = None if reference is None else reference()
        if access is not None:
            return access
        access = cls(provider)
        own = weakref.ref(access, lambda gone: known.get(number) is gone and known.pop(number))
        first = known.setdefault(number, own)
        if first is not own:
            # Another thread was faster, or the one that was there is gone.
            other = first()
            if other is not None:
                return other
            known[number] = own
        return access

    def invalidate(self, token: AccessToken, *, accepted: bool = False) -> None:
        """Tell the provider that the server refused ``token``; never blocks, never raises.

        Args:
            token: The token.
            accepted: Whether it was accepted before, where it was refused now; see
                `AcceptedTokens`. A provider whose `invalidate` has no such parameter isn't told.
        """
        if self._last_refused is None or token.value != self._last_refused.value:
            self._last_refused = token
            wait = self._waiting
            if wait is not None:
                wait.is_stale = True
        if self._invalidate is None:
            return
        told = {"accepted": accepted} if self._takes_accepted else {}
        if self.raises_auth_errors:
            self._invalidate(token, **told)
        else:
            # The caller is told of the refusal itself; the provider's own trouble with
            # forgetting shows when it is asked next.
            with contextlib.suppress(Exception):
                self._invalidate(token, **told)

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
        notice_fork()
        request = _Request(listener)
        try:
            if deadline is not None:
                late = self.timeout_error(deadline - time.monotonic())
                request.limit(_threads.scheduler.call_at(deadline, lambda: request.answer(late)))
            _threads.scheduler.call_soon(partial(self._join, request))
        except NoThreadError as error:
            request.answer(no_thread_error(error))
        return request.withdraw

    def _join(self, request: _Request) -> None:
        """Let ``request`` have the answer that is under way, or ask. On the scheduler's thread."""
        if request.is_over:
            return
        wait = self._waiting
        if wait is not None and not wait.is_stale and wait.process is _threads.process:
            wait.requests.append(request)
            return
        self._waiting = wait = _Wait()
        wait.requests.append(request)
        no_thread = partial(self._no_thread, wait)
        try:
            _threads.workers.submit(
                partial(self._fetch, wait), refused=no_thread, calls=(self._foreign,)
            )
        except NoThreadError as error:
            no_thread(error)

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
            raise self.timeout_error(timeout)
        if self._takes_timeout:
            return self._checked(self._get(timeout=timeout))
        if not may_wait():
            raise TokenTimeout(
                f"A finalizer asked {self._name} for a token on a thread that must not wait. Ask "
                "on another thread."
            )
        waiter: Waiter[Answer] = Waiter()
        withdraw = self.ask(waiter.succeed)
        try:
            answer = waiter.wait(timeout)
        except TokenTimeout:
            raise self.timeout_error(timeout) from None
        finally:
            withdraw()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _fetch(self, wait: _Wait) -> None:
        answer: Answer
        try:
            with foreign_code(self._foreign):
                answer = self._checked(self._get())
        except BaseException as error:
            # Everything, also SystemExit: whoever waits must hear of it.
            answer = error
        try:
            _threads.scheduler.call_soon(partial(self._tell, wait, answer))
        except NoThreadError:
            self._tell(wait, answer)

    def _no_thread(self, wait: _Wait, error: NoThreadError) -> None:
        self._tell(wait, no_thread_error(error))

    def _tell(self, wait: _Wait, answer: Answer) -> None:
        if self._waiting is wait:
            self._waiting = None
        for request in wait.requests:
            # Each gets an instance of its own, or they would collect each other's tracebacks.
            own = answer.copy() if isinstance(answer, AuthError) else answer
            try:
                request.answer(own)
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

    def timeout_error(self, timeout: float | None) -> TokenTimeout:
        """Make the error of a caller whose time ran out.

        Args:
            timeout: How long the caller could wait, in seconds.
        """
        if timeout is None or timeout <= 0:
            return TokenTimeout(
                f"The call's deadline passed before {self._name} was asked for an access token. "
                "Give the call more time."
            )
        return TokenTimeout(
            f"{self._name} gave no access token within {timeout:.3g} s. Check what it waits for, "
            "give the call more time, or get a token before it."
        )


def access_to(provider: protocols.CredentialsProvider | None) -> TokenAccess | None:
    """The access to a provider; None where no authorization is sent.

    Args:
        provider: Any provider; None and an `AnonymousCredentialsProvider` send none.

    Raises:
        TypeError: It is no provider.
    """
    if provider is None or isinstance(provider, AnonymousCredentialsProvider):
        return None
    return TokenAccess.of(provider)


def call_later(seconds: float, callback: Callable[[], None]) -> None:
    """Call ``callback`` in so many seconds, on a thread on which it must not block.

    Without a thread it is not called, and nothing is raised.
    """
    scheduler = _threads.scheduler
    with contextlib.suppress(NoThreadError):
        scheduler.call_at(scheduler.now() + seconds, callback)


def run_foreign(task: Callable[[], None], foreign: Foreign) -> None:
    """Run ``task``, which calls somebody else's code, on a worker thread.

    Raises:
        NoThreadError: There is none.
    """

    def run() -> None:
        with foreign_code(foreign):
            task()

    _threads.workers.submit(run, calls=(foreign,))


class _Request:
    """One listener, answered at most once: by the provider, or by its deadline.

    Whoever has the claim may answer. It is taken without waiting, by a garbage collection that
    cancels a dropped call in the middle of it too.
    """

    def __init__(self, listener: Callable[[Answer], None]) -> None:
        self._claim = threading.Lock()
        self._listener: Callable[[Answer], None] | None = listener
        self._deadline: Appointment | None = None

    @property
    def is_over(self) -> bool:
        """Whether it was answered or withdrawn."""
        return self._claim.locked()

    def limit(self, deadline: Appointment) -> None:
        """Keep the appointment that answers when the time is over."""
        self._deadline = deadline
        if self.is_over:
            deadline.cancel()

    def answer(self, answer: Answer) -> None:
        listener = self._take()
        if listener is not None:
            listener(answer)

    def withdraw(self) -> None:
        self._take()

    def _take(self) -> Callable[[Answer], None] | None:
        if not self._claim.acquire(blocking=False):
            return None
        listener, self._listener = self._listener, None
        if self._deadline is not None:
            self._deadline.cancel()
        return listener


def _unknown() -> None:
    return None

"""Pushes each new token into a client that can't ask for one, such as one with a core in Rust."""

from __future__ import annotations

import inspect
import logging
import threading
import time
import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from zeebe_auth.adapters.token_access import Answer, TokenAccess, call_later, run_foreign
from zeebe_auth.arguments import refuse_type
from zeebe_auth.concurrency.threads import Foreign, NoThreadError
from zeebe_auth.errors import TokenTimeout
from zeebe_auth.lazy_module import LazyModule
from zeebe_auth.provider.fixed import AnonymousCredentialsProvider
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken

if TYPE_CHECKING:
    from zeebe_auth import protocols
else:
    protocols = LazyModule("zeebe_auth.protocols")

_LOGGER = logging.getLogger("zeebe_auth")

# The provider is asked this many times in a token's lifetime, within these bounds. A provider that
# has the token at hand answers from memory.
_LOOKS = 20
_LOOK_SECONDS = (1.0, 30.0)


def follow(provider: protocols.CredentialsProvider, setter: Callable[[str], object]) -> Following:
    """Call ``setter`` with the token now, and with each new one from now on.

    The token comes bare, without "Bearer". ``setter`` is called on a worker thread, one call at a
    time; what it raises is logged once and it is tried again. A bound method's object is held
    weakly: when it is gone the following ends. Anything else, such as a lambda or a partial, is
    held until `Following.close`.

    A new token is noticed within a twentieth of its lifetime, 30 s at most. It follows in the
    process in which it was begun, not in one that is forked from it.

        following = follow(provider, partial(setattr, client, "api_key"))
        following.wait(30)

    Args:
        provider: Any provider.
        setter: Takes the token's value.

    Raises:
        TypeError: It is no provider, it has no token to give by design, or the setter can't be
            called or is async.
    """
    if isinstance(provider, AnonymousCredentialsProvider):
        raise TypeError("An AnonymousCredentialsProvider never has a token to follow.")
    if not callable(setter) or inspect.iscoroutinefunction(setter):
        refuse_type(setter, "setter of follow", "a function that takes the token and isn't async")
    return Following(TokenAccess.of(provider), setter)


@public_class("zeebe_auth")
class Following:
    """What `follow` returns: it pushes tokens until it is closed. It closes after a ``with``."""

    def __init__(self, access: TokenAccess, setter: Callable[[str], object]) -> None:
        self._access = access
        self._setter = _weakly(setter)
        self._foreign = Foreign.of("setter", setter)
        self._lock = threading.Lock()
        self._has_pushed = threading.Event()
        self._pushed: AccessToken | None = None
        self._failures = 0
        self._has_told = False
        self._is_closed = False
        self._look()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the first token was taken by the setter.

        Args:
            timeout: How long, in seconds; None waits for as long as it takes.

        Raises:
            TokenTimeout: There was none in time, or it is closed. It goes on all the same.
        """
        if not self._has_pushed.wait(timeout) or self._pushed is None:
            raise TokenTimeout(
                "No token has been pushed yet. The warnings in the log of zeebe_auth say why."
            )

    def close(self) -> None:
        """Push no more tokens. A call of the setter that is under way ends first."""
        self._is_closed = True
        with self._lock:
            self._has_pushed.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self._is_closed else "open"
        return f"<Following of {type(self._access.provider).__name__}, {state}>"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("A Following is not pickled. Follow again in the other process.")

    def _look(self) -> None:
        if not self._is_over():
            self._access.ask(self._answered)

    def _is_over(self) -> bool:
        if self._setter() is None:
            self._is_closed = True
        return self._is_closed

    def _answered(self, answer: Answer) -> None:
        """Take the provider's answer; it is called on a thread on which nothing may block."""
        if not isinstance(answer, AccessToken):
            self._tell("The provider has no token to push", answer)
            self._failures += 1
            self._plan(None)
        elif self._pushed is not None and answer.value == self._pushed.value:
            self._failures = 0
            self._plan(answer)
        else:
            try:
                run_foreign(partial(self._push, answer), self._foreign)
            except NoThreadError:
                self._failures += 1
                self._plan(None)

    def _push(self, token: AccessToken) -> None:
        with self._lock:
            setter = self._setter()
            if setter is None or self._is_closed:
                return
            try:
                setter(token.value.reveal())
            except Exception as error:  # anybody's code; the next look tries it again
                self._tell("The setter that tokens are pushed into failed", error)
                self._failures += 1
            else:
                self._pushed, self._failures = token, 0
                self._has_pushed.set()
        del setter
        self._plan(token)

    def _plan(self, token: AccessToken | None) -> None:
        least, longest = _LOOK_SECONDS
        if self._failures:
            seconds = min(longest, least * 2 ** min(self._failures - 1, 10))
        elif token is None or token.expires_at is None:
            seconds = longest
        else:
            seconds = min(longest, max(least, (token.expires_at - time.time()) / _LOOKS))
        if not self._is_over():
            call_later(seconds, self._look)

    def _tell(self, what: str, error: BaseException) -> None:
        if not self._has_told:
            self._has_told = True
            # The text of anybody's error may hold anything.
            _LOGGER.warning(
                "%s (%s). It is tried again; this is logged once.", what, type(error).__name__
            )


def _weakly(setter: Callable[[str], object]) -> Callable[[], Callable[[str], object] | None]:
    """What gives the setter, or None when the object whose method it is is gone."""
    if inspect.ismethod(setter):
        try:
            return weakref.WeakMethod(setter)
        except TypeError:
            pass  # its object can't be held weakly
    return lambda: setter

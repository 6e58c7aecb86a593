"""The wait for a token on an event loop, and the calls of a channel that are in it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Protocol

import grpc.aio

from zeebe_auth import AccessToken, ConfigurationError
from zeebe_grpc.aio.event_loop import require_asyncio

if TYPE_CHECKING:
    from zeebe_auth.adapters import Answer, TokenAccess

__all__ = ["TokenWaits", "wait_for_token"]


async def wait_for_token(access: TokenAccess, timeout: float | None) -> AccessToken:
    """A token to use now; the loop goes on meanwhile.

    ``get_token_async`` is awaited where the provider has it; else its `get_token` runs on a
    worker thread.

    Args:
        access: The provider.
        timeout: How long to wait, in seconds; None leaves it to the provider.

    Raises:
        TokenTimeout: The time ran out.
        AuthError: The provider has none.
        Exception: Whatever else the provider raised.
    """
    name = type(access.provider).__name__
    limit = asyncio.timeout(timeout)
    try:
        async with limit:
            if access.get_async is None:
                return await _ask_on_worker(access)
            token = await access.get_async(timeout=timeout)
    except TimeoutError:
        # A provider may raise a TimeoutError of its own, which means something else.
        if not limit.expired():
            raise
        raise access.timeout_error(timeout) from None
    if not isinstance(token, AccessToken):
        raise ConfigurationError(
            f"{name}.get_token_async returned {type(token).__name__} instead of an AccessToken. "
            "Return zeebe_auth.AccessToken(Secret(…), …)."
        )
    return token


async def _ask_on_worker(access: TokenAccess) -> AccessToken:
    loop = require_asyncio()
    answered: asyncio.Future[AccessToken] = loop.create_future()

    def listener(answer: Answer) -> None:
        try:
            loop.call_soon_threadsafe(_pass_on, answer, answered)
        except RuntimeError:
            # The loop is closed: nobody waits any more.
            return

    withdraw = access.ask(listener)
    try:
        return await answered
    finally:
        withdraw()


def _pass_on(answer: Answer, answered: asyncio.Future[AccessToken]) -> None:
    if answered.done():
        return
    if isinstance(answer, Exception) and not isinstance(answer, StopIteration):
        answered.set_exception(answer)
    elif isinstance(answer, BaseException):
        # A future can't carry StopIteration, and SystemExit would end the loop.
        error = RuntimeError(f"get_token raised {type(answer).__name__}")
        error.__cause__ = answer
        answered.set_exception(error)
    else:
        answered.set_result(answer)


class _Waiting(Protocol):
    def cancel(self) -> bool: ...


class TokenWaits:
    """Keeps waiting calls alive, since an event loop refers to its tasks weakly."""

    def __init__(self) -> None:
        self._tasks: dict[_Waiting, asyncio.Task[Any]] = {}
        self._closed = False

    def check_open(self) -> None:
        """Refuse a new call as gRPC does.

        Raises:
            UsageError: The channel is closed.
        """
        if self._closed:
            raise grpc.aio.UsageError("Channel is closed.")

    def add(self, call: _Waiting, wait: asyncio.Task[Any]) -> None:
        """``call`` waits in the task ``wait``."""
        self._tasks[call] = wait

    def discard(self, call: _Waiting, wait: asyncio.Task[Any]) -> None:
        """``call`` waits no more in ``wait``."""
        if self._tasks.get(call) is wait:
            del self._tasks[call]

    async def close(self, grace: float | None) -> float | None:
        """Let no call wait any more; those that do may go on for the grace period.

        Args:
            grace: In seconds; None cancels them at once.

        Returns:
            What is left of the grace period, for the calls that have begun.
        """
        self._closed = True
        if grace and grace > 0 and self._tasks:
            began = time.monotonic()
            await asyncio.wait(tuple(self._tasks.values()), timeout=grace)
            grace = max(0.0, grace - (time.monotonic() - began))
        for call in tuple(self._tasks):
            call.cancel()
        return grace

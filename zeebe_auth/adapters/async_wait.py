"""The wait for a token on an event loop, which goes on meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zeebe_auth.adapters.token_access import Answer, TokenAccess
from zeebe_auth.concurrency.event_loop import require_asyncio
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.token import AccessToken

if TYPE_CHECKING:
    import asyncio


async def wait_for_token(access: TokenAccess, timeout: float | None = None) -> AccessToken:
    """Return a token to use now, on an event loop of asyncio.

    ``get_token_async`` is awaited where the provider has it; else its `get_token` runs on a
    worker thread.

    Args:
        access: The provider.
        timeout: How long to wait, in seconds; None leaves it to the provider.

    Raises:
        ConfigurationError: No event loop of asyncio runs here.
        TokenTimeout: The time ran out.
        AuthError: The provider has none.
        Exception: Whatever else the provider raised.
    """
    import asyncio

    require_asyncio("Waiting for a token")
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
    import asyncio

    loop = asyncio.get_running_loop()
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


def _pass_on(answer: Answer, answered: asyncio.Future[Any]) -> None:
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

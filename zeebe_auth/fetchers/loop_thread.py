"""An event loop of our own, for what is awaited and belongs to one loop for its whole life."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from zeebe_auth.errors import TokenEndpointUnreachable

if TYPE_CHECKING:
    import asyncio

_CLOSE_SECONDS = 5.0
_Answer = TypeVar("_Answer")


class LoopThread:
    """Runs coroutines on one private event loop, on a daemon thread that starts with the first.

    It ends with `close`, or when nobody has it any more. In a forked child it begins anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = os.getpid()

    def run(self, make: Callable[[], Coroutine[Any, Any, _Answer]], timeout: float) -> _Answer:
        """The answer of the coroutine that ``make`` gives, waited for on the caller's thread.

        Args:
            make: Called on the loop.
            timeout: How long it may take, in seconds; then it is cancelled.

        Raises:
            TokenEndpointUnreachable: It took too long.
            Exception: Whatever it raised.
        """
        import asyncio
        import concurrent.futures

        async def bounded() -> _Answer:
            async with asyncio.timeout(timeout):
                return await make()

        future = asyncio.run_coroutine_threadsafe(bounded(), self._running())
        try:
            # It may be in code that doesn't let itself be cancelled.
            return future.result(timeout + _CLOSE_SECONDS)
        except (TimeoutError, concurrent.futures.TimeoutError) as error:
            future.cancel()
            raise TokenEndpointUnreachable(
                f"There was no token within {timeout:.3g} s.", timed_out=True
            ) from error

    def close(self, last: Callable[[], Coroutine[Any, Any, object]] | None = None) -> None:
        """End the thread, 5 s after it was asked to at the latest.

        Args:
            last: What to await on the loop before, such as a client's own ``close``.
        """
        with self._lock:
            loop, self._loop = self._loop, None
        if self._pid != os.getpid():
            return
        if loop is None:
            if last is None:
                return
            loop = _begin()
        import asyncio

        async def end() -> None:
            try:
                if last is not None:
                    async with asyncio.timeout(_CLOSE_SECONDS):
                        await last()
            finally:
                loop.stop()

        asyncio.run_coroutine_threadsafe(end(), loop)

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._pid != os.getpid():
            # The parent's thread isn't here, and its lock may be held for ever.
            self._lock, self._loop, self._pid = threading.Lock(), None, os.getpid()
        with self._lock:
            if self._loop is None:
                self._loop = _begin()
                weakref.finalize(self, _stop, self._loop).atexit = False
            return self._loop


def _begin() -> asyncio.AbstractEventLoop:
    import asyncio

    loop = asyncio.new_event_loop()

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            loop.close()

    threading.Thread(target=run, name="zeebe-auth-loop", daemon=True).start()
    return loop


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(loop.stop)

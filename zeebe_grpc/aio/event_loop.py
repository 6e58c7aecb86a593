"""Which event loop a channel is used on: asyncio's, or a typed error."""

from __future__ import annotations

import asyncio
import sys

from zeebe_auth import ConfigurationError


def require_asyncio() -> asyncio.AbstractEventLoop:
    """The event loop of asyncio that runs this coroutine.

    Raises:
        ConfigurationError: None does; it is driven by trio or curio, perhaps by way of anyio.
    """
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise _wrong_library() from None


def refuse_other_libraries() -> None:
    """Refuse to go on where another library's event loop runs; none at all may still come.

    Raises:
        ConfigurationError: Another library's runs.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # trio, and whoever uses anyio, has it imported.
        sniffio = sys.modules.get("sniffio")
        if sniffio is None:
            return
        try:
            sniffio.current_async_library()
        except sniffio.AsyncLibraryNotFoundError:
            return
        raise _wrong_library() from None


class _NoEventLoopError(ConfigurationError, RuntimeError):
    """asyncio's own error for it is a RuntimeError."""


def _wrong_library() -> ConfigurationError:
    return _NoEventLoopError(
        "zeebe_grpc.aio, like gRPC's own asyncio API, needs an event loop of asyncio, and there is "
        "no running event loop of it here. Under trio or another library use "
        "zeebe_grpc.connect() or zeebe_grpc.secure_channel(), and make calls on threads, such as "
        "by trio.to_thread.run_sync."
    )

"""Which event loop a coroutine of ours runs on: asyncio's, or a typed error."""

from __future__ import annotations

from zeebe_auth.errors import ConfigurationError


def require_asyncio(what: str) -> None:
    """Make sure that an event loop of asyncio runs this coroutine.

    Args:
        what: What needs it, as the beginning of a sentence.

    Raises:
        ConfigurationError: None does; it is driven by trio or curio, perhaps by way of anyio.
    """
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError(
            f"{what} needs an event loop of asyncio, and none is running here. Under trio or "
            "another library call get_token on a thread, such as by trio.to_thread.run_sync."
        ) from None

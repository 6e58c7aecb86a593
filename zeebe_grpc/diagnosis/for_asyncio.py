"""`diagnose` for programs with an event loop."""

from __future__ import annotations

import asyncio
from contextvars import copy_context

from zeebe_auth import Profile, TokenEndpointUnreachable
from zeebe_grpc.aio.event_loop import require_asyncio
from zeebe_grpc.connection.settings import check_profile
from zeebe_grpc.diagnosis import diagnosis
from zeebe_grpc.diagnosis.diagnosis import Diagnosis, checked_timeout
from zeebe_grpc.diagnosis.method_path import method_path


async def diagnose(
    profile: str | Profile | None = None, *, timeout: float = 10.0, method: str | None = None
) -> Diagnosis:
    """As `zeebe_grpc.diagnose`, without holding up the event loop: it works on another thread.

    A cancelled diagnosis ends by itself, after ``timeout`` at the latest.

    Args:
        profile: The name of a profile of the config file or the keychain, or a loaded `Profile`;
            None looks at the environment, the config file and the keychain, in that order.
        timeout: How long all steps may take together, in seconds, above 0.
        method: The method to call in the last one, as there.

    Returns:
        What was found. It holds no secret, and no failure is raised.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: ``timeout`` is not a finite number above 0, or ``method`` is no method's name.
        ConfigurationError: It is not asyncio that runs it.
        TokenEndpointUnreachable: No thread can be started, since the interpreter is ending or the
            machine allows no more.
    """
    loop = require_asyncio()
    check_profile(profile)
    seconds = checked_timeout(timeout)
    path = None if method is None else method_path(method)

    def work() -> Diagnosis:
        return diagnosis.diagnose(profile, timeout=seconds, method=path)

    try:
        found = loop.run_in_executor(None, copy_context().run, work)
    except RuntimeError as error:
        raise TokenEndpointUnreachable(
            f"No thread could be started for the diagnosis: {error}. Run it before the program "
            "ends, and see how many threads the machine allows."
        ) from error
    return await asyncio.shield(found)

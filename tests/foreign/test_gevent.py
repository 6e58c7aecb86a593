"""gevent, which turns threads into greenlets: before this package is imported, or after it."""

from __future__ import annotations

import pytest

from zeebe_grpc.sandbox import Sandbox

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("when", ["early", "late"])
def test_a_patched_program_gets_tokens_and_goes_on(foreign_environment, run_foreign, when):
    """Neither a new thread nor the timer, which waits for the next refresh, stops the others."""
    python = foreign_environment("gevent", "gevent.txt", ".")
    with Sandbox() as sandbox:
        variables = {**sandbox.environment, "ZEEBE_AUTH_STORE": "memory"}
        assert run_foreign(python, "gevent_patched.py", when, **variables) == "True True\n"

"""Children of a fork in C, as uWSGI's are: Python's hooks for a fork have not run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zeebe_grpc.sandbox import Sandbox

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")

BACKENDS = Path(__file__).parent / "programs" / "stalling_keychain"
LIFETIME_SECONDS = 20


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("state", "store"),
    [
        *(
            (state, store)
            for state in (
                "idle_worker",
                "flight",
                "refresh",
                "provider_lock",
                "pool_lock",
                "waiting_call",
            )
            for store in ("none", "file")
        ),
        ("store_lock", "memory"),
        ("store_lock", "file"),
        ("keychain_calls", "keychain"),
    ],
)
def test_the_child_gets_its_tokens(
    zeebe_sandbox: Sandbox, start_program: Callable[..., Any], state: str, store: str
) -> None:
    """Whatever its parent's threads were doing, it waits neither for them nor for their locks, and
    nor do the providers that it makes."""
    zeebe_sandbox.token_lifetime_seconds = LIFETIME_SECONDS
    program = start_program(
        "fork_in_c.py",
        state,
        store,
        PYTHON_KEYRING_BACKEND="stalling_keyring.StallingKeyring",
        PYTHONPATH=str(BACKENDS),
    )
    assert program.heard() == "forked"
    asked = ["get_token", "fetch_token", "default_provider"]
    if state == "waiting_call":
        asked.append("channel")
    # The parent holds the store's own lock until it goes on: the child has to wait for that one.
    program.go()
    answers = dict(program.heard() for _ in range(len(asked) + 3))
    assert answers == {
        **dict.fromkeys([*asked, "parent"], "Bearer"),
        "refreshed by the timer": True,
        "store trouble": [],
    }
    assert program.end() == 0

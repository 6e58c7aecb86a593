"""Temporal's client, which takes an API key and asks nobody for another: `follow` pushes it."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.timeout(900)


def test_temporal_has_each_new_token(foreign_environment, run_foreign, zeebe_sandbox):
    """It is there at the first call, rotates unseen, and another follows one that was refused."""
    zeebe_sandbox.token_lifetime_seconds = 6
    python = foreign_environment("temporal", "temporal.txt", ".")
    variables = {**zeebe_sandbox.child_environment(), "ZEEBE_AUTH_STORE": "memory"}
    report = json.loads(run_foreign(python, "temporal_client.py", **variables))
    assert report == {
        "connected": ["GetSystemInfo", True],
        "are tokens": True,
        "different": 3,
        "refusal": "UNAUTHENTICATED",
    }
    assert zeebe_sandbox.token_requests >= 3

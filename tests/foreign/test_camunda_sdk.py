"""Camunda's official Python SDK takes a `HeadersProvider` as its ``auth_provider``."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.timeout(600)


def test_camundas_sdk_has_our_tokens(foreign_environment, run_foreign):
    """Each request has the token of now, sync and async; a shared provider survives its close."""
    python = foreign_environment("camunda_sdk", "camunda_sdk.txt", ".")
    assert json.loads(run_foreign(python, "camunda_sdk.py")) == {
        "sent": ["Bearer t1", "Bearer t2", "Bearer t2"],
        "fetched": 2,
        "open": "t2",
        "version": "8.9.0",
    }

"""Our values in the models of pydantic, which resolves their annotations."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.timeout(600)


def test_every_public_class_can_be_a_field(foreign_environment, run_foreign):
    """A model with one is fully defined, holds the value as it is, and shows no secret of it."""
    python = foreign_environment("pydantic", "pydantic.txt", ".")
    assert json.loads(run_foreign(python, "pydantic_models.py")) == {
        "undefined": [],
        "same": True,
        "copied": True,
        "shown": False,
    }

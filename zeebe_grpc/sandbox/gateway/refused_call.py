"""How the sandbox's gateway refuses a call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import grpc

from zeebe_auth.public_class import public_class


@public_class("zeebe_grpc.sandbox")
class CallRefused(Exception):
    """End a call with a status other than OK.

    Args:
        code: The status.
        details: Its message.

    Raises:
        ValueError: ``code`` is OK.
    """

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        if code is grpc.StatusCode.OK:
            raise ValueError("A call that is refused can't have the status OK.")
        super().__init__(details)
        self.code = code
        self.details = details


def invalid(field: str, expectation: str, value: object) -> CallRefused:
    """A field of the request has a value that it can't have."""
    return CallRefused(
        grpc.StatusCode.INVALID_ARGUMENT, f"Expected {field} {expectation}, but it was {value!r}"
    )


def not_found(action: str, what: str) -> CallRefused:
    """The request names something that there isn't."""
    return CallRefused(grpc.StatusCode.NOT_FOUND, f"Expected to {action} {what}, but there is none")


def json_object(field: str, text: str) -> Mapping[str, Any]:
    """Return the object that a string of the protocol holds; empty for an empty one.

    Raises:
        CallRefused: It holds none.
    """
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise invalid(field, "to be a JSON object", text[:100])
    return found

"""Reads the tokens that credentials send along, once: what the key is made of is what is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, Self, runtime_checkable

from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.named_files import naming_files
from zeebe_auth.files.one_version import read_together


@runtime_checkable
class _ReadOnce(Protocol):
    """A part of credentials that is read: assertion, subject token, actor token, grant."""

    @property
    def subject(self) -> str | None: ...

    def as_read(self) -> Self: ...

    def unread(self) -> Self: ...


def read_for_key(credentials: ClientCredentials) -> ClientCredentials:
    """Return the credentials with those tokens read that say whose they are.

    A token with a subject beside it isn't read: a stored token is found without it.

    Raises:
        ConfigurationError: One can't be read.
    """
    return _with_parts(credentials, lambda part: part if part.subject else part.as_read())


def read_for_request(credentials: ClientCredentials) -> ClientCredentials:
    """Return the credentials with all tokens read that are sent; those read before stay.

    Raises:
        ConfigurationError: One can't be had.
        AuthError: The function that gives it raised that.
    """
    return _with_parts(credentials, lambda part: part.as_read())


def unread(credentials: ClientCredentials) -> ClientCredentials:
    """Return the credentials without what was read, so that it is read again."""
    return _with_parts(credentials, lambda part: part.unread())


def _with_parts(
    credentials: ClientCredentials, change: Callable[[_ReadOnce], _ReadOnce]
) -> ClientCredentials:
    parts = {
        name: part
        for name in ("authentication", "subject_token", "actor_token", "jwt_bearer")
        if isinstance(part := getattr(credentials, name), _ReadOnce)
    }
    if not parts:
        return credentials

    def changed() -> dict[str, Any]:
        return {name: change(part) for name, part in parts.items()}

    # Subject and actor may come from one mount that is swapped in between.
    with naming_files(credentials.named_by):
        fresh = read_together(changed, f"tokens of the credentials from {credentials.origin}")
    if all(fresh[name] is part for name, part in parts.items()):
        return credentials
    return replace(credentials, **fresh)

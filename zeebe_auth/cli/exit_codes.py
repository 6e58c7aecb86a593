"""The exit codes of ``zeebe-auth``, and which error ends with which."""

from __future__ import annotations

from enum import IntEnum

from zeebe_auth.errors import (
    AuthError,
    ConfigurationError,
    CredentialsUnavailable,
    InvalidClientError,
    RateLimitedError,
    TokenEndpointUnreachable,
    TokenTimeout,
)

__all__ = ["ExitCode", "exit_code_of"]


class ExitCode(IntEnum):
    """What a command ends with."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    REFUSED = 3
    UNREACHABLE = 4
    INTERRUPTED = 130
    """By Ctrl-C, as shells count it: 128 and the number of SIGINT."""


def exit_code_of(error: AuthError) -> ExitCode:
    """The exit code of a command that ends with ``error``."""
    match error:
        case ConfigurationError() | CredentialsUnavailable():
            return ExitCode.WRONG_USE
        case InvalidClientError():
            return ExitCode.REFUSED
        case TokenEndpointUnreachable() | RateLimitedError() | TokenTimeout():
            return ExitCode.UNREACHABLE
        case _:
            return ExitCode.FAILED

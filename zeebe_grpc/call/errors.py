"""How a failure to authorize looks to somebody who called an RPC."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, NoReturn

import grpc

from zeebe_auth import AuthError, TokenTimeout
from zeebe_auth.public_class import public_class


def code_of(error: grpc.RpcError) -> grpc.StatusCode | None:
    """The status of an error that an RPC raised; None for an interceptor's that has none."""
    code = getattr(error, "code", None)
    return code() if callable(code) else None


# What gRPC says where there is no connection (grpcio 1.66.2 and 1.85.1; a name that is not found is
# "DNS resolution failed" or "errors resolving", by the resolver).
NO_CONNECTION = (
    "failed to connect to all addresses",
    "errors resolving ",
    "DNS resolution failed",
    "HTTP proxy returned response code",
)
_NOTE = (
    "To see which step to the gateway fails (name, connection, TLS, HTTP/2, token), run "
    '"zeebe-grpc doctor" or call zeebe_grpc.diagnose().'
)


def note_unreachable(error: Any) -> None:
    """Name the diagnosis in the traceback of an error of gRPC that says only: no connection.

    Status and details stay gRPC's own, which programs may compare (PEP 678).

    Args:
        error: What gRPC raised for a call that ended with UNAVAILABLE.
    """
    if not isinstance(error, BaseException):
        return
    details = getattr(error, "details", None)
    said = (details() if callable(details) else None) or ""
    if any(each in said for each in NO_CONNECTION) and _NOTE not in getattr(error, "__notes__", ()):
        error.add_note(_NOTE)


def rpc_status(error: BaseException) -> tuple[grpc.StatusCode, str]:
    """The status and the details under which a provider's failure reaches the caller.

    UNAVAILABLE is what retry policies repeat, so it is kept for errors that a retry can mend.
    The text of an error that is not an `AuthError` is left out: nobody vouches that it holds no
    secret.
    """
    if isinstance(error, TokenTimeout):
        return grpc.StatusCode.DEADLINE_EXCEEDED, error.message
    if isinstance(error, AuthError):
        if error.retryable:
            return grpc.StatusCode.UNAVAILABLE, error.message
        return grpc.StatusCode.UNAUTHENTICATED, error.message
    details = (
        f"The credentials provider raised {type(error).__name__}. The cause of this error shows "
        "where; a provider should raise an AuthError that says what to do."
    )
    return grpc.StatusCode.UNAUTHENTICATED, details


def not_begun_details(error: BaseException) -> str:
    """The details of an RPC that gRPC refused to begin when its token had come.

    With a token at hand gRPC's error is raised on the spot; its text says what the caller did
    wrong. It may quote metadata, where the authorization shows itself masked.
    """
    return f"The call could not be started: {str(error) or type(error).__name__}"


def auth_error_of(error: BaseException) -> AuthError:
    """The `AuthError` that a provider raised; of another exception one that says what it was."""
    return error if isinstance(error, AuthError) else AuthError(rpc_status(error)[1])


def rpc_error(error: BaseException) -> AuthorizationRpcError:
    """The RPC error for a provider's failure, with that failure as its cause."""
    wrapped = AuthorizationRpcError(auth_error_of(error))
    wrapped.__cause__ = error
    return wrapped


class UnsentRpcError(grpc.RpcError, grpc.Call, grpc.Future):
    """An RPC that ended before it was sent.

    Like the errors of gRPC itself it is also the ended call: it has `code`, `details` and
    (empty) metadata, and answers as a future that failed. The reason is its ``__cause__``.

    Args:
        code: The status of the RPC.
        details: Sentences for people; they hold no secret.
    """

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__(details)
        self._code = code
        self._details = details

    def code(self) -> grpc.StatusCode:
        """The status of the RPC."""
        return self._code

    def details(self) -> str:
        """What happened and what to do next."""
        return self._details

    def initial_metadata(self) -> tuple[Any, ...]:
        """Nothing: no server answered."""
        return ()

    def trailing_metadata(self) -> tuple[Any, ...]:
        """Nothing: no server answered."""
        return ()

    def debug_error_string(self) -> str:
        """The details; gRPC's core saw nothing of this call."""
        return self._details

    def is_active(self) -> bool:
        """False: it has ended."""
        return False

    def time_remaining(self) -> None:  # type: ignore[override]  # an ended call has none
        """None: no time runs any more."""
        return

    def cancel(self) -> bool:
        """False: it has ended."""
        return False

    def cancelled(self) -> bool:
        """False: it failed."""
        return False

    def running(self) -> bool:
        """False: it has ended."""
        return False

    def done(self) -> bool:
        """True: it has ended."""
        return True

    def add_callback(self, callback: Callable[[], None]) -> bool:
        """False: it has ended, and the callback will not be called."""
        return False

    def add_done_callback(self, fn: Callable[[Any], None]) -> None:
        """Calls ``fn`` with this error at once."""
        fn(self)

    def result(self, timeout: float | None = None) -> NoReturn:
        """Raises this error."""
        raise self

    def exception(self, timeout: float | None = None) -> UnsentRpcError:
        """This error."""
        return self

    def traceback(self, timeout: float | None = None) -> TracebackType | None:
        """The traceback of this error."""
        try:
            raise self
        except UnsentRpcError:
            return sys.exc_info()[2]

    def __str__(self) -> str:
        return f"{self._code.name}: {self._details}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._code.name} {self._details!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._code, self._details)


@public_class("zeebe_grpc")
class AuthorizationRpcError(UnsentRpcError):
    """An RPC that ended before it was sent, since there was no authorization.

    Attributes:
        auth_error: Why: what the provider raised. Of an exception that is no `AuthError` it is one
            that says which, and the exception itself is the ``__cause__``.

    Args:
        auth_error: The same. It decides about the status: DEADLINE_EXCEEDED for a `TokenTimeout`,
            UNAVAILABLE where a retry can help, else UNAUTHENTICATED.
    """

    auth_error: AuthError

    def __init__(self, auth_error: AuthError) -> None:
        super().__init__(*rpc_status(auth_error))
        self.auth_error = auth_error

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.auth_error,)

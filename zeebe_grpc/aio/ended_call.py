"""What replaces an attempt, when a call ends without one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any, NoReturn, Self

import grpc
import grpc.aio

from zeebe_auth import AuthError
from zeebe_auth.public_class import public_class
from zeebe_grpc.call.errors import auth_error_of, not_begun_details, rpc_status

_LOCALLY_CANCELLED = "Locally cancelled by application!"


@public_class("zeebe_grpc.aio")
class AuthorizationRpcError(grpc.aio.AioRpcError):
    """An RPC of asyncio that ended before it was sent, since there was no authorization.

    Attributes:
        auth_error: Why: what the provider raised. Of an exception that is no `AuthError` it is one
            that says which, and the exception itself is the ``__cause__``.

    Args:
        auth_error: The same. It decides about the status, as for
            `zeebe_grpc.AuthorizationRpcError`.
    """

    auth_error: AuthError

    def __init__(self, auth_error: AuthError) -> None:
        code, details = rpc_status(auth_error)
        nothing = grpc.aio.Metadata()
        super().__init__(code, nothing, nothing, details=details, debug_error_string=details)
        self.auth_error = auth_error

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.auth_error,)


class EndedCall:
    """A call that ended while it waited for its token: cancelled, out of time, or without one.

    It answers as gRPC's own call object of any kind does once it is done.

    Args:
        code: The final status.
        details: Its sentence for people.
        cause: What went wrong, if that is why it ended.
        auth_error: Why there was no token, if that is why.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        details: str,
        cause: BaseException | None = None,
        auth_error: AuthError | None = None,
    ) -> None:
        self._code = code
        self._details = details
        self._cause = cause
        self._auth_error = auth_error

    @classmethod
    def without_token(cls, error: BaseException) -> EndedCall:
        """A call for which the provider had ``error`` instead of a token."""
        auth_error = auth_error_of(error)
        return cls(*rpc_status(auth_error), error, auth_error)

    @classmethod
    def not_begun(cls, error: BaseException) -> EndedCall:
        """A call that gRPC refused to begin, after its caller had been given the call object."""
        return cls(grpc.StatusCode.INTERNAL, not_begun_details(error), error)

    @classmethod
    def locally_cancelled(cls) -> EndedCall:
        """A call whose own side gave it up."""
        return cls(grpc.StatusCode.CANCELLED, _LOCALLY_CANCELLED)

    def _raise(self) -> NoReturn:
        if self._code is grpc.StatusCode.CANCELLED:
            raise asyncio.CancelledError
        # A new error for each who asks: a shared one would collect everybody's traceback.
        if self._auth_error is not None:
            raise AuthorizationRpcError(self._auth_error) from self._cause
        raise grpc.aio.AioRpcError(
            self._code,
            grpc.aio.Metadata(),
            grpc.aio.Metadata(),
            details=self._details,
            debug_error_string=self._details,
        ) from self._cause

    def cancelled(self) -> bool:
        return self._code is grpc.StatusCode.CANCELLED

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        callback(self)

    async def code(self) -> grpc.StatusCode:
        return self._code

    async def details(self) -> str:
        return self._details

    async def debug_error_string(self) -> str:
        return self._details

    async def initial_metadata(self) -> grpc.aio.Metadata:
        return grpc.aio.Metadata()

    async def trailing_metadata(self) -> grpc.aio.Metadata:
        return grpc.aio.Metadata()

    async def wait_for_connection(self) -> None:
        self._raise()

    def __await__(self) -> Generator[Any, None, Any]:
        return self.wait_for_connection().__await__()

    async def read(self) -> Any:
        self._raise()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        self._raise()

    async def write(self, request: object) -> None:
        raise asyncio.InvalidStateError("RPC already finished.")

    async def done_writing(self) -> None:
        """Nothing is left to say to a server that was never asked."""

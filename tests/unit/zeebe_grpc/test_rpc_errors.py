"""How a provider's failure looks as the end of an RPC."""

import pickle

import grpc
import pytest

from zeebe_auth import (
    AuthError,
    ConfigurationError,
    InvalidClientError,
    RateLimitedError,
    StoreError,
    TokenEndpointUnreachable,
    TokenTimeout,
)
from zeebe_grpc.call.errors import AuthorizationRpcError, rpc_error, rpc_status


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (AuthError, "UNAUTHENTICATED"),
        (ConfigurationError, "UNAUTHENTICATED"),
        (InvalidClientError, "UNAUTHENTICATED"),
        (StoreError, "UNAUTHENTICATED"),
        (RateLimitedError, "UNAVAILABLE"),
        (TokenEndpointUnreachable, "UNAVAILABLE"),
        (TokenTimeout, "DEADLINE_EXCEEDED"),
    ],
)
def test_the_status_tells_whether_a_retry_can_help(kind, code):
    """UNAVAILABLE, which retry policies repeat, is kept for what a retry can mend."""
    assert rpc_status(kind("What to do.")) == (grpc.StatusCode[code], "What to do.")


def test_a_foreign_exceptions_text_is_not_quoted():
    """Nobody vouches for the text of an exception that is no AuthError."""
    status, details = rpc_status(KeyError("hunter2"))
    assert status is grpc.StatusCode.UNAUTHENTICATED
    assert "KeyError" in details
    assert "hunter2" not in details


def test_the_error_is_an_ended_call_and_future():
    """It can be asked everything that grpcio's own errors can, and has ended."""
    cause = InvalidClientError("Wrong secret.")
    error = rpc_error(cause)
    assert isinstance(error, grpc.RpcError | grpc.Call | grpc.Future)
    assert error.__cause__ is cause
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED
    assert error.details() == error.debug_error_string() == "Wrong secret."
    assert error.initial_metadata() == error.trailing_metadata() == ()
    assert (error.is_active(), error.running(), error.done()) == (False, False, True)
    assert (error.cancel(), error.cancelled()) == (False, False)
    assert error.time_remaining() is None
    assert error.add_callback(list) is False
    told = []
    error.add_done_callback(told.append)
    assert told == [error]
    assert error.exception() is error
    assert error.traceback() is not None
    with pytest.raises(AuthorizationRpcError) as caught:
        error.result()
    assert caught.value is error


def test_its_text_names_status_and_details():
    """str and repr show what logs need."""
    error = AuthorizationRpcError(grpc.StatusCode.UNAVAILABLE, "Later.")
    assert str(error) == "UNAVAILABLE: Later."
    assert "UNAVAILABLE" in repr(error)


def test_it_pickles():
    """The error crosses process boundaries, as from a worker of a pool."""
    sent = pickle.dumps(AuthorizationRpcError(grpc.StatusCode.UNAVAILABLE, "Later."))
    error = pickle.loads(sent)  # noqa: S301
    assert (error.code(), error.details()) == (grpc.StatusCode.UNAVAILABLE, "Later.")

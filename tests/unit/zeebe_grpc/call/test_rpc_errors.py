"""A provider's failure as the end of an RPC."""

import asyncio
import pickle

import grpc
import pytest

import zeebe_grpc
import zeebe_grpc.aio
from zeebe_auth import (
    AuthError,
    ConfigurationError,
    InvalidClientError,
    RateLimitedError,
    StoreError,
    TokenEndpointUnreachable,
    TokenTimeout,
)
from zeebe_grpc.call.errors import AuthorizationRpcError, UnsentRpcError, rpc_error, rpc_status


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
    """UNAVAILABLE, which retry policies repeat, is used only where a retry can help."""
    assert rpc_status(kind("What to do.")) == (grpc.StatusCode[code], "What to do.")


def test_a_foreign_exceptions_message_is_not_quoted():
    """The message of an exception that is no AuthError may contain a secret."""
    status, details = rpc_status(KeyError("hunter2"))
    assert status is grpc.StatusCode.UNAUTHENTICATED
    assert "KeyError" in details
    assert "hunter2" not in details


def test_the_error_is_an_ended_call_and_future():
    """It has all methods of grpcio's own errors, and has ended."""
    cause = InvalidClientError("Wrong secret.")
    error = rpc_error(cause)
    assert isinstance(error, grpc.RpcError | grpc.Call | grpc.Future)
    assert error.__cause__ is error.auth_error is cause
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


def test_str_and_repr_have_status_and_details():
    """str and repr have what logs need."""
    error = AuthorizationRpcError(TokenEndpointUnreachable("Later."))
    assert str(error) == "UNAVAILABLE: Later."
    assert "UNAVAILABLE" in repr(error)


def test_it_pickles():
    """The error can be sent between processes, as from a worker of a pool."""
    for kind in (AuthorizationRpcError, zeebe_grpc.aio.AuthorizationRpcError):
        sent = pickle.dumps(kind(TokenEndpointUnreachable("Later.")))
        error = pickle.loads(sent)
        assert type(error) is kind
        assert (error.code(), error.details()) == (grpc.StatusCode.UNAVAILABLE, "Later.")
        assert type(error.auth_error) is TokenEndpointUnreachable
        assert error.auth_error.retryable
    sent = pickle.dumps(UnsentRpcError(grpc.StatusCode.INTERNAL, "Not begun."))
    assert pickle.loads(sent).details() == "Not begun."


@pytest.mark.parametrize("failure", [InvalidClientError("Wrong secret."), KeyError("hunter2")])
def test_it_tells_the_auth_error(failure):
    """It is there also for a foreign exception, whose own message it leaves out."""

    class Failing:
        def get_token(self):
            raise failure

    async def call_asyncio():
        async with zeebe_grpc.aio.secure_channel("localhost:1", Failing()) as channel:
            await zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest(), timeout=30)

    def call_blocking():
        with zeebe_grpc.secure_channel("localhost:1", Failing()) as channel:
            zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest(), timeout=30)

    with pytest.raises(zeebe_grpc.AuthorizationRpcError) as blocking:
        call_blocking()
    with pytest.raises(zeebe_grpc.aio.AuthorizationRpcError) as asynchronous:
        asyncio.run(call_asyncio())
    assert isinstance(asynchronous.value, grpc.aio.AioRpcError)
    for error in (blocking.value, asynchronous.value):
        assert isinstance(error.auth_error, AuthError)
        assert error.auth_error.message == error.details()
        assert type(error.__cause__) is type(failure)
        assert "hunter2" not in str(error)
        if isinstance(failure, AuthError):
            assert type(error.auth_error) is InvalidClientError

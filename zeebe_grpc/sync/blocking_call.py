"""A call that its caller's thread waits for, from the token to the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import grpc

from zeebe_auth.adapters import TokenAccess
from zeebe_grpc.call.authorization_header import with_authorization
from zeebe_grpc.call.errors import AuthorizationRpcError, code_of, rpc_error
from zeebe_grpc.call.repeat import Step, next_step, token_was_refused

if TYPE_CHECKING:
    from zeebe_auth import AccessToken
    from zeebe_grpc.sync.request_stream import RequestStream

__all__ = ["call_blocking"]

_Result = TypeVar("_Result")


def call_blocking(
    access: TokenAccess,
    send: Callable[[tuple[Any, ...], float | None], _Result],
    metadata: tuple[Any, ...],
    deadline: float | None,
    *,
    requests: RequestStream | None = None,
    refused: tuple[grpc.RpcError, AccessToken] | None = None,
) -> _Result:
    """Wait for a token, make the call, and repeat it once if its token was refused.

    Args:
        access: The provider to ask.
        send: Makes an attempt with this metadata and this many seconds.
        metadata: The caller's own metadata.
        deadline: When all of it must have ended, in seconds of `time.monotonic`.
        requests: The caller's request stream, if it has one.
        refused: The error and the token of a first attempt that was made already.

    Raises:
        grpc.RpcError: The call failed, or no token was to be had (its cause says why).
    """
    refusal, token = refused or (None, None)
    repeated = False
    try:
        while True:
            if token is None:
                token = _get_token(access, deadline)
            if refusal is None:
                try:
                    return send(with_authorization(metadata, token), _seconds_left(deadline))
                except grpc.RpcError as error:
                    refusal = error
            token = _another_token(access, refusal, token, deadline, requests, repeated=repeated)
            refusal, repeated = None, True
    finally:
        # The error's traceback holds this frame; holding the error in turn would be a cycle.
        del refusal, refused


def _another_token(
    access: TokenAccess,
    refusal: grpc.RpcError,
    sent: AccessToken,
    deadline: float | None,
    requests: RequestStream | None,
    *,
    repeated: bool,
) -> AccessToken:
    try:
        status = code_of(refusal)
        if not token_was_refused(status, sent):
            raise refusal
        access.invalidate(sent)
        read = requests is not None and not requests.take_back()
        if next_step(status, sent, request_stream_read=read, repeated=repeated) is Step.RAISE:
            raise refusal
        try:
            another = _get_token(access, deadline)
        except AuthorizationRpcError as failure:
            if failure.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                raise
            # What the server said stands; why there is no other token is its cause.
            raise refusal from failure.__cause__
        if next_step(status, sent, another=another) is not Step.REPEAT:
            raise refusal
        return another
    finally:
        del refusal


def _get_token(access: TokenAccess, deadline: float | None) -> AccessToken:
    try:
        token = access.current()
        return access.wait(_seconds_left(deadline)) if token is None else token
    except Exception as error:
        failure = rpc_error(error)
        raise failure from error


def _seconds_left(deadline: float | None) -> float | None:
    return None if deadline is None else max(deadline - time.monotonic(), 0)

"""A call that its caller's thread waits for, from the token to the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import grpc

from zeebe_auth import AccessToken, AuthError
from zeebe_auth.adapters import Answer, AttemptEnded, Outcome, TokenAccess, attempts
from zeebe_grpc.call.errors import code_of, note_unreachable, rpc_error

if TYPE_CHECKING:
    from zeebe_grpc.call.channel_token import ChannelToken
    from zeebe_grpc.sync.request_stream import RequestStream

_Result = TypeVar("_Result")


def call_blocking(
    channel_token: ChannelToken,
    send: Callable[[tuple[Any, ...], float | None], _Result],
    metadata: tuple[Any, ...],
    deadline: float | None,
    *,
    requests: RequestStream | None = None,
    refused: tuple[grpc.RpcError, AccessToken] | None = None,
) -> _Result:
    """Wait for a token, make the call, and repeat it once if its token was refused.

    Args:
        channel_token: The channel's token.
        send: Makes an attempt with this metadata and this many seconds.
        metadata: The caller's own metadata.
        deadline: When all of it must have ended, in seconds of `time.monotonic`.
        requests: The caller's request stream, if it has one.
        refused: The error and the token of a first attempt that was made already.

    Raises:
        grpc.RpcError: The call failed, or there was no token (its cause says why).
    """
    failure, token = refused or (None, None)
    access, accepted = channel_token.access, channel_token.accepted
    steps = attempts(access, token)
    step = next(steps)
    if token is not None:
        step = steps.send(AttemptEnded(refused=True, accepted=token in accepted))
    try:
        while not isinstance(step, Outcome):
            if isinstance(step, AccessToken):
                try:
                    answer = send(channel_token.with_token(metadata, step), _seconds_left(deadline))
                except grpc.RpcError as error:
                    failure = error
                    if code_of(error) is grpc.StatusCode.UNAVAILABLE:
                        note_unreachable(error)
                else:
                    if step is not accepted.last:
                        accepted.add(step)
                    return answer
                ended = AttemptEnded(
                    refused=channel_token.was_refused(code_of(failure), step, failure),
                    consumed=requests is not None and not requests.take_back(),
                    accepted=step in accepted,
                )
                step = steps.send(ended)
            else:
                step = steps.send(_get_token(access, deadline))
        if failure is None or step.error is not None:
            raise rpc_error(step.error or AssertionError()) from step.error
        if step.cause is not None:
            raise failure from step.cause
        raise failure
    finally:
        # The error's traceback holds this frame; holding the error in turn would be a cycle.
        del failure, refused, step, steps


def _get_token(access: TokenAccess, deadline: float | None) -> Answer:
    try:
        token = access.current()
        return access.wait(_seconds_left(deadline)) if token is None else token
    except Exception as error:
        if access.raises_auth_errors and not isinstance(error, AuthError):
            raise
        return error


def _seconds_left(deadline: float | None) -> float | None:
    return None if deadline is None else max(deadline - time.monotonic(), 0)

"""Whether a request whose token was refused is sent again, for any protocol.

`next_step` is the rule. `attempts` is the way of one request through tokens and attempts: a
generator that waits for nothing and sends nothing itself. Blocking calls, futures, streams and
asyncio calls drive it alike::

    steps = attempts(access)
    step = next(steps)
    while True:
        if step is Step.ASK:
            reply = …a token, or the exception that came instead…
        elif isinstance(step, AccessToken):
            reply = AttemptEnded(…of an attempt with this token…)
        else:
            break                                   # an Outcome
        step = steps.send(reply)
"""

from __future__ import annotations

import enum
from collections.abc import Generator
from typing import Any, NamedTuple

from zeebe_auth.adapters.token_access import Answer, TokenAccess
from zeebe_auth.errors import TokenTimeout
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken


@public_class("zeebe_auth.adapters")
class Step(enum.Enum):
    """What to do next."""

    STOP = "stop"
    """The attempt is final: how it ended goes to the caller."""

    ASK = "ask"
    """Ask the provider for a token: the one in memory, or wait for one."""

    REPEAT = "repeat"
    """Send the request again, with the other token."""


@public_class("zeebe_auth.adapters")
class AttemptEnded(NamedTuple):
    """How an attempt ended."""

    refused: bool
    """Whether the server said that the token is no good: HTTP 401, gRPC's UNAUTHENTICATED. A 403
    or PERMISSION_DENIED is no such answer: the server knew who asked."""

    consumed: bool = False
    """Whether anything of the request or of its response is used up, so that it can't be sent
    again unnoticed: a message that the caller has seen, an iterator that was read."""

    accepted: bool = False
    """Whether the server had accepted the attempt's token before; see `AcceptedTokens`."""


@public_class("zeebe_auth.adapters")
class Outcome(NamedTuple):
    """How a request ended."""

    error: BaseException | None = None
    """Why there was no token to send: this error is the end, whatever an attempt before it said.
    None if the last attempt is final."""

    cause: BaseException | None = None
    """Why the refused attempt, which is final, was not repeated: the provider raised this."""


def next_step(
    *,
    refused: bool,
    sent: AccessToken | None,
    consumed: bool = False,
    repeated: bool = False,
    another: AccessToken | None = None,
) -> Step:
    """Decide what follows an attempt that ended.

    Args:
        refused: Whether the server refused the token; see `AttemptEnded`.
        sent: The token of the attempt; None if the caller brought an authorization of their own.
        consumed: Whether anything of it is used up; see `AttemptEnded`.
        repeated: Whether this attempt was itself the repeat; there is one.
        another: The token that is available now, once the provider was asked for it.
    """
    if sent is None or not refused or consumed or repeated:
        return Step.STOP
    if another is None:
        return Step.ASK
    # Compared as sent: a provider may hand out the same token as another object.
    return Step.STOP if another.authorization == sent.authorization else Step.REPEAT


def attempts(
    access: TokenAccess, token: AccessToken | None = None
) -> Generator[Step | AccessToken | Outcome, Any, None]:
    """Go through the attempts of one request: at most two, and what is before and between them.

    A token that was refused is invalidated here. A driver that gives up drops the generator.

    Args:
        access: The provider, to be told which token was refused.
        token: The token for the first attempt, if there is one at hand; None to ask for one.

    Yields:
        `Step.ASK`: send the token, or the exception that came instead of it.
        An `AccessToken`: send how an attempt with it ended, as an `AttemptEnded`.
        An `Outcome`: the end.
    """
    answer: Answer
    if token is None:
        answer = yield Step.ASK
        if isinstance(answer, BaseException):
            yield Outcome(error=answer)
            return
        token = answer
    ended: AttemptEnded = yield token
    if ended.refused:
        access.invalidate(token, accepted=ended.accepted)
    if next_step(refused=ended.refused, sent=token, consumed=ended.consumed) is Step.STOP:
        yield Outcome()
        return
    answer = yield Step.ASK
    if isinstance(answer, BaseException):
        # What the server said is what happened, and the provider's error explains why it stayed
        # at that. But a deadline that ran out is the end of the request itself.
        ran_out = isinstance(answer, TokenTimeout)
        yield Outcome(error=answer) if ran_out else Outcome(cause=answer)
        return
    if next_step(refused=True, sent=token, another=answer) is Step.REPEAT:
        ended = yield answer
        if ended.refused:
            access.invalidate(answer, accepted=ended.accepted)
    yield Outcome()

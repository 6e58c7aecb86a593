"""A gateway to talk to for the time of one command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import grpc

from zeebe_auth import (
    AnonymousCredentialsProvider,
    CredentialsProvider,
    FetchingCredentialsProvider,
    default_provider,
    load_profile,
)
from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_auth.cli.waiting import waiting_for
from zeebe_grpc.cli.exit_codes import command_failed
from zeebe_grpc.connecting import open_channel
from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.diagnosis.time_limit import TimeLimit, TimeOverError

# What is left of a command's time for finding out why the call failed.
_SHARE_OF_CALL = 0.9

_Found = TypeVar("_Found")


class SentAuthorization(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Remembers the authorization that was sent last: a provider forgets one that was refused.

    Args:
        header: The metadata key it is sent under.
    """

    def __init__(self, header: str) -> None:
        self.value = ""
        self._header = header

    def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
        """Note the header of an attempt."""
        return self._noted(continuation, details, request)

    def intercept_unary_stream(self, continuation: Any, details: Any, request: Any) -> Any:
        """Note the header of an attempt."""
        return self._noted(continuation, details, request)

    def intercept_stream_unary(self, continuation: Any, details: Any, requests: Any) -> Any:
        """Note the header of an attempt."""
        return self._noted(continuation, details, requests)

    def intercept_stream_stream(self, continuation: Any, details: Any, requests: Any) -> Any:
        """Note the header of an attempt."""
        return self._noted(continuation, details, requests)

    def _noted(self, continuation: Any, details: Any, request: Any) -> Any:
        for key, value in details.metadata or ():
            if key == self._header:
                self.value = value
        return continuation(details, request)


@dataclass(frozen=True, slots=True)
class GatewaySession:
    """A channel and what it was made of."""

    channel: grpc.Channel
    settings: ConnectionSettings
    provider: CredentialsProvider
    limit: TimeLimit | None
    sent: SentAuthorization
    called: str

    @property
    def has_credentials(self) -> bool:
        """Whether its calls carry an authorization."""
        return not isinstance(self.provider, AnonymousCredentialsProvider)

    @property
    def call_seconds(self) -> float | None:
        """The deadline for the command's call; None if it has none."""
        return None if self.limit is None else self.limit.left(_SHARE_OF_CALL)

    def awaited(self) -> str:
        """What a call waits for now, as the end of a sentence."""
        if self.has_credentials and not self.sent.value:
            return "a token"
        return f"the {self.called} at {self.settings.address.target}"


@contextmanager
def gateway_session(
    profile_name: str | None, timeout_seconds: float | None, called: str = "gateway"
) -> Iterator[GatewaySession]:
    """Connect as a profile says, and turn what calls raise into what a command ends with.

    Args:
        profile_name: The profile; None for the default.
        timeout_seconds: How long the whole command may take, a diagnosis included; None for as
            long as it needs.
        called: What the other side is, for people.

    Raises:
        AuthError: The profile or its credentials can't be used.
        CommandFailed: A call inside the block failed, or the time was over before it.
    """
    limit = None if timeout_seconds is None else TimeLimit(timeout_seconds)
    profile = _in_time(limit, partial(load_profile, profile_name))
    settings = _in_time(limit, partial(ConnectionSettings.from_profile, profile))
    provider = _in_time(limit, partial(default_provider, profile))
    sent = SentAuthorization(str(settings.token_header.name))
    with open_channel(settings, provider, interceptors=(sent,)) as channel:
        session = GatewaySession(channel, settings, provider, limit, sent, called)
        try:
            yield session
        except grpc.RpcError as error:
            from zeebe_grpc.diagnosis.rpc_failures import failure_of

            failure = failure_of(
                error,
                settings,
                has_credentials=session.has_credentials,
                about_token=partial(_about, sent, provider, limit),
                limit=limit,
                called=called,
            )
            raise command_failed(failure) from error


def _in_time(limit: TimeLimit | None, find: Callable[[], _Found]) -> _Found:
    with waiting_for("the credentials"):
        if limit is None:
            return find()
        return _run_within(limit, find)


def _run_within(limit: TimeLimit, find: Callable[[], _Found]) -> _Found:
    try:
        return limit.run(find)
    except TimeOverError as error:
        raise CommandFailed(
            f"The credentials were not read within the {limit.seconds:g} s of --timeout. Look at "
            "what they come from (a helper program, a keychain, a pipe), or give it more time.",
            ExitCode.UNREACHABLE,
        ) from error


def _about(sent: SentAuthorization, provider: CredentialsProvider, limit: TimeLimit | None) -> str:
    from zeebe_grpc.diagnosis.sent_token import describe_token

    asked = None
    if isinstance(provider, FetchingCredentialsProvider):
        with suppress(TimeOverError):  # a source or a store that hangs
            asked = provider.explain() if limit is None else limit.run(provider.explain)
    return describe_token(sent.value, asked)

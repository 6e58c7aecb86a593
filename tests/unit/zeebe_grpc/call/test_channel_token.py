"""What a channel's calls carry for the token, and which ends of an RPC count against it."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from zeebe_auth import AccessToken, AnonymousCredentialsProvider, Secret, StaticCredentialsProvider
from zeebe_grpc.call.channel_token import ChannelToken, TokenHeader, channel_token

TOKEN = AccessToken(Secret("t"))
STATUSES = [None, *grpc.StatusCode]


def of(refused: Any = None, **settings: Any) -> ChannelToken:
    made = channel_token(StaticCredentialsProvider("t"), TokenHeader.checked(**settings), refused)
    assert made is not None
    return made


class Ended:
    """An attempt, or its error."""

    def __init__(self, details: Any) -> None:
        self._details = details

    def details(self) -> Any:
        return self._details


@pytest.mark.parametrize("key", ["authorization", "Authorization", b"authorization"])
def test_the_callers_own_is_recognised(key):
    """Any spelling counts: otherwise two headers would be sent."""
    metadata = (("tenant", "a"), [key, "mine"])
    assert of().without_token(metadata) == metadata


@pytest.mark.parametrize("metadata", [(), [("tenant", "a")], [()], ["authorization"], [None]])
def test_everything_else_is_not_one(metadata):
    """What is no pair is left for gRPC to refuse."""
    assert of().without_token(tuple(metadata)) is None
    assert of().with_token(tuple(metadata), TOKEN)[: len(metadata)] == tuple(metadata)


def test_the_header_follows_the_callers_metadata():
    """The caller's order is kept."""
    metadata = of().with_token((("tenant", "a"),), TOKEN)
    assert metadata == (("tenant", "a"), ("authorization", "Bearer t"))


def test_the_metadata_of_a_token_is_built_once():
    """For each token, however it is sent."""
    token = of(header="api-key", prefix="Key ", metadata={"x": "1"})
    first = token.metadata_of(TOKEN)
    assert first == (("api-key", "Key t"), ("x", "1"))
    assert token.metadata_of(TOKEN) is first is token.sent[1]
    other = AccessToken(Secret("u"))
    assert token.metadata_of(other) == (("api-key", "Key u"), ("x", "1"))


def test_it_shows_no_secret():
    """Neither in its text nor in that of the header."""
    header = TokenHeader.checked(metadata={"dapr-api-token": Secret("s3cr3t")})
    assert "s3cr3t" not in f"{header!r} {header} {of(metadata={'x': 's3cr3t'})!r}"
    assert "dapr-api-token" in repr(header)


def test_nothing_to_send():
    """Neither a token nor metadata: the channel needs nothing of ours."""
    for nobody in (None, AnonymousCredentialsProvider()):
        assert channel_token(nobody, TokenHeader(), None) is None


@pytest.mark.parametrize("status", STATUSES)
def test_only_unauthenticated_refuses_a_token(status):
    """Every other status, PERMISSION_DENIED above all, doesn't count against the token."""
    refused = status is grpc.StatusCode.UNAUTHENTICATED
    assert of().was_refused(status, TOKEN, Ended("no")) == refused


@pytest.mark.parametrize("status", STATUSES)
def test_the_callers_own_authorization_is_never_blamed(status):
    """A call without a token of ours doesn't count against any."""
    assert not of(lambda *_: True).was_refused(status, None, Ended("no"))


@pytest.mark.parametrize("status", STATUSES)
def test_another_status_may_be_named(status):
    """The function is asked of each end but OK, and of those that say nothing."""
    asked = []

    def refused(code, details):
        asked.append((code, details))
        return code is grpc.StatusCode.UNKNOWN

    judged = of(refused).was_refused(status, TOKEN, Ended("why"))
    assert judged == (status in {grpc.StatusCode.UNKNOWN, grpc.StatusCode.UNAUTHENTICATED})
    silent = {None, grpc.StatusCode.OK, grpc.StatusCode.UNAUTHENTICATED}
    assert asked == ([] if status in silent else [(status, "why")])


async def _details() -> str:
    return "why"


class Fails:
    def details(self):
        raise ValueError


@pytest.mark.parametrize(
    ("ended", "details"),
    [
        (Ended("why"), "why"),
        (Ended(None), ""),
        (Ended(_details()), "why"),
        (object(), ""),
        (Fails(), ""),
    ],
)
def test_the_details_of_an_end(ended, details):
    """A str always: of sync calls, asyncio's, and those that have none."""
    told = []
    of(lambda _code, text: told.append(text)).was_refused(grpc.StatusCode.UNKNOWN, TOKEN, ended)
    assert told == [details]

"""The authorization header among a call's metadata."""

import pytest

from zeebe_auth import AccessToken, Secret
from zeebe_grpc.call.authorization_header import has_authorization, with_authorization


@pytest.mark.parametrize("key", ["authorization", "Authorization", b"authorization"])
def test_the_callers_own_is_recognised(key):
    """Any spelling counts: otherwise two headers would be sent."""
    assert has_authorization([("tenant", "a"), [key, "mine"]])


@pytest.mark.parametrize("metadata", [(), [("tenant", "a")], [()], ["authorization"], [None]])
def test_everything_else_is_not_one(metadata):
    """What is no pair is left for gRPC to refuse."""
    assert not has_authorization(metadata)


def test_the_header_follows_the_callers_metadata():
    """The caller's order is kept."""
    metadata = with_authorization((("tenant", "a"),), AccessToken(Secret("t")))
    assert metadata == (("tenant", "a"), ("authorization", "Bearer t"))

"""Which ends of an RPC count against its token."""

from __future__ import annotations

import grpc
import pytest

from zeebe_auth import AccessToken, Secret
from zeebe_grpc.call.repeat import token_was_refused

STATUSES = [None, *grpc.StatusCode]


@pytest.mark.parametrize("status", STATUSES)
def test_only_unauthenticated_refuses_a_token(status):
    """Every other status, PERMISSION_DENIED above all, doesn't count against the token."""
    refused = status is grpc.StatusCode.UNAUTHENTICATED
    assert token_was_refused(status, AccessToken(Secret("one"))) == refused


@pytest.mark.parametrize("status", STATUSES)
def test_the_callers_own_authorization_is_never_blamed(status):
    """A call without a token of ours doesn't count against any."""
    assert not token_was_refused(status, None)

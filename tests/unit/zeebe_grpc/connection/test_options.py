"""Channel options that gRPC can't use are refused at once, wherever they are given."""

from __future__ import annotations

from functools import partial

import pytest

import zeebe_auth
import zeebe_grpc
import zeebe_grpc.aio

PROFILE = zeebe_auth.Profile(None, {"address": "gateway.example:443"}, "a test")
PROVIDER = zeebe_auth.StaticCredentialsProvider("token")


@pytest.mark.parametrize(
    "make",
    [
        partial(zeebe_grpc.connect, PROFILE),
        partial(zeebe_grpc.aio.connect, PROFILE),
        partial(zeebe_grpc.secure_channel, "gateway.example:443", None),
        partial(zeebe_grpc.insecure_channel, "gateway.example:443", None),
        partial(zeebe_grpc.insecure_channel, "localhost:443", PROVIDER),
        partial(zeebe_grpc.aio.secure_channel, "gateway.example:443", None),
        partial(zeebe_grpc.aio.insecure_channel, "gateway.example:443", None),
        partial(zeebe_grpc.aio.insecure_channel, "localhost:443", PROVIDER),
    ],
)
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"grpc.lb_policy_name": "round_robin"}, r"pairs of a name and a value.*items\(\)"),
        ([("grpc.lb_policy_name",)], "pairs of a name and a value"),
        ([(7, 7)], "pairs of a name and a value"),
        ("ab", "pairs of a name and a value"),
        ([("grpc.max_receive_message_length", 2**31)], "up to 2147483647"),
    ],
)
def test_options_that_grpc_can_not_take(make, options, says):
    """The error says what to pass; gRPC's own would mention unpacking and C integers."""
    with pytest.raises(zeebe_auth.ConfigurationError, match=says):
        make(options=options)

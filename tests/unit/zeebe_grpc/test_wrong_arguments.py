"""What is passed in place of something else is refused where it is written."""

from __future__ import annotations

import pytest

import zeebe_grpc
import zeebe_grpc.aio
from zeebe_auth import FileStore, RefreshPolicy, StaticCredentialsProvider
from zeebe_auth.errors import ConfigurationError

PROVIDER = StaticCredentialsProvider("t0ken")
CHANNELS = [
    zeebe_grpc.secure_channel,
    zeebe_grpc.insecure_channel,
    zeebe_grpc.aio.secure_channel,
    zeebe_grpc.aio.insecure_channel,
]


@pytest.mark.parametrize("make", CHANNELS)
@pytest.mark.parametrize(
    ("target", "arguments", "says"),
    [
        ("localhost:1", {"compression": "gzip"}, "Pass grpc.Compression.Gzip as compression"),
        ("localhost:1", {"metadata": 5}, "a dict or pairs of a name and a value as the metadata"),
        ("localhost:1", {"metadata": "x-a: b"}, "a dict or pairs of a name and a value"),
        (5, {}, 'a str such as "host:443" as the target, not int'),
    ],
)
def test_a_channel(make, target, arguments, says):
    """The error says what to pass."""
    with pytest.raises(TypeError, match=says):
        make(target, PROVIDER, **arguments)


@pytest.mark.parametrize("connect", [zeebe_grpc.connect, zeebe_grpc.aio.connect])
def test_a_channel_of_a_profile(connect):
    """It is told before the profile is looked for."""
    with pytest.raises(TypeError, match=r"grpc\.Compression"):
        connect("no-such-profile", compression="gzip")


def test_parts_of_a_provider():
    """A directory is a path, the numbers of a policy are numbers."""
    with pytest.raises(TypeError, match="Pass a path as the directory of FileStore, not int"):
        FileStore(5)
    with pytest.raises(ConfigurationError, match="margin_seconds must be finite seconds"):
        RefreshPolicy(margin_seconds="5")
    with pytest.raises(ConfigurationError, match="max_attempts must be an int of at least 1"):
        RefreshPolicy(max_attempts="3")

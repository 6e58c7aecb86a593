"""Which side refused a call for its size, according to gRPC's messages in several versions."""

from __future__ import annotations

import pytest

from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.diagnosis.size_limits import on_size_limit

SETTINGS = ConnectionSettings.from_texts({"address": "gateway:443"}, origin="a test")
HEADERS = ":path:44B :authority:57B :method:43B :scheme:43B te:42B x:9033B"
RESPONSE = ":status:42B content-type:60B grpc-status:44B grpc-message:17044B"


@pytest.mark.parametrize(
    ("details", "setting", "example"),
    [
        (
            "CLIENT: Received message larger than max (5242885 vs. 5242880)",
            "max_message_bytes",
            "8MB",
        ),
        (
            "Stream removed (CLIENT: Received message larger than max (31457280 vs. 5242880))",
            "max_message_bytes",
            "32MB",
        ),
        ("Decompressed message larger than max", "max_message_bytes", "16MB"),
        (
            f"received metadata size exceeds hard limit (17190 vs. 16384);  {RESPONSE}",
            "max_metadata_bytes",
            "32KB",
        ),
        (
            "received metadata size exceeds soft limit (17190 vs. 16384);  grpc-status:44B x:17B",
            "max_metadata_bytes",
            "32KB",
        ),
        (
            "Stream removed (received metadata size exceeds hard limit (value length 17 vs. 16))",
            "max_metadata_bytes",
            "1KB",
        ),
    ],
)
def test_what_this_client_refused_names_the_setting(details, setting, example):
    """The error has the setting and a value with room for what arrived."""
    said = on_size_limit(f"RESOURCE_EXHAUSTED: {details}", SETTINGS)
    assert said.startswith("This client refused the gateway's answer")
    assert f'{setting} = "{example}"' in said
    assert f"ZEEBE_AUTH_{setting.upper()}={example}" in said


@pytest.mark.parametrize(
    ("details", "advice"),
    [
        ("SERVER: Received message larger than max (5242880 vs. 4194304)", "Send less"),
        (
            f"received metadata size exceeds soft limit (9487 vs. 8192);  {HEADERS}",
            "a shorter one",
        ),
        (
            f"received metadata size exceeds hard limit (17487 vs. 16384);  {HEADERS}",
            "a shorter one",
        ),
        (
            "received metadata size exceeds hard limit (value length 20000 vs. 10000)",
            "a shorter one",
        ),
    ],
)
def test_what_the_gateway_refused_names_no_setting_of_ours(details, advice):
    """No setting of this client would help."""
    said = on_size_limit(f"RESOURCE_EXHAUSTED: {details}", SETTINGS)
    assert said.startswith("The gateway at gateway:443 refused the request")
    assert advice in said
    assert "max_" not in said


def test_what_either_may_have_refused_tells_both():
    """Older versions don't say whose limit it was, and both have the same default."""
    said = on_size_limit(
        "received metadata size exceeds hard limit (value length 17000 vs. 16384)", SETTINGS
    )
    assert 'max_metadata_bytes = "32KB"' in said
    assert "a shorter one" in said


def test_other_shortages_are_no_size():
    """A gateway under back pressure says RESOURCE_EXHAUSTED, too."""
    assert on_size_limit("RESOURCE_EXHAUSTED: Expected to handle request", SETTINGS) is None

"""Sizes: bytes, or binary units as in Spring's DataSize."""

from __future__ import annotations

import pytest

from zeebe_auth import ConfigurationError
from zeebe_auth.adapters import parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("5242880", 5_242_880),
        ("5MB", 5_242_880),
        ("5mb", 5_242_880),
        (" 5 MiB ", 5_242_880),
        ("5m", 5_242_880),
        ("16KB", 16_384),
        ("1GB", 1 << 30),
        ("10B", 10),
        ("1", 1),
        ("2147483647", (1 << 31) - 1),
    ],
)
def test_units_are_binary(text, size):
    """A number is bytes; a unit in any case counts in steps of 1024."""
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0MB",
        "-1",
        "-5MB",
        "5.5MB",
        "MB",
        "5 M B",
        "5TB",
        "2GB",
        "2147483648",
        "\N{ARABIC-INDIC DIGIT FIVE}",
        "5MB 1",
    ],
)
def test_what_is_no_size_says_how_to_write_one(text):
    """An empty string, zero, a fraction, another unit and more than gRPC's maximum are refused."""
    with pytest.raises(ConfigurationError, match=r"2147483647 bytes.*5MB"):
        parse_size(text)


@pytest.mark.parametrize("text", ["9" * 100_000, "x" * 100_000])
def test_a_long_string_is_not_quoted_whole(text):
    """The error is one sentence, however long the string is."""
    with pytest.raises(ConfigurationError) as caught:
        parse_size(text)
    assert len(str(caught.value)) < 200

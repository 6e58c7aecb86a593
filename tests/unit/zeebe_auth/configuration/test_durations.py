"""Durations as profiles and Camunda's variables write them."""

from __future__ import annotations

import json

import pytest

from zeebe_auth import ConfigurationError
from zeebe_auth.configuration.durations import parse_duration
from zeebe_auth.configuration.given import text_of
from zeebe_auth.configuration.json_document import fields_from_json


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("45", 45),
        (" 2.5 ", 2.5),
        ("45s", 45),
        ("500 ms", 0.5),
        ("2m", 120),
        ("1H", 3600),
        ("1d", 86_400),
        ("PT45S", 45),
        ("pt1m0.5s", 60.5),
        ("P1DT1H", 90_000),
    ],
)
def test_the_ways_to_write_a_time(text, seconds):
    """A number, one with a unit, and the form of java.time.Duration are accepted."""
    assert parse_duration(text) == seconds


def test_a_number_alone_is_in_the_unit_of_its_name():
    """A unit that is written takes precedence."""
    assert parse_duration("500", unit="ms") == 0.5
    assert parse_duration("500s", unit="ms") == 500


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "soon", "P", "PT", "PT0S", "45 minutes", "1e3", "٤٥", "25d", "9" * 400]
)
def test_what_is_no_time_is_told(text):
    """The error is short whatever the string is, and says what to write."""
    with pytest.raises(ConfigurationError, match='such as "45s"') as caught:
        parse_duration(text)
    assert len(caught.value.message) < 200


def test_a_time_in_a_document_may_be_a_number():
    """TOML and JSON have numbers; any other type is refused with the field's name."""
    for value, text in ((10, "10"), (2.5, "2.5"), ("PT5S", "PT5S")):
        given = fields_from_json(json.dumps({"token_timeout": value}), "document")
        assert given.texts["token_timeout"] == text
    for value in (True, [1], {"s": 1}, 16**4000):  # the last as TOML reads a hexadecimal one
        with pytest.raises(ConfigurationError, match="token_timeout in a profile must be a number"):
            text_of("token_timeout", value, "a profile")

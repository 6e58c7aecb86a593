"""The package loads its names when they are used."""

from __future__ import annotations

import pytest

from zeebe_auth import testing


@pytest.mark.parametrize("name", testing.__all__)
def test_each_public_name_is_there(name):
    """Every listed name exists and is documented."""
    assert getattr(testing, name).__doc__
    assert name in dir(testing)


def test_another_name_is_an_attribute_error():
    """A misspelt name is reported as usual."""
    with pytest.raises(AttributeError, match="check_everything"):
        testing.check_everything

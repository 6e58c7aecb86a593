"""A name that a user imports is the public object."""

from __future__ import annotations

import pkgutil

import pytest

import zeebe_auth
import zeebe_auth.adapters
import zeebe_auth.stores
import zeebe_auth.testing
import zeebe_grpc
import zeebe_grpc.aio


@pytest.mark.parametrize(
    "package",
    [
        zeebe_auth,
        zeebe_auth.adapters,
        zeebe_auth.stores,
        zeebe_auth.testing,
        zeebe_grpc,
        zeebe_grpc.aio,
    ],
    ids=lambda package: package.__name__,
)
def test_no_module_stands_in_the_place_of_a_name(package) -> None:
    """A module of the same name would be found instead, as soon as anything has imported it."""
    modules = {found.name for found in pkgutil.iter_modules(package.__path__)}
    assert modules & set(package.__all__) - {"aio"} == set()

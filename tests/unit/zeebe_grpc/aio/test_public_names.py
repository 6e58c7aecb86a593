"""What `zeebe_grpc.aio` exports."""

from __future__ import annotations

import inspect

import pytest

import zeebe_grpc.aio


@pytest.mark.parametrize("name", zeebe_grpc.aio.__all__)
def test_every_name_is_there(name):
    """Each listed name exists, and has a docstring."""
    assert name in dir(zeebe_grpc.aio)
    assert inspect.getdoc(getattr(zeebe_grpc.aio, name))


def test_unknown_name():
    """An unknown name is an AttributeError that names the module."""
    with pytest.raises(AttributeError, match=r"zeebe_grpc\.aio"):
        _ = zeebe_grpc.aio.nothing


@pytest.mark.parametrize("name", ["connect", "secure_channel", "insecure_channel", "authorize"])
def test_signatures_are_those_of_the_other_side(name):
    """The asyncio functions have the parameters of the blocking ones."""
    ours = inspect.signature(getattr(zeebe_grpc.aio, name)).parameters
    others = inspect.signature(getattr(zeebe_grpc, name)).parameters
    assert [(p.name, p.kind, p.default) for p in ours.values()] == [
        (p.name, p.kind, p.default) for p in others.values()
    ]

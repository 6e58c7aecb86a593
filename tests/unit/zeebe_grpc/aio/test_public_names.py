"""What `zeebe_grpc.aio` exports."""

from __future__ import annotations

import inspect

import pytest

import zeebe_grpc.aio
from zeebe_grpc import channels


@pytest.mark.parametrize("name", zeebe_grpc.aio.__all__)
def test_every_name_is_there(name):
    """Each listed name can be had, and has a docstring."""
    assert name in dir(zeebe_grpc.aio)
    assert inspect.getdoc(getattr(zeebe_grpc.aio, name))


def test_unknown_name():
    """An unknown name is an AttributeError that says where."""
    with pytest.raises(AttributeError, match=r"zeebe_grpc\.aio"):
        _ = zeebe_grpc.aio.nothing


@pytest.mark.parametrize("name", ["secure_channel", "insecure_channel", "authorize"])
def test_signatures_are_those_of_the_other_side(name):
    """The asyncio functions take what the others take, and interceptors."""
    ours = dict(inspect.signature(getattr(zeebe_grpc.aio, name)).parameters)
    ours.pop("interceptors", None)
    others = inspect.signature(getattr(channels, name)).parameters
    assert [(p.name, p.kind, p.default) for p in ours.values()] == [
        (p.name, p.kind, p.default) for p in others.values()
    ]

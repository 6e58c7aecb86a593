"""What is public: the names, and the modules that they say they come from."""

from __future__ import annotations

import importlib
import inspect
import pickle
from pathlib import Path

import pytest
from facades import FACADES

LIST = Path(__file__).parent / "public_names.txt"


def public_names() -> list[str]:
    """Every public name, without those that follow from gateway.proto."""
    return [
        f"{facade}.{name}"
        for facade in FACADES
        for name in importlib.import_module(facade).__all__
        if not is_generated(getattr(importlib.import_module(facade), name))
    ]


def is_generated(value: object) -> bool:
    return "gateway_pb2" in str(getattr(value, "__module__", ""))


# They hand names on from other modules, which a type checker wants said.
HAND_ON = {
    "zeebe_auth.cli.shell",
    "zeebe_auth.credentials.authentication",
    "zeebe_auth.files.small_files",
    "zeebe_auth.keychain.access",
    "zeebe_auth.profiles.lookup",
    "zeebe_auth.token_endpoint",
    "zeebe_auth.token_endpoint.http.proxies",
}


def test_a_private_module_lists_no_names() -> None:
    """`__all__` is for what is public; elsewhere an underscore says what is a module's own."""
    root = Path(__file__).parents[2]
    documented = {
        "zeebe_auth.errors",
        "zeebe_auth.protocols",
        "zeebe_auth.testing.__main__",
        "zeebe_grpc.sandbox.pytest_plugin",
    }
    having = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for package in ("zeebe_auth", "zeebe_grpc")
        for path in (root / package).rglob("*.py")
        if "\n__all__ = " in path.read_text(encoding="utf-8")
    }
    assert having == {*FACADES, *documented, *HAND_ON}


CLASSES = [
    path
    for path in public_names()
    if inspect.isclass(
        getattr(importlib.import_module(path.rpartition(".")[0]), path.rpartition(".")[2])
    )
]


def test_the_list_of_public_names() -> None:
    """A name is added or removed on purpose: tests/tree/public_names.txt lists it too."""
    assert public_names() == LIST.read_text(encoding="utf-8").split()


@pytest.mark.parametrize("path", CLASSES)
def test_a_public_class_says_a_public_module(path: str) -> None:
    """Tracebacks, warning filters and pickles contain a path that stays when code is moved."""
    facade, _, name = path.rpartition(".")
    found = getattr(importlib.import_module(facade), name)
    assert found.__module__ in FACADES
    assert f"{found.__module__}.{found.__qualname__}" in public_names()
    assert pickle.loads(pickle.dumps(found)) is found

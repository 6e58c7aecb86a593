"""Annotations of public objects can be resolved: pydantic, attrs and dependency injection do."""

from __future__ import annotations

import inspect
import subprocess
import sys
import typing
from collections.abc import Iterator
from types import ModuleType

import pytest

import zeebe_auth
import zeebe_auth.adapters
import zeebe_auth.errors
import zeebe_auth.protocols
import zeebe_auth.stores
import zeebe_auth.testing
import zeebe_grpc
import zeebe_grpc.aio
import zeebe_grpc.gateway_pb2_grpc
import zeebe_grpc.sandbox
import zeebe_grpc.sandbox.pytest_plugin

MODULES = [
    zeebe_auth,
    zeebe_auth.adapters,
    zeebe_auth.errors,
    zeebe_auth.protocols,
    zeebe_auth.stores,
    zeebe_auth.testing,
    zeebe_grpc,
    zeebe_grpc.aio,
    zeebe_grpc.gateway_pb2_grpc,
    zeebe_grpc.sandbox,
    zeebe_grpc.sandbox.pytest_plugin,
]


def functions_of(kind: type) -> Iterator[tuple[str, object]]:
    """The constructor and public methods and properties of a class, with those inherited from
    ours."""
    for base in kind.__mro__:
        if base.__module__.partition(".")[0] not in {"zeebe_auth", "zeebe_grpc"}:
            continue
        for name, value in vars(base).items():
            if name.startswith("_") and name != "__init__":
                continue
            if isinstance(value, property):
                value = value.fget
            elif isinstance(value, (classmethod, staticmethod)):
                value = value.__func__
            if inspect.isfunction(value):
                yield f"{base.__qualname__}.{name}", value


def public_objects() -> dict[str, object]:
    found: dict[str, object] = {}
    for module in MODULES:
        names = getattr(module, "__all__", [n for n in vars(module) if not n.startswith("_")])
        for name in names:
            value = getattr(module, name)
            if isinstance(value, ModuleType) or hasattr(value, "DESCRIPTOR"):
                continue
            if inspect.isclass(value):
                found[f"{value.__module__}.{name}"] = value
                for inner, function in functions_of(value):
                    found[f"{value.__module__}.{inner}"] = function
            elif inspect.isfunction(value):
                found[f"{value.__module__}.{name}"] = value
    return {name: each for name, each in found.items() if name.startswith("zeebe_")}


OBJECTS = public_objects()


def test_all_of_them_are_looked_at() -> None:
    """Classes, methods, properties and functions of both packages are among the tested objects."""
    names = " ".join(OBJECTS)
    assert len(OBJECTS) > 250
    for expected in (
        "ClientCredentials.__init__",
        "ClientCredentials.for_dialect",
        "AccessToken.lifetime_seconds",
        "StaticCredentialsProvider.get_token",
        "zeebe_grpc.aio.connecting.connect",
        "TokenStoreConformance",
    ):
        assert expected in names


@pytest.mark.parametrize("name", OBJECTS)
def test_type_hints_resolve(name) -> None:
    """`typing.get_type_hints` finds each name that an annotation uses."""
    typing.get_type_hints(OBJECTS[name])


def test_a_dependency_is_loaded_by_who_asks_for_it() -> None:
    """Modules that only annotations use are loaded when these are resolved, not before."""
    program = """
import sys, typing
from zeebe_auth import ClientCertificate, ClientCredentials
named = ["zeebe_auth.credentials.token_exchange", "zeebe_auth.credentials.certificate"]
print(*[name in sys.modules for name in named])
print(typing.get_type_hints(ClientCredentials)["subject_token"])
print(typing.get_type_hints(ClientCertificate.read)["return"])
print(*[name in sys.modules for name in named])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines() == [
        "False False",
        "None | zeebe_auth.SubjectToken",
        "<class 'zeebe_auth.CertificatePair'>",
        "True True",
    ]

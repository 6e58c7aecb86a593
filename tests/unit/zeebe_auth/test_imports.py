"""What imports and cached tokens load: nothing that is not used."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = [
    "grpc",
    "google.protobuf",
    "authlib",
    "keyring",
    "httpx2",
    "cryptography",
    "filelock",
    "platformdirs",
    "asyncio",
    "importlib.metadata",
]


def loaded_by(program: str) -> set[str]:
    """The heavy modules that a fresh interpreter has loaded after ``program``."""
    check = f"{program}\nimport sys\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True, timeout=60
    )
    return set(run.stdout.split())


def test_the_check_sees_what_is_loaded():
    """An imported module is reported; otherwise the tests below would prove nothing."""
    assert "platformdirs" in loaded_by("import platformdirs")


def test_importing_the_package_loads_nothing_heavy():
    """``import zeebe_auth`` is nearly free."""
    assert loaded_by("import zeebe_auth") == set()


def test_the_provider_and_its_parts_load_nothing_heavy():
    """Accessing the classes, and making a provider, loads none of what a request needs."""
    program = """
import zeebe_auth
store = zeebe_auth.MemoryStore()
provider = zeebe_auth.OAuthCredentialsProvider(zeebe_auth.EnvSource(), store=store)
"""
    assert loaded_by(program) == set()


def test_a_warm_token_loads_nothing_heavy():
    """Once there is a token, `get_token` and `current_token` import nothing."""
    program = """
import time, zeebe_auth
from zeebe_auth.provider.decisions import Schedule
from zeebe_auth.provider.state import Slot
provider = zeebe_auth.OAuthCredentialsProvider(zeebe_auth.EnvSource())
token = zeebe_auth.AccessToken(zeebe_auth.Secret("t"))
provider._keeper.slot = Slot(token, Schedule(float("inf"), float("inf")))
assert provider.get_token() is token
assert provider.current_token() is token
"""
    assert loaded_by(program) == set()


@pytest.mark.parametrize("package", ["zeebe_auth", "zeebe_grpc"])
def test_every_exported_name_is_there(package):
    """`__all__`, `dir()` and what can be imported are the same."""
    module = __import__(package)
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert name in dir(module)


@pytest.mark.parametrize(
    "name",
    [
        "zeebe_auth.adapters.TokenAccess",
        "zeebe_auth.errors.AuthError",
        "zeebe_auth.protocols.TokenStore",
        "zeebe_auth.stores.FileStore",
        "zeebe_grpc.aio.connect",
        "zeebe_grpc.gateway_pb2.TopologyRequest",
        "zeebe_grpc.gateway_pb2_grpc.GatewayStub",
    ],
)
def test_a_public_submodule_is_there_with_its_package(name):
    """After ``import zeebe_auth`` alone each of them can be used, and `dir()` lists it."""
    package, submodule, _ = name.split(".")
    program = f"import {package}\nassert {submodule!r} in dir({package})\nprint({name}.__name__)"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == name.rpartition(".")[2]


def test_a_submodule_loads_nothing_heavy():
    """Submodules with light names load nothing heavy."""
    program = "import zeebe_auth\nzeebe_auth.errors, zeebe_auth.protocols, zeebe_auth.stores"
    assert loaded_by(program) == set()


@pytest.mark.parametrize("package", ["zeebe_auth", "zeebe_grpc"])
def test_a_name_that_is_not_there_says_so(package):
    """A typo is an AttributeError with the name."""
    with pytest.raises(AttributeError, match="no_such_name"):
        __import__(package).no_such_name


def test_variables_that_need_no_comparison_load_no_more():
    """With one variable a field, the usual case, addresses, times and sizes aren't parsed."""
    program = """
import os, sys, zeebe_auth
names = {"ZEEBE_ADDRESS": "a.example:443", "CAMUNDA_OAUTH_URL": "https://l.example/t"}
os.environ |= {**names, "ZEEBE_CLIENT_ID": "i", "ZEEBE_CLIENT_SECRET": "s"}
zeebe_auth.load_profile
before = set(sys.modules)
zeebe_auth.load_profile()
sys.exit(", ".join(set(sys.modules) - before) or None)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)

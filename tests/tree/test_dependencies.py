"""What an installation brings into a service's image is chosen, not grown."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PROJECT = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text("utf-8"))[
    "project"
]
NEEDED = {
    "authlib",
    "cachetools",
    "cryptography",
    "filelock",
    "grpcio",
    "httpcore2",
    "httpx2",
    "joserfc",
    "keyring",
    "platformdirs",
    "protobuf",
}
OPTIONAL = {
    "aiohttp",
    "asn1crypto",
    "grpcio-reflection",
    "grpcio-tools",
    "httpx",
    "requests",
    "rich",
    "shtab",
    "tomlkit",
}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[; ]", requirement)[0] for requirement in requirements}


def test_a_service_gets_these_and_no_others() -> None:
    """``pip install zeebe-credentials``; what only people at a terminal need is an extra."""
    assert names(PROJECT["dependencies"]) == NEEDED
    extras = [each for extra in PROJECT["optional-dependencies"].values() for each in extra]
    assert names(extras) == OPTIONAL


def test_each_has_a_floor_and_no_ceiling() -> None:
    """A floor is tested; a ceiling would forbid what works."""
    for requirement in PROJECT["dependencies"]:
        assert re.fullmatch(r"[a-z0-9]+>=[0-9.]+", requirement)

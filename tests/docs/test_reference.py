"""The reference leaves nothing out."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import zeebe_auth
import zeebe_auth.adapters
import zeebe_auth.configuration.client_authentication
import zeebe_auth.configuration.field_table
import zeebe_auth.configuration.vocabulary
import zeebe_auth.errors
import zeebe_auth.sources.configured
import zeebe_auth.stores
import zeebe_auth.testing
import zeebe_grpc
import zeebe_grpc.aio
import zeebe_grpc.gateway_pb2
import zeebe_grpc.sandbox

DOCS = Path(__file__).parents[2] / "docs"
DIRECTIVES = set(
    re.findall(
        r"^::: (\S+)",
        "\n".join(page.read_text(encoding="utf-8") for page in (DOCS / "reference").glob("*.md")),
        re.MULTILINE,
    )
)
WHOLE_MODULES = {
    "zeebe_auth.errors": zeebe_auth.errors,
    "zeebe_auth.testing": zeebe_auth.testing,
    "zeebe_grpc.aio": zeebe_grpc.aio,
}
PACKAGES = [zeebe_auth, zeebe_auth.adapters, zeebe_auth.stores, zeebe_auth.testing]
PACKAGES += [zeebe_grpc, zeebe_grpc.aio, zeebe_grpc.sandbox]
# Messages are described by gateway.proto, which `zeebe-grpc proto` prints; a union is no class.
UNDESCRIBED = {"Answer", "Authentication", "EventHook", "TokenFormat"}
NAMES = [
    (package, name)
    for package in PACKAGES
    for name in package.__all__
    if not hasattr(getattr(package, name), "DESCRIPTOR")
]


@pytest.mark.parametrize(
    ("package", "name"), NAMES, ids=[f"{package.__name__}.{name}" for package, name in NAMES]
)
def test_a_public_name_has_a_docstring_and_a_place(package, name) -> None:
    """Each is in a reference page, with a docstring of its own."""
    value = getattr(package, name)
    # A name is given as the shorter of its paths, or with the whole module that it is in.
    top = package.__name__.partition(".")[0]
    with_module = any(
        module in DIRECTIVES and name in content.__all__
        for module, content in WHOLE_MODULES.items()
    )
    assert with_module or {f"{package.__name__}.{name}", f"{top}.{name}"} & DIRECTIVES
    if name not in UNDESCRIBED:
        assert inspect.getdoc(value)


def test_each_directive_leads_to_something() -> None:
    """No page asks for a name that is gone."""
    assert DIRECTIVES
    for directive in DIRECTIVES:
        module, _, name = directive.rpartition(".")
        assert hasattr(__import__(module, fromlist=[name]), name), directive


@pytest.mark.parametrize(
    "kind", [zeebe_auth.AuthError, zeebe_auth.CredentialSource, zeebe_auth.TokenStore]
)
def test_each_error_source_and_store_is_told_of(kind) -> None:
    """Each public one is mentioned on a page other than the reference."""
    pages = "\n".join(
        page.read_text(encoding="utf-8")
        for page in [*(DOCS / "how-to").glob("*.md"), DOCS.parent / "README.md"]
    )
    parts = [
        name
        for name in zeebe_auth.__all__
        if isinstance(value := getattr(zeebe_auth, name), type)
        and not getattr(value, "_is_protocol", False)
        and name.endswith(("Source", "Store") if kind is not zeebe_auth.AuthError else "")
        and (kind is not zeebe_auth.AuthError or issubclass(value, kind))
    ]
    assert len(parts) > 2
    for name in parts:
        assert f"`{name}" in pages or f"{name}(" in pages, name


def test_each_environment_name_is_listed() -> None:
    """The table of the reference is the table of the code."""
    page = (DOCS / "reference" / "environment.md").read_text(encoding="utf-8")
    lines = page.splitlines()
    for row in zeebe_auth.configuration.field_table.ROWS:
        older, newer = (
            ", ".join(f"`{name}`" for name in names) for names in (row.environment, row.newer)
        )
        # The column says which of them are ignored beside others.
        assert any(
            older in line.split("|")[2] and newer in line.split("|")[3]
            for line in lines
            if line.count("|") == 4
        ), row.name
    for name in zeebe_auth.configuration.vocabulary.READ_ELSEWHERE:
        assert f"`{name}`" in page


def test_each_key_of_a_profile_is_listed() -> None:
    """The keys of a profile are listed, and the sources it can use."""
    page = (DOCS / "how-to" / "config-file.md").read_text(encoding="utf-8")
    keys = {*zeebe_auth.configuration.vocabulary.FIELDS, *zeebe_auth.sources.configured.OUR_SOURCES}
    assert {key for key in keys if f"`{key}`" not in page} == set()


def test_each_method_of_authentication_is_listed() -> None:
    """The methods by which a client may authenticate are listed."""
    page = (DOCS / "how-to" / "config-file.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| `authentication_method`"))
    methods = zeebe_auth.configuration.client_authentication.METHODS
    assert {name for name in methods if f"`{name}`" not in row} == set()

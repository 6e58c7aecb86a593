"""What is deployed: processes, decisions and forms, in versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from zeebe_grpc.sandbox.gateway.keys import Keys


class InvalidResourceError(ValueError):
    """A resource can't be deployed. It says why."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A version of a process, a decision, a decision requirements graph or a form.

    Args:
        kind: ``process``, ``decision``, ``drg`` or ``form``.
        id: Its id in the resource.
        name: Its name there; empty if it has none.
        resource: The name of the resource.
        content: The resource.
        graph_id: Of a decision, the id of its graph.
        version: From 1.
        key: The key of this version.
    """

    kind: str
    id: str
    name: str
    resource: str
    content: bytes
    graph_id: str = ""
    version: int = 0
    key: int = 0


class Resources:
    """The definitions by kind and id; its user keeps threads apart."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], list[Definition]] = {}
        self._by_key: dict[int, Definition] = {}

    def add(self, definition: Definition, keys: Keys) -> Definition:
        """Add it as the next version; an unchanged one stays the version that it is."""
        versions = self._versions.setdefault((definition.kind, definition.id), [])
        if versions:
            last = versions[-1]
            if (last.content, last.resource) == (definition.content, definition.resource):
                return last
        added = replace(definition, version=len(versions) + 1, key=keys.take())
        versions.append(added)
        self._by_key[added.key] = added
        return added

    def with_key(self, key: int, *kinds: str) -> Definition | None:
        """The version with this key, if it is of one of these kinds."""
        found = self._by_key.get(key)
        return found if found is not None and found.kind in kinds else None

    def latest(self, kind: str, name: str) -> Definition | None:
        """The latest version that has not been deleted."""
        left = self._left(kind, name)
        return left[-1] if left else None

    def version(self, kind: str, name: str, version: int) -> Definition | None:
        """A version."""
        return next((each for each in self._left(kind, name) if each.version == version), None)

    def remove(self, definition: Definition) -> None:
        """Delete a version, of a graph with its decisions; its number is not given again."""
        gone = [
            key
            for key, each in self._by_key.items()
            if each is definition
            or (
                definition.kind == "drg"
                and each.kind == "decision"
                and (each.graph_id, each.content) == (definition.id, definition.content)
            )
        ]
        for key in gone:
            del self._by_key[key]

    def _left(self, kind: str, name: str) -> list[Definition]:
        return [each for each in self._versions.get((kind, name), ()) if each.key in self._by_key]


def definitions_in(resource: str, content: bytes) -> list[Definition]:
    """Return what a resource defines; its name says what it is.

    Args:
        resource: Its name, which ends with ``.bpmn``, ``.dmn`` or ``.form``.
        content: BPMN or DMN in XML, or a form in JSON.

    Raises:
        InvalidResourceError: It defines nothing that can be deployed.
    """
    suffix = resource.lower().rpartition(".")[2]
    if suffix == "form":
        return [_form(resource, content)]
    if suffix not in {"bpmn", "dmn"}:
        raise InvalidResourceError(
            f"{resource!r} is no resource: its name has to end with .bpmn, .dmn or .form"
        )
    try:
        root = ET.fromstring(content)  # noqa: S314 - from the program under test
    except ET.ParseError as error:
        raise InvalidResourceError(f"{resource!r} is no XML: {error}") from None
    found = list((_processes if suffix == "bpmn" else _decisions)(root, resource, content))
    if not found:
        what = "executable process" if suffix == "bpmn" else "decision"
        raise InvalidResourceError(f"{resource!r} has no {what}")
    return found


def _processes(root: ET.Element, resource: str, content: bytes) -> Iterator[Definition]:
    for process in root.iterfind(".//{*}process"):
        if process.get("isExecutable") == "true" and process.get("id"):
            yield Definition(
                "process", process.get("id", ""), process.get("name", ""), resource, content
            )


def _decisions(root: ET.Element, resource: str, content: bytes) -> Iterator[Definition]:
    decisions = [each for each in root.iterfind(".//{*}decision") if each.get("id")]
    if not decisions:
        return
    graph = root.get("id", "")
    yield Definition("drg", graph, root.get("name", ""), resource, content)
    for each in decisions:
        yield Definition(
            "decision", each.get("id", ""), each.get("name", ""), resource, content, graph
        )


def _form(resource: str, content: bytes) -> Definition:
    try:
        form = json.loads(content)
    except (ValueError, RecursionError):
        form = None
    if not isinstance(form, dict) or not isinstance(form.get("id"), str):
        raise InvalidResourceError(f"{resource!r} is no form: a JSON object with an id")
    return Definition("form", form["id"], "", resource, content)

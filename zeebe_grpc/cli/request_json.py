"""JSON that is written for a request: what people write, and an example to fill in."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc.diagnosis.printable import printable

__all__ = ["alternatives", "as_protobuf_json", "example"]

# A string by the protocol, which holds a JSON object (gateway.proto says so of each).
_JSON_TEXT = "variables"
_TEXTS = {
    FieldDescriptor.TYPE_STRING: "",
    FieldDescriptor.TYPE_BYTES: "",
    FieldDescriptor.TYPE_BOOL: False,
    FieldDescriptor.TYPE_FLOAT: 0.0,
    FieldDescriptor.TYPE_DOUBLE: 0.0,
}


def as_protobuf_json(document: Any, message: Any, place: str = "") -> Any:
    """The document as protobuf's JSON: an object in the place of a JSON text becomes one.

    Args:
        document: What somebody wrote for a message. What doesn't fit is left for protobuf to name.
        message: What it is for.
        place: Where it is in the request, such as ``resources[0]``; empty for the request itself.

    Raises:
        CommandFailed: It has a field that the message doesn't have.
    """
    if not isinstance(document, dict):
        return document
    fields = {name: each for each in message.fields for name in (each.json_name, each.name)}
    prepared = {}
    for name, value in document.items():
        field = fields.get(name)
        inside = f"{place}.{name}" if place else str(name)
        if field is None:
            raise CommandFailed(_no_field(name, inside, message), ExitCode.WRONG_USE)
        prepared[name] = _value(value, field, inside)
    return prepared


def _value(value: Any, field: Any, place: str) -> Any:
    if isinstance(value, list) and _is_repeated(field):
        return [_value_of_one(each, field, f"{place}[{n}]") for n, each in enumerate(value)]
    return _value_of_one(value, field, place)


def _value_of_one(value: Any, field: Any, place: str) -> Any:
    if field.message_type is not None:
        return as_protobuf_json(value, field.message_type, place)
    if field.name == _JSON_TEXT and isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _is_repeated(field: Any) -> bool:
    # Newer versions of protobuf warn of the label, older ones have nothing else.
    repeated = getattr(field, "is_repeated", None)
    return field.label == field.LABEL_REPEATED if repeated is None else bool(repeated)


def _no_field(name: str, place: str, message: Any) -> str:
    names = [field.json_name for field in message.fields]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        advice = f"Did you mean {near[0]!r}?"
    elif names:
        advice = f"Its fields are: {', '.join(names)}."
    else:
        advice = "It has no fields."
    return (
        f"The request has the field {printable(place)!r}, which {message.full_name} doesn't have. "
        f"{advice}"
    )


def example(message: Any) -> dict[str, Any]:
    """A request with every field, to fill in; of fields that exclude each other the first one.

    Args:
        message: The request.
    """
    return _example(message, ())


def _example(message: Any, around: tuple[Any, ...]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for field in message.fields:
        oneof = field.containing_oneof
        if oneof is not None and len(oneof.fields) > 1 and oneof.fields[0] is not field:
            continue
        if field.message_type in around:
            continue  # it can be in itself
        value = _example_of_one(field, (*around, message))
        shown[field.json_name] = [value] if _is_repeated(field) else value
    return shown


def _example_of_one(field: Any, around: tuple[Any, ...]) -> Any:
    if field.message_type is not None:
        return _example(field.message_type, around)
    if field.enum_type is not None:
        return field.enum_type.values[0].name
    if field.name == _JSON_TEXT:
        return {}
    return _TEXTS.get(field.type, 0)


def alternatives(message: Any, place: str = "") -> Iterator[str]:
    """Sentences about what an example leaves out: other fields of a oneof, other enum values."""
    for field in message.fields:
        inside = f"{place}.{field.json_name}" if place else field.json_name
        oneof = field.containing_oneof
        if oneof is not None and len(oneof.fields) > 1:
            if oneof.fields[0] is not field:
                continue
            others = ", ".join(each.json_name for each in oneof.fields[1:])
            yield f"{inside}: or one of {others} instead"
        if field.enum_type is not None:
            yield f"{inside}: one of {', '.join(each.name for each in field.enum_type.values)}"
        elif field.message_type is not None and field.message_type is not message:
            yield from alternatives(field.message_type, inside)

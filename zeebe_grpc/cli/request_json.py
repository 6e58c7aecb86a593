"""An example of a request, to fill in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from zeebe_grpc.message_json import HELD_JSON, is_repeated

_TEXTS = {
    FieldDescriptor.TYPE_STRING: "",
    FieldDescriptor.TYPE_BYTES: "",
    FieldDescriptor.TYPE_BOOL: False,
    FieldDescriptor.TYPE_FLOAT: 0.0,
    FieldDescriptor.TYPE_DOUBLE: 0.0,
}


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
        shown[field.json_name] = [value] if is_repeated(field) else value
    return shown


def _example_of_one(field: Any, around: tuple[Any, ...]) -> Any:
    if field.message_type is not None:
        return _example(field.message_type, around)
    if field.enum_type is not None:
        return field.enum_type.values[0].name
    if field.name == HELD_JSON:
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

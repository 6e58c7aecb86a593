"""An example of a request, to fill in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from zeebe_grpc.message_json import HELD_JSON, is_map, is_repeated, is_well_known

_TEXTS = {
    FieldDescriptor.TYPE_STRING: "",
    FieldDescriptor.TYPE_BYTES: "",
    FieldDescriptor.TYPE_BOOL: False,
    FieldDescriptor.TYPE_FLOAT: 0.0,
    FieldDescriptor.TYPE_DOUBLE: 0.0,
}


# The JSON forms of their own (https://protobuf.dev/programming-guides/json/).
_WELL_KNOWN: dict[str, Any] = {
    "Any": {"@type": "type.googleapis.com/…"},
    "Duration": "1.5s",
    "Empty": {},
    "FieldMask": "",
    "ListValue": [],
    "Struct": {},
    "Timestamp": "2026-01-31T12:00:00Z",
    "Value": None,
    "BoolValue": False,
    "BytesValue": "",
    "StringValue": "",
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
        if field.message_type in (*around, message):
            continue  # it can be in itself
        if is_map(field):
            held = field.message_type.fields_by_name
            if held["value"].message_type not in (*around, message):
                one = _example_of_one(held["value"], (*around, message))
                shown[field.json_name] = {str(_example_of_one(held["key"], ())): one}
            continue
        value = _example_of_one(field, (*around, message))
        shown[field.json_name] = [value] if is_repeated(field) else value
    return shown


def _example_of_one(field: Any, around: tuple[Any, ...]) -> Any:
    if field.message_type is not None and is_well_known(field.message_type):
        return _WELL_KNOWN.get(field.message_type.name, 0)
    if field.message_type is not None:
        return _example(field.message_type, around)
    if field.enum_type is not None:
        return field.enum_type.values[0].name
    if field.name == HELD_JSON:
        return {}
    return _TEXTS.get(field.type, 0)


def alternatives(message: Any, place: str = "", around: tuple[Any, ...] = ()) -> Iterator[str]:
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
        elif field.message_type is not None and not (
            field.message_type in (*around, message)
            or is_map(field)
            or is_well_known(field.message_type)
        ):
            yield from alternatives(field.message_type, inside, (*around, message))

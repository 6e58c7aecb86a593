"""JSON in place of messages, as people write it."""

from __future__ import annotations

import difflib
import json
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message

HELD_JSON = "variables"
"""The fields that are strings by the protocol and hold a JSON object; gateway.proto says so."""

_GATEWAY = "gateway_protocol."
_WELL_KNOWN = "google.protobuf."


class MessageJsonError(ValueError):
    """A document doesn't fit the message that it was written for. It says why."""


def message_from(
    document: Any, message_class: type[Message], *, what: str = "request", pool: Any = None
) -> Message:
    """Return the message that a JSON document means (https://protobuf.dev/programming-guides/json/).

    An object is taken where the protocol has a string that holds JSON.

    Args:
        document: A document as `json.loads` returns it.
        message_class: What it is for.
        what: What it is, for errors.
        pool: The `DescriptorPool` that knows what an ``Any`` may hold; None for the usual one.

    Raises:
        MessageJsonError: It is no object, has a field that the message doesn't have, or a value
            that the field can't have.
    """
    name = message_class.DESCRIPTOR.full_name
    if not isinstance(document, dict):
        raise MessageJsonError(
            f"The {what} is not a JSON object, which a {name} needs. Write {{...}}."
        )
    try:
        return json_format.ParseDict(
            _prepared(document, message_class.DESCRIPTOR, what),
            message_class(),
            descriptor_pool=pool,
        )
    except (json_format.ParseError, RecursionError) as error:
        is_ours = name.startswith(_GATEWAY)
        shown = ' ("zeebe-grpc proto" shows its fields.)' if is_ours else ""
        raise MessageJsonError(f"The {what} doesn't fit {name}: {error}{shown}") from error


def is_repeated(field: Any) -> bool:
    """Whether a field holds a list."""
    # Newer versions of protobuf warn of the label, older ones have nothing else.
    repeated = getattr(field, "is_repeated", None)
    return field.label == field.LABEL_REPEATED if repeated is None else bool(repeated)


def is_map(field: Any) -> bool:
    """Whether a field is a map, which JSON has as an object."""
    message = field.message_type
    return message is not None and bool(message.GetOptions().map_entry)


def is_well_known(message: Any) -> bool:
    """Whether a message has a JSON form of its own, as a Timestamp and a Struct have."""
    return str(message.full_name).startswith(_WELL_KNOWN)


def _prepared(document: Any, message: Any, what: str, place: str = "") -> Any:
    """The document with an object in the place of a string that holds JSON written as one.

    What doesn't fit otherwise is left for protobuf to name.
    """
    if not isinstance(document, dict) or is_well_known(message):
        return document
    fields = {name: each for each in message.fields for name in (each.json_name, each.name)}
    prepared = {}
    for name, value in document.items():
        field = fields.get(name)
        inside = f"{place}.{name}" if place else str(name)
        if field is None:
            raise MessageJsonError(_no_field(name, inside, message, what))
        prepared[name] = _value(value, field, what, inside)
    return prepared


def _value(value: Any, field: Any, what: str, place: str) -> Any:
    if is_map(field):
        held = field.message_type.fields_by_name["value"]
        if not isinstance(value, dict):
            return value
        return {
            key: _value_of_one(each, held, what, f"{place}.{key}") for key, each in value.items()
        }
    if isinstance(value, list) and is_repeated(field):
        return [_value_of_one(each, field, what, f"{place}[{n}]") for n, each in enumerate(value)]
    return _value_of_one(value, field, what, place)


def _value_of_one(value: Any, field: Any, what: str, place: str) -> Any:
    if field.message_type is not None:
        return _prepared(value, field.message_type, what, place)
    if field.name == HELD_JSON and isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _no_field(name: str, place: str, message: Any, what: str) -> str:
    names = [field.json_name for field in message.fields]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        advice = f"Did you mean {near[0]!r}?"
    elif names:
        advice = f"Its fields are: {', '.join(names)}."
    else:
        advice = "It has no fields."
    return f"The {what} has the field {place!r}, which {message.full_name} doesn't have. {advice}"

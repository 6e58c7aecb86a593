# ruff: noqa: T201 -- the pickles are made here; the output is for the test that runs this
"""Checks each message class, in a process of its own: the protobuf implementation is chosen there.

Prints the implementation's name and how many classes it checked.
"""

from __future__ import annotations

import copy
import pickle
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.internal import api_implementation

from zeebe_grpc import gateway_pb2

INTEGERS = {"INT32", "INT64", "UINT64"}


def classes_of(outer: Any, descriptors: Any) -> list[Any]:
    """The message classes that `outer` holds, nested ones included."""
    found = []
    for descriptor in descriptors:
        message_class = getattr(outer, descriptor.name)
        found += [message_class, *classes_of(message_class, descriptor.nested_types)]
    return found


def element(field: Any) -> Any:
    """Some value for one element of the field that is not its default."""
    if field.message_type is not None:
        return filled(field.message_type._concrete_class)
    if field.enum_type is not None:
        return field.enum_type.values[-1].number
    return {9: f"{field.name} ✓", 12: b"\x00\xff", 8: True}.get(field.type, field.number + 2**30)


def filled(message_class: Any) -> Any:
    """A message with each of its fields set; of a oneof, the last one stays."""
    message = message_class()
    for field in message_class.DESCRIPTOR.fields:
        value = element(field)
        current = getattr(message, field.name)
        if hasattr(current, "extend"):
            current.extend([value, value])
        elif field.message_type is not None:
            current.CopyFrom(value)
        else:
            setattr(message, field.name, value)
    return message


def check(message_class: Any) -> None:
    """What protobuf's own generated classes would keep, too."""
    message = filled(message_class)
    name = message_class.__qualname__
    assert message_class.__module__ == "zeebe_grpc.gateway_pb2", name
    assert message_class.DESCRIPTOR.full_name == f"gateway_protocol.{name}", name
    assert type(message) is message_class, name
    assert message_class.FromString(message.SerializeToString()) == message, name
    for restored in (
        pickle.loads(pickle.dumps(message)),
        copy.copy(message),
        copy.deepcopy(message),
    ):
        assert type(restored) is message_class, name
        assert restored is not message, name
        assert restored == message, name
    assert pickle.loads(pickle.dumps(message_class)) is message_class, name
    for field in message_class.DESCRIPTOR.fields:
        assert getattr(message_class, f"{field.name.upper()}_FIELD_NUMBER") == field.number, name
        assert message.ClearField(field.name) is None, name
    for enum in message_class.DESCRIPTOR.enum_types:
        wrapper = getattr(message_class, enum.name)
        assert wrapper.items() == [(value.name, value.number) for value in enum.values], name
        for value in enum.values:
            assert wrapper.Name(value.number) == value.name, name
            assert getattr(wrapper, value.name) == value.number, name
            assert getattr(message_class, value.name) == value.number, name


every_class = classes_of(gateway_pb2, gateway_pb2.DESCRIPTOR.message_types_by_name.values())
for each in every_class:
    check(each)

assert gateway_pb2.DESCRIPTOR.pool is not descriptor_pool.Default()
# Another client's copy of the protocol is added to the default pool, where such copies go. A
# nested message must still come back as ours, though protobuf's own pickling goes by its name.
descriptor_pool.Default().AddSerializedFile(gateway_pb2.DESCRIPTOR.serialized_pb)
for each in every_class:
    check(each)

print(api_implementation.Type(), len(every_class))

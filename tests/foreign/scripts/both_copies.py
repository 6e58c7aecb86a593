"""Has pyzeebe's copy of the gateway protocol and ours in one process and compares their bytes.

    python both_copies.py ours-first|theirs-first

Prints the protobuf implementation and how many messages were compared.
"""

import importlib
import pickle
import sys
from importlib import resources

from google.protobuf.internal import api_implementation

NAMES = ["zeebe_grpc.gateway_pb2", "pyzeebe.proto.gateway_pb2"]
IMPORT_ORDER = {"ours-first": NAMES, "theirs-first": NAMES[::-1]}[sys.argv[1]]
for name in IMPORT_ORDER:
    importlib.import_module(name)
    importlib.import_module(f"{name}_grpc")
ours, theirs = (sys.modules[name] for name in NAMES)


def pairs(our_outer, their_outer, their_descriptors):
    """Each message class of theirs with the one of the same name of ours."""
    for descriptor in their_descriptors:
        our_class = getattr(our_outer, descriptor.name)
        their_class = getattr(their_outer, descriptor.name)
        assert our_class is not their_class
        assert our_class.DESCRIPTOR.full_name == descriptor.full_name
        yield our_class, their_class
        yield from pairs(our_class, their_class, descriptor.nested_types)


def shared_fields(our_class, their_class):
    """The fields that both have, as pairs of descriptors."""
    their_fields = their_class.DESCRIPTOR.fields_by_name
    for field in our_class.DESCRIPTOR.fields:
        other = their_fields.get(field.name)
        if other is not None:
            assert (field.number, field.type) == (other.number, other.type), field.full_name
            yield field, other


def values(field, other):
    """The same value for ours and for theirs, never the default."""
    if field.message_type is not None:
        return filled(field.message_type._concrete_class, other.message_type._concrete_class)
    if field.enum_type is not None:
        names = [value.name for value in field.enum_type.values]
        assert names == [value.name for value in other.enum_type.values]
        return len(names) - 1, len(names) - 1
    scalar = {
        field.TYPE_STRING: f"{field.name} \N{SNOWMAN}",
        field.TYPE_BYTES: bytes(range(256)),
        field.TYPE_BOOL: True,
        field.TYPE_INT32: -field.number,
        field.TYPE_INT64: -field.number << 40,
        field.TYPE_UINT64: field.number << 50,
    }[field.type]
    return scalar, scalar


def put(message, field, value, repeated):
    current = getattr(message, field.name)
    if repeated:
        current.extend([value, value])
    elif field.message_type is not None:
        current.CopyFrom(value)
    else:
        setattr(message, field.name, value)


def filled(our_class, their_class, only=None):
    """One message of each copy, with the same data in each field that both have."""
    our_message, their_message = our_class(), their_class()
    for field, other in shared_fields(our_class, their_class):
        if only in {None, field.name}:
            repeated = hasattr(getattr(our_message, field.name), "extend")
            our_value, their_value = values(field, other)
            put(our_message, field, our_value, repeated)
            put(their_message, other, their_value, repeated)
    return our_message, their_message


compared = 0
for our_class, their_class in pairs(ours, theirs, theirs.DESCRIPTOR.message_types_by_name.values()):
    each_alone = [
        filled(our_class, their_class, only=field.name)
        for field, _ in shared_fields(our_class, their_class)
    ]
    for our_message, their_message in [
        (our_class(), their_class()),
        filled(our_class, their_class),
        *each_alone,
    ]:
        wire = our_message.SerializeToString(deterministic=True)
        assert wire == their_message.SerializeToString(deterministic=True), our_class
        assert our_class.FromString(wire) == our_message
        assert their_class.FromString(wire) == their_message
        for message in (our_message, their_message):
            again = pickle.loads(pickle.dumps(message))
            assert type(again) is type(message), message
            assert again == message, message
    compared += 1

their_rpcs = [method.name for method in theirs.DESCRIPTOR.services_by_name["Gateway"].methods]
our_rpcs = [method.name for method in ours.DESCRIPTOR.services_by_name["Gateway"].methods]
assert set(their_rpcs) <= set(our_rpcs)
assert resources.files("zeebe_grpc").joinpath("gateway.proto").is_file()
print(api_implementation.Type(), compared)

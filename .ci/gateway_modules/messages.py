"""Renders gateway_pb2.py and gateway_pb2.pyi."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
)
from protocol import (
    ENUM_IN_MESSAGE,
    FIELD_IN_MESSAGE,
    MESSAGE_IN_FILE,
    MESSAGE_IN_MESSAGE,
    Place,
    Protocol,
    has_presence,
    is_repeated,
)
from text import LINE_LENGTH, docstring, indented

MODULE = '''\
"""Messages of the Zeebe gateway, made from gateway.proto by `make proto`: edit that instead.

They live in a descriptor pool of their own, because the default pool takes one copy of
`gateway_protocol` alone and other clients bring theirs. Messages of two copies don't nest in each
other. Nothing in here checks versions: any protobuf runtime that reads descriptors builds them.
"""

from google.protobuf import descriptor_pool as _descriptor_pool
from google.protobuf import message as _message
from google.protobuf import reflection as _reflection

DESCRIPTOR = _descriptor_pool.DescriptorPool().AddSerializedFile(
{serialized}
)


def _reduce(message):
    # protobuf's own way finds a nested class by its name in the default pool: not there, or of
    # another client's copy.
    return type(message), (), message.__getstate__()


def _message_class(descriptor, outer=""):
    name = outer + descriptor.name
    attributes = {{
        "DESCRIPTOR": descriptor,
        "__module__": __name__,
        "__qualname__": name,
        "__reduce__": _reduce,
    }}
    for nested in descriptor.nested_types:
        attributes[nested.name] = _message_class(nested, name + ".")
    return _reflection.GeneratedProtocolMessageType(
        descriptor.name, (_message.Message,), attributes
    )


_declared = DESCRIPTOR.message_types_by_name
{classes}
'''

STUB = '''\
"""Messages of the Zeebe gateway, made from gateway.proto by `make proto`."""

# fmt: off
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, NewType, final

from google.protobuf.descriptor import Descriptor, FileDescriptor
from google.protobuf.internal.containers import (
    RepeatedCompositeFieldContainer,
    RepeatedScalarFieldContainer,
)
from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper
from google.protobuf.message import Message

DESCRIPTOR: FileDescriptor

{classes}
'''

_INTEGERS = {
    FieldDescriptorProto.TYPE_INT32,
    FieldDescriptorProto.TYPE_INT64,
    FieldDescriptorProto.TYPE_UINT32,
    FieldDescriptorProto.TYPE_UINT64,
}
_SCALARS = {
    **dict.fromkeys(_INTEGERS, "int"),
    FieldDescriptorProto.TYPE_BOOL: "bool",
    FieldDescriptorProto.TYPE_BYTES: "bytes",
    FieldDescriptorProto.TYPE_STRING: "str",
}
_LITERAL_WIDTH = 92


def render_module(protocol: Protocol) -> str:
    """Give the text of gateway_pb2.py."""
    serialized = []
    for name, part in protocol.serialized_parts():
        serialized.append(f"    # {name}")
        serialized += [f'    b"{line}"' for line in _bytes_literal_lines(part)]
    classes: list[str] = []
    for message in protocol.file.message_type:
        line = f'{message.name} = _message_class(_declared["{message.name}"])'
        if len(line) > LINE_LENGTH:
            line = f'{message.name} = _message_class(\n    _declared["{message.name}"]\n)'
        classes.append(line)
    return MODULE.format(serialized="\n".join(serialized), classes="\n".join(classes))


def _bytes_literal_lines(data: bytes) -> Iterator[str]:
    line = ""
    for byte in data:
        character = chr(byte)
        plain = character.isascii() and character.isprintable() and character not in '"\\'
        escaped = character if plain else f"\\x{byte:02x}"
        if len(line) + len(escaped) > _LITERAL_WIDTH:
            yield line
            line = ""
        line += escaped
    yield line


def render_stub(protocol: Protocol) -> str:
    """Give the text of gateway_pb2.pyi."""
    package = f".{protocol.file.package}."
    classes = [
        "\n".join(_stub_class(protocol, package, message, (MESSAGE_IN_FILE, position)))
        for position, message in enumerate(protocol.file.message_type)
    ]
    return STUB.format(classes="\n\n".join(classes))


def _stub_class(
    protocol: Protocol, package: str, message: DescriptorProto, path: Place, outer: str = ""
) -> Iterator[str]:
    name = outer + message.name
    yield "@final"
    yield f"class {message.name}(Message):"
    body = docstring(protocol.sentence(*path), 4)
    body += ["", "DESCRIPTOR: Descriptor"]
    for position, enum in enumerate(message.enum_type):
        sentence = protocol.sentence(*path, ENUM_IN_MESSAGE, position)
        body += ["", *_stub_enum(enum, name, sentence)]
    for position, nested in enumerate(message.nested_type):
        nested_path = (*path, MESSAGE_IN_MESSAGE, position)
        body += ["", *_stub_class(protocol, package, nested, nested_path, name + ".")]
    if message.field:
        body.append("")
        body += [f"{field.name.upper()}_FIELD_NUMBER: ClassVar[int]" for field in message.field]
        for position, field in enumerate(message.field):
            sentence = protocol.sentence(*path, FIELD_IN_MESSAGE, position)
            body += ["", *_stub_field(field, package, sentence)]
    body += ["", *_stub_methods(message, package)]
    yield from indented(body)


def _stub_enum(enum: EnumDescriptorProto, outer: str, sentence: str) -> Iterator[str]:
    # Three classes, because a type checker has no other way to say what the one wrapper object
    # at run time is: a holder of the values, of their type, and of Name(), Value() and items().
    value_type = f"{outer}.{enum.name}.ValueType"
    yield f"class _{enum.name}:"
    yield '    ValueType = NewType("ValueType", int)'
    yield ""
    yield f"class _{enum.name}Wrapper(_EnumTypeWrapper[_{enum.name}.ValueType]):"
    yield from (f"    {value.name}: {value_type}" for value in enum.value)
    yield ""
    yield f"class {enum.name}(_{enum.name}, metaclass=_{enum.name}Wrapper):"
    yield from indented(docstring(sentence, 8))
    yield ""
    yield from (f"{value.name}: ClassVar[{value_type}]" for value in enum.value)


def _element_type(field: FieldDescriptorProto, package: str) -> str:
    if field.type == FieldDescriptorProto.TYPE_MESSAGE:
        return field.type_name.removeprefix(package)
    if field.type == FieldDescriptorProto.TYPE_ENUM:
        return field.type_name.removeprefix(package) + ".ValueType"
    return _SCALARS[field.type]


def _stub_field(field: FieldDescriptorProto, package: str, sentence: str) -> Iterator[str]:
    element = _element_type(field, package)
    is_message = field.type == FieldDescriptorProto.TYPE_MESSAGE
    if not is_message and not is_repeated(field):
        yield f"{field.name}: {element}"
        yield from docstring(sentence, 4)
        return
    if is_repeated(field):
        container = "Composite" if is_message else "Scalar"
        element = f"Repeated{container}FieldContainer[{element}]"
    yield "@property"
    if sentence:
        yield f"def {field.name}(self) -> {element}:"
        yield from indented(docstring(sentence, 8))
    else:
        yield f"def {field.name}(self) -> {element}: ..."


def _argument_type(field: FieldDescriptorProto, package: str) -> str:
    element = _element_type(field, package)
    if field.type == FieldDescriptorProto.TYPE_MESSAGE:
        element = f"{element} | Mapping[str, Any]"
    elif field.type == FieldDescriptorProto.TYPE_ENUM:
        element = f"{element} | str"
    return f"Iterable[{element}]" if is_repeated(field) else element


def _stub_methods(message: DescriptorProto, package: str) -> Iterator[str]:
    if not message.field:
        yield "def __init__(self) -> None: ..."
        return
    yield "def __init__("
    yield "    self,"
    yield "    *,"
    for field in message.field:
        yield f"    {field.name}: {_argument_type(field, package)} | None = ...,"
    yield ") -> None: ..."
    oneofs = {
        oneof.name: [field.name for field in message.field if _is_member(field, position)]
        for position, oneof in enumerate(message.oneof_decl)
    }
    oneofs = {name: members for name, members in oneofs.items() if members}
    names = [field.name for field in message.field]
    present = [field.name for field in message.field if has_presence(field)]
    if present:
        yield from _stub_method("HasField(self, field_name: ", [*present, *oneofs], ") -> bool")
    yield from _stub_method("ClearField(self, field_name: ", [*names, *oneofs], ") -> None")
    for name, members in oneofs.items():
        yield from _stub_method(
            f'WhichOneof(self, oneof_group: Literal["{name}"]) -> ', members, " | None"
        )


def _is_member(field: FieldDescriptorProto, oneof: int) -> bool:
    # protoc gives each `optional` scalar a oneof of its own, which nobody wrote.
    in_oneof = field.HasField("oneof_index") and not field.proto3_optional
    return in_oneof and field.oneof_index == oneof


def _stub_method(before: str, names: list[str], after: str) -> Iterator[str]:
    quoted = [f'"{name}"' for name in names]
    one_line = f"def {before}Literal[{', '.join(quoted)}]{after}: ..."
    if len(one_line) + 8 <= LINE_LENGTH:
        yield one_line
        return
    yield f"def {before}Literal["
    yield from (f"    {name}," for name in quoted)
    yield f"]{after}: ..."

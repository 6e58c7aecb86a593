"""gateway.proto as protoc reads it: its descriptor, and the sentences beside its declarations."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto

# Field numbers in descriptor.proto: a declaration's place in the file is a path of these and
# of positions, and that is how protoc ties a comment to it.
MESSAGE_IN_FILE = 4
SERVICE_IN_FILE = 6
FIELD_IN_MESSAGE = 2
MESSAGE_IN_MESSAGE = 3
ENUM_IN_MESSAGE = 4
METHOD_IN_SERVICE = 2

Place = tuple[int, ...]


@dataclass(frozen=True)
class Protocol:
    """A proto file: its descriptor without source information, and its leading comments."""

    file: descriptor_pb2.FileDescriptorProto
    comments: dict[Place, str]

    def sentence(self, *path: int) -> str:
        """Give the comment above the declaration at that path, on one line, or an empty text."""
        return " ".join(self.comments.get(path, "").split())

    def serialized_parts(self) -> Iterator[tuple[str, bytes]]:
        """Cut the serialized file into named parts, so that a change shows in its own lines."""
        head = descriptor_pb2.FileDescriptorProto(name=self.file.name, package=self.file.package)
        parts = [("file", head)]
        parts += [
            (message.name, descriptor_pb2.FileDescriptorProto(message_type=[message]))
            for message in self.file.message_type
        ]
        parts += [
            (service.name, descriptor_pb2.FileDescriptorProto(service=[service]))
            for service in self.file.service
        ]
        parts.append(("syntax", descriptor_pb2.FileDescriptorProto(syntax=self.file.syntax)))
        serialized = [(name, part.SerializeToString(deterministic=True)) for name, part in parts]
        if b"".join(part for _, part in serialized) != self.file.SerializeToString(
            deterministic=True
        ):
            raise SystemExit(f"{self.file.name} declares more than messages and services.")
        yield from serialized


def parse(root: Path, name: str) -> Protocol:
    """Have protoc read the proto file `name`, given relative to the folder `root`."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "descriptors"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "grpc_tools.protoc",
                f"--proto_path={root}",
                "--include_source_info",
                f"--descriptor_set_out={output}",
                name,
            ],
            check=True,
        )
        (file,) = descriptor_pb2.FileDescriptorSet.FromString(output.read_bytes()).file
    comments = {
        tuple(location.path): location.leading_comments
        for location in file.source_code_info.location
        if location.leading_comments
    }
    file.ClearField("source_code_info")
    for message in file.message_type:
        _leave_out_default_json_names(message)
        _refuse_what_is_not_rendered(message)
    return Protocol(file, comments)


def _leave_out_default_json_names(message: DescriptorProto) -> None:
    # Every pool works them out again; protoc's own Python output leaves them out too.
    for field in message.field:
        field.ClearField("json_name")
    for nested in message.nested_type:
        _leave_out_default_json_names(nested)


def _refuse_what_is_not_rendered(message: DescriptorProto) -> None:
    if message.options.map_entry or message.extension or message.extension_range:
        raise SystemExit(
            f"{message.name}: maps and extensions are not rendered; teach messages.py."
        )
    for nested in message.nested_type:
        _refuse_what_is_not_rendered(nested)


def is_repeated(field: FieldDescriptorProto) -> bool:
    """Tell whether the field holds a list."""
    return field.label == FieldDescriptorProto.LABEL_REPEATED


def has_presence(field: FieldDescriptorProto) -> bool:
    """Tell whether the field knows "not set" from "set to the default"."""
    return not is_repeated(field) and (
        field.type == FieldDescriptorProto.TYPE_MESSAGE or field.HasField("oneof_index")
    )

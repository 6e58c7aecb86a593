"""The gateway's methods by name, and JSON in place of their messages."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.message import Message

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc import gateway_pb2
from zeebe_grpc.diagnosis.printable import printable
from zeebe_grpc.message_json import MessageJsonError, message_from

_SERVICE = gateway_pb2.DESCRIPTOR.services_by_name["Gateway"]


@dataclass(frozen=True, slots=True)
class GatewayMethod:
    """One method of the gateway.

    Args:
        name: As the protocol writes it, such as ``Topology``.
        streams_responses: Whether it answers with a stream.
        request_class: The class of its request.
        response_class: The class of its response, or of each one of the stream.
    """

    name: str
    streams_responses: bool
    request_class: type[Message]
    response_class: type[Message]

    @property
    def path(self) -> str:
        """``/package.Service/Method``, as HTTP/2 carries it."""
        return f"/{_SERVICE.full_name}/{self.name}"

    @property
    def signature(self) -> str:
        """The method as the protocol declares it."""
        stream = "stream " if self.streams_responses else ""
        request = self.request_class.DESCRIPTOR.full_name
        response = self.response_class.DESCRIPTOR.full_name
        return f"rpc {self.name} ({request}) returns ({stream}{response})"

    def on(self, channel: grpc.Channel) -> Callable[..., Any]:
        """The multi-callable for this method."""
        make = channel.unary_stream if self.streams_responses else channel.unary_unary
        return make(
            self.path,
            request_serializer=self.request_class.SerializeToString,
            response_deserializer=self.response_class.FromString,
        )

    def request(self, text: str) -> Message:
        """The request that a JSON text means (https://protobuf.dev/programming-guides/json/).

        Raises:
            CommandFailed: It is no JSON, or not the JSON of this request.
        """
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise CommandFailed(
                f"The request is not JSON: {error}. Write an object in quotes that the shell "
                "leaves alone, @FILE, or - for stdin.",
                ExitCode.WRONG_USE,
            ) from error
        if not _is_unicode(document):
            # protobuf ends with a SystemError where one is in a field's name.
            raise CommandFailed(
                "The request holds what is no character: half of a surrogate pair (RFC 8259, "
                "8.2), or a byte that is not UTF-8. Write it in UTF-8.",
                ExitCode.WRONG_USE,
            )
        try:
            return message_from(document, self.request_class)
        except MessageJsonError as error:
            raise CommandFailed(printable(str(error)), ExitCode.WRONG_USE) from error


def _is_unicode(document: object) -> bool:
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    except RecursionError:
        return True  # it is refused for its depth
    return True


def find_method(written: str) -> GatewayMethod:
    """The method that ``written`` names: alone or with its service, in any case.

    Raises:
        CommandFailed: There is none, or its requests are a stream.
    """
    service, _, name = written.strip("/").replace("/", ".").lower().rpartition(".")
    methods = {method.name.lower(): method for method in _SERVICE.methods}
    method = methods.get(name)
    if method is None or service not in {"", "gateway", _SERVICE.full_name.lower()}:
        near = difflib.get_close_matches(name, methods, n=3)
        hint = " or ".join(methods[key].name for key in near)
        advice = (
            f"Did you mean {hint}?"
            if near
            else "The methods are: "
            + ", ".join(sorted(each.name for each in methods.values()))
            + "."
        )
        raise CommandFailed(
            f"The gateway has no method {printable(written)!r}. {advice}", ExitCode.WRONG_USE
        )
    return _method(method)


def all_methods() -> list[tuple[GatewayMethod, str]]:
    """Every method, by name, with a sentence about it from gateway.proto."""
    sentences = _sentences()
    return [
        (_method(each), sentences.get(each.name, ""))
        for each in sorted(_SERVICE.methods, key=lambda method: str(method.name))
    ]


def _method(descriptor: Any) -> GatewayMethod:
    return GatewayMethod(
        descriptor.name,
        descriptor.server_streaming,
        getattr(gateway_pb2, descriptor.input_type.name),
        getattr(gateway_pb2, descriptor.output_type.name),
    )


def _sentences() -> dict[str, str]:
    """The first sentence above each method in gateway.proto."""
    text = files("zeebe_grpc").joinpath("gateway.proto").read_text("utf-8")
    found = {}
    for comment, name in re.findall(r"((?:^ *//.*\n)+) *rpc (\w+)", text, re.MULTILINE):
        words = " ".join(line.strip().removeprefix("//").strip() for line in comment.splitlines())
        found[name] = re.split(r"(?<=[.]) |; ", words)[0].rstrip(".") + "."
    return found


def to_json(message: Message) -> dict[str, Any]:
    """A message as JSON types, fields that were left at their default included."""
    return json_format.MessageToDict(message, always_print_fields_with_no_presence=True)

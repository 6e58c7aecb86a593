"""A method of a gRPC service, and JSON in place of its messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.message import Message

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc.diagnosis.printable import printable
from zeebe_grpc.message_json import MessageJsonError, message_from


@dataclass(frozen=True, slots=True)
class GrpcMethod:
    """One method of a service.

    Args:
        service: Its service with the package, such as ``gateway_protocol.Gateway``.
        name: As the protocol writes it, such as ``Topology``.
        request_class: The class of its request, or of each one of the stream.
        response_class: The class of its response, or of each one of the stream.
        streams_requests: Whether it takes a stream.
        streams_responses: Whether it answers with a stream.
        pool: The `DescriptorPool` that knows its messages; None for the usual one.
    """

    service: str
    name: str
    request_class: type[Message]
    response_class: type[Message]
    streams_requests: bool = False
    streams_responses: bool = False
    pool: Any = field(default=None, repr=False)

    @property
    def path(self) -> str:
        """``/package.Service/Method``, as HTTP/2 carries it."""
        return f"/{self.service}/{self.name}"

    @property
    def signature(self) -> str:
        """The method as the protocol declares it."""
        taken = "stream " if self.streams_requests else ""
        given = "stream " if self.streams_responses else ""
        request = self.request_class.DESCRIPTOR.full_name
        response = self.response_class.DESCRIPTOR.full_name
        return f"rpc {self.name} ({taken}{request}) returns ({given}{response})"

    def on(self, channel: grpc.Channel) -> Callable[..., Any]:
        """The multi-callable for this method. One that streams requests takes an iterator."""
        taken = "stream" if self.streams_requests else "unary"
        given = "stream" if self.streams_responses else "unary"
        make: Any = getattr(channel, f"{taken}_{given}")
        multi_callable: Callable[..., Any] = make(
            self.path,
            request_serializer=self.request_class.SerializeToString,
            response_deserializer=self.response_class.FromString,
        )
        return multi_callable

    def argument(self, text: str) -> Any:
        """What the multi-callable takes: a message, or an iterator of those in ``text``.

        Raises:
            CommandFailed: As `request` does.
        """
        return iter(self.requests(text)) if self.streams_requests else self.request(text)

    def request(self, text: str) -> Message:
        """The request that a JSON text means (https://protobuf.dev/programming-guides/json/).

        Raises:
            CommandFailed: It is no JSON, or not the JSON of this request.
        """
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _not_json(error) from error
        return self._message(document)

    def requests(self, text: str) -> list[Message]:
        """The requests that a text with any number of JSON objects means, such as one a line.

        Raises:
            CommandFailed: One is no JSON, or not the JSON of this request.
        """
        try:
            documents = list(_documents(text))
        except (ValueError, RecursionError) as error:
            raise _not_json(error) from error
        return [self._message(document) for document in documents]

    def _message(self, document: Any) -> Message:
        if not _is_unicode(document):
            # protobuf ends with a SystemError where one is in a field's name.
            raise CommandFailed(
                "The request holds what is no character: half of a surrogate pair (RFC 8259, "
                "8.2), or a byte that is not UTF-8. Write it in UTF-8.",
                ExitCode.WRONG_USE,
            )
        try:
            return message_from(document, self.request_class, pool=self.pool)
        except MessageJsonError as error:
            raise CommandFailed(printable(str(error)), ExitCode.WRONG_USE) from error


def to_json(message: Message, pool: Any = None) -> dict[str, Any]:
    """A message as JSON types, fields that were left at their default included.

    Args:
        message: The message.
        pool: The `DescriptorPool` that knows what an ``Any`` may hold; None for the usual one.
    """
    return json_format.MessageToDict(
        message, always_print_fields_with_no_presence=True, descriptor_pool=pool
    )


def _documents(text: str) -> Iterator[Any]:
    decoder, rest = json.JSONDecoder(), text.lstrip()
    while rest:
        document, end = decoder.raw_decode(rest)
        yield document
        rest = rest[end:].lstrip()


def _not_json(error: Exception) -> CommandFailed:
    return CommandFailed(
        f"The request is not JSON: {error}. Write an object in quotes that the shell leaves "
        "alone, @FILE, or - for stdin.",
        ExitCode.WRONG_USE,
    )


def _is_unicode(document: object) -> bool:
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    except RecursionError:
        return True  # it is refused for its depth
    return True

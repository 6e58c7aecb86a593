"""Services that a server describes by gRPC's server reflection.

https://github.com/grpc/grpc/blob/master/doc/server-reflection.md: v1, else v1alpha, whose messages
are the same on the wire.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import grpc
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc.cli.described_services import DescribedServices, needs_extra
from zeebe_grpc.diagnosis.printable import printable

_VERSIONS = ("v1", "v1alpha")
_OWN = "grpc.reflection."


def services_on(channel: grpc.Channel, target: str, timeout: float | None) -> DescribedServices:
    """The services of a server.

    Args:
        channel: A channel to it.
        target: The server, for people.
        timeout: How long each question may take, in seconds; None for no limit.

    Raises:
        CommandFailed: It has no reflection, or what this needs isn't installed.
        grpc.RpcError: A question failed otherwise.
    """
    try:
        with warnings.catch_warnings():
            # Where protobuf is a little newer than it, it works and warns of what its makers should
            # do (grpcio-reflection 1.66.2 with protobuf 5.28.0).
            warnings.filterwarnings("ignore", "Protobuf gencode version", UserWarning)
            from grpc_reflection.v1alpha import reflection_pb2
    except ImportError:
        raise needs_extra("To ask the server for its services") from None
    server = _Server(channel, reflection_pb2, timeout)
    try:
        names = [each for each in server.service_names() if not each.startswith(_OWN)]
    except _NotThereError:
        raise CommandFailed(
            f"{target} has no server reflection, so it can't be asked for its methods. Name the "
            "file that describes them with --proto.",
            ExitCode.WRONG_USE,
        ) from None
    return DescribedServices(server.files_of(names), names, target)


class _NotThereError(Exception):
    """The server has no reflection."""


class _Server:
    def __init__(self, channel: grpc.Channel, messages: Any, timeout: float | None) -> None:
        self._channel = channel
        self._messages = messages
        self._timeout = timeout
        self._version: str | None = None

    def service_names(self) -> list[str]:
        answer = self._ask(list_services="")
        return [each.name for each in answer.list_services_response.service]

    def files_of(self, services: Iterable[str]) -> Iterator[FileDescriptorProto]:
        """The files that describe the services, each behind those that it imports."""
        known: dict[str, FileDescriptorProto] = {}
        given: set[str] = set()
        for name in services:
            found = self._learn(known, file_containing_symbol=name)
            for each in found:
                yield from self._in_order(each, known, given)

    def _in_order(
        self, name: str, known: dict[str, FileDescriptorProto], given: set[str]
    ) -> Iterator[FileDescriptorProto]:
        if name in given:
            return
        given.add(name)
        if name not in known:
            self._learn(known, file_by_filename=name)
        for each in known[name].dependency:
            yield from self._in_order(each, known, given)
        yield known[name]

    def _learn(self, known: dict[str, FileDescriptorProto], **question: str) -> list[str]:
        answer = self._ask(**question)
        if answer.HasField("error_response"):
            error = answer.error_response
            (asked,) = question.values()
            raise CommandFailed(
                f"The server's reflection can't describe {printable(asked)}: "
                f"{printable(error.error_message or str(error.error_code))}. Name the file that "
                "describes it with --proto.",
                ExitCode.FAILED,
            )
        files = map(
            FileDescriptorProto.FromString, answer.file_descriptor_response.file_descriptor_proto
        )
        found = {each.name: each for each in files}
        known.update(found)
        return [*found]

    def _ask(self, **question: str) -> Any:
        request = self._messages.ServerReflectionRequest(**question)
        for version in _VERSIONS if self._version is None else (self._version,):
            call: Any = self._channel.stream_stream(
                f"/{_OWN}{version}.ServerReflection/ServerReflectionInfo",
                self._messages.ServerReflectionRequest.SerializeToString,
                self._messages.ServerReflectionResponse.FromString,
            )(iter([request]), timeout=self._timeout)
            try:
                answer = next(call)
            except grpc.RpcError as error:
                if not isinstance(error, grpc.Call) or (
                    error.code() is not grpc.StatusCode.UNIMPLEMENTED
                ):
                    raise
                continue
            except StopIteration:
                continue
            finally:
                call.cancel()
            self._version = version
            return answer
        raise _NotThereError

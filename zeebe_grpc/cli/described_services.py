"""The services of descriptors, which a .proto file or a server gave."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.message_factory import GetMessageClass

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc.cli.grpc_method import GrpcMethod
from zeebe_grpc.diagnosis.printable import printable

_MANY = 20
_NEAR = 0.75


class DescribedServices:
    """Services by their descriptors.

    Args:
        files: The files (``FileDescriptorProto``), each behind those that it imports.
        names: The services that count, with their packages.
        origin: Who described them, for people, such as "hello.proto".
    """

    def __init__(self, files: Iterable[Any], names: Iterable[str], origin: str) -> None:
        self._pool: Any = descriptor_pool.DescriptorPool()
        for each in files:
            self._pool.Add(each)
        self._names = sorted(names)
        self._origin = origin

    def methods(self) -> list[GrpcMethod]:
        """Every method of every service, by service and name."""
        return [
            self._method(each)
            for name in self._names
            for each in sorted(
                self._pool.FindServiceByName(name).methods, key=lambda method: str(method.name)
            )
        ]

    def find(self, written: str) -> GrpcMethod:
        """The method that ``written`` names: alone, or with its service, in any case.

        Raises:
            CommandFailed: There is none, or several services have it.
        """
        wanted = written.strip("/").replace("/", ".").lower()
        methods = {f"{each.service}.{each.name}": each for each in self.methods()}
        found = [
            each
            for name, each in methods.items()
            if name.lower() == wanted or name.lower().endswith(f".{wanted}")
        ]
        if len(found) == 1:
            return found[0]
        if found:
            paths = " and ".join(each.path.strip("/") for each in found)
            raise CommandFailed(
                f"{printable(written)!r} is a method of several services: {paths}. Write it with "
                "its service.",
                ExitCode.WRONG_USE,
            )
        paths_by_name = {name.lower(): each.path.strip("/") for name, each in methods.items()}
        near = difflib.get_close_matches(wanted, paths_by_name, n=2, cutoff=_NEAR)
        meant = [paths_by_name[each] for each in near]
        if meant:
            advice = f"Did you mean {' or '.join(meant)}?"
        elif len(methods) <= _MANY:
            names = ", ".join(each.path.strip("/") for each in methods.values())
            advice = f"The methods are: {names or 'none'}."
        else:
            advice = "--list shows them."
        raise CommandFailed(
            f"{self._origin} has no method {printable(written)!r}. {advice}", ExitCode.WRONG_USE
        )

    def _method(self, descriptor: Any) -> GrpcMethod:
        return GrpcMethod(
            descriptor.containing_service.full_name,
            descriptor.name,
            GetMessageClass(descriptor.input_type),
            GetMessageClass(descriptor.output_type),
            streams_requests=descriptor.client_streaming,
            streams_responses=descriptor.server_streaming,
            pool=self._pool,
        )


def needs_extra(what: str) -> CommandFailed:
    """The end of a command that needs the extra "proto", which isn't installed.

    Args:
        what: What needs it, the beginning of a sentence.
    """
    return CommandFailed(
        f'{what} takes the extra "proto": pip install "zeebe-credentials[proto]".',
        ExitCode.WRONG_USE,
    )

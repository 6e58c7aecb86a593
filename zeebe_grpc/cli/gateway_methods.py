"""The gateway's methods by name."""

from __future__ import annotations

import difflib
import re
from importlib.resources import files
from typing import Any

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc import gateway_pb2
from zeebe_grpc.cli.grpc_method import GrpcMethod
from zeebe_grpc.diagnosis.printable import printable

SERVICE = gateway_pb2.DESCRIPTOR.services_by_name["Gateway"]


def find_method(written: str) -> GrpcMethod:
    """The method that ``written`` names: alone or with its service, in any case.

    Raises:
        CommandFailed: There is none.
    """
    service, _, name = written.strip("/").replace("/", ".").lower().rpartition(".")
    methods = {method.name.lower(): method for method in SERVICE.methods}
    method = methods.get(name)
    if method is None or service not in {"", "gateway", SERVICE.full_name.lower()}:
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


def is_of_another_service(written: str) -> bool:
    """Whether a method is written with a service, and not with the gateway's."""
    service = written.strip("/").replace("/", ".").lower().rpartition(".")[0]
    return service not in {"", "gateway", SERVICE.full_name.lower()}


def all_methods() -> list[tuple[GrpcMethod, str]]:
    """Every method, by name, with a sentence about it from gateway.proto."""
    sentences = _sentences()
    return [
        (_method(each), sentences.get(each.name, ""))
        for each in sorted(SERVICE.methods, key=lambda method: str(method.name))
    ]


def _method(descriptor: Any) -> GrpcMethod:
    return GrpcMethod(
        SERVICE.full_name,
        descriptor.name,
        getattr(gateway_pb2, descriptor.input_type.name),
        getattr(gateway_pb2, descriptor.output_type.name),
        streams_responses=descriptor.server_streaming,
    )


def _sentences() -> dict[str, str]:
    """The first sentence above each method in gateway.proto."""
    text = files("zeebe_grpc").joinpath("gateway.proto").read_text("utf-8")
    found = {}
    for comment, name in re.findall(r"((?:^ *//.*\n)+) *rpc (\w+)", text, re.MULTILINE):
        words = " ".join(line.strip().removeprefix("//").strip() for line in comment.splitlines())
        found[name] = re.split(r"(?<=[.]) |; ", words)[0].rstrip(".") + "."
    return found

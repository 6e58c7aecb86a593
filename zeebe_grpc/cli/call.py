"""``zeebe-grpc call``: call a method of the gateway, or of any gRPC service, with JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeebe_auth import ConfigurationError
from zeebe_auth.adapters import read_small_file
from zeebe_auth.cli.shell import CommandFailed, ExitCode, note
from zeebe_auth.cli.table import Field, field_lines
from zeebe_auth.cli.terminal import Look
from zeebe_auth.cli.waiting import waiting_for
from zeebe_grpc.cli.exit_codes import require_own_messages
from zeebe_grpc.cli.grpc_log import quiet_grpc
from zeebe_grpc.cli.options import gateway_options

if TYPE_CHECKING:
    from zeebe_grpc.cli.gateway_session import GatewaySession
    from zeebe_grpc.cli.grpc_method import GrpcMethod

_DEFAULT_TIMEOUT_SECONDS = 30.0
_MAX_REQUEST_BYTES = 16 * 1024 * 1024
_USAGE = """\
%(prog)s [OPTIONS] METHOD [JSON]
       %(prog)s --list
       %(prog)s --example METHOD"""
_EPILOG = """\
The JSON is protobuf's: field names as in "zeebe-grpc proto", 64-bit integers as strings in the
response. Variables, which the protocol takes as a JSON text, may be an object. A stream prints one
object per line as they arrive; a stream of requests is one object after another.

Other services need the extra "proto". Their methods are known from a .proto file, or the server is
asked by reflection where a method is written with its service.

examples:
  zeebe-grpc call --list
  zeebe-grpc call --example PublishMessage > request.json
  zeebe-grpc call Topology
  zeebe-grpc call CompleteJob '{"jobKey": 7, "variables": {"sum": 12}}'
  zeebe-grpc call CancelProcessInstance '{"processInstanceKey": 2251799813685251}'
  zeebe-grpc call ActivateJobs @request.json
  echo '{"type": "payment"}' | zeebe-grpc call StreamActivatedJobs -
  zeebe-grpc call -p hello hello.Greeter/SayHello '{"name": "Ada"}'
  zeebe-grpc call -p hello --proto hello.proto SayHello '{"name": "Ada"}'
  zeebe-grpc call -p hello --reflection --list
"""


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-grpc``."""
    parser = subparsers.add_parser(
        "call",
        usage=_USAGE,
        description="Call any method of the gateway, or of another gRPC service. Request and "
        "response are JSON.",
        epilog=_EPILOG,
        parents=[gateway_options("time limit of the command (default: 30; none if it streams)")],
    )
    parser.set_defaults(complaint=_complaint)
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument(
        "--list", action="store_true", help="list the methods, with a sentence about each"
    )
    shown.add_argument(
        "--example",
        action="store_true",
        help="print a request for METHOD to fill in, instead of calling it",
    )
    described = parser.add_argument_group("other services")
    described.add_argument(
        "--proto",
        metavar="FILE",
        type=Path,
        action="append",
        help=".proto file with the service; may be given several times",
    )
    described.add_argument(
        "-I",
        "--import-path",
        metavar="DIR",
        type=Path,
        action="append",
        help="folder of the files that it imports; may be given several times",
    )
    described.add_argument(
        "--reflection",
        action="store_true",
        help="ask the server for its services, by gRPC's server reflection",
    )
    parser.add_argument(
        "method",
        metavar="METHOD",
        nargs="?",
        help="name of the method, such as Topology or gateway_protocol.Gateway/Topology",
    )
    parser.add_argument(
        "request",
        metavar="JSON",
        nargs="?",
        default="{}",
        help="the request, @FILE to read it from a file, or - for stdin",
    )


def _complaint(args: argparse.Namespace) -> str | None:
    if args.method is None and not args.list:
        return 'METHOD is missing. "zeebe-grpc call --list" shows the methods'
    if args.proto and args.reflection:
        return "--proto and --reflection are two ways to know a service. Give one"
    if args.import_path and not args.proto:
        return "--import-path is for --proto, which is missing"
    return None


def run(args: argparse.Namespace) -> int:
    """Call the method and print what it answers."""
    quiet_grpc()
    require_own_messages()
    from zeebe_grpc.cli.gateway_methods import find_method, is_of_another_service

    if args.proto:
        from zeebe_grpc.cli.proto_files import services_of

        services = services_of(args.proto, args.import_path or ())
        if args.list:
            return _list([(each, "") for each in services.methods()], args.output)
        return _use(services.find(args.method), args, "service")
    if args.reflection or (args.method is not None and is_of_another_service(args.method)):
        return _reflected(args)
    if args.list:
        from zeebe_grpc.cli.gateway_methods import all_methods

        return _list(all_methods(), args.output)
    return _use(find_method(args.method), args, "gateway")


def _reflected(args: argparse.Namespace) -> int:
    """The same, of services that the server describes."""
    from zeebe_grpc.cli.gateway_session import gateway_session
    from zeebe_grpc.cli.reflection import services_on

    text = _text(args.request)
    with gateway_session(args.profile, args.timeout, "service") as session:
        seconds = session.call_seconds or _DEFAULT_TIMEOUT_SECONDS
        with waiting_for(session.awaited):
            services = services_on(session.channel, session.settings.address.target, seconds)
        if args.list:
            return _list([(each, "") for each in services.methods()], args.output)
        method = services.find(args.method)
        if args.example:
            return _example(method)
        return _call(method, method.argument(text), session, args.output)


def _use(method: GrpcMethod, args: argparse.Namespace, called: str) -> int:
    if args.example:
        return _example(method)
    from zeebe_grpc.cli.gateway_session import gateway_session

    argument = method.argument(_text(args.request))
    timeout = args.timeout or (None if method.streams_responses else _DEFAULT_TIMEOUT_SECONDS)
    with gateway_session(args.profile, timeout, called) as session:
        return _call(method, argument, session, args.output)


def _call(method: GrpcMethod, argument: Any, session: GatewaySession, output: str) -> int:
    from zeebe_grpc.cli.grpc_method import to_json

    call, seconds = method.on(session.channel), session.call_seconds
    if method.streams_responses:
        for response in call(argument, timeout=seconds):
            print(json.dumps(to_json(response, method.pool)), flush=True)
        return ExitCode.DONE
    with waiting_for(session.awaited):
        response = call(argument, timeout=seconds or _DEFAULT_TIMEOUT_SECONDS)
    shown = to_json(response, method.pool)
    print(json.dumps(shown, indent=2 if output == "text" else None))
    return ExitCode.DONE


def _list(methods: Sequence[tuple[GrpcMethod, str]], output: str) -> int:
    if output == "json":
        document = [
            {
                "name": method.name,
                "service": method.service,
                "streams_requests": method.streams_requests,
                "streams_responses": method.streams_responses,
                "request": method.request_class.DESCRIPTOR.full_name,
                "response": method.response_class.DESCRIPTOR.full_name,
                "description": sentence,
            }
            for method, sentence in methods
        ]
        print(json.dumps(document, indent=2))
        return ExitCode.DONE
    fields = [
        Field(
            method.name if sentence else method.path.strip("/"),
            ("(stream) " if sentence and method.streams_responses else "")
            + (sentence or method.signature),
            label_look=Look.HEADING,
        )
        for method, sentence in methods
    ]
    width = max((len(each.label) for each in fields), default=0) + 2
    print("\n".join(field_lines(fields, width=width)))
    return ExitCode.DONE


def _example(method: GrpcMethod) -> int:
    from zeebe_grpc.cli.request_json import alternatives, example

    request = method.request_class.DESCRIPTOR
    print(json.dumps(example(request), indent=2))
    for sentence in alternatives(request):
        note("zeebe-grpc", sentence)
    return ExitCode.DONE


def _text(written: str) -> str:
    if written != "-" and not written.startswith("@"):
        return written
    try:
        content = _stdin() if written == "-" else _file(Path(written[1:]))
        return content.decode("utf-8-sig")
    except ConfigurationError:
        raise  # which is a ValueError, too
    except (OSError, ValueError) as error:
        place = "on stdin" if written == "-" else f"file {written[1:]}"
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise CommandFailed(
            f"The request {place} can't be read: {why}.", ExitCode.WRONG_USE
        ) from error


def _file(path: Path) -> bytes:
    advice = "Name a file with a JSON object in it."
    return read_small_file(path, "request file", advice=advice, max_bytes=_MAX_REQUEST_BYTES)


def _stdin() -> bytes:
    content = sys.stdin.buffer.read(_MAX_REQUEST_BYTES + 1)
    if len(content) > _MAX_REQUEST_BYTES:
        raise ConfigurationError("The request on stdin is larger than 16 MiB. Send a smaller one.")
    return content

"""``zeebe-grpc call``: call any method of the gateway with JSON."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from zeebe_auth import ConfigurationError
from zeebe_auth.adapters import read_small_file
from zeebe_auth.cli.shell import CommandFailed, ExitCode, note
from zeebe_auth.cli.table import Field, field_lines
from zeebe_auth.cli.terminal import Look
from zeebe_auth.cli.waiting import waiting_for
from zeebe_grpc.cli.exit_codes import require_own_messages
from zeebe_grpc.cli.grpc_log import quiet_grpc
from zeebe_grpc.cli.options import gateway_options

_DEFAULT_TIMEOUT_SECONDS = 30.0
_MAX_REQUEST_BYTES = 16 * 1024 * 1024
_USAGE = """\
%(prog)s [OPTIONS] METHOD [JSON]
       %(prog)s --list
       %(prog)s --example METHOD"""
_EPILOG = """\
The JSON is protobuf's: field names as in "zeebe-grpc proto", 64-bit integers as strings in the
response. Variables, which the protocol takes as a JSON text, may be an object. A stream prints one
object per line as they arrive.

examples:
  zeebe-grpc call --list
  zeebe-grpc call --example PublishMessage > request.json
  zeebe-grpc call Topology
  zeebe-grpc call CompleteJob '{"jobKey": 7, "variables": {"sum": 12}}'
  zeebe-grpc call CancelProcessInstance '{"processInstanceKey": 2251799813685251}'
  zeebe-grpc call ActivateJobs @request.json
  echo '{"type": "payment"}' | zeebe-grpc call StreamActivatedJobs -
"""


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-grpc``."""
    parser = subparsers.add_parser(
        "call",
        usage=_USAGE,
        description="Call any unary or server-streaming method of the gateway. Request and "
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
    return None


def run(args: argparse.Namespace) -> int:
    """Call the method and print what it answers."""
    quiet_grpc()
    require_own_messages()
    if args.list:
        return _list(args.output)
    if args.example:
        return _example(args.method)
    from zeebe_grpc.cli.gateway_methods import find_method, to_json
    from zeebe_grpc.cli.gateway_session import gateway_session

    method = find_method(args.method)
    request = method.request(_text(args.request))
    timeout = args.timeout or (None if method.streams_responses else _DEFAULT_TIMEOUT_SECONDS)
    with gateway_session(args.profile, timeout) as session:
        call = method.on(session.channel)
        if method.streams_responses:
            for response in call(request, timeout=session.call_seconds):
                print(json.dumps(to_json(response)), flush=True)
        else:
            with waiting_for(session.awaited):
                response = call(request, timeout=session.call_seconds)
            print(json.dumps(to_json(response), indent=2 if args.output == "text" else None))
    return ExitCode.DONE


def _list(output: str) -> int:
    from zeebe_grpc.cli.gateway_methods import all_methods

    methods = all_methods()
    if output == "json":
        document = [
            {
                "name": method.name,
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
            method.name,
            ("(stream) " if method.streams_responses else "") + sentence,
            label_look=Look.HEADING,
        )
        for method, sentence in methods
    ]
    width = max(len(each.label) for each in fields) + 2
    print("\n".join(field_lines(fields, width=width)))
    return ExitCode.DONE


def _example(name: str) -> int:
    from zeebe_grpc.cli.gateway_methods import find_method
    from zeebe_grpc.cli.request_json import alternatives, example

    request = find_method(name).request_class.DESCRIPTOR
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

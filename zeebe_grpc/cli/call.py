"""``zeebe-grpc call``: call any method of the gateway with JSON."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from zeebe_auth import ConfigurationError
from zeebe_auth.adapters import read_small_file
from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc.cli.exit_codes import require_own_messages
from zeebe_grpc.cli.grpc_log import quiet_grpc
from zeebe_grpc.cli.options import gateway_options

__all__ = ["add_parser", "run"]

_DEFAULT_TIMEOUT_SECONDS = 30.0
_MAX_REQUEST_BYTES = 16 * 1024 * 1024
_EPILOG = """\
The JSON is protobuf's: field names as in "zeebe-grpc proto", 64-bit integers as strings in the
response. A stream prints one object per line as they arrive.

examples:
  zeebe-grpc call Topology
  zeebe-grpc call CancelProcessInstance '{"processInstanceKey": 2251799813685251}'
  zeebe-grpc call ActivateJobs @request.json
  echo '{"type": "payment"}' | zeebe-grpc call StreamActivatedJobs -
"""


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-grpc``."""
    parser = subparsers.add_parser(
        "call",
        usage="%(prog)s [OPTIONS] METHOD [JSON]",
        description="Call any unary or server-streaming method of the gateway. Request and "
        "response are JSON.",
        epilog=_EPILOG,
        parents=[gateway_options("time limit of the command (default: 30; none if it streams)")],
    )
    parser.add_argument(
        "method",
        metavar="METHOD",
        help="name of the method, such as Topology or gateway_protocol.Gateway/Topology",
    )
    parser.add_argument(
        "request",
        metavar="JSON",
        nargs="?",
        default="{}",
        help="the request, @FILE to read it from a file, or - for stdin",
    )


def run(args: argparse.Namespace) -> int:
    """Call the method and print what it answers."""
    quiet_grpc()
    require_own_messages()
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
            response = call(request, timeout=session.call_seconds)
            print(json.dumps(to_json(response), indent=2 if args.output == "text" else None))
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

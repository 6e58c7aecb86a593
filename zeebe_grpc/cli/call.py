"""``zeebe-grpc call``: any method of the gateway, JSON in and out."""

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
_EXAMPLES = """\
examples:
  zeebe-grpc call Topology
  zeebe-grpc call CancelProcessInstance '{"processInstanceKey": 2251799813685251}'
  zeebe-grpc call ActivateJobs @request.json
  echo '{"type": "payment"}' | zeebe-grpc call StreamActivatedJobs -

The JSON is that of protobuf: names as in "zeebe-grpc proto", whole numbers of 64 bits as strings in
the answer. A stream prints one object a line as they arrive.
"""


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-grpc``."""
    parser = subparsers.add_parser(
        "call",
        help="call any method of the gateway, JSON in and out",
        description="Call any unary or server-streaming method of the gateway, JSON in and out.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[
            gateway_options(
                "the deadline of the call; 30 by default, and none for a method that streams"
            )
        ],
    )
    parser.add_argument(
        "method", metavar="METHOD", help="Topology, or gateway_protocol.Gateway/Topology"
    )
    parser.add_argument(
        "request", metavar="JSON", nargs="?", default="{}", help="the request, @FILE, or - (stdin)"
    )


def run(args: argparse.Namespace) -> int:
    """Call the method and print what it answers."""
    quiet_grpc()
    require_own_messages()
    from zeebe_grpc.cli.gateway_methods import find_method, to_json
    from zeebe_grpc.cli.gateway_session import gateway_session

    method = find_method(args.method)
    request = method.request(_text(args.request))
    with gateway_session(args.profile) as session:
        call = method.on(session.channel)
        if method.streams_responses:
            for response in call(request, timeout=args.timeout):
                print(json.dumps(to_json(response)), flush=True)
        else:
            response = call(request, timeout=args.timeout or _DEFAULT_TIMEOUT_SECONDS)
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

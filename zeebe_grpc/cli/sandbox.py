"""``zeebe-grpc sandbox``: runs a command in the sandbox, or keeps one for this terminal."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from zeebe_auth.cli.shell import CommandFailed, ExitCode, tell
from zeebe_grpc.sandbox.environment import without_camunda

if TYPE_CHECKING:
    from zeebe_grpc.sandbox.sandbox import Sandbox

# As shells have it.
_CANNOT_RUN = 126
_NO_PROGRAM = 127
_MAX_STATUS = 599

_DESCRIPTION = """\
Start an OAuth server and a TLS gateway on loopback, which stop when this command ends. They behave
like Camunda's: tokens are issued, checked on each call, and expire.

With COMMAND, run it with the environment variables of the sandbox (inherited CAMUNDA_* and ZEEBE_*
variables are removed) and exit with its exit code. Without COMMAND, print the variables as "export"
lines and run until Ctrl-C.
"""
_EXAMPLES = """\
examples:
  zeebe-grpc sandbox -- zeebe-grpc topology
  zeebe-grpc sandbox --job 'payment={"sum": 1}' -- python worker.py
  zeebe-grpc sandbox --reply PublishMessage=UNAVAILABLE -- python sender.py
  zeebe-grpc sandbox > sandbox.env &
  . ./sandbox.env
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``sandbox`` to the commands of ``zeebe-grpc``; no server is imported."""
    parser = subparsers.add_parser(
        "sandbox",
        usage="%(prog)s [OPTIONS] [COMMAND ...]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    tokens = parser.add_argument_group("OAuth server")
    tokens.add_argument(
        "--token-lifetime",
        type=int,
        metavar="SECONDS",
        help="lifetime of issued tokens (default: a day); zero or less issues expired tokens",
    )
    tokens.add_argument(
        "--token-delay",
        type=_seconds,
        default=0.0,
        metavar="SECONDS",
        help="delay each token response",
    )
    tokens.add_argument(
        "--refuse-token-requests",
        type=_count,
        default=0,
        metavar="N",
        help="reject the first N token requests",
    )
    tokens.add_argument(
        "--refuse-status",
        type=_error_status,
        default=503,
        metavar="STATUS",
        help="HTTP status of those responses (default: 503)",
    )
    tokens.add_argument(
        "--refuse-retry-after",
        metavar="TEXT",
        help='"Retry-After" header of those responses: seconds or an HTTP date',
    )
    tokens.add_argument(
        "--refuse-html", action="store_true", help="send an HTML page in those responses"
    )
    tokens.add_argument(
        "--plain-token-endpoint",
        action="store_true",
        help="serve the OAuth server over http, for clients that can't trust another CA",
    )
    gateway = parser.add_argument_group("gateway")
    gateway.add_argument(
        "--reply",
        type=_reply,
        action="append",
        default=[],
        metavar="METHOD=REPLY",
        help="response of a method: JSON, @FILE with JSON, or a status such as "
        "RESOURCE_EXHAUSTED with an optional message after a colon; can be repeated",
    )
    gateway.add_argument(
        "--job",
        type=_job,
        action="append",
        default=[],
        metavar="TYPE[=JSON]",
        help="job to activate, with its variables; can be repeated",
    )
    gateway.add_argument(
        "--gateway-refuses-tokens",
        action="store_true",
        help="make the gateway answer every call with UNAUTHENTICATED",
    )
    gateway.add_argument(
        "--plaintext-gateway", action="store_true", help="serve the gateway without TLS"
    )
    written = parser.add_argument_group("output")
    written.add_argument(
        "--console-file",
        metavar="PATH",
        help="also write a credentials file like that of Camunda Console",
    )
    written.add_argument(
        "--report",
        action="store_true",
        help="print the number of token requests and calls to stderr at the end",
    )
    parser.add_argument(
        "command", nargs="*", metavar="COMMAND", help='command to run and its arguments, after "--"'
    )


def run(args: argparse.Namespace) -> int:
    """Run the sandbox as the arguments say.

    Returns:
        COMMAND's exit code (128 + n if signal n ended it, 127 if there is no such program, 126 if
        it can't be run); without COMMAND 0 after Ctrl-C; 2 where the Console file can't be written.
    """
    from zeebe_grpc.sandbox.sandbox import Sandbox
    from zeebe_grpc.sandbox.switches import DEFAULT_TOKEN_LIFETIME_SECONDS

    lifetime = args.token_lifetime
    sandbox = Sandbox(
        token_lifetime_seconds=DEFAULT_TOKEN_LIFETIME_SECONDS if lifetime is None else lifetime,
        token_delay_seconds=args.token_delay,
        gateway_refuses_tokens=args.gateway_refuses_tokens,
        token_endpoint_tls=not args.plain_token_endpoint,
        gateway_tls=not args.plaintext_gateway,
    )
    with sandbox:
        if args.refuse_token_requests:
            sandbox.refuse_token_requests(
                args.refuse_token_requests,
                args.refuse_status,
                retry_after=args.refuse_retry_after,
                html=args.refuse_html,
            )
        for job_type, variables in args.job:
            sandbox.add_job(job_type, variables)
        for method, told in args.reply:
            try:
                sandbox.reply(method, **told)
            except (TypeError, ValueError) as error:
                raise CommandFailed(f"--reply: {error}", ExitCode.WRONG_USE) from error
        if args.console_file:
            try:
                sandbox.console_file(args.console_file)
            except OSError as error:
                raise CommandFailed(
                    f"Can't write the Console file {args.console_file}: {error.strerror}.",
                    ExitCode.WRONG_USE,
                ) from error
        try:
            return _run_command(args.command, sandbox) if args.command else _stay(sandbox)
        finally:
            if args.report:
                tell(sandbox.report())


def _run_command(command: list[str], sandbox: Sandbox) -> int:
    import subprocess

    # The handlers are in place before the child: no signal falls between the two.
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def forward(number: int, _frame: object) -> None:
        if child is None:
            early.append(number)
        elif number != signal.SIGINT or not _terminal_signals_child():
            child.send_signal(number)

    previous = {number: signal.signal(number, forward) for number in _ending_signals()}
    try:
        child = subprocess.Popen(command, env=sandbox.child_environment())
        for number in early:
            child.send_signal(number)
        code = child.wait()
    except FileNotFoundError as error:
        raise CommandFailed(
            f"There is no program {command[0]!r} to run in the sandbox.", _NO_PROGRAM
        ) from error
    except OSError as error:
        raise CommandFailed(
            f"Can't run {command[0]!r} in the sandbox: {error.strerror}.", _CANNOT_RUN
        ) from error
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 128 - code if code < 0 else code


def _terminal_signals_child() -> bool:
    """Whether a Ctrl-C reaches the child by itself, as part of the terminal's foreground."""
    if sys.platform == "win32":
        return True
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def _stay(sandbox: Sandbox) -> int:
    import threading

    ended = threading.Event()
    previous = {
        number: signal.signal(number, lambda _number, _frame: ended.set())
        for number in _ending_signals()
    }
    try:
        _write_exports(sandbox, sys.stdout)
        tell(f"The sandbox is running, its gateway at {sandbox.address}. Ctrl-C ends it.")
        # In slices: Windows runs no signal handler while a thread waits without a limit.
        while not ended.wait(0.5):
            pass
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0


def _write_exports(sandbox: Sandbox, stream: TextIO) -> None:
    variables = sandbox.variables()
    # What a shell has of another cluster would mix with the sandbox, as it can't for a child.
    foreign = os.environ.keys() - without_camunda(os.environ).keys() - variables.keys()
    stream.writelines(f"unset {name}\n" for name in sorted(foreign))
    stream.writelines(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
    stream.flush()


def _ending_signals() -> list[signal.Signals]:
    numbers = [signal.SIGINT, signal.SIGTERM]
    # Windows has no SIGHUP, and where nohup ignores it, it stays ignored.
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    return numbers


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds")
    return seconds


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return count


def _error_status(text: str) -> int:
    from http import HTTPStatus

    status = int(text)
    if not HTTPStatus.BAD_REQUEST <= status <= _MAX_STATUS:
        raise argparse.ArgumentTypeError(f"{text} is no HTTP error status (400 to 599)")
    return status


def _reply(text: str) -> tuple[str, dict[str, Any]]:
    """A method and the arguments of `Sandbox.reply` for it."""
    method, _, written = text.partition("=")
    if not method or not written:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no reply; write METHOD=JSON, METHOD=@FILE or METHOD=STATUS"
        )
    status, _, details = written.partition(":")
    if re.fullmatch(r"[A-Z_]+", status):
        return method, {"status": status, "details": details.strip()}
    place = "it"
    try:
        if written.startswith("@"):
            place = written[1:]
            written = Path(place).read_text("utf-8-sig")
        response = json.loads(written)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{place} can't be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(
            f"the reply to {method} is neither JSON nor a status in capitals: {error}"
        ) from error
    return method, {"response": response}


def _job(text: str) -> tuple[str, dict[str, Any]]:
    job_type, _, written = text.partition("=")
    try:
        variables = json.loads(written or "{}")
    except (ValueError, RecursionError):
        variables = None
    if not job_type or not isinstance(variables, dict):
        raise argparse.ArgumentTypeError(
            f'{text!r} is no job; write a type, or type and variables: payment={{"sum": 1}}'
        )
    return job_type, variables

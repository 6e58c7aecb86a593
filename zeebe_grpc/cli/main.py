"""``zeebe-grpc``: see the cluster, call the gateway, find out where a connection breaks."""

from __future__ import annotations

import argparse
import importlib
import sys
import warnings
from collections.abc import Callable, Sequence

from zeebe_auth import AuthError
from zeebe_grpc.cli.exit_codes import ExitCode, exit_code_of
from zeebe_grpc.cli.failure import CommandFailed
from zeebe_grpc.cli.standard_streams import abandon_stdout, prepare_standard_streams

__all__ = ["main"]

# Each module has add_parser(subparsers) and run(args); it is imported when its command is used.
_COMMANDS = {
    "topology": ("zeebe_grpc.cli.topology", "show the cluster behind the gateway"),
    "call": ("zeebe_grpc.cli.call", "call any method of the gateway, JSON in and out"),
    "proto": ("zeebe_grpc.cli.proto", "print gateway.proto, for grpcurl and others"),
    "doctor": ("zeebe_grpc.cli.doctor", "go the way to the gateway step by step"),
    "sandbox": ("zeebe_grpc.sandbox.cli", "run a gateway to try things on, on this machine"),
}
_EXAMPLES = """\
examples:
  zeebe-grpc topology
  zeebe-grpc topology --profile prod --output json
  zeebe-grpc call PublishMessage '{"name": "paid", "correlationKey": "order-7"}'
  zeebe-grpc doctor
  zeebe-grpc sandbox -- zeebe-grpc topology

Address and credentials come from the environment, a profile of the config file, or the OS
keychain ("zeebe-auth login" puts them there).

exit codes:
  0  done
  1  anything else
  2  wrong use or configuration
  3  credentials refused
  4  not reachable
  130  ended by Ctrl-C
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``zeebe-grpc``.

    Args:
        argv: The arguments without the program's name; None for the process's own.

    Returns:
        The exit code.
    """
    prepare_standard_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        args = _parser(arguments).parse_args(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.WRONG_USE
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warning_display()
            code: int = args.run(args)
        sys.stdout.flush()
    except (AuthError, CommandFailed) as error:
        _complain(str(error))
        return error.exit_code if isinstance(error, CommandFailed) else exit_code_of(error)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        abandon_stdout()
        return ExitCode.FAILED
    except OSError as error:
        if error.filename is not None:
            raise  # a file that a command opened, which is not what can go wrong outside
        _complain(f"The output can't be written: {error.strerror or type(error).__name__}.")
        abandon_stdout()
        return ExitCode.FAILED
    return code


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zeebe-grpc",
        description="Talk to a Zeebe gateway (Camunda 8) with the right credentials.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (module_name, help_text) in _COMMANDS.items():
        if arguments[:1] == [name]:
            module = importlib.import_module(module_name)
            module.add_parser(commands)
            commands.choices[name].set_defaults(run=module.run)
        else:
            commands.add_parser(name, help=help_text, add_help=False)
    return parser


def _complain(message: str) -> None:
    print(f"zeebe-grpc: {message}", file=sys.stderr)


def _warning_display() -> Callable[..., None]:
    told: set[str] = set()

    def show(message: Warning | str, *_: object, **__: object) -> None:
        # A file that is read several times is warned of at several lines of code.
        if str(message) not in told:
            told.add(str(message))
            _complain(f"warning: {message}")

    return show


if __name__ == "__main__":
    sys.exit(main())

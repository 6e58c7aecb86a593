"""``zeebe-grpc doctor``: check each step to the gateway and say what to do if one fails."""

from __future__ import annotations

import argparse
import json
from typing import Any

from zeebe_auth.cli.terminal import Look, mark, paragraph_lines, styled
from zeebe_auth.cli.waiting import waiting_for
from zeebe_grpc.cli.exit_codes import exit_code_of_kind
from zeebe_grpc.cli.grpc_log import quiet_grpc
from zeebe_grpc.cli.options import gateway_options
from zeebe_grpc.diagnosis.diagnosis import Diagnosis
from zeebe_grpc.diagnosis.method_path import method_path
from zeebe_grpc.diagnosis.step import DiagnosisStep

_DEFAULT_TIMEOUT_SECONDS = 20.0
_NAME_COLUMNS = 15
_EPILOG = """\
examples:
  zeebe-grpc doctor
  zeebe-grpc doctor -p prod -o json
  zeebe-grpc doctor -p hello --method /hello.Greeter/SayHello
"""
_OUTCOMES = {
    "ok": ("ok", Look.GOOD),
    "failed": ("FAILED", Look.BAD),
    "skipped": ("skipped", Look.QUIET),
}


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-grpc``."""
    parser = subparsers.add_parser(
        "doctor",
        description="Check each step to the gateway, or to any other gRPC service: installation, "
        "configuration, address, DNS, TCP, TLS, HTTP/2, token, certificates, clock, RPC. A failed "
        "step says what to do; the exit code is that of the first one.",
        epilog=_EPILOG,
        parents=[gateway_options("time limit of all steps together (default: 20)")],
    )
    parser.add_argument(
        "--method",
        metavar="METHOD",
        type=_method,
        help="method to call in the last step, with an empty request, such as "
        "/hello.Greeter/SayHello (default: Topology, or the health check of a service that is no "
        "Zeebe gateway)",
    )


def _method(text: str) -> str:
    try:
        return method_path(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removesuffix(".")) from None


def run(args: argparse.Namespace) -> int:
    """Take every step that can be taken and report each."""
    quiet_grpc()
    from zeebe_grpc.diagnosis.steps import STEP_NAMES, diagnose_in_steps

    found: list[DiagnosisStep] = []
    steps = diagnose_in_steps(args.profile, args.timeout or _DEFAULT_TIMEOUT_SECONDS, args.method)
    while True:
        # The last one has nothing behind it but the end.
        name = STEP_NAMES[min(len(found), len(STEP_NAMES) - 1)]
        with waiting_for(f'the step "{name}"'):
            step = next(steps, None)
        if step is None:
            break
        found.append(step)
        if args.output == "text":
            print("\n".join(_lines(step)), flush=True)
    diagnosis = Diagnosis(tuple(found))
    if args.output == "json":
        print(json.dumps(diagnosis.to_dict(), indent=2))
    failure = diagnosis.failure
    return exit_code_of_kind(None if failure is None else failure.kind)


def _lines(step: DiagnosisStep) -> list[str]:
    word, look = _OUTCOMES[step.status]
    shown = mark(word)
    width = 2 if len(shown) == 1 else 9
    indent = width + _NAME_COLUMNS
    first, *others = paragraph_lines(
        f"{shown:<{width}}{step.name:<{_NAME_COLUMNS}}{step.detail}", indent=indent
    )
    lines = [styled(shown, look) + first[len(shown) :], *others]
    if step.advice:
        advice = paragraph_lines(f"{'':<{indent}}-> {step.advice}", indent=indent + 3)
        lines += [styled(line, Look.HEADING) for line in advice]
    return lines

"""``zeebe-grpc topology``: the cluster behind the gateway."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from zeebe_auth.cli.shell import ExitCode
from zeebe_auth.cli.waiting import waiting_for
from zeebe_grpc.cli.exit_codes import require_own_messages
from zeebe_grpc.cli.grpc_log import quiet_grpc
from zeebe_grpc.cli.options import gateway_options
from zeebe_grpc.diagnosis.printable import printable

if TYPE_CHECKING:
    from zeebe_grpc.cli.gateway_session import GatewaySession

__all__ = ["add_parser", "run"]

_DEFAULT_TIMEOUT_SECONDS = 30.0


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-grpc``."""
    parser = subparsers.add_parser(
        "topology",
        description="Show the brokers of the gateway's cluster and their partitions.",
        epilog="examples:\n  zeebe-grpc topology\n  zeebe-grpc topology -p prod -o json\n",
        parents=[gateway_options("time limit of the command (default: 30)")],
    )
    parser.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="show the method, request metadata, response headers, contents and trailers",
    )


def run(args: argparse.Namespace) -> int:
    """Ask for the topology and print it."""
    quiet_grpc()
    require_own_messages()
    from zeebe_grpc.cli.gateway_methods import find_method, to_json
    from zeebe_grpc.cli.gateway_session import gateway_session

    method = find_method("Topology")
    timeout = args.timeout or _DEFAULT_TIMEOUT_SECONDS
    with gateway_session(args.profile, timeout) as session:
        with waiting_for(f"the gateway at {session.settings.address.target}"):
            response, call = method.on(session.channel).with_call(  # type: ignore[attr-defined]
                method.request_class(), timeout=session.call_seconds
            )
        contents = to_json(response)
        exchange = {
            "method": method.signature,
            "requestMetadata": _request_metadata(session),
            "responseHeaders": _pairs(call.initial_metadata()),
            "response": contents,
            "responseTrailers": _pairs(call.trailing_metadata()),
            "sent": 1,
            "received": 1,
        }
    if args.output == "json":
        print(json.dumps(exchange if args.verbose else contents, indent=2))
    elif args.verbose:
        print("\n".join(_exchange_lines(exchange)))
    else:
        print("\n".join(_cluster_lines(contents)))
    return ExitCode.DONE


def _request_metadata(session: GatewaySession) -> list[tuple[str, str]]:
    if not session.has_credentials:
        return []
    scheme, _, value = session.provider.get_token().authorization.partition(" ")
    return [("authorization", f"{scheme} ({len(value)} characters, not shown)")]


def _pairs(metadata: Iterable[Any] | None) -> list[tuple[str, str]]:
    return [
        (key, f"{len(value)} bytes" if isinstance(value, bytes) else printable(value))
        for key, value in metadata or ()
    ]


def _exchange_lines(exchange: dict[str, Any]) -> list[str]:
    def section(title: str, pairs: Sequence[tuple[str, str]]) -> list[str]:
        return ["", title, *([f"  {key}: {value}" for key, value in pairs] or ["  (none)"])]

    return [
        "Resolved method",
        f"  {exchange['method']}",
        *section("Request metadata", exchange["requestMetadata"]),
        *section("Response headers", exchange["responseHeaders"]),
        "",
        "Response contents",
        json.dumps(exchange["response"], indent=2),
        *section("Response trailers", exchange["responseTrailers"]),
        "",
        f"Requests sent: {exchange['sent']}. Responses received: {exchange['received']}.",
    ]


def _cluster_lines(contents: dict[str, Any]) -> list[str]:
    lines = [
        f"Cluster size        {contents['clusterSize']}",
        f"Partitions          {contents['partitionsCount']}",
        f"Replication factor  {contents['replicationFactor']}",
        f"Gateway version     {printable(contents['gatewayVersion']) or 'unknown'}",
    ]
    if contents["clusterId"]:
        lines.append(f"Cluster id          {printable(contents['clusterId'])}")
    rows = [("BROKER", "ADDRESS", "VERSION", "PARTITIONS")]
    for broker in sorted(contents["brokers"], key=lambda each: int(each["nodeId"])):
        partitions = sorted(broker["partitions"], key=lambda each: int(each["partitionId"]))
        rows.append(
            (
                str(broker["nodeId"]),
                f"{printable(broker['host'])}:{broker['port']}",
                printable(broker["version"]) or "unknown",
                ", ".join(map(_partition_text, partitions)) or "none",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines.append("")
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return lines


def _partition_text(partition: dict[str, Any]) -> str:
    text = f"{partition['partitionId']} {str(partition['role']).lower()}"
    health = str(partition["health"]).lower()
    return text if health == "healthy" else f"{text} ({health})"

"""``zeebe-grpc topology``: the cluster behind the gateway."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from zeebe_auth.cli.shell import ExitCode
from zeebe_auth.cli.table import Field, field_lines, table_lines
from zeebe_auth.cli.terminal import Look, paragraph_lines, styled
from zeebe_auth.cli.waiting import waiting_for
from zeebe_grpc.cli.exit_codes import require_own_messages
from zeebe_grpc.cli.grpc_log import quiet_grpc
from zeebe_grpc.cli.options import gateway_options
from zeebe_grpc.diagnosis.printable import printable

if TYPE_CHECKING:
    from zeebe_grpc.cli.gateway_session import GatewaySession

_DEFAULT_TIMEOUT_SECONDS = 30.0
_LABEL_COLUMNS = 20
_HEALTHY = "healthy"


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
    from zeebe_grpc.cli.gateway_methods import find_method
    from zeebe_grpc.cli.gateway_session import gateway_session
    from zeebe_grpc.cli.grpc_method import to_json

    method = find_method("Topology")
    timeout = args.timeout or _DEFAULT_TIMEOUT_SECONDS
    with gateway_session(args.profile, timeout) as session:
        with waiting_for(session.awaited):
            response, call = method.on(session.channel).with_call(  # type: ignore[attr-defined]  # the stubs lack it
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
        told = [f"  {key}: {value}" for key, value in pairs] or ["  (none)"]
        lines = [line for each in told for line in paragraph_lines(each, indent=4)]
        return ["", styled(title, Look.HEADING), *lines]

    return [
        styled("Resolved method", Look.HEADING),
        *paragraph_lines(f"  {exchange['method']}", indent=4),
        *section("Request metadata", exchange["requestMetadata"]),
        *section("Response headers", exchange["responseHeaders"]),
        "",
        styled("Response contents", Look.HEADING),
        json.dumps(exchange["response"], indent=2),
        *section("Response trailers", exchange["responseTrailers"]),
        "",
        f"Requests sent: {exchange['sent']}. Responses received: {exchange['received']}.",
    ]


def _cluster_lines(contents: dict[str, Any]) -> list[str]:
    summary = (
        Field("Cluster size", str(contents["clusterSize"])),
        Field("Partitions", str(contents["partitionsCount"])),
        Field("Replication factor", str(contents["replicationFactor"])),
        Field("Gateway version", printable(contents["gatewayVersion"]) or "unknown"),
        Field("Cluster id", printable(contents["clusterId"]) or None),
    )
    rows: list[tuple[str, ...]] = []
    looks: list[Look | None] = []
    for broker in sorted(contents["brokers"], key=lambda each: int(each["nodeId"])):
        partitions = sorted(broker["partitions"], key=lambda each: int(each["partitionId"]))
        is_healthy = all(str(each["health"]).lower() == _HEALTHY for each in partitions)
        rows.append(
            (
                str(broker["nodeId"]),
                f"{printable(broker['host'])}:{broker['port']}",
                printable(broker["version"]) or "unknown",
                ", ".join(map(_partition_text, partitions)) or "none",
            )
        )
        looks.append(None if is_healthy else Look.WARNING)
    return [
        *field_lines(summary, width=_LABEL_COLUMNS),
        "",
        *table_lines(("BROKER", "ADDRESS", "VERSION", "PARTITIONS"), rows, looks),
    ]


def _partition_text(partition: dict[str, Any]) -> str:
    text = f"{partition['partitionId']} {str(partition['role']).lower()}"
    health = str(partition["health"]).lower()
    return text if health == _HEALTHY else f"{text} ({health})"

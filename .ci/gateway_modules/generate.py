"""Makes the gateway modules from zeebe_grpc/gateway.proto; `make proto` runs it.

    python .ci/gateway_modules/generate.py [FOLDER]

FOLDER is where the modules go, zeebe_grpc unless told. Needs grpcio-tools, for protoc alone: its
generators write version checks, know no pool but the default one and make no stub for the service.
The same proto file gives the same bytes with any version of protoc.
"""

from __future__ import annotations

import sys
from pathlib import Path

import messages
import services
from protocol import parse

ROOT = Path(__file__).parents[2]
PROTO = "zeebe_grpc/gateway.proto"


def main(folder: Path) -> None:
    """Write the two modules and their stubs into the folder."""
    protocol = parse(ROOT, PROTO)
    for name, text in {
        "gateway_pb2.py": messages.render_module(protocol),
        "gateway_pb2.pyi": messages.render_stub(protocol),
        "gateway_pb2_grpc.py": services.render_module(protocol),
        "gateway_pb2_grpc.pyi": services.render_stub(protocol),
    }.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "zeebe_grpc")

"""A TLS server for the RPC measures, in a process of its own: it answers what it was sent.

Started as ``python -m benchmarks.gateway``, it prints its address and its CA, and ends with its
standard input.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import grpc.aio

from zeebe_grpc.sandbox.certificates import issue_server_certificate

__all__ = ["METHOD", "running_gateway"]

METHOD = "/benchmarks.Gateway/Echo"


@contextlib.contextmanager
def running_gateway() -> Iterator[tuple[str, bytes]]:
    """A gateway in another process: yields its address and the CA to trust, PEM."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.gateway"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError
        try:
            told = json.loads(process.stdout.readline())
            yield told["address"], told["ca"].encode()
        finally:
            process.stdin.close()


async def _echo(request: bytes, _context: Any) -> bytes:
    return request


async def _serve() -> None:
    certificate = issue_server_certificate()
    server = grpc.aio.server()
    handler: Any = grpc.unary_unary_rpc_method_handler(_echo)
    service, method = METHOD[1:].split("/")
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(service, {method: handler}),)
    )
    port = server.add_secure_port(
        "127.0.0.1:0",
        grpc.ssl_server_credentials([(certificate.private_key, certificate.chain)]),
    )
    await server.start()
    print(
        json.dumps({"address": f"127.0.0.1:{port}", "ca": certificate.authority.decode()}),
        flush=True,
    )
    await asyncio.to_thread(sys.stdin.read)
    await server.stop(None)


if __name__ == "__main__":
    asyncio.run(_serve())

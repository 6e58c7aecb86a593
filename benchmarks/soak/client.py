"""One client process: threads and asyncio tasks that make RPCs with one provider.

Started as ``python -m benchmarks.soak.client``. It runs until its standard input ends. On its
standard output stands a JSON object a line: how many RPCs went well and failed so far, and at last
all that failed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import grpc

import zeebe_grpc
import zeebe_grpc.aio
from benchmarks.soak.evidence import FailedRpc
from zeebe_auth import (
    AuthError,
    ClientCredentials,
    ClientSecret,
    OAuthCredentialsProvider,
    Secret,
    TokenTransport,
)
from zeebe_auth.stores import FileStore

__all__ = ["RPC_SECONDS", "main"]

RPC_SECONDS = 10.0
_TASKS = 4
_PAUSE_SECONDS = (0.05, 0.25)


class _Tally:
    """Counts RPCs and their outcomes; safe for any thread."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._lock = threading.Lock()
        self.succeeded = 0
        self.failures: list[FailedRpc] = []

    @contextmanager
    def rpc(self, caller: str) -> Iterator[None]:
        """Count the RPC that is made inside. Any other error is raised."""
        began_at = time.time()
        try:
            yield
        except grpc.RpcError as error:
            failed_at = time.time()
            status, cause = error.code().name, error.__cause__
            kind = type(cause).__name__ if isinstance(cause, AuthError) else status
            details = str(error.details())
            failed = FailedRpc(self._process, caller, began_at, failed_at, kind, status, details)
            with self._lock:
                self.failures.append(failed)
        else:
            with self._lock:
                self.succeeded += 1

    def tell(self, *, at_last: bool) -> None:
        """Print the current numbers."""
        with self._lock:
            told = {"succeeded": self.succeeded, "failed": len(self.failures)}
            failures = [asdict(failed) for failed in self.failures] if at_last else None
        line = json.dumps({**told, "failures": failures})
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class _Client:
    def __init__(self, given: argparse.Namespace, secret: str) -> None:
        self.ended = threading.Event()
        self.tally = _Tally(given.process)
        self._address = given.address
        self._root_certificates = Path(given.gateway_ca).read_bytes()
        self._dice = random.Random(f"{given.seed} {given.process}")
        self.provider = OAuthCredentialsProvider(
            ClientCredentials(
                client_id=given.client_id,
                authentication=ClientSecret(Secret(secret)),
                token_url=given.token_url,
                audience=given.audience,
            ),
            store=FileStore(given.store),
            transport=TokenTransport(ca_certificate=Path(given.token_ca)),
        )

    def call_from_thread(self, topology: zeebe_grpc.GatewayStub) -> None:
        while not self.ended.wait(self._dice.uniform(*_PAUSE_SECONDS)):
            with self.tally.rpc("sync"):
                topology.Topology(zeebe_grpc.TopologyRequest(), timeout=RPC_SECONDS)

    def open_channel(self) -> grpc.Channel:
        return zeebe_grpc.secure_channel(
            self._address, self.provider, root_certificates=self._root_certificates
        )

    async def call_from_tasks(self) -> None:
        async with (
            zeebe_grpc.aio.secure_channel(
                self._address, self.provider, root_certificates=self._root_certificates
            ) as channel,
            asyncio.TaskGroup() as tasks,
        ):
            stub = zeebe_grpc.GatewayStub(channel)

            async def calls() -> None:
                while not self.ended.is_set():
                    await asyncio.sleep(self._dice.uniform(*_PAUSE_SECONDS))
                    with self.tally.rpc("aio"):
                        await stub.Topology(zeebe_grpc.TopologyRequest(), timeout=RPC_SECONDS)

            for _ in range(_TASKS):
                tasks.create_task(calls())


def _until_input_ends(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


def main() -> int:
    """Runs the client.

    Returns:
        The exit code: 1 if a caller ended in another way than told to.
    """
    # Ctrl-C reaches the whole group; the program that started this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parser = argparse.ArgumentParser()
    for name in ("address", "gateway-ca", "token-url", "token-ca", "client-id", "audience"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("process", "threads", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--store", required=True)
    given = parser.parse_args()
    # Every user could read it on the command line.
    client = _Client(given, sys.stdin.readline().strip())
    broken: list[str] = []

    def guarded(name: str, work: Callable[..., object], *arguments: object) -> None:
        try:
            work(*arguments)
        except BaseException:
            broken.append(name)
            client.ended.set()
            raise

    with client.provider, client.open_channel() as channel:
        stub = zeebe_grpc.GatewayStub(channel)
        threads = [
            threading.Thread(target=guarded, args=("thread", client.call_from_thread, stub))
            for _ in range(given.threads)
        ]
        threads.append(
            threading.Thread(
                target=guarded, args=("loop", lambda: asyncio.run(client.call_from_tasks()))
            )
        )
        threading.Thread(target=_until_input_ends, args=(client.ended,), daemon=True).start()
        for thread in threads:
            thread.start()
        while not client.ended.wait(1.0):
            client.tally.tell(at_last=False)
        for thread in threads:
            thread.join()
    client.tally.tell(at_last=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

"""The client processes: started, read and ended, each by its own process id."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from benchmarks.soak.client import RPC_SECONDS
from benchmarks.soak.evidence import FailedRpc
from benchmarks.soak.options import Options
from benchmarks.soak.witness import Witness
from zeebe_grpc.sandbox import Sandbox

__all__ = ["Fleet"]

_END_SECONDS = RPC_SECONDS + 15.0


class _Process:
    def __init__(self, number: int, arguments: list[str], secret: str) -> None:
        self.number = number
        self.succeeded = self.failed = 0
        self.failures: list[FailedRpc] | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.soak.client", *arguments],
            env=os.environ | {"GRPC_VERBOSITY": "NONE"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        if self._process.stdin is None:
            raise AssertionError
        self._input = self._process.stdin
        self._input.write(secret + "\n")
        self._input.flush()

    def _listen(self) -> None:
        if self._process.stdout is None:
            raise AssertionError
        for line in self._process.stdout:
            told = json.loads(line)
            self.succeeded, self.failed = told["succeeded"], told["failed"]
            if told["failures"] is not None:
                self.failures = [FailedRpc(**failed) for failed in told["failures"]]

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def tell_to_end(self) -> None:
        try:
            self._input.close()
        except BrokenPipeError:
            return

    def end(self, seconds: float) -> str | None:
        """What was wrong with its end; None if nothing was."""
        try:
            code = self._process.wait(max(seconds, 0.0))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            self._listener.join()
            return f"client process {self.number} did not end and was killed"
        self._listener.join()
        if code or self.failures is None:
            return f"client process {self.number} ended with exit code {code}"
        return None


class Fleet:
    """All client processes of a run.

    Args:
        options: How many, and how big.
        sandbox: The gateway that they call.
        witness: The token endpoint that they ask.
        store: The directory of the token store that they share.
    """

    def __init__(self, options: Options, sandbox: Sandbox, witness: Witness, store: Path) -> None:
        common = {
            "address": sandbox.address,
            "gateway-ca": str(sandbox.ca_certificate_path),
            "token-url": witness.token_url,
            "token-ca": str(witness.ca_certificate_path),
            "client-id": sandbox.client_id,
            "audience": sandbox.audience,
            "threads": str(options.threads),
            "seed": str(options.seed),
            "store": str(store),
        }
        self._processes: list[_Process] = []
        try:
            for number in range(options.processes):
                arguments = [f"--{name}={value}" for name, value in common.items()]
                arguments.append(f"--process={number}")
                self._processes.append(_Process(number, arguments, sandbox.client_secret))
        except BaseException:
            self.end()
            raise

    @property
    def succeeded(self) -> int:
        """RPCs that succeeded, as far as reported."""
        return sum(process.succeeded for process in self._processes)

    @property
    def failed(self) -> int:
        """RPCs that failed, as far as reported."""
        return sum(process.failed for process in self._processes)

    @property
    def failures(self) -> list[FailedRpc]:
        """Every RPC that failed; complete after `end`."""
        return [failed for process in self._processes for failed in process.failures or ()]

    @property
    def all_run(self) -> bool:
        """Whether no process has ended yet."""
        return all(process.runs for process in self._processes)

    def end(self) -> list[str]:
        """Ends all of them.

        Returns:
            What was wrong with that, in sentences.
        """
        for process in self._processes:
            process.tell_to_end()
        limit = time.monotonic() + _END_SECONDS
        ends = [process.end(limit - time.monotonic()) for process in self._processes]
        return [wrong for wrong in ends if wrong is not None]

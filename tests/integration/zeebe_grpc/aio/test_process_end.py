"""A process that ends with an asyncio channel still referred to ends."""

from __future__ import annotations

import subprocess
import sys

import grpc
import pytest

GRPCIO = tuple(int(part) for part in grpc.__version__.split(".")[:2])

PROGRAM = """
import asyncio, gc, threading
from zeebe_auth import StaticCredentialsProvider
from zeebe_grpc import aio

async def main():
    async with aio.insecure_channel("127.0.0.1:1", StaticCredentialsProvider("a-token")):
        pass

asyncio.run(main())
gc.collect()
print(sum("_poll_wrapper" in thread.name for thread in threading.enumerate()))
"""


@pytest.mark.parametrize("channels", [1, 3])
def test_an_old_grpcio_keeps_its_poller(channels: int) -> None:
    """Where grpcio would wait, when the last channel is freed, for a thread that the ending
    interpreter has stopped, it doesn't get to that; a newer one needs no help and gets none."""
    program = PROGRAM.replace("asyncio.run(main())\n", "asyncio.run(main())\n" * channels)
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert int(ended.stdout) == (1 if GRPCIO < (1, 76) else 0)

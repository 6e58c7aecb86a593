"""pyzeebe's worker with our credentials: argv is how it connects, how many jobs it does at least,
and for more than how many seconds.

It prints how many jobs it did and how many seconds lay between the first and the last.
"""

import asyncio
import sys
import time
from pathlib import Path

import grpc
import pyzeebe

import zeebe_auth
import zeebe_grpc

way, jobs, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])


def channel_of() -> grpc.aio.Channel:
    if way == "connect":
        return zeebe_grpc.aio.connect()
    profile = zeebe_auth.load_profile()
    credentials = zeebe_grpc.channel_credentials(
        zeebe_auth.default_provider(profile),
        root_certificates=Path(profile.settings["ca_certificate"]).read_bytes(),
    )
    return grpc.aio.secure_channel(profile.settings["address"], credentials)


async def main() -> None:
    done: list[float] = []
    enough = asyncio.Event()
    async with channel_of() as channel:
        # Long polls of half a second, so that many calls are made; a stream is one long call.
        worker = pyzeebe.ZeebeWorker(channel, request_timeout=500, stream_enabled=way == "connect")

        @worker.task(task_type="payment")
        async def pay(amount: int) -> dict[str, int]:
            done.append(time.monotonic())
            if len(done) >= jobs and done[-1] - done[0] > seconds:
                enough.set()
            return {"paid": amount}

        working = asyncio.create_task(worker.work())
        await enough.wait()
        await worker.stop()
        await working
    print(len(done), done[-1] - done[0])


asyncio.run(main())

"""pyzeebe's client with our credentials: argv is which package comes first, and how it connects."""

import asyncio
import sys
from pathlib import Path

order, way = sys.argv[1:]
if order == "ours-first":
    import zeebe_grpc
    import pyzeebe
else:
    import pyzeebe
    import zeebe_grpc

import grpc

import zeebe_auth


def channel_of() -> grpc.aio.Channel:
    if way == "connect":
        return zeebe_grpc.aio.connect()
    profile = zeebe_auth.load_profile()
    provider = zeebe_auth.default_provider(profile)
    credentials = zeebe_grpc.channel_credentials(
        provider, root_certificates=Path(profile.settings["ca_certificate"]).read_bytes()
    )
    return grpc.aio.secure_channel(profile.settings["address"], credentials)


async def main() -> None:
    async with channel_of() as channel:
        topology = await pyzeebe.ZeebeClient(channel).topology()
        print(topology.cluster_size, len(topology.brokers))


asyncio.run(main())

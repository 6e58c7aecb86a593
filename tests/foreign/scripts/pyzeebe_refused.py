"""pyzeebe's client, when no token is to be had: it must see its own kind of error, and why."""

import asyncio

import pyzeebe

import zeebe_grpc


async def main() -> None:
    async with zeebe_grpc.aio.connect() as channel:
        try:
            await pyzeebe.ZeebeClient(channel).topology()
        except pyzeebe.errors.PyZeebeError as error:
            causes = []
            cause: BaseException | None = error
            while cause is not None:
                causes.append(type(cause).__name__)
                cause = cause.__cause__ or cause.__context__
            print(*causes)


asyncio.run(main())

"""What authorization costs a unary RPC, in CPU of the client."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import grpc
import grpc.aio

import zeebe_grpc
import zeebe_grpc.aio
from benchmarks.gateway import METHOD, running_gateway
from benchmarks.peers import google_auth, pyzeebe
from benchmarks.result import Result, Row
from benchmarks.rounds import Samples, by_turns, median_ratio
from benchmarks.token_server import TokenServer
from zeebe_auth import ClientCredentials, ClientSecret, OAuthCredentialsProvider, Secret

_BY_HAND = "header by hand"
_AGAIN = "header by hand, again"
_EMPTY = "grpcio's plugin, empty"
_EMPTY_AGAIN = "grpcio's plugin, empty, again"
_CONSTANT = "grpcio's plugin, the header as a constant"
_OURS = "zeebe_grpc channel"
_COMPOSITE = "zeebe_grpc composite credentials"
_SYNC_LIMIT = 1.03
_ASYNCIO_LIMIT = 1.05
_COMPOSITE_LIMIT = 1.02


class _Empty(grpc.AuthMetadataPlugin):
    def __call__(
        self,
        context: grpc.AuthMetadataContext,
        callback: grpc.AuthMetadataPluginCallback,
    ) -> None:
        callback((), None)


class _Constant(grpc.AuthMetadataPlugin):
    def __init__(self, metadata: Any) -> None:
        self._metadata = metadata

    def __call__(
        self,
        context: grpc.AuthMetadataContext,
        callback: grpc.AuthMetadataPluginCallback,
    ) -> None:
        callback(self._metadata, None)


def _plugins(url: str, header: Any) -> dict[str, grpc.AuthMetadataPlugin]:
    """The plugins of peers for gRPC, with a token in memory."""
    plugins: dict[str, grpc.AuthMetadataPlugin] = {
        _EMPTY: _Empty(),
        _EMPTY_AGAIN: _Empty(),
        _CONSTANT: _Constant(header),
    }
    for name, make in {"google-auth": google_auth, "pyzeebe": pyzeebe}.items():
        use = make(url)
        use()

        class Plugin(grpc.AuthMetadataPlugin):
            def __init__(self, use: Callable[[], Any]) -> None:
                self._use = use

            def __call__(
                self,
                context: grpc.AuthMetadataContext,
                callback: grpc.AuthMetadataPluginCallback,
            ) -> None:
                got = self._use()
                callback((got if isinstance(got, tuple) else ("authorization", got),), None)

        plugins[f"{name}'s plugin"] = Plugin(use)
    return plugins


class _Channels:
    """The channels of one kind, sync or asyncio, all to the same server."""

    def __init__(
        self, world: Any, ours: Any, address: str, ca: bytes, provider: Any, url: str
    ) -> None:
        tls = grpc.ssl_channel_credentials(ca)
        # A connection for each, instead of gRPC's shared one.
        options = (("grpc.use_local_subchannel_pool", 1),)
        self.header = (("authorization", provider.get_token().authorization),)
        self.channels: dict[str, Any] = {
            name: world.secure_channel(address, tls, options) for name in (_BY_HAND, _AGAIN)
        }
        self.channels[_OURS] = ours.secure_channel(
            address, provider, root_certificates=ca, options=options
        )
        self.channels[_COMPOSITE] = world.secure_channel(
            address, zeebe_grpc.channel_credentials(provider, root_certificates=ca), options
        )
        for name, plugin in _plugins(url, self.header).items():
            credentials = grpc.composite_channel_credentials(
                tls, grpc.metadata_call_credentials(plugin)
            )
            self.channels[name] = world.secure_channel(address, credentials, options)

    def calls(self) -> dict[str, tuple[Any, Any]]:
        """By subject: its multi-callable, and the metadata to call it with."""
        return {
            name: (
                channel.unary_unary(METHOD),
                self.header if name in {_BY_HAND, _AGAIN} else None,
            )
            for name, channel in self.channels.items()
        }


def _cpu_of_calls(call: Any, metadata: Any, count: int) -> float:
    begin = time.process_time()
    for _ in range(count):
        call(b"x" * 100, timeout=10, metadata=metadata)
    return (time.process_time() - begin) / count * 1e6


def _sync(address: str, ca: bytes, provider: Any, url: str, count: int, rounds: int) -> Samples:
    channels = _Channels(grpc, zeebe_grpc, address, ca, provider, url)
    calls = channels.calls()
    samples = by_turns(
        {name: partial(_cpu_of_calls, *call, count) for name, call in calls.items()}, rounds
    )
    for channel in channels.channels.values():
        channel.close()
    return samples


async def _cpu_of_awaited(call: Any, metadata: Any, count: int) -> float:
    begin = time.process_time()
    for _ in range(count):
        await call(b"x" * 100, timeout=10, metadata=metadata)
    return (time.process_time() - begin) / count * 1e6


def _asyncio(address: str, ca: bytes, provider: Any, url: str, count: int, rounds: int) -> Samples:
    with asyncio.Runner() as runner:

        async def make() -> _Channels:
            return _Channels(grpc.aio, zeebe_grpc.aio, address, ca, provider, url)

        channels = runner.run(make())

        def subject(call: Any, metadata: Any) -> Callable[[], float]:
            return lambda: runner.run(_cpu_of_awaited(call, metadata, count))

        samples = by_turns(
            {name: subject(*call) for name, call in channels.calls().items()}, rounds
        )

        async def close() -> None:
            closing: list[Awaitable[Any]] = [
                channel.close() for channel in channels.channels.values()
            ]
            await asyncio.gather(*closing)

        runner.run(close())
    return samples


def _rows(world: str, samples: Samples, limit: float) -> list[Row]:
    spread = {
        _OURS: abs(median_ratio(samples, _AGAIN, _BY_HAND) - 1),
        _COMPOSITE: abs(median_ratio(samples, _EMPTY_AGAIN, _EMPTY) - 1),
    }
    rows = []
    for name, figures in samples.items():
        told, reached, note = "", None, ""
        if name in spread:
            base = _BY_HAND if name == _OURS else _EMPTY
            bound = limit if name == _OURS else _COMPOSITE_LIMIT
            ratio = median_ratio(samples, name, base)
            told = f"at most {bound} times the {base}, or within the spread of two equal runs"
            reached = ratio <= max(bound, 1 + spread[name])
            note = f"{ratio:.3f} times; two equal runs differ by {spread[name]:.1%}"
            if name == _COMPOSITE:
                note += f"; {median_ratio(samples, name, _CONSTANT):.3f} times the constant header"
        rows.append(
            Row(
                subject=f"{world}: {name}",
                value=statistics.median(figures),
                unit="us",
                ratio=median_ratio(samples, name, _BY_HAND),
                limit=told,
                reached=reached,
                note=note,
            )
        )
    return rows


def measure(*, quick: bool) -> Result:
    result = Result(
        name="unary_call",
        title="CPU of a unary RPC over TLS",
        method="Client CPU (all threads) per call of 100 bytes, one call after the other, the "
        "channels of one process in turns; the server is another process.",
        compared="the header by hand",
    )
    count, rounds = (50, 3) if quick else (300, 41)
    with running_gateway() as (address, ca), TokenServer() as server:
        credentials = ClientCredentials(
            client_id="bench",
            authentication=ClientSecret(Secret("bench")),
            token_url=server.url,
        )
        with OAuthCredentialsProvider(credentials) as provider:
            told = address, ca, provider, server.url, count, rounds
            result.rows += _rows("sync", _sync(*told), _SYNC_LIMIT)
            result.rows += _rows("asyncio", _asyncio(*told), _ASYNCIO_LIMIT)
    return result


if __name__ == "__main__":
    measure(quick="--quick" in sys.argv).hand_over()

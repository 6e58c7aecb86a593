"""A warm call runs few functions of ours: the number doesn't depend on the machine."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import zeebe_auth
import zeebe_grpc
import zeebe_grpc.aio
from zeebe_grpc.sandbox import Sandbox

OURS = tuple(str(Path(package.__file__ or "").parent) for package in (zeebe_auth, zeebe_grpc))


class CallsOfOurs:
    """The functions of both packages that one thread has called, in order."""

    def __init__(self) -> None:
        self._codes: list[Any] = []

    @contextmanager
    def counted(self) -> Iterator[None]:
        before = sys.getprofile()
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(before)

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            self._codes.append(frame.f_code)

    @property
    def functions(self) -> list[str]:
        return [code.co_qualname for code in self._codes]

    @property
    def modules(self) -> set[str]:
        return {code.co_filename for code in self._codes}


@pytest.fixture
def provider(make_provider: Callable[..., Any], sandbox: Sandbox) -> Any:
    provider = make_provider(sandbox)
    provider.get_token()
    return provider


def where(sandbox: Sandbox) -> tuple[str, bytes]:
    return sandbox.address, Path(sandbox.ca_certificate_path).read_bytes()


def test_a_warm_call_takes_four(sandbox, provider):
    """They are the multi-callable, what all kinds share, and the provider's answer."""
    target, roots = where(sandbox)
    with zeebe_grpc.secure_channel(target, provider, root_certificates=roots) as channel:
        topology = zeebe_grpc.GatewayStub(channel).Topology
        request = zeebe_grpc.TopologyRequest()
        topology(request)
        calls = CallsOfOurs()
        with calls.counted():
            topology(request)
    assert len(calls.functions) <= 4, calls.functions
    assert len(calls.modules) <= 3, calls.modules


def test_a_warm_call_of_asyncio_takes_six(sandbox, provider):
    """They include all that a logical call promises: a repeat, callbacks, cancellation."""
    target, roots = where(sandbox)

    async def scenario() -> CallsOfOurs:
        async with zeebe_grpc.aio.secure_channel(
            target, provider, root_certificates=roots
        ) as channel:
            topology = zeebe_grpc.GatewayStub(channel).Topology
            request = zeebe_grpc.TopologyRequest()
            await topology(request)
            calls = CallsOfOurs()
            with calls.counted():
                await topology(request)
            return calls

    calls = asyncio.run(scenario())
    assert len(calls.functions) <= 6, calls.functions


def test_a_warm_token_takes_one(provider):
    """It reads a clock and compares."""
    calls = CallsOfOurs()
    with calls.counted():
        provider.get_token()
    assert len(calls.functions) == 1, calls.functions

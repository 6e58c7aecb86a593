"""Waiting on an event loop for any kind of provider."""

from __future__ import annotations

import asyncio
import threading

import pytest

from zeebe_auth import AccessToken, Secret, TokenEndpointUnreachable, TokenTimeout
from zeebe_auth.adapters import TokenAccess, wait_for_token

TOKEN = AccessToken(Secret("token"))


class Blocking:
    """`get_token` alone; it answers when released."""

    def __init__(self, answer):
        self.answer = answer
        self.released = threading.Event()
        self.asked = threading.Event()

    def get_token(self):
        self.asked.set()
        assert self.released.wait(60)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("answer", [TokenEndpointUnreachable("gone"), ZeroDivisionError()])
def test_errors_come_from_the_worker(answer):
    """What `get_token` raises on its worker is raised where it is awaited."""

    async def scenario():
        provider = Blocking(answer)
        provider.released.set()
        with pytest.raises(type(answer)):
            await wait_for_token(TokenAccess.of(provider), None)

    asyncio.run(scenario())


@pytest.mark.parametrize("answer", [StopIteration(), SystemExit(3), asyncio.CancelledError()])
def test_what_a_loop_cant_take_is_an_error(answer):
    """An exception that would end the loop, or that no future accepts, does no such harm and is
    raised for the waiter."""

    async def scenario():
        provider = Blocking(answer)
        provider.released.set()
        with pytest.raises(RuntimeError, match=type(answer).__name__) as caught:
            await wait_for_token(TokenAccess.of(provider), None)
        assert caught.value.__cause__ is answer

    asyncio.run(scenario())


def test_one_waiter_gives_up_and_the_other_gets_the_token():
    """A cancelled wait doesn't affect others that wait for the same answer."""

    async def scenario():
        provider = Blocking(TOKEN)
        access = TokenAccess.of(provider)
        waits = [asyncio.create_task(wait_for_token(access, None)) for _ in range(2)]
        await asyncio.to_thread(provider.asked.wait, 20)
        waits[0].cancel()
        await asyncio.wait(waits[:1])
        provider.released.set()
        assert await waits[1] is TOKEN
        assert waits[0].cancelled()

    asyncio.run(scenario())


def test_no_time_is_no_token():
    """Without time left there is no wait."""

    async def scenario():
        provider = Blocking(TOKEN)
        with pytest.raises(TokenTimeout, match="Blocking"):
            await wait_for_token(TokenAccess.of(provider), 0)
        provider.released.set()

    asyncio.run(scenario())


def test_answer_after_the_loop_has_closed():
    """A worker that answers after the loop was closed raises nothing."""
    provider = Blocking(TOKEN)
    access = TokenAccess.of(provider)
    answered = threading.Event()

    async def scenario():
        wait = asyncio.create_task(wait_for_token(access, None))
        await asyncio.to_thread(provider.asked.wait, 20)
        return wait

    loop = asyncio.new_event_loop()
    wait = loop.run_until_complete(scenario())
    # Without the orderly shutdown of asyncio.run.
    wait._log_destroy_pending = False
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    access.ask(lambda _: answered.set())
    provider.released.set()
    assert answered.wait(60)

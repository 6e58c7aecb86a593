"""A flight ends once, for everybody, whatever those who wait for it do."""

from __future__ import annotations

import asyncio
import math
import threading

import pytest

from zeebe_auth import TokenTimeout
from zeebe_auth.concurrency.flights import Flight, InFlight, Waiter


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[type[BaseException]]:
    """What `threading.excepthook` was given."""
    kinds: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: kinds.append(args.exc_type))
    return kinds


@pytest.mark.parametrize("raised", [RuntimeError, SystemExit, KeyboardInterrupt])
def test_a_waiter_that_raises_harms_no_other(shown, raised):
    """All callbacks are called, and an exception of one is reported."""

    def broken(_flight):
        raise raised

    flight, told = Flight(), []
    flight.add_done_callback(broken)
    flight.add_done_callback(told.append)
    flight.land("token")
    assert told == ["token"]
    assert shown == [raised]


def test_the_first_landing_counts():
    """An error after a result was set doesn't replace it."""
    flight, told = Flight(), []
    flight.add_done_callback(told.append)
    flight.land("token")
    flight.land("late")
    flight.add_done_callback(told.append)
    assert told == ["token", "token"]


def test_a_limit_that_is_not_a_number_is_refused():
    """NaN would break the order of an event loop's timers."""
    with pytest.raises(ValueError, match="not a number"):
        Waiter().wait(math.nan)
    with pytest.raises(ValueError, match="not a number"):
        asyncio.run(Waiter().wait_async(math.nan))


@pytest.mark.parametrize("seconds", [0, -1, -math.inf])
def test_without_time_nobody_waits(seconds):
    """Zero and less mean: only if it has ended."""
    waiter = Waiter()
    with pytest.raises(TokenTimeout):
        waiter.wait(seconds)
    assert waiter.given_up
    with pytest.raises(TokenTimeout):
        asyncio.run(waiter.wait_async(seconds))
    waiter.succeed("token")
    assert waiter.wait(seconds) == "token"
    assert asyncio.run(waiter.wait_async(seconds)) == "token"


@pytest.mark.parametrize("seconds", [math.inf, 1e300, None])
def test_for_ever_is_a_limit_too(seconds):
    """A limit that is too long for a thread's clock means no limit."""
    waiter = Waiter()
    threading.Thread(target=waiter.succeed, args=["token"]).start()
    assert waiter.wait(seconds) == "token"


def test_a_result_that_comes_with_the_end_of_the_time_is_not_lost():
    """A task that was woken by its time limit returns the result if there is one."""

    async def body() -> object:
        waiter = Waiter()
        waiting = asyncio.ensure_future(waiter.wait_async(0))
        await asyncio.sleep(0)
        # Its time is up, and the loop knows; the flight ends before the task runs again.
        asyncio.get_running_loop().call_soon(waiter.succeed, "token")
        return await waiting

    assert asyncio.run(body()) == "token"


def test_a_flight_is_forgotten_when_it_lands():
    """The next flight of that name is a new one."""
    flights = InFlight()
    flight, mine = flights.join("key")
    assert (flight, False) == flights.join("key")
    assert mine
    flight.land("no")
    assert flights.join("key")[0] is not flight

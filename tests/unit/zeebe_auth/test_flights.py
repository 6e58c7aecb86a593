"""A flight: it lands once, for everybody, whatever those who wait for it do."""

from __future__ import annotations

import asyncio
import math
import threading

import pytest

from zeebe_auth import TokenResponseError, TokenTimeout
from zeebe_auth.concurrency.flights import Flight, FlightBoard


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[type[BaseException]]:
    """What `threading.excepthook` was given."""
    kinds: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: kinds.append(args.exc_type))
    return kinds


@pytest.mark.parametrize("raised", [RuntimeError, SystemExit, KeyboardInterrupt])
def test_a_waiter_that_raises_harms_no_other(shown, raised):
    """All callbacks are called, and what one raises is shown."""

    def broken(_flight):
        raise raised

    flight, told = Flight(), []
    flight.add_done_callback(broken)
    flight.add_done_callback(told.append)
    flight.succeed("token")
    assert told == [flight]
    assert shown == [raised]


def test_the_first_landing_counts():
    """Whatever goes wrong after a result was given doesn't take it away again."""
    flight, told = Flight(), []
    flight.add_done_callback(told.append)
    flight.succeed("token")
    flight.fail(TokenResponseError("late"))
    assert flight.result() == "token"
    assert flight.error is None
    assert told == [flight]


def test_a_limit_that_is_not_a_number_is_refused():
    """It would spoil the order of an event loop's timers."""
    with pytest.raises(ValueError, match="not a number"):
        Flight().wait(math.nan)
    with pytest.raises(ValueError, match="not a number"):
        asyncio.run(Flight().wait_async(math.nan))


@pytest.mark.parametrize("seconds", [0, -1, -math.inf])
def test_without_time_nobody_waits(seconds):
    """Zero and less mean: only if it is there."""
    flight = Flight()
    with pytest.raises(TokenTimeout):
        flight.wait(seconds)
    with pytest.raises(TokenTimeout):
        asyncio.run(flight.wait_async(seconds))
    flight.succeed("token")
    assert flight.wait(seconds) == "token"
    assert asyncio.run(flight.wait_async(seconds)) == "token"


@pytest.mark.parametrize("seconds", [math.inf, 1e300, None])
def test_for_ever_is_a_limit_too(seconds):
    """A limit that is too long for a thread's clock is none."""
    flight = Flight()
    threading.Thread(target=flight.succeed, args=["token"]).start()
    assert flight.wait(seconds) == "token"


def test_a_result_that_comes_with_the_end_of_the_time_is_not_lost():
    """The task was woken by its time limit, but the flight has landed: it has its result."""

    async def body() -> object:
        flight = Flight()
        waiting = asyncio.ensure_future(flight.wait_async(0))
        await asyncio.sleep(0)
        # Its time is up, and the loop knows; the landing comes before the task runs again.
        asyncio.get_running_loop().call_soon(flight.succeed, "token")
        return await waiting

    assert asyncio.run(body()) == "token"


def test_a_flight_leaves_the_board_when_it_lands():
    """The next one of that name is a new one."""
    board = FlightBoard()
    flight, mine = board.join("key")
    assert (flight, False) == board.join("key")
    assert mine
    flight.fail(TokenResponseError("no"))
    assert board.join("key")[0] is not flight

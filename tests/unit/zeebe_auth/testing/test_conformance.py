"""Checks on threads end together, and a hang ends them."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from zeebe_auth.testing import ConformanceError, conformance
from zeebe_auth.testing.conformance import HANG_SECONDS, in_threads

PATIENCE_SECONDS = 60


def test_a_thread_that_hangs_is_reported(monkeypatch):
    """The message says that its time limit is against hangs."""
    monkeypatch.setattr(conformance, "HANG_SECONDS", 0.05)
    going_on = threading.Event()

    with pytest.raises(ConformanceError, match=r"hangs: .* thread .* not a measure of speed"):
        in_threads([going_on.wait])

    going_on.set()


def test_a_thread_that_goes_on_does_not_hang(monkeypatch):
    """Many slow steps one after another are not a hang."""
    now = [0.0]
    looked = threading.Semaphore(0)

    def monotonic():
        moment = now[0]
        if threading.current_thread() is threading.main_thread():
            looked.release()
        return moment

    def body():
        for _ in range(5):
            now[0] += 0.9 * HANG_SECONDS
            # Looks from before this step don't count, and one may be under way.
            while looked.acquire(blocking=False):
                pass
            for _ in range(2):
                assert looked.acquire(timeout=PATIENCE_SECONDS)
            yield

    monkeypatch.setattr(conformance, "time", SimpleNamespace(monotonic=monotonic))
    monkeypatch.setattr(conformance, "_LOOK_SECONDS", 0.001)

    in_threads([body])

    assert now[0] > HANG_SECONDS


def test_what_a_thread_raised_is_raised():
    """This holds in a step as well as at once."""

    def at_once():
        raise LookupError("at once")

    def in_a_step():
        yield
        raise LookupError("in a step")

    for body in (at_once, in_a_step):
        with pytest.raises(LookupError, match=body.__name__.replace("_", " ")):
            in_threads([body])

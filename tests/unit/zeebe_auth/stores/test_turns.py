"""Turns: threads go one at a time and in the order they came."""

from __future__ import annotations

import threading
from pathlib import Path

from zeebe_auth.stores import turns
from zeebe_auth.stores.turns import Turns, turns_at


def test_the_longest_waiting_goes_first():
    """A turn that ends is handed on; who ends it can't take it again before the others."""
    line = Turns()
    assert line.take(0)
    order: list[int] = []
    threads = []
    for number in range(5):
        thread = threading.Thread(target=lambda n=number: (line.take(30), order.append(n)))
        thread.start()
        while len(line._waiting) <= number:
            pass
        threads.append(thread)
    for number in range(5):
        line.give()
        threads[number].join(30)
        assert not line.take(0)
    assert order == [0, 1, 2, 3, 4]
    line.give()
    assert line.take(0)


def test_who_gives_up_leaves_the_line():
    """A turn isn't handed to somebody who went away."""
    line = Turns()
    assert line.take(0)
    assert not line.take(0.001)
    line.give()
    assert line.take(0)


def test_a_path_has_one_line_while_it_is_used():
    """All threads that come to a path meet; a path that nobody uses is forgotten."""
    path = Path("somewhere")
    one = turns_at(path)
    assert turns_at(path) is one
    assert turns_at(Path("elsewhere")) is not one
    del one
    assert path not in turns._turns


def test_a_child_begins_with_empty_lines():
    """After a fork nobody waits for a thread of the parent."""
    path = Path("somewhere")
    parents = turns_at(path)
    assert parents.take(0)
    turns._forget_in_child()
    assert turns_at(path).take(0)

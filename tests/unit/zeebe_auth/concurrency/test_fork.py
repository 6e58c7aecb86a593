"""What a fork waits for."""

from __future__ import annotations

import _imp
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from zeebe_auth.concurrency import fork as fork_gate
from zeebe_auth.token_endpoint.http import tls

IMPORT_SYSTEM = "<frozen importlib._bootstrap>"


@contextmanager
def thread_in(file: str, name: str, module: str = "somewhere") -> Iterator[None]:
    """A thread of that name that is in a function of that file and module."""
    inside, leave = threading.Event(), threading.Event()
    namespace = {"inside": inside, "leave": leave, "__name__": module}
    exec(compile("def stand():\n inside.set()\n leave.wait(60)\n", file, "exec"), namespace)
    thread = threading.Thread(target=namespace["stand"], name=name)
    thread.start()
    inside.wait(60)
    try:
        yield
    finally:
        leave.set()
        thread.join(60)


@pytest.mark.parametrize(
    ("file", "module"),
    [
        (IMPORT_SYSTEM, "importlib._bootstrap"),
        (ssl.__file__, ssl.__name__),
        # As PyInstaller compiles them: their modules say that they are somewhere else.
        ("ssl.py", ssl.__name__),
        ("zeebe_auth/token_endpoint/http/tls.py", tls.__name__),
    ],
)
def test_a_thread_of_ours_that_imports_or_is_in_tls_is_waited_for(file: str, module: str) -> None:
    """The fork waits as long as the thread is there, and no longer."""
    with thread_in(file, "zeebe-auth-1", module):
        assert fork_gate._a_thread_is_importing_or_in_tls()
    assert not fork_gate._a_thread_is_importing_or_in_tls()


@pytest.mark.parametrize(
    ("file", "name"), [(IMPORT_SYSTEM, "somebody-else"), (__file__, "zeebe-auth-1")]
)
def test_no_other_thread_is_waited_for(file: str, name: str) -> None:
    """It waits neither for a foreign thread nor for one of ours that waits for a reply."""
    with thread_in(file, name):
        assert not fork_gate._a_thread_is_importing_or_in_tls()


def test_the_wait_for_a_thread_that_hangs_has_an_end() -> None:
    """A fork goes on when the time limit has passed, and holds the import lock all the same."""
    with thread_in(IMPORT_SYSTEM, "zeebe-auth-1"):
        gate = fork_gate._Gate(0.01)
        gate.close()
        try:
            assert _imp.lock_held()
        finally:
            gate.open()


def test_a_gate_that_was_not_closed_lets_go_of_nothing():
    """uWSGI can be configured to call the child's hooks and not those before the fork."""
    gate = fork_gate._Gate(0.01)
    gate.open()
    gate.close()
    gate.open()
    gate.open()
    assert not _imp.lock_held()


class Interrupt(Exception):
    """What a signal handler raises."""


def test_an_interrupted_gate_holds_no_lock(monkeypatch):
    """Python reports the exception, and forks all the same."""

    def interrupted() -> bool:
        raise Interrupt

    monkeypatch.setattr(fork_gate, "_a_thread_is_importing_or_in_tls", interrupted)
    gate = fork_gate._Gate(1)
    with pytest.raises(Interrupt):
        gate.close()
    assert not _imp.lock_held()
    gate.open()


def test_what_was_the_parents_is_dropped_when_all_is_reset(monkeypatch):
    """A finalizer of it may request a token, which notices the fork again on the same thread."""
    process = fork_gate._Process()
    order = []

    class Finalized:
        def __del__(self) -> None:
            process.enter_child()
            order.append("dropped")

    held = [Finalized()]
    process.resets = [held.pop, lambda: order.append("reset")]
    process.pid = -1
    process.enter_child()
    assert order == ["reset", "dropped"]
    assert process.pid > 0


def test_a_handler_in_the_middle_of_a_reset_goes_on():
    """It doesn't wait for its own thread, and doesn't begin again."""
    process = fork_gate._Process()
    seen = []
    process.resets = [lambda: (seen.append(1), process.enter_child())]
    process.pid = -1
    process.enter_child()
    assert seen == [1]

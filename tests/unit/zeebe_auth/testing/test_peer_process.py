"""Another process that uses a store, and how one that does not answer is reported."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module

import pytest

from zeebe_auth.testing import ConformanceError, peer_process
from zeebe_auth.testing.peer_process import Peer


def keeping_store(directory):
    return import_module("promise_breaking_stores").KeepingStore(directory)


def test_a_process_that_hangs_is_reported(tmp_path, monkeypatch):
    """The message says that its time limit is against hangs."""
    monkeypatch.setattr(peer_process, "HANG_SECONDS", 0.01)

    with (
        Peer(partial(keeping_store, tmp_path)) as peer,
        pytest.raises(ConformanceError, match=r"hangs: .* process .* not a measure of speed"),
    ):
        peer.answer()  # no request was sent


@pytest.mark.parametrize(("frozen", "executable"), [(True, sys.executable), (False, "")])
def test_a_program_without_an_interpreter_says_so(tmp_path, monkeypatch, frozen, executable):
    """A frozen program would start itself, with arguments that it doesn't know; one that embeds
    Python has no interpreter to start."""
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)
    monkeypatch.setattr(sys, "executable", executable)
    with pytest.raises(ConformanceError, match=r"no Python interpreter.*shared_between_processes"):
        Peer(partial(keeping_store, tmp_path))


def test_a_file_of_the_working_directory_takes_no_modules_place(tmp_path, monkeypatch):
    """The other process starts, even where a user's json.py is."""
    (tmp_path / "json.py").write_text("raise RuntimeError('not the json you want')\n")
    monkeypatch.chdir(tmp_path)
    with Peer(partial(keeping_store, tmp_path)) as peer:
        assert peer.ask("load", "0" * 64, "") is None

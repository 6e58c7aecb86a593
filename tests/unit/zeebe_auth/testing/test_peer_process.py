"""Another process that works on a store, and what is said of one that does not answer."""

from __future__ import annotations

from functools import partial
from importlib import import_module

import pytest

from zeebe_auth.testing import ConformanceError, peer_process
from zeebe_auth.testing.peer_process import Peer


def keeping_store(directory):
    return import_module("promise_breaking_stores").KeepingStore(directory)


def test_a_process_that_hangs_is_reported(tmp_path, monkeypatch):
    """The sentence says that its bound is there against hangs."""
    monkeypatch.setattr(peer_process, "HANG_SECONDS", 0.01)

    with (
        Peer(partial(keeping_store, tmp_path)) as peer,
        pytest.raises(ConformanceError, match=r"hangs: .* process .* not a measure of speed"),
    ):
        peer.answer()  # nothing was asked

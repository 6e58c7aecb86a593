"""Providers across processes that begin in the middle: forks, and pools that pickle."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zeebe_grpc.sandbox import Sandbox

UNTIL_RELEASED_SECONDS = 60.0


@pytest.mark.parametrize("start_method", multiprocessing.get_all_start_methods())
def test_a_pool_of_processes_takes_a_provider_as_its_recipe(
    zeebe_sandbox: Sandbox, start_program: Callable[..., Any], start_method: str
) -> None:
    """A provider pickles without token and secret, and obtains a token of its own wherever it is
    unpickled, however that process was started."""
    program = start_program("process_pool.py", start_method)
    assert program.heard() == ["pickled a secret", False]
    tokens = program.heard()
    assert [token.count(".") for token in tokens] == [2, 2]
    assert zeebe_sandbox.token_requests == 2
    assert program.end() == 0


if hasattr(os, "fork"):

    def test_parent_and_child_both_have_a_token_when_a_refresh_was_under_way(
        zeebe_sandbox: Sandbox, start_program: Callable[..., Any]
    ) -> None:
        """A fork during a refresh keeps nobody waiting: both have the token at hand at once, and
        both get a refreshed one."""
        program = start_program("fork_warm.py")
        old = program.heard()
        zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
        program.go()
        assert zeebe_sandbox.wait_for_token_requests(2)
        program.go()
        at_once = [program.heard(), program.heard()]
        assert sorted(at_once) == [["child", "at once", True], ["parent", "at once", True]]
        zeebe_sandbox.token_delay_seconds = 0
        refreshed = {who: (what, token) for who, what, token in (program.heard(), program.heard())}
        assert {what for what, _ in refreshed.values()} == {"refreshed"}
        for _, token in refreshed.values():
            assert token.count(".") == 2
            assert token != old
        assert program.heard() == ["child ended with", 0]
        # The first one, the parent's refresh that was under way, and the child's own.
        assert zeebe_sandbox.token_requests == 3

    def test_a_child_forked_during_the_first_request_makes_its_own(
        zeebe_sandbox: Sandbox, start_program: Callable[..., Any]
    ) -> None:
        """Without a store a child doesn't wait for the half-done request of its parent."""
        zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
        program = start_program("fork_cold.py", "memory")
        assert zeebe_sandbox.wait_for_token_requests(1)
        program.go()
        assert program.heard() == "forked"
        assert zeebe_sandbox.wait_for_token_requests(2)
        zeebe_sandbox.token_delay_seconds = 0
        tokens = dict([program.heard(), program.heard()])
        assert tokens.keys() == {"parent", "child"}
        assert len(set(tokens.values())) == 2
        assert program.heard() == ["child ended with", 0]
        assert zeebe_sandbox.token_requests == 2

    def test_a_child_forked_during_the_first_request_shares_it_through_a_store(
        zeebe_sandbox: Sandbox, start_program: Callable[..., Any]
    ) -> None:
        """With a store a child waits for its parent's lock, as any other process does, and finds
        the parent's token."""
        zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
        program = start_program("fork_cold.py", "file")
        assert zeebe_sandbox.wait_for_token_requests(1)
        program.go()
        assert program.heard() == "forked"
        zeebe_sandbox.token_delay_seconds = 0
        tokens = dict([program.heard(), program.heard()])
        assert tokens.keys() == {"parent", "child"}
        assert len(set(tokens.values())) == 1
        assert program.heard() == ["child ended with", 0]
        assert zeebe_sandbox.token_requests == 1

    def test_a_child_forked_while_a_module_is_imported_gets_its_token(
        zeebe_sandbox: Sandbox, start_program: Callable[..., Any], tmp_path: Path
    ) -> None:
        """A fork waits for what a worker thread is just importing: in the child it would stay
        locked for ever."""
        program = start_program("fork_importing.py", str(tmp_path))
        tokens = dict([program.heard(), program.heard()])
        assert tokens.keys() == {"parent", "child"}
        assert [token.count(".") for token in tokens.values()] == [2, 2]
        assert zeebe_sandbox.token_requests == 2

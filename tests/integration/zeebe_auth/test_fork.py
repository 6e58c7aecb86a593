"""Providers in processes that start from another one: forks, and pools that pickle."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zeebe_grpc.sandbox import Sandbox

UNTIL_RELEASED_SECONDS = 60.0
LIFETIME_SECONDS = 3


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

    @pytest.mark.parametrize(("store", "requests"), [("memory", 4), ("file", 2)])
    def test_parent_and_children_have_a_token_when_a_refresh_was_under_way(
        zeebe_sandbox: Sandbox, start_program: Callable[..., Any], store: str, requests: int
    ) -> None:
        """A fork during a refresh keeps nobody waiting: all have the token at hand at once, and
        all get a refreshed one, which a store lets them share."""
        program = start_program("fork_warm.py", store, "2")
        old = program.heard()
        zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
        program.go()
        assert zeebe_sandbox.wait_for_token_requests(2, timeout_seconds=60)
        program.go()
        everybody = ["child 0", "child 1", "parent"]
        at_once = [program.heard() for _ in everybody]
        assert sorted(at_once) == [[who, "at once", True] for who in everybody]
        # For the first token, the parent's running refresh, and the children's own.
        assert zeebe_sandbox.wait_for_token_requests(requests, timeout_seconds=60)
        zeebe_sandbox.token_delay_seconds = 0
        refreshed = {
            who: (what, token) for who, what, token in (program.heard() for _ in everybody)
        }
        assert sorted(refreshed) == everybody
        assert {what for what, _ in refreshed.values()} == {"refreshed"}
        tokens = {token for _, token in refreshed.values()}
        assert [token.count(".") for token in tokens] == [2] * (requests - 1)
        assert old not in tokens
        assert program.heard() == ["children ended with", [0, 0]]
        assert zeebe_sandbox.token_requests == requests

    def test_a_child_forked_during_the_first_request_makes_its_own(
        zeebe_sandbox: Sandbox, start_program: Callable[..., Any]
    ) -> None:
        """Without a store a child doesn't wait for the unfinished request of its parent."""
        zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
        program = start_program("fork_cold.py", "memory")
        assert zeebe_sandbox.wait_for_token_requests(1, timeout_seconds=60)
        program.go()
        assert program.heard() == "forked"
        assert zeebe_sandbox.wait_for_token_requests(2, timeout_seconds=60)
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
        assert zeebe_sandbox.wait_for_token_requests(1, timeout_seconds=60)
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
        """A fork waits for what a worker thread is importing: in the child it would stay locked for
        ever."""
        zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
        program = start_program("fork_importing.py", str(tmp_path))
        assert zeebe_sandbox.wait_for_token_requests(2, timeout_seconds=60)
        zeebe_sandbox.token_delay_seconds = 0
        tokens = dict([program.heard(), program.heard()])
        assert tokens.keys() == {"parent", "child"}
        assert [token.count(".") for token in tokens.values()] == [2, 2]
        assert zeebe_sandbox.token_requests == 2

    @pytest.mark.parametrize("fork", [(), ("in C",)], ids=["in Python", "in C"])
    def test_a_child_neither_frees_nor_keeps_the_lock_of_its_parent(
        zeebe_sandbox: Sandbox, start_program: Callable[..., Any], fork: tuple[str, ...]
    ) -> None:
        """While the parent asks for a token, its child finds the lock taken; when the parent is
        killed, the child finds it free and asks by itself."""
        zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
        program = start_program("fork_with_lock.py", *fork)
        assert zeebe_sandbox.wait_for_token_requests(1, timeout_seconds=60)
        program.go()
        assert program.heard() == ["lock is free", False]
        program.process.kill()
        program.process.wait()
        zeebe_sandbox.token_delay_seconds = 0
        program.go()
        assert program.heard() == ["lock is free", True]
        assert program.heard().count(".") == 2
        assert zeebe_sandbox.token_requests == 2

    @pytest.mark.parametrize(
        ("store", "temperature", "requests"),
        [("memory", "warm", 1), ("file", "warm", 1), ("memory", "cold", 5), ("file", "cold", 1)],
    )
    def test_processes_that_multiprocessing_forks_go_on_with_the_provider(
        zeebe_sandbox: Sandbox,
        start_program: Callable[..., Any],
        store: str,
        temperature: str,
        requests: int,
    ) -> None:
        """They have the token that the parent had; without one each asks for its own, or all
        together where there is a store."""
        program = start_program("inherit.py", store, temperature)
        children = [program.heard() for _ in range(4)]
        assert sorted(number for number, *_ in children) == [0, 1, 2, 3]
        _, parents_token, ends = program.heard()
        assert ends == [0, 0, 0, 0]
        tokens = {parents_token} | {token for _, *tokens in children for token in tokens}
        assert [token.count(".") for token in tokens] == [2] * requests
        assert zeebe_sandbox.token_requests == requests

    @pytest.mark.parametrize("store", ["memory", "file"])
    def test_workers_of_a_prefork_server_serve_beyond_the_lifetime_of_the_parents_token(
        zeebe_sandbox: Sandbox, start_program: Callable[..., Any], store: str
    ) -> None:
        """Each goes on with the parent's token, has the following ones from its timer before they
        are needed, and can be replaced; with a store they share token requests."""
        zeebe_sandbox.token_lifetime_seconds = LIFETIME_SECONDS
        program = start_program("prefork_server.py", store)
        first = program.heard()
        serving = [program.heard() for _ in range(4)]
        assert sorted(serving) == [[f"worker {n}", "serves", first] for n in range(4)]
        program.go()
        told = [program.heard() for _ in range(5)]
        assert ["replacement", "serves"] in [what[:2] for what in told]
        tokens = {name: texts for name, _, *rest in told for texts in rest[1:]}
        assert sorted(tokens) == ["replacement", "worker 1", "worker 2", "worker 3"]
        assert all(in_time is True for _, what, in_time, *_ in told if what == "ends")
        assert program.heard() == ["parent", "ends", [0, 0, 0, 0]]
        heard = [token for texts in tokens.values() for token in texts]
        assert min(map(len, tokens.values())) >= 3
        if store == "memory":
            assert len(set(heard) - {first}) == len([token for token in heard if token != first])
        else:
            assert zeebe_sandbox.token_requests <= len(heard) / 2

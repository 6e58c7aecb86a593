"""One token request for all: threads, event loops and processes that start together."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sandbox_credentials import provider_for

from zeebe_auth import (
    AccessToken,
    OAuthCredentialsProvider,
)
from zeebe_grpc.sandbox import Sandbox

UNTIL_RELEASED_SECONDS = 60.0
LONG_LOCK_SECONDS = "60"
SHORT_LOCK_SECONDS = "3"


def together(programs: list[Any]) -> None:
    """Let programs that are ready ask at the same time."""
    for program in programs:
        assert program.heard() == "ready"
    for program in programs:
        program.go()
    for program in programs:
        assert program.heard() == "asking"


def test_processes_and_their_threads_ask_for_one_token_together(
    zeebe_sandbox: Sandbox, start_program: Callable[..., Any]
) -> None:
    """Twenty cold processes of twenty threads on one directory make one token request, and all
    four hundred get its token."""
    zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
    programs = [start_program("ask.py", "file", "20", LONG_LOCK_SECONDS) for _ in range(20)]
    together(programs)
    assert zeebe_sandbox.wait_for_token_requests(1, timeout_seconds=60)
    zeebe_sandbox.token_delay_seconds = 0
    answers = [answer for program in programs for answer in program.heard()]
    assert len(answers) == 400
    (token,) = set(answers)
    assert token.count(".") == 2
    assert zeebe_sandbox.token_requests == 1


def test_processes_with_a_wrong_secret_share_the_refusal(
    zeebe_sandbox: Sandbox, start_program: Callable[..., Any]
) -> None:
    """When the endpoint has refused one of twenty processes, the others hear of it and don't ask
    before the cooldown ends, however often their threads do."""
    wrong = {"CAMUNDA_CLIENT_SECRET": "wrong", "ZEEBE_CLIENT_SECRET": "wrong"}
    programs = [start_program("ask_again.py", "environment", "", "4", **wrong) for _ in range(20)]
    for program in programs:
        assert program.heard() == "ready"
    for _ in range(10):
        for program in programs:
            program.go()
        answers = {answer for program in programs for answer in program.heard()}
        assert answers == {"InvalidClientError"}
    assert zeebe_sandbox.token_requests in {1, 2}


def test_tasks_of_two_event_loops_and_threads_share_one_request(zeebe_sandbox: Sandbox) -> None:
    """Without a store, all callers in one process wait for the same request."""
    zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
    everyone = threading.Barrier(6 + 1)

    def on_a_loop(provider: OAuthCredentialsProvider) -> list[AccessToken]:
        async def ask_in_tasks() -> list[AccessToken]:
            return await asyncio.gather(*(provider.get_token_async() for _ in range(10)))

        everyone.wait()
        return asyncio.run(ask_in_tasks())

    def on_a_thread(provider: OAuthCredentialsProvider) -> list[AccessToken]:
        everyone.wait()
        return [provider.get_token()]

    with (
        provider_for(zeebe_sandbox) as provider,
        ThreadPoolExecutor(6) as pool,
    ):
        answers = [pool.submit(body, provider) for body in [on_a_loop] * 2 + [on_a_thread] * 4]
        everyone.wait()
        assert zeebe_sandbox.wait_for_token_requests(1, timeout_seconds=60)
        zeebe_sandbox.token_delay_seconds = 0
        tokens = [token for answer in answers for token in answer.result()]
    assert len(tokens) == 24
    assert len(set(tokens)) == 1
    assert zeebe_sandbox.token_requests == 1


def test_processes_go_on_when_the_one_that_asks_is_killed(
    zeebe_sandbox: Sandbox, start_program: Callable[..., Any]
) -> None:
    """A process killed in the middle of its request leaves no lock behind: one of the others asks
    instead, for all."""
    zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
    holder = start_program("ask.py", "file", "1", LONG_LOCK_SECONDS)
    together([holder])
    assert zeebe_sandbox.wait_for_token_requests(1, timeout_seconds=60)
    others = [start_program("ask.py", "file", "1", LONG_LOCK_SECONDS) for _ in range(3)]
    together(others)
    holder.kill()
    zeebe_sandbox.token_delay_seconds = 0
    ((token,),) = {tuple(program.heard()) for program in others}
    assert token.count(".") == 2
    assert zeebe_sandbox.token_requests == 2


def test_processes_wait_for_a_slow_endpoint_no_longer_than_for_the_lock(
    zeebe_sandbox: Sandbox, start_program: Callable[..., Any]
) -> None:
    """While the lock's holder has no answer for longer than that, the others make one request
    together, and each process has a token."""
    zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
    holder = start_program("ask.py", "file", "1", SHORT_LOCK_SECONDS)
    together([holder])
    assert zeebe_sandbox.wait_for_token_requests(1, timeout_seconds=60)
    others = [start_program("ask.py", "file", "2", SHORT_LOCK_SECONDS) for _ in range(6)]
    together(others)
    assert zeebe_sandbox.wait_for_token_requests(2, timeout_seconds=60)
    zeebe_sandbox.token_delay_seconds = 0
    tokens = {token for program in [holder, *others] for token in program.heard()}
    assert [token.count(".") for token in tokens] == [2] * len(tokens)
    assert 1 <= len(tokens) <= 2
    assert zeebe_sandbox.token_requests == 2


if hasattr(signal, "SIGSTOP"):

    def test_a_stopped_process_costs_the_others_one_request_together(
        zeebe_sandbox: Sandbox, start_program: Callable[..., Any]
    ) -> None:
        """While the lock's holder is stopped, the others wait for a bounded time and then make one
        request together; the stopped one goes on when it may."""
        zeebe_sandbox.token_delay_seconds = UNTIL_RELEASED_SECONDS
        holder = start_program("ask.py", "file", "1", SHORT_LOCK_SECONDS)
        together([holder])
        assert zeebe_sandbox.wait_for_token_requests(1, timeout_seconds=60)
        holder.process.send_signal(signal.SIGSTOP)
        assert os.WIFSTOPPED(os.waitpid(holder.process.pid, os.WUNTRACED)[1])
        zeebe_sandbox.token_delay_seconds = 0
        others = [start_program("ask.py", "file", "2", SHORT_LOCK_SECONDS) for _ in range(6)]
        together(others)
        ((token, same_token),) = {tuple(program.heard()) for program in others}
        assert token == same_token
        assert token.count(".") == 2
        assert zeebe_sandbox.token_requests == 2
        holder.process.send_signal(signal.SIGCONT)
        (late,) = holder.heard()
        assert late.count(".") == 2

"""Servers that import an application in their master and fork workers of it: uWSGI and gunicorn.

uWSGI forks in C, so that Python's hooks for a fork don't run; gunicorn calls `os.fork`.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from logged_process import LoggedProcess

from zeebe_grpc.sandbox import Sandbox

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform == "win32", reason="there is no fork"),
]

SCRIPTS = Path(__file__).parent / "scripts"
WORKERS = 2
# Each request has a worker of its own, or they would wait for one another.
REQUESTS_AT_ONCE = 4
# The application gives up after 20 s, and a request may wait for another one before it.
REPLY_SECONDS = 100
LIFE_SECONDS = 600
LIFETIME_SECONDS = 4

UWSGI = (
    "--http-socket 127.0.0.1:0 --master --need-app --wsgi-file prefork_app.py --die-on-term "
    f"--no-orphans --processes {WORKERS}"
).split()
GUNICORN = (
    "-m gunicorn --bind 127.0.0.1:0 --preload --timeout 300 --graceful-timeout 5 "
    f"--workers {WORKERS} prefork_app:application"
).split()


@dataclass(frozen=True)
class Kind:
    """A server in one configuration.

    Args:
        environment: The name of its environment, which is that of its requirements as well.
        command: What follows the environment's folder of programs.
        port: What its log says of the port that it was given.
        ready: What its log says of each worker.
    """

    environment: str
    command: tuple[str, ...]
    port: str
    ready: str


def _uwsgi(environment: str, *options: str) -> Kind:
    command = ("uwsgi", *UWSGI, *options)
    return Kind(
        environment, command, r"bound to TCP address 127\.0\.0\.1:(\d+)", "spawned uWSGI worker"
    )


def _gunicorn(*options: str) -> Kind:
    command = ("python", *GUNICORN, *options)
    return Kind("gunicorn", command, r"http://127\.0\.0\.1:(\d+)", "Booting worker with pid")


# Up to 2.0.26 uWSGI had threads off by default; since then they are always on.
KINDS = {
    "uwsgi": _uwsgi("uwsgi"),
    "uwsgi with threads": _uwsgi("uwsgi", "--threads", "4"),
    "uwsgi with fork hooks": _uwsgi("uwsgi", "--py-call-uwsgi-fork-hooks"),
    "uwsgi with hooks of the child": _uwsgi("uwsgi", "--py-call-osafterfork"),
    "uwsgi lazy": _uwsgi("uwsgi", "--lazy-apps"),
    "uwsgi 2.0.26": _uwsgi("uwsgi_threads_off"),
    "uwsgi 2.0.26 enable-threads": _uwsgi("uwsgi_threads_off", "--enable-threads"),
    "gunicorn": _gunicorn(),
    "gunicorn with threads": _gunicorn("--worker-class", "gthread", "--threads", "4"),
}


class Server:
    """A running server of the application."""

    def __init__(self, process: LoggedProcess, port: int) -> None:
        self.process = process
        self._url = f"http://127.0.0.1:{port}"
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def asked(self, way: str) -> dict[str, Any]:
        """What a worker answers."""
        with self._opener.open(f"{self._url}/{way}", timeout=REPLY_SECONDS) as reply:
            return json.load(reply)

    def asked_at_once(self, way: str) -> list[dict[str, Any]]:
        """What the workers answer to several requests."""
        with ThreadPoolExecutor(REQUESTS_AT_ONCE) as pool:
            return list(pool.map(self.asked, [way] * REQUESTS_AT_ONCE))


@pytest.fixture
def start_server(
    foreign_environment: Callable[..., Path], zeebe_sandbox: Sandbox
) -> Callable[..., Any]:
    """Give a function `(kind, **variables)` whose block has the server running."""

    @contextmanager
    def start(kind: Kind, **variables: str) -> Iterator[Server]:
        requirements = f"{kind.environment}.txt"
        steps = ["build_tools.txt"] if kind.environment.startswith("uwsgi") else []
        python = foreign_environment(kind.environment, *steps, requirements, ".")
        program, *arguments = kind.command
        environment = {**zeebe_sandbox.child_environment(), **variables}
        with LoggedProcess(
            [str(python.parent / program), *arguments],
            environment={**environment, "PYTHONUNBUFFERED": "1"},
            folder=SCRIPTS,
            longest_life_seconds=LIFE_SECONDS,
        ) as process:
            line = process.wait_for_line("127.0.0.1:", seconds=REPLY_SECONDS)
            found = re.search(kind.port, line)
            assert found, line
            process.wait_for_line(kind.ready, count=WORKERS, seconds=REPLY_SECONDS)
            yield Server(process, int(found[1]))

    return start


@pytest.mark.parametrize(
    ("kind", "store"),
    [*((kind, "file") for kind in KINDS), ("uwsgi", "memory"), ("gunicorn", "memory")],
)
def test_the_workers_of_a_server_get_tokens(start_server, zeebe_sandbox, kind, store):
    """However they were forked, workers get tokens: cached, fetched, replaced, of another provider,
    and for calls on our channel and on grpcio's own."""
    zeebe_sandbox.token_lifetime_seconds = LIFETIME_SECONDS
    with start_server(KINDS[kind], ZEEBE_AUTH_STORE=store) as server:
        answers = {
            way: [reply["answer"] for reply in server.asked_at_once(way)]
            for way in ("kept", "fetched", "replaced", "of_another_provider")
        }
        answers |= {
            way: [reply["answer"] for reply in server.asked_at_once(way)]
            for way in ("topology", "topology_with_plain_grpc")
        }
        # An error in a hook for a fork is reported nowhere else.
        errors = server.process.lines_with("Error")
    tokens = dict.fromkeys(
        ("kept", "fetched", "replaced", "of_another_provider"), ["Bearer"] * REQUESTS_AT_ONCE
    )
    calls = dict.fromkeys(("topology", "topology_with_plain_grpc"), [3] * REQUESTS_AT_ONCE)
    assert answers == {**tokens, **calls}
    assert errors == []
    assert {status for _, status in zeebe_sandbox.calls} == {"OK"}


@pytest.mark.parametrize("kind", ["uwsgi", "uwsgi 2.0.26", "gunicorn"])
def test_a_worker_that_replaces_another_one_gets_tokens(start_server, zeebe_sandbox, kind):
    """A worker that the master forks later works as well, whatever the master's own threads did
    meanwhile."""
    is_replaced = ("Respawned", 1) if "uwsgi" in kind else ("Booting worker", WORKERS + 1)
    with start_server(KINDS[kind]) as server:
        first = {reply["worker"] for reply in server.asked_at_once("kept")}
        for worker in first:
            os.kill(worker, signal.SIGKILL)
        said, count = is_replaced
        server.process.wait_for_line(said, count=count - 1 + len(first), seconds=REPLY_SECONDS)
        replies = server.asked_at_once("fetched") + server.asked_at_once("topology")
    assert [reply["answer"] for reply in replies] == ["Bearer"] * REQUESTS_AT_ONCE + [
        3
    ] * REQUESTS_AT_ONCE
    assert all(reply["is forked"] and reply["worker"] not in first for reply in replies)

"""zbctl, Camunda's SDK and our own command on one token endpoint and one gateway.

What each sends for a token, how often, and what it says when it gets none, as a table: it is
printed, and every row of it is in docs/how-to/coming-from.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from foreign_clients import SECONDS, Ended, node, zbctl, zeebe_grpc
from token_log import TokenLog, TokenRequest, token_log

from zeebe_grpc.sandbox import Sandbox

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "coming-from.md"
CLIENTS: dict[str, Callable[..., Ended]] = {
    "zbctl 8.4": zbctl,
    "@camunda8/sdk 8.8": partial(node, program="camunda_sdk_topology.cjs"),
    "zeebe-grpc": zeebe_grpc,
}
PATIENCE_SECONDS = 15.0
MANY = 100
WRONG = {"ZEEBE_CLIENT_SECRET": "wrong", "CAMUNDA_CLIENT_SECRET": "wrong"}


@dataclass(frozen=True)
class Run:
    """One run of one client, and the token requests that came of it."""

    ended: Ended
    requests: tuple[TokenRequest, ...]

    def told(self) -> str:
        """The output for people, without what differs from run to run."""
        count = len(self.requests)
        plural = "" if count == 1 else "s"
        if count > MANY and self.ended.code:
            # It repeats until its own deadline, which comes before an answer or after one.
            return f"over {MANY} requests, fails at its own time limit"
        asked = f"over {MANY} requests" if count > MANY else f"{count} request{plural}"
        return f"{asked}, {self._outcome()}"

    def _outcome(self) -> str:
        if self.ended.code == 0:
            return "works"
        if self.ended.code is None:
            return f"no end after {PATIENCE_SECONDS:.0f} s"
        said = self.ended.stderr.strip().splitlines()[-1]
        said = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:…", said)
        said = re.sub(r"until [0-9-]{10} [0-9:]{8} UTC", "until …", said)
        return f"fails: `{re.sub(r'[0-9]{2}:[0-9]{2}:[0-9]{2}', '…', said)}`"


@dataclass(frozen=True)
class Situation:
    """What is to happen before a client runs.

    Args:
        title: For the table.
        arrange: Done to the sandbox.
        after_a_run: Whether the client has run well before that.
        runs: How often it runs then.
        seconds: After how many it is ended.
        secret_is_wrong: Whether it is given another secret.
    """

    title: str
    arrange: Callable[[Sandbox], None] = lambda _sandbox: None
    after_a_run: bool = False
    runs: int = 1
    seconds: float = SECONDS
    secret_is_wrong: bool = False

    def played(self, sandbox: Sandbox, home: Path, client: Callable[..., Ended]) -> list[Run]:
        sandbox.reset()
        # All runs ask at one URL, since a token belongs to the URL that it came from.
        with token_log(sandbox) as log:
            if self.after_a_run:
                assert self._run(sandbox, home, client, log).ended.code == 0
            self.arrange(sandbox)
            return [self._run(sandbox, home, client, log) for _ in range(self.runs)]

    def _run(
        self, sandbox: Sandbox, home: Path, client: Callable[..., Ended], log: TokenLog
    ) -> Run:
        earlier = len(log.requests)
        urls = {"CAMUNDA_OAUTH_URL": log.url, "ZEEBE_AUTHORIZATION_SERVER_URL": log.url}
        variables = urls | (WRONG if self.secret_is_wrong else {})
        ended = client(sandbox, home, seconds=self.seconds, **variables)
        return Run(ended, tuple(log.requests[earlier:]))


def refuse_every_token(sandbox: Sandbox) -> None:
    sandbox.gateway_refuses_tokens = True


def too_many_requests(sandbox: Sandbox, count: int, retry_after: str) -> None:
    sandbox.refuse_token_requests(count, 429, retry_after=retry_after)


SITUATIONS = [
    Situation("two runs", runs=2),
    Situation("the token was revoked", Sandbox.revoke_tokens, after_a_run=True),
    Situation("the gateway refuses every token", refuse_every_token),
    Situation("a wrong secret, two runs", runs=2, secret_is_wrong=True),
    Situation("429 once, `Retry-After: 1`", partial(too_many_requests, count=1, retry_after="1")),
    Situation(
        "429, `Retry-After: 60`, two runs",
        partial(too_many_requests, count=1000, retry_after="60"),
        runs=2,
        seconds=PATIENCE_SECONDS,
    ),
]


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Collects rows, and prints them at the end."""
    rows = [f"| | {' | '.join(CLIENTS)} |", "|---|---|---|---|"]
    yield rows
    capture = request.config.pluginmanager.get_plugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("", *rows, sep="\n")  # noqa: T201 - a run shows it


def test_what_is_sent_for_a_token(zeebe_sandbox, tmp_path, table):
    """All post a form with the same four fields, and no Authorization header."""
    cells = []
    for name, client in CLIENTS.items():
        (run,) = Situation("").played(zeebe_sandbox, _home(tmp_path, name), client)
        (sent,) = run.requests
        assert sent.content_type == "application/x-www-form-urlencoded"
        assert sent.authorization_scheme == ""
        fields = [
            f"`{field}`{' (empty)' if field in sent.empty_fields else ''}" for field in sent.fields
        ]
        cells.append(f"a form: {', '.join(fields)}")
    _add("sends", cells, table)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.title)
def test_how_often_and_what_it_says(zeebe_sandbox, tmp_path, table, situation):
    """Each client starts with an empty home directory and a reset sandbox."""
    cells = []
    for name, client in CLIENTS.items():
        runs = situation.played(zeebe_sandbox, _home(tmp_path, name), client)
        told = [run.told() for run in runs]
        cells.append(told[0] if len(told) == 1 else f"{told[0]}; then {_second(*told)}")
    _add(situation.title, cells, table)


def _second(first: str, second: str) -> str:
    return "the same" if second == first else second


def _home(folder: Path, name: str) -> Path:
    home = folder / re.sub(r"\W", "-", name)
    home.mkdir()
    return home


def _add(title: str, cells: list[str], table: list[str]) -> None:
    row = f"| {title} | {' | '.join(cells)} |"
    table.append(row)
    assert row in PAGE.read_text(encoding="utf-8").splitlines()

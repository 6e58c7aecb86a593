"""The quick start on a terminal: no line is wider than it, and no word is broken."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pseudo_terminal import SELECT_GRAPHIC_RENDITION, PseudoTerminal

SESSION = [
    "zeebe-auth --help",
    "zeebe-auth login --help",
    "zeebe-grpc call --help",
    "zeebe-grpc sandbox --help",
    "zeebe-auth status",
    "zeebe-grpc topology",
    "zeebe-grpc topology -v",
    "zeebe-auth status -p nowhere",
    "zeebe-auth token --claims",
    "zeebe-auth profiles",
    "zeebe-grpc call --list",
    "zeebe-grpc doctor",
    "zeebe-auth statsu",
    "CAMUNDA_CLIENT_SECRET=wrong ZEEBE_CLIENT_SECRET=wrong zeebe-auth token --fresh",
    "CAMUNDA_OAUTH_URL=https://127.0.0.1:1/oauth/token zeebe-grpc topology",
    "CAMUNDA_CA_CERTIFICATE=/no/such/file.pem zeebe-grpc doctor",
]
# What differs between two runs, or is written differently for a terminal.
CHANGING = re.compile(r"\d|zeebe-sandbox-|[✓✗-]$|^ok$|^FAILED$|^skipped$|\\$")


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Path:
    """A directory with the two programs."""
    directory = tmp_path_factory.mktemp("programs")
    for name in ("zeebe-auth", "zeebe-grpc"):
        program = directory / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {name.replace("-", "_")} "$@"\n')
        program.chmod(0o700)
    return directory


@pytest.fixture(scope="module")
def script(tmp_path_factory) -> Path:
    """What is typed; the end of each command is marked."""
    path = tmp_path_factory.mktemp("session") / "session.sh"
    path.write_text("".join(f"{line}\nprintf '=== end\\n'\n" for line in SESSION))
    return path


def environment(programs: Path, home: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": f"{programs}:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **more,
    }


def command(script: Path) -> list[str]:
    return [sys.executable, "-m", "zeebe_grpc", "sandbox", "--", "sh", str(script)]


@pytest.fixture(scope="module")
def words_in_a_pipe(programs, script, tmp_path_factory) -> set[str]:
    """The words of the same session where nothing is wrapped."""
    done = subprocess.run(
        command(script),
        env=environment(programs, tmp_path_factory.mktemp("home")),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.count("=== end") == len(SESSION)
    return {word.lower() for word in done.stdout.split()}


# Together, so that the session in a pipe is run once.
@pytest.mark.xdist_group("recorded session")
@pytest.mark.parametrize(
    ("columns", "variables"),
    [(50, {}), (50, {"NO_COLOR": "1"}), (80, {}), (80, {"TERM": "dumb"})],
    ids=["50 in colour", "50 without", "80 in colour", "80 dumb"],
)
def test_the_quick_start_on_a_terminal(
    programs, script, tmp_path, words_in_a_pipe, columns, variables
) -> None:
    """The session fits the terminal at two widths, with and without colour."""
    with PseudoTerminal(
        command(script), environment(programs, tmp_path, **variables), columns
    ) as terminal:
        assert terminal.end() == 0
    shown = terminal.output.replace("\r\n", "\n")
    assert shown.count("=== end") == len(SESSION)
    assert bool(re.search(SELECT_GRAPHIC_RENDITION, shown)) is not bool(variables)
    # The line of a wait for over a second is cleared again.
    plain = re.sub(r"\r\x1b\[K(Waiting for .*?\(\d+ s\))?", "", terminal.plain_output)
    assert "\x1b" not in plain
    broken = {
        word
        for word in plain.split()
        if word.lower() not in words_in_a_pipe and not CHANGING.search(word)
    }
    assert not broken
    assert not [line for line in plain.splitlines() if len(line) > columns and not is_whole(line)]


def is_whole(line: str) -> bool:
    """Whether a line is one word, or JSON, which programs read."""
    return len(line.split()) == 1 or re.match(r' *"\w+": ', line) is not None

"""What README and documentation show is run, so that it stays true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import page_runner
import pytest
from page_runner import blocks_of

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.joinpath("docs").rglob("*.md")])
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
PAGE_SECONDS = 540

NOT_RUN = {
    ("README.md", "it is what this test runs in"),
    ("README.md", "it would fetch from the package index"),
    ("docs/index.md", "it would fetch from the package index"),
    ("docs/tutorial.md", "it would fetch from the package index"),
    ("docs/tutorial.md", "PowerShell is not tested"),
    ("docs/how-to/config-file.md", "PowerShell is not tested"),
    ("docs/how-to/authenticate-a-client.md", "it needs a KMS"),
    ("docs/how-to/http-clients.md", "the sandbox has no REST API"),
    ("docs/how-to/get-tokens-your-own-way.md", "it needs azure-identity and its cloud"),
    ("docs/how-to/share-a-token.md", "PowerShell is not tested"),
    ("docs/tutorial.md", "it opens a shell for a person"),
    ("docs/quick-start.ru.md", "it would fetch from the package index"),
    ("docs/quick-start.ru.md", "PowerShell is not tested"),
    ("docs/quick-start.ru.md", "it opens a shell for a person"),
    ("docs/quick-start.ru.md", "these addresses are examples"),
    ("docs/how-to/kubernetes.md", "it needs a cluster"),
    ("docs/how-to/coming-from.md", "it installs the clients"),
    ("docs/how-to/keychain.md", "it needs keyrings.cryptfile"),
    ("docs/how-to/keychain.md", "it asks for a secret"),
    ("docs/reference/authorization-servers.md", "it installs the servers"),
    ("docs/performance.md", "it takes ten minutes and installs the peers"),
    ("docs/performance.md", "it takes two minutes"),
}
"""Every block that no test runs, and why. Others need a keychain or a foreign client, and are run
by tests/peers and tests/foreign."""

RUN_ELSEWHERE = {"keychain", "pyzeebe", "otlp", "grpcurl", "keytool", "pyinstaller"}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_page_does_what_it_says(page, zeebe_sandbox, tmp_path) -> None:
    """Every block of Python and of shell works against the sandbox, and prints what is shown."""
    zeebe_sandbox.console_file(tmp_path / "CamundaCloudCredentials.txt")
    environment = zeebe_sandbox.child_environment()
    scripts = str(Path(sys.executable).parent)
    environment["PATH"] = os.pathsep.join([scripts, environment["PATH"]])
    done = subprocess.run(
        [sys.executable, page_runner.__file__, page],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=PAGE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_no_more_blocks_than_these_are_not_run() -> None:
    """A block that nothing runs is an exception with a reason, and is listed here."""
    marked = {
        (name, block.word)
        for page, name in zip(PAGES, NAMES, strict=True)
        for block in blocks_of(page)
        if block.mark == "not run"
    }
    assert marked == NOT_RUN


def test_what_a_block_needs_is_there_in_another_test() -> None:
    """A block that needs something names one of the things that tests have."""
    needed = {block.word for page in PAGES for block in blocks_of(page) if block.mark == "needs"}
    assert needed == RUN_ELSEWHERE


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_block_passes_the_runner_by(page) -> None:
    """Every fence is found, none is indented, and code is in a language that is run."""
    content = page.read_text(encoding="utf-8")
    blocks = list(blocks_of(page))
    assert content.count("```") == 2 * len(blocks)
    assert not re.search(r"^[ \t>]+```", content, re.MULTILINE)
    languages = {block.language for block in blocks}
    assert languages <= {"python", "console", "toml", "yaml", "json", "powershell", "proto", "text"}

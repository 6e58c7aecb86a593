"""The soak in small: that it runs, judges and ends. ``make soak`` is the real one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def soak(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.soak", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def test_a_short_soak_with_a_revocation_passes():
    """Two processes go through a revocation without a failed RPC, and the three numbers are
    told. Tokens live longer than the test, so that a busy machine makes no difference."""
    ended = soak("--seconds=6", "--processes=2", "--threads=2", "--lifetime=60", "--seed=1")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "seed 1" in ended.stdout
    assert re.search(r"^faults: \S+ s revocation$", ended.stdout, re.MULTILINE)
    failed = re.search(
        r"^1\. failed RPCs while a usable token existed: (\d+) \(", ended.stdout, re.MULTILINE
    )
    requests = re.search(r"^2\. token requests: (\d+),", ended.stdout, re.MULTILINE)
    rpcs = re.search(r"^3\. RPCs: (\d+), failed", ended.stdout, re.MULTILINE)
    assert failed
    assert requests
    assert rpcs
    assert int(failed[1]) == 0
    assert int(requests[1]) > 0
    assert int(rpcs[1]) > 0
    assert ended.stdout.endswith("PASSED\n")

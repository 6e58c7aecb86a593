"""A machine whose localhost is another one, by its hosts file or by DNS: in a namespace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from logged_process import find_program

from zeebe_grpc.sandbox.environment import without_camunda

ELSEWHERE = "10.99.0.7"
PROGRAM = Path(__file__).parent / "programs" / "elsewhere.py"
SECONDS = 300
# The addresses are those of this namespace's loopback interface: nothing needs a second machine.
SCRIPT = """
set -e
mount --bind "$1/hosts" /etc/hosts
mount --bind "$1/resolv.conf" /etc/resolv.conf
ip link set lo up
ip address add "$2/32" dev lo
shift 2
exec "$@"
"""
HOSTS = {
    "hosts file": f"{ELSEWHERE} localhost gateway.localhost localhost. vm\n",
    # As containers without a hosts file have it.
    "DNS": "",
}


def report_of(folder: Path, hosts: str) -> dict[str, tuple[str, int, str]]:
    """What the program saw in a namespace with this hosts file."""
    folder.joinpath("hosts").write_text(hosts)
    folder.joinpath("resolv.conf").write_text(f"nameserver {ELSEWHERE}\n")
    find_program("ip", "iproute2")
    command = [find_program("unshare", "util-linux"), "--mount", "--net"]
    if os.geteuid() != 0:
        command.append("--map-root-user")
    command += ["sh", "-c", SCRIPT, "sh", str(folder), ELSEWHERE]
    environment = without_camunda(os.environ) | {
        "XDG_CONFIG_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
    }
    ran = subprocess.run(
        [*command, sys.executable, str(PROGRAM), ELSEWHERE],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return {what: tuple(seen) for what, seen in json.loads(ran.stdout).items()}


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.parametrize("by", HOSTS)
def test_nothing_goes_to_a_localhost_elsewhere(tmp_path: Path, by: str) -> None:
    """Where localhost is another machine, neither token nor secret is sent there in plaintext; a
    name that isn't localhost gets a token with the switch alone, with a warning."""
    report = report_of(tmp_path, HOSTS[by])
    assert {resolved for _, _, resolved in report.values()} == {ELSEWHERE}
    for what, (outcome, received, _) in report.items():
        way, name = what.split()
        if way == "connected_channel" and not name.endswith("localhost"):
            assert outcome.endswith("after 1 warnings"), what
            assert received > 0, what
            continue
        assert received == 0, f"{what}: {outcome}"
        if not name.endswith("localhost"):
            assert "readable" in outcome or "unencrypted" in outcome, f"{what}: {outcome}"
        elif way.endswith("_channel"):
            assert outcome.startswith("UNAVAILABLE"), f"{what}: {outcome}"
            # Newer c-ares, gRPC's resolver, asks no DNS for localhost.
            assert "loopback" in outcome or "127.0.0.1" in outcome, f"{what}: {outcome}"
        else:
            assert ELSEWHERE in outcome, f"{what}: {outcome}"
            assert "not this machine" in outcome, f"{what}: {outcome}"

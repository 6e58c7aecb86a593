"""``zeebe-grpc doctor``: what fails, and with which exit code it ends."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import zeebe_grpc

NAMES = [
    "installation",
    "configuration",
    "address",
    "dns",
    "tcp",
    "tls",
    "http2",
    "token",
    "certificates",
    "clock",
    "rpc",
]


@pytest.fixture
def doctor(sandbox, tmp_path):
    """Run the doctor with JSON out; the exit code and the steps by name."""

    def doctor(**changes):
        environment = {
            **sandbox.child_environment(),
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **changes,
        }
        done = subprocess.run(
            [sys.executable, "-m", "zeebe_grpc.cli.main", "doctor", "--output", "json"],
            env={name: value for name, value in environment.items() if value is not None},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stderr == ""
        document = json.loads(done.stdout)
        assert document["ok"] is (done.returncode == 0)
        steps = {step["name"]: step for step in document["steps"]}
        assert list(steps) == NAMES
        return done.returncode, steps

    return doctor


def statuses(steps):
    return {name: step["status"] for name, step in steps.items()}


def test_all_is_well(doctor, sandbox):
    """If all works every step is ok, and one new token was requested."""
    code, steps = doctor()
    assert code == 0
    assert set(statuses(steps).values()) == {"ok"}
    assert "3 of 3 brokers" in steps["rpc"]["detail"]
    assert "the gateway's until" in steps["certificates"]["detail"]
    assert "the token endpoint's until" in steps["certificates"]["detail"]
    assert "agree" in steps["clock"]["detail"]
    assert sandbox.token_requests == 1


def test_a_token_that_is_over_when_it_arrives_is_told_of(doctor, sandbox):
    """The step is ok, since there is a token; the advice says that it has expired."""
    sandbox.token_lifetime_seconds = 0.2
    _, steps = doctor()
    assert steps["token"]["status"] == "ok"
    assert "over when it arrived (lifetime 0." in steps["token"]["advice"]
    assert "longer token lifetime" in steps["token"]["advice"]


def test_text_for_people(sandbox):
    """The report for people has a line for each step, with advice under those that failed."""
    done = subprocess.run(
        [sys.executable, "-m", "zeebe_grpc.cli.main", "doctor"],
        env={**sandbox.child_environment(), "CAMUNDA_OVERRIDE_AUTHORITY": "zeebe.example"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 4
    lines = done.stdout.splitlines()
    failed = next(line for line in lines if line.startswith("FAILED"))
    assert failed.split()[1] == "tls"
    assert "-> " in lines[lines.index(failed) + 1]


def test_no_configuration(doctor, sandbox):
    """Without credentials everything after the configuration is skipped."""
    names = [
        name for name in sandbox.child_environment() if name.startswith(("CAMUNDA_", "ZEEBE_"))
    ]
    code, steps = doctor(**dict.fromkeys(names))
    assert code == 2
    assert statuses(steps) == {
        **dict.fromkeys(NAMES, "skipped"),
        "installation": "ok",
        "configuration": "failed",
    }


def test_no_address(doctor):
    """Without a usable address the token is requested all the same."""
    code, steps = doctor(ZEEBE_ADDRESS="https://localhost:1/path")
    assert code == 2
    assert steps["address"]["status"] == "failed"
    assert steps["dns"]["status"] == "skipped"
    assert steps["token"]["status"] == "ok"
    assert steps["rpc"]["status"] == "skipped"


def test_the_gateway_is_down(doctor, closed_port):
    """If the gateway is down, the token is requested nevertheless."""
    code, steps = doctor(ZEEBE_ADDRESS=f"127.0.0.1:{closed_port}")
    assert code == 4
    assert steps["tcp"]["status"] == "failed"
    assert steps["token"]["status"] == "ok"
    assert steps["rpc"]["status"] == "skipped"


def test_a_wrong_secret_each_time_anew(doctor, sandbox):
    """Each run makes a request: a cooldown would hide that the secret was corrected."""
    wrong = {"CAMUNDA_CLIENT_SECRET": "hush-hush", "ZEEBE_CLIENT_SECRET": "hush-hush"}
    for _ in range(2):
        code, steps = doctor(**wrong)
        assert code == 3
        assert steps["http2"]["status"] == "ok"
        assert steps["token"]["status"] == "failed"
        assert "hush-hush" not in json.dumps(steps)
    assert doctor()[0] == 0
    assert sandbox.token_replies.total() >= 3


def test_a_token_that_the_gateway_refuses(doctor, sandbox):
    """A gateway that refuses the new token is reported as such."""
    sandbox.gateway_refuses_tokens = True
    code, steps = doctor()
    assert code == 3
    assert steps["token"]["status"] == "ok"
    assert "UNAUTHENTICATED" in steps["rpc"]["detail"]
    assert f"audience {sandbox.audience}" in steps["rpc"]["detail"]


def test_without_authorization(doctor):
    """Where no authorization is configured, the token is skipped and the gateway is called."""
    code, steps = doctor(CAMUNDA_AUTH_STRATEGY="NONE")
    assert code == 3
    assert steps["token"]["status"] == "skipped"
    assert "none are configured" in steps["rpc"]["detail"]


def test_basic_authentication(doctor, sandbox):
    """A user name and password are sent as they are, and are not printed."""
    names = {
        name: None
        for name in sandbox.child_environment()
        if "CLIENT" in name or "OAUTH" in name or "AUTHORIZATION" in name or "AUDIENCE" in name
    }
    code, steps = doctor(
        **names, CAMUNDA_BASIC_AUTH_USERNAME="me", CAMUNDA_BASIC_AUTH_PASSWORD="hush-hush"
    )
    assert code == 3
    assert steps["token"]["detail"] == "A Basic token that does not expire."
    assert "UNAUTHENTICATED" in steps["rpc"]["detail"]
    assert "hush-hush" not in json.dumps(steps)


def test_a_token_that_must_not_travel(doctor):
    """A token is not sent to a plaintext address of another machine."""
    code, steps = doctor(ZEEBE_ADDRESS="http://gateway.invalid:26500")
    assert code == 2
    assert "unencrypted" in steps["address"]["detail"]
    assert steps["dns"]["status"] == "skipped"
    assert steps["rpc"]["status"] == "skipped"


@pytest.fixture
def installed(tmp_path):
    """A copy of the packages in a directory of its own, to install something over."""
    for package in ("zeebe_auth", "zeebe_grpc"):
        shutil.copytree(
            Path(zeebe_grpc.__file__).parent.parent / package,
            tmp_path / "site" / package,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    return tmp_path / "site"


def test_the_other_distribution_over_ours(doctor, installed):
    """PyPI's zeebe-grpc over our files is noticed, with how to get ours back."""
    package = installed / "zeebe_grpc"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "grpc_tools.protoc",
            f"--proto_path={installed}",
            f"--python_out={installed}",
            f"--grpc_python_out={installed}",
            str(package / "gateway.proto"),
        ],
        check=True,
    )
    (package / "__init__.py").write_text("")
    other_version(installed)
    code, steps = doctor(PYTHONPATH=os.fspath(installed))
    assert code == 2
    assert "replaced by zeebe-grpc 8.4.13" in steps["installation"]["detail"]
    assert "pip uninstall zeebe-grpc" in steps["installation"]["advice"]
    assert steps["token"]["status"] == "ok"
    assert steps["rpc"]["status"] == "skipped"
    topology = subprocess.run(
        [sys.executable, "-m", "zeebe_grpc.cli.main", "topology"],
        env={**os.environ, "PYTHONPATH": os.fspath(installed)},
        cwd=installed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert topology.returncode == 2
    assert "zeebe-grpc doctor" in topology.stderr
    assert "Traceback" not in topology.stderr


def test_the_other_distribution_under_ours(doctor, installed):
    """PyPI's zeebe-grpc that still has our files in its list is noticed, but stops nothing."""
    other_version(installed)
    code, steps = doctor(PYTHONPATH=os.fspath(installed))
    assert code == 0
    assert "zeebe-grpc 8.4.13 is installed too" in steps["installation"]["detail"]


def other_version(site):
    folder = site / "zeebe_grpc-8.4.13.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: zeebe-grpc\nVersion: 8.4.13\n")

"""What imports cost, and commands that find their token in a cache."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from benchmarks.keychain_session import in_keychain_session
from benchmarks.result import Result, Row
from benchmarks.rounds import Samples, by_turns, median_ratio, seconds_of
from zeebe_grpc.sandbox import Sandbox

_BARE = "python -c pass"
# Modules are imported as they were installed, not from the current folder.
_INTERPRETER = (sys.executable, "-P")
_IMPORTS = {
    "zeebe_auth": "zeebe_auth",
    "google-auth": "google.oauth2.credentials",
    "azure-identity": "azure.identity",
    "msal": "msal",
    "botocore": "botocore.credentials",
    "authlib": "authlib.integrations.requests_client",
    "pyzeebe": "pyzeebe",
    "grpc": "grpc",
    "zeebe_grpc": "grpc, zeebe_grpc",
}
_AUTH_LIMIT = 3
_GRPC_LIMIT = 1.2
_TOKEN_LIMIT = 6
_ENVIRONMENT = "zeebe-auth token, identity from the environment"
_SANDBOX_FOLDER = "the same, with the token store in a folder of its own"
_CONFIG_FILE = "zeebe-auth token, identity from the config file"
_KEYCHAIN = "zeebe-auth token, identity from the keychain"
_TOPOLOGY = "zeebe-grpc topology"
_STATUS = "zbctl status"
# As "make peers" leaves it.
_ZBCTL = Path(__file__).parents[2] / ".peers/node/node_modules/zbctl/bin/zbctl-cli.linux"
_LONGEST_SECONDS = 60.0


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    # A wait with a time limit polls every few milliseconds, up to 50, which would be measured.
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        limit = threading.Timer(_LONGEST_SECONDS, process.kill)
        limit.start()
        try:
            code = process.wait()
        finally:
            limit.cancel()
    if code != 0:
        raise subprocess.CalledProcessError(code, command)


def _seconds(command: list[str], environment: Mapping[str, str]) -> float:
    return seconds_of(partial(_run, command, environment))


def _import_rows(rounds: int) -> list[Row]:
    run = partial(_seconds, environment=os.environ)
    samples = by_turns(
        {
            _BARE: partial(run, [*_INTERPRETER, "-c", "pass"]),
            **{
                name: partial(run, [*_INTERPRETER, "-c", f"import {modules}"])
                for name, modules in _IMPORTS.items()
            },
        },
        rounds,
    )

    def over(name: str, base: str) -> float:
        pairs = zip(samples[name], samples[base], strict=True)
        return statistics.median(mine - other for mine, other in pairs) * 1e3

    rows = [
        Row(
            subject="import zeebe_auth",
            value=over("zeebe_auth", _BARE),
            unit="ms",
            ratio=median_ratio(samples, "zeebe_auth", _BARE),
            limit=f"with the interpreter at most {_AUTH_LIMIT} times the bare one",
            reached=median_ratio(samples, "zeebe_auth", _BARE) <= _AUTH_LIMIT,
        ),
        Row(
            subject="import zeebe_grpc, over import grpc",
            value=over("zeebe_grpc", "grpc"),
            unit="ms",
            ratio=median_ratio(samples, "zeebe_grpc", "grpc"),
            limit=f"with grpc at most {_GRPC_LIMIT} times grpc alone",
            reached=median_ratio(samples, "zeebe_grpc", "grpc") <= _GRPC_LIMIT,
        ),
    ]
    rows += [
        Row(subject=f"import {_IMPORTS[name]}", value=over(name, _BARE), unit="ms")
        for name in _IMPORTS
        if name not in {"zeebe_auth", "zeebe_grpc"}
    ]
    return rows


def _command_rows(samples: Samples) -> list[Row]:
    rows = []
    for name, figures in samples.items():
        ratio = median_ratio(samples, name, _BARE)
        judged = name == _ENVIRONMENT
        rows.append(
            Row(
                subject=name,
                value=statistics.median(figures) * 1e3,
                unit="ms",
                ratio=ratio,
                limit="at most 6 times the bare interpreter" if judged else "",
                reached=ratio <= _TOKEN_LIMIT if judged else None,
            )
        )
    return rows


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _commands(folder: Path, sandbox: Sandbox) -> tuple[list[str], dict[str, Mapping[str, str]]]:
    """The command, and for each source of an identity its environment."""
    command = [_program("zeebe-auth"), "token"]
    with_identity = {**sandbox.child_environment(), "HOME": str(folder)}
    with_identity.pop("XDG_CACHE_HOME", None)
    usual = {n: text for n, text in with_identity.items() if n != "CAMUNDA_TOKEN_CACHE_DIR"}
    without = {
        name: value
        for name, value in with_identity.items()
        if not name.startswith(("CAMUNDA_", "ZEEBE_"))
    }
    config = folder / "config.toml"
    config.touch(0o600)
    config.write_text(
        f'[profiles.default]\naddress = "{sandbox.address}"\ntoken_url = "{sandbox.token_url}"\n'
        f'ca_certificate = "{sandbox.ca_certificate_path}"\naudience = "{sandbox.audience}"\n'
        f'client_id = "{sandbox.client_id}"\nclient_secret = "{sandbox.client_secret}"\n',
        encoding="utf-8",
    )
    return command, {
        _ENVIRONMENT: usual,
        _SANDBOX_FOLDER: with_identity,
        _CONFIG_FILE: {**without, "ZEEBE_AUTH_CONFIG": str(config)},
    }


def _topology_commands(
    folder: Path, sandbox: Sandbox, environment: Mapping[str, str]
) -> dict[str, tuple[list[str], Mapping[str, str]]]:
    """Ours, and zbctl's where it is installed."""
    commands = {_TOPOLOGY: ([_program("zeebe-grpc"), "topology"], environment)}
    if _ZBCTL.exists():
        kept = str(folder / "zbctl-credentials")
        # It has no option for the token endpoint's CA.
        trusting = {**environment, "SSL_CERT_FILE": str(sandbox.ca_certificate_path)}
        commands[_STATUS] = ([str(_ZBCTL), "status", "--clientCache", kept], trusting)
    else:
        print('zbctl is missing and left out; "make peers" installs it', file=sys.stderr)
    return commands


def measure(*, quick: bool) -> Result:
    rounds = 3 if quick else 31
    result = Result(
        name="start_up",
        title="Imports, and commands that find their token where they keep it",
        method="Whole processes in turns. Imports: the median of the differences to a bare "
        "interpreter started in the same round.",
        compared=_BARE,
    )
    result.rows += _import_rows(rounds)
    with tempfile.TemporaryDirectory() as name, Sandbox() as sandbox:
        folder = Path(name)
        command, environments = _commands(folder, sandbox)
        subjects = {_BARE: partial(_seconds, [sys.executable, "-c", "pass"], os.environ)}
        runs = {
            **{subject: (command, environment) for subject, environment in environments.items()},
            **_topology_commands(folder, sandbox, environments[_ENVIRONMENT]),
        }
        for subject, (arguments, environment) in runs.items():
            _run(arguments, environment)
            subjects[subject] = partial(_seconds, arguments, environment)
        result.rows += _command_rows(by_turns(subjects, rounds))
        if shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session"):
            console_file = sandbox.console_file(folder / "console.env")
            session = {
                name: value
                for name, value in environments[_CONFIG_FILE].items()
                if name != "ZEEBE_AUTH_CONFIG"
            }
            samples = in_keychain_session(command[0], console_file, session, folder, rounds)
            result.rows += _command_rows({_BARE: samples[0], _KEYCHAIN: samples[1]})[1:]
        else:
            print("gnome-keyring is missing, so the keychain is left out", file=sys.stderr)
    return result


if __name__ == "__main__":
    measure(quick="--quick" in sys.argv).hand_over()

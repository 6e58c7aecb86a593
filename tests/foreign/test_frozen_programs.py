"""Programs that PyInstaller froze, where no Python is installed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import page_runner
import pytest
from page_runner import blocks_of
from virtual_environments import ROOT, run_apart

from zeebe_grpc.sandbox import Sandbox

pytestmark = pytest.mark.timeout(1800)

PAGE = ROOT / "docs" / "how-to" / "freeze.md"
FREEZE_SECONDS = 600
RUN_SECONDS = 120
README = [block.text for block in blocks_of(ROOT / "README.md") if block.language == "python"]
COMMAND_LINE = "import sys\nfrom {}.cli.main import main\nsys.exit(main())\n"
PROGRAMS = {
    "call_a_gateway": next(text for text in README if "zeebe_grpc.connect()" in text),
    "make_credentials": next(text for text in README if "channel_credentials" in text),
    "zeebe-auth": COMMAND_LINE.format("zeebe_auth"),
    "zeebe-grpc": COMMAND_LINE.format("zeebe_grpc"),
}


@pytest.fixture(scope="session")
def python(foreign_environment: Callable[..., Path]) -> Path:
    """An environment with PyInstaller, our wheel, and a third party's store."""
    store = "docs/examples/sqlite-token-store"
    return foreign_environment("pyinstaller", "pyinstaller.txt", ".", store)


@pytest.fixture(scope="session")
def freeze(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Give a function `(program, "onedir" or "onefile") -> the executable`."""
    frozen: dict[tuple[str, str], Path] = {}

    def freeze_program(name: str, kind: str) -> Path:
        if (name, kind) not in frozen:
            folder = tmp_path_factory.mktemp("frozen")
            script = folder / f"{name}.py"
            script.write_text(PROGRAMS[name], encoding="utf-8")
            command = [python, "-m", "PyInstaller", "--log-level", "WARN", f"--{kind}", script]
            cache = {"PYINSTALLER_CONFIG_DIR": str(folder / "cache")}
            run_apart(*command, seconds=FREEZE_SECONDS, cwd=folder, **cache)
            made = folder / "dist" / name
            executable = made / name if kind == "onedir" else made
            frozen[name, kind] = executable.with_suffix(".exe" if sys.platform == "win32" else "")
        return frozen[name, kind]

    return freeze_program


@pytest.fixture
def run_frozen(
    freeze: Callable[[str, str], Path], zeebe_sandbox: Sandbox, tmp_path: Path
) -> Callable[..., str]:
    """Give a function `(program, *arguments, kind="onedir", **variables) -> stdout`. There is
    nothing on PATH; without variables, the sandbox's are set."""

    def run(name: str, *arguments: str, kind: str = "onedir", **variables: str) -> str:
        nowhere = {"PATH": str(tmp_path / "nothing"), "NO_PROXY": "127.0.0.1,localhost"}
        return run_apart(
            freeze(name, kind),
            *arguments,
            seconds=RUN_SECONDS,
            cwd=tmp_path,
            **{**(variables or zeebe_sandbox.variables()), **nowhere},
        )

    return run


@pytest.mark.parametrize("kind", ["onedir", "onefile"])
def test_the_two_lines_of_the_readme_call_a_gateway(run_frozen, zeebe_sandbox, kind) -> None:
    """They find the environment, ask for a token, and print the topology."""
    printed = run_frozen("call_a_gateway", kind=kind)
    assert "clusterSize: 3" in printed.splitlines()
    assert zeebe_sandbox.calls == {("Topology", "OK"): 1}
    assert zeebe_sandbox.token_requests == 1


def test_the_readmes_plain_grpc_credentials_are_made(run_frozen) -> None:
    """`default_provider()` and `channel_credentials()` find all that they are made of."""
    assert run_frozen("make_credentials") == ""


def test_zeebe_auth_runs_its_commands(run_frozen, zeebe_sandbox) -> None:
    """It prints its version and a token, then what it used and where the token is stored."""
    version = f"zeebe-auth {metadata.version('zeebe-credentials')}\n"
    assert run_frozen("zeebe-auth", "--version", kind="onefile") == version
    token = run_frozen("zeebe-auth", "token", kind="onefile").strip()
    assert token.count(".") == 2
    status = run_frozen("zeebe-auth", "status", kind="onefile")
    assert zeebe_sandbox.client_id in status
    assert "FileStore" in status
    assert zeebe_sandbox.token_requests == 1


def test_zeebe_grpc_runs_its_commands(run_frozen, zeebe_sandbox) -> None:
    """It asks for the topology, probes the gateway, and includes gateway.proto."""
    topology = json.loads(run_frozen("zeebe-grpc", "topology", "--output", "json"))
    assert topology["clusterSize"] == 3
    assert "Topology answered" in run_frozen("zeebe-grpc", "doctor")
    proto = (ROOT / "zeebe_grpc" / "gateway.proto").read_text(encoding="utf-8")
    assert run_frozen("zeebe-grpc", "proto") == proto
    assert {status for _, status in zeebe_sandbox.calls} == {"OK"}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no /bin/sh")
def test_a_config_file_names_what_a_third_party_registers(
    run_frozen, zeebe_sandbox, tmp_path
) -> None:
    """A store of another distribution, found by its entry point; and a helper program, which gets
    none of the libraries that were frozen: with their folder its output would be no secret."""
    helper = ["/bin/sh", "-c", 'printf %s "$LD_LIBRARY_PATH$HELPER_SECRET"']
    database = tmp_path / "tokens.sqlite"
    config = tmp_path / "config.toml"
    config.write_text(
        "[profiles.default]\n"
        f"address = {json.dumps(zeebe_sandbox.address)}\n"
        f"ca_certificate = {json.dumps(zeebe_sandbox.ca_certificate_path.as_posix())}\n"
        f"client_id = {json.dumps(zeebe_sandbox.client_id)}\n"
        f"client_secret = {{ command = {json.dumps(helper)} }}\n"
        f"token_url = {json.dumps(zeebe_sandbox.token_url)}\n"
        f"audience = {json.dumps(zeebe_sandbox.audience)}\n"
        f'store = {{ use = "sqlite", path = {json.dumps(database.as_posix())} }}\n',
        encoding="utf-8",
    )
    variables = {
        "ZEEBE_AUTH_CONFIG": str(config),
        "HELPER_SECRET": zeebe_sandbox.client_secret,
    }
    for _ in range(2):
        printed = run_frozen("call_a_gateway", **variables)
        assert "clusterSize: 3" in printed.splitlines()
    assert database.exists()
    assert zeebe_sandbox.token_requests == 1


def test_the_page_does_what_it_says(python, zeebe_sandbox, tmp_path) -> None:
    """The documented commands freeze a program, and it runs."""
    variables = zeebe_sandbox.variables()
    variables["PATH"] = f"{python.parent}:/usr/bin:/bin"
    variables["PYINSTALLER_CONFIG_DIR"] = str(tmp_path / "cache")
    command = [python, page_runner.__file__, PAGE, "pyinstaller"]
    output = run_apart(*command, seconds=FREEZE_SECONDS, cwd=tmp_path, **variables)
    assert output == "4 blocks\n"

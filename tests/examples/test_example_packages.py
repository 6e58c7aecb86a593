"""The third party's store and source of the documentation, installed beside our wheel."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from virtual_environments import run_apart

from zeebe_grpc.sandbox import Sandbox

pytestmark = pytest.mark.timeout(1800)

EXAMPLES = ("docs/examples/sqlite-token-store", "docs/examples/vault-file-source")
SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="session")
def python(foreign_environment: Callable[..., Path]) -> Path:
    return foreign_environment("examples", "zeebe_credentials.txt", ".", *EXAMPLES)


@dataclass
class Machine:
    """A machine with a config file that names both packages, and a vault's file."""

    python: Path
    config: Path
    database: Path
    variables: dict[str, str]

    def run(self, module: str, *arguments: str) -> str:
        command = [self.python, "-m", module, *arguments]
        return run_apart(*command, seconds=60, cwd=self.config.parent, **self.variables)


@pytest.fixture
def machine(python: Path, zeebe_sandbox: Sandbox, tmp_path: Path) -> Machine:
    key = Fernet.generate_key()
    vault, database, config = (tmp_path / name for name in ("vault.json", "t.sqlite", "c.toml"))
    client = {
        "clientId": zeebe_sandbox.client_id,
        "sealedSecret": Fernet(key).encrypt(zeebe_sandbox.client_secret.encode()).decode(),
        "tokenEndpoint": zeebe_sandbox.token_url,
        "audience": zeebe_sandbox.audience,
    }
    vault.write_text(json.dumps({"format": "vault-clients/1", "clients": {"zeebe/test": client}}))
    source = {"path": vault.as_posix(), "entry": "zeebe/test"}
    config.write_text(
        "[profiles.default]\n"
        f"address = {json.dumps(zeebe_sandbox.address)}\n"
        f"ca_certificate = {json.dumps(zeebe_sandbox.ca_certificate_path.as_posix())}\n"
        f'store = {{ use = "sqlite", path = {json.dumps(database.as_posix())} }}\n'
        "[profiles.default.source]\n"
        'use = "vault-file"\n'
        'unseal_key = { env = "VAULT_UNSEAL_KEY" }\n'
        + "".join(f"{name} = {json.dumps(text)}\n" for name, text in source.items())
    )
    variables = {
        "ZEEBE_AUTH_CONFIG": str(config),
        "VAULT_UNSEAL_KEY": key.decode(),
        "NO_PROXY": "127.0.0.1,localhost",
    }
    return Machine(python, config, database, variables)


def test_two_processes_find_both_by_name_and_share_one_token(
    machine: Machine, zeebe_sandbox: Sandbox
) -> None:
    """A config file names source and store: the first process asks for a token, the second finds
    the same one in the store."""
    tokens = [machine.run("zeebe_auth.cli.main", "token") for _ in range(2)]
    assert tokens[0] == tokens[1] != ""
    assert zeebe_sandbox.token_requests == 1


def test_a_gateway_is_called_with_what_they_give(machine: Machine, zeebe_sandbox: Sandbox) -> None:
    """The gateway accepts the token of a third party's source from a third party's store."""
    topologies = [
        json.loads(machine.run("zeebe_grpc.cli.main", "topology", "--output", "json"))
        for _ in range(2)
    ]
    assert [topology["clusterSize"] for topology in topologies] == [3, 3]
    assert zeebe_sandbox.token_requests == 1


def test_status_names_them_and_shows_no_secret(machine: Machine, zeebe_sandbox: Sandbox) -> None:
    """`zeebe-auth status` says where the identity is from and where the token is kept."""
    machine.run("zeebe_auth.cli.main", "token")
    status = machine.run("zeebe_auth.cli.main", "status")
    assert "entry zeebe/test in" in status
    assert "SqliteTokenStore" in status
    assert str(machine.database) in status
    assert zeebe_sandbox.client_secret not in status
    assert machine.variables["VAULT_UNSEAL_KEY"] not in status


def test_both_keep_every_promise_of_their_protocols(python: Path, tmp_path: Path) -> None:
    """As they are installed, both pass the conformance checks, which need no test framework."""
    run_apart(python, SCRIPTS / "check_conformance.py", tmp_path, seconds=300)

"""Backends of keyring that keep secrets in files, installed beside ours."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from zeebe_grpc.sandbox.environment import without_camunda

# An environment for the other backends is made once: that takes some twenty seconds.
pytestmark = pytest.mark.timeout(1800)

SECONDS = 240
ALT = "keyrings.alt.file"
CRYPTFILE = "keyrings.cryptfile.cryptfile"
PLAIN_TEXT = f"{ALT}.PlaintextKeyring (it writes secrets in plain text)"
ASKING = {
    f"{ALT}.EncryptedKeyring": "(it asks for a password on the terminal)",
    f"{CRYPTFILE}.CryptFileKeyring": "(it asks for a password on the terminal)",
}

CHOICE = "import keyring; print(keyring.get_keyring())"
LEFT_TO_KEYRING = """
import keyring
keyring.set_password("zeebe-auth:default", "credentials", "left to keyring")
"""
WITH_PASSWORD = """
import importlib, sys
import keyring
from zeebe_auth import AccessToken, ClientCredentials, ClientSecret, KeyringSource, KeyringStore
from zeebe_auth import Secret, TokenKey
from zeebe_auth.configuration.kept_login import keep_login

module, _, name = sys.argv[1].rpartition(".")
backend = getattr(importlib.import_module(module), name)()
backend.keyring_key = "its password"
keyring.set_keyring(backend)

kept = ClientCredentials(
    client_id="client",
    authentication=ClientSecret(Secret("client-secret")),
    token_url="https://login.example/oauth/token",
)
keep_login("default", kept, {})
credentials = KeyringSource().load()
key = TokenKey.of(credentials)
KeyringStore().save(key, AccessToken(Secret("a-token"), issued_at=0.0, expires_at=None))
print(credentials.client_id, KeyringStore().load(key).value.reveal())
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(python_with_file_backends: Path) -> Run:
    """Give a function `(environment, *command, **variables) -> the ended process`: a command of
    that environment, whose stdin stays open and silent, and which has no other terminal."""

    def run_there(environment, *command, **variables):
        inherited = without_camunda(environment)
        inherited.pop("PYTHONPATH", None)
        with subprocess.Popen(
            [python_with_file_backends.parent / command[0], *command[1:]],
            env={**inherited, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                # communicate() would close stdin, which would end any question.
                process.wait(SECONDS)
            finally:
                process.kill()
            return subprocess.CompletedProcess(
                command, process.returncode, process.stdout.read(), process.stderr.read()
            )

    return run_there


@pytest.fixture
def console_file(user, zeebe_sandbox):
    return zeebe_sandbox.console_file(user.home / "CamundaCloudCredentials.txt")


def files_with(text: str, folder: Path) -> set[str]:
    return {
        path.name
        for path in folder.rglob("*")
        if path.is_file() and text.encode() in path.read_bytes()
    }


def test_a_file_is_no_keychain(user, run, console_file, zeebe_sandbox):
    """Without D-Bus, where keyring would use one of the files, each is refused by name, with the
    reason and what to do instead; there is no prompt and no write."""
    assert "chainer" in run(user.environment, "python", "-c", CHOICE).stdout
    before = set(user.home.rglob("*"))

    login = run(user.environment, "zeebe-auth", "login", "--from-file", str(console_file))

    assert login.returncode == 1
    assert "There is no OS keychain that keeps secrets here" in login.stderr
    for name, reason in ASKING.items():
        assert f"{name} {reason}" in login.stderr
    assert PLAIN_TEXT in login.stderr
    assert "Pass the credentials in the environment or a file" in login.stderr
    assert login.stderr.count("\n") == 1
    assert set(user.home.rglob("*")) == before
    assert files_with(zeebe_sandbox.client_secret, user.home) == {console_file.name}


def test_a_plain_text_file_chosen_by_name_is_refused(user, run, console_file):
    """It is refused even if it is configured: keyring would write the secret there, and we neither
    write it nor trust its content."""
    chosen = {"PYTHON_KEYRING_BACKEND": f"{ALT}.PlaintextKeyring"}
    assert run(user.environment, "python", "-c", LEFT_TO_KEYRING, **chosen).returncode == 0
    plain_text = {path: path.read_bytes() for path in user.home.rglob("keyring_pass.cfg")}
    assert len(plain_text) == 1

    for command in (
        ("login", "--from-file", str(console_file)),
        ("logout",),
    ):
        done = run(user.environment, "zeebe-auth", *command, **chosen)
        assert done.returncode == 1
        assert PLAIN_TEXT in done.stderr
    status = run(user.environment, "zeebe-auth", "status", **chosen)

    assert status.returncode == 2
    assert PLAIN_TEXT in status.stdout
    assert {path: path.read_bytes() for path in user.home.rglob("keyring_pass.cfg")} == plain_text


@pytest.mark.parametrize("name", ASKING)
def test_a_backend_that_asks_holds_nobody_up(user, run, console_file, name):
    """A file with a password is refused before the prompt, so no secret in stdin is taken for its
    password either."""
    login = run(
        user.environment,
        "zeebe-auth",
        "login",
        "--from-file",
        str(console_file),
        PYTHON_KEYRING_BACKEND=name,
    )

    assert login.returncode == 1
    assert f"keyring offers {name} {ASKING[name]}." in login.stderr
    assert login.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ASKING)
def test_a_program_may_use_a_file_that_it_has_opened(user, run, name):
    """With its password set by the program, an encrypted file keeps credentials and tokens, and
    neither is readable in it."""
    done = run(user.environment, "python", "-c", WITH_PASSWORD, name)

    assert done.stdout == "client a-token\n", done.stderr
    assert len(list(user.home.rglob("*_pass.cfg"))) == 1
    assert files_with("client-secret", user.home) == files_with("a-token", user.home) == set()


def test_gnome_keyring_is_taken_before_the_files(session, user, run, console_file, zeebe_sandbox):
    """With gnome-keyring beside them, everything is kept there, tokens too, and a logout leaves
    nothing."""
    assert "chainer" in run(session.environment, "python", "-c", CHOICE).stdout
    variables = {"ZEEBE_AUTH_STORE": "keyring"}
    secret = zeebe_sandbox.client_secret

    login = run(
        session.environment, "zeebe-auth", "login", "--from-file", str(console_file), **variables
    )
    assert login.returncode == 0, login.stderr
    console_file.unlink()
    topology = run(session.environment, "zeebe-grpc", "topology", **variables)
    assert topology.returncode == 0, topology.stderr
    assert zeebe_sandbox.token_requests == 1

    everything = ("search", "--all", "application", "Python keyring library")
    kept = session.secret_tool(*everything)
    assert secret in kept
    assert "zeebe-auth-tokens" in kept
    assert list(user.home.rglob("*_pass.cfg")) == []
    assert files_with(secret, user.home) == set()
    assert run(session.environment, "zeebe-auth", "logout", **variables).returncode == 0
    assert session.secret_tool(*everything) == ""


def test_a_locked_gnome_keyring_does_not_lead_to_a_file(session, user, run, console_file):
    """While it is locked, the login fails: what was to be kept is not put into a file instead."""
    session.lock()

    login = run(session.environment, "zeebe-auth", "login", "--from-file", str(console_file))

    assert login.returncode == 1
    assert "The OS keychain is locked." in login.stderr
    assert list(user.home.rglob("*_pass.cfg")) == []

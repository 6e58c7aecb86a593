"""What is said of keychains holds for a real one."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import warnings
from contextlib import ExitStack

import pytest
import secretstorage

from zeebe_auth import keychain
from zeebe_auth.stores import FileStore, KeychainEncryption, KeyringStore
from zeebe_auth.testing import TokenStoreConformance, store_checks
from zeebe_auth.testing.peer_process import Peer
from zeebe_auth.testing.specimens import fresh_key, numbered_token


@pytest.fixture(autouse=True)
def _forget_open_connections():
    """keyring leaves its connection open where a keychain is locked or missing."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("name", [check.name for check in store_checks(KeyringStore)])
def test_the_keyring_store_conforms(name):
    """Among threads and processes, it keeps every promise of a store."""
    next(check for check in store_checks(KeyringStore) if check.name == name).run()


@pytest.mark.usefixtures("session")
class TestEncryptedFileStoreConforms(TokenStoreConformance):
    """So does the file store whose key is in a real keychain."""

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path):
        self.directory = tmp_path / "tokens"

    def make_store(self):
        return FileStore(self.directory, encryption=KeychainEncryption())


@pytest.mark.parametrize("text", ["plain", "grüße 令牌\n~._-", "x" * 8192, "y" * 1_000_000])
def test_what_was_written_is_read(session, text):
    """Any text comes back, and the system's own program sees the same entry."""
    keychain.write("zeebe-auth:prod", "client_secret", text)

    assert keychain.read("zeebe-auth:prod", "client_secret") == text
    lookup = subprocess.run(
        ["secret-tool", "lookup", "service", "zeebe-auth:prod", "username", "client_secret"],
        env=session.environment,
        capture_output=True,
        check=True,
        timeout=30,
    )
    assert lookup.stdout.decode() == text
    assert keychain.delete("zeebe-auth:prod", "client_secret") is True
    assert keychain.delete("zeebe-auth:prod", "client_secret") is False
    assert keychain.read("zeebe-auth:prod", "client_secret") is None


def test_a_locked_keychain_says_so(session):
    """A locked keychain without a display is an error that says what to do, not a hang."""
    keychain.write("service", "name", "text")
    connection = secretstorage.dbus_init()
    secretstorage.get_default_collection(connection).lock()
    connection.close()

    with pytest.raises(keychain.KeychainLocked, match="Unlock it"):
        keychain.read("service", "name")


def test_a_stopped_daemon_holds_nobody_up(session, monkeypatch):
    """While the daemon is stopped calls end in time; when it goes on, so do they."""
    keychain.write("service", "name", "text")
    daemon = session.daemon_process_id()
    os.kill(daemon, signal.SIGSTOP)
    monkeypatch.setattr(keychain, "TIME_LIMIT_SECONDS", 0.5)

    with pytest.raises(keychain.KeychainTimeout, match="restart its service"):
        keychain.read("service", "name")

    os.kill(daemon, signal.SIGCONT)
    monkeypatch.setattr(keychain, "TIME_LIMIT_SECONDS", 5.0)
    assert keychain.read("service", "name") == "text"


def test_a_session_without_a_keychain_says_so(start_session):
    """A daemon in which no keychain was ever made counts as none."""
    start_session(with_keychain=False)

    with pytest.raises(keychain.KeychainUnavailable, match="make a keychain"):
        keychain.write("service", "name", "text")


def test_a_machine_without_a_bus_says_so(tmp_path):
    """Without D-Bus, as in a container, there is no keychain."""
    program = (
        "from zeebe_auth import keychain\n"
        "try:\n    keychain.read('service', 'name')\n"
        "except keychain.KeychainUnavailable as error:\n    print(error)\n"
    )
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "XDG_RUNTIME_DIR"}
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert "no OS keychain that keeps secrets" in done.stdout


@pytest.mark.usefixtures("session")
def test_processes_that_start_together_make_one_key(tmp_path):
    """The key of an encrypted file store is made once, whoever is first."""
    directory = tmp_path / "tokens"

    def make_store():
        return FileStore(directory, encryption=KeychainEncryption())

    keys = [fresh_key(f"process {number}") for number in range(4)]
    with ExitStack() as stack:
        peers = [stack.enter_context(Peer(make_store)) for _ in keys]
        for number, (peer, key) in enumerate(zip(peers, keys, strict=True)):
            peer.tell("save", key.digest, key.label, number)
        for peer in peers:
            peer.answer()

    store = make_store()
    assert [store.load(key) for key in keys] == [numbered_token(number) for number in range(4)]

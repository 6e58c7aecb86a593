"""What the documentation says of keychains holds for a real one."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import warnings
from contextlib import ExitStack

import pytest
from thread_ends import join_threads

from zeebe_auth import AccessToken, KeyringSource, Secret
from zeebe_auth.keychain import access as keychain
from zeebe_auth.keychain import calls
from zeebe_auth.stores import FileStore, KeychainEncryption, KeyringStore
from zeebe_auth.testing import TokenStoreConformance, store_checks
from zeebe_auth.testing.peer_process import Peer
from zeebe_auth.testing.specimens import fresh_key, numbered_token

LONG_TOKEN = AccessToken(Secret("t" * 8192), issued_at=0.0, expires_at=9999999999.0)


def join_keychain_threads():
    join_threads("zeebe-auth keychain")


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
    """The file store whose key is in a real keychain conforms."""

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path):
        self.directory = tmp_path / "tokens"

    def make_store(self):
        return FileStore(self.directory, encryption=KeychainEncryption())


@pytest.mark.parametrize("text", ["plain", "grüße 令牌\n~._-", "x" * 8192, "y" * 1_000_000])
def test_what_was_written_is_read(session, text):
    """Any string is read back, and the system's own program sees the same entry."""
    keychain.write("zeebe-auth:prod", "client_secret", text)

    assert keychain.read("zeebe-auth:prod", "client_secret") == text
    found = ("service", "zeebe-auth:prod", "username", "client_secret")
    assert session.secret_tool("lookup", *found) == text
    assert keychain.delete("zeebe-auth:prod", "client_secret") is True
    assert keychain.delete("zeebe-auth:prod", "client_secret") is False
    assert keychain.read("zeebe-auth:prod", "client_secret") is None


def test_a_token_of_8_kib_is_kept(session):
    """A token as long as identity providers make them is read back whole, and is deleted whole."""
    store, key = KeyringStore(), fresh_key("long")
    store.save(key, LONG_TOKEN)

    assert store.load(key) == LONG_TOKEN
    assert LONG_TOKEN.value.reveal() in session.secret_tool("lookup", "username", key.digest)
    store.delete(key)
    assert session.secret_tool("search", "--all", "service", "zeebe-auth-tokens") == ""


ACCESSES = {
    "the source": lambda: KeyringSource().load(),
    "the store's load": lambda: KeyringStore().load(fresh_key("label")),
    "the store's save": lambda: KeyringStore().save(fresh_key("label"), LONG_TOKEN),
    "the store's delete": lambda: KeyringStore().delete(fresh_key("label")),
    "the sealed file store": lambda: FileStore(encryption=KeychainEncryption()).save(
        fresh_key("label"), LONG_TOKEN
    ),
}
accesses = pytest.mark.parametrize("access", ACCESSES.values(), ids=ACCESSES.keys())


@accesses
def test_a_locked_keychain_says_so(session, access):
    """A locked keychain without a display raises an error that says what to do, and doesn't
    hang."""
    keychain.write("service", "name", "text")
    session.lock()

    with pytest.raises(keychain.KeychainLocked, match="Unlock it"):
        access()


# keyring leaves its connection open where a keychain is locked, and Python may find it here.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@accesses
def test_another_password_leaves_the_keychain_locked(start_session, access):
    """A keychain that was made with another password than the session's stays locked, and its
    content is still there for the right one."""
    first = start_session(password="first")
    keychain.write("service", "name", "text")
    first.end()
    second = start_session(password="second")

    with pytest.raises(keychain.KeychainLocked, match="Unlock it"):
        access()

    second.end()
    start_session(password="first")
    assert keychain.read("service", "name") == "text"


@accesses
def test_a_stopped_daemon_is_a_timeout(session, monkeypatch, access):
    """A caller of a stopped daemon gets an error when the time is up."""
    keychain.write("service", "name", "text")
    session.stop_daemon()
    monkeypatch.setattr(calls, "TIME_LIMIT_SECONDS", 0.5)

    with pytest.raises(keychain.KeychainTimeout, match="restart its service") as caught:
        access()

    assert caught.value.retryable
    session.continue_daemon()
    join_keychain_threads()


def test_a_daemon_that_goes_on_is_asked_again(session, monkeypatch):
    """When a stopped daemon goes on, so do the calls."""
    keychain.write("service", "name", "text")
    session.stop_daemon()
    monkeypatch.setattr(calls, "TIME_LIMIT_SECONDS", 0.5)
    with pytest.raises(keychain.KeychainTimeout):
        keychain.read("service", "name")

    session.continue_daemon()
    join_keychain_threads()
    monkeypatch.setattr(calls, "TIME_LIMIT_SECONDS", 60.0)
    assert keychain.read("service", "name") == "text"


def test_a_session_without_a_keychain_says_so(start_session):
    """A daemon without a keychain counts as none."""
    start_session(password=None)

    with pytest.raises(keychain.KeychainUnavailable, match="make a keychain"):
        keychain.write("service", "name", "text")


def test_a_machine_without_a_bus_says_so(tmp_path):
    """Without D-Bus, as in a container, there is no keychain."""
    program = (
        "from zeebe_auth.keychain import access as keychain\n"
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
    """The key of an encrypted file store is made once, whichever process is first."""
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

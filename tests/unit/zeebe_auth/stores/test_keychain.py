"""The keyring store keeps each token as an entry of the OS keychain."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from zeebe_auth.errors import ConfigurationError, StoreError
from zeebe_auth.keychain import access as keychain
from zeebe_auth.secret import Secret
from zeebe_auth.stores import KeyringStore
from zeebe_auth.testing import store_checks
from zeebe_auth.token import AccessToken

NAMES = [check.name for check in store_checks(KeyringStore, shared_between_processes=False)]


@pytest.fixture
def store(tmp_path, keychain_entries):
    return KeyringStore(lock_directory=tmp_path / "locks")


@pytest.mark.parametrize("name", NAMES)
def test_it_conforms(name, tmp_path, memory_keychain):
    """It keeps a store's promises within a process; tests/peers has a real keychain and several."""
    make_store = lambda: KeyringStore(lock_directory=tmp_path / "locks")
    checks = store_checks(make_store, shared_between_processes=False)
    next(check for check in checks if check.name == name).run()


def test_an_entry_is_named_by_the_digest(store, key, token):
    """The keychain shows the service, and no label."""
    store.save(key, token)

    text = keychain.read("zeebe-auth-tokens", key.digest)

    assert "t0ken-value" in text
    assert "id.example" not in text


def test_services_are_kept_apart(store, key, token, tmp_path):
    """Another service is another store."""
    store.save(key, token)

    assert KeyringStore("mine", lock_directory=tmp_path / "locks").load(key) is None


def test_an_entry_that_is_no_token_is_a_miss(store, key, token, caplog):
    """A foreign entry is ignored, logged, and replaced by the next save."""
    for text in ("not JSON", "{}", "\udc80"):
        keychain.write("zeebe-auth-tokens", key.digest, text)
        assert store.load(key) is None
    store.delete(key, token)
    assert keychain.read("zeebe-auth-tokens", key.digest) == "\udc80"
    assert "is no token" in caplog.text

    store.save(key, token)
    assert store.load(key) == token


def test_a_token_too_large_for_the_keychain_is_refused(key, tmp_path, memory_keychain):
    """The error names the store without that limit."""
    memory_keychain()
    store = KeyringStore(lock_directory=tmp_path / "locks")

    with pytest.raises(StoreError, match="encrypted file store"):
        store.save(key, AccessToken(Secret("x" * 1280)))


@pytest.mark.usefixtures("no_keychain")
def test_without_a_keychain_it_says_so(key, token):
    """Each operation reports that there is no keychain; the lock is a file and works."""
    store = KeyringStore()

    for call in (
        lambda: store.load(key),
        lambda: store.save(key, token),
        lambda: store.delete(key),
        lambda: store.delete(key, token),
    ):
        with pytest.raises(keychain.KeychainUnavailable):
            call()
    with store.lock(key, 1.0) as had:
        assert had is True


def test_without_a_place_for_lock_files_there_is_no_lock(store, key, token, monkeypatch):
    """A user without a home directory gets no lock and an error from a save, but can read."""
    store.save(key, token)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: Path("~/.cache"))
    store = KeyringStore()

    with store.lock(key, 1.0) as had:
        assert had is False
    with pytest.raises(StoreError, match="Set HOME"):
        store.save(key, token)
    assert store.load(key) == token


def test_stores_are_equal_by_recipe(store):
    """Two stores of one service are equal, and a store pickles without its entries."""
    assert KeyringStore() == KeyringStore() == store
    assert hash(KeyringStore()) == hash(store)
    assert KeyringStore() != KeyringStore("mine")
    assert KeyringStore() != "a store"
    assert pickle.loads(pickle.dumps(store)) == store
    assert repr(store) == "KeyringStore('zeebe-auth-tokens')"


def test_an_empty_service_is_refused():
    """An empty setting is an error."""
    with pytest.raises(ConfigurationError, match="empty string"):
        KeyringStore("")

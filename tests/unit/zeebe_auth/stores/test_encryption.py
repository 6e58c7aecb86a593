"""An encrypted file store encrypts its files with a key that is in the OS keychain."""

from __future__ import annotations

import base64
import pickle

import pytest

from zeebe_auth.errors import StoreError
from zeebe_auth.keychain import access as keychain
from zeebe_auth.refusal import Refusal
from zeebe_auth.secret import Secret
from zeebe_auth.stores import FileStore, KeychainEncryption
from zeebe_auth.testing import TokenStoreConformance
from zeebe_auth.testing.conformance import in_threads
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

ENTRY = ("zeebe-auth", "file-store-key")


@pytest.mark.usefixtures("keychain_entries")
class TestEncryptedFileStoreConforms(TokenStoreConformance):
    """With encryption it keeps the same promises."""

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path):
        self.directory = tmp_path / "tokens"

    def make_store(self):
        return FileStore(self.directory, encryption=KeychainEncryption())


@pytest.fixture
def store(tmp_path, keychain_entries):
    return FileStore(tmp_path / "tokens", encryption=KeychainEncryption())


@pytest.fixture
def file(store, key):
    return store.directory / f"{key.digest}.sealed"


def test_no_file_shows_what_is_in_it(store, key, token):
    """Neither a token nor a label nor a refusal can be read in any file."""
    store.save(key, token)
    store.save_refusal(key, Refusal(1.0, "refused", 1, "salt:digest"))

    content = b"".join(path.read_bytes() for path in store.directory.iterdir())

    for text in (b"t0ken-value", b"id.example", b"refused"):
        assert text not in content
    assert store.load(key) == token
    assert store.load_refusal(key) == Refusal(1.0, "refused", 1, "salt:digest")


def test_a_token_larger_than_any_keychain_entry_is_kept(store, key):
    """Only the key is in the keychain, so the size of a token doesn't matter."""
    large = AccessToken(Secret("x" * 100_000))
    store.save(key, large)

    assert store.load(key) == large
    assert len(keychain.read(*ENTRY)) == 44


def test_the_key_is_made_once(store, key, token, keychain_entries):
    """Processes that start together use one key, whichever made it."""
    others = [TokenKey(f"{number:064x}") for number in range(8)]

    def save(other):
        FileStore(store.directory, encryption=KeychainEncryption()).save(other, token)

    in_threads([lambda other=other: save(other) for other in others])

    fresh = FileStore(store.directory, encryption=KeychainEncryption())
    assert [fresh.load(other) for other in others] == [token] * 8


def test_the_key_is_read_once(store, key, token, monkeypatch):
    """After the first token the keychain is not called again."""
    store.save(key, token)
    monkeypatch.setattr(keychain, "read", None)
    monkeypatch.setattr(keychain, "write", None)

    store.save(key, AccessToken(Secret("new")))

    assert store.load(key) == AccessToken(Secret("new"))


def test_a_key_that_was_replaced_is_read_again(store, key, token):
    """A process with an old key reads the new one, and doesn't take the other's file for
    corrupt."""
    store.save(key, token)
    keychain.write(*ENTRY, base64.b64encode(b"k" * 32).decode())
    FileStore(store.directory, encryption=KeychainEncryption()).save(key, token)

    assert store.load(key) == token


@pytest.mark.parametrize("change", ["another key", "changed", "cut", "plain", "too short"])
def test_a_file_that_was_not_sealed_here_is_a_miss(store, file, key, token, change):
    """A file of another key, or one that was changed, is set aside."""
    store.save(key, token)
    sealed = file.read_bytes()
    if change == "another key":
        keychain.write(*ENTRY, base64.b64encode(b"k" * 32).decode())
    else:
        changed = bytes([*sealed[:-1], sealed[-1] ^ 1])
        file.write_bytes(
            {"changed": changed, "cut": sealed[:-1], "plain": b"{}", "too short": sealed[:21]}[
                change
            ]
        )
    fresh = FileStore(store.directory, encryption=KeychainEncryption())

    assert fresh.load(key) is None
    assert file.with_name(f"{file.name}.corrupt").exists()


@pytest.mark.parametrize("purpose", ["another key", "a refusal"])
def test_a_file_under_another_name_is_not_accepted(store, file, key, token, purpose):
    """The encryption is bound to the key and to the kind of content: a copied file is refused."""
    other = TokenKey("f" * 64)
    store.save(other, token)
    store.save(key, token)
    target = file if purpose == "another key" else file.with_name(f"{key.digest}.refusal.sealed")
    content = (store.directory / f"{other.digest}.sealed").read_bytes()
    target.write_bytes(content if purpose == "another key" else file.read_bytes())
    target.chmod(0o600)

    assert (store.load(key) if purpose == "another key" else store.load_refusal(key)) is None


def test_a_plain_file_from_before_is_removed(store, key, token):
    """When encryption is turned on no readable token is left after the next save."""
    FileStore(store.directory).save(key, token)

    assert store.load(key) is None
    store.save(key, token)

    assert not (store.directory / f"{key.digest}.json").exists()
    assert store.load(key) == token


def test_an_entry_that_is_no_key_is_named(store, key, token):
    """Something else under the key's name is not overwritten."""
    for text in ("not base64!", base64.b64encode(b"short").decode()):
        keychain.write(*ENTRY, text)
        with pytest.raises(StoreError, match="is not the key of a file store"):
            store.save(key, token)
        assert keychain.read(*ENTRY) == text


@pytest.mark.usefixtures("no_keychain")
def test_without_a_keychain_nothing_is_written(tmp_path, key, token):
    """A missing keychain is an error that says so; no token is left unencrypted."""
    store = FileStore(tmp_path / "tokens", encryption=KeychainEncryption())

    with pytest.raises(keychain.KeychainUnavailable):
        store.save(key, token)
    assert store.load(key) is None
    assert not (tmp_path / "tokens").exists()


def test_a_key_is_not_made_without_a_lock(tmp_path, key, token, keychain_entries):
    """Where there can be no lock file, two processes could make two keys: an error says so."""
    (tmp_path / "file").touch()
    encryption = KeychainEncryption(lock_directory=tmp_path / "file")

    with pytest.raises(StoreError, match="no lock to be had"):
        FileStore(tmp_path / "tokens", encryption=encryption).save(key, token)
    assert keychain.read(*ENTRY) is None


def test_it_pickles_without_its_key(store, key, token):
    """Another process reads the key itself."""
    encryption = KeychainEncryption()
    sealed = encryption.seal(b"text", b"context")

    content = pickle.dumps(encryption)

    copy = pickle.loads(content)
    assert base64.b64decode(keychain.read(*ENTRY)) not in content
    assert copy == encryption
    assert hash(copy) == hash(encryption)
    assert copy.unseal(sealed, b"context") == b"text"


def test_it_is_equal_by_the_key_it_names():
    """Two of the same keychain entry are equal."""
    assert KeychainEncryption() != KeychainEncryption(username="other")
    assert KeychainEncryption() != "zeebe-auth"
    assert repr(KeychainEncryption()) == "KeychainEncryption('zeebe-auth', 'file-store-key')"

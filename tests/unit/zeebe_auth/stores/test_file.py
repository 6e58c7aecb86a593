"""The file store keeps each token in a private file of its own."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from zeebe_auth.errors import ConfigurationError, StoreError
from zeebe_auth.refusal import Refusal
from zeebe_auth.secret import Secret
from zeebe_auth.stores import FileStore, KeychainEncryption
from zeebe_auth.testing import TokenStoreConformance
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey


class TestFileStoreConforms(TokenStoreConformance):
    """It keeps every promise of a store, its lock and its refusals."""

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path):
        self.directory = tmp_path / "tokens"

    def make_store(self):
        return FileStore(self.directory)


def test_all_that_is_made_above_it_is_the_users_alone(tmp_path, monkeypatch, key, token):
    """`~/.cache`, where it is missing, and `~/.cache/zeebe-auth` are 0700, too; others stay."""
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CACHE_HOME")
    before = os.umask(0)
    try:
        store = FileStore()
        store.save(key, token)
    finally:
        os.umask(before)

    made = [store.directory, *store.directory.parents]
    made = made[: made.index(home)]
    assert len(made) > 1
    assert {stat.S_IMODE(each.stat().st_mode) for each in made} == {0o700}
    assert stat.S_IMODE(home.stat().st_mode) == 0o755


def test_directory_and_files_are_the_users_alone(tmp_path, key, token):
    """Whatever the umask, the directory is 0700 and every file 0600."""
    directory = tmp_path / "new" / "tokens"
    store = FileStore(directory)
    before = os.umask(0)
    try:
        store.save(key, token)
        store.save_refusal(key, Refusal(1.0, "refused", 1, "salt:digest"))
        with store.lock(key, 1.0):
            pass
    finally:
        os.umask(before)

    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE(directory.parent.stat().st_mode) == 0o700
    files = list(directory.iterdir())
    assert len(files) == 5
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_file_is_private_before_a_byte_is_in_it(tmp_path, key, token, monkeypatch):
    """The token is written into a file that is 0600 already, and synced before it is renamed."""
    seen = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor):
        seen.append(("sync", stat.S_IMODE(os.fstat(descriptor).st_mode)))
        real_sync(descriptor)

    def replace(self, target):
        seen.append(("rename", Path(target).name))
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    FileStore(tmp_path / "tokens").save(key, token)

    assert seen == [("sync", 0o600), ("rename", f"{key.digest}.json"), ("sync", 0o700)]


def test_a_file_says_whose_token_it_is(tmp_path, key, token):
    """The name is the digest alone; the label is in the file, for people."""
    FileStore(tmp_path).save(key, token)

    document = json.loads((tmp_path / f"{key.digest}.json").read_text())

    assert document["key"] == key.digest
    assert document["label"] == "me at id.example for zeebe"


def test_ten_thousand_keys_cost_what_one_costs(tmp_path, key, token, monkeypatch):
    """No operation lists the directory."""
    store = FileStore(tmp_path)
    for number in range(10_000):
        digest = hashlib.sha256(b"%d" % number).hexdigest()
        (tmp_path / f"{digest}.json").touch()

    def refuse(*arguments):
        raise AssertionError("the directory is listed")

    monkeypatch.setattr(os, "listdir", refuse)
    monkeypatch.setattr(os, "scandir", refuse)
    store.save(key, token)
    assert store.load(key) == token
    with store.lock(key, 1.0) as had:
        assert had
    store.delete(key, token)
    assert store.load(key) is None


def test_a_load_imports_nothing_heavy(tmp_path, key, token):
    """With a given directory, reading a token imports nothing that only a save needs."""
    FileStore(tmp_path).save(key, token)
    program = f"""
import sys
from zeebe_auth.stores import FileStore
from zeebe_auth.token_key import TokenKey
assert FileStore({str(tmp_path)!r}).load(TokenKey({key.digest!r})) is not None
heavy = {{"filelock", "platformdirs", "cryptography", "keyring", "asyncio", "logging"}}
print(sorted(heavy & {{name.partition(".")[0] for name in sys.modules}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"


def test_without_a_directory_the_users_cache_is_used(tmp_path, key, token, monkeypatch):
    """The default directory is the product's own, below the user's cache directory."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name, **_: tmp_path / name)
    store = FileStore()
    store.save(key, token)

    assert store.directory == tmp_path / "zeebe-auth" / "tokens"
    assert (store.directory / f"{key.digest}.json").exists()


@pytest.mark.parametrize(
    "variables",
    [
        {"HOME": "/home/one"},
        {"HOME": "/home/one/"},
        {"HOME": "/home/one", "XDG_CACHE_HOME": "/cache"},
        {"HOME": "/home/one", "XDG_CACHE_HOME": ""},
        {"HOME": ""},
        {},
    ],
)
def test_the_users_cache_is_where_platformdirs_says(variables, monkeypatch):
    """The default directory is found without that library, and is the same."""
    from platformdirs import user_cache_path

    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    expected = user_cache_path("zeebe-auth", appauthor=False) / "tokens"

    if expected.is_absolute():
        assert FileStore().directory == expected
    else:
        with pytest.raises(StoreError, match="Set HOME"):
            FileStore().directory


def test_a_user_without_a_home_is_told_so(key, token, monkeypatch):
    """If the system has no home directory for the user, nothing is written into the current one."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: Path("~/.cache"))
    store = FileStore()

    with pytest.raises(StoreError, match="Set HOME"):
        store.save(key, token)
    with pytest.raises(StoreError, match="Set HOME"):
        store.load(key)
    with store.lock(key, 0.0) as had:
        assert had is False


def test_an_empty_directory_string_is_refused():
    """An empty setting doesn't put tokens into the current directory."""
    with pytest.raises(ConfigurationError, match="empty string"):
        FileStore("")


def test_stores_are_equal_by_recipe(tmp_path):
    """Two stores of the same files are equal, so that providers share requests."""
    sealed = FileStore(tmp_path, encryption=KeychainEncryption())

    assert FileStore(tmp_path) == FileStore(str(tmp_path) + "/./")
    assert hash(FileStore(tmp_path)) == hash(FileStore(str(tmp_path)))
    assert FileStore(tmp_path) != FileStore(tmp_path / "other")
    assert FileStore(tmp_path) != sealed
    assert sealed == FileStore(tmp_path, encryption=KeychainEncryption())
    assert FileStore() == FileStore()
    assert FileStore(tmp_path) != "a store"


def test_a_store_pickles_as_its_recipe(tmp_path, key, token):
    """A copy in another process uses the same files."""
    store = FileStore(tmp_path)
    store.save(key, token)

    copy = pickle.loads(pickle.dumps(store))

    assert copy == store
    assert copy.load(key) == token


def test_its_repr_tells_the_recipe(tmp_path):
    """The repr identifies a store in a log line."""
    assert repr(FileStore()) == "FileStore()"
    assert repr(FileStore(tmp_path)) == f"FileStore({str(tmp_path)!r})"
    assert "encryption=KeychainEncryption(" in repr(FileStore(encryption=KeychainEncryption()))


def test_a_token_of_another_value_is_not_deleted_by_a_torn_file(tmp_path, key, token):
    """delete(key, token) keeps a file without a readable token: it may be another one."""
    store = FileStore(tmp_path)
    store.save(key, token)
    (tmp_path / f"{key.digest}.json").write_text("{")

    store.delete(key, token)
    assert (tmp_path / f"{key.digest}.json").exists()
    store.delete(key)
    assert not (tmp_path / f"{key.digest}.json").exists()


def test_a_token_that_vanishes_meanwhile_is_no_error(tmp_path, key, token, monkeypatch):
    """A delete that finds no token under its lock does nothing."""
    store = FileStore(tmp_path)
    store.save(key, token)
    monkeypatch.setattr(type(store._directory), "has", lambda *_: True)
    (tmp_path / f"{key.digest}.json").unlink()

    store.delete(key, token)
    store.delete(key)
    store.save_refusal(key, None)


def test_a_lock_waits_no_longer_than_told(tmp_path, key):
    """A negative time-out tries once, where the lock file's library would wait for ever."""
    store = FileStore(tmp_path)
    with store.lock(key, 1.0) as had, store.lock(key, -1.0) as again:
        assert (had, again) == (True, False)


def test_an_expired_token_is_given_as_it_is(tmp_path, key):
    """The store returns it: the caller decides about expiry."""
    old = AccessToken(Secret("old"), "Bearer", 1.0, 2.0)
    store = FileStore(tmp_path)
    store.save(key, old)

    assert store.load(TokenKey(key.digest)) == old

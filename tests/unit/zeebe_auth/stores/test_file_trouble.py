"""How the file store handles a faulty disk, directory or file."""

from __future__ import annotations

import errno
import logging
import os
from contextlib import contextmanager

import pytest

from zeebe_auth.errors import StoreError
from zeebe_auth.files import private_file
from zeebe_auth.refusal import Refusal
from zeebe_auth.secret import Secret
from zeebe_auth.stores import FileStore, private_directory
from zeebe_auth.stores.private_directory import PrivateDirectory
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "tokens")


@pytest.fixture
def file(store, key):
    return store.directory / f"{key.digest}.json"


@pytest.fixture
def read_only_disk(monkeypatch):
    """Tests may run as root, whom no permission stops: the system calls fail instead."""
    real_open = os.open
    error = OSError(errno.EROFS, os.strerror(errno.EROFS))

    def refuse(*arguments, **keywords):
        raise error

    def open_to_read(path, flags, *arguments, **keywords):
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise error
        return real_open(path, flags, *arguments, **keywords)

    def make_it_so():
        monkeypatch.setattr(os, "open", open_to_read)
        for name in ("mkdir", "replace", "rename"):
            monkeypatch.setattr(os, name, refuse)

    return make_it_so


def test_a_read_only_disk_still_gives_its_tokens(store, key, token, read_only_disk):
    """A saved token is read; a save reports what is wrong; the lock is not acquired and doesn't
    raise."""
    store.save(key, token)
    read_only_disk()

    with pytest.raises(StoreError, match=r"Read-only file system\. Name a directory on a writable"):
        store.save(key, AccessToken(Secret("new")))
    assert store.load(key) == token
    with store.lock(key, 1.0) as had:
        assert had is False
    store.delete(TokenKey("0" * 64))


def test_a_read_only_disk_without_a_directory_is_an_empty_store(store, key, token, read_only_disk):
    """Where nothing was ever saved, a load is a miss and only a save is an error."""
    read_only_disk()

    assert store.load(key) is None
    assert store.load_refusal(key) is None
    store.delete(key)
    with pytest.raises(StoreError, match=r"Could not make .*tokens: Read-only file system"):
        store.save(key, token)
    with store.lock(key, 1.0) as had:
        assert had is False


def test_a_corrupt_file_on_a_read_only_disk_is_a_miss(store, file, key, token, read_only_disk):
    """Where a file can't be set aside, the store goes on without it."""
    store.save(key, token)
    file.write_text("{")
    read_only_disk()

    assert store.load(key) is None
    assert file.read_text() == "{"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_keeps_the_old_token(store, file, key, token, monkeypatch, number):
    """A save that does not fit leaves the previous token and no part of the new one."""
    store.save(key, token)

    def refuse(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StoreError, match="Free some space"):
        store.save(key, AccessToken(Secret("new")))

    assert store.load(key) == token
    assert not file.with_name(f"{file.name}.new").exists()


def test_a_rename_that_fails_keeps_the_old_token(store, file, key, token, monkeypatch):
    """The temporary file is removed."""
    store.save(key, token)

    def refuse(*arguments):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "rename", refuse)
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(StoreError, match="Give this user the right"):
        store.save(key, AccessToken(Secret("new")))

    assert store.load(key) == token
    assert not file.with_name(f"{file.name}.new").exists()


def test_what_a_killed_writer_left_is_replaced(store, file, key, token):
    """A temporary file of a process that was killed blocks no later save."""
    store.save(key, token)
    aside = file.with_name(f"{file.name}.new")
    aside.write_text("half a tok")

    store.save(key, AccessToken(Secret("new")))

    assert store.load(key) == AccessToken(Secret("new"))
    assert not aside.exists()


def test_a_file_that_can_not_be_read_or_removed_is_named(store, file, key, token, monkeypatch):
    """The system's own reason and the path are in the error."""
    store.save(key, token)

    def refuse(*arguments, **keywords):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "unlink", refuse)
    with pytest.raises(StoreError, match=f"Could not remove {file}.*Input/output error"):
        store.delete(key, token)
    monkeypatch.setattr(os, "read", refuse)
    with pytest.raises(StoreError, match=f"Could not read {file}.*Input/output error"):
        store.load(key)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\x00\xff\xfe",
        b"[" * 100_000,
        b'{"key": "KEY"}',
        b'{"key": "KEY", "token": []}',
        b'{"key": "KEY", "token": {"version": 2}}',
        b'{"key": "KEY", "token": {"version": 1, "access_token": "two words"}}',
        b'{"key": "another", "token": {"version": 1}}',
    ],
)
def test_a_corrupt_file_is_a_miss_and_set_aside(store, file, key, token, content, caplog):
    """It is kept for inspection, logged once, and prevents no save."""
    content = content.replace(b"KEY", key.digest.encode())
    store.save(key, token)
    file.write_bytes(content)

    with caplog.at_level(logging.WARNING, "zeebe_auth"):
        assert store.load(key) is None
        assert store.load(key) is None

    aside = file.with_name(f"{file.name}.corrupt")
    assert aside.read_bytes() == content
    assert not file.exists()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert aside.name in caplog.text
    store.save(key, token)
    assert store.load(key) == token
    store.delete(key)
    assert not aside.exists()


def test_a_file_copied_from_another_key_is_not_accepted(store, file, key, token):
    """The key inside the file decides, not its name."""
    other = TokenKey("f" * 64)
    store.save(other, token)
    file.write_bytes((store.directory / f"{other.digest}.json").read_bytes())
    file.chmod(0o600)

    assert store.load(key) is None
    assert store.load(other) == token


def test_a_corrupt_refusal_is_a_miss_too(store, key):
    """The file of a refusal is handled as that of a token."""
    store.save_refusal(key, Refusal(1.0, "refused", 1, "salt:digest"))
    (store.directory / f"{key.digest}.refusal.json").write_text("{")

    assert store.load_refusal(key) is None
    assert (store.directory / f"{key.digest}.refusal.json.corrupt").exists()


@pytest.mark.parametrize("meanwhile", ["saved", "deleted"])
def test_a_file_mended_meanwhile_is_not_set_aside(store, file, key, token, monkeypatch, meanwhile):
    """A good file that replaced the corrupt one before the lock was acquired is used, not
    renamed."""
    store.save(key, token)
    good = file.read_bytes()
    file.write_text("{")
    changing = PrivateDirectory.changing

    @contextmanager
    def change_first(self, name):
        with changing(self, name):
            if meanwhile == "saved":
                file.write_bytes(good)
            else:
                file.unlink()
            yield

    monkeypatch.setattr(PrivateDirectory, "changing", change_first)

    assert store.load(key) == (token if meanwhile == "saved" else None)
    assert not file.with_name(f"{file.name}.corrupt").exists()


def test_a_file_that_can_not_be_set_aside_is_a_miss(store, file, key, token, monkeypatch, caplog):
    """The warning then names no new place."""
    store.save(key, token)
    file.write_text("{")

    def refuse(*arguments):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "rename", refuse)
    monkeypatch.setattr(os, "replace", refuse)
    assert store.load(key) is None
    assert "renamed" not in caplog.text


@pytest.mark.parametrize("no_follow", [private_file._NO_FOLLOW, 0])
def test_a_link_in_place_of_a_file_is_not_followed(
    store, file, key, token, tmp_path, monkeypatch, no_follow
):
    """A link is refused, also where the system can't open without following; a save replaces it."""
    monkeypatch.setattr(private_file, "_READ", private_file._READ & ~private_file._NO_FOLLOW)
    monkeypatch.setattr(private_file, "_READ", private_file._READ | no_follow)
    monkeypatch.setattr(private_file, "_NO_FOLLOW", no_follow)
    store.save(key, token)
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)

    with pytest.raises(StoreError, match="symbolic link"):
        store.load(key)
    store.save(key, AccessToken(Secret("new")))

    assert not file.is_symlink()
    assert "t0ken-value" in elsewhere.read_text()


def test_a_link_in_place_of_the_directory_is_not_followed(tmp_path, key, token):
    """A link can't redirect the store."""
    (tmp_path / "real").mkdir()
    (tmp_path / "tokens").symlink_to(tmp_path / "real")
    store = FileStore(tmp_path / "tokens")

    for call in (lambda: store.load(key), lambda: store.save(key, token)):
        with pytest.raises(StoreError, match="symbolic link"):
            call()
    with store.lock(key, 0.0) as had:
        assert had is False


def test_a_file_in_place_of_the_directory_is_named(tmp_path, key, token):
    """The error says that the path is a file."""
    (tmp_path / "tokens").touch()
    store = FileStore(tmp_path / "tokens")

    with pytest.raises(StoreError, match="is not a directory"):
        store.save(key, token)


def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(store, file, key, token):
    """Only regular files are read."""
    store.save(key, token)
    file.unlink()
    os.mkfifo(file, 0o600)

    with pytest.raises(StoreError, match="not a regular file"):
        store.load(key)


def test_a_file_of_unlikely_size_is_not_read(store, file, key, token):
    """No file can fill the memory."""
    store.save(key, token)
    os.truncate(file, 17 * 1024 * 1024)

    with pytest.raises(StoreError, match="larger than 16 MiB"):
        store.load(key)


def test_a_file_that_shrinks_while_it_is_read_is_a_miss(store, file, key, token, monkeypatch):
    """A read that ends early is a corrupt file, not an endless loop."""
    store.save(key, token)
    real_read = os.read

    def read_little(descriptor, size):
        content = real_read(descriptor, size)
        return content[:40] if content.startswith(b"{") else b""

    monkeypatch.setattr(os, "read", read_little)
    assert store.load(key) is None


def test_another_users_directory_or_file_is_refused(store, key, token, monkeypatch):
    """The owner of the directory could exchange its files, so it must be this user."""
    store.save(key, token)
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)

    with pytest.raises(StoreError, match=f"tokens belongs to another user.*uid {me}"):
        store.load(key)
    with pytest.raises(StoreError, match="tokens belongs to another user"):
        store.save(key, token)
    monkeypatch.setattr(PrivateDirectory, "_is_there", lambda _: True)
    with pytest.raises(StoreError, match=r"json belongs to another user"):
        store.load(key)


def test_a_directory_in_which_others_may_write_is_refused(store, key, token):
    """Others who may write there could remove or exchange files."""
    store.directory.mkdir()
    store.directory.chmod(0o775)

    with pytest.raises(StoreError, match="chmod go-w"):
        store.save(key, token)
    store.directory.chmod(0o755)
    store.save(key, token)
    assert store.load(key) == token


def test_a_file_open_to_others_is_not_used_until_it_is_saved_again(store, file, key, token):
    """A token that others could read is not sent; the next save corrects its mode."""
    store.save(key, token)
    file.chmod(0o644)

    with pytest.raises(StoreError, match="open to other users"):
        store.load(key)
    store.save(key, token)
    assert store.load(key) == token


def test_a_stopped_writer_costs_time_but_no_hang(store, file, key, token, monkeypatch):
    """While a stopped process holds the short lock, a save fails with that reason."""
    store.save(key, token)
    monkeypatch.setattr(private_directory, "_CHANGE_LOCK_SECONDS", 0.05)

    with store._directory.changing(file.name):
        with pytest.raises(StoreError, match="a process that does not go on"):
            store.save(key, AccessToken(Secret("new")))
        assert store.load(key) == token


def test_a_platform_without_locks_has_none(store, key, token, monkeypatch):
    """Where the lock file's library fails, the lock is not acquired, and a save says so."""

    def refuse(self, *arguments, **keywords):
        raise NotImplementedError("no locks here")

    monkeypatch.setattr("filelock.FileLock.acquire", refuse)

    with store.lock(key, 1.0) as had:
        assert had is False
    with pytest.raises(StoreError, match="gives no lock here"):
        store.save(key, token)


def test_a_file_in_use_is_tried_again_where_files_are_locked_by_use(store, key, token, monkeypatch):
    """Windows refuses for the moment in which another process has the file open."""
    monkeypatch.setattr(private_file, "_SHARING_ATTEMPTS", 3)
    monkeypatch.setattr(private_file, "_SHARING_PAUSE_SECONDS", 0)
    store.save(key, token)
    real_open, refusals = os.open, [1, 2]

    def busy(path, *arguments, **keywords):
        if str(path).endswith(".json") and refusals:
            refusals.pop()
            raise PermissionError(errno.EACCES, "in use")
        return real_open(path, *arguments, **keywords)

    monkeypatch.setattr(os, "open", busy)
    assert store.load(key) == token
    assert not refusals

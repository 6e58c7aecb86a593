"""How the file store behaves on real mounts and with real owners. It runs as root, since it
mounts."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import contextmanager

import filelock  # noqa: F401 - a child that is not root can't import it any more
import pytest

from zeebe_auth.errors import StoreError
from zeebe_auth.secret import Secret
from zeebe_auth.stores import FileStore
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

KEY = TokenKey("0123456789abcdef" * 4, "me")
TOKEN = AccessToken(Secret("t0ken-value"), "Bearer", 1.0, 2.0)
SOMEBODY = 12345


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    if done.returncode != 0:
        pytest.fail(f"{' '.join(command)} is not permitted here: {done.stderr.strip()}")


@pytest.fixture
def mounted(tmp_path):
    """A tmpfs of 64 KiB."""
    place = tmp_path / "mounted"
    place.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", str(place))
    yield place
    run("umount", str(place))


@contextmanager
def filled(place):
    """Every byte of the disk is taken."""
    filler = place / "filler"
    size = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    filler.write_bytes(b"x" * size)
    yield
    filler.unlink()


def test_a_read_only_mount_still_gives_its_tokens(mounted):
    """A saved token is read, a save gives the reason, and the lock is not acquired and doesn't
    raise."""
    store = FileStore(mounted / "tokens")
    store.save(KEY, TOKEN)
    run("mount", "-o", "remount,ro", str(mounted))

    assert store.load(KEY) == TOKEN
    with pytest.raises(StoreError, match="Read-only file system"):
        store.save(KEY, AccessToken(Secret("new")))
    with pytest.raises(StoreError, match="Read-only file system"):
        store.delete(KEY, TOKEN)
    other = TokenKey("f" * 64)
    assert store.load(other) is None
    store.delete(other)
    with store.lock(other, 1.0) as had:
        assert had is False


def test_a_read_only_mount_without_a_directory_is_an_empty_store(mounted):
    """Where the directory can't be made, a load is a miss and a save an error."""
    run("mount", "-o", "remount,ro", str(mounted))
    store = FileStore(mounted / "tokens")

    assert store.load(KEY) is None
    with pytest.raises(StoreError, match=r"Could not make .* Read-only file system"):
        store.save(KEY, TOKEN)
    with store.lock(KEY, 1.0) as had:
        assert had is False


def test_a_full_disk_keeps_the_old_token(mounted):
    """A save that doesn't fit leaves the old token and nothing else, and works again later."""
    store = FileStore(mounted / "tokens")
    store.save(KEY, TOKEN)
    before = sorted(path.name for path in store.directory.iterdir())

    with filled(mounted):
        with pytest.raises(StoreError, match=r"No space left on device\. Free some space"):
            store.save(KEY, AccessToken(Secret("x" * 20_000)))
        assert store.load(KEY) == TOKEN
        assert sorted(path.name for path in store.directory.iterdir()) == before

    store.save(KEY, AccessToken(Secret("new")))
    assert store.load(KEY) == AccessToken(Secret("new"))


def test_a_corrupt_file_on_a_read_only_mount_is_a_miss(mounted):
    """Where a file can't be set aside, the store goes on without it."""
    store = FileStore(mounted / "tokens")
    store.save(KEY, TOKEN)
    (store.directory / f"{KEY.digest}.json").write_text("{")
    run("mount", "-o", "remount,ro", str(mounted))

    assert store.load(KEY) is None


@pytest.fixture
def as_somebody(tmp_path):
    """Tries a store as a user who is not root and owns nothing; it may pass through tmp_path.

    A forked child becomes that user, since the interpreter may lie where only root can start it.
    """
    if os.geteuid() != 0:
        pytest.fail("only root can become another user: run this as root")
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)

    def attempt(directory):
        receiver, sender = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([])
                os.setgid(SOMEBODY)
                os.setuid(SOMEBODY)
                os.write(sender, json.dumps(what_somebody_gets(FileStore(directory))).encode())
            finally:
                os._exit(0)
        os.close(sender)
        with os.fdopen(receiver) as answers:
            answer = answers.read()
        os.waitpid(child, 0)
        return json.loads(answer)

    return attempt


def what_somebody_gets(store):
    answers = []
    for call in (lambda: store.load(KEY), lambda: store.save(KEY, AccessToken(Secret("new")))):
        try:
            answers.append(repr(call()))
        except StoreError as error:
            answers.append(str(error))
    with store.lock(KEY, 0.5) as had:
        return [*answers, had]


def test_a_directory_of_another_user_is_refused(tmp_path):
    """Root neither uses a user's directory nor writes files of its own into it."""
    directory = tmp_path / "tokens"
    directory.mkdir(mode=0o700)
    os.chown(directory, SOMEBODY, SOMEBODY)
    store = FileStore(directory)

    for call in (lambda: store.load(KEY), lambda: store.save(KEY, TOKEN)):
        with pytest.raises(StoreError, match=f"belongs to another user .uid {SOMEBODY}"):
            call()
    assert list(directory.iterdir()) == []


def test_a_file_of_another_user_is_refused(tmp_path):
    """A file that another user put there is not trusted; the next save replaces it."""
    store = FileStore(tmp_path / "tokens")
    store.save(KEY, TOKEN)
    os.chown(store.directory / f"{KEY.digest}.json", SOMEBODY, SOMEBODY)

    with pytest.raises(StoreError, match="json belongs to another user"):
        store.load(KEY)
    store.save(KEY, TOKEN)
    assert store.load(KEY) == TOKEN


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o777])
def test_somebody_else_gets_no_token_and_no_lock(tmp_path, as_somebody, mode):
    """Whatever the directory's mode, another user neither reads nor changes what is in it."""
    store = FileStore(tmp_path / "tokens")
    store.save(KEY, TOKEN)
    store.directory.chmod(mode)
    content = (store.directory / f"{KEY.digest}.json").read_bytes()

    load, save, lock = as_somebody(store.directory)

    assert "belongs to another user" in load
    assert "belongs to another user" in save
    assert lock is False
    assert (store.directory / f"{KEY.digest}.json").read_bytes() == content


def test_a_place_without_permission_is_named(tmp_path, as_somebody):
    """A user who may not make the directory gets its path and the reason, a permission."""
    (tmp_path / "closed").mkdir(mode=0o755)
    directory = tmp_path / "closed" / "tokens"

    load, save, lock = as_somebody(directory)

    assert load == "None"
    assert save.startswith(f"Could not make {directory}: Permission denied. Give this user")
    assert lock is False

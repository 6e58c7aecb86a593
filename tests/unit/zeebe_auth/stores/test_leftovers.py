"""After its deletion nothing of a token is left, in any form of its file."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from zeebe_auth.clock import SYSTEM_CLOCK
from zeebe_auth.errors import StoreError
from zeebe_auth.refusal import Refusal
from zeebe_auth.secret import Secret
from zeebe_auth.stores.encryption import KeychainEncryption
from zeebe_auth.stores.file import FileStore
from zeebe_auth.stores.keychain import KeyringStore
from zeebe_auth.stores.private_directory import PrivateDirectory
from zeebe_auth.token import AccessToken

OTHER = AccessToken(Secret("another-token"))
FORMS = [f"{kind}{aside}" for kind in ("json", "sealed") for aside in ("", ".new", ".corrupt")]


@pytest.fixture(params=["plain", "encrypted"])
def store(request, tmp_path, keychain_entries):
    """A file store, without and with encryption."""
    encryption = KeychainEncryption() if request.param == "encrypted" else None
    return FileStore(tmp_path / "tokens", encryption=encryption)


@contextmanager
def half_done_save(monkeypatch, store, key):
    """While the block lasts, another thread saves OTHER: it has written it and not renamed it."""
    written, go_on = threading.Event(), threading.Event()
    real = os.replace

    def replace(source, target):
        written.set()
        assert go_on.wait(60)
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    writer = threading.Thread(target=lambda: store.save(key, OTHER))
    writer.start()
    try:
        assert written.wait(60)
        yield
    finally:
        go_on.set()
        writer.join(60)


def make_read_only(monkeypatch):
    """Have every change of a store's directory refused."""

    def refuse(*arguments, **keywords):
        raise StoreError("Read-only file system.")

    monkeypatch.setattr(PrivateDirectory, "changing", refuse)


def files(store):
    """What the directory holds beside lock files, without the digest in front."""
    names = (path.name for path in store.directory.iterdir() if path.suffix != ".lock")
    return sorted(name.partition(".")[2] for name in names)


def place(store, key, form, text="s3cr3t"):
    path = store.directory / f"{key.digest}.{form}"
    path.write_text(text)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("is_kept", [True, False])
def test_delete_leaves_no_form(store, key, token, is_kept):
    """This holds for an encrypted or plain file, a killed writer's temporary one, and one set aside
    as corrupt."""
    store.save(key, token)
    if not is_kept:
        store.delete(key)
    for form in FORMS:
        if not (store.directory / f"{key.digest}.{form}").exists():
            place(store, key, form)
    store.delete(key)
    assert files(store) == []


def test_another_keys_files_stay(store, key, token):
    """Files of another key are not touched."""
    store.save(key, token)
    others = key.derived("other")
    for form in FORMS:
        place(store, others, form)
    store.delete(key)
    assert files(store) == sorted(FORMS)


def test_compare_and_delete_takes_what_belongs_to_the_token(store, key, token):
    """The refused token is removed with its temporary and corrupt files."""
    store.save(key, token)
    own = files(store)[0]
    place(store, key, f"{own}.new")
    place(store, key, f"{own}.corrupt")
    store.delete(key, token)
    assert files(store) == []


def test_compare_and_delete_leaves_another_token(store, key, token):
    """Only a killed writer's temporary file is removed, since nobody will ever read it."""
    store.save(key, OTHER)
    own = files(store)[0]
    place(store, key, f"{own}.new")
    place(store, key, f"{own}.corrupt")
    store.delete(key, token)
    assert files(store) == [own, f"{own}.corrupt"]
    assert store.load(key) == OTHER


def test_compare_and_delete_looks_into_the_other_form(key, token, tmp_path, keychain_entries):
    """The encrypted store removes the refused token from a readable file, and no other token."""
    plain = FileStore(tmp_path / "tokens")
    sealed = FileStore(tmp_path / "tokens", encryption=KeychainEncryption())
    plain.save(key, token)
    sealed.delete(key, token)
    assert files(sealed) == []
    sealed.save(key, token)
    plain.save(key, OTHER)
    sealed.delete(key, token)
    assert files(sealed) == ["json"]
    # Without the encryption's key the content of the encrypted one is unknown.
    sealed.save(key, token)
    plain.save(key, token)
    plain.delete(key, token)
    assert files(sealed) == ["sealed"]


def test_the_switch_to_an_encrypted_store_leaves_nothing_readable(
    key, token, tmp_path, keychain_entries
):
    """The first encrypted token removes the readable one, in all its forms."""
    plain = FileStore(tmp_path / "tokens")
    plain.save(key, token)
    place(plain, key, "json.new")
    place(plain, key, "json.corrupt")
    sealed = FileStore(tmp_path / "tokens", encryption=KeychainEncryption())
    sealed.save(key, OTHER)
    assert files(sealed) == ["sealed"]


PLAIN_FORMS = ["json", "json.new", "json.corrupt"]


@pytest.fixture
def pair(tmp_path, keychain_entries):
    """A plain store and an encrypted one in the same directory."""
    directory = tmp_path / "tokens"
    return FileStore(directory), FileStore(directory, encryption=KeychainEncryption())


@pytest.mark.parametrize("form", PLAIN_FORMS)
@pytest.mark.parametrize("is_sealed", [True, False])
def test_an_encrypted_store_leaves_nothing_readable_when_it_reads(
    pair, key, token, form, is_sealed
):
    """A token that is still good is not saved again, and a request for one may fail."""
    plain, sealed = pair
    sealed.save(key, token)
    if not is_sealed:
        sealed.delete(key)
    place(plain, key, form)
    assert sealed.load(key) == (token if is_sealed else None)
    assert files(sealed) == (["sealed"] if is_sealed else [])


def test_switching_to_and_fro_leaves_nothing_readable(pair, key, token):
    """The stores are plain, encrypted, plain, and encrypted again with the first encrypted
    token."""
    plain, sealed = pair
    plain.save(key, OTHER)
    sealed.load(key)
    sealed.save(key, token)
    plain.save(key, OTHER)
    assert files(sealed) == ["json", "sealed"]
    assert sealed.load(key) == token
    assert files(sealed) == ["sealed"]


def test_an_encrypted_store_removes_no_other_keys_token(pair, key, token):
    """Another key's token is removed when that key is used."""
    plain, sealed = pair
    plain.save(key.derived("other"), token)
    sealed.load(key)
    assert files(sealed) == ["json"]


def test_an_encrypted_store_passes_by_a_living_writer_of_the_other_form(
    pair, key, token, monkeypatch
):
    """It neither waits for it nor removes what it is writing."""
    plain, sealed = pair
    sealed.save(key, token)
    plain.save(key, OTHER)
    with half_done_save(monkeypatch, plain, key):
        assert sealed.load(key) == token
        assert files(sealed) == ["json", "json.new", "sealed"]
    assert plain.load(key) == OTHER
    assert sealed.load(key) == token
    assert files(sealed) == ["sealed"]


def test_an_encrypted_store_on_a_read_only_disk_still_gives_the_token(
    pair, key, token, monkeypatch
):
    """The readable file stays there."""
    plain, sealed = pair
    sealed.save(key, token)
    plain.save(key, OTHER)
    make_read_only(monkeypatch)
    assert sealed.load(key) == token
    assert files(sealed) == ["json", "sealed"]


def test_compare_and_delete_takes_a_corrupt_file_whose_token_is_gone(store, key, token):
    """It may be that very token, and there is no other that it could belong to."""
    store.save(key, token)
    store.delete(key)
    for form in FORMS:
        if form.endswith("corrupt"):
            place(store, key, form)
    store.delete(key, token)
    assert files(store) == []


@pytest.mark.parametrize("is_compared", [True, False])
def test_delete_leaves_no_corrupt_refusal(store, key, token, is_compared):
    """Its content is unknown; a good refusal stays."""
    refusal = Refusal(until=SYSTEM_CLOCK.wall() + 60, kind="rate_limited", count=1, fingerprint="")
    store.save_refusal(key, refusal)
    (own,) = files(store)
    for form in FORMS:
        if "." in form:
            place(store, key, f"refusal.{form}")
    store.delete(key, token if is_compared else None)
    assert files(store) == [own]
    assert store.load_refusal(key) == refusal


KILLED = """
import os, sys
import zeebe_auth.stores.private_directory as directory
from zeebe_auth import AccessToken, FileStore, TokenKey

def killed(*paths):
    os._exit(9)

directory.rename = killed
FileStore(sys.argv[1]).save(TokenKey(sys.argv[2]), AccessToken("t0ken-of-the-killed"))
"""


@pytest.fixture
def killed_writer(tmp_path, key):
    """A store in which a process was killed between writing a token and renaming the file."""
    store = FileStore(tmp_path / "tokens")
    arguments = [sys.executable, "-c", KILLED, str(store.directory), key.digest]
    assert subprocess.run(arguments, timeout=60, check=False).returncode == 9
    assert files(store) == ["json.new"]
    return store


@pytest.mark.parametrize(
    "next_use",
    [
        lambda store, key: store.load(key),
        lambda store, key: store.delete(key),
        lambda store, key: store.delete(key, OTHER),
        lambda store, key: store.save(key, OTHER),
    ],
    ids=["load", "delete", "compare-and-delete", "save"],
)
def test_what_a_killed_writer_left_goes_with_the_next_use(killed_writer, key, next_use):
    """Every operation removes it."""
    next_use(killed_writer, key)
    assert "json.new" not in files(killed_writer)


def test_a_living_writer_keeps_what_it_writes(tmp_path, key, token, monkeypatch):
    """A read doesn't wait for it; a delete does and then finds the newer token."""
    store = FileStore(tmp_path / "tokens")
    store.save(key, token)
    deleter = threading.Thread(target=lambda: store.delete(key, token))
    with half_done_save(monkeypatch, store, key):
        assert store.load(key) == token
        assert files(store) == ["json", "json.new"]
        deleter.start()
    deleter.join(60)
    assert store.load(key) == OTHER
    assert files(store) == ["json"]


def test_a_read_only_disk_still_gives_the_token(tmp_path, key, token, monkeypatch):
    """A killed writer's file can't be removed there: a read goes on, a delete raises an error."""
    store = FileStore(tmp_path / "tokens")
    store.save(key, token)
    place(store, key, "json.new")
    make_read_only(monkeypatch)
    assert store.load(key) == token
    with pytest.raises(StoreError, match="Read-only"):
        store.delete(key)
    assert files(store) == ["json", "json.new"]


def test_one_form_in_trouble_keeps_no_other(tmp_path, key, token, keychain_entries):
    """All other forms are deleted; the error names what stays."""
    store = FileStore(tmp_path / "tokens", encryption=KeychainEncryption())
    store.save(key, token)
    (store.directory / f"{key.digest}.json").mkdir()
    with pytest.raises(StoreError, match=r"Could not remove .*\.json"):
        store.delete(key)
    assert files(store) == ["json"]


def test_a_forgotten_refusal_leaves_no_form(store, key):
    """The same holds for a stored refusal."""
    refusal = Refusal(until=SYSTEM_CLOCK.wall() + 60, kind="rate_limited", count=1, fingerprint="")
    store.save_refusal(key, refusal)
    own = files(store)[0]
    place(store, key, f"{own}.new")
    place(store, key, f"{own}.corrupt")
    store.save_refusal(key, None)
    assert files(store) == []


def test_the_keychain_keeps_no_other_form(key, token, keychain_entries):
    """A keychain store has one entry for each key, and a delete removes even an unreadable one."""
    store = KeyringStore("tokens-of-this-test")
    store.save(key, token)
    store.delete(key)
    assert keychain_entries.get_password("tokens-of-this-test", key.digest) is None
    keychain_entries.set_password("tokens-of-this-test", key.digest, "no token, but s3cr3t")
    store.delete(key)
    assert keychain_entries.get_password("tokens-of-this-test", key.digest) is None

"""A wrong configuration of the library keyring is reported as such, not as a keychain's failure."""

from __future__ import annotations

import logging
import os
import time
from types import SimpleNamespace

import keyring
import keyring.backend
import keyring.core
import pytest
from keyring.backend import KeyringBackend

from zeebe_auth.keychain import access as keychain
from zeebe_auth.keychain import calls

VARIABLE = "PYTHON_KEYRING_BACKEND"


class Recommended(KeyringBackend):
    """The backend that keyring finds without configuration."""

    priority = 99

    def get_password(self, service, username):
        return "kept"

    set_password = delete_password = get_password


@pytest.fixture(autouse=True)
def no_backend_yet(monkeypatch, tmp_path):
    """keyring as at the start of a process, with a config directory of its own."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.delenv(VARIABLE)
    # The second try is for daemons that lose a collection, and would only take time here.
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=_no_second_look)
    monkeypatch.setattr(calls, "time", clock)
    (tmp_path / "python_keyring").mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))


def _no_second_look(seconds):
    raise AssertionError("It looked a second time.")


@pytest.fixture
def found_by_keyring(monkeypatch):
    """keyring finds one good backend."""
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: [Recommended()])


@pytest.fixture
def config_file(tmp_path):
    return tmp_path / "python_keyring" / "keyringrc.cfg"


def test_an_empty_variable_counts_as_unset(monkeypatch, found_by_keyring):
    """keyring's own ValueError doesn't make the keychain unavailable."""
    monkeypatch.setenv(VARIABLE, "")

    assert keychain.read("service", "name") == "kept"
    assert isinstance(keyring.get_keyring(), Recommended)


def test_with_an_empty_variable_the_config_file_counts(monkeypatch, found_by_keyring, config_file):
    """The file's backend takes precedence over what keyring finds, as without the variable."""
    monkeypatch.setenv(VARIABLE, "")
    config_file.write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")

    with pytest.raises(keychain.KeychainUnavailable, match=r"null\.Keyring \(it keeps nothing\)"):
        keychain.read("service", "name")


def test_a_backend_that_the_program_chose_is_kept(monkeypatch):
    """An empty variable doesn't override `keyring.set_keyring`."""
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.setattr(keyring.core, "_keyring_backend", Recommended())

    assert keychain.read("service", "name") == "kept"


@pytest.mark.parametrize(
    "value",
    [
        "no_such_module.Keyring",
        "keyring.backends.null.NoSuchClass",
        "word",
        " ",
        "os.path.join",
        "exits.Keyring",
        "broken.Keyring",
    ],
)
def test_a_variable_that_names_no_backend_is_blamed(monkeypatch, tmp_path, value):
    """Variable and value are named, whatever was raised, and at the first look."""
    (tmp_path / "exits.py").write_text("raise SystemExit")
    (tmp_path / "broken.py").write_text("def")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv(VARIABLE, value)

    with pytest.raises(keychain.KeychainUnavailable) as caught:
        keychain.read("service", "name")
    assert f"{VARIABLE} names the keychain backend {value!r}" in str(caught.value)
    assert "unset the variable" in str(caught.value)


def test_a_long_value_is_not_quoted_whole(monkeypatch):
    """The message stays readable whatever the variable contains."""
    monkeypatch.setenv(VARIABLE, "x" * 100_000)

    with pytest.raises(keychain.KeychainUnavailable) as caught:
        keychain.read("service", "name")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xef\xbb\xbf[backend]\ndefault-keyring=x.Y\n", "without a byte order mark"),
        (b"garbage\n", "Save it as an INI file"),
        (b"[backend\n", "Save it as an INI file"),
        (b"\xff\xfe[\x00", "Save it as an INI file"),
        (b"[backend]\ndefault-keyring=no_such_module.Keyring\n", "ModuleNotFoundError"),
        (b"[backend]\ndefault-keyring=keyring.backends.null.No\n", "AttributeError"),
        (b"[backend]\ndefault-keyring=\n", "names a keychain backend"),
    ],
)
def test_a_config_file_that_can_not_be_used_is_blamed(config_file, content, what):
    """keyringrc.cfg is named with what to do about it."""
    config_file.write_bytes(content)

    with pytest.raises(keychain.KeychainUnavailable) as caught:
        keychain.read("service", "name")
    assert str(config_file) in str(caught.value)
    assert what in str(caught.value)


@pytest.mark.parametrize("content", [b"[keyring.backends]\nno equals sign\n", b"\xff\xfe[x"])
def test_broken_metadata_of_another_distribution_is_blamed(monkeypatch, tmp_path, content):
    """keyring reads every entry_points.txt; the error names the broken one."""
    info = tmp_path / "site" / "acme_broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_bytes(content)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    # keyring remembers what it found the first time.
    wrapped = keyring.backend.get_all_keyring.__wrapped__
    monkeypatch.setattr("keyring.backend.get_all_keyring", wrapped)

    with pytest.raises(keychain.KeychainUnavailable) as caught:
        keychain.read("service", "name")
    assert "entry_points.txt of the distribution acme-broken in" in str(caught.value)
    assert str(tmp_path / "site") in str(caught.value)


def test_a_failure_without_a_culprit_is_told_as_keyrings(monkeypatch):
    """Any other failure is reported as keyring's, not the keychain's."""

    def fail():
        raise LookupError

    monkeypatch.setattr("keyring.backend.get_all_keyring", fail)

    with pytest.raises(keychain.KeychainUnavailable, match=r"library keyring.*\(LookupError\)"):
        keychain.read("service", "name")


@pytest.mark.parametrize("is_set_up", [True, False])
def test_a_broken_plugin_is_told_in_one_line(monkeypatch, found_by_keyring, is_set_up):
    """Its traceback goes to programs that have set up logging, not onto every terminal."""
    log = logging.getLogger("keyring.backend")
    records = []

    def load():
        try:
            raise ImportError
        except ImportError:
            log.exception("Error initializing plugin acme.")
        return [Recommended()]

    monkeypatch.setattr("keyring.backend.get_all_keyring", load)
    monkeypatch.setattr(logging.Logger, "callHandlers", lambda _, record: records.append(record))
    monkeypatch.setattr(logging.Logger, "hasHandlers", lambda _: is_set_up)

    assert keychain.read("service", "name") == "kept"
    (record,) = records
    assert record.getMessage() == "Error initializing plugin acme."
    assert bool(record.exc_info) is is_set_up
    assert log.filters == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_config_file_without_an_end_is_named(found_by_keyring, config_file, kind):
    """keyring would wait for the pipe's writer, and read the device until memory is full."""
    if kind == "pipe":
        os.mkfifo(config_file)
    else:
        config_file.symlink_to("/dev/zero")
    with pytest.raises(keychain.KeychainUnavailable, match=r"keyringrc\.cfg.* is a pipe, a device"):
        keychain.read("service", "name")


@pytest.mark.skipif(os.name == "nt", reason="/dev/null is no file there")
def test_a_config_file_that_is_masked_counts_as_empty(found_by_keyring, config_file):
    """It is read as keyring itself reads it."""
    config_file.symlink_to(os.devnull)
    assert keychain.read("service", "name") == "kept"

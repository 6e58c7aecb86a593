"""A user without a home directory, such as one with an arbitrary user number in a container."""

from __future__ import annotations

import sys

import keyring.core
import pytest

from zeebe_auth import (
    ClientCredentials,
    ClientSecret,
    ConfigFileSource,
    ConfigurationError,
    CredentialsUnavailable,
    EnvSource,
    FileStore,
    StoreError,
    TokenKey,
    load_profile,
)
from zeebe_auth.keychain import access as keychain
from zeebe_auth.profiles.default_store import default_store
from zeebe_auth.profiles.lookup import explain_profile
from zeebe_auth.stores.configured import make_store

KEY = TokenKey.of(
    ClientCredentials(
        client_id="client-1",
        authentication=ClientSecret("s3cr3t"),
        token_url="https://login.example/oauth/token",
    )
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX's user database")


@pytest.fixture(autouse=True)
def without_home(monkeypatch, tmp_path):
    """The process has no HOME, and its user number no entry in the user database."""
    import pwd

    def missing(number):
        raise KeyError(f"getpwuid(): uid not found: {number}")

    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", missing)
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.chdir(tmp_path)


def test_there_is_no_config_file():
    """There is no default path for one: this counts as no file, and the report says so."""
    with pytest.raises(CredentialsUnavailable, match="There are no credentials"):
        load_profile()

    reasons = {finding.subject: finding.reason for finding in explain_profile()}
    assert reasons["config file"] == "This user has no home directory."


def test_a_named_profile_is_missed_for_that_reason():
    """The error for a missing profile says why there is no config file."""
    with pytest.raises(
        ConfigurationError, match=r"no config file, since this user has no home directory"
    ):
        load_profile("prod")


def test_the_config_files_source_has_nothing():
    """It is skipped as one whose file is missing, in `load` and in `explain`."""
    with pytest.raises(CredentialsUnavailable, match=r"no home directory.*ZEEBE_AUTH_CONFIG"):
        ConfigFileSource().load()
    (finding,) = ConfigFileSource().explain()
    assert (finding.subject, finding.outcome) == ("config file", "passed over")
    with pytest.raises(ConfigurationError, match="no home directory"):
        ConfigFileSource("prod").settings()


def test_a_config_file_that_is_named_is_read(tmp_path, monkeypatch):
    """Only the default path needs a home directory."""
    file = tmp_path / "config.toml"
    file.write_text('[profiles.default]\naddress = "http://localhost:1"\nauth_strategy = "none"\n')
    file.chmod(0o600)
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(file))

    assert load_profile().settings["address"] == "http://localhost:1"


def test_a_config_file_under_an_unknown_home_is_told_as_such():
    """Its explanation raises nothing, as that of any source."""
    source = ConfigFileSource(path="~/config.toml")

    with pytest.raises(ConfigurationError, match=r"home directory in the path ~/config\.toml"):
        source.load()
    (finding,) = source.explain()
    assert finding.outcome == "unusable"
    assert "Write the path in full" in finding.reason


def test_the_usual_store_says_what_is_missing(monkeypatch):
    """A provider goes on in memory with that message; platformdirs' own error isn't raised."""
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"CAMUNDA_{name}", "a")
    monkeypatch.setenv("CAMUNDA_OAUTH_URL", "https://login.example/oauth/token")
    store = default_store(load_profile())

    assert isinstance(store, FileStore)
    assert EnvSource().load().client_id == "a"
    for use in (store.load, store.delete, store.load_refusal):
        with pytest.raises(StoreError, match=r"no home directory\. Set HOME"):
            use(KEY)
    with store.lock(KEY, 0.0) as had:
        assert not had


def test_a_relative_home_is_none(monkeypatch):
    """A relative HOME is not used as a directory for tokens."""
    monkeypatch.setenv("HOME", "relative")

    with pytest.raises(StoreError, match="no home directory"):
        FileStore().load(KEY)
    with pytest.raises(CredentialsUnavailable):
        load_profile()


def test_a_tilde_makes_no_directory_of_that_name(tmp_path, monkeypatch):
    """The store's directory is refused where its home isn't known, and "./~" isn't made."""
    monkeypatch.setenv("CAMUNDA_TOKEN_CACHE_DIR", "~/tokens")
    monkeypatch.setenv("CAMUNDA_AUTH_STRATEGY", "NONE")

    for make in (
        lambda: make_store({"use": "file", "directory": "~/tokens"}),
        lambda: default_store(load_profile()),
    ):
        with pytest.raises(ConfigurationError, match=r"in the path ~/tokens is not known"):
            make()
    assert list(tmp_path.iterdir()) == []


def test_the_keychain_is_said_to_need_a_home(monkeypatch):
    """keyring reads its configuration there first."""
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    with pytest.raises(keychain.KeychainUnavailable, match=r"without a home directory\. Set HOME"):
        keychain.read("service", "name")

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from zeebe_auth import ClientSecret, ConfigurationError, Public, Secret
from zeebe_auth.configuration.config_folder import inside
from zeebe_auth.configuration.kept_login import keep_login
from zeebe_auth.configuration.secret_reference import SecretReference, with_references
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.keychain.access import KeychainLocked

PLACE = "client_secret in the profile prod in config.toml"


def follow(table: dict[str, object], folder: Path, field: str = "client_secret") -> str:
    reference = SecretReference.parse(table, PLACE, folder)
    assert reference is not None
    return reference.secret_for(field).reveal()


def test_environment_variable(monkeypatch, tmp_path):
    """A variable's value is the secret, without quotes as elsewhere."""
    monkeypatch.setenv("MY_SECRET", "'s3cr3t'")
    assert follow({"env": "MY_SECRET"}, tmp_path) == "s3cr3t"


def test_file_beside_the_config(tmp_path):
    """A relative path is relative to the config file's folder; one new line is stripped."""
    (tmp_path / "secret").write_bytes(b"s3cr3t \r\n")
    assert follow({"file": "secret"}, tmp_path) == "s3cr3t "
    assert follow({"file": str(tmp_path / "secret")}, Path("elsewhere")) == "s3cr3t "


def test_command_prints_the_secret(tmp_path):
    """A program's output is the secret; its own path may be relative to the folder too."""
    (tmp_path / "python").symlink_to(sys.executable)
    for program in (sys.executable, "./python"):
        argv = [program, "-c", "print('s3cr3t')"]
        assert follow({"command": argv}, tmp_path) == "s3cr3t"


def test_field_of_a_login(tmp_path):
    """A keychain reference reads the field of the same name from what login stored."""
    identity = ClientCredentials(
        client_id="id", authentication=ClientSecret(Secret("s3cr3t")), issuer="https://i.example"
    )
    keep_login("prod", identity, {})
    assert follow({"keyring": "prod"}, tmp_path) == "s3cr3t"


def test_entry_kept_by_hand(dict_keychain, tmp_path):
    """Without such a login the string stored under the field's name is the secret."""
    dict_keychain.kept["zeebe-auth:prod", "client_secret"] = "by-hand"
    assert follow({"keyring": "prod"}, tmp_path) == "by-hand"
    keep_login(
        "prod",
        ClientCredentials(client_id="id", authentication=Public(), issuer="https://i.example"),
        {},
    )
    assert follow({"keyring": "prod"}, tmp_path) == "by-hand"


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"env": "MY_UNSET"}, r"environment variable MY_UNSET, which is not set"),
        ({"file": "none"}, r"none, which is missing or empty"),
        ({"keyring": "prod"}, r'keychain profile "prod", which holds no client_secret'),
        ({"command": [sys.executable, "-c", ""]}, r"which is empty"),
    ],
)
def test_reference_that_leads_nowhere(tmp_path, table, problem):
    """A reference to nothing is an error that says where it is written and what is missing."""
    with pytest.raises(ConfigurationError, match=problem) as caught:
        follow(table, tmp_path)
    assert str(caught.value).startswith(PLACE)


def test_failing_command(tmp_path):
    """The error has a helper's exit code."""
    with pytest.raises(ConfigurationError, match="exit code 4"):
        follow({"command": [sys.executable, "-c", "raise SystemExit(4)"]}, tmp_path)


def test_locked_keychain(dict_keychain, tmp_path):
    """A keychain that can't be read is its own error, and says what refers to it."""
    dict_keychain.failure = KeychainLocked("It is locked.")
    with pytest.raises(KeychainLocked, match=r'config\.toml.*profile "prod"\. It is locked'):
        follow({"keyring": "prod"}, tmp_path)


@pytest.mark.parametrize(
    "table",
    [
        {"env": ""},
        {"env": 1},
        {"keyring": ["prod"]},
        {"file": {"path": "x"}},
        {"command": "pass zeebe"},
        {"command": []},
        {"command": [""]},
        {"command": ["pass", 1]},
    ],
)
def test_reference_of_the_wrong_shape(tmp_path, table):
    """A malformed reference is refused with the place where it is written."""
    with pytest.raises(ConfigurationError, match=r"config\.toml must"):
        SecretReference.parse(table, PLACE, tmp_path)


@pytest.mark.parametrize("value", ["text", {}, {"path": "x"}, {"env": "A", "file": "b"}, ["env"]])
def test_no_reference(tmp_path, value):
    """Other values are no references and unchanged."""
    assert SecretReference.parse(value, PLACE, tmp_path) is None


def test_references_at_any_depth(tmp_path):
    """A table's references are found at any depth, and nothing else is changed."""
    table = {"use": "vault", "token": {"env": "A"}, "tls": {"key": {"file": "k"}, "port": 1}}
    found = with_references(table, "source of the profile prod", tmp_path)
    assert found["use"] == "vault"
    assert found["token"].env == "A"
    assert found["token"].place == "token in the source of the profile prod"
    assert found["tls"]["key"].file == "k"
    assert found["tls"]["port"] == 1


def test_home_directory(monkeypatch, tmp_path):
    """A path may begin at the user's home; an unknown home is an error."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert inside(Path("elsewhere"), "~/secret") == tmp_path / "secret"
    with pytest.raises(ConfigurationError, match="home directory"):
        inside(tmp_path, "~no-such-user-here/secret")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x30\x82\x01\x00\x02\x01\x00\xff", r"is DER, .*private_key_file"),
        (b"\x30\x82\x01\x00\x02\x01\x03\xff", r"is PKCS#12, .*private_key_file"),
        (b"\xfe\xed\xfe\xed\0\0\0\2", r"keytool -importkeystore .*-deststoretype PKCS12"),
    ],
    ids=["DER", "PKCS#12", "JKS"],
)
def test_a_binary_key_has_a_field_of_its_own(tmp_path, content, says):
    """It can't be saved as a UTF-8 string."""
    (tmp_path / "key").write_bytes(content)
    reference = SecretReference.parse({"file": "key"}, "private_key", tmp_path)
    with pytest.raises(ConfigurationError, match=says):
        reference.secret_for("private_key")


def test_so_has_the_key_of_a_client_certificate(tmp_path):
    """Its field for a file has another name."""
    (tmp_path / "key").write_bytes(b"\x30\x82\x01\x00\x02\x01\x00\xff")
    reference = SecretReference.parse({"file": "key"}, "client_key_pem", tmp_path)
    with pytest.raises(ConfigurationError, match=r"is DER, .*by client_key, which"):
        reference.secret_for("client_key_pem")

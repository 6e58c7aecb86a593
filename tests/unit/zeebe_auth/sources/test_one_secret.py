"""A secret is one line, or PEM, wherever it is read; lines below it are never sent with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from error_reports import everything_reachable

from zeebe_auth import (
    CommandSource,
    ConfigFileSource,
    ConfigurationError,
    EnvFileSource,
    EnvSource,
    SecretsDirectorySource,
)
from zeebe_auth.configuration.secret_reference import SecretReference
from zeebe_auth.configuration.vocabulary import PEM_SECRET_FIELDS, SECRET_FIELDS

NOTES = "s3cr3t\nurl: https://login.example\nn0tes"
PEM = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
REST = {"client_id": "id", "token_url": "https://login.example/token"}
NAMES = {"client_id": "ZEEBE_CLIENT_ID", "token_url": "CAMUNDA_OAUTH_URL"}


def _environment(secret, folder):
    named = {NAMES[name]: text for name, text in REST.items()}
    return EnvSource({**named, "ZEEBE_CLIENT_SECRET": secret})


def _env_file(secret, folder):
    lines = [f"{NAMES[name]}={text}" for name, text in REST.items()]
    (folder / "file").write_text("\n".join([*lines, f"ZEEBE_CLIENT_SECRET='{secret}'"]))
    return EnvFileSource(folder / "file")


def _literal(secret, folder):
    return _config(json.dumps(secret), folder)


def _config(secret, folder):
    lines = [f"{name} = {json.dumps(text)}" for name, text in REST.items()]
    path = folder / "config.toml"
    path.write_text("\n".join(["[profiles.p]", *lines, f"client_secret = {secret}"]))
    path.chmod(0o600)
    return ConfigFileSource("p", path)


def _secrets_directory(secret, folder):
    for name, text in {**REST, "client_secret": secret}.items():
        (folder / name).write_text(text)
    return SecretsDirectorySource(folder)


def _helper(secret, folder):
    (folder / "out.json").write_text(json.dumps({**REST, "client_secret": secret}))
    code = f"print(open({str(folder / 'out.json')!r}).read())"
    return CommandSource([sys.executable, "-c", code])


def _reference_to_file(secret, folder):
    (folder / "secret").write_text(secret)
    return _config('{ file = "secret" }', folder)


def _reference_to_command(secret, folder):
    (folder / "secret").write_text(secret)
    code = f"print(open({str(folder / 'secret')!r}).read())"
    return _config(f"{{ command = {json.dumps([sys.executable, '-c', code])} }}", folder)


ONE_LINE_PLACES = [
    _environment, _env_file, _literal, _secrets_directory, _helper, _reference_to_file,
]  # fmt: skip


@pytest.mark.parametrize("place", [*ONE_LINE_PLACES, _reference_to_command])
@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\r\n\r\n"])
def test_new_lines_at_the_end_are_no_part_of_it(tmp_path, place, end):
    """Any number of them is removed, as an editor or `echo` leaves them."""
    assert place("s3cr3t" + end, tmp_path).load().authentication.secret.reveal() == "s3cr3t"


@pytest.mark.parametrize("place", ONE_LINE_PLACES)
def test_several_lines_are_refused(tmp_path, place):
    """It is unclear which of them is the secret; none is quoted."""
    with pytest.raises(ConfigurationError, match=r"several lines.*Keep the secret alone") as caught:
        place(NOTES, tmp_path).load()
    reported = everything_reachable(caught.value)
    assert "s3cr3t" not in reported
    assert "n0tes" not in reported


ID_PLACES = [_environment, _env_file, _literal, _secrets_directory, _helper]


@pytest.mark.parametrize("place", ID_PLACES)
@pytest.mark.parametrize("end", ["\n", "\r\n\r\n"])
def test_new_lines_at_the_end_are_no_part_of_a_client_id(tmp_path, monkeypatch, place, end):
    """A helper that reads two files in the same way gives an id and a secret that work."""
    monkeypatch.setitem(REST, "client_id", f"'id{end}'" if place is _env_file else f"id{end}")
    assert place("s3cr3t", tmp_path).load().client_id == "id"


@pytest.mark.parametrize("field", ["client_id", "token_url"])
@pytest.mark.parametrize("place", ID_PLACES)
def test_a_client_id_of_several_lines_is_refused(tmp_path, monkeypatch, place, field):
    """The server would report an unknown client, and the label would break a log."""
    text = f"{REST[field]}\nn0tes"
    monkeypatch.setitem(REST, field, f"'{text}'" if place is _env_file else text)
    named = rf"({field}|{NAMES[field]}) in the .* has several lines\. Leave one"
    with pytest.raises(ConfigurationError, match=named) as caught:
        place("s3cr3t", tmp_path).load()
    assert "n0tes" not in str(caught.value)


@pytest.mark.parametrize("place", ONE_LINE_PLACES)
def test_a_password_above_pem_is_no_key(tmp_path, place):
    """A certificate or key in a user's notes isn't sent with the client secret above it."""
    with pytest.raises(ConfigurationError, match=r"several lines.*Keep the secret alone") as caught:
        place(f"s3cr3t\n{PEM}", tmp_path).load()
    assert "AAAA" not in everything_reachable(caught.value)


def test_of_a_commands_output_pem_below_is_left_out(tmp_path):
    """`pass` may keep a key in the notes below a password."""
    source = _reference_to_command(f"s3cr3t\n{PEM}", tmp_path)
    assert source.load().authentication.secret.reveal() == "s3cr3t"


def test_of_a_variable_and_the_keychain_likewise(tmp_path, monkeypatch, dict_keychain):
    """The other two references follow the same rule."""
    monkeypatch.setenv("MY_SECRET", NOTES)
    dict_keychain.kept["zeebe-auth:p", "client_secret"] = NOTES
    for reference in ('{ env = "MY_SECRET" }', '{ keyring = "p" }'):
        with pytest.raises(ConfigurationError, match="several lines") as caught:
            _config(reference, tmp_path).load()
        assert "s3cr3t" not in everything_reachable(caught.value)


def test_of_a_commands_output_the_first_line_counts(tmp_path):
    """`pass` prints the password first, then the notes that are kept with it."""
    source = _reference_to_command(NOTES, tmp_path)
    assert source.load().authentication.secret.reveal() == "s3cr3t"


def test_an_empty_first_line_is_no_secret(tmp_path):
    """The lines below it are not used instead."""
    with pytest.raises(ConfigurationError, match="begins with an empty line") as caught:
        _reference_to_command("\ns3cr3t", tmp_path).load()
    assert "s3cr3t" not in everything_reachable(caught.value)


@pytest.mark.parametrize("field", sorted(PEM_SECRET_FIELDS))
@pytest.mark.parametrize("kind", ["env", "file", "command", "keyring"])
def test_pem_stays_whole(tmp_path, monkeypatch, dict_keychain, kind, field):
    """A key has several lines, also after a certificate, in every source."""
    text = f"Bag Attributes\n{PEM}\n"
    monkeypatch.setenv("MY_KEY", text)
    (tmp_path / "key").write_text(text)
    dict_keychain.kept["zeebe-auth:p", field] = text
    code = f"print(open({str(tmp_path / 'key')!r}).read())"
    target = {
        "env": "MY_KEY", "file": "key", "keyring": "p", "command": [sys.executable, "-c", code]
    }[kind]  # fmt: skip
    reference = SecretReference.parse({kind: target}, field, tmp_path)
    assert reference.secret_for(field).reveal() == text.rstrip("\n")


def test_what_a_third_partys_store_takes_may_have_lines(tmp_path):
    """Such a key may be a JSON document, whose meaning is not known here."""
    (tmp_path / "account.json").write_text('{\n"a": 1\n}\n')
    reference = SecretReference.parse({"file": "account.json"}, "account", Path(tmp_path))
    assert reference.secret_for("account").reveal() == '{\n"a": 1\n}'


@pytest.mark.parametrize("field", sorted(SECRET_FIELDS))
def test_each_secret_field_follows_the_rule(tmp_path, field):
    """A password or a proxy is one line as a client secret is."""
    (tmp_path / "file").write_text(NOTES)
    reference = SecretReference.parse({"file": "file"}, field, tmp_path)
    with pytest.raises(ConfigurationError, match="several lines") as caught:
        reference.secret_for(field)
    assert "s3cr3t" not in everything_reachable(caught.value)

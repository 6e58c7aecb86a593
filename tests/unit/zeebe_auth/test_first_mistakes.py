"""Frequent first mistakes in a config file: each error says what to write instead."""

from __future__ import annotations

import pytest

from zeebe_auth import ConfigFileSource, ConfigurationError, CredentialsUnavailable, load_profile
from zeebe_auth.configuration.vocabulary import FIELD_OF_NAME
from zeebe_auth.keychain import access as keychain
from zeebe_auth.keychain.access import KeychainUnavailable

TWO = '[profiles.prod]\nclient_id = "s3cr3t"\n[profiles.staging]\nclient_id = "s3cr3t"\n'


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch, tmp_path):
    for name in (*FIELD_OF_NAME, "ZEEBE_AUTH_CONFIG", "ZEEBE_AUTH_PROFILE"):
        monkeypatch.delenv(name, raising=False)

    def read(service: str, name: str) -> None:
        raise KeychainUnavailable("There is no OS keychain, for " + "very many words, " * 20)

    monkeypatch.setattr(keychain, "read", read)


@pytest.fixture
def config(monkeypatch, tmp_path):
    file = tmp_path / "config.toml"
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(file))

    def write(text: str):
        file.write_text(text)
        file.chmod(0o600)
        return file

    return write


def refused(kind=ConfigurationError, name: str | None = None) -> str:
    with pytest.raises(kind) as caught:
        load_profile(name)
    assert "s3cr3t" not in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("name", ["prd", "PROD"])
def test_a_misspelt_profile(config, name):
    """The error has the most similar name, all names, and a short note on the keychain."""
    file = config(TWO)
    assert refused(name=name) == (
        f'There is no profile "{name}": the config file {file} has prod, staging, and there is no '
        'keychain here. Did you mean "prod"?'
    )
    with pytest.raises(ConfigurationError, match='Did you mean "prod"'):
        ConfigFileSource(name, file).load()


def test_a_name_like_none(config, monkeypatch):
    """It may be a profile to make; an available keychain has none of that name."""
    config(TWO)
    monkeypatch.setattr(keychain, "read", lambda *_: None)
    message = refused(name="elsewhere")
    assert "and the OS keychain has none of that name." in message
    assert "Write a table [profiles.elsewhere]" in message
    assert "zeebe-auth login --profile elsewhere" in message


def test_a_name_that_is_quoted_in_toml(config):
    """The heading to write has the quotes."""
    config(TWO)
    assert 'Write a table [profiles."of.mine"]' in refused(name="of.mine")


@pytest.mark.parametrize("address", ["https://zeebe.example", "localhost:26500", "dns:///z:443"])
def test_an_address_in_place_of_a_profile(config, address):
    """The error says where an address belongs."""
    config(TWO)
    message = refused(name=address)
    assert message.startswith(f'"{address}" is an address, not the name of a profile. Set ZEEBE_')


def test_a_dot_in_a_name_without_quotes(config):
    """TOML makes a table inside another profile of it; the error has the right heading."""
    file = config('[profiles.my.prod]\nclient_id = "s3cr3t"\n')
    assert refused(name="my") == (
        f"The config file {file} has a table [profiles.my.prod], which TOML takes for a table "
        'inside the profile my. For a profile of that name write [profiles."my.prod"].'
    )
    assert 'Write a table [profiles."my.prod"]' in refused(name="my.prod")


def test_the_variable_that_names_the_config_file(monkeypatch, tmp_path):
    """A file that can't be read is said to be named by it."""
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(tmp_path))
    assert refused(name="prod").startswith("ZEEBE_AUTH_CONFIG in the environment: The config file")


def test_a_misspelt_default_profile(config):
    """The error says to correct it in the file."""
    config('default_profile = "prdo"\n' + TWO)
    assert 'Did you mean "prod"?' in refused()


def test_profiles_and_none_chosen(config):
    """There are credentials, but no profile is selected."""
    file = config(TWO)
    assert refused(CredentialsUnavailable) == (
        f"No profile is chosen: the config file {file} has prod, staging. Choose one with "
        '--profile or ZEEBE_AUTH_PROFILE, or write default_profile = "NAME" at the beginning of '
        "the file."
    )


@pytest.mark.parametrize(
    ("text", "found", "wanted"),
    [
        ('\n[default]\nclient_id = "s3cr3t"', "[default] (line 2)", "[profiles.default]"),
        ('[prod]\nclient_id = "s3cr3t"', "[prod] (line 1)", "[profiles.prod]"),
        ('[[prod]]\nclient_id = "s3cr3t"', "[prod] (line 1)", "[profiles.prod]"),
        ('[profile.prod]\nclient_id = "s3cr3t"', "[profile.prod] (line 1)", "[profiles.prod]"),
        ('["a b"]\nclient_id = "s3cr3t"', '["a b"] (line 1)', '[profiles."a b"]'),
    ],
)
def test_a_table_outside_profiles(config, text, found, wanted):
    """The error has the table, its line, and the right spelling."""
    config(text)
    assert f"has a table {found}, and a profile is a table {wanted}. Write it so." in refused()


def test_a_key_of_a_profile_outside_one(config):
    """The error has the line, and suggests no other key for one that is right."""
    file = config('# a comment\nclient_id = "s3cr3t"\n')
    assert refused() == (
        f'The config file {file} has the key "client_id" outside a profile (line 2). A profile\'s '
        "keys are under [profiles.NAME]."
    )


def test_the_default_below_a_table(config):
    """TOML reads it as a key of that table."""
    config('[profiles.prod]\nclient_id = "s3cr3t"\ndefault_profile = "prod"\n')
    assert "above the first table" in refused(name="prod")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[profiles.a]\nclient_id = "s3cr3t"\nclient_id = "b"', "client_id is there twice"),
        ('[profiles.a]\ns3cr3t = "x"\ns3cr3t = "b"', "A key is there twice"),
        ("[profiles.a]\n[profiles.b]\n[profiles.a]", "That table is there twice"),
        ('[profiles.a\nclient_id = "s3cr3t"', "A ] is missing"),
        (r'ca_certificate = "C:\certs\s3cr3t"', r"single quotes, such as 'C:\certs'"),
        (r'ca_certificate = "C:\Users\s3cr3t"', r"single quotes, such as 'C:\certs'"),
        ('[profiles.my prod] # mine\nclient_id = "s3cr3t"', '[profiles."my prod"].'),
        ('[profiles.a/b]\nclient_id = "s3cr3t"', '[profiles."a/b"].'),
        ('client_id = "s3cr3t\naudience = "b"', "no closing quote"),
        ("client_id = s3cr3t", "Strings are in double quotes"),
        ('client id = "s3cr3t"', "A key is followed by ="),
        ('client_id = "a" s3cr3t', "Something is behind the value"),
    ],
)
def test_what_is_no_toml(config, text, told):
    """The error says what is wrong, where, and what to write, and quotes nothing of the file."""
    config(text)
    message = refused()
    assert told in message
    assert "not TOML: see line" in message or "end of document" in message


@pytest.mark.parametrize(
    "text",
    [
        r'private_key_file = "C:\temp\new"',
        r'ca_certificate = "C:\new\file"',
        r'client_secret = { file = "C:\temp\n" }',
    ],
)
def test_a_backslash_that_toml_takes(config, text):
    r"""``\t`` in double quotes is a tab, which no file name has and no reader sees."""
    config(f'[profiles.a]\nclient_id = "me"\n{text}\n')
    message = refused(name="a")
    assert "in the profile a in" in message
    assert r"write the path in single quotes, such as 'C:\temp'" in message

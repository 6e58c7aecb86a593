"""An unknown word, a placeholder, a token with its scheme: the error says where it was
configured."""

from __future__ import annotations

import pytest

from zeebe_auth import AccessToken
from zeebe_auth.cli.main import main

IDENTITY = {
    "CAMUNDA_CLIENT_ID": "me",
    "CAMUNDA_CLIENT_SECRET": "s3cr3t",
    "CAMUNDA_OAUTH_URL": "https://localhost:1/token",
}
PROFILE = {"client_id": "me", "client_secret": "s3cr3t", "token_url": "https://localhost:1/token"}


@pytest.fixture
def told_of_variables(monkeypatch, told):
    def run(**variables: str) -> str:
        for name, text in {**IDENTITY, **variables}.items():
            monkeypatch.setenv(name, text)
        return told("token")

    return run


@pytest.fixture
def told_of_profile(monkeypatch, told, tmp_path):
    file = tmp_path / "config.toml"

    def run(**keys: str) -> tuple[str, str]:
        lines = [
            f"{name} = {text}" if text.startswith("{") and "=" in text else f'{name} = "{text}"'
            for name, text in {**PROFILE, **keys}.items()
        ]
        file.write_text("\n".join(["[profiles.a]", *lines]))
        file.chmod(0o600)
        monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(file))
        return told("token", "--profile", "a"), f"in the profile a in {file}"

    return run


@pytest.mark.parametrize(
    ("name", "word", "meant"),
    [
        ("ZEEBE_AUTH_DIALECT", "keyclock", "keycloak"),
        ("ZEEBE_AUTH_AUTHENTICATION_METHOD", "client_secret_pots", "client_secret_post"),
        ("CAMUNDA_AUTH_STRATEGY", "OATH", "OAUTH"),
        ("ZEEBE_AUTH_REQUEST_FORMAT", "jsn", "json"),
    ],
)
def test_a_misspelt_word_of_a_variable(told_of_variables, name, word, meant):
    """The error has the variable, its value, and what was meant."""
    err = told_of_variables(**{name: word})
    assert err.startswith(f"zeebe-auth: {name} in the environment is '{word}', which is none of")
    assert f'Did you mean "{meant}"?' in err


def test_a_misspelt_store(told_of_variables, told_of_profile, monkeypatch):
    """The error names the variable or the profile."""
    err = told_of_variables(ZEEBE_AUTH_STORE="memry")
    assert err.startswith('zeebe-auth: ZEEBE_AUTH_STORE in the environment: There is no store "me')
    assert 'Did you mean "memory"?' in err
    monkeypatch.delenv("ZEEBE_AUTH_STORE")
    err, where = told_of_profile(store='{ use = "fiel" }')
    assert err.startswith(f'zeebe-auth: store {where}: There is no store "fiel". Did you mean "fi')


def test_a_misspelt_source_or_dialect_of_a_profile(told_of_profile):
    """The error names the key, the profile and the file."""
    err, where = told_of_profile(dialect="entre")
    assert err.startswith(f"zeebe-auth: dialect {where} is 'entre'")
    assert 'Did you mean "entra"?' in err


def test_a_misspelt_source(monkeypatch, told, tmp_path):
    """A source is reported as a store is."""
    file = tmp_path / "config.toml"
    file.write_text('[profiles.a]\nsource = "keyrign"\n')
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(file))
    err = told("token", "--profile", "a")
    assert err.startswith(f"zeebe-auth: source in the profile a in {file}: There is no source")
    assert 'Did you mean "keyring"?' in err


@pytest.mark.parametrize(
    "text",
    [
        "${CLIENT_SECRET}",
        "${CLIENT_SECRET:-}",
        "$(CLIENT_SECRET)",
        "$CLIENT_SECRET",
        "%CLIENT_SECRET%",
    ],
)
def test_a_placeholder_for_a_secret(told_of_profile, told_of_variables, text):
    """It is not taken for a secret, and the error says how to refer to a variable."""
    err, where = told_of_profile(client_secret=text)
    assert err.startswith(f"zeebe-auth: client_secret {where} looks like a placeholder")
    assert '{ env = "CLIENT_SECRET" }' in err
    err = told_of_variables(CAMUNDA_CLIENT_SECRET=text)
    assert err.startswith("zeebe-auth: CAMUNDA_CLIENT_SECRET in the environment looks like a p")


@pytest.mark.parametrize("text", ["{{ .Values.clientSecret }}", "<your-client-secret>"])
def test_a_template_s_placeholder(told_of_profile, text):
    """Placeholders of Helm and of pages with examples are recognised."""
    err, where = told_of_profile(client_secret=text)
    assert err.startswith(f"zeebe-auth: client_secret {where} looks like a placeholder")


def test_a_placeholder_in_a_mounted_file(monkeypatch, told, tmp_path):
    """A deployment may have written it without replacing it."""
    mount = tmp_path / "mount"
    mount.mkdir()
    for name, text in {**PROFILE, "client_secret": "${CLIENT_SECRET}\n"}.items():
        (mount / name).write_text(text)
    config = tmp_path / "config.toml"
    config.write_text('[profiles.a]\nsource = { use = "secrets-directory", path = "mount" }\n')
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(config))
    err = told("token", "--profile", "a")
    assert f"The file client_secret in the secrets directory {mount} looks like a placeh" in err


@pytest.mark.parametrize("key", ["client_id", "token_url", "audience", "address"])
def test_a_placeholder_elsewhere(told_of_profile, key):
    """Templates fill in other fields than secrets, too."""
    err, where = told_of_profile(**{key: "${SOME_THING}"})
    assert err.startswith(f"zeebe-auth: {key} {where} looks like a placeholder")


@pytest.mark.parametrize(
    "secret", ["$ecret", "pa$$word{}", "${", "<>", "{{", "a${B}", "$ABC", "%a%"]
)
def test_what_only_looks_a_little_like_one_is_a_secret(monkeypatch, capsys, secret):
    """Secrets may contain such characters."""
    for name, text in {**IDENTITY, "CAMUNDA_CLIENT_SECRET": secret}.items():
        monkeypatch.setenv(name, text)
    assert main(["token"]) == 4
    assert "placeholder" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["Bearer s3cr3t", "bearer  s3cr3t", "Authorization: Bearer s3cr3t"]
)
def test_a_token_with_its_scheme(monkeypatch, told, text):
    """The error says that the value begins with "Bearer", as in a header."""
    monkeypatch.setenv("CAMUNDA_OAUTH_TOKEN", text)
    err = told("token")
    assert err.startswith('zeebe-auth: CAMUNDA_OAUTH_TOKEN in the environment begins with "Bearer"')
    with pytest.raises(ValueError, match='without "Bearer"') as caught:
        AccessToken(text)
    assert "s3cr3t" not in str(caught.value)

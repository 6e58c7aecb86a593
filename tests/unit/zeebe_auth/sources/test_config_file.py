from __future__ import annotations

import os
import pickle
import warnings
from pathlib import Path

import pytest

from zeebe_auth import (
    AssertionFile,
    ClientCertificate,
    ClientSecret,
    ConfigFileSource,
    ConfigurationError,
    CredentialsUnavailable,
    PrivateKey,
    Public,
    Secret,
    SecretsExposedWarning,
)
from zeebe_auth.configuration.document import config_location
from zeebe_auth.configuration.kept_login import keep_login

PEM = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
PROD = """
[profiles.prod]
client_id = "id"
client_secret = "s3cr3t"
token_url = "https://login.own.example/token"
"""


def load(write_config, body: str):
    return ConfigFileSource("prod", write_config(f"[profiles.prod]\n{body}")).load()


def test_saas_profile(write_config, dict_keychain):
    """The contract's SaaS example: a cluster, an id and a secret in the keychain are enough."""
    dict_keychain.kept["zeebe-auth:prod", "client_secret"] = "s3cr3t"
    path = write_config(
        """
        default_profile = "prod"
        [profiles.prod]
        cluster_id = "c1"
        region = "bru-2"
        client_id = "id"
        client_secret = { keyring = "prod" }
        """
    )
    source = ConfigFileSource(path=path)
    credentials = source.load()
    assert credentials.token_url == "https://login.cloud.camunda.io/oauth/token"
    assert credentials.audience == "zeebe.camunda.io"
    assert credentials.authentication == ClientSecret(Secret("s3cr3t"))
    assert credentials.origin == f"profile prod in {path}"
    assert source.settings() == {"cluster_id": "c1", "region": "bru-2"}


def test_self_managed_profile(write_config, tmp_path):
    """The contract's self-managed example: paths are relative to the file's folder."""
    (tmp_path / "client.pem").write_text(PEM)
    path = write_config(
        """
        [profiles.staging]
        address = "zeebe.staging.example:443"
        issuer = "https://keycloak.staging.example/realms/camunda"
        ca_certificate = "staging-ca.pem"
        client_id = "id"
        private_key = { file = "client.pem" }
        audience = "zeebe-api"
        keep_alive_ms = 30000
        insecure = false
        tenant_id = "tenant"
        store = { use = "file", encrypted = true }
        """
    )
    source = ConfigFileSource("staging", path)
    credentials = source.load()
    assert credentials.issuer == "https://keycloak.staging.example/realms/camunda"
    assert credentials.token_url is None
    assert credentials.authentication == PrivateKey(Secret(PEM))
    assert source.settings() == {
        "address": "zeebe.staging.example:443",
        "ca_certificate": str(tmp_path / "staging-ca.pem"),
        "keep_alive_ms": "30000",
        "insecure": "false",
        "tenant_id": "tenant",
    }


REST = 'client_id = "id"\nissuer = "https://i.example"\n'


@pytest.mark.parametrize(
    "method", ["client_secret_post", "client_secret_basic", "client_secret_jwt"]
)
def test_methods_of_a_secret(write_config, method):
    """The way to send a secret is chosen by its registered name."""
    body = f'{REST}client_secret = "x"\nauthentication_method = "{method}"\nrequest_format = "JSON"'
    credentials = load(write_config, body)
    assert credentials.authentication == ClientSecret(Secret("x"), method)
    assert credentials.request_format == "json"


def test_private_key_with_its_details(write_config):
    """Key id, algorithm and audience of an assertion are settable."""
    body = (
        f'{REST}private_key = """{PEM}"""\nkey_id = "k"\nalgorithm = "ES256"\n'
        'assertion_audience = "issuer"'
    )
    assert load(write_config, body).authentication == PrivateKey(
        Secret(PEM), "k", "ES256", "issuer"
    )


def test_private_key_file_with_its_details(write_config, tmp_path):
    """A file of either format, its password and its certificate; the files are not read here."""
    body = (
        f'{REST}private_key_file = "c.p12"\nprivate_key_password = {{ file = "password" }}\n'
        'private_key_certificate = "c.pem"\nauthentication_method = "private_key_jwt"'
    )
    (tmp_path / "password").write_text("s3cr3t\n")
    assert load(write_config, body).authentication == PrivateKey(
        tmp_path / "c.p12", password=Secret("s3cr3t"), certificate=tmp_path / "c.pem"
    )


def test_a_secret_that_signs_with_its_details(write_config):
    """Algorithm and audience are settable for client_secret_jwt, too."""
    body = (
        f'{REST}client_secret = "x"\nauthentication_method = "client_secret_jwt"\n'
        'algorithm = "HS512"\nassertion_audience = "issuer"'
    )
    assert load(write_config, body).authentication == ClientSecret(
        Secret("x"), "client_secret_jwt", "HS512", "issuer"
    )


@pytest.mark.parametrize("method", ["", "private_key_jwt", "assertion_file"])
def test_assertion_file(write_config, tmp_path, method):
    """A file with a foreign assertion authenticates the client."""
    body = f'{REST}assertion_file = "token"\nassertion_subject = "s"\n'
    body += f'authentication_method = "{method}"'
    assert load(write_config, body).authentication == AssertionFile(tmp_path / "token", "s")


def test_client_certificate(write_config, tmp_path):
    """A certificate alone authenticates the client; beside a secret it is for the gateway's TLS."""
    (tmp_path / "c.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
    body = f'{REST}client_certificate = "c.pem"\nclient_key = "k.pem"\n'
    expected = ClientCertificate.from_files(tmp_path / "c.pem", tmp_path / "k.pem")
    assert load(write_config, body).authentication == expected
    assert load(write_config, body + 'client_secret = "x"').authentication == ClientSecret(
        Secret("x")
    )
    both = body + 'client_secret = "x"\nauthentication_method = "self_signed_tls_client_auth"'
    assert load(write_config, both).authentication.method == "self_signed_tls_client_auth"


def test_public_client(write_config):
    """A client is public only if the profile says so."""
    assert load(write_config, REST + 'authentication_method = "none"').authentication == Public()


def test_lists(write_config):
    """Scopes and resources are lists or strings with spaces."""
    body = f'{REST}client_secret = "x"\nscope = ["a", "b"]\nresource = "https://r https://s"'
    credentials = load(write_config, body)
    assert credentials.scopes == ("a", "b")
    assert credentials.resources == ("https://r", "https://s")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('client_id = "id"\nclient_secert = "s3cr3t"', r'"client_secert".*mean "client_secret"'),
        ('xyzzy = "s3cr3t"', r"The known ones are client_id, .*, store\."),
        ('client_id = "id"\nissuer = "https://i.example"', r"No client secret in the profile prod"),
        ('client_id = "id"\nclient_secret = "s3cr3t"', r"none of token_url, issuer, cluster_id is"),
        ('client_id = 5\nclient_secret = "s3cr3t"', r"client_id .* must be a string"),
        (REST + 'client_secret = { vault = "s3cr3t" }', r"client_secret .* one of { keyring"),
        (REST + "client_secret = 5", r"client_secret .* must be a string or one of"),
        (REST + 'private_key = "s3cr3t.pem"', r"no PEM text.*file = "),
        (
            REST + 'private_key = "s3cr3t"\nclient_secret = "s3cr3t"',
            r"in two ways: client_secret and private_key",
        ),
        (
            REST + 'private_key = "s3cr3t"\nassertion_file = "f"\n'
            'authentication_method = "private_key_jwt"',
            r"in two ways: private_key and assertion_file",
        ),
        (
            REST + 'client_secret = "s3cr3t"\nauthentication_method = "password"',
            r"none of the known ones\. Use one of client_secret_post",
        ),
        (
            REST + 'client_secret = "s3cr3t"\nauthentication_method = "private_key_jwt"',
            r"No private key",
        ),
        (
            REST + 'client_secret = "s3cr3t"\nrequest_format = "xml"',
            r"is 'xml', which is none of the known ones",
        ),
        (REST + 'client_certificate = "none.pem"', r"certificate in .*none\.pem can't be read"),
        (
            REST + 'client_secret = "s3cr3t"\nauth_strategy = "kerberos"',
            r"none of the known ones. Use one of NONE, OAUTH",
        ),
        (REST + 'client_secret = "s3cr3t"\nusername = "demo"', r"OAUTH and BASIC at once"),
        ('source = { path = "x" }', r"source in the profile prod .* must say what to use"),
        ("source = 5", r"source in the profile prod .* must say what to use"),
    ],
)
def test_unusable_profiles(write_config, body, problem):
    """Each mistake in a profile is an error that names key, profile and file, never a secret."""
    with pytest.raises(ConfigurationError, match=problem) as caught:
        load(write_config, body)
    assert "s3cr3t" not in str(caught.value)


def test_empty_means_unset(write_config):
    """An empty string in a profile counts as unset."""
    with pytest.raises(ConfigurationError, match="No client secret"):
        load(write_config, REST + 'client_secret = ""\naudience = ""')


def test_profile_of_settings_alone(write_config):
    """A profile without any part of an identity has nothing to offer as a source."""
    with pytest.raises(CredentialsUnavailable, match="holds no credentials"):
        load(write_config, 'address = "a"')


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('a = "s3cr3t', r"not TOML: see (line 1, column \d+|end of document)"),
        ('[profiles.prod]\nclient_secret = s3cr3t"', r"not TOML: see line 2, column \d+"),
        ("a = " + "[" * 100_000, r"is nested more than 16 deep in line 1"),
        ("a = " + "9" * 5000, r"is not TOML"),
        ('client_id = "s3cr3t"', r'"client_id" outside a profile.*\[profiles\.NAME\]'),
        ('default_profil = "s3cr3t"', r'mean "default_profile"'),
        ("default_profile = 5", r"must be made of tables"),
        ('profiles = "s3cr3t"', r"must be made of tables"),
        ('[profiles]\nprod = "s3cr3t"', r"must be made of tables"),
    ],
)
def test_unusable_files(write_config, text, problem):
    """A file that is no config file is an error with the line in it, without its content."""
    with pytest.raises(ConfigurationError, match=problem) as caught:
        ConfigFileSource("prod", write_config(text)).load()
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_missing_file(tmp_path, monkeypatch):
    """The default file may be missing; a named one, or a named profile, may not."""
    with pytest.raises(CredentialsUnavailable, match=r"no config file .*\[profiles\.default\]"):
        ConfigFileSource().load()
    with pytest.raises(ConfigurationError, match=r"\[profiles\.prod\]"):
        ConfigFileSource("prod").load()
    with pytest.raises(ConfigurationError, match=r"none\.toml"):
        ConfigFileSource(path=tmp_path / "none.toml").load()
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(tmp_path / "other.toml"))
    with pytest.raises(ConfigurationError, match=r"other\.toml"):
        ConfigFileSource().load()


def test_missing_profile(write_config, monkeypatch):
    """A named profile that isn't there is an error with the names that are."""
    path = write_config("[profiles.prod]\n[profiles.test]\n")
    with pytest.raises(ConfigurationError, match=r'"stage".*prod, test'):
        ConfigFileSource("stage", path).load()
    with pytest.raises(CredentialsUnavailable, match=r'"default".*prod, test'):
        ConfigFileSource(path=path).load()
    monkeypatch.setenv("ZEEBE_AUTH_PROFILE", "stage")
    with pytest.raises(ConfigurationError, match='"stage"'):
        ConfigFileSource(path=path).load()
    many = write_config("".join(f"[profiles.p{n:02}]\n" for n in range(30)))
    with pytest.raises(ConfigurationError, match="p19 and 10 more"):
        ConfigFileSource("stage", many).load()


def test_which_profile(write_config, monkeypatch):
    """The argument takes precedence over the variable, the variable over the file's default, and
    that over "default"."""
    profile = '[profiles.{0}]\nclient_id="{0}"\nclient_secret="x"\nissuer="https://i.example"\n'
    profiles = "".join(map(profile.format, ("default", "a", "b", "c")))
    path = write_config(profiles)
    assert ConfigFileSource(path=path).load().client_id == "default"
    write_config('default_profile = "a"\n' + profiles)
    assert ConfigFileSource(path=path).load().client_id == "a"
    monkeypatch.setenv("ZEEBE_AUTH_PROFILE", "b")
    assert ConfigFileSource(path=path).load().client_id == "b"
    assert ConfigFileSource("c", path).load().client_id == "c"


def test_location(monkeypatch, tmp_path):
    """The file is where the argument, the variable or the platform says, in that order."""
    default, is_named = config_location()
    assert default.parts[-2:] == ("zeebe-auth", "config.toml")
    assert not is_named
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(tmp_path / "a.toml"))
    assert config_location() == (tmp_path / "a.toml", True)
    assert config_location(Path("b.toml")) == (Path("b.toml"), True)


if os.name == "posix":

    def test_exposed_secret_warns(write_config):
        """A literal secret that every user may read causes a warning, and nothing else does."""
        path = write_config(PROD)
        path.chmod(0o644)
        with pytest.warns(SecretsExposedWarning, match="chmod 600") as caught:
            ConfigFileSource("prod", path).load()
        assert "s3cr3t" not in str(caught[0].message)
        path.chmod(0o640)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ConfigFileSource("prod", path).load()

    @pytest.mark.parametrize(("login", "is_exposed"), [("me:s3cr3t@", True), ("", False)])
    def test_exposed_proxy(write_config, monkeypatch, login, is_exposed):
        """A proxy's address is a secret if it has a password in it."""
        monkeypatch.setenv("MY_SECRET", "s3cr3t")
        text = PROD.replace('"s3cr3t"', '{ env = "MY_SECRET" }')
        path = write_config(f'{text}proxy = "http://{login}proxy.example:3128"\n')
        path.chmod(0o644)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            ConfigFileSource("prod", path).load()
        assert [each.category for each in caught] == [SecretsExposedWarning] * is_exposed

    def test_exposed_reference_is_fine(write_config, monkeypatch):
        """A file that only refers to its secrets may be readable by everybody."""
        monkeypatch.setenv("MY_SECRET", "s3cr3t")
        path = write_config(PROD.replace('"s3cr3t"', '{ env = "MY_SECRET" }'))
        path.chmod(0o644)
        assert ConfigFileSource("prod", path).load().client_id == "id"


def test_named_source(write_config, tmp_path):
    """A profile may name a source; its path is relative to the folder."""
    (tmp_path / "camunda.env").write_text(
        "ZEEBE_CLIENT_ID=id\nZEEBE_CLIENT_SECRET=s3cr3t\nZEEBE_ADDRESS=c.zeebe.camunda.io:443\n"
        "ZEEBE_KEEP_ALIVE=1000\nZEEBE_OVERRIDE_AUTHORITY=old.example"
    )
    body = 'source = { use = "env-file", path = "camunda.env" }\n'
    source = ConfigFileSource("prod", write_config("[profiles.prod]\n" + body))
    assert source.load().client_id == "id"
    assert source.settings() == {
        "address": "c.zeebe.camunda.io:443",
        "keep_alive_ms": "1000",
        "authority": "old.example",
    }
    write_config("[profiles.prod]\n" + body + 'address = "own.example:443"')
    assert source.settings() == {"address": "own.example:443", "keep_alive_ms": "1000"}


def test_source_from_the_keychain(write_config):
    """source = "keyring" reads what login stored under the profile's own name."""
    kept = ConfigFileSource("prod", write_config(PROD)).load()
    keep_login("prod", kept, {"address": "own.example:443"})
    source = ConfigFileSource("prod", write_config('[profiles.prod]\nsource = "keyring"'))
    assert source.load().client_id == "id"
    assert source.settings() == {"address": "own.example:443"}


def test_no_mixture(write_config):
    """A source beside a part of an identity is refused: identities aren't mixed."""
    body = 'source = "environment"\nclient_id = "id"'
    with pytest.raises(ConfigurationError, match="a source and client_id beside it"):
        load(write_config, body)
    with pytest.raises(ConfigurationError, match="auth_strategy"):
        load(write_config, 'source = "environment"\nauth_strategy = "none"')
    with pytest.raises(CredentialsUnavailable):
        load(write_config, 'source = "environment"\nauth_strategy = "oauth"')


def test_explains(write_config, tmp_path):
    """The explanation names profile and file and raises nothing."""
    path = write_config(PROD)
    (finding,) = ConfigFileSource("prod", path).explain()
    assert (finding.subject, finding.outcome) == (f"profile prod in {path}", "chosen")
    assert "s3cr3t" not in str(finding)
    (finding,) = ConfigFileSource().explain()
    assert finding.outcome == "passed over"


def test_is_its_recipe(write_config):
    """A source pickles, compares and prints by profile and path."""
    path = write_config(PROD)
    source = ConfigFileSource("prod", path)
    assert pickle.loads(pickle.dumps(source)) == source != ConfigFileSource()
    assert source == ConfigFileSource("prod", str(path))
    assert "prod" in repr(source)
    assert "s3cr3t" not in repr(source)

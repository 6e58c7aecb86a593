from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from zeebe_auth import (
    ClientCredentials,
    ClientSecret,
    ConfigFileSource,
    ConfigurationError,
    CredentialsUnavailable,
    EnvSource,
    KeyringSource,
    MemoryStore,
    Profile,
    Secret,
    default_provider,
    load_profile,
    plugins,
)
from zeebe_auth.configuration.document import config_location
from zeebe_auth.configuration.kept_login import keep_login
from zeebe_auth.configuration.vocabulary import FIELD_OF_NAME
from zeebe_auth.keychain import access as keychain
from zeebe_auth.keychain.access import KeychainLocked, KeychainTimeout, KeychainUnavailable
from zeebe_auth.profiles.lookup import explain_profile
from zeebe_auth.stores.configured import make_store

IDENTITY = {
    "CAMUNDA_CLIENT_ID": "env-id",
    "CAMUNDA_CLIENT_SECRET": "s3cr3t",
    "CAMUNDA_OAUTH_URL": "https://login.env.example/token",
}
FILE_IDENTITY = """
client_id = "file-id"
client_secret = "s3cr3t"
token_url = "https://login.file.example/token"
address = "zeebe.file.example:443"
"""
LOGIN = ClientCredentials(
    client_id="login-id",
    authentication=ClientSecret(Secret("s3cr3t")),
    token_url="https://login.login.example/token",
)
LOGIN_SETTINGS = {"address": "zeebe.login.example:443"}


@pytest.fixture(autouse=True)
def empty_machine(monkeypatch, tmp_path):
    for name in (*FIELD_OF_NAME, "ZEEBE_AUTH_CONFIG", "ZEEBE_AUTH_PROFILE", "ZEEBE_AUTH_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config-home"))


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    """The content of a fake OS keychain: a unit test must not use the real one."""
    entries: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keychain, "read", lambda service, name: entries.get((service, name)))
    monkeypatch.setattr(
        keychain, "write", lambda service, name, text: entries.update({(service, name): text})
    )
    return entries


@pytest.fixture
def break_keychain(monkeypatch):
    def use(failure: Exception) -> None:
        def fail(service: str, name: str) -> str:
            raise failure

        monkeypatch.setattr(keychain, "read", fail)

    return use


@pytest.fixture
def environment(monkeypatch):
    def use(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return use


@pytest.fixture
def config(tmp_path, environment):
    def write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text)
        if os.name == "posix":
            path.chmod(0o600)
        environment(ZEEBE_AUTH_CONFIG=str(path))
        return path

    return write


def outcomes(profile: Profile) -> list[str]:
    return [finding.outcome for finding in profile.findings]


def test_environment_first(environment, config):
    """Without a name the environment comes first, and the config file isn't even read."""
    config("not TOML")
    environment(**IDENTITY, ZEEBE_ADDRESS="zeebe.env.example:443", ZEEBE_KEEP_ALIVE="1000")
    profile = load_profile()
    assert profile.source == EnvSource()
    assert profile.settings == {"address": "zeebe.env.example:443", "keep_alive_ms": "1000"}
    assert profile.origin == "environment"
    assert profile.token is None
    assert outcomes(profile) == ["chosen"]


def test_config_file_second(config):
    """Without an identity in the environment the config file's default profile is next."""
    path = config(f'default_profile = "dev"\n[profiles.dev]\n{FILE_IDENTITY}')
    profile = load_profile()
    assert profile.source == ConfigFileSource("dev", path)
    assert profile.source.load().client_id == "file-id"
    assert profile.settings == {"address": "zeebe.file.example:443"}
    assert profile.origin == f"profile dev in {path}"
    assert outcomes(profile) == ["passed over", "chosen"]


def test_keychain_third():
    """The keychain comes last, with the address that login stored."""
    keep_login("default", LOGIN, LOGIN_SETTINGS)
    profile = load_profile()
    assert profile.source == KeyringSource()
    assert profile.source.load().client_id == "login-id"
    assert profile.settings == LOGIN_SETTINGS
    assert outcomes(profile) == ["passed over", "passed over", "chosen"]


def test_keychain_under_the_default_name(config):
    """The config file's default profile may be a login."""
    config('default_profile = "prod"\n')
    keep_login("prod", LOGIN, LOGIN_SETTINGS)
    assert load_profile().source == KeyringSource("prod")


def test_nothing_anywhere():
    """If nothing is configured the error says what to do, and the explanation where it was looked
    for."""
    with pytest.raises(CredentialsUnavailable, match=r"CAMUNDA_CLIENT_ID.*login.*STRATEGY=NONE"):
        load_profile()
    assert [f.outcome for f in explain_profile()] == ["passed over"] * 3


def test_other_profiles_are_mentioned(config):
    """The error names profiles that exist, so that one can be chosen."""
    config(f"[profiles.prod]\n{FILE_IDENTITY}[profiles.test]\n")
    with pytest.raises(
        CredentialsUnavailable,
        match=r"has prod, test\. Choose one with --profile or ZEEBE_AUTH_PROFILE",
    ):
        load_profile()


def test_address_alone(environment):
    """An address without credentials is distinguished from no configuration."""
    environment(ZEEBE_ADDRESS="localhost:26500")
    with pytest.raises(CredentialsUnavailable, match="though the environment sets ZEEBE_ADDRESS"):
        load_profile()


def test_partial_environment_is_not_covered(environment, config):
    """A mistake in the environment isn't hidden by the config file."""
    config(f"[profiles.default]\n{FILE_IDENTITY}")
    environment(ZEEBE_CLIENT_ID="id")
    with pytest.raises(ConfigurationError, match="No client secret"):
        load_profile()
    assert explain_profile()[-1].outcome == "unusable"


@pytest.mark.parametrize("how", ["argument", "variable"])
def test_named_profile_is_whole(environment, config, how):
    """A named profile is used as a whole; the environment's variables are ignored and named."""
    path = config(f"[profiles.prod]\n{FILE_IDENTITY}")
    environment(
        **IDENTITY,
        ZEEBE_CLIENT_ID="disagrees",
        ZEEBE_ADDRESS="zeebe.env.example:443",
        CAMUNDA_CA_CERTIFICATE_PATH="env-ca.pem",
    )
    if how == "variable":
        environment(ZEEBE_AUTH_PROFILE="prod")
    profile = load_profile("prod" if how == "argument" else None)
    assert profile.source == ConfigFileSource("prod", path)
    assert profile.settings == {"address": "zeebe.file.example:443"}
    ignored, chosen = profile.findings
    assert (ignored.outcome, chosen.outcome) == ("ignored", "chosen")
    for name in ("CAMUNDA_CLIENT_ID", "ZEEBE_CLIENT_ID", "ZEEBE_ADDRESS"):
        assert name in ignored.reason
    assert "s3cr3t" not in str(profile.findings)


def test_argument_outweighs_variable(environment, config):
    """The argument takes precedence over the variable."""
    config(f"[profiles.a]\n{FILE_IDENTITY}[profiles.b]\n{FILE_IDENTITY}")
    environment(ZEEBE_AUTH_PROFILE="a")
    assert load_profile("b").source.profile == "b"
    assert load_profile().source.profile == "a"


def test_named_profile_of_the_keychain(environment, config):
    """A name that the config file doesn't have is looked up in the keychain."""
    config("[profiles.other]\n")
    environment(**IDENTITY)
    keep_login("prod", LOGIN, LOGIN_SETTINGS)
    profile = load_profile("prod")
    assert profile.source == KeyringSource("prod")
    assert profile.settings == LOGIN_SETTINGS
    assert outcomes(profile) == ["ignored", "passed over", "chosen"]


def test_named_profile_nowhere(config):
    """An unknown name is an error with the names there are."""
    with pytest.raises(ConfigurationError, match=r'"prod".*no config file.*login'):
        load_profile("prod")
    config("[profiles.dev]\n[profiles.test]\n")
    with pytest.raises(ConfigurationError, match=r'"prod".*has dev, test'):
        load_profile("prod")
    assert [f.outcome for f in explain_profile("prod")][-1] == "unusable"


def test_default_profile_nowhere(config):
    """A default that doesn't exist is an error of the file."""
    config('default_profile = "prod"\n[profiles.dev]\n')
    with pytest.raises(ConfigurationError, match=r'default profile "prod".*there are: dev'):
        load_profile()


def test_config_file_that_was_named_must_be_there(environment, tmp_path):
    """ZEEBE_AUTH_CONFIG that leads nowhere is an error, whatever else there is."""
    environment(ZEEBE_AUTH_CONFIG=str(tmp_path / "none.toml"))
    keep_login("default", LOGIN, {})
    with pytest.raises(ConfigurationError, match=r"none\.toml, which ZEEBE_AUTH_CONFIG names"):
        load_profile()


def test_names_that_cannot_be_shown():
    """A profile's name with control characters is refused before it gets anywhere."""
    with pytest.raises(ConfigurationError, match="profile's name"):
        load_profile("a\x1b[31m")


@pytest.mark.parametrize("place", ["config", "keychain"])
def test_foreign_address_is_refused(environment, config, place):
    """An address from the environment doesn't get a token from elsewhere."""
    if place == "config":
        config(f"[profiles.default]\n{FILE_IDENTITY}")
    else:
        keep_login("default", LOGIN, LOGIN_SETTINGS)
    environment(ZEEBE_ADDRESS="zeebe.evil.example:443")
    with pytest.raises(ConfigurationError, match=r"ZEEBE_ADDRESS but the identity is from the"):
        load_profile()


@pytest.mark.parametrize(
    "variables",
    [
        {"CAMUNDA_CLUSTER_ID": "c"},
        {"ZEEBE_INSECURE_CONNECTION": "true"},
        {"CAMUNDA_OVERRIDE_AUTHORITY": "other.example"},
    ],
)
def test_what_changes_the_way_is_refused(environment, config, variables):
    """Cluster, plaintext and authority decide where a token is sent, as the address does."""
    config(f"[profiles.default]\n{FILE_IDENTITY}")
    environment(**variables)
    with pytest.raises(ConfigurationError, match=next(iter(variables))):
        load_profile()


def test_same_address_is_no_conflict(environment, config):
    """An address in both places that means the same is fine, and the profile's is used."""
    config(f"[profiles.default]\n{FILE_IDENTITY}")
    environment(ZEEBE_ADDRESS="grpcs://ZEEBE.file.example")
    profile = load_profile()
    assert profile.settings == {"address": "zeebe.file.example:443"}
    assert outcomes(profile) == ["passed over", "ignored", "chosen"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ZEEBE_AUTH_TOKEN_INSECURE", "true"),
        ("ZEEBE_AUTH_TOKEN_CA_CERTIFICATE", "login.pem"),
        ("ZEEBE_AUTH_PROXY", "http://user:pass-word@proxy.example:1"),
        ("CAMUNDA_MTLS_CERT_PATH", "client.pem"),
    ],
)
def test_what_the_environment_says_to_nobody_is_told(environment, config, variable, value):
    """Variables of an identity don't apply to one from elsewhere; `status` reports them."""
    config(f"[profiles.default]\n{FILE_IDENTITY}")
    environment(**{variable: value, "ZEEBE_KEEP_ALIVE": "1000"})
    profile = load_profile()
    assert outcomes(profile) == ["passed over", "ignored", "chosen"]
    reason = profile.findings[1].reason
    assert variable in reason
    assert value not in reason
    assert "ZEEBE_KEEP_ALIVE" not in reason


def test_harmless_tuning_is_added(environment, config):
    """CA file and keep-alive of the environment apply where an unnamed profile has none."""
    config(f"[profiles.default]\n{FILE_IDENTITY}keep_alive_ms = 2000\n")
    environment(CAMUNDA_CA_CERTIFICATE_PATH="env-ca.pem", ZEEBE_KEEP_ALIVE="1000")
    assert load_profile().settings == {
        "address": "zeebe.file.example:443",
        "ca_certificate": "env-ca.pem",
        "keep_alive_ms": "2000",
    }


@pytest.mark.parametrize("place", ["environment", "config"])
def test_basic(environment, config, place):
    """Basic authentication is a ready token, its user and password joined in UTF-8."""
    if place == "environment":
        environment(CAMUNDA_BASIC_AUTH_USERNAME="demo", CAMUNDA_BASIC_AUTH_PASSWORD="pä:ss")
    else:
        config('[profiles.default]\nusername = "demo"\npassword = "pä:ss"\n')
    profile = load_profile()
    assert profile.source is None
    assert profile.token.authorization == "Basic ZGVtbzpww6Q6c3M="
    assert "ZGVt" not in repr(profile)


def test_bearer(environment):
    """A given token is sent as it is."""
    environment(CAMUNDA_OAUTH_TOKEN="t0ken", CAMUNDA_AUTH_STRATEGY="bearer")
    profile = load_profile()
    assert profile.source is None
    assert profile.token.authorization == "Bearer t0ken"
    assert "t0ken" not in repr(profile)


@pytest.mark.parametrize("place", ["environment", "config"])
def test_none(environment, config, place):
    """No authorization is an explicit choice, and lists what it leaves unused."""
    if place == "environment":
        environment(CAMUNDA_AUTH_STRATEGY="NONE", ZEEBE_ADDRESS="localhost:26500", **IDENTITY)
    else:
        config(
            '[profiles.default]\nauth_strategy = "none"\naddress = "localhost:26500"\n'
            'client_id = "x"\nclient_secret = "s3cr3t"\n'
        )
    profile = load_profile()
    assert (profile.source, profile.token) == (None, None)
    assert profile.settings == {"address": "localhost:26500"}
    assert outcomes(profile)[-2:] == ["ignored", "chosen"]


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"CAMUNDA_BASIC_AUTH_USERNAME": "demo"}, "CAMUNDA_BASIC_AUTH_PASSWORD"),
        ({"CAMUNDA_AUTH_STRATEGY": "BEARER"}, "CAMUNDA_OAUTH_TOKEN"),
        ({"CAMUNDA_OAUTH_TOKEN": "s3cr3t t0ken"}, "CAMUNDA_OAUTH_TOKEN .* header"),
        (
            {"CAMUNDA_BASIC_AUTH_USERNAME": "a:b", "CAMUNDA_BASIC_AUTH_PASSWORD": "s3cr3t"},
            "CAMUNDA_BASIC_AUTH_USERNAME .* colon",
        ),
        ({**IDENTITY, "CAMUNDA_BASIC_AUTH_USERNAME": "demo"}, "OAUTH and BASIC at once"),
    ],
)
def test_unusable_strategies(environment, variables, problem):
    """A strategy with a part missing or unfit is an error that names the variable."""
    environment(**variables)
    with pytest.raises(ConfigurationError, match=problem) as caught:
        load_profile()
    assert "s3cr3t" not in str(caught.value)


def test_profile_without_credentials(config, kept):
    """A profile with an address alone is incomplete, whatever the keychain contains."""
    keep_login("default", LOGIN, {})
    config('[profiles.default]\naddress = "localhost:26500"\n')
    with pytest.raises(ConfigurationError, match=r'no credentials.*source = "keyring"'):
        load_profile()
    kept["zeebe-auth:prod", "credentials"] = '{"address": "localhost:26500"}'
    with pytest.raises(ConfigurationError, match="no credentials"):
        load_profile("prod")


def test_profile_with_a_source(config):
    """A profile with a source has that source's address beside its own settings."""
    keep_login("prod", LOGIN, LOGIN_SETTINGS)
    path = config('[profiles.prod]\nsource = "keyring"\nca_certificate = "ca.pem"\n')
    profile = load_profile("prod")
    assert profile.source == ConfigFileSource("prod", path)
    assert profile.source.load().client_id == "login-id"
    assert profile.settings == {**LOGIN_SETTINGS, "ca_certificate": str(path.parent / "ca.pem")}


def test_references_are_followed_late(config):
    """Loading a profile runs no helper and reads no secret; the source does so later."""
    command = f"{{ command = ['{sys.executable}', '-c', 'raise SystemExit(5)'] }}"
    config(
        '[profiles.prod]\nclient_id = "id"\nissuer = "https://i.example"\n'
        f'client_secret = {command}\nstore = {{ use = "redis", password = {command} }}\n'
    )
    profile = load_profile("prod")
    with pytest.raises(ConfigurationError, match="exit code 5"):
        profile.source.load()


def test_store_of_a_profile(config, tmp_path):
    """The store's table is kept, with its directory relative to the config file."""
    config(
        f'[profiles.a]\n{FILE_IDENTITY}store = {{ use = "file", directory = "tokens" }}\n'
        f'[profiles.b]\n{FILE_IDENTITY}store = "memory"\n[profiles.c]\n{FILE_IDENTITY}'
    )
    assert load_profile("a").store == {"use": "file", "directory": str(tmp_path / "tokens")}
    assert type(make_store(load_profile("a").store)).__name__ == "FileStore"
    assert load_profile("b").store == {"use": "memory"}
    assert load_profile("c").store is None


def test_repr_shows_no_secret(config):
    """A profile's repr has no secret of its store or proxy."""
    config(
        f'[profiles.a]\n{FILE_IDENTITY}store = {{ use = "redis", url = "redis://:s3cr3t@h" }}\n'
        'proxy = "http://me:s3cr3t@proxy.example"\n'
    )
    shown = repr(load_profile("a"))
    assert "s3cr3t" not in shown
    assert "store=<redis>" in shown
    assert "'address': 'zeebe.file.example:443'" in shown
    assert "s3cr3t" not in repr(dataclasses.asdict(load_profile("a")))


@pytest.mark.parametrize("proxy", ["http://me:pw@h:1", "http://h:1"])
def test_a_proxy_is_a_secret_setting(config, monkeypatch, proxy):
    """It may be a reference, reaches the token transport, and is no plain setting."""
    config(
        f'[profiles.a]\n{FILE_IDENTITY}proxy = "{proxy}"\n'
        f'[profiles.b]\n{FILE_IDENTITY}proxy = {{ env = "MY_PROXY" }}\n'
    )
    monkeypatch.setenv("MY_PROXY", proxy)
    for name in ("a", "b"):
        profile = load_profile(name)
        assert "proxy" not in profile.settings
        assert profile.secret_setting("proxy") == Secret(proxy)
        with default_provider(profile) as provider:
            assert provider._transport.proxy == Secret(proxy)


def test_a_secret_among_the_settings_of_a_profile_is_hidden():
    """A profile that a program makes may have its proxy there."""
    made = Profile(LOGIN, {"proxy": "http://me:pw@h:1", "address": "h:2"}, "code")
    assert made.settings == {"address": "h:2"}
    assert made.secret_setting("proxy") == Secret("http://me:pw@h:1")
    assert dataclasses.replace(made) == made
    with default_provider(dataclasses.replace(made, store={"use": "memory"})) as provider:
        assert provider._transport.proxy == Secret("http://me:pw@h:1")


def test_a_literal_store_argument_reaches_the_store_as_a_string(config, monkeypatch):
    """It is hidden in the profile and a plain string for the store, at any depth."""
    taken = {}

    class Redis(MemoryStore):
        def __init__(self, **arguments):
            super().__init__()
            taken.update(arguments)

    monkeypatch.setattr(plugins, "_registered_part", lambda *_: Redis)
    monkeypatch.setenv("REDIS_PASSWORD", "pw")
    config(
        f'[profiles.a]\n{FILE_IDENTITY}store = {{ use = "redis", url = "redis://:pw@h", port = 1, '
        'more = ["pw", { a = "pw" }], password = { env = "REDIS_PASSWORD" } }\n'
    )
    make_store(load_profile("a").store)
    assert taken == {
        "url": "redis://:pw@h",
        "port": 1,
        "more": ["pw", {"a": "pw"}],
        "password": Secret("pw"),
    }


@pytest.mark.parametrize("failure", [KeychainLocked, KeychainTimeout])
@pytest.mark.parametrize("name", [None, "prod"])
def test_keychain_that_could_have_it(break_keychain, failure, name):
    """A locked or silent keychain may hold the profile, so it is the error."""
    break_keychain(failure("The keychain, said plainly."))
    with pytest.raises(failure, match="said plainly"):
        load_profile(name)
    assert explain_profile(name)[-1].reason == "The keychain, said plainly."


def test_machine_without_keychain(break_keychain):
    """A missing keychain is skipped, unless a profile was named that is nowhere else."""
    break_keychain(KeychainUnavailable("There is no keychain."))
    with pytest.raises(CredentialsUnavailable, match="There are no credentials"):
        load_profile()
    with pytest.raises(ConfigurationError, match=r'no profile "prod".*there is no keychain'):
        load_profile("prod")


def test_a_name_that_nothing_has(monkeypatch, tmp_path):
    """The error has both ways to make a profile, with the path of the config file."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    with pytest.raises(ConfigurationError) as caught:
        load_profile("prod")
    assert str(config_location()[0]) in caught.value.message
    assert "zeebe-auth login --profile prod" in caught.value.message
    assert "[profiles.prod]" in caught.value.message


def test_environment_costs_few_imports():
    """A profile from the environment imports no module for keychain, config file or helper
    programs."""
    script = (
        # What a coverage measurement has loaded before is not ours.
        "import sys; before = set(sys.modules); "
        "from zeebe_auth.profiles.lookup import load_profile; load_profile(); "
        "print([name for name in ('keyring', 'platformdirs', 'tomllib', 'subprocess', 'difflib', "
        "'importlib.metadata', 'zeebe_auth.keychain.access') if name in set(sys.modules) - before])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **IDENTITY},
    )
    assert done.stdout.strip() == "[]"


def test_secret_settings_come_from_the_source_too(tmp_path, monkeypatch):
    """A password may be mounted beside its certificate; the profile's own takes precedence."""
    mount = tmp_path / "mount"
    mount.mkdir()
    for name, text in {
        "client-id": "c",
        "client-secret": "s",
        "token-url": "https://login.example/token",
        "client-certificate": "a certificate",
        "client-key-password": "hush",
    }.items():
        (mount / name).write_text(text, encoding="utf-8")
    config = tmp_path / "own.toml"
    source = f'source = {{ use = "secrets-directory", path = "{mount}" }}\n'
    own = 'client_key_password = { env = "OWN" }\n'
    config.write_text(f"[profiles.theirs]\n{source}[profiles.own]\n{own}{source}", encoding="utf-8")
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(config))
    profile = load_profile("theirs")
    assert profile.settings["client_certificate"] == str(mount / "client-certificate")
    assert profile.secret_setting("client_key_password") == Secret("hush")
    assert "hush" not in repr(profile)
    monkeypatch.setenv("OWN", "mine")
    assert load_profile("own").secret_setting("client_key_password") == Secret("mine")
    assert load_profile("own").secret_setting("another") is None

"""Newer variable names: they are read, and never override older ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth import (
    BasicCredentialsProvider,
    ChainSource,
    ConfigurationError,
    CredentialsUnavailable,
    EnvFileSource,
    EnvSource,
    SecretsDirectorySource,
    default_provider,
    load_profile,
)
from zeebe_auth.configuration.credentials import credentials_from, has_identity
from zeebe_auth.configuration.field_table import ROWS
from zeebe_auth.configuration.strategy import strategy_of
from zeebe_auth.configuration.vocabulary import FORM_BY_FIELD, NEWER_NAMES, SECRET_FIELDS
from zeebe_auth.keychain import access
from zeebe_auth.profiles.default_store import explain_directory

OLDER = {
    "ZEEBE_ADDRESS": "zeebe.own.example:443",
    "CAMUNDA_CLIENT_ID": "id",
    "CAMUNDA_CLIENT_SECRET": "s3cr3t",
    "CAMUNDA_OAUTH_URL": "https://login.own.example/token",
    "CAMUNDA_TOKEN_AUDIENCE": "zeebe-api",
}
OLDER_IN_SAAS = {
    "CAMUNDA_CLUSTER_ID": "c1",
    "CAMUNDA_CLIENT_ID": "id",
    "CAMUNDA_CLIENT_SECRET": "s3cr3t",
}
OLDER_BASIC = {
    "ZEEBE_ADDRESS": "zeebe.own.example:443",
    "CAMUNDA_BASIC_AUTH_USERNAME": "demo",
    "CAMUNDA_BASIC_AUTH_PASSWORD": "s3cr3t",
}
OLDER_KEY = {
    "CAMUNDA_ISSUER_URL": "https://issuer.own.example",
    "CAMUNDA_CLIENT_ID": "id",
    "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_PATH": "client.p12",
    "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_PASSWORD": "s3cr3t",
}
NOT_READ_HERE = {"CAMUNDA_CLIENT_AUTH_METHOD", "CAMUNDA_OAUTH_DISABLED", "CAMUNDA_CLIENT_MODE"}
CONFIG = """
[profiles.default]
client_id = "file-id"
client_secret = "s3cr3t"
token_url = "https://login.file.example/token"
address = "zeebe.file.example:443"
"""


def chosen(variables, monkeypatch):
    """The profile that a process with these variables uses."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_profile()


def identity(profile):
    """The relevant part of a profile: client, targets and addresses."""
    token = profile.token and profile.token.authorization
    where = {
        name: text
        for name, text in profile.settings.items()
        if name in {"address", "cluster_id", "authority", "insecure"}
    }
    if profile.source is None:
        return token, where
    found = profile.source.load()
    return found.client_id, found.authentication, found.authority_url, found.audience, where


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """No variable, no config file and no keychain but the test's own."""
    for row in ROWS:
        for name in row.variables:
            monkeypatch.delenv(name, raising=False)
    for name in ("ZEEBE_AUTH_CONFIG", "ZEEBE_AUTH_PROFILE", "ZEEBE_AUTH_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config-home"))
    monkeypatch.setenv("CAMUNDA_TOKEN_CACHE_DIR", str(tmp_path / "tokens"))
    monkeypatch.setattr(access, "read", lambda *_: None)


@pytest.fixture
def config(tmp_path, monkeypatch):
    """A config file with a default profile."""
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    path.chmod(0o600)


@pytest.mark.parametrize("name", sorted(NEWER_NAMES - NOT_READ_HERE))
@pytest.mark.parametrize("older", [OLDER, OLDER_IN_SAAS, OLDER_BASIC, OLDER_KEY])
def test_a_newer_name_makes_no_error_of_what_works(name, older, monkeypatch):
    """Whatever a newer variable says beside a complete older identity, that one is used as
    before."""
    before = identity(chosen(older, monkeypatch))
    row = next(row for row in ROWS if name in row.newer)
    value = {"switch": "false", "number": "1", "duration": "1"}.get(FORM_BY_FIELD[row.name])
    if row.name == "private_key_alias":
        older = {**older, "ZEEBE_AUTH_PRIVATE_KEY_ALIAS": "k3y"}
        before = identity(chosen(older, monkeypatch))
    now = identity(chosen({name: value or "0ther.example"}, monkeypatch))
    # The identity never changes; the rest may be added to, but not changed.
    assert now[: len(before) - 1][:2] == before[: len(before) - 1][:2]
    assert before[-1].items() <= now[-1].items()
    if any(each in older for each in row.environment):
        assert now == before


def test_an_older_cluster_keeps_its_token_endpoint():
    """A newer variable doesn't send a secret for Camunda SaaS anywhere else."""
    keycloak = {
        "CAMUNDA_CLIENT_AUTH_TOKENURL": "https://keycloak.own.example/token",
        "CAMUNDA_CLIENT_AUTH_AUDIENCE": "zeebe-api",
    }
    for where in ({}, {"ZEEBE_ADDRESS": "c1.bru-2.zeebe.camunda.io:443"}):
        source = EnvSource({**OLDER_IN_SAAS, **where, **keycloak})
        assert source.load() == EnvSource(OLDER_IN_SAAS).load()
        assert [name for name, _ in source.fields().ignored] == list(keycloak)


VALUES = {
    "url": ["https://login.cloud.camunda.io/oauth/token", "http://keycloak:18080/token"],
    "address": ["http://localhost:26500", "https://zeebe.0ther.example", "zeebe.0ther.example:443"],
    "rest address": ["https://bru-2.zeebe.camunda.io/c9", "http://localhost:8080"],
    "switch": ["true", "false"],
    "duration": ["5000", "PT5S"],
    "number": ["1000", "45s"],
    "size": ["5MB"],
}
WORDS = {
    "CAMUNDA_CLIENT_AUTH_METHOD": ["oidc", "kerberos"],
    "CAMUNDA_OAUTH_DISABLED": ["false", "perhaps"],
    "CAMUNDA_CLIENT_MODE": ["saas", "self-managed", "simple", "else"],
}
SAID = st.one_of(
    *(
        st.tuples(
            st.just(name), st.sampled_from(WORDS.get(name) or VALUES.get(row.form, ["0ther", "x"]))
        )
        for row in ROWS
        for name in row.newer
    )
)


WHOLE = [
    OLDER,
    {name: text for name, text in OLDER.items() if name != "CAMUNDA_TOKEN_AUDIENCE"},
    {**OLDER, "ZEEBE_ADDRESS": "zeebe.own.example:26500"},
    {**OLDER, "ZEEBE_ADDRESS": "localhost:26500", "ZEEBE_INSECURE_CONNECTION": "true"},
    OLDER_IN_SAAS,
    {**OLDER_IN_SAAS, "CAMUNDA_CLUSTER_REGION": "dsm-1", "CAMUNDA_AUTH_STRATEGY": "OAUTH"},
    OLDER_BASIC,
    {**OLDER_KEY, "CAMUNDA_GRPC_ADDRESS": "http://localhost:26500"},
    {"ZEEBE_ADDRESS": "zeebe.own.example:26500", "CAMUNDA_AUTH_STRATEGY": "NONE"},
    {"ZEEBE_ADDRESS": "zeebe.own.example:26500", "CAMUNDA_OAUTH_TOKEN": "t0ken"},
]
MAY_BE_ADDED = {
    *("keep_alive_ms", "max_message_bytes", "max_metadata_bytes", "tenant_id", "rest_address"),
    *("token_timeout", "token_connect_timeout", "token_read_timeout", "private_key_alias"),
}


def what_counts(given):
    """Everything that decides who the client is, and where and how the token is sent."""
    strategy = strategy_of(given)
    texts = {name: text for name, text in given.texts.items() if name not in MAY_BE_ADDED}
    if texts.get("insecure") == "false":
        del texts["insecure"]  # as without it
    texts.pop("auth_strategy", None)
    secrets = {name: given.secret(name).reveal() for name in given.secrets}
    return strategy, texts, secrets


@given(st.sampled_from(WHOLE), st.lists(SAID, max_size=6))
def test_no_set_of_newer_names_changes_what_works(older, newer):
    """Beside a complete older profile they are no error, not even where two of them disagree."""
    now = EnvSource({**older, **dict(newer)}).fields()
    assert what_counts(now) == what_counts(EnvSource(older).fields())
    assert has_identity(now)
    if strategy_of(now) == "OAUTH":
        without_alias = now.without({"private_key_alias"})
        assert credentials_from(without_alias) == credentials_from(EnvSource(older).fields())


@pytest.mark.parametrize(
    "newer",
    [
        {"ZEEBE_SECURE_CONNECTION": "false"},
        {"CAMUNDA_SECURE_CONNECTION": "perhaps"},
        {"CAMUNDA_CLIENT_OVERRIDEAUTHORITY": "0ther.example"},
        {"CAMUNDA_CLIENT_CACERTIFICATEPATH": "/nowhere/ca.pem"},
        {"CAMUNDA_MTLS_CA": "-----BEGIN CERTIFICATE-----"},
        {"CAMUNDA_SSL_CLIENT_TRUSTSTORE_PATH": "/nowhere/store.p12"},
        {"CAMUNDA_CUSTOM_CERT_CHAIN_PATH": "/nowhere/client.pem"},
        {"CAMUNDA_SSL_CLIENT_KEYSTORE_SECRET": "one\ntwo"},
        {"CAMUNDA_CLIENT_CLOUD_DOMAIN": "0ther.example"},
        {"CAMUNDA_CLIENT_CLOUD_PORT": "8443"},
        {"CAMUNDA_CLIENT_CLOUD_REGION": "dsm-1"},
        {"CAMUNDA_OAUTH_DISABLED": "true"},
        {"CAMUNDA_CLIENT_AUTH_METHOD": "none"},
        {"CAMUNDA_CLIENT_AUTH_SCOPE": "0ther"},
        {"CAMUNDA_CLIENT_KEEPALIVE": "soon"},
        {"CAMUNDA_CLIENT_MAXMESSAGESIZE": "large"},
        {"CAMUNDA_OAUTH_TIMEOUT_MS": "0"},
        {"CAMUNDA_TENANT_ID": "a", "CAMUNDA_DEFAULT_TENANT_ID": "b"},
    ],
)
@pytest.mark.parametrize("older", WHOLE[:6])
def test_a_token_goes_where_it_went(older, newer):
    """No newer variable sends a token elsewhere, into plaintext or into an error; each one is
    reported."""
    fields = EnvSource({**older, **newer}).fields()
    assert credentials_from(fields) == EnvSource(older).load()
    assert fields.settings() == EnvSource(older).settings()
    told = {name for name, _ in fields.ignored}
    agrees = {"ZEEBE_INSECURE_CONNECTION", "CAMUNDA_CLUSTER_REGION"} & older.keys()
    assert told == set(newer) or (agrees and not told)


@pytest.mark.parametrize("switch", ["CAMUNDA_SECURE_CONNECTION", "ZEEBE_SECURE_CONNECTION"])
def test_a_switch_for_plaintext_allows_nothing_to_an_older_identity(switch):
    """Only its own switch lets its token leave the machine unencrypted."""
    for address in ("http://zeebe.own.example:26500", "grpc://zeebe.own.example:26500"):
        older = {**OLDER, "ZEEBE_ADDRESS": address}
        fields = EnvSource({**older, switch: "false"}).fields()
        assert fields.settings() == {"address": address}
        assert fields.ignored == ()


def test_a_secret_for_saas_goes_to_saas_in_any_domain():
    """A left-over domain doesn't change the token endpoint that is filled in."""
    for older in ({**OLDER_IN_SAAS}, {**OLDER_IN_SAAS, "ZEEBE_AUTH_DIALECT": "camunda-saas"}):
        domain = {"CAMUNDA_CLIENT_CLOUD_DOMAIN": "0ther.example"}
        found = EnvSource({**older, **domain}).load()
        assert found.token_url == "https://login.cloud.camunda.io/oauth/token"
        del older["CAMUNDA_CLUSTER_ID"]
        if "ZEEBE_AUTH_DIALECT" in older:
            newer = {**domain, "CAMUNDA_CLIENT_CLOUD_CLUSTERID": "c1"}
            for more in (domain, newer):
                found = EnvSource({**older, **more}).load()
                assert found.token_url == "https://login.cloud.camunda.io/oauth/token"


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.environment and row.newer], ids=lambda row: row.name
)
def test_the_older_name_wins_and_the_newer_is_told(row, monkeypatch):
    """Of two variables that disagree the older one is used; the finding names the newer one,
    without a value."""
    values = ("true", "true") if row.name == "insecure" else ("0lder", "n3wer")
    if row.name == "auth_strategy":
        values = ("NONE", "oidc")
    name = row.newer[0]
    fields = EnvSource({row.environment[0]: values[0], name: values[1]}).fields()
    text = fields.secret(row.name).reveal() if row.name in SECRET_FIELDS else fields.texts[row.name]
    assert text == values[0]
    assert row.name not in fields.newer
    reasons = dict(fields.ignored)
    assert list(reasons) == [name]
    assert "n3wer" not in reasons[name]


def test_an_older_name_settles_newer_ones(monkeypatch):
    """Newer variables that disagree with each other are no error beside an older one."""
    more = {"CAMUNDA_CLIENT_AUTH_AUDIENCE": "a", "CAMUNDA_CLIENT_ZEEBE_AUDIENCE": "b"}
    assert chosen({**OLDER, **more}, monkeypatch).source.load().audience == "zeebe-api"


def test_what_was_left_out_is_among_the_findings(monkeypatch):
    """The profile's findings say which variables were ignored because of which."""
    profile = chosen({**OLDER, "CAMUNDA_CLIENT_AUTH_AUDIENCE": "0ther"}, monkeypatch)
    told = [f.reason for f in profile.findings if f.outcome == "ignored"]
    assert told == [
        "CAMUNDA_CLIENT_AUTH_AUDIENCE: CAMUNDA_TOKEN_AUDIENCE is set, which takes precedence."
    ]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"CAMUNDA_CLUSTER_ID": "c1"}, {"CAMUNDA_CLIENT_GRPCADDRESS": "http://localhost:26500"}),
        ({"ZEEBE_ADDRESS": "zeebe.own.example:443"}, {"CAMUNDA_CLIENT_CLOUD_CLUSTERID": "c2"}),
        (
            {"CAMUNDA_ISSUER_URL": "https://i.example"},
            {"CAMUNDA_CLIENT_AUTH_TOKENURL": "https://t.example"},
        ),
        (
            {"CAMUNDA_CLIENT_SECRET": "s"},
            {"CAMUNDA_CLIENT_AUTH_CLIENTASSERTION_KEYSTOREPATH": "c.p12"},
        ),
        ({"CAMUNDA_CLIENT_ID": "id"}, {"CAMUNDA_CLIENT_AUTH_USERNAME": "demo"}),
        (
            {"CAMUNDA_BASIC_AUTH_USERNAME": "demo"},
            {"CAMUNDA_CLIENT_AUTH_CLIENTASSERTION_KEYSTOREPATH": "c.p12"},
        ),
        ({"CAMUNDA_MTLS_CERT_PATH": "both.pem"}, {"CAMUNDA_CUSTOM_PRIVATE_KEY_PATH": "key.pem"}),
        ({"ZEEBE_ADDRESS": "http://localhost:26500"}, {"ZEEBE_SECURE_CONNECTION": "true"}),
        ({"ZEEBE_ADDRESS": "zeebe.example:443"}, {"CAMUNDA_SECURE_CONNECTION": "false"}),
        ({"ZEEBE_ADDRESS": "https://zeebe.example"}, {"CAMUNDA_SECURE_CONNECTION": "false"}),
        ({"ZEEBE_CA_CERTIFICATE_PATH": "ca.pem"}, {"CAMUNDA_MTLS_CA": "-----BEGIN"}),
        (
            {"ZEEBE_CA_CERTIFICATE_PATH": "ca.pem"},
            {"CAMUNDA_SSL_CLIENT_TRUSTSTORE_PATH": "store.jks"},
        ),
        (
            {"ZEEBE_AUTH_CLIENT_CERTIFICATE": "c.pem"},
            {"CAMUNDA_MTLS_CERT": "-----BEGIN", "CAMUNDA_MTLS_KEY": "-----BEGIN"},
        ),
        ({}, {"CAMUNDA_CUSTOM_PRIVATE_KEY_PATH": "key.pem"}),
    ],
)
def test_fields_that_exclude_each_other(older, newer):
    """A newer variable is also ignored where the older one is for another field of the same
    purpose."""
    with_newer = EnvSource({**older, **newer}).fields()
    alone = EnvSource(older).fields()
    assert dict(with_newer.texts) == dict(alone.texts)
    assert sorted(with_newer.secrets) == sorted(alone.secrets)
    assert [name for name, _ in with_newer.ignored] == list(newer)


@pytest.mark.parametrize(
    ("variables", "strategy"),
    [
        ({"CAMUNDA_AUTH_STRATEGY": "NONE", "CAMUNDA_CLIENT_AUTH_METHOD": "basic"}, "NONE"),
        ({"CAMUNDA_CLIENT_AUTH_METHOD": "none", "CAMUNDA_OAUTH_DISABLED": "false"}, "NONE"),
        ({"CAMUNDA_CLIENT_AUTH_METHOD": "oidc", "CAMUNDA_OAUTH_DISABLED": "true"}, "OAUTH"),
        ({"CAMUNDA_OAUTH_DISABLED": "true", "CAMUNDA_CLIENT_MODE": "saas"}, "NONE"),
        ({"CAMUNDA_OAUTH_DISABLED": "false", "CAMUNDA_CLIENT_MODE": "saas"}, "OAUTH"),
        ({"CAMUNDA_CLIENT_MODE": "self-managed"}, None),
        ({"CAMUNDA_CLIENT_AUTH_METHOD": "BASIC"}, "BASIC"),
    ],
)
def test_how_to_choose_has_an_order(variables, strategy):
    """The first variable that chooses is followed; one that says "no" or "self-managed" doesn't
    choose."""
    assert EnvSource(variables).fields().texts.get("auth_strategy") == strategy


def test_oauth_disabled_sends_nothing(monkeypatch):
    """The switch of Camunda's JavaScript clients disables incomplete credentials beside it."""
    part = {"ZEEBE_ADDRESS": "localhost:26500", "CAMUNDA_CLIENT_ID": "id"}
    profile = chosen({**part, "CAMUNDA_OAUTH_DISABLED": "true"}, monkeypatch)
    assert (profile.source, profile.token) == (None, None)


def test_a_method_that_cannot_be_followed_gives_way(monkeypatch):
    """Basic without a user, or an unknown word, is no error where OAuth worked."""
    for method in ("basic", "kerberos"):
        profile = chosen({**OLDER, "CAMUNDA_CLIENT_AUTH_METHOD": method}, monkeypatch)
        assert profile.source.load().client_id == "id"
        assert any("CAMUNDA_CLIENT_AUTH_METHOD" in each.reason for each in profile.findings)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CAMUNDA_CLIENT_AUTH_METHOD", "none, oidc, basic"),
        ("CAMUNDA_CLIENT_MODE", "saas, self-managed"),
        ("CAMUNDA_OAUTH_DISABLED", "true, false"),
    ],
)
def test_an_unknown_choice_names_its_words(name, words, monkeypatch):
    """Alone, an unknown word means no credentials, with the words that the variable accepts."""
    said = f"{name} in the .* is 'kerberos', which is none of the known ones. Use one of {words}"
    with pytest.raises(CredentialsUnavailable, match=said):
        chosen({name: "kerberos"}, monkeypatch)


def test_users_of_c8ctl_count_with_basic_only(monkeypatch):
    """Such common names are taken for credentials only if Basic was chosen explicitly."""
    user = {"CAMUNDA_USERNAME": "demo", "CAMUNDA_PASSWORD": "s3cr3t"}
    with pytest.raises(CredentialsUnavailable):
        chosen(user, monkeypatch)
    profile = chosen({"CAMUNDA_CLIENT_AUTH_METHOD": "basic"}, monkeypatch)
    expected = BasicCredentialsProvider("demo", "s3cr3t").get_token()
    assert profile.token.authorization == expected.authorization


@pytest.mark.parametrize(
    "left_over",
    [
        {"CAMUNDA_CLIENT_AUTH_AUDIENCE": "zeebe-api"},
        {"CAMUNDA_CLIENT_AUTH_TOKENURL": "https://login.own.example/token"},
        {"CAMUNDA_CLIENT_MODE": "saas"},
        {"CAMUNDA_CLIENT_AUTH_METHOD": "oidc"},
        {"CAMUNDA_CLIENT_AUTH_METHOD": "kerberos"},
        {"CAMUNDA_OAUTH_DISABLED": "true"},
        {"CAMUNDA_CLIENT_AUTH_USERNAME": "demo"},
        {"CAMUNDA_CLIENT_GRPCADDRESS": "http://localhost:26500"},
        {"CAMUNDA_CLIENT_CLOUD_CLUSTERID": "c1"},
        {"CAMUNDA_REST_ADDRESS": "https://bru-2.zeebe.camunda.io/c1"},
        {"CAMUNDA_CLIENT_CLOUD_REGION": "dsm-1"},
        {"CAMUNDA_MTLS_CA_PATH": "/nowhere/ca.pem"},
        {"CAMUNDA_CLIENT_KEEPALIVE": "PT1S"},
    ],
)
def test_what_is_left_over_hides_no_other_source(left_over, config, monkeypatch):
    """The config file's profile is used unchanged, and the environment's variables are reported."""
    profile = chosen(left_over, monkeypatch)
    assert profile.source.load().client_id == "file-id"
    assert dict(profile.settings) == {"address": "zeebe.file.example:443"}
    assert any(name in each.reason for name in left_over for each in profile.findings)


@pytest.mark.parametrize(
    ("left_over", "named"),
    [
        ({"CAMUNDA_CLIENT_AUTH_AUDIENCE": "zeebe-api"}, "CAMUNDA_CLIENT_AUTH_AUDIENCE"),
        ({"CAMUNDA_CLIENT_MODE": "saas"}, "CAMUNDA_CLIENT_MODE"),
        (
            {"CAMUNDA_CLIENT_AUTH_METHOD": "basic", "CAMUNDA_USERNAME": "demo"},
            "CAMUNDA_BASIC_AUTH_PASSWORD",
        ),
        ({"CAMUNDA_REST_ADDRESS": "https://bru-2.zeebe.camunda.io/c1"}, "CAMUNDA_REST_ADDRESS"),
    ],
)
def test_what_is_left_over_is_no_credentials(left_over, named, monkeypatch):
    """A program that goes on without credentials still does; the error is helpful."""
    with pytest.raises(CredentialsUnavailable) as caught:
        chosen(left_over, monkeypatch)
    assert caught.value.message.count(named) == 1


def test_a_chain_goes_on_after_what_is_left_over(config):
    """An incomplete identity of newer variables is ignored; one of older variables stops the chain
    as before."""
    file = EnvFileSource("/nowhere/file.env")
    left_over = EnvSource({"CAMUNDA_CLIENT_AUTH_AUDIENCE": "zeebe-api"})
    assert ChainSource(left_over, file, EnvSource(OLDER)).load().client_id == "id"
    with pytest.raises(ConfigurationError):
        ChainSource(EnvSource({"CAMUNDA_TOKEN_AUDIENCE": "a"}), EnvSource(OLDER)).load()


BASIC = {
    "CAMUNDA_CLIENT_AUTH_METHOD": "basic",
    "CAMUNDA_CLIENT_AUTH_USERNAME": "demo",
    "CAMUNDA_CLIENT_AUTH_PASSWORD": "demo",
}


@pytest.mark.parametrize(
    "newer",
    [
        {"CAMUNDA_TENANT_ID": "a", "CAMUNDA_DEFAULT_TENANT_ID": "b"},
        {
            "CAMUNDA_CLIENT_GRPCADDRESS": "a.example",
            "CAMUNDA_CLIENT_ZEEBE_GRPCADDRESS": "b.example",
        },
        {"CAMUNDA_SSL_CLIENT_KEYSTORE_SECRET": "one\ntwo"},
    ],
)
def test_a_chain_goes_on_after_newer_names_that_disagree(newer, tmp_path):
    """A source without an identity is skipped, whatever newer variables say there."""
    directory = tmp_path / "secrets"
    directory.mkdir()
    for name, text in newer.items():
        (directory / name).write_text(text, encoding="utf-8")
    for source in (EnvSource(newer), SecretsDirectorySource(directory)):
        assert source.explain()[-1].outcome == "passed over"
        assert ChainSource(source, EnvSource(OLDER)).load().client_id == "id"


def test_a_file_that_is_called_like_a_newer_field_gives_way(tmp_path):
    """A secret that is also mounted for a Java program works as before its store had a meaning."""
    files = {
        "client-id": "id",
        "client-secret": "s3cr3t",
        "token-url": "https://login.own.example/token",
        "address": "zeebe.own.example:443",
    }
    more = {
        "truststore": "no store",
        "truststore-password": "a\nb",
        "cloud_domain": "0ther.example",
    }
    for name, text in (files | more).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    source = SecretsDirectorySource(tmp_path)
    assert source.settings() == {"address": "zeebe.own.example:443"}
    assert source.load().client_id == "id"
    assert {name for name, _ in source.fields().ignored} == set(more)
    (tmp_path / "token_timeout").write_text("30", encoding="utf-8")
    assert source.settings()["token_timeout"] == "30"


def test_a_whole_basic_identity_of_newer_names_is_one(monkeypatch):
    """What Docker Compose sets for its connectors is used where no other source has an identity."""
    profile = chosen(BASIC, monkeypatch)
    assert (profile.origin, profile.token.token_type) == ("environment", "Basic")


@pytest.mark.parametrize(
    "newer",
    [
        BASIC,
        {"CAMUNDA_TENANT_ID": "a", "CAMUNDA_DEFAULT_TENANT_ID": "b"},
        {
            "CAMUNDA_CLIENT_GRPCADDRESS": "a.example",
            "CAMUNDA_CLIENT_ZEEBE_GRPCADDRESS": "b.example",
        },
        {"CAMUNDA_SSL_CLIENT_KEYSTORE_SECRET": "one\ntwo"},
    ],
)
def test_newer_names_change_no_other_place(newer, config, monkeypatch):
    """A profile of the config file is used as without them, even where they disagree."""
    profile = chosen(newer, monkeypatch)
    assert profile.source.load().client_id == "file-id"
    assert dict(profile.settings) == {"address": "zeebe.file.example:443"}
    assert any(next(iter(newer)) in each.reason for each in profile.findings)


def test_newer_names_that_contradict_themselves_are_told(monkeypatch):
    """Without another source they are no credentials; beside an incomplete identity an error."""
    newer = {"CAMUNDA_TENANT_ID": "a", "CAMUNDA_DEFAULT_TENANT_ID": "b"}
    with pytest.raises(CredentialsUnavailable, match="CAMUNDA_TENANT_ID and CAMUNDA_DEFAULT"):
        chosen(newer, monkeypatch)
    with pytest.raises(ConfigurationError, match="CAMUNDA_TENANT_ID and CAMUNDA_DEFAULT"):
        chosen({"CAMUNDA_CLIENT_ID": "id", "CAMUNDA_CLIENT_SECRET": "s"}, monkeypatch)


def test_no_authorization_by_a_newer_name_where_nothing_else_is(monkeypatch):
    """Without another source the choice is used."""
    profile = chosen({"CAMUNDA_CLIENT_AUTH_METHOD": "none"}, monkeypatch)
    assert (profile.source, profile.token, profile.origin) == (None, None, "environment")


@pytest.mark.parametrize(
    ("address", "settings"),
    [
        ("https://dsm-1.zeebe.camunda.io/c1", {"cluster_id": "c1", "region": "dsm-1"}),
        ("https://DSM-1.zeebe.camunda.io:443/c1/v2/", {"cluster_id": "c1", "region": "dsm-1"}),
        ("http://dsm-1.zeebe.camunda.io/c1", {}),
        ("https://dsm-1.zeebe.camunda.io.evil.example/c1", {}),
        ("https://u@dsm-1.zeebe.camunda.io/c1", {}),
        ("https://zeebe.own.example/v2", {}),
    ],
)
def test_a_rest_address_in_saas_names_the_cluster(address, settings):
    """Cluster id and region are taken from it, and from no other address."""
    given = EnvSource({"ZEEBE_REST_ADDRESS": address}).settings()
    assert given == {"rest_address": address, **settings}


def test_a_rest_address_is_enough_for_saas():
    """With client id and secret it is a complete identity of Camunda SaaS."""
    source = EnvSource(
        {
            "CAMUNDA_CLIENT_ID": "id",
            "CAMUNDA_CLIENT_SECRET": "s3cr3t",
            "CAMUNDA_REST_ADDRESS": "https://dsm-1.zeebe.camunda.io/c1",
        }
    )
    assert source.load().token_url == "https://login.cloud.camunda.io/oauth/token"
    assert source.load().audience == "zeebe.camunda.io"


def test_a_rest_address_says_nothing_beside_a_gateway():
    """A configured address or cluster counts alone, even if the REST addresses disagree."""
    for where in ({"ZEEBE_ADDRESS": "zeebe.own.example:443"}, {"CAMUNDA_CLUSTER_ID": "c2"}):
        given = EnvSource(
            {
                **where,
                "CAMUNDA_REST_ADDRESS": "https://dsm-1.zeebe.camunda.io/c1",
                "ZEEBE_REST_ADDRESS": "https://dsm-1.zeebe.camunda.io/c3",
            }
        ).fields()
        assert sorted(given.texts) == (["address"] if "ZEEBE_ADDRESS" in where else ["cluster_id"])
    same = {
        "CAMUNDA_REST_ADDRESS": "https://r.example/v2",
        "ZEEBE_REST_ADDRESS": "https://r.example",
    }
    assert EnvSource(same).settings() == {"rest_address": "https://r.example/v2"}


def test_saas_mode_fills_in_for_a_cluster_of_the_same_place(config, monkeypatch):
    """The mode alone sends no secret to SaaS, and never completes another source's cluster."""
    here = {"CAMUNDA_CLIENT_MODE": "saas", "CAMUNDA_CLIENT_ID": "id", "CAMUNDA_CLIENT_SECRET": "s"}
    for beside in ({}, {"ZEEBE_ADDRESS": "zeebe.own.example:443"}):
        with pytest.raises(ConfigurationError, match=r"No token URL"):
            EnvSource({**here, **beside}).load()
    found = EnvSource({**here, "CAMUNDA_CLIENT_CLOUD_CLUSTERID": "c1"}).load()
    assert found.token_url == "https://login.cloud.camunda.io/oauth/token"
    mode = {"CAMUNDA_CLIENT_MODE": "saas", "CAMUNDA_CLIENT_CLOUD_REGION": "dsm-1"}
    assert "region" not in chosen(mode, monkeypatch).settings


def test_self_managed_mode_leaves_saas_alone():
    """A newer cluster id is ignored in self-managed mode."""
    here = {"CAMUNDA_CLIENT_ID": "id", "CAMUNDA_CLIENT_SECRET": "s"}
    mode = {"CAMUNDA_CLIENT_MODE": "self-managed", "CAMUNDA_CLIENT_CLOUD_CLUSTERID": "c1"}
    with pytest.raises(ConfigurationError, match=r"No token URL"):
        EnvSource({**here, **mode}).load()


def test_another_domain_of_the_cloud_counts_for_all():
    """Token URL, audience and gateway follow it; an invalid domain is refused."""
    variables = {
        "CAMUNDA_CLIENT_ID": "id",
        "CAMUNDA_CLIENT_SECRET": "s",
        "CAMUNDA_CLIENT_CLOUD_CLUSTERID": "c1",
        "CAMUNDA_CLIENT_CLOUD_DOMAIN": "Ultrawombat.example",
        "CAMUNDA_CLIENT_CLOUD_PORT": "8443",
    }
    found = EnvSource(variables).load()
    assert found.token_url == "https://login.cloud.ultrawombat.example/oauth/token"
    assert found.audience == "zeebe.ultrawombat.example"
    for domain in ("evil.example/", "u@evil.example", "a b", "x.example:80"):
        with pytest.raises(ConfigurationError, match="is not a domain name"):
            EnvSource({**variables, "CAMUNDA_CLIENT_CLOUD_DOMAIN": domain}).load()


@pytest.mark.parametrize(
    ("name", "text", "milliseconds"),
    [
        ("CAMUNDA_CLIENT_KEEPALIVE", "PT45S", "45000"),
        ("CAMUNDA_CLIENT_KEEPALIVE", "45s", "45000"),
        ("CAMUNDA_CLIENT_KEEPALIVE", "500ms", "500"),
        ("CAMUNDA_CLIENT_KEEPALIVE", "PT1M0.5S", "60500"),
        ("CAMUNDA_CLIENT_KEEPALIVE", "45000", "45000"),
        ("GRPC_KEEPALIVE_TIME_MS", "45000", "45000"),
        ("CAMUNDA_CLIENT_KEEPALIVE", "soon", "soon"),
    ],
)
def test_a_keep_alive_may_have_a_unit(name, text, milliseconds):
    """Spring's durations are converted to the field's unit; an invalid one is left to its
    reader."""
    assert EnvSource({name: text}).settings() == {"keep_alive_ms": milliseconds}


def test_an_env_file_and_a_directory_follow_the_same_rule(tmp_path):
    """Older names take precedence there, too, quoted as docker keeps them."""
    variables = {**OLDER, "CAMUNDA_CLIENT_AUTH_AUDIENCE": "0ther", "CAMUNDA_CLIENT_MODE": "saas"}
    file = tmp_path / "camunda.env"
    file.write_text("".join(f"{n}='{text}'\n" for n, text in variables.items()), encoding="utf-8")
    directory = tmp_path / "secrets"
    directory.mkdir()
    for name, text in variables.items():
        (directory / name).write_text(text, encoding="utf-8")
    docker = EnvSource({name: f"'{text}'" for name, text in variables.items()})
    for source in (EnvFileSource(file), SecretsDirectorySource(directory), docker):
        assert source.load().audience == "zeebe-api"
        assert [name for name, _ in source.fields().ignored] == ["CAMUNDA_CLIENT_AUTH_AUDIENCE"]
    (directory / "CAMUNDA_CLIENT_TENANTID").write_text("a", encoding="utf-8")
    (directory / "CAMUNDA_TENANT_ID").write_text("b", encoding="utf-8")
    assert SecretsDirectorySource(directory).load().audience == "zeebe-api"
    (directory / "CAMUNDA_OAUTH_URL").unlink()
    with pytest.raises(ConfigurationError, match="CAMUNDA_CLIENT_TENANTID and CAMUNDA_TENANT_ID"):
        SecretsDirectorySource(directory).load()


def test_times_of_the_token_request(monkeypatch):
    """The time limits of other clients apply to ours; a number alone is in the unit of its name."""
    from zeebe_auth.profiles.default_provider import token_transport

    def limits(**variables):
        transport = token_transport(EnvSource(variables).settings(), None, origin="a test")
        return transport.connect_timeout_seconds, transport.total_timeout_seconds

    assert limits() == (5.0, 10.0)
    assert limits(CAMUNDA_OAUTH_TIMEOUT_MS="2500") == (5.0, 2.5)
    assert limits(CAMUNDA_AUTH_CONNECT_TIMEOUT="2000", CAMUNDA_AUTH_READ_TIMEOUT="7000") == (
        2.0,
        9.0,
    )
    assert limits(CAMUNDA_CLIENT_AUTH_READTIMEOUT="PT20S") == (5.0, 25.0)
    assert limits(CAMUNDA_OAUTH_TIMEOUT_MS="2500.5") == (5.0, 2.5005)
    # The unit of a number alone differs from name to name: the advice is to write one.
    for text in ("0", "soon", "1e3"):
        with pytest.raises(ConfigurationError, match=f"'{text}' is not a time .* with its unit"):
            limits(CAMUNDA_OAUTH_TIMEOUT_MS=text)
    assert (
        token_transport({"token_timeout": "30"}, None, origin="a test").total_timeout_seconds == 30
    )
    with pytest.raises(ConfigurationError, match="setting token_timeout from a test"):
        token_transport({"token_timeout": "soon"}, None, origin="a test")


def test_secure_connection_is_the_opposite_of_insecure():
    """The switch of Camunda's JavaScript client selects plaintext for an address without a
    scheme."""
    for name in ("CAMUNDA_SECURE_CONNECTION", "ZEEBE_SECURE_CONNECTION"):
        given = EnvSource({"ZEEBE_ADDRESS": "localhost:26500", name: "false"}).settings()
        assert given == {"address": "localhost:26500", "insecure": "true"}
        given = EnvSource({"ZEEBE_ADDRESS": "localhost:26500", name: "true"}).settings()
        assert given == {"address": "localhost:26500", "insecure": "false"}


def test_the_directory_of_tokens_by_its_newer_name(monkeypatch, tmp_path):
    """The older name takes precedence, and so does the default for an identity of older names."""
    newer = {
        "CAMUNDA_OAUTH_CACHE_DIR": str(tmp_path / "newer"),
        "CAMUNDA_CLIENT_AUTH_CLIENTID": "id",
        "CAMUNDA_CLIENT_AUTH_CLIENTSECRET": "s3cr3t",
        "CAMUNDA_CLIENT_AUTH_TOKENURL": "https://login.own.example/token",
    }
    chosen(newer, monkeypatch)
    with default_provider() as provider:
        assert str(tmp_path / "tokens") in provider.explain().store
    monkeypatch.delenv("CAMUNDA_TOKEN_CACHE_DIR")
    with default_provider() as provider:
        assert str(tmp_path / "newer") in provider.explain().store
    assert explain_directory(load_profile()) == ()
    monkeypatch.setenv("CAMUNDA_OAUTH_URL", "https://login.own.example/token")
    with default_provider() as provider:
        assert str(tmp_path / "newer") not in provider.explain().store
    (told,) = explain_directory(load_profile())
    assert told.reason.startswith("CAMUNDA_OAUTH_CACHE_DIR: ")


def test_the_directory_of_tokens_of_a_config_file_s_profile(monkeypatch, tmp_path, config):
    """It is where it was before the newer name was read, and status says so."""
    monkeypatch.setenv("CAMUNDA_OAUTH_CACHE_DIR", str(tmp_path / "newer"))
    monkeypatch.delenv("CAMUNDA_TOKEN_CACHE_DIR")
    with default_provider() as provider:
        assert str(tmp_path / "newer") not in provider.explain().store
    assert len(explain_directory(load_profile())) == 1


def test_a_source_tells_what_gave_way(tmp_path, monkeypatch):
    """It reports this by itself, and as the source of a profile in the config file."""
    variables = {**OLDER, "CAMUNDA_CLIENT_AUTH_AUDIENCE": "0ther"}
    file = tmp_path / "camunda.env"
    file.write_text("".join(f"{n}='{text}'\n" for n, text in variables.items()), encoding="utf-8")
    reason = "CAMUNDA_CLIENT_AUTH_AUDIENCE: CAMUNDA_TOKEN_AUDIENCE is set, which takes precedence."
    for source in (EnvSource(variables), EnvFileSource(file)):
        first, last = source.explain()
        assert (first.outcome, first.reason, last.outcome) == ("ignored", reason, "chosen")
    config = tmp_path / "config.toml"
    source = f'{{ use = "env-file", path = "{file.as_posix()}" }}'
    config.write_text(f"[profiles.default]\nsource = {source}\n", encoding="utf-8")
    profile = chosen({"ZEEBE_AUTH_CONFIG": str(config)}, monkeypatch)
    assert reason in {each.reason for each in profile.findings}

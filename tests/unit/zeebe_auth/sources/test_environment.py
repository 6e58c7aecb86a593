from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from zeebe_auth import (
    ClientSecret,
    ConfigurationError,
    CredentialsUnavailable,
    EnvSource,
    ExplainingSource,
    PrivateKey,
    Secret,
)
from zeebe_auth.configuration.field_table import ROWS
from zeebe_auth.configuration.vocabulary import ENVIRONMENT_NAMES

# Some names count only beside others.
COMPANIONS = {
    "CAMUNDA_USERNAME": {"CAMUNDA_AUTH_STRATEGY": "BASIC"},
    "CAMUNDA_PASSWORD": {"CAMUNDA_AUTH_STRATEGY": "BASIC"},
    "CAMUNDA_CUSTOM_PRIVATE_KEY_PATH": {"CAMUNDA_CUSTOM_CERT_CHAIN_PATH": "chain.pem"},
}
SAAS = {
    "ZEEBE_CLIENT_ID": "id~._-",
    "ZEEBE_CLIENT_SECRET": "s3cr3t~._-",
    "ZEEBE_ADDRESS": "c.bru-2.zeebe.camunda.io:443",
}
OWN = {
    "CAMUNDA_CLIENT_ID": "id",
    "CAMUNDA_CLIENT_SECRET": "s3cr3t",
    "CAMUNDA_OAUTH_URL": "https://login.own.example/token",
}


def test_reads_this_process_anew(monkeypatch):
    """The variables of the process are read at each load, not when the source is made."""
    source = EnvSource()
    with pytest.raises(CredentialsUnavailable, match="CAMUNDA_CLIENT_ID"):
        source.load()
    for name, value in OWN.items():
        monkeypatch.setenv(name, value)
    assert source.load().client_id == "id"
    monkeypatch.setenv("CAMUNDA_CLIENT_ID", "other")
    assert source.load().client_id == "other"


@pytest.mark.parametrize(
    ("field", "name"), [(f, n) for f, names in ENVIRONMENT_NAMES.items() for n in names]
)
def test_each_name_gives_its_field(field, name):
    """Every documented name is understood, quotes stripped."""
    given = EnvSource({**COMPANIONS.get(name, {}), name: "'value'"}).fields()
    value = given.secret(field).reveal() if field in given.secrets else given.texts[field]
    assert value == "value"
    assert given.names_of([field]) == [name]


def test_a_key_store_by_the_names_of_camundas_java_client():
    """The variables that its users have set already are enough."""
    credentials = EnvSource(
        {
            "CAMUNDA_CLIENT_ID": "id",
            "CAMUNDA_ISSUER_URL": "https://issuer.example",
            "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_PATH": "client.p12",
            "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_PASSWORD": "s3cr3t",
            "ZEEBE_AUTH_ALGORITHM": "PS256",
        }
    ).load()
    assert credentials.authentication == PrivateKey(
        Path("client.p12"), algorithm="PS256", password=Secret("s3cr3t")
    )


def test_whole_identity():
    """All that the variables have of an identity is in the credentials."""
    credentials = EnvSource(
        {
            **OWN,
            "CAMUNDA_TOKEN_AUDIENCE": "zeebe-api",
            "CAMUNDA_TOKEN_SCOPE": "b a",
            "CAMUNDA_TOKEN_RESOURCE": "https://r1.example https://r2.example",
            "CAMUNDA_ISSUER_URL": "https://issuer.example",
            "CAMUNDA_WELL_KNOWN_CONFIGURATION_URL": "https://issuer.example/w",
        }
    ).load()
    assert credentials.authentication == ClientSecret(Secret("s3cr3t"))
    assert credentials.authority_url == "https://login.own.example/token"
    assert credentials.well_known_url == "https://issuer.example/w"
    assert credentials.issuer == "https://issuer.example"
    assert credentials.audience == "zeebe-api"
    assert credentials.scopes == ("b", "a")
    assert credentials.resources == ("https://r1.example", "https://r2.example")
    assert credentials.origin == "environment"


@pytest.mark.parametrize(
    "where",
    [
        {"ZEEBE_ADDRESS": "c.bru-2.zeebe.camunda.io:443"},
        {"ZEEBE_ADDRESS": "c.zeebe.camunda.io:443"},
        {"ZEEBE_GRPC_ADDRESS": "grpcs://c.bru-2.zeebe.camunda.io:443"},
        {"CAMUNDA_CLUSTER_ID": "c"},
    ],
)
def test_saas_needs_no_token_url(where):
    """A SaaS address in either form, or a cluster id, implies SaaS's token URL and audience."""
    credentials = EnvSource(
        {"ZEEBE_CLIENT_ID": "id", "ZEEBE_CLIENT_SECRET": "s3cr3t", **where}
    ).load()
    assert credentials.token_url == "https://login.cloud.camunda.io/oauth/token"
    assert credentials.audience == "zeebe.camunda.io"


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"ZEEBE_ADDRESS": "zeebe.own.example:443"},
        {"ZEEBE_ADDRESS": "zeebe.camunda.io.evil.example:443"},
        {"ZEEBE_ADDRESS": "https://c.zeebe.camunda.io@evil.example"},
        {"ZEEBE_ADDRESS": "evilzeebe.camunda.io:443"},
        {"ZEEBE_ADDRESS": "zeebe.own.example:443", "CAMUNDA_CLUSTER_ID": "c"},
    ],
)
def test_self_managed_secret_stays_at_home(where):
    """Without a SaaS address or cluster nothing is sent to SaaS by default: the URL is missing."""
    variables = {"ZEEBE_CLIENT_ID": "id", "ZEEBE_CLIENT_SECRET": "s3cr3t", **where}
    with pytest.raises(ConfigurationError, match=r"No token URL.*CAMUNDA_OAUTH_URL"):
        EnvSource(variables).load()


def test_saas_audience_is_not_for_other_endpoints():
    """A token URL that isn't SaaS's gets no SaaS audience, and SaaS's own one does."""
    assert EnvSource({**OWN, "CAMUNDA_CLUSTER_ID": "c"}).load().audience is None
    explicit = {**SAAS, "CAMUNDA_OAUTH_URL": "https://login.cloud.camunda.io/oauth/token"}
    assert EnvSource(explicit).load().audience == "zeebe.camunda.io"


def test_missing_secret_reads_as_promised():
    """A partial set is an error that lists what is missing and what to do."""
    with pytest.raises(ConfigurationError) as caught:
        EnvSource({"ZEEBE_CLIENT_ID": "id", "CAMUNDA_CLUSTER_ID": "c"}).load()
    assert str(caught.value) == (
        "No client secret: ZEEBE_CLIENT_ID is set but neither CAMUNDA_CLIENT_SECRET nor "
        'ZEEBE_CLIENT_SECRET is. Set one, or run "zeebe-auth login".'
    )


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ({"ZEEBE_CLIENT_SECRET": "x"}, "No client id and no token URL"),
        ({"CAMUNDA_OAUTH_URL": "https://a.example"}, "No client id and no client secret"),
        ({"ZEEBE_TOKEN_AUDIENCE": "a"}, "No client id and no client secret and no token URL"),
        ({"CAMUNDA_AUTH_STRATEGY": "oauth"}, "No client id"),
        ({**OWN, "CAMUNDA_CLIENT_SECRET": "''"}, "No client secret"),
        ({**OWN, "CAMUNDA_CLIENT_ID": ""}, "No client id"),
    ],
)
def test_partial_sets(variables, missing):
    """Any part of an identity without the rest is an error, and empty means unset."""
    with pytest.raises(ConfigurationError, match=missing):
        EnvSource(variables).load()


def test_aliases_that_agree_are_one():
    """Several names of one field are fine as long as they mean the same."""
    credentials = EnvSource(
        {
            **OWN,
            "ZEEBE_CLIENT_ID": "'id'",
            "ZEEBE_AUTHORIZATION_SERVER_URL": "HTTPS://Login.own.example:443/token/",
        }
    ).load()
    assert credentials.token_url == "https://login.own.example/token"


@pytest.mark.parametrize(
    ("field", "names"),
    [
        (row.name, names[:2])
        for row in ROWS
        for names in (row.environment, row.newer)
        # Names that choose a strategy have an order instead.
        if len(names) > 1 and row.name != "auth_strategy"
    ],
)
def test_aliases_that_disagree_are_named(field, names):
    """Two values for one field are an error that names the variables, never a value."""
    first, second = names
    values = ("true", "false") if field == "insecure" else ("v4lue-one", "v4lue-two")
    # Newer names are an error beside an incomplete identity; otherwise there is none.
    beside = {"ZEEBE_AUTH_KEY_ID": "k"} | COMPANIONS.get(first, {}) | COMPANIONS.get(second, {})
    with pytest.raises(ConfigurationError) as caught:
        EnvSource({**beside, first: values[0], second: values[1]}).fields()
    message = str(caught.value)
    assert first in message
    assert second in message
    assert "v4lue" not in message


def test_plaintext_aliases_agree_where_plaintext_is_on():
    """An http:// address and a bare one are the same once the insecure switch is on."""
    variables = {
        "ZEEBE_GRPC_ADDRESS": "http://localhost:26500",
        "ZEEBE_ADDRESS": "localhost:26500",
    }
    with pytest.raises(ConfigurationError, match="ZEEBE_GRPC_ADDRESS and ZEEBE_ADDRESS"):
        EnvSource(variables).settings()
    settings = EnvSource({**variables, "ZEEBE_INSECURE_CONNECTION": "true"}).settings()
    assert settings == {"address": "http://localhost:26500", "insecure": "true"}


def test_scopes_of_apis_are_no_oauth_scope():
    """CAMUNDA_CREDENTIALS_SCOPES lists Camunda's APIs and is ignored."""
    assert EnvSource({**OWN, "CAMUNDA_CREDENTIALS_SCOPES": "Zeebe,Tasklist"}).load().scopes == ()


@pytest.mark.parametrize(
    "more",
    [{"CAMUNDA_BASIC_AUTH_USERNAME": "demo"}, {"CAMUNDA_OAUTH_TOKEN": "t0ken"}],
)
def test_two_ways_need_a_strategy(more):
    """OAuth beside Basic or Bearer is an error until a strategy chooses."""
    with pytest.raises(ConfigurationError, match="CAMUNDA_AUTH_STRATEGY") as caught:
        EnvSource({**OWN, **more}).load()
    assert "CAMUNDA_CLIENT_ID" in str(caught.value)
    assert "t0ken" not in str(caught.value)
    assert EnvSource({**OWN, **more, "CAMUNDA_AUTH_STRATEGY": "OAUTH"}).load().client_id == "id"


@pytest.mark.parametrize("strategy", ["NONE", "basic", "BEARER"])
def test_other_strategies_are_no_identity(strategy):
    """A chosen strategy without OAuth stops a chain instead of being skipped."""
    with pytest.raises(ConfigurationError, match=strategy.upper()):
        EnvSource({**OWN, "CAMUNDA_AUTH_STRATEGY": strategy}).load()


def test_unknown_strategy():
    """A strategy that doesn't exist is an error that lists those that do."""
    with pytest.raises(ConfigurationError, match="NONE, OAUTH, BASIC, BEARER"):
        EnvSource({**OWN, "CAMUNDA_AUTH_STRATEGY": "KERBEROS"}).load()


def test_explains_without_secrets():
    """The explanation says what was found, or why nothing was, and shows no secret."""
    assert isinstance(EnvSource(), ExplainingSource)
    assert [f.outcome for f in EnvSource({}).explain()] == ["passed over"]
    assert [f.outcome for f in EnvSource({"ZEEBE_CLIENT_ID": "id"}).explain()] == ["unusable"]
    (chosen,) = EnvSource(SAAS).explain()
    assert chosen.outcome == "chosen"
    assert "id~._-" in chosen.reason
    assert "s3cr3t" not in str(chosen)


def test_shows_no_value():
    """Neither the repr of a source nor that of its fields has a secret's value."""
    source = EnvSource(SAAS)
    assert repr(source) == "EnvSource(environ=<3 variables>)"
    assert "s3cr3t" not in repr(source.fields())
    assert repr(EnvSource()) == "EnvSource()"


def test_pickles_as_its_recipe():
    """A source of the process's variables pickles; one with literal values refuses to."""
    assert pickle.loads(pickle.dumps(EnvSource())) == EnvSource()
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(EnvSource(SAAS))


def test_compares_by_its_recipe():
    """Two sources with the same recipe are equal and hash alike."""
    assert EnvSource(SAAS) == EnvSource(dict(SAAS)) != EnvSource(OWN)
    assert hash(EnvSource(SAAS)) == hash(EnvSource(dict(SAAS)))

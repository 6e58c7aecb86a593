"""Variables of somebody's own names: two services with two identities in one process."""

from __future__ import annotations

import pickle

import pytest

from zeebe_auth import (
    ConfigurationError,
    CredentialsUnavailable,
    EnvSource,
    TokenKey,
    default_provider,
    load_profile,
)
from zeebe_auth.cli.main import main

BILLING = {
    "BILLING_CLIENT_ID": "billing",
    "BILLING_CLIENT_SECRET": "'s3cr3t'",
    "BILLING_TOKEN_URL": "https://login.example/token",
    "BILLING_SCOPE": "bills.read bills.write",
    "BILLING_ADDRESS": "bills.example:443",
    "BILLING_HEADER": "api-key",
}
OTHERS = {
    "CAMUNDA_CLIENT_ID": "camunda",
    "ZEEBE_CLIENT_SECRET": "other",
    "CAMUNDA_CLUSTER_ID": "cluster",
    "BILLING2_CLIENT_ID": "x",
}


def test_it_reads_its_own_names_alone():
    """The prefix and a field's name in capitals; Camunda's names are somebody else's."""
    source = EnvSource({**BILLING, **OTHERS}, prefix="BILLING")
    credentials = source.load()
    assert credentials.client_id == "billing"
    assert credentials.authentication.secret.reveal() == "s3cr3t"
    assert credentials.scopes == ("bills.read", "bills.write")
    assert credentials.origin == "environment (BILLING_…)"
    assert source.settings() == {"address": "bills.example:443", "header": "api-key"}


def test_two_identities_in_one_process():
    """Each has its own, and their tokens are never taken for one another."""
    orders = {name.replace("BILLING", "ORDERS"): text for name, text in BILLING.items()}
    both = {**BILLING, **orders, "ORDERS_CLIENT_ID": "orders"}
    first, second = EnvSource(both, prefix="BILLING"), EnvSource(both, prefix="ORDERS")
    assert second.load().client_id == "orders"
    assert TokenKey.of(first.load()) != TokenKey.of(second.load())


@pytest.mark.parametrize("left_out", ["CLIENT_ID", "CLIENT_SECRET", "TOKEN_URL"])
def test_what_is_missing_is_called_by_its_own_name(left_out):
    """No name of Camunda's is in what such a user sees."""
    environ = {name: text for name, text in BILLING.items() if name != f"BILLING_{left_out}"}
    with pytest.raises(ConfigurationError) as caught:
        EnvSource({**environ, **OTHERS}, prefix="BILLING").load()
    message = caught.value.message
    assert f"BILLING_{left_out}" in message
    assert not any(word in message for word in ("CAMUNDA", "ZEEBE", "SaaS", "CLUSTER"))


def test_nothing_is_set():
    """A chain goes on."""
    with pytest.raises(CredentialsUnavailable) as caught:
        EnvSource(OTHERS, prefix="BILLING").load()
    assert "CAMUNDA" not in caught.value.message
    assert "BILLING_CLIENT_ID" in caught.value.message


def test_saas_is_never_filled_in():
    """A cluster id under such a name means nothing."""
    environ = {**BILLING, "BILLING_CLUSTER_ID": "x"}
    del environ["BILLING_TOKEN_URL"]
    with pytest.raises(ConfigurationError, match="BILLING_TOKEN_URL"):
        EnvSource(environ, prefix="BILLING").load()


@pytest.mark.parametrize("prefix", ["", "BILL ING", "BILLING_", "2ND", "BILL-ING", "é"])
def test_what_cant_be_a_prefix(prefix):
    """The error shows one that can."""
    with pytest.raises(ConfigurationError, match="such as BILLING"):
        EnvSource(prefix=prefix)


def test_a_prefix_of_the_wrong_type():
    """It is refused at once."""
    with pytest.raises(TypeError, match="a str as the prefix"):
        EnvSource(prefix=5)


def test_its_texts_and_pickles():
    """It pickles without variables of its own, and shows no value."""
    source = EnvSource(prefix="BILLING")
    assert repr(source) == "EnvSource(prefix='BILLING')"
    assert pickle.loads(pickle.dumps(source)) == source != EnvSource()
    assert "s3cr3t" not in repr(EnvSource(BILLING, prefix="BILLING"))
    finding = EnvSource(BILLING, prefix="BILLING").explain()[-1]
    assert (finding.subject, finding.outcome) == ("environment (BILLING_…)", "chosen")


@pytest.fixture
def profile(tmp_path, monkeypatch):
    """A profile that names the prefix, with the variables set."""
    config = tmp_path / "config.toml"
    config.write_text(
        '[profiles.billing]\nsource = { use = "environment", prefix = "BILLING" }\n'
        'store = "memory"\n'
    )
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(config))
    for name, text in {**BILLING, **OTHERS}.items():
        monkeypatch.setenv(name, text)
    return "billing"


def test_a_profile_may_name_a_prefix(profile):
    """Identity and settings are those of its variables."""
    loaded = load_profile(profile)
    assert loaded.settings["address"] == "bills.example:443"
    with default_provider(profile) as provider:
        assert provider.explain().identity == (
            "billing at login.example for bills.read bills.write"
        )


def test_status_knows_it(profile, capsys):
    """It says whose token it is, and no name of Camunda's but those that aren't read."""
    assert main(["status", "-p", profile]) == 0
    told = capsys.readouterr().out
    assert "billing at login.example" in told
    assert "26500" not in told


def test_status_of_a_profile_with_something_missing(profile, monkeypatch, capsys):
    """The name to set is its own."""
    monkeypatch.delenv("BILLING_CLIENT_SECRET")
    assert main(["status", "-p", profile]) == 2
    told = "".join(capsys.readouterr())
    assert "BILLING_CLIENT_SECRET" in told


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("billing.example", "billing.example:443"),
        ("https://billing.example/", "https://billing.example:443"),
        ("http://localhost", "http://localhost:80"),
        ("grpc://localhost", "grpc://localhost:80"),
        ("dns:///billing.example", "dns:///billing.example:443"),
        ("[::1]", "[::1]:443"),
        ("billing.example:8443", "billing.example:8443"),
        ("https://billing.example:26500", "https://billing.example:26500"),
        ("no address", "no address"),
    ],
)
def test_an_address_without_a_port(written, read):
    """It is that of HTTP/2 with TLS, or without, and not the one of Zeebe's gateway."""
    given = EnvSource({"BILLING_ADDRESS": written}, prefix="BILLING").fields()
    assert given.texts["address"] == read


def test_what_is_missing_is_named_without_camunda():
    """Neither a cluster nor a login is advised, which such an identity doesn't have."""
    with pytest.raises(ConfigurationError) as caught:
        EnvSource({"BILLING_CLIENT_ID": "a"}, prefix="BILLING").load()
    message = caught.value.message
    assert "none of BILLING_TOKEN_URL" in message or "neither BILLING_TOKEN_URL nor" in message
    assert "cluster" not in message
    assert "zeebe-auth login" not in message
    assert message.endswith("Set them.")

"""The provider and the store that need no arguments."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from zeebe_auth import (
    AnonymousCredentialsProvider,
    ConfigurationError,
    CredentialsUnavailable,
    FileStore,
    KeyringStore,
    MemoryStore,
    OAuthCredentialsProvider,
    Profile,
    RefreshPolicy,
    Secret,
    StaticCredentialsProvider,
    TokenTransport,
    default_provider,
    load_profile,
)
from zeebe_auth.profiles.default_store import default_store

SAAS_LOGIN = "https://login.cloud.camunda.io/oauth/token"
NOTHING = Profile(None, {}, "test")


def oauth(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ZEEBE_ADDRESS": "gateway:26500",
        "ZEEBE_CLIENT_ID": "me",
        "ZEEBE_CLIENT_SECRET": "s3cr3t",
        "CAMUNDA_OAUTH_URL": "https://login.example/token",
    }.items():
        monkeypatch.setenv(name, value)


def test_the_environment_gives_an_oauth_provider_with_a_file_store(monkeypatch):
    """This is the common case."""
    oauth(monkeypatch)
    provider = default_provider()
    assert isinstance(provider, OAuthCredentialsProvider)
    assert isinstance(provider._store, FileStore)
    assert "s3cr3t" not in repr(provider)


def test_it_pickles_as_the_profiles_name(monkeypatch):
    """Another process looks the profile up again; no secret is pickled."""
    oauth(monkeypatch)
    data = pickle.dumps(default_provider())
    assert b"s3cr3t" not in data
    assert pickle.loads(data).explain().identity == "me at login.example"


def test_explain_tells_the_profiles_findings(monkeypatch):
    """They are what was tried before the profile was found."""
    oauth(monkeypatch)
    findings = default_provider().explain().findings
    assert findings == load_profile().findings
    assert findings[0].outcome == "chosen"


def test_explain_tells_what_would_win_now(monkeypatch):
    """The profile is looked up for every request, and so it is for the report."""
    oauth(monkeypatch)
    provider = default_provider()
    monkeypatch.setenv("CAMUNDA_CLIENT_ID", "somebody else")
    report = provider.explain()
    assert report.problem is not None
    assert any(finding.outcome == "unusable" for finding in report.findings)


def test_no_authorization_is_a_provider_without_a_token(monkeypatch):
    """``CAMUNDA_AUTH_STRATEGY=NONE`` gives a provider that every channel function accepts."""
    monkeypatch.setenv("CAMUNDA_AUTH_STRATEGY", "NONE")
    monkeypatch.setenv("ZEEBE_ADDRESS", "localhost:26500")
    with default_provider() as provider:
        assert isinstance(provider, AnonymousCredentialsProvider)
        assert provider.explain().origin == load_profile().origin
        with pytest.raises(ConfigurationError, match=load_profile().origin):
            provider.get_token()


def test_basic_gives_a_fixed_provider(monkeypatch):
    """Strategies without an endpoint need no OAuth provider."""
    monkeypatch.setenv("CAMUNDA_BASIC_AUTH_USERNAME", "demo")
    monkeypatch.setenv("CAMUNDA_BASIC_AUTH_PASSWORD", "demo")
    provider = default_provider()
    assert isinstance(provider, StaticCredentialsProvider)
    assert provider.get_token().token_type == "Basic"


def test_nothing_at_all_says_what_to_do():
    """The message has three ways to give credentials."""
    with pytest.raises(CredentialsUnavailable, match="zeebe-auth login"):
        default_provider()


def test_a_profile_that_changed_its_mind_says_so(monkeypatch):
    """When the environment is changed to NONE, the next request fails with an error that says
    so."""
    oauth(monkeypatch)
    provider = default_provider()
    monkeypatch.setenv("CAMUNDA_AUTH_STRATEGY", "NONE")
    with pytest.raises(ConfigurationError, match="Start the program again"):
        provider.get_token(timeout=30)


def test_a_loaded_profile_keeps_its_source(monkeypatch):
    """A loaded profile is not looked up again."""
    oauth(monkeypatch)
    profile = load_profile()
    assert default_provider(profile)._asks is profile.source


@pytest.mark.parametrize("quotes", ["{}", "'{}'"])
def test_the_environment_chooses_the_store(quotes):
    """It is chosen by name; memory means no store."""
    environ = {"ZEEBE_AUTH_STORE": quotes.format("keyring")}
    assert isinstance(default_store(NOTHING, environ), KeyringStore)
    assert default_store(NOTHING, {"ZEEBE_AUTH_STORE": quotes.format("memory")}) is None


def test_an_unknown_store_is_named_with_those_there_are():
    """A typo doesn't silently mean memory."""
    with pytest.raises(ConfigurationError, match="keyring"):
        default_store(NOTHING, {"ZEEBE_AUTH_STORE": "keyrng"})


def test_the_cache_directory_is_camundas_variable(tmp_path):
    """``CAMUNDA_TOKEN_CACHE_DIR`` moves the files; the disable switch prevents them."""
    environ = {"CAMUNDA_TOKEN_CACHE_DIR": f"'{tmp_path}'"}
    assert default_store(NOTHING, environ) == FileStore(tmp_path)
    assert default_store(NOTHING, {"CAMUNDA_TOKEN_DISK_CACHE_DISABLE": "True"}) is None


def test_a_profiles_own_store_wins_over_camundas_variables(tmp_path):
    """The profile's store is used; only ZEEBE_AUTH_STORE takes precedence."""
    profile = Profile(None, {}, "test", None, {"use": "file", "directory": str(tmp_path)})
    environ = {
        "CAMUNDA_TOKEN_DISK_CACHE_DISABLE": "1",
        "CAMUNDA_TOKEN_CACHE_DIR": str(tmp_path / "other"),
    }
    assert default_store(profile, environ) == FileStore(tmp_path)
    assert default_store(profile, {**environ, "ZEEBE_AUTH_STORE": "memory"}) is None


def test_the_token_endpoint_trusts_its_own_ca_first(monkeypatch, tmp_path):
    """The gateway's CA is trusted there too, beside the machine's store, unless there is one of
    its own, which then counts alone."""
    oauth(monkeypatch)
    monkeypatch.setenv("CAMUNDA_CA_CERTIFICATE_PATH", str(tmp_path / "gateway.pem"))
    transport = default_provider()._transport
    assert transport.ca_certificate is None
    assert transport.additional_ca_certificate == tmp_path / "gateway.pem"
    monkeypatch.setenv("ZEEBE_AUTH_TOKEN_CA_CERTIFICATE", str(tmp_path / "login.pem"))
    transport = default_provider()._transport
    assert transport.ca_certificate == tmp_path / "login.pem"
    assert transport.additional_ca_certificate is None


@pytest.mark.parametrize(
    ("variable", "which"),
    [
        ("CAMUNDA_CA_CERTIFICATE_PATH", "additional_ca_certificate"),
        ("ZEEBE_AUTH_TOKEN_CA_CERTIFICATE", "ca_certificate"),
    ],
)
def test_a_ca_file_in_the_home_directory(monkeypatch, tmp_path, variable, which):
    """A path with ~ is expanded here as it is for the gateway."""
    oauth(monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv(variable, "~/ca.pem")
    assert getattr(default_provider()._transport, which) == tmp_path / "ca.pem"


def test_the_report_tells_whose_certificates_are_taken(monkeypatch, tmp_path):
    """They are the machine's store and the gateway's file, or the endpoint's own file alone."""
    oauth(monkeypatch)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    system = "the operating system's store"
    assert default_provider().explain().token_endpoint_trust == system
    monkeypatch.setenv("CAMUNDA_CA_CERTIFICATE_PATH", "/gateway.pem")
    assert default_provider().explain().token_endpoint_trust == f"{system} and /gateway.pem"
    monkeypatch.setenv("SSL_CERT_DIR", "/certificates")
    said = "/certificates (SSL_CERT_DIR) and /gateway.pem"
    assert default_provider().explain().token_endpoint_trust == said
    assert f"trusts       {said}" in str(default_provider().explain())
    monkeypatch.setenv("ZEEBE_AUTH_TOKEN_CA_CERTIFICATE", "/login.pem")
    assert default_provider().explain().token_endpoint_trust == "/login.pem alone"


@pytest.mark.parametrize(
    ("more", "filled_in"),
    [
        ({"ZEEBE_ADDRESS": "x.bru-2.zeebe.camunda.io:443"}, True),
        ({"CAMUNDA_CLUSTER_ID": "x", "CAMUNDA_CLUSTER_REGION": "bru-2"}, True),
        ({"CAMUNDA_CLUSTER_ID": "x", "ZEEBE_AUTH_DIALECT": "camunda-saas"}, True),
        ({"CAMUNDA_CLUSTER_ID": "x", "CAMUNDA_OAUTH_URL": SAAS_LOGIN}, False),
        ({"CAMUNDA_OAUTH_URL": "https://login.example/token"}, False),
    ],
)
def test_the_gateways_ca_is_not_for_a_token_url_that_was_filled_in(monkeypatch, more, filled_in):
    """The login of Camunda SaaS has a public certificate, so a gateway's CA is not trusted there.
    For a given token URL it is."""
    for name, value in {
        "CAMUNDA_CLIENT_ID": "me",
        "CAMUNDA_CLIENT_SECRET": "s3cr3t",
        "CAMUNDA_CA_CERTIFICATE_PATH": "/gateway.pem",
        "SSL_CERT_FILE": "/machine.pem",
        **more,
    }.items():
        monkeypatch.setenv(name, value)
    assert load_profile().source.load().token_url_filled_in is filled_in
    trust = default_provider().explain().token_endpoint_trust
    if filled_in:
        said = "/machine.pem (SSL_CERT_FILE) alone: the token URL was filled in for Camunda SaaS"
        assert trust == said
    else:
        assert trust == "/machine.pem (SSL_CERT_FILE) and /gateway.pem"


def test_the_report_tells_the_proxy(monkeypatch):
    """It has the proxy and where it was configured; none where NO_PROXY excludes it."""
    oauth(monkeypatch)
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert default_provider().explain().token_endpoint_proxy is None
    monkeypatch.setenv("HTTPS_PROXY", "http://user:pass-word@proxy.test:3128")
    explanation = default_provider().explain()
    assert explanation.token_endpoint_proxy == "http://proxy.test:3128 (HTTPS_PROXY)"
    assert "proxy        http://proxy.test:3128 (HTTPS_PROXY)" in str(explanation)
    monkeypatch.setenv("ZEEBE_AUTH_PROXY", "http://other.test:3128")
    said = "http://other.test:3128 (ZEEBE_AUTH_PROXY, or proxy in a profile or in code)"
    assert default_provider().explain().token_endpoint_proxy == said
    monkeypatch.delenv("ZEEBE_AUTH_PROXY")
    monkeypatch.setenv("NO_PROXY", ".example")
    assert default_provider().explain().token_endpoint_proxy is None


def test_plaintext_is_allowed_by_the_profile(monkeypatch):
    """It has a switch of its own, which is in the report; without it the report has the error."""
    oauth(monkeypatch)
    monkeypatch.setenv("CAMUNDA_OAUTH_URL", "http://keycloak:18080/realms/camunda/token")
    problem = default_provider().explain().problem
    for name in ("token_insecure = true", "ZEEBE_AUTH_TOKEN_INSECURE=true", "--token-insecure"):
        assert name in problem
    monkeypatch.setenv("ZEEBE_INSECURE_CONNECTION", "true")
    assert default_provider().explain().problem == problem, "that is the gateway's switch"
    monkeypatch.setenv("ZEEBE_AUTH_TOKEN_INSECURE", "true")
    explanation = default_provider().explain()
    assert explanation.problem is None
    assert explanation.token_endpoint_trust is None
    said = "secrets and tokens travel unencrypted to keycloak, as token_insecure allows"
    assert f"plaintext    {said}" in str(explanation)
    monkeypatch.setenv("CAMUNDA_OAUTH_URL", "http://localhost:18080/token")
    assert default_provider().explain().token_endpoint_plaintext is None


def test_a_switch_that_is_neither_on_nor_off_is_refused(monkeypatch):
    """An unknown value has no meaning."""
    oauth(monkeypatch)
    monkeypatch.setenv("ZEEBE_AUTH_TOKEN_INSECURE", "perhaps")
    with pytest.raises(
        ConfigurationError, match="ZEEBE_AUTH_TOKEN_INSECURE in the environment is 'perhaps'"
    ):
        default_provider()
    monkeypatch.setenv("ZEEBE_AUTH_TOKEN_INSECURE", "off")
    assert not default_provider()._transport.allow_named_plaintext


def test_a_secret_never_becomes_part_of_a_repr(monkeypatch):
    """This holds for profile, provider and report."""
    oauth(monkeypatch)
    profile = load_profile()
    shown = [repr(profile), repr(default_provider(profile)), str(default_provider().explain())]
    assert not any(Secret("s3cr3t").reveal() in text for text in shown)


PROXY = "http://proxy.example:3128"


def odd_transport(monkeypatch) -> None:
    oauth(monkeypatch)
    monkeypatch.setenv("ZEEBE_AUTH_PROXY", PROXY)
    monkeypatch.setenv("CAMUNDA_CA_CERTIFICATE_PATH", "/gateway.pem")
    monkeypatch.setenv("CAMUNDA_AUTH_READ_TIMEOUT", "PT15S")
    monkeypatch.setenv("ZEEBE_AUTH_TOKEN_INSECURE", "true")


def test_a_given_store_replaces_the_profiles(monkeypatch, tmp_path):
    """It also replaces that of ``ZEEBE_AUTH_STORE``; identity and transport are the profile's."""
    odd_transport(monkeypatch)
    monkeypatch.setenv("ZEEBE_AUTH_STORE", "keyring")
    store, usual = FileStore(tmp_path), default_provider()
    provider = default_provider(store=store)
    assert provider._store is store
    assert provider._transport == usual._transport
    assert provider.explain().identity == "me at login.example"
    assert isinstance(default_provider(store=MemoryStore())._store, MemoryStore)


def test_a_given_policy_replaces_the_usual_one(monkeypatch):
    """Nothing else changes."""
    odd_transport(monkeypatch)
    policy, usual = RefreshPolicy(max_attempts=1), default_provider()
    provider = default_provider(policy=policy)
    assert provider._parts.policy is policy
    assert usual._parts.policy == RefreshPolicy()
    assert (provider._store, provider._transport) == (usual._store, usual._transport)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"connect_timeout_seconds": 1}, {"connect_timeout_seconds": 1}),
        ({"total_timeout_seconds": 3}, {"total_timeout_seconds": 3}),
        ({"proxy": "http://other:1"}, {"proxy": Secret("http://other:1")}),
        ({"allow_plaintext": True}, {"allow_plaintext": True}),
        (
            {"ca_certificate": "own.pem"},
            {"ca_certificate": Path("own.pem"), "additional_ca_certificate": None},
        ),
        (
            {"additional_ca_certificate": "more.pem"},
            {"additional_ca_certificate": Path("more.pem")},
        ),
    ],
)
def test_a_given_transport_counts_field_by_field(monkeypatch, given, expected):
    """Its default fields are replaced by the profile's: proxy, CA, time limits, plaintext."""
    odd_transport(monkeypatch)
    usual = {
        "ca_certificate": None,
        "additional_ca_certificate": Path("/gateway.pem"),
        "proxy": Secret(PROXY),
        "total_timeout_seconds": 20.0,
        "allow_named_plaintext": True,
    }
    assert default_provider()._transport == TokenTransport(**usual)
    made = default_provider(transport=TokenTransport(**given))._transport
    assert made == TokenTransport(**(usual | expected))


def test_the_endpoints_own_ca_gives_way_too(monkeypatch):
    """Only one of the two CA fields may be given; the profile may have the other."""
    odd_transport(monkeypatch)
    monkeypatch.setenv("ZEEBE_AUTH_TOKEN_CA_CERTIFICATE", "/login.pem")
    given = TokenTransport(additional_ca_certificate="more.pem")
    made = default_provider(transport=given)._transport
    assert made.ca_certificate is None
    assert made.additional_ca_certificate == Path("more.pem")


@pytest.mark.parametrize("name", ["store", "policy", "transport", "on_event"])
def test_a_wrong_type_is_refused_whatever_the_profile(name):
    """The error names the function that was called; a profile without OAuth makes no difference."""
    with pytest.raises(TypeError, match=f"{name} of default_provider"):
        default_provider(NOTHING, **{name: "file"})


def test_what_a_ready_token_needs_not_has_no_effect(monkeypatch):
    """A program can pass the same arguments for all profiles."""
    monkeypatch.setenv("CAMUNDA_BASIC_AUTH_USERNAME", "demo")
    monkeypatch.setenv("CAMUNDA_BASIC_AUTH_PASSWORD", "demo")
    given = {"store": MemoryStore(), "policy": RefreshPolicy(), "transport": TokenTransport()}
    provider = default_provider(**given, on_event=print)
    assert provider.get_token().token_type == "Basic"

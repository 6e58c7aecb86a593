"""`zeebe-auth status` with the variables in Camunda's documentation."""

from __future__ import annotations

import json

import pytest

from zeebe_auth.cli.main import main

SAAS_TOKEN_URL = "https://login.cloud.camunda.io/oauth/token"
KEYCLOAK = "http://localhost:18080/auth/realms/camunda-platform"
KEYCLOAK_TOKEN_URL = f"{KEYCLOAK}/protocol/openid-connect/token"
CLIENT = {
    "CAMUNDA_CLIENT_AUTH_CLIENTID": "client~1",
    "CAMUNDA_CLIENT_AUTH_CLIENTSECRET": "s3cr3t",
}

# The names of each block are those of the page or file that is named, the values are made up.
BLOCKS = {
    # docs.camunda.io, "Connectors", "Configuration": SaaS; the same in "Use connectors in hybrid
    # mode" and, as properties, in "Camunda Spring Boot Starter", "Configuration".
    "connectors in SaaS": (
        {
            "CAMUNDA_CLIENT_MODE": "saas",
            **CLIENT,
            "CAMUNDA_CLIENT_CLOUD_REGION": "bru-2",
            "CAMUNDA_CLIENT_CLOUD_CLUSTERID": "5a6e8c1d",
        },
        SAAS_TOKEN_URL,
        "zeebe.camunda.io",
        {"cluster_id": "5a6e8c1d", "region": "bru-2"},
    ),
    # The same page as it was for 8.6 and 8.7.
    "connectors in SaaS before 8.8": (
        {
            "CAMUNDA_CLIENT_MODE": "saas",
            "CAMUNDA_CLIENT_CLUSTERID": "5a6e8c1d",
            **CLIENT,
            "CAMUNDA_CLIENT_REGION": "bru-2",
        },
        SAAS_TOKEN_URL,
        "zeebe.camunda.io",
        {"cluster_id": "5a6e8c1d", "region": "bru-2"},
    ),
    # The page for 8.8 and 8.9: self-managed, with what it adds for TLS and authentication.
    "connectors, self-managed with Keycloak": (
        {
            "CAMUNDA_CLIENT_MODE": "self-managed",
            "CAMUNDA_CLIENT_GRPCADDRESS": "https://zeebe.own.example:26500",
            "CAMUNDA_CLIENT_RESTADDRESS": "http://localhost:8080",
            "CAMUNDA_CLIENT_CACERTIFICATEPATH": "/path/to/certificate.pem",
            **CLIENT,
            "CAMUNDA_CLIENT_AUTH_TOKENURL": KEYCLOAK_TOKEN_URL,
            "CAMUNDA_CLIENT_AUTH_AUDIENCE": "zeebe-api",
            "CAMUNDA_CLIENT_TENANTID": "myTenant",
        },
        KEYCLOAK_TOKEN_URL,
        "zeebe-api",
        {
            "address": "https://zeebe.own.example:26500",
            "rest_address": "http://localhost:8080",
            "ca_certificate": "/path/to/certificate.pem",
            "tenant_id": "myTenant",
        },
    ),
    # camunda-8-examples, "payment-example-process-application", deployment.yaml.
    "a worker in Kubernetes": (
        {
            **CLIENT,
            "CAMUNDA_CLIENT_AUTH_TOKENURL": KEYCLOAK_TOKEN_URL,
            "CAMUNDA_CLIENT_ZEEBE_GRPCADDRESS": "http://zeebe.camunda.svc.cluster.local:26500",
            "CAMUNDA_CLIENT_ZEEBE_AUDIENCE": "zeebe-api",
        },
        KEYCLOAK_TOKEN_URL,
        "zeebe-api",
        {"address": "http://zeebe.camunda.svc.cluster.local:26500"},
    ),
    # docs.camunda.io, "Connect to an OpenID Connect provider", Microsoft Entra: "Configure the
    # Camunda client".
    "Entra": (
        {
            "CAMUNDA_CLIENT_AUTH_METHOD": "oidc",
            **CLIENT,
            "CAMUNDA_CLIENT_AUTH_TOKENURL": "https://login.entra.example/t1/oauth2/v2.0/token",
            "CAMUNDA_CLIENT_AUTH_AUDIENCE": "oc-app-id",
            "CAMUNDA_CLIENT_AUTH_SCOPE": "oc-app-id/.default",
        },
        "https://login.entra.example/t1/oauth2/v2.0/token",
        "oc-app-id",
        {},
    ),
    # camunda-distributions, docker-compose of 8.8, service "connectors".
    "Docker Compose 8.8": (
        {
            "CAMUNDA_CLIENT_MODE": "self-managed",
            "CAMUNDA_CLIENT_GRPCADDRESS": "http://orchestration:26500",
            "CAMUNDA_CLIENT_RESTADDRESS": "http://orchestration:8080",
            "CAMUNDA_CLIENT_AUTH_METHOD": "oidc",
            "CAMUNDA_CLIENT_AUTH_TOKENURL": KEYCLOAK_TOKEN_URL,
            **CLIENT,
            "CAMUNDA_CLIENT_AUTH_AUDIENCE": "orchestration-api",
            "CAMUNDA_CLIENT_AUTH_SCOPE": "openid profile email",
        },
        KEYCLOAK_TOKEN_URL,
        "orchestration-api",
        {"address": "http://orchestration:26500", "rest_address": "http://orchestration:8080"},
    ),
    # The same of 8.9, which names the issuer.
    "Docker Compose 8.9": (
        {
            "CAMUNDA_CLIENT_MODE": "self-managed",
            "CAMUNDA_CLIENT_GRPCADDRESS": "http://orchestration:26500",
            "CAMUNDA_CLIENT_RESTADDRESS": "http://orchestration:8080",
            "CAMUNDA_CLIENT_AUTH_METHOD": "oidc",
            "CAMUNDA_CLIENT_AUTH_ISSUERURL": KEYCLOAK,
            **CLIENT,
            "CAMUNDA_CLIENT_AUTH_AUDIENCE": "orchestration-api",
        },
        KEYCLOAK,
        "orchestration-api",
        {"address": "http://orchestration:26500", "rest_address": "http://orchestration:8080"},
    ),
    # docs.camunda.io, "Python SDK", "Authentication".
    "Camunda's Python SDK in SaaS": (
        {
            "CAMUNDA_REST_ADDRESS": "https://bru-2.zeebe.camunda.io/5a6e8c1d/v2",
            "CAMUNDA_AUTH_STRATEGY": "OAUTH",
            "CAMUNDA_CLIENT_ID": "client~1",
            "CAMUNDA_CLIENT_SECRET": "s3cr3t",
        },
        SAAS_TOKEN_URL,
        "zeebe.camunda.io",
        {
            "rest_address": "https://bru-2.zeebe.camunda.io/5a6e8c1d/v2",
            "cluster_id": "5a6e8c1d",
            "region": "bru-2",
        },
    ),
    # docs.camunda.io, "Node.js SDK", self-managed.
    "Camunda's JavaScript SDK, self-managed": (
        {
            "ZEEBE_GRPC_ADDRESS": "grpc://localhost:26500",
            "ZEEBE_REST_ADDRESS": "http://localhost:8080",
            "ZEEBE_CLIENT_ID": "client~1",
            "ZEEBE_CLIENT_SECRET": "s3cr3t",
            "CAMUNDA_OAUTH_URL": KEYCLOAK_TOKEN_URL,
            "ZEEBE_TOKEN_AUDIENCE": "zeebe-api",
            "CAMUNDA_SECURE_CONNECTION": "false",
        },
        KEYCLOAK_TOKEN_URL,
        "zeebe-api",
        {
            "address": "grpc://localhost:26500",
            "rest_address": "http://localhost:8080",
        },
    ),
}


def status(capsys):
    """The report as programs get it, and the exit code."""
    code = main(["status", "--output", "json"])
    return json.loads(capsys.readouterr().out), code


@pytest.mark.parametrize("block", BLOCKS)
def test_a_documented_block_is_a_whole_identity(block, monkeypatch, capsys) -> None:
    """Each documented block for an OAuth client is sufficient."""
    from zeebe_auth import load_profile

    variables, endpoint, audience, settings = BLOCKS[block]
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    document, code = status(capsys)
    assert code == 0
    assert document["problem"] is None
    assert document["profile"] == "environment"
    assert document["token_endpoint"]["url"] == endpoint
    assert document["client"].startswith("client~1 at ")
    assert [each["outcome"] for each in document["findings"]] == ["chosen"]
    profile = load_profile()
    assert profile.source.load().audience == audience
    assert dict(profile.settings) == settings


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        # docker-compose of 8.8 and 8.9, "Enable multi-tenancy", service "connectors".
        (
            {
                "CAMUNDA_CLIENT_AUTH_METHOD": "basic",
                "CAMUNDA_CLIENT_AUTH_USERNAME": "demo",
                "CAMUNDA_CLIENT_AUTH_PASSWORD": "s3cr3t",
            },
            "A ready Basic token.",
        ),
        # camunda-deployment-references, AWS ECS, service "connectors".
        (
            {
                "CAMUNDA_CLIENT_MODE": "self-managed",
                "CAMUNDA_CLIENT_RESTADDRESS": "http://orchestration:8080",
                "CAMUNDA_CLIENT_GRPCADDRESS": "http://orchestration:26500",
                "CAMUNDA_CLIENT_AUTH_METHOD": "basic",
                "CAMUNDA_CLIENT_AUTH_USERNAME": "connectors",
                "CAMUNDA_CLIENT_AUTH_PASSWORD": "s3cr3t",
            },
            "A ready Basic token.",
        ),
        # docker-compose without authentication, and Camunda's JavaScript SDK.
        ({"CAMUNDA_CLIENT_AUTH_METHOD": "none"}, "No authorization is sent."),
        ({"CAMUNDA_OAUTH_DISABLED": "true"}, "No authorization is sent."),
    ],
)
def test_a_documented_block_without_oauth(variables, reason, monkeypatch, capsys) -> None:
    """Blocks for Basic authentication and for none are sufficient, too."""
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    document, code = status(capsys)
    assert code == 0
    assert document["problem"] is None
    assert document["findings"][-1]["reason"] == reason
    assert "s3cr3t" not in json.dumps(document)


def test_unread_variables_are_told_by_name(monkeypatch, capsys) -> None:
    """Variables that are set and not read are listed, with a hint for a typo, and no value."""
    variables, *_ = BLOCKS["Entra"]
    more = {
        "CAMUNDA_CLIENT_AUTH_TOKEN_URL": "v4lue",
        "CAMUNDA_CLIENT_AUTH_CLIENT-ID": "v4lue",
        "ZEEBE_ADDRES": "v4lue",
        "CAMUNDA_WHATEVER": "v4lue",
        "ZEEBE_SOMETHING": "v4lue",
        "CAMUNDA_CLIENT_AUTH_CREDENTIALSCACHEPATH": "v4lue",
        "ZEEBE_CLIENT_CONFIG_PATH": "v4lue",
        "CAMUNDA_CREDENTIALS_SCOPES": "v4lue",
        "CAMUNDA_OAUTH_GRANT_TYPE": "v4lue",
        "CAMUNDA_LOAD_ENVFILE": "v4lue",
        "CAMUNDA_OAUTH_RETRY_MAX": "v4lue",
        "CAMUNDA_CLIENT_WORKER_DEFAULTS_NAME": "v4lue",
        "CAMUNDA_ZEEBE_GATEWAY_PORT_26500_TCP": "v4lue",
        "CAMUNDA_NOTHING": "''",
        "PATH_OF_CAMUNDA_": "v4lue",
    }
    for name, text in {**variables, **more}.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("CAMUNDA_OAUTH_CACHE_DIR", "/v4lue")
    document, code = status(capsys)
    assert code == 0
    assert "v4lue" not in json.dumps(document)
    told = [each["reason"] for each in document["findings"] if each["outcome"] == "ignored"]
    assert told == [
        'CAMUNDA_CLIENT_AUTH_CLIENT-ID: not read. Did you mean "CAMUNDA_CLIENT_AUTH_CLIENTID"?',
        (
            "CAMUNDA_CLIENT_AUTH_CREDENTIALSCACHEPATH, ZEEBE_CLIENT_CONFIG_PATH: not read; a file "
            "of the Java and Go clients' own format. CAMUNDA_TOKEN_CACHE_DIR names the directory "
            "of tokens."
        ),
        'CAMUNDA_CLIENT_AUTH_TOKEN_URL: not read. Did you mean "CAMUNDA_CLIENT_AUTH_TOKENURL"?',
        (
            "CAMUNDA_CLIENT_WORKER_DEFAULTS_NAME, CAMUNDA_OAUTH_RETRY_MAX, "
            "CAMUNDA_ZEEBE_GATEWAY_PORT_26500_TCP: not read; meant for other programs, or "
            "for what can't be changed here."
        ),
        "CAMUNDA_CREDENTIALS_SCOPES: not read; a list of APIs, not of OAuth scopes.",
        "CAMUNDA_LOAD_ENVFILE: not read; a profile names such a file as its source.",
        "CAMUNDA_OAUTH_GRANT_TYPE: not read; the grant is always client_credentials.",
        "CAMUNDA_WHATEVER, ZEEBE_SOMETHING: not read.",
        'ZEEBE_ADDRES: not read. Did you mean "ZEEBE_ADDRESS"?',
        "CAMUNDA_OAUTH_CACHE_DIR: CAMUNDA_TOKEN_CACHE_DIR is set, which takes precedence.",
    ]


def test_many_unread_variables_are_cut_short(monkeypatch, capsys) -> None:
    """A pod with hundreds of variables still gets a readable report."""
    for number in range(100, 150):
        monkeypatch.setenv(f"ZEEBE_SOMETHING_{number}", "v4lue")
    document, _ = status(capsys)
    told = [each["reason"] for each in document["findings"] if each["outcome"] == "ignored"]
    assert len(told) == 1
    assert told[0].endswith("ZEEBE_SOMETHING_119 and 30 more: not read.")

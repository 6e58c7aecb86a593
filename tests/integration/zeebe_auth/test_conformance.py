"""Our own provider, with the real token endpoint of the sandbox, passes what we ask of others'."""

from __future__ import annotations

import pytest

from zeebe_auth import (
    ClientCredentials,
    ClientSecret,
    EnvSource,
    FileStore,
    OAuthCredentialsProvider,
    Secret,
    TokenTransport,
)
from zeebe_auth.testing import provider_checks


@pytest.fixture(params=["memory", "file"])
def make_provider(request, zeebe_sandbox_environment, zeebe_sandbox, tmp_path):
    transport = TokenTransport(ca_certificate=zeebe_sandbox.ca_certificate_path)

    def make() -> OAuthCredentialsProvider:
        store = FileStore(tmp_path) if request.param == "file" else None
        return OAuthCredentialsProvider(EnvSource(), store=store, transport=transport)

    return make


def test_the_oauth_provider_conforms(make_provider):
    """It passes every check, with tokens in memory and in files."""
    checks = list(provider_checks(make_provider))
    assert len(checks) > 5
    for check in checks:
        check.run()


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
@pytest.mark.parametrize("request_format", ["form", "json"])
def test_every_way_to_send_the_secret_gets_a_token(zeebe_sandbox, method, request_format):
    """Form and JSON, body and header are accepted by authlib's own server classes."""
    credentials = ClientCredentials(
        client_id=zeebe_sandbox.client_id,
        authentication=ClientSecret(Secret(zeebe_sandbox.client_secret), method),
        issuer=zeebe_sandbox.issuer,
        audience=zeebe_sandbox.audience,
        request_format=request_format,
    )
    transport = TokenTransport(ca_certificate=zeebe_sandbox.ca_certificate_path)
    with OAuthCredentialsProvider(credentials, transport=transport) as provider:
        token = provider.get_token(timeout=30)
    assert token.scope == "zeebe"
    assert zeebe_sandbox.token_requests == 1

"""How a profile's settings and files reach the token endpoint."""

from __future__ import annotations

import os

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from zeebe_auth import (
    ConfigFileSource,
    ConfigurationError,
    FileStore,
    OAuthCredentialsProvider,
    TokenTransport,
    default_provider,
)
from zeebe_auth.errors import TokenEndpointUnreachable


@pytest.fixture
def variables(monkeypatch, tmp_path):
    """Sets variables where no others of ours are."""
    for name in list(os.environ):
        if name.startswith(("CAMUNDA_", "ZEEBE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ZEEBE_AUTH_STORE", "memory")

    def put(token_url: str, **others: object) -> None:
        others |= {"CAMUNDA_CLIENT_ID": "c", "CAMUNDA_CLIENT_SECRET": "s"}
        for name, value in {"CAMUNDA_OAUTH_URL": token_url, **others}.items():
            monkeypatch.setenv(name, str(value))

    return put


def test_the_token_endpoint_may_have_an_authority_of_its_own(
    serve, authority, other_authority, variables
):
    """The authority is another one than the gateway's, which would not do."""
    server = serve(tls=authority.server_context("localhost"))
    variables(server.url, CAMUNDA_CA_CERTIFICATE_PATH=other_authority.file)
    with default_provider() as provider, pytest.raises(TokenEndpointUnreachable):
        provider.get_token()
    variables(server.url, ZEEBE_AUTH_TOKEN_CA_CERTIFICATE=authority.file)
    with default_provider() as provider:
        assert provider.get_token().authorization == "Bearer s3cret-t0ken"


def test_the_token_endpoint_is_reached_through_the_proxy_that_is_set(serve, wire, variables):
    """The proxy gets the host's name, and nothing of the request."""
    proxy = serve(answer=lambda _request: wire.reply(403))
    variables("https://login.example/token", ZEEBE_AUTH_PROXY=proxy.url)
    with default_provider() as provider, pytest.raises(TokenEndpointUnreachable):
        provider.get_token()
    assert {each.line for each in proxy.received} == {"CONNECT login.example:443 HTTP/1.1"}


def test_a_replaced_certificate_gets_a_token_of_its_own(serve, authority, tmp_path):
    """A token that is bound to the old one (RFC 8705, 3) is not taken for the new one's."""
    server = serve(tls=authority.server_context("localhost", client_ca=authority.file))
    config, file = tmp_path / "config.toml", tmp_path / "client.pem"
    config.write_text(
        f"[profiles.mtls]\nclient_id = 'c'\ntoken_url = '{server.url}'\n"
        "authentication_method = 'tls_client_auth'\nclient_certificate = 'client.pem'\n"
    )
    transport = TokenTransport(ca_certificate=authority.file)
    tokens = tmp_path / "tokens"
    source = ConfigFileSource("mtls", config)
    for renewed in ("first", "second", None):
        if renewed is not None:
            authority.certificate(renewed).replace(file)
        with OAuthCredentialsProvider(
            source, store=FileStore(tokens), transport=transport
        ) as provider:
            provider.get_token()
    names = [
        next(iter(x509.load_der_x509_certificate(each.peer_certificate).subject)).value
        for each in server.received
    ]
    assert names == ["first", "second"]


def test_authorities_and_a_certificate_that_are_given_themselves(
    serve, authority, other_authority, variables
):
    """The names of Camunda's SDKs for PEM are followed up to the handshake, before their files."""
    server = serve(tls=authority.server_context("localhost", client_ca=authority.file))
    client = authority.certificate("client").read_text(encoding="utf-8")
    variables(
        server.url,
        CAMUNDA_CLIENT_GRPCADDRESS="https://gateway.example",
        CAMUNDA_MTLS_CA=authority.file.read_text(encoding="utf-8"),
        CAMUNDA_MTLS_CA_PATH=other_authority.file,
        CAMUNDA_MTLS_CERT=client,
        CAMUNDA_MTLS_CERT_PATH="/nowhere/client.pem",
        CAMUNDA_MTLS_KEY=client,
        ZEEBE_AUTH_AUTHENTICATION_METHOD="tls_client_auth",
    )
    with default_provider() as provider:
        assert provider.get_token().authorization == "Bearer s3cret-t0ken"
    (request,) = server.received
    shown = x509.load_der_x509_certificate(request.peer_certificate)
    assert next(iter(shown.subject)).value == "client"


def test_a_trust_store_of_java(serve, authority, variables, tmp_path):
    """Its authorities are trusted for the token endpoint, and a replaced store counts at once."""
    server = serve(tls=authority.server_context("localhost"))
    store = tmp_path / "store.p12"
    variables(
        server.url,
        CAMUNDA_CLIENT_GRPCADDRESS="https://gateway.example",
        CAMUNDA_CLIENT_AUTH_TRUSTSTOREPATH=store,
        CAMUNDA_CLIENT_AUTH_TRUSTSTOREPASSWORD="ch4ngeit",
    )
    store.write_bytes(b"\xfe\xed\xfe\xed")
    with default_provider() as provider, pytest.raises(ConfigurationError, match="keytool"):
        provider.get_token()
    trusted = x509.load_pem_x509_certificates(authority.file.read_bytes())
    sealed = BestAvailableEncryption(b"ch4ngeit")
    store.write_bytes(serialize_key_and_certificates(None, None, None, trusted, sealed))
    with default_provider() as provider:
        assert provider.get_token().authorization == "Bearer s3cret-t0ken"

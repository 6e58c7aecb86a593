"""Which certificates of a token endpoint are accepted, and what is reported otherwise."""

from __future__ import annotations

import os
import ssl
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from cryptography import x509

from zeebe_auth.credentials.authentication import ClientCertificate
from zeebe_auth.errors import ConfigurationError, TokenEndpointUnreachable
from zeebe_auth.files import bounded_read
from zeebe_auth.token_endpoint.http import tls
from zeebe_auth.token_endpoint.http.tls import tls_context


@pytest.fixture
def make_authority(authority, tmp_path):
    """Gives a function that makes another authority, of another kind."""
    return lambda name, **options: type(authority)(tmp_path, name, **options)


def test_an_own_authority_is_trusted(serve, endpoint, credentials_for, authority):
    """A CA file makes the endpoint's certificate good."""
    server = serve(tls=authority.server_context("localhost"))
    token = endpoint(ca_certificate=authority.file).request_token(credentials_for(server.url))
    assert token.authorization == "Bearer s3cret-t0ken"


def test_an_own_authority_may_issue_bare_certificates(serve, endpoint, credentials_for, authority):
    """A private authority's certificate without key identifiers is good on every Python."""
    server = serve(tls=authority.server_context("localhost", bare=True))
    endpoint(ca_certificate=authority.file).request_token(credentials_for(server.url))
    assert len(server.received) == 1


@pytest.fixture(params=["ca_certificate", "additional", "SSL_CERT_FILE", "system"])
def trusting(request, endpoint, other_authority, monkeypatch):
    """Gives a function that makes an endpoint which trusts a file, by each way there is."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)

    def make(file):
        if request.param == "ca_certificate":
            return endpoint(ca_certificate=file)
        if request.param == "additional":
            monkeypatch.setenv("SSL_CERT_FILE", str(other_authority.file))
            return endpoint(additional_ca_certificate=file)
        if request.param == "SSL_CERT_FILE":
            monkeypatch.setenv("SSL_CERT_FILE", str(file))
            return endpoint()
        if sys.platform in {"darwin", "win32"} or find_spec("truststore") is None:
            pytest.skip("the system's store can't be replaced here, or httpx2 is too old for it")
        # As on Linux: where OpenSSL looks by its build configuration.
        found = ssl.get_default_verify_paths()._replace(openssl_cafile=file, openssl_capath="")
        monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: found)
        monkeypatch.setattr(tls, "_contexts", {})
        return endpoint()

    return make


@pytest.mark.parametrize("kind", [{"critical": False}, {"bare": True}], ids=str)
def test_a_lax_authority_is_trusted_wherever_it_is_named(
    serve, trusting, credentials_for, make_authority, kind
):
    """An authority whose basicConstraints aren't critical, or that leaves key identifiers out, is
    what companies have; Python 3.13's strict checks refuse it, and gRPC takes it."""
    lax = make_authority("lax", critical=kind.get("critical", True))
    server = serve(tls=lax.server_context("localhost", bare=kind.get("bare", False)))
    trusting(lax.file).request_token(credentials_for(server.url))
    assert len(server.received) == 1


def test_an_intermediate_is_trusted_by_itself(serve, trusting, credentials_for, make_authority):
    """A client that has the issuing authority alone needs no root (RFC 5280, 6.1: a trust
    anchor)."""
    root = make_authority("root")
    intermediate = make_authority("intermediate", parent=root)
    server = serve(tls=intermediate.server_context("localhost"))
    trusting(intermediate.file).request_token(credentials_for(server.url))
    assert len(server.received) == 1


def test_the_name_is_checked_wherever_trust_comes_from(serve, trusting, credentials_for, authority):
    """Tolerance of a certificate's form doesn't extend to its name."""
    server = serve(tls=authority.server_context("login.example"))
    with pytest.raises(TokenEndpointUnreachable, match="another name than localhost") as caught:
        trusting(authority.file).request_token(credentials_for(server.url))
    assert "OpenSSL: Hostname mismatch, certificate is not valid for" in caught.value.message
    assert server.received == []


def test_the_time_is_checked_wherever_trust_comes_from(serve, trusting, credentials_for, authority):
    """An expired certificate is refused."""
    server = serve(tls=authority.server_context("localhost", expired=True))
    with pytest.raises(TokenEndpointUnreachable, match="has expired") as caught:
        trusting(authority.file).request_token(credentials_for(server.url))
    assert "OpenSSL: certificate has expired" in caught.value.message
    assert server.received == []


@pytest.mark.parametrize(("kind", "told"), [("early", "valid from"), ("expired", "valid until")])
def test_the_time_and_this_clock_are_told(serve, trusting, credentials_for, authority, kind, told):
    """The error says when the certificate is valid, and what time this machine has."""
    server = serve(tls=authority.server_context("localhost", **{kind: True}))
    with pytest.raises(TokenEndpointUnreachable, match=f"certificate of .* {told} 20") as caught:
        trusting(authority.file).request_token(credentials_for(server.url))
    file = authority.folder / f"localhost-by-{authority.name}.pem"
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    early = kind == "early"
    end = certificate.not_valid_before_utc if early else certificate.not_valid_after_utc
    assert f"{told} {end:%Y-%m-%d %H:%M} UTC" in caught.value.message
    assert "This machine's clock says 20" in caught.value.message
    assert server.received == []


def test_who_is_trusted_by_nobody_is_refused(
    serve, trusting, credentials_for, authority, make_authority
):
    """A self-signed certificate is refused unless it is trusted explicitly."""
    itself = make_authority("itself")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(itself.self_signed("localhost"))
    server = serve(tls=context)
    with pytest.raises(TokenEndpointUnreachable, match="not trusted") as caught:
        trusting(authority.file).request_token(credentials_for(server.url))
    assert "OpenSSL: self" in caught.value.message
    assert not caught.value.retryable
    assert server.received == []


def test_every_context_checks_certificate_and_name(authority):
    """A context checks both, whichever trust store it is made of."""
    for context in (
        tls_context(None, None),
        tls_context(authority.file, None),
        tls_context(None, None, additional_ca_certificate=authority.file),
    ):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert not context.verify_flags & ssl.VERIFY_X509_STRICT
        assert context.verify_flags & ssl.VERIFY_X509_PARTIAL_CHAIN


def test_an_additional_authority_adds_to_the_machines(
    serve, endpoint, credentials_for, authority, other_authority, make_authority, monkeypatch
):
    """Both are trusted, and nobody else."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    asking = endpoint(additional_ca_certificate=other_authority.file)
    for issuer in (authority, other_authority):
        server = serve(tls=issuer.server_context("localhost"))
        asking.request_token(credentials_for(server.url))
        assert len(server.received) == 1
    third = serve(tls=make_authority("third").server_context("localhost"))
    with pytest.raises(TokenEndpointUnreachable, match="not trusted") as caught:
        asking.request_token(credentials_for(third.url))
    said = f"{authority.file} (SSL_CERT_FILE) and {other_authority.file}"
    assert said in caught.value.message
    assert "token_ca_certificate" in caught.value.message


def test_an_own_authority_is_exclusive(
    serve, endpoint, credentials_for, authority, other_authority, monkeypatch
):
    """With a pinned authority those of the machine are not trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    server = serve(tls=authority.server_context("localhost"))
    with pytest.raises(TokenEndpointUnreachable, match="not trusted"):
        endpoint(ca_certificate=other_authority.file).request_token(credentials_for(server.url))
    assert server.received == []


def test_an_additional_authority_is_not_for_a_url_that_was_filled_in(
    serve, endpoint, credentials_for, authority, other_authority, monkeypatch
):
    """A gateway's own authority is not trusted for Camunda's login."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    server = serve(tls=other_authority.server_context("localhost"))
    asking = endpoint(additional_ca_certificate=other_authority.file)
    with pytest.raises(TokenEndpointUnreachable, match="not trusted") as caught:
        asking.request_token(credentials_for(server.url, token_url_filled_in=True))
    assert f"{other_authority.file} is for the gateway" in caught.value.message
    assert server.received == []
    trusted = serve(tls=authority.server_context("localhost"))
    asking.request_token(credentials_for(trusted.url, token_url_filled_in=True))
    assert len(trusted.received) == 1


@pytest.mark.parametrize("content", [None, "no certificate in here\n"], ids=["missing", "no-pem"])
def test_an_unusable_additional_file_is_named(endpoint, credentials_for, tmp_path, content):
    """The file is not ignored, but reported."""
    file = tmp_path / "gateway-ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match=r"gateway-ca\.pem"):
        endpoint(additional_ca_certificate=file).request_token(credentials_for("https://x"))


def test_the_sum_and_the_exclusive_file_contradict_each_other(endpoint, authority):
    """To give both is an error: which one is meant is not guessed."""
    with pytest.raises(ConfigurationError, match="Give one of the two"):
        endpoint(ca_certificate=authority.file, additional_ca_certificate=authority.file)


def test_an_own_authority_wins_over_the_environment(
    serve, endpoint, credentials_for, authority, other_authority, monkeypatch
):
    """The configuration takes precedence over the environment of the machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(other_authority.file))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other_authority.file))
    server = serve(tls=authority.server_context("localhost"))
    endpoint(ca_certificate=authority.file).request_token(credentials_for(server.url))
    assert len(server.received) == 1


def test_the_environments_authority_is_trusted_without_one(
    serve, endpoint, credentials_for, authority, monkeypatch
):
    """Without a CA file SSL_CERT_FILE is honoured."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    server = serve(tls=authority.server_context("localhost"))
    endpoint().request_token(credentials_for(server.url))
    assert len(server.received) == 1


@pytest.mark.parametrize("given", [True, False], ids=["wrong-ca", "no-ca"])
def test_an_unknown_authority_is_named_and_not_retried(
    serve, endpoint, credentials_for, authority, other_authority, monkeypatch, given
):
    """The error names the setting to change and is not retryable."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    server = serve(tls=authority.server_context("localhost"))
    asking = endpoint(ca_certificate=other_authority.file if given else None)
    expected = str(other_authority.file) if given else "CAMUNDA_CA_CERTIFICATE_PATH"
    with pytest.raises(TokenEndpointUnreachable, match="not trusted") as caught:
        asking.request_token(credentials_for(server.url))
    assert expected in caught.value.message
    assert not caught.value.retryable
    assert not caught.value.copy().retryable
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    assert server.received == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_for_another_name_is_named(serve, endpoint, credentials_for, authority, host):
    """A wrong name is told apart from an unknown authority."""
    server = serve(tls=authority.server_context("login.example"))
    with pytest.raises(TokenEndpointUnreachable, match=f"another name than {host}") as caught:
        endpoint(ca_certificate=authority.file).request_token(
            credentials_for(f"https://{host}:{server.port}/token")
        )
    assert not caught.value.retryable


def test_an_expired_certificate_is_named(serve, endpoint, credentials_for, authority):
    """An expired certificate is told apart as well."""
    server = serve(tls=authority.server_context("localhost", expired=True))
    with pytest.raises(TokenEndpointUnreachable, match="has expired"):
        endpoint(ca_certificate=authority.file).request_token(credentials_for(server.url))


def test_plain_text_behind_https_is_named(serve, endpoint, credentials_for):
    """The error says that an https URL leads to a plaintext port."""
    server = serve()
    server._read = lambda connection: connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n") or None
    with pytest.raises(TokenEndpointUnreachable, match="does not speak TLS") as caught:
        endpoint().request_token(credentials_for(f"https://localhost:{server.port}/token"))
    assert not caught.value.retryable


def test_tls_behind_http_is_named(serve, endpoint, credentials_for, authority):
    """The error for a http URL on a TLS port suggests https."""
    server = serve(tls=authority.server_context("localhost"))
    with pytest.raises(TokenEndpointUnreachable, match="write https://"):
        endpoint().request_token(credentials_for(f"http://localhost:{server.port}/token"))
    assert server.received == []


def test_a_missing_client_certificate_is_named(serve, endpoint, credentials_for, authority):
    """If a server wants a client certificate and gets none, the error says so."""
    server = serve(tls=authority.server_context("localhost", client_ca=authority.file))
    with pytest.raises(TokenEndpointUnreachable, match="client certificate") as caught:
        endpoint(ca_certificate=authority.file).request_token(credentials_for(server.url))
    assert not caught.value.retryable


@pytest.mark.parametrize("of", ["credentials", "transport"])
def test_a_client_certificate_that_is_not_trusted_is_named(
    serve, endpoint, credentials_for, authority, other_authority, of
):
    """If a server refuses the client's certificate, the error names its file."""
    server = serve(tls=authority.server_context("localhost", client_ca=authority.file))
    file = other_authority.certificate("a-client")
    certificate = ClientCertificate.from_files(file)
    as_transport = {"client_certificate": certificate} if of == "transport" else {}
    as_proof = {"authentication": certificate} if of == "credentials" else {}
    with pytest.raises(TokenEndpointUnreachable) as caught:
        endpoint(ca_certificate=authority.file, **as_transport).request_token(
            credentials_for(server.url, **as_proof)
        )
    assert str(file) in caught.value.message
    assert not caught.value.retryable


def test_the_transports_certificate_is_shown(serve, endpoint, credentials_for, authority):
    """An ingress that wants a certificate gets the transport's, whatever the credentials are."""
    server = serve(tls=authority.server_context("localhost", client_ca=authority.file))
    certificate = ClientCertificate.from_files(authority.certificate("an-ingress-client"))
    endpoint(ca_certificate=authority.file, client_certificate=certificate).request_token(
        credentials_for(server.url)
    )
    assert server.received[0].peer_certificate is not None
    assert b"client_secret" in server.received[0].body


@pytest.mark.parametrize("content", [None, "no certificate in here\n"], ids=["missing", "no-pem"])
def test_an_unusable_ca_file_is_named(endpoint, credentials_for, tmp_path, content):
    """A CA file that is missing or isn't one is a configuration error with its name."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match=r"ca\.pem"):
        endpoint(ca_certificate=file).request_token(credentials_for("https://localhost:1/token"))


def test_an_unusable_ssl_cert_file_is_named(endpoint, credentials_for, tmp_path, monkeypatch):
    """A broken SSL_CERT_FILE is named as the variable that it is."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        endpoint().request_token(credentials_for("https://localhost:1/token"))


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has named pipes")
@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("pipe", "is a pipe that was not written to"),
        ("null", "is empty"),
        ("zero", "it is a device"),
        ("text", "holds no PEM certificate"),
        ("store", "keytool -list -rfc"),
    ],
)
def test_an_ssl_cert_file_that_is_none_holds_nobody_up(
    endpoint, credentials_for, tmp_path, monkeypatch, kind, why
):
    """OpenSSL would wait for a pipe, read a device to its end, or report no more than "PEM lib"."""
    monkeypatch.setattr(bounded_read, "_PIPE_SECONDS", 0.0)
    file = tmp_path / "ca.pem"
    if kind == "pipe":
        os.mkfifo(file)
    else:
        file.write_bytes(b"\xfe\xed\xfe\xed\0\0" if kind == "store" else b"\xfftext")
    named = {"null": os.devnull, "zero": "/dev/zero"}.get(kind, str(file))
    monkeypatch.setenv("SSL_CERT_FILE", named)
    with pytest.raises(ConfigurationError, match=rf"The SSL_CERT_FILE file {named} .*{why}"):
        endpoint().request_token(credentials_for("https://localhost:1/token"))


def test_an_authority_in_der_is_trusted(
    serve, endpoint, credentials_for, authority, tmp_path, monkeypatch
):
    """SSL_CERT_FILE and a CA file both accept DER; the other file begins with a byte order mark."""
    server = serve(tls=authority.server_context("localhost"))
    der, marked = tmp_path / "ca.cer", tmp_path / "ca.pem"
    der.write_bytes(ssl.PEM_cert_to_DER_cert(authority.file.read_text()))
    marked.write_bytes(b"\xef\xbb\xbf" + authority.file.read_bytes())
    for file in (der, marked):
        endpoint(ca_certificate=file).request_token(credentials_for(server.url))
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        endpoint().request_token(credentials_for(server.url))
    assert len(server.received) == 4


def test_an_encrypted_client_key_is_refused_without_asking(
    endpoint, credentials_for, authority, tmp_path
):
    """A key with a passphrase is an error; OpenSSL doesn't prompt for it on a terminal."""
    from cryptography.hazmat.primitives import serialization

    plain = authority.certificate("a-client")
    key = serialization.load_pem_private_key(plain.read_bytes(), None)
    locked = tmp_path / "locked.pem"
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"passphrase"),
        )
    )
    certificate = ClientCertificate.from_files(plain, locked)
    with pytest.raises(ConfigurationError, match="encrypted"):
        endpoint(client_certificate=certificate).request_token(
            credentials_for("https://localhost:1/token")
        )


def test_a_certificate_without_its_key_is_refused(endpoint, credentials_for, authority):
    """A file with a certificate alone can't be shown, and is named."""
    certificate = ClientCertificate.from_files(authority.file)
    with pytest.raises(ConfigurationError, match=r"authority\.pem"):
        endpoint(client_certificate=certificate).request_token(
            credentials_for("https://localhost:1/token")
        )


def test_contexts_are_shared_and_follow_their_files(authority, other_authority):
    """One context serves all endpoints with the same files, until a file changes on disk."""
    first = tls_context(authority.file, None)
    assert tls_context(authority.file, None) is first
    assert tls_context(other_authority.file, None) is not first
    authority.file.write_bytes(other_authority.file.read_bytes())
    os.utime(authority.file, ns=(1, 1))
    assert tls_context(authority.file, None) is not first
    assert tls_context(None, None) is tls_context(None, None)


def _common_name(request) -> str:
    (attribute,) = x509.load_der_x509_certificate(request.peer_certificate).subject
    return attribute.value


@pytest.mark.parametrize("method", ["tls_client_auth", "self_signed_tls_client_auth"])
def test_a_replaced_client_certificate_is_shown_next(
    serve, endpoint, credentials_for, authority, tmp_path, method
):
    """A renewed certificate needs no restart, not even of the endpoint object."""
    server = serve(tls=authority.server_context("localhost", client_ca=authority.file))
    asking, file = endpoint(ca_certificate=authority.file), tmp_path / "client.pem"
    file.write_bytes(authority.certificate("first").read_bytes())
    credentials = credentials_for(
        server.url, authentication=ClientCertificate.from_files(file, method=method)
    )
    asking.request_token(credentials)
    authority.certificate("second").replace(file)
    asking.request_token(credentials)
    assert [_common_name(each) for each in server.received] == ["first", "second"]


def test_a_half_replaced_pair_is_not_shown(serve, endpoint, credentials_for, authority, tmp_path):
    """Between the certificate's and the key's replacement the old pair goes on."""
    server = serve(tls=authority.server_context("localhost", client_ca=authority.file))
    asking = endpoint(ca_certificate=authority.file)
    chain, key = tmp_path / "client.crt", tmp_path / "client.key"
    contents = {}
    for name in ("first", "second"):
        pem = authority.certificate(name).read_bytes()
        begin = pem.index(b"-----BEGIN PRIVATE KEY-----")
        contents[name] = pem[:begin], pem[begin:]
    chain.write_bytes(contents["first"][0])
    key.write_bytes(contents["first"][1])
    credentials = credentials_for(
        server.url, authentication=ClientCertificate.from_files(chain, key)
    )
    asking.request_token(credentials)
    for file, content in ((chain, contents["second"][0]), (key, contents["second"][1])):
        aside = tmp_path / "aside"
        aside.write_bytes(content)
        aside.replace(file)
        asking.request_token(credentials)
    assert [_common_name(each) for each in server.received] == ["first", "first", "second"]


def test_a_relative_ca_file_is_that_of_the_working_directory(
    serve, endpoint, credentials_for, authority, other_authority, tmp_path, monkeypatch
):
    """A context made for the same name in another directory is not reused."""
    server = serve(tls=authority.server_context("localhost"))
    contexts = []
    for folder, issuer in (("a", authority), ("b", other_authority)):
        (tmp_path / folder).mkdir()
        monkeypatch.chdir(tmp_path / folder)
        Path("ca.pem").write_bytes(issuer.file.read_bytes())
        contexts.append(tls_context(Path("ca.pem"), None))
    assert contexts[0] is not contexts[1]
    monkeypatch.chdir(tmp_path / "a")
    endpoint(ca_certificate=Path("ca.pem")).request_token(credentials_for(server.url))
    assert tls_context(Path("ca.pem"), None) is contexts[0]


def test_a_ca_file_may_hold_comments_and_a_byte_order_mark(
    serve, endpoint, credentials_for, authority, tmp_path
):
    """Bundles may name their authorities in comments of any encoding."""
    server = serve(tls=authority.server_context("localhost"))
    file = tmp_path / "ca.pem"
    comment = "\ufeff# NetLock Arany (Főtanúsítvány)\n" + "# padding\n" * 200_000
    file.write_bytes(comment.encode() + authority.file.read_bytes())
    assert file.stat().st_size > 1024 * 1024
    endpoint(ca_certificate=file).request_token(credentials_for(server.url))
    assert len(server.received) == 1


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has named pipes")
def test_a_ca_file_that_is_a_pipe_holds_nobody_up(endpoint, credentials_for, tmp_path, monkeypatch):
    """OpenSSL would wait for ever for its writer."""
    monkeypatch.setattr(bounded_read, "_PIPE_SECONDS", 0.0)
    os.mkfifo(tmp_path / "ca.pem")
    with pytest.raises(ConfigurationError, match=r"CA certificate file .* is a pipe"):
        endpoint(ca_certificate=tmp_path / "ca.pem").request_token(credentials_for("https://x"))

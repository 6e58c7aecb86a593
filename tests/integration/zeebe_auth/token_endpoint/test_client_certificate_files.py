"""The files of a TLS client certificate: PEM and PKCS#12, locked, replaced, wrong."""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from key_stores import key_store

from zeebe_auth import CertificatePair, EnvSource, PrivateKey, TokenKey
from zeebe_auth.credentials.authentication import ClientCertificate
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.files import one_version
from zeebe_auth.secret import Secret

PASSWORD = "pässword-that-must-not-leak"


def locked(password: str | None = PASSWORD) -> serialization.KeySerializationEncryption:
    if password is None:
        return serialization.NoEncryption()
    return serialization.BestAvailableEncryption(password.encode())


def parts_of(pem: Path):
    content = pem.read_bytes()
    key = serialization.load_pem_private_key(content[content.index(b"-----BEGIN PRIVATE") :], None)
    return key, x509.load_pem_x509_certificate(content)


def as_pkcs12(pem: Path, target: Path, password: str | None = PASSWORD, others=()) -> Path:
    key, certificate = parts_of(pem)
    content = pkcs12.serialize_key_and_certificates(
        b"client", key, certificate, list(others) or None, locked(password)
    )
    aside = target.with_suffix(".aside")
    aside.write_bytes(content)
    return aside.replace(target)


def as_locked_pem(pem: Path, target: Path, password: str | None = PASSWORD) -> Path:
    key, certificate = parts_of(pem)
    target.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked(password)
        )
    )
    return target


def common_name(request) -> str:
    (attribute,) = x509.load_der_x509_certificate(request.peer_certificate).subject
    return attribute.value


@pytest.fixture
def server(serve, authority):
    """A token endpoint that refuses clients without a certificate of the authority's."""
    return serve(tls=authority.server_context("localhost", client_ca=authority.file))


@pytest.mark.parametrize("platform", ["linux", "other"])
@pytest.mark.parametrize("password", [PASSWORD, None])
@pytest.mark.parametrize("write", [as_pkcs12, as_locked_pem])
def test_any_file_that_holds_a_pair_is_shown(
    server, endpoint, credentials_for, authority, tmp_path, monkeypatch, write, password, platform
):
    """PKCS#12 and PEM work with a password or without one, and whether or not files can be kept in
    memory."""
    if platform == "other":
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = write(authority.certificate("the-client"), tmp_path / "client.file", password)
    before = set(tmp_path.iterdir())
    certificate = ClientCertificate.from_files(
        file, password=Secret(password) if password else None
    )
    endpoint(ca_certificate=authority.file).request_token(
        credentials_for(server.url, authentication=certificate)
    )
    assert common_name(server.received[0]) == "the-client"
    assert set(tmp_path.iterdir()) == before


def test_the_thumbprint_is_the_same_in_either_format(authority, tmp_path):
    """A certificate that is written into another format finds the tokens that it had."""
    pem = authority.certificate("the-client")
    file = as_pkcs12(pem, tmp_path / "client.p12")
    first = ClientCertificate.from_files(pem)
    second = ClientCertificate.from_files(file, password=Secret(PASSWORD))
    assert first.thumbprint == second.thumbprint == first.read().thumbprint


def test_a_pkcs12_files_intermediates_are_shown_too(authority, tmp_path):
    """The client sends the intermediates, since a server may know the root alone."""
    intermediate = x509.load_pem_x509_certificate(authority.file.read_bytes())
    file = as_pkcs12(
        authority.certificate("the-client"), tmp_path / "client.p12", others=[intermediate]
    )
    pair = ClientCertificate.from_files(file, password=Secret(PASSWORD)).read()
    names = [
        each.subject.rfc4514_string()
        for each in x509.load_pem_x509_certificates(pair.certificate_chain)
    ]
    assert names == ["CN=the-client", "CN=authority"]


def test_a_replaced_pkcs12_file_is_shown_next(
    server, endpoint, credentials_for, authority, tmp_path
):
    """A renewed certificate needs no restart, not even of the endpoint object."""
    asking, file = endpoint(ca_certificate=authority.file), tmp_path / "client.p12"
    as_pkcs12(authority.certificate("first"), file)
    credentials = credentials_for(
        server.url,
        authentication=ClientCertificate.from_files(file, password=Secret(PASSWORD)),
    )
    asking.request_token(credentials)
    as_pkcs12(authority.certificate("second"), file)
    asking.request_token(credentials)
    assert [common_name(each) for each in server.received] == ["first", "second"]
    renewed = ClientCertificate.from_files(file, password=Secret(PASSWORD))
    assert TokenKey.of(credentials) != TokenKey.of(
        credentials_for(server.url, authentication=renewed)
    )


def test_each_alias_of_a_key_store_is_shown_by_itself(
    server, endpoint, credentials_for, authority, tmp_path
):
    """One file, one endpoint object, two clients: neither gets the connection of the other."""
    asking, file = endpoint(ca_certificate=authority.file), tmp_path / "clients.p12"
    pairs = {name: parts_of(authority.certificate(name)) for name in ("first", "second")}
    file.write_bytes(
        key_store([(name, pair, ()) for name, pair in pairs.items()], PASSWORD),
    )
    for alias in ("second", "FIRST", "second"):
        certificate = ClientCertificate.from_files(file, password=Secret(PASSWORD), alias=alias)
        asking.request_token(credentials_for(server.url, authentication=certificate))
    assert [common_name(each) for each in server.received] == ["second", "first", "second"]


def test_the_environment_names_a_pkcs12_file(
    server, endpoint, credentials_for, authority, tmp_path
):
    """Its password has the name that Camunda's SDKs give it."""
    file = as_pkcs12(authority.certificate("the-client"), tmp_path / "client.p12")
    credentials = EnvSource(
        {
            "CAMUNDA_CLIENT_ID": "c",
            "CAMUNDA_OAUTH_URL": server.url,
            "CAMUNDA_MTLS_CERT_PATH": str(file),
            "CAMUNDA_MTLS_KEY_PASSPHRASE": PASSWORD,
        }
    ).load()
    endpoint(ca_certificate=authority.file).request_token(credentials)
    assert common_name(server.received[0]) == "the-client"


def test_a_certificate_that_expires_is_shown_no_more(
    server, endpoint, credentials_for, authority, monkeypatch
):
    """An expired certificate is not sent, not even with connection settings that were made while it
    was valid."""
    asking = endpoint(ca_certificate=authority.file)
    credentials = credentials_for(
        server.url,
        authentication=ClientCertificate.from_files(authority.certificate("the-client")),
    )
    asking.request_token(credentials)
    later = time.time() + 2 * 86400
    monkeypatch.setattr("time.time", lambda: later)
    with pytest.raises(ConfigurationError, match="has expired"):
        asking.request_token(credentials)
    assert len(server.received) == 1


def test_an_expired_self_signed_certificate_is_the_servers_to_judge(authority):
    """Its server knows the very certificate, and may look at nothing else (RFC 8705, 2.2)."""
    file = authority.certificate("the-client", expired=True)
    certificate = ClientCertificate.from_files(file, method="self_signed_tls_client_auth")
    assert certificate.read().expires_at < time.time()


def _faults(authority, folder: Path):
    pem, other = authority.certificate("the-client"), authority.certificate("other")
    file, pem_file = as_pkcs12(pem, folder / "c.p12"), as_locked_pem(pem, folder / "locked.pem")
    wrong, expired = Secret(PASSWORD + "!"), authority.certificate("old", expired=True)
    (folder / "neither").write_text("neither of them")
    return {
        "no password": (file, None, None, r"c\.p12 can't be opened without a password"),
        "wrong password": (file, None, wrong, r"c\.p12 can't be opened with its password"),
        "no pem password": (pem_file, None, None, r"locked\.pem is encrypted"),
        "wrong pem password": (pem_file, None, wrong, r"locked\.pem can't be opened with its"),
        "wrong key password": (pem, pem_file, wrong, r"key of .*locked\.pem can't be opened"),
        "other key": (pem, other, None, "doesn't go with the key in .*other"),
        "no key": (authority.file, None, None, r"authority\.pem has no private key"),
        "no certificate": (folder / "gone", None, None, "gone can't be read: No such file"),
        "no key file": (pem, folder / "gone", None, "key of .*gone can't be read: No such file"),
        "neither": (folder / "neither", None, None, "neither is neither PEM nor PKCS#12"),
        "expired": (expired, None, None, r"old-by-authority\.pem has expired on 20"),
    }


@pytest.mark.parametrize(
    "fault",
    [
        "no password", "wrong password", "no pem password", "wrong pem password",
        "wrong key password", "other key", "no key", "no certificate", "no key file", "neither",
        "expired",
    ],
)  # fmt: skip
def test_files_that_cannot_be_used_are_named(
    server, endpoint, credentials_for, authority, tmp_path, fault
):
    """An error names the file and the next step; nothing is sent, nothing leads to a secret."""
    file, key, password, named = _faults(authority, tmp_path)[fault]
    with pytest.raises(ConfigurationError, match=named) as caught:
        endpoint(ca_certificate=authority.file).request_token(
            credentials_for(
                server.url,
                authentication=ClientCertificate.from_files(file, key, password=password),
            )
        )
    assert server.received == []
    shown = [str(caught.value), repr(caught.value.__cause__), repr(caught.value.__context__)]
    for frame, _ in traceback.walk_tb(caught.value.__traceback__):
        if frame.f_code.co_filename != __file__:
            shown += [repr(value) for value in frame.f_locals.values()]
    assert PASSWORD not in "\n".join(shown)
    assert "PRIVATE KEY" not in "\n".join(shown)


def test_a_pair_shows_no_key(authority):
    """Neither a pair nor what holds its password shows the key."""
    certificate = ClientCertificate.from_files(
        authority.certificate("the-client"), password=Secret(PASSWORD)
    )
    pair = certificate.read()
    assert isinstance(pair, CertificatePair)
    assert b"PRIVATE KEY" in pair.private_key
    assert "PRIVATE KEY" not in repr(pair)
    assert PASSWORD not in repr(certificate)


def test_a_replaced_authority_of_the_token_endpoint_is_trusted(
    serve, endpoint, credentials_for, authority, other_authority, tmp_path
):
    """A renewed CA file needs no restart, and nor does a renewed certificate."""
    file = tmp_path / "ca.pem"
    file.write_bytes(other_authority.file.read_bytes())
    asking = endpoint(ca_certificate=file)
    before = serve(tls=other_authority.server_context("localhost"))
    asking.request_token(credentials_for(before.url))
    after = serve(tls=authority.server_context("localhost"))
    aside = tmp_path / "aside"
    aside.write_bytes(authority.file.read_bytes())
    aside.replace(file)
    asking.request_token(credentials_for(after.url))
    assert len(before.received) == len(after.received) == 1


def test_a_replaced_pkcs12_file_signs_the_next_request(
    serve, endpoint, credentials_for, authority, tmp_path
):
    """A signing key in PKCS#12 is read again as one in PEM is."""
    server, asking, file = serve(), endpoint(), tmp_path / "client.p12"
    seen = set()
    for name in ("first", "second"):
        as_pkcs12(authority.certificate(name), file)
        os.utime(file, ns=(1, 1))  # no clock of the file system is needed
        proof = PrivateKey(file, password=Secret(PASSWORD))
        asking.request_token(credentials_for(server.url, authentication=proof))
        header = server.received[-1].body.split(b"client_assertion=")[1].split(b".")[0]
        seen.add(header)
    assert len(seen) == 2


@pytest.fixture
def renewed_between(authority, tmp_path, monkeypatch):
    """A certificate and its key in two files, both replaced right after the first was read."""

    def write(name: str) -> None:
        key, certificate = parts_of(authority.certificate(name))
        (tmp_path / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (tmp_path / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    def renew() -> None:
        read, first = one_version.read_bounded, iter([True])

        def reading(path: Path, max_bytes: int, resolve: object) -> object:
            found = read(path, max_bytes, resolve)
            if next(first, False):
                write("new")
            return found

        monkeypatch.setattr(one_version, "read_bounded", reading)

    write("old")
    return tmp_path / "cert.pem", tmp_path / "key.pem", renew


def test_a_pair_renewed_between_two_reads_is_read_again(renewed_between, authority):
    """The old certificate is never combined with the new key."""
    certificate, key, renew = renewed_between
    given = ClientCertificate.from_files(certificate, key)
    renew()
    pair = given.read()
    new = x509.load_pem_x509_certificate(certificate.read_bytes())
    assert pair.thumbprint == new.fingerprint(hashes.SHA256()).hex() != given.thumbprint


def test_a_signing_key_renewed_beside_its_certificate_is_read_again(
    serve, endpoint, credentials_for, renewed_between
):
    """The same holds for a signing key whose certificate is in a file of its own."""
    certificate, key, renew = renewed_between
    server = serve()
    renew()
    proof = PrivateKey(key, certificate=certificate)
    endpoint().request_token(credentials_for(server.url, authentication=proof))
    assert len(server.received) == 1

"""Java trust stores, and authorities that are given as PEM."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from key_pairs import make_pair

from zeebe_auth import ConfigurationError, Secret
from zeebe_auth.adapters import InlineAuthorities, TrustStore


@pytest.fixture(scope="module")
def authorities():
    return [make_pair(name)[1] for name in ("first", "second")]


@pytest.fixture
def store(tmp_path):
    """Writes a store and gives its path."""

    def write(key, certificate, others, password=None):
        sealed = BestAvailableEncryption(password) if password else NoEncryption()
        path = tmp_path / "trust store.p12"
        path.write_bytes(serialize_key_and_certificates(None, key, certificate, others, sealed))
        return path

    return write


@pytest.mark.parametrize("password", [None, b"ch4ngeit"])
def test_all_authorities_are_read(store, authorities, password):
    """Each certificate of the store is given as PEM, with and without a password."""
    path = store(None, None, authorities, password)
    given = Secret(password.decode()) if password else None
    found = x509.load_pem_x509_certificates(TrustStore(path, given).pem().encode())
    assert found == authorities


def test_the_certificate_of_a_key_is_no_authority(store, authorities):
    """Java trusts only certificates that were imported by themselves."""
    key, certificate = make_pair("client")
    path = store(key, certificate, authorities[:1])
    assert TrustStore(path).pem() == authorities[0].public_bytes(Encoding.PEM).decode()
    with pytest.raises(ConfigurationError, match="holds no certificate of an authority"):
        TrustStore(store(key, certificate, None)).pem()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            b"\xfe\xed\xfe\xed\0\0\0\2",
            r"is a JKS key store.*keytool -importkeystore .*trust store.p12'.*, and name",
        ),
        (b"\xce\xce\xce\xce\0\0\0\2", r"is a JCEKS key store.*-srcstoretype JCEKS"),
        (b"-----BEGIN CERTIFICATE-----\n", "is PEM. Name it as ca_certificate"),
        (b"nonsense", "is no PKCS#12, or it needs a password"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_store_is_told(tmp_path, content, says):
    """The error names the file and what to do; for a store in Java's own format it has the
    command."""
    path = tmp_path / "trust store.jks"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=says) as caught:
        TrustStore(path).pem()
    assert str(path) in caught.value.message


def test_a_wrong_password_is_told_without_it(store, authorities):
    """The error says which setting to correct."""
    path = store(None, None, authorities, b"ch4ngeit")
    with pytest.raises(
        ConfigurationError, match=r"password is wrong.*truststore_password"
    ) as caught:
        TrustStore(path, Secret("0ther")).pem()
    assert "0ther" not in caught.value.message
    with pytest.raises(ConfigurationError, match="needs a password"):
        TrustStore(path).pem()


def test_nothing_of_them_is_shown(store, authorities):
    """Neither a password nor PEM is in the repr, and two values have different reprs."""
    path = store(None, None, authorities)
    assert "s3cr3t" not in repr(TrustStore(path, Secret("s3cr3t")))
    assert "BEGIN" not in repr(InlineAuthorities("-----BEGIN"))
    assert InlineAuthorities("a").identity != InlineAuthorities("b").identity

"""Keys and certificates in DER are read; Java's own key stores are named."""

from __future__ import annotations

import hashlib
import ssl

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from key_pairs import make_pair
from key_stores import key_store

from zeebe_auth import ClientCertificate, ClientCredentials, ConfigurationError, PrivateKey
from zeebe_auth.credentials.file_formats import der_kind
from zeebe_auth.credentials.key_files import may_be_encrypted
from zeebe_auth.token_endpoint.client_authentication.signing_key import signing_key

PASSWORD = "pässword-that-must-not-leak"
PAIR = make_pair("client")
RSA = rsa.generate_private_key(65537, 2048)
DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8
TRADITIONAL = serialization.PrivateFormat.TraditionalOpenSSL
PLAIN = serialization.NoEncryption()
LOCKED = serialization.BestAvailableEncryption(PASSWORD.encode())
KEYS = {
    "PKCS#8, EC": (PAIR[0], PKCS8, PLAIN),
    "PKCS#8, RSA": (RSA, PKCS8, PLAIN),
    "PKCS#8, Ed25519": (ed25519.Ed25519PrivateKey.generate(), PKCS8, PLAIN),
    "PKCS#1": (RSA, TRADITIONAL, PLAIN),
    "SEC 1": (PAIR[0], TRADITIONAL, PLAIN),
    "encrypted PKCS#8": (PAIR[0], PKCS8, LOCKED),
}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "client.der"


def signs_with(authentication: PrivateKey):
    credentials = ClientCredentials(
        client_id="c", authentication=authentication, token_url="https://token.example"
    )
    return signing_key(authentication, credentials)


@pytest.mark.parametrize("form", KEYS)
@pytest.mark.parametrize("password", [None, PASSWORD])
def test_a_key_in_der_signs(file, form, password):
    """It needs a password only if it is encrypted; an unneeded password is no error."""
    key, format_, encryption = KEYS[form]
    content = key.private_bytes(DER, format_, encryption)
    file.write_bytes(content)
    proof = PrivateKey(file, password=password)
    assert may_be_encrypted(content) is (encryption is LOCKED)
    if encryption is LOCKED and password is None:
        with pytest.raises(ConfigurationError, match=r"der is encrypted\. Give its password"):
            signs_with(proof)
    else:
        found = signs_with(proof).key.as_pem(private=False)
        assert serialization.load_pem_public_key(found) == key.public_key()


def test_a_wrong_password_of_a_key_in_der_is_told(file):
    """The error doesn't claim that it is no PKCS#12 file."""
    file.write_bytes(PAIR[0].private_bytes(DER, PKCS8, LOCKED))
    with pytest.raises(ConfigurationError, match="its DER or its password is wrong"):
        signs_with(PrivateKey(file, password="wrong"))


def test_a_certificate_in_der_is_no_key(file):
    """It doesn't need a password either."""
    file.write_bytes(PAIR[1].public_bytes(DER))
    with pytest.raises(ConfigurationError, match="is not a DER private key"):
        signs_with(PrivateKey(file))


@pytest.mark.parametrize("kind", ["key", "certificate"])
def test_a_broken_file_in_der_is_told(file, kind):
    """The error doesn't mention a password, which it doesn't need."""
    whole = PAIR[0].private_bytes(DER, PKCS8, PLAIN) if kind == "key" else PAIR[1].public_bytes(DER)
    file.write_bytes(whole[:-20])
    with pytest.raises(ConfigurationError, match=f"DER (private )?{kind}") as caught:
        signs_with(PrivateKey(file, password=PASSWORD))
    assert "password" not in caught.value.message


@pytest.mark.parametrize("beside", [PLAIN, LOCKED], ids=["two keys", "an encrypted key"])
def test_keys_beside_a_certificate_count_only_where_no_key_is_named(file, tmp_path, beside):
    """A bundle may hold other keys, or this one in another form."""
    key_file = tmp_path / "client.key"
    key_file.write_bytes(PAIR[0].private_bytes(PEM, PKCS8, PLAIN))
    others = [RSA.private_bytes(PEM, PKCS8, beside), PAIR[0].private_bytes(PEM, PKCS8, beside)]
    file.write_bytes(b"".join([others[0], PAIR[1].public_bytes(PEM), others[1]]))
    pair = ClientCertificate.from_files(file, key_file).read()
    assert pair.certificate_chain == PAIR[1].public_bytes(PEM)
    assert signs_with(PrivateKey(key_file, certificate=file)).thumbprint is not None
    with pytest.raises(ConfigurationError, match="one of several in its PEM"):
        ClientCertificate.from_files(file).read()


def with_another_key(certificate: bytes, change: str) -> bytes:
    """The certificate with another type of key, curve, point or version in it."""
    old, new = {
        "type": ("2a8648ce3d0201", "2a8648ce3d0270"),
        "curve": ("2a8648ce3d030107", "2a8648ce3d03016e"),
        "point": ("03420004", "034200ff"),
        "version": ("a003020102", "a003020163"),
    }[change]
    assert certificate.count(bytes.fromhex(old)) == 1
    return certificate.replace(bytes.fromhex(old), bytes.fromhex(new))


@pytest.mark.parametrize("change", ["type", "curve", "point", "version"])
@pytest.mark.parametrize("form", ["DER", "PEM", "PKCS#12"])
def test_a_certificate_that_cryptography_cant_read_is_told(file, tmp_path, form, change):
    """Its errors are of many types, and some are raised only when the certificate's key is read."""
    key_file = tmp_path / "client.key"
    key_file.write_bytes(PAIR[0].private_bytes(PEM, PKCS8, PLAIN))
    der = PAIR[1].public_bytes(DER)
    odd = with_another_key(der, change)
    if form == "PKCS#12":
        content = key_store([("one", PAIR, ())])
        assert content.count(der) == 1
        odd = content.replace(der, odd)
    elif form == "PEM":
        odd = ssl.DER_cert_to_PEM_cert(odd).encode()
    file.write_bytes(odd)
    with pytest.raises(ConfigurationError, match=r"client\.der"):
        ClientCertificate.from_files(file, key_file).read()
    with pytest.raises(ConfigurationError, match="certificate"):
        signs_with(PrivateKey(key_file, certificate=file))


def test_a_certificate_in_der_goes_with_its_key(file, tmp_path):
    """For a signed assertion, and for TLS with the key beside it in any form."""
    key_file = tmp_path / "client.key"
    file.write_bytes(PAIR[1].public_bytes(DER))
    for encoding in (DER, PEM):
        key_file.write_bytes(PAIR[0].private_bytes(encoding, PKCS8, PLAIN))
        assert signs_with(PrivateKey(key_file, certificate=file)).thumbprint is not None
        certificate = ClientCertificate.from_files(file, key_file)
        assert certificate.thumbprint == hashlib.sha256(file.read_bytes()).hexdigest()
        pair = certificate.read()
        assert pair.thumbprint == certificate.thumbprint
        assert pair.certificate_chain == PAIR[1].public_bytes(PEM)


def test_joined_files_with_byte_order_marks(tmp_path):
    """All certificates and the key are passed on."""
    mark, issuer = b"\xef\xbb\xbf", make_pair("issuer")[1]
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    certificates = [PAIR[1].public_bytes(PEM), issuer.public_bytes(PEM)]
    chain.write_bytes(mark + certificates[0] + mark + certificates[1])
    key.write_bytes(mark + PAIR[0].private_bytes(PEM, PKCS8, PLAIN))
    certificate = ClientCertificate.from_files(chain, key)
    pair = certificate.read()
    assert pair.certificate_chain == b"".join(certificates)
    assert pair.thumbprint == certificate.thumbprint


def test_forms_are_told_apart_by_their_beginning():
    """Neither the length nor the rest of the file matters."""
    assert der_kind(key_store([("a", PAIR, ())])) == "PKCS#12"
    assert der_kind(b"\x30\x80\x02\x01\x03\x30\x80") == "PKCS#12"
    assert der_kind(PAIR[1].public_bytes(DER)) == "certificate"
    # PKCS#7, text, and what ends too early.
    for other in (b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", b"text", b"\x30", b""):
        assert der_kind(other) is None


@pytest.mark.parametrize(
    ("magic", "kind"), [(b"\xfe\xed\xfe\xed", "JKS"), (b"\xce\xce\xce\xce", "JCEKS")]
)
@pytest.mark.parametrize("place", ["key", "key's certificate", "certificate", "client key"])
def test_a_key_store_of_java_is_refused_with_its_conversion(tmp_path, magic, kind, place):
    """No library here reads it, so the error doesn't blame its password."""
    store, pem = tmp_path / "my store.jks", tmp_path / "client.pem"
    store.write_bytes(magic + b"\0\0\0\2\0\0\0\1")
    pem.write_bytes(PAIR[0].private_bytes(PEM, PKCS8, PLAIN) + PAIR[1].public_bytes(PEM))
    line = (
        rf"in a {kind} key store, .*keytool -importkeystore -srckeystore '.*my store\.jks' "
        rf"-srcstoretype {kind} -destkeystore '.*my store\.p12' -deststoretype PKCS12\", and name"
    )
    read = {
        "key": lambda: signs_with(PrivateKey(store, password=PASSWORD)),
        "key's certificate": lambda: signs_with(PrivateKey(pem, certificate=store)),
        "certificate": lambda: ClientCertificate.from_files(store, password=PASSWORD),
        "client key": lambda: ClientCertificate.from_files(pem, store, password=PASSWORD).read(),
    }[place]
    with pytest.raises(ConfigurationError, match=line):
        read()

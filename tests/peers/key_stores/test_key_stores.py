"""Key stores as openssl and keytool write them, and the conversions that the errors name."""

from __future__ import annotations

import re
import shlex
import ssl
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from page_runner import blocks_of

from zeebe_auth import ClientCertificate, ClientCredentials, ConfigurationError, PrivateKey
from zeebe_auth.adapters import read_authorities
from zeebe_auth.token_endpoint.client_authentication.signing_key import signing_key

PASSWORD = "pass-word"
PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "authenticate-a-client.md"


def run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    return done.stdout


@pytest.fixture(scope="module")
def pem(tmp_path_factory):
    """A key and its certificate, of openssl."""
    folder = tmp_path_factory.mktemp("pem")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"),
        *("-subj", "/CN=client", "-keyout", str(key), "-out", str(certificate)),
    )
    return key, certificate


def public_key_of(file, alias: str | None = None, password: str | None = PASSWORD) -> bytes:
    """The public key of what signs."""
    authentication = PrivateKey(file, password=password, alias=alias)
    credentials = ClientCredentials(
        client_id="c", authentication=authentication, token_url="https://token.example"
    )
    return signing_key(authentication, credentials).key.as_pem(private=False)


def public_key_in(key_file) -> bytes:
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


WITHOUT_ENCRYPTION = ("-keypbe", "NONE", "-certpbe", "NONE", "-nomac")
TRIPLE_DES = ("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1")


@pytest.mark.parametrize(
    ("options", "password"),
    [
        ((), PASSWORD),
        (("-legacy",), PASSWORD),
        (TRIPLE_DES, PASSWORD),
        (("-keypbe", "aes-128-cbc", "-certpbe", "aes-128-cbc", "-macalg", "sha512"), PASSWORD),
        ((), ""),
        (WITHOUT_ENCRYPTION, ""),
    ],
    ids=["AES", "RC2", "3DES", "AES-128", "no password", "no encryption"],
)
@pytest.mark.parametrize("alias", [None, "CLIENT"])
def test_what_openssl_writes_signs(pem, tmp_path, options, password, alias):
    """Current formats work, and those of OpenSSL before version 3."""
    key, certificate = pem
    file = tmp_path / "client.p12"
    run(
        *("openssl", "pkcs12", "-export", "-inkey", str(key), "-in", str(certificate)),
        *("-name", "client", "-passout", f"pass:{password}", "-out", str(file), *options),
    )
    assert public_key_of(file, alias, password or None) == public_key_in(key)


def pem_to_der(pem: bytes) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem.decode())


def keytool(store, kind: str, alias: str, *options: str, algorithm: str = "EC") -> None:
    run(
        *("keytool", *options, "-genkeypair", "-alias", alias, "-keyalg", algorithm),
        *("-dname", f"CN={alias}", "-storetype", kind, "-keystore", str(store)),
        *("-storepass", PASSWORD, "-keypass", PASSWORD),
    )


@pytest.mark.parametrize("options", [(), ("-J-Dkeystore.pkcs12.legacy=true",)])
def test_what_keytool_writes_is_told_apart(tmp_path, options):
    """Aliases are distinguished; keytool stores them in lower case."""
    file = tmp_path / "clients.p12"
    for alias in ("First", "Second"):
        keytool(file, "PKCS12", alias, *options)
    with pytest.raises(ConfigurationError, match=r"one of 2 .*'first', 'second'"):
        public_key_of(file)
    for alias in ("First", "second"):
        pair = ClientCertificate.from_files(file, password=PASSWORD, alias=alias).read()
        assert alias.lower().encode() in pem_to_der(pair.certificate_chain).lower()
        own = serialization.load_pem_private_key(pair.private_key, None).public_key()
        assert serialization.load_pem_public_key(public_key_of(file, alias)) == own


@pytest.mark.parametrize("kind", ["JKS", "JCEKS"])
def test_the_conversion_of_a_key_store_works(tmp_path, kind):
    """The command in the error works, with the passwords that keytool would prompt for."""
    store = tmp_path / "my clients.jks"
    for alias in ("first", "second"):
        keytool(store, kind, alias)
    with pytest.raises(ConfigurationError, match="keytool") as caught:
        public_key_of(store)
    quoted = re.search(r'Run "(keytool .*)", and', caught.value.message)
    assert quoted, caught.value.message
    command = shlex.split(quoted[1])
    run(*command, "-srcstorepass", PASSWORD, "-deststorepass", PASSWORD)
    converted = store.with_suffix(".p12")
    assert public_key_of(converted, "first") != public_key_of(converted, "second")


def test_the_conversion_that_the_page_shows(tmp_path):
    """The command in the how-to works, with the passwords that keytool would prompt for."""
    (block,) = (block for block in blocks_of(PAGE) if block.word == "keytool")
    keytool(tmp_path / "client.jks", "JKS", "camunda")
    given = f"-srcstorepass {PASSWORD} -deststorepass {PASSWORD}"
    command = f"{block.text.removeprefix('$ ').rstrip()} {given}"
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True, timeout=120)
    assert public_key_of(tmp_path / "client.p12", "camunda")


@pytest.mark.parametrize("kind", ["JKS", "JCEKS", "PKCS#12"])
def test_the_conversion_of_a_trust_store_works(pem, tmp_path, kind):
    """It works whatever keytool or openssl write around the certificates."""
    _, certificate = pem
    store, converted = tmp_path / "trust store", tmp_path / "ca.pem"
    if kind == "PKCS#12":
        run(
            *("openssl", "pkcs12", "-export", "-nokeys", "-in", str(certificate)),
            *("-passout", f"pass:{PASSWORD}", "-out", str(store)),
        )
    else:
        run(
            *("keytool", "-importcert", "-noprompt", "-alias", "Tőrzs", "-file", str(certificate)),
            *("-storetype", kind, "-keystore", str(store), "-storepass", PASSWORD),
        )
    with pytest.raises(ConfigurationError, match="Convert it to PEM: ") as caught:
        read_authorities(store)
    line = caught.value.message.partition("Convert it to PEM: ")[2]
    more = f"-passin pass:{PASSWORD}" if kind == "PKCS#12" else f"-storepass {PASSWORD}"
    # Where the line says "> ca.pem" or "-out ca.pem", in this folder.
    line = re.sub(r" (>|-out) ca\.pem$", rf" {more} \1 {shlex.quote(str(converted))}", line)
    subprocess.run(["bash", "-c", line], check=True, capture_output=True, timeout=120)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=read_authorities(converted))
    assert context.cert_store_stats()["x509"] == 1

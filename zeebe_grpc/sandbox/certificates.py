"""A certificate authority of one sandbox, and the one server certificate from it."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Whoever checks it may have another clock: a container's, or the real one, while that of the test
# which started the sandbox is frozen. The last moment means "no end" (RFC 5280, 4.1.2.5).
_NOT_BEFORE = (1970, 1, 1)
_NOT_AFTER = (9999, 12, 31, 23, 59, 59)


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """What a TLS server needs, and what its clients need to trust it; PEM each.

    Args:
        authority: The CA certificate, for clients.
        chain: The server's certificate.
        private_key: The server's key, PKCS 8, not encrypted.
    """

    authority: bytes
    chain: bytes
    private_key: bytes

    def __repr__(self) -> str:
        return "ServerCertificate(…)"


def issue_server_certificate() -> ServerCertificate:
    """Makes a fresh CA and a certificate for localhost, 127.0.0.1 and ::1, valid at any time.

    The CA's own key is forgotten at once: nobody can issue a second certificate from it.
    """
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = _name("zeebe-grpc sandbox CA")
    # RFC 5280, 4.2.1: strict verifiers (OpenSSL's X509_STRICT) want every one of these.
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key(), authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(certificate_authority=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    server_key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.IPAddress(ipaddress.ip_address("::1")),
        ]
    )
    server = (
        _builder(_name("localhost"), authority_name, server_key.public_key(), authority_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(certificate_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(names, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    return ServerCertificate(
        authority=authority.public_bytes(serialization.Encoding.PEM),
        chain=server.public_bytes(serialization.Encoding.PEM),
        private_key=server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    subject_key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(subject_key)
        .serial_number(x509.random_serial_number())
        # Made here: freezegun replaces the class while time is frozen.
        .not_valid_before(dt.datetime(*_NOT_BEFORE, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(*_NOT_AFTER, tzinfo=dt.UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(subject_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )


def _key_usage(*, certificate_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificate_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificate_authority,
        crl_sign=certificate_authority,
        encipher_only=False,
        decipher_only=False,
    )

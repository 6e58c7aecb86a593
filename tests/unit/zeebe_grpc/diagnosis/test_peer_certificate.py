"""The content of a server's certificate is shown to people, and was written by the server."""

from __future__ import annotations

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from zeebe_grpc.diagnosis.peer_certificate import PeerCertificate


def test_it_is_bounded_and_steers_no_terminal():
    """Neither a long name nor an escape sequence in it gets into the report unchanged."""
    key = ec.generate_private_key(ec.SECP256R1())
    # As long as the directory attribute may be, several times (RFC 5280, A.1: ub-name).
    name = x509.Name(
        [x509.NameAttribute(x509.NameOID.COMMON_NAME, "\x1b[2J" + "a" * 60)]
        + [x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "b" * 64)] * 2_000
    )
    hosts = [x509.DNSName("\x1b[2J" + "c" * 10_000)] * 5
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .sign(key, hashes.SHA256())
    )
    shown = PeerCertificate.from_der(certificate.public_bytes(Encoding.DER))
    for text in (shown.issuer, shown.names_text):
        assert text.isprintable()
        assert len(text) < 2_000

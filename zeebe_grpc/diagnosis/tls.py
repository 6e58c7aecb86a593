"""Why a TLS handshake failed, and what to do about it."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

from zeebe_grpc.diagnosis.http2 import FirstReply
from zeebe_grpc.diagnosis.peer_certificate import PeerCertificate
from zeebe_grpc.diagnosis.step import DiagnosisStep

# OpenSSL's X509_V_ERR_… numbers.
_NOT_YET_VALID, _EXPIRED = 9, 10
_WRONG_NAME = frozenset({62, 64})


def verifying_as_grpc() -> ssl.SSLContext:
    """A context that checks a server's certificate and name as strictly as gRPC does.

    It trusts nobody yet. As for gRPC, an intermediate that is trusted itself is enough, and a
    certificate need not follow RFC 5280 to the letter (grpcio 1.66.2 and 1.85.1, in
    tests/integration/zeebe_grpc/test_trusted_roots.py).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def distrusted(
    error: ssl.SSLCertVerificationError,
    shown: PeerCertificate | None,
    server_name: str,
    source: str,
) -> DiagnosisStep:
    """The gateway's certificate was not accepted.

    Args:
        error: What OpenSSL says.
        shown: The certificate.
        server_name: The name that was expected in it.
        source: Where the trusted certificate authorities come from, for people.
    """
    said = error.verify_message.rstrip(".")
    if error.verify_code in _WRONG_NAME:
        names = "other names" if shown is None else shown.names_text
        return DiagnosisStep.failed(
            "tls",
            f"The gateway's certificate is for {names}, not for {server_name} ({said}).",
            "Write the address with a name that the certificate has, or name it by "
            "CAMUNDA_OVERRIDE_AUTHORITY (in a profile: authority).",
        )
    if error.verify_code in {_EXPIRED, _NOT_YET_VALID}:
        when, advice = "expired", "Renew it, or correct this machine's clock."
        until = "" if shown is None else f" on {shown.valid_until:%Y-%m-%d %H:%M} UTC"
        if error.verify_code == _NOT_YET_VALID:
            when, advice = "is not valid yet", "Correct this machine's clock, or wait."
            until = "" if shown is None else f", but from {shown.valid_from:%Y-%m-%d %H:%M} UTC on"
        return DiagnosisStep.failed(
            "tls",
            f"The gateway's certificate {when}{until} ({said}). This machine's clock says "
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC.",
            advice,
        )
    issuer = "a CA" if shown is None else shown.issuer
    return DiagnosisStep.failed(
        "tls",
        f"The gateway's certificate is signed by {issuer}, which {source} does not hold ({said}).",
        "Name the file of the CA that signed it by CAMUNDA_CA_CERTIFICATE_PATH or "
        "ZEEBE_CA_CERTIFICATE_PATH (in a profile: ca_certificate).",
    )


def no_handshake(target: str, plaintext_reply: FirstReply | None, why: str) -> DiagnosisStep:
    """The other end did not finish a handshake.

    Args:
        target: Where it is, ``host:port``.
        plaintext_reply: What it answers without TLS; None if nothing.
        why: What broke the handshake.
    """
    if plaintext_reply is FirstReply.HTTP2:
        return DiagnosisStep.failed(
            "tls",
            f"The address says TLS, but the gateway at {target} speaks plaintext.",
            f"Write http://{target} if that is meant to be, or switch TLS on at the gateway.",
        )
    if plaintext_reply is FirstReply.HTTP1:
        return DiagnosisStep.failed(
            "tls",
            f"The address says TLS, but {target} speaks plaintext HTTP/1.1: that is no gRPC "
            "gateway.",
            "Check the port: the gateway's gRPC port is 26500, its REST port another.",
        )
    return DiagnosisStep.failed(
        "tls",
        f"{target} does not finish a TLS handshake: {why}.",
        "Check that this is the gateway's gRPC port, and whether it asks for a client "
        "certificate (in a profile: client_certificate, client_key).",
    )

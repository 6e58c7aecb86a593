"""A file of authorities becomes one string, whatever its format and however it was joined."""

from __future__ import annotations

import base64
import os
import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from key_pairs import make_pair
from key_stores import key_store

from zeebe_auth import ConfigurationError
from zeebe_auth.adapters import read_authorities
from zeebe_auth.files import bounded_read
from zeebe_auth.files.small_files import MAX_BYTES

MARK = b"\xef\xbb\xbf"
ONE, TWO = make_pair("one")[1], make_pair("two")[1]
PEM = [each.public_bytes(serialization.Encoding.PEM) for each in (ONE, TWO)]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ca.pem"


def count_trusted(text: str) -> int:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=text)
    return context.cert_store_stats()["x509"]


@pytest.mark.parametrize(
    "content",
    [
        PEM[0] + PEM[1],
        MARK + PEM[0] + MARK + PEM[1],
        "# Tőrzs CA\n".encode() + PEM[0] + b"# \xff\n" + PEM[1],
        PEM[0] + "\N{NO-BREAK SPACE}".encode() + PEM[1],
        PEM[0].rstrip() + PEM[1].rstrip(),
        MARK + PEM[0].rstrip() + MARK + PEM[1].rstrip(),
    ],
    ids=["plain", "marks", "comments", "space", "joined", "marks joined"],
)
def test_what_is_no_pem_is_left_out(file, content):
    """Joined files that were saved on Windows have a byte order mark each, and often no line end;
    names are in any encoding."""
    file.write_bytes(content)
    text = read_authorities(file)
    assert text.isascii()
    assert count_trusted(text) == 2


def test_one_certificate_in_der_is_taken(file):
    """Windows exports an authority in DER by default."""
    file.write_bytes(ONE.public_bytes(serialization.Encoding.DER))
    assert read_authorities(file).encode() == PEM[0]


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "is empty"),
        (b"text", r"holds no PEM certificate\. Name a PEM file"),
        (b"x" * (16 * MAX_BYTES + 1), "is larger than 16 MiB"),
        (
            b"\xfe\xed\xfe\xed\0\0\0\2",
            r"is a JKS key store, .*keytool -list -rfc -keystore .*ca\.pem -storetype JKS > ca",
        ),
        (b"\xce\xce\xce\xce\0\0\0\2", "is a JCEKS key store, .*-storetype JCEKS > ca"),
        (key_store([("a", make_pair("a"), ())]), "openssl pkcs12 -nokeys -in .*ca.pem"),
    ],
    ids=["empty", "text", "large", "JKS", "JCEKS", "PKCS#12"],
)
def test_what_is_no_file_of_authorities_is_named(file, content, advice):
    """The error says what to do about it."""
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=rf"The CA certificate file .*{advice}"):
        read_authorities(file)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has named pipes")
def test_a_pipe_or_a_device_holds_nobody_up(file, monkeypatch):
    """A plain open would wait for ever for the one and read the other without end."""
    monkeypatch.setattr(bounded_read, "_PIPE_SECONDS", 0.0)
    os.mkfifo(file)
    with pytest.raises(ConfigurationError, match="is a pipe that was not written to"):
        read_authorities(file)
    with pytest.raises(ConfigurationError, match="it is a device"):
        read_authorities(Path("/dev/zero"))


USE = {"servers": "06082b06010505070301", "any": "0604551d2500", "mail": "06082b06010505070304"}


def in_openssls_form(pem, trusted=None, rejected=None):
    """A certificate as ``openssl x509 -trustout`` writes it, with its uses."""
    uses = b""
    for tag, use in ((0x30, trusted), (0xA0, rejected)):
        oid = bytes.fromhex(USE[use]) if use else b""
        uses += bytes([tag, len(oid)]) + oid if use else b""
    der = ssl.PEM_cert_to_DER_cert(pem) + bytes([0x30, len(uses)]) + uses
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN TRUSTED CERTIFICATE-----\n{body}-----END TRUSTED CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("uses", "is_trusted"),
    [
        ({}, True),
        ({"trusted": "servers"}, True),
        ({"trusted": "any"}, True),
        ({"trusted": "servers", "rejected": "mail"}, True),
        ({"trusted": "mail"}, False),
        ({"rejected": "servers"}, False),
        ({"trusted": "servers", "rejected": "servers"}, False),
    ],
)
def test_openssls_own_form(file, uses, is_trusted):
    """It is read as OpenSSL reads it: authorities that are not for servers are left out."""
    file.write_text(PEM[0].decode() + in_openssls_form(PEM[1].decode(), **uses))
    text = read_authorities(file)
    assert count_trusted(text) == 1 + is_trusted
    assert (PEM[1].decode().strip() in text) is is_trusted


def test_one_that_is_cut_off_in_openssls_form(file):
    """It is left to the library that reads certificates, which refuses it."""
    text = in_openssls_form(PEM[0].decode(), trusted="servers").splitlines(keepends=True)
    file.write_text("".join([*text[:3], text[-1]]))
    assert "TRUSTED" in read_authorities(file)


def test_none_for_servers(file):
    """If no authority of a file is left, the error says so."""
    file.write_text(in_openssls_form(PEM[0].decode(), trusted="mail"))
    with pytest.raises(ConfigurationError, match="trusts none of its certificates for servers"):
        read_authorities(file)

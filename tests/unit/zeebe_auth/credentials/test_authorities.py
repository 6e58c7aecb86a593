"""A file of authorities becomes one text, whatever it is and however it was joined."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from key_stores import key_store, make_pair

from zeebe_auth import ConfigurationError
from zeebe_auth.adapters import read_authorities
from zeebe_auth.small_files import MAX_BYTES

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
    """Files that Windows saved, joined to one, have a mark each, and often no line end; names are
    in any encoding."""
    file.write_bytes(content)
    text = read_authorities(file)
    assert text.isascii()
    assert count_trusted(text) == 2


def test_one_certificate_in_der_is_taken(file):
    """Windows exports an authority so, unless it is told otherwise."""
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
    """With what to do about it."""
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=rf"The CA certificate file .*{advice}"):
        read_authorities(file)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has named pipes")
def test_a_pipe_or_a_device_holds_nobody_up(file, monkeypatch):
    """Opened in the usual way, the one waits for ever and the other has no end."""
    monkeypatch.setattr("zeebe_auth.small_files._PIPE_SECONDS", 0.0)
    os.mkfifo(file)
    with pytest.raises(ConfigurationError, match="is a pipe that was not written to"):
        read_authorities(file)
    with pytest.raises(ConfigurationError, match="it is a device"):
        read_authorities(Path("/dev/zero"))

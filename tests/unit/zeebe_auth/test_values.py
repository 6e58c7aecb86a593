"""Secrets, tokens, credentials, keys and refusals: the frozen values of the package."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth import (
    AccessToken,
    AssertionFile,
    ClientCertificate,
    ClientCredentials,
    ClientSecret,
    ConfigurationError,
    PrivateKey,
    Public,
    Refusal,
    Secret,
    TokenKey,
)

HIDDEN = "hunter2"
URL = "https://login.example/token"


def credentials(**changes: object) -> ClientCredentials:
    fields = {
        "client_id": "me",
        "authentication": ClientSecret(Secret(HIDDEN)),
        "token_url": URL,
        **changes,
    }
    return ClientCredentials(**fields)


def test_a_secret_does_not_print(caplog):
    """It is hidden in str, repr, format, f-strings, percent, logging and a container's repr."""
    secret = Secret(HIDDEN)
    logging.getLogger("test").warning("%s %r", secret, secret)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret:>20}", repr([secret]), caplog.text]
    shown += ["%s" % secret, "{}".format(secret), repr(credentials())]  # noqa: UP031, UP032 - each way to format is tested
    assert not any(HIDDEN in text for text in shown)


def test_a_secret_is_not_dumped():
    """JSON, pickle and vars() all fail."""
    for dump in (json.dumps, pickle.dumps, vars):
        with pytest.raises(TypeError):
            dump(Secret(HIDDEN))


def test_a_secret_cannot_be_changed():
    """Attributes can be neither set nor deleted."""
    secret = Secret(HIDDEN)
    with pytest.raises(AttributeError):
        secret._value = "other"
    with pytest.raises(AttributeError):
        del secret._value
    assert secret.reveal() == HIDDEN


def test_a_secret_equals_only_a_secret():
    """It never equals a string, so that a comparison can't probe it by accident."""
    assert Secret(HIDDEN) == Secret(HIDDEN)
    assert Secret(HIDDEN) != Secret("other")
    assert Secret(HIDDEN) != HIDDEN
    assert hash(Secret(HIDDEN)) == hash(Secret(HIDDEN))
    assert Secret("\ud800") == Secret("\ud800")


def test_a_secret_copies_to_itself():
    """A deep copy of a structure has the same secret, not a second one that could leak."""
    secret = Secret(HIDDEN)
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_a_secret_is_a_string():
    """Bytes are refused without being shown; bool() tells whether it is empty."""
    with pytest.raises(TypeError) as failure:
        Secret(HIDDEN.encode())
    assert HIDDEN not in str(failure.value)
    assert not Secret("")
    assert Secret(HIDDEN)


def test_the_header_value_is_ready_and_hidden():
    """`authorization` returns it; vars(), repr(), asdict() and fields() don't."""
    token = AccessToken(Secret(HIDDEN))
    assert token.authorization == f"Bearer {HIDDEN}"
    assert HIDDEN not in repr(token)
    assert HIDDEN not in repr(dataclasses.asdict(token))
    with pytest.raises(TypeError):
        vars(token)
    with pytest.raises(TypeError):
        pickle.dumps(token)
    assert copy.deepcopy(token).authorization == token.authorization


def test_a_header_in_printed_metadata_shows_its_scheme_alone() -> None:
    """gRPC's frames have a failed call's metadata, and error reporters print them."""
    token = AccessToken(Secret(HIDDEN))
    metadata = (("authorization", token.authorization),)
    assert repr(metadata) == "(('authorization', 'Bearer **********'),)"
    assert token.authorization.encode() == f"Bearer {HIDDEN}".encode()


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer"])
def test_bearer_is_written_as_strict_gateways_want_it(scheme):
    """An authorization server's ``bearer`` in lower case becomes ``Bearer``."""
    assert AccessToken(Secret("t"), scheme).authorization == "Bearer t"


@pytest.mark.parametrize("value", ["", "a b", "a\nb", "ü", "a\x00"])
def test_what_is_not_valid_in_a_header_is_no_token(value):
    """It is refused when the token is made, and not shown."""
    with pytest.raises(ValueError, match="visible ASCII") as failure:
        AccessToken(Secret(value))
    assert not value or value not in str(failure.value)


@pytest.mark.parametrize("moment", [float("nan"), float("inf")])
def test_times_are_finite(moment):
    """A token without an end has the expiry None, not infinity."""
    with pytest.raises(ValueError, match="finite"):
        AccessToken(Secret("t"), expires_at=moment)


@given(
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1),
    st.floats(0, 1e12),
    st.none() | st.floats(0, 1e12),
    st.none() | st.text(),
)
def test_a_record_gives_the_token_back(value, issued_at, expires_at, scope):
    """`from_record` reverses `to_record`, through JSON too."""
    token = AccessToken(Secret(value), "Bearer", issued_at, expires_at, scope=scope)
    record = json.loads(json.dumps(token.to_record()))
    assert AccessToken.from_record(record) == token


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"access_token": 7},
        {"access_token": "a b"},
        {"token_type": None},
        {"issued_at": "now"},
        {"issued_at": True},
        {"expires_at": []},
        {"scope": 1},
    ],
)
def test_a_broken_record_is_refused_without_being_shown(change):
    """Whatever a file contains, the error names the field and not its content."""
    record = {**AccessToken(Secret(HIDDEN)).to_record(), **change}
    with pytest.raises(ValueError, match="token") as failure:
        AccessToken.from_record(record)
    assert HIDDEN not in str(failure.value)


def test_credentials_need_a_client_id_an_address_and_a_known_format():
    """A missing part is reported at once."""
    for changes, word in [
        ({"client_id": ""}, "client id"),
        ({"token_url": None}, "token URL"),
        ({"request_format": "xml"}, "request format"),
    ]:
        with pytest.raises(ConfigurationError, match=word):
            credentials(**changes)


def test_credentials_are_the_simplest_source():
    """They load as themselves."""
    given_ones = credentials()
    assert given_ones.load() is given_ones


def test_the_token_url_wins_over_discovery():
    """The order is token URL, well-known URL, issuer."""
    all_three = credentials(well_known_url="https://w", issuer="https://i")
    assert all_three.authority_url == URL
    assert dataclasses.replace(all_three, token_url=None).authority_url == "https://w"


def test_different_identities_never_share_a_key():
    """Each part of an identity makes another key."""
    thumb = "ab" * 32
    variants = [
        credentials(),
        credentials(client_id="you"),
        credentials(token_url="https://other/token"),
        credentials(audience="a"),
        credentials(scopes=("a",)),
        credentials(scopes=("a", "b")),
        credentials(resources=("https://a",)),
        credentials(grant="other"),
        credentials(authentication=Public()),
        credentials(authentication=PrivateKey(Secret("k"))),
        credentials(authentication=AssertionFile(Path("t"), "s1")),
        credentials(authentication=AssertionFile(Path("t"), "s2")),
        credentials(authentication=ClientCertificate(Path("c"), None, thumb)),
        credentials(authentication=ClientCertificate(Path("c"), None, "cd" * 32)),
    ]
    assert len({TokenKey.of(each).digest for each in variants}) == len(variants)


def test_the_same_identity_has_the_same_key():
    """Neither the secret, nor the order of scopes, nor who gave it makes another one."""
    one = credentials(scopes=("a", "b"))
    two = credentials(
        scopes=("b", "a"), authentication=ClientSecret(Secret("rotated")), origin="file"
    )
    assert TokenKey.of(one) == TokenKey.of(two)
    assert len(TokenKey.of(one).digest) == 64


def test_a_label_says_whose_token_it_is():
    """It has client, host and audience, for people."""
    assert TokenKey.of(credentials(audience="zeebe")).label == "me at login.example for zeebe"


def test_a_derived_key_is_another_key():
    """A second lock never collides with a token's own."""
    key = TokenKey.of(credentials())
    assert key.derived("x") != key
    assert key.derived("x") == key.derived("x") != key.derived("y")


@pytest.mark.parametrize("digest", ["", "a" * 63, "A" * 64, "../" + "a" * 61])
def test_a_digest_is_hex(digest):
    """A store may use it in a file name."""
    with pytest.raises(ValueError, match="64"):
        TokenKey(digest)


def test_a_fingerprint_follows_the_proof(tmp_path):
    """It changes with secret, key, certificate and assertion file, and with the salt."""
    path = tmp_path / "assertion"
    path.write_text("one")
    kinds = [
        ClientSecret(Secret("a")),
        ClientSecret(Secret("b")),
        PrivateKey(Secret("a")),
        ClientCertificate(Path("c"), None, "ab" * 32),
        AssertionFile(path),
        AssertionFile(tmp_path / "missing"),
        Public(),
    ]
    prints = {credentials(authentication=kind).fingerprint("salt") for kind in kinds}
    assert len(prints) == len(kinds)
    before = credentials(authentication=AssertionFile(path)).fingerprint("salt")
    path.write_text("another")
    assert credentials(authentication=AssertionFile(path)).fingerprint("salt") != before
    assert credentials().fingerprint("one") != credentials().fingerprint("two")


def test_a_refusal_concerns_the_credentials_it_was_made_for():
    """A changed secret ends it; a rate limit applies to everybody."""
    changed = credentials(authentication=ClientSecret(Secret("corrected")))
    refused = Refusal.of(credentials(), until=1, kind="refused")
    assert refused.concerns(credentials())
    assert not refused.concerns(changed)
    assert Refusal.of(credentials(), until=1, kind="rate_limited").concerns(changed)


def test_a_refusal_record_goes_there_and_back():
    """It can be read back from JSON, and has nothing of the secret."""
    refusal = Refusal.of(credentials(), until=12.5, kind="refused", count=3)
    text = json.dumps(refusal.to_record())
    assert Refusal.from_record(json.loads(text)) == refusal
    assert HIDDEN not in text


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"until": "x"},
        {"until": True},
        {"until": float("inf")},
        {"kind": "other"},
        {"count": 0},
        {"count": True},
        {"fingerprint": None},
    ],
)
def test_a_broken_refusal_record_is_refused(change):
    """An invalid record of a foreign writer is not used."""
    record = {**Refusal.of(credentials(), until=1, kind="refused").to_record(), **change}
    with pytest.raises(ValueError, match="refusal record"):
        Refusal.from_record(record)


def test_a_certificate_file_gives_its_thumbprint(tmp_path):
    """SHA-256 over the DER of the first certificate in the file."""
    import base64
    import hashlib

    der = b"not really a certificate"
    body = base64.encodebytes(der).decode()
    path = tmp_path / "client.pem"
    path.write_text(f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
    assert ClientCertificate.from_files(path).thumbprint == hashlib.sha256(der).hexdigest()
    for broken in (tmp_path / "missing", tmp_path):
        with pytest.raises(ConfigurationError, match="client certificate in"):
            ClientCertificate.from_files(broken)

"""A PKCS#12 file with several keys: the one that is meant is used, or none."""

from __future__ import annotations

import sys
import traceback

import pytest
from asn1crypto import cms, core, pkcs12
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from key_pairs import make_pair
from key_stores import key_store, written

from zeebe_auth import ClientCertificate, ClientCredentials, ConfigurationError, PrivateKey
from zeebe_auth.token_endpoint.client_authentication.signing_key import signing_key

PASSWORD = "pässword-that-must-not-leak"
FIRST, SECOND, ROOT = make_pair("first"), make_pair("second"), make_pair("root")
LEAF = make_pair("leaf", ROOT)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "client.p12"


def pem(pair) -> str:
    key = pair[0].private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return key.decode()


def signs_with(authentication: PrivateKey):
    """The public key of what signs."""
    credentials = ClientCredentials(
        client_id="c", authentication=authentication, token_url="https://token.example"
    )
    key = signing_key(authentication, credentials).key
    return serialization.load_pem_public_key(key.as_pem(private=False))


def names_in(pair) -> list[str]:
    chain = x509.load_pem_x509_certificates(pair.certificate_chain)
    return [each.subject.rfc4514_string() for each in chain]


@pytest.mark.parametrize("password", [PASSWORD, None])
@pytest.mark.parametrize(
    ("alias", "meant"), [("first", FIRST), ("FIRST", FIRST), ("Second", SECOND), ("second", SECOND)]
)
def test_the_key_with_the_alias_signs(file, alias, meant, password):
    """Case doesn't matter, as in Java; the first key isn't used by chance."""
    file.write_bytes(key_store([("First", FIRST, ()), ("second", SECOND, ())], password))
    found = signs_with(PrivateKey(file, password=password, alias=alias))
    assert found == meant[0].public_key()


@pytest.mark.parametrize("alias", ["first", "SECOND"])
def test_the_certificate_with_the_alias_is_shown(file, alias):
    """It is sent with its key and its issuers, and without the certificates of other keys."""
    entries = [("first", FIRST, ()), ("second", LEAF, [ROOT[1]])]
    file.write_bytes(key_store(entries, PASSWORD))
    certificate = ClientCertificate.from_files(file, password=PASSWORD, alias=alias)
    pair = certificate.read()
    assert pair.thumbprint == certificate.thumbprint
    assert names_in(pair) == (["CN=first"] if alias == "first" else ["CN=leaf", "CN=root"])


def test_several_keys_and_no_alias_are_refused(file):
    """The first would be a guess: a server would refuse it, or take the client for another one."""
    file.write_bytes(key_store([("First", FIRST, ()), ("second", SECOND, ())], PASSWORD))
    both = r"one of 2 in the PKCS#12 file: 'First', 'second'\. Choose one by its alias"
    with pytest.raises(ConfigurationError, match=rf"{both} \(private_key_alias\)") as caught:
        signs_with(PrivateKey(file, password=PASSWORD))
    assert_hidden(caught.value)
    with pytest.raises(ConfigurationError, match=rf"{both} \(client_key_alias\)") as caught:
        ClientCertificate.from_files(file, password=PASSWORD)
    assert_hidden(caught.value)


@pytest.mark.parametrize("entries", [[("one", FIRST, ())], [("one", FIRST, ()), ("2", SECOND, ())]])
def test_an_alias_that_is_not_there_is_refused(file, entries):
    """This holds also for a file with one key: it is not the requested one."""
    file.write_bytes(key_store(entries))
    with pytest.raises(ConfigurationError, match=r"with the alias 'x': the file has 'one'"):
        signs_with(PrivateKey(file, alias="x"))


def test_two_keys_of_one_alias_are_refused(file):
    """Other programs than Java's write such files."""
    file.write_bytes(key_store([("one", FIRST, ()), ("One", SECOND, ())]))
    with pytest.raises(ConfigurationError, match="one of 2 in the PKCS#12 file with the alias"):
        signs_with(PrivateKey(file, alias="one"))


def test_a_key_without_an_alias_has_its_number(file):
    """Java numbers such keys; openssl writes such files."""
    file.write_bytes(key_store([(None, FIRST, ()), ("a", LEAF, ()), (None, SECOND, ())]))
    assert signs_with(PrivateKey(file, alias="2")) == SECOND[0].public_key()
    with pytest.raises(ConfigurationError, match=r"'1', 'a', '2'"):
        signs_with(PrivateKey(file))


@pytest.mark.parametrize("alias", [None, "one", "ONE"])
def test_one_key_needs_no_alias(file, alias, monkeypatch):
    """It doesn't need the optional package either, if its certificate has the alias."""
    monkeypatch.setitem(sys.modules, "asn1crypto", None)
    file.write_bytes(key_store([("One", FIRST, ())], PASSWORD))
    assert signs_with(PrivateKey(file, password=PASSWORD, alias=alias)) == FIRST[0].public_key()


def in_pieces(content: bytes, size: int) -> bytes:
    """The same in BER with indefinite lengths, as Firefox, NSS, macOS and Bouncy Castle write
    it."""
    pfx = pkcs12.Pfx.load(content)
    inside, kind = pfx["auth_safe"]["content"].native, pfx["auth_safe"]["content_type"].dump()
    pieces = [core.OctetString(inside[n : n + size]).dump() for n in range(0, len(inside), size)]
    info = b"\x30\x80" + kind + b"\xa0\x80\x24\x80" + b"".join(pieces) + b"\0\0" * 3
    return b"\x30\x80" + pfx["version"].dump() + info + pfx["mac_data"].dump() + b"\0\0"


@pytest.mark.parametrize("alias", [None, "one"])
@pytest.mark.parametrize("size", [7, 100, 100_000])
@pytest.mark.filterwarnings("ignore:PKCS#12 bundle could not be parsed as DER")
def test_one_key_in_ber_needs_no_package(file, monkeypatch, alias, size):
    """Many exports of browsers are BER: a single key is recognised there, too."""
    monkeypatch.setitem(sys.modules, "asn1crypto", None)
    file.write_bytes(in_pieces(key_store([("One", FIRST, ())], PASSWORD), size))
    assert signs_with(PrivateKey(file, password=PASSWORD, alias=alias)) == FIRST[0].public_key()


@pytest.mark.parametrize("size", [7, 100, 100_000])
@pytest.mark.filterwarnings("ignore:PKCS#12 bundle could not be parsed as DER")
def test_several_keys_in_ber_are_seen(file, monkeypatch, size):
    """They are recognised although the names of their types are split."""
    content = key_store([("first", FIRST, ()), ("second", SECOND, ())], PASSWORD)
    file.write_bytes(in_pieces(content, size))
    with pytest.raises(ConfigurationError, match="one of 2 in the PKCS#12 file"):
        signs_with(PrivateKey(file, password=PASSWORD))
    found = signs_with(PrivateKey(file, password=PASSWORD, alias="second"))
    assert found == SECOND[0].public_key()
    monkeypatch.setitem(sys.modules, "asn1crypto", None)
    with pytest.raises(ConfigurationError, match="can't be told from others"):
        signs_with(PrivateKey(file, password=PASSWORD))


@pytest.mark.parametrize("depth", [1, 2])
def test_keys_in_a_bag_of_bags_are_seen(file, monkeypatch, depth):
    """The first of two isn't used (RFC 7292, 4.2.6)."""
    parts = []
    for part in pkcs12.Pfx.load(
        key_store([("a", FIRST, ()), ("b", SECOND, ())])
    ).authenticated_safe:
        for _ in range(depth):
            bags = pkcs12.SafeContents.load(part["content"].native)
            bag = pkcs12.SafeBag({"bag_id": "safe_contents", "bag_value": bags})
            part["content"] = pkcs12.SafeContents([bag]).dump()
        parts.append(part)
    file.write_bytes(written(parts))
    for alias in (None, "b"):
        with pytest.raises(ConfigurationError, match=r"one of 2 .* Export that key alone"):
            signs_with(PrivateKey(file, alias=alias))
    monkeypatch.setitem(sys.modules, "asn1crypto", None)
    with pytest.raises(ConfigurationError, match="can't be told from others"):
        signs_with(PrivateKey(file))


def test_a_secret_key_beside_it_is_no_other_private_key(file, monkeypatch):
    """Java writes one into a bag that has the identifier of a private key's bag inside."""
    monkeypatch.setitem(sys.modules, "asn1crypto", None)
    secret = bytes.fromhex(  # secretBag { pkcs8ShroudedKeyBag, [0] OCTET STRING "s" }
        "3023060b2a864886f70d010c0a0105a014 3012060b2a864886f70d010c0a0102a003040173"
    )
    loaded = pkcs12.Pfx.load(key_store([("one", FIRST, ())]))
    extra = cms.ContentInfo({"content_type": "data", "content": b"\x30\x25" + secret})
    file.write_bytes(written([*loaded.authenticated_safe, extra]))
    assert signs_with(PrivateKey(file)) == FIRST[0].public_key()


@pytest.mark.parametrize("alias", ["x", "2"])
def test_without_the_package_one_key_is_not_said_to_have_others(file, alias, monkeypatch):
    """The error doesn't claim that there are others."""
    monkeypatch.setitem(sys.modules, "asn1crypto", None)
    file.write_bytes(key_store([("One", FIRST, ())], PASSWORD))
    with pytest.raises(ConfigurationError, match=r"compared with the alias .*leave the alias out"):
        signs_with(PrivateKey(file, password=PASSWORD, alias=alias))


@pytest.mark.parametrize("alias", [None, "first"])
def test_without_the_package_several_keys_are_refused(file, alias, monkeypatch):
    """The error has the command that installs it."""
    monkeypatch.setitem(sys.modules, "asn1crypto", None)
    file.write_bytes(key_store([("first", FIRST, ()), ("second", SECOND, ())], PASSWORD))
    with pytest.raises(
        ConfigurationError, match=r"asn1crypto.*pip install 'zeebe-credentials\[keystore\]'"
    ) as caught:
        signs_with(PrivateKey(file, password=PASSWORD, alias=alias))
    assert_hidden(caught.value)


def test_the_alias_of_the_certificate_counts(file):
    """Windows gives the key a name of its own, which no tool shows."""
    parts = []
    for alias, pair in (("Mine", FIRST), ("Other", SECOND)):
        for part in pkcs12.Pfx.load(key_store([(alias, pair, ())])).authenticated_safe:
            bags = pkcs12.SafeContents.load(part["content"].native)
            for bag in bags:
                if bag["bag_id"].native == "key_bag":
                    (name,) = (
                        a for a in bag["bag_attributes"] if a["type"].native == "friendly_name"
                    )
                    name["values"] = [f"tp-{alias}"]
            part["content"] = bags.dump(force=True)
            parts.append(part)
    file.write_bytes(written(parts))
    assert signs_with(PrivateKey(file, alias="other")) == SECOND[0].public_key()
    assert signs_with(PrivateKey(file, alias="tp-mine")) == FIRST[0].public_key()


def test_a_wrong_password_is_told_before_anything(file):
    """It is reported whatever the alias is."""
    file.write_bytes(key_store([("first", FIRST, ()), ("second", SECOND, ())], PASSWORD))
    with pytest.raises(ConfigurationError, match="can't be opened with its password"):
        signs_with(PrivateKey(file, password="wrong", alias="second"))


def test_another_alias_is_another_proof(file):
    """A refused key doesn't delay the next one."""
    file.write_bytes(key_store([("first", FIRST, ()), ("second", SECOND, ())]))
    proofs = {PrivateKey(file, alias=alias)._proof() for alias in ("first", "second", None)}
    assert len(proofs) == 3


def test_a_pem_file_with_several_keys_is_refused(tmp_path):
    """PEM has no aliases to choose by."""
    file = tmp_path / "both.pem"
    file.write_text(pem(FIRST) + pem(SECOND))
    with pytest.raises(ConfigurationError, match="is one of several in its PEM"):
        signs_with(PrivateKey(file))


def assert_hidden(error) -> None:
    shown = [str(error), repr(error.__cause__), repr(error.__context__)]
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename != __file__:
            shown += [repr(value) for value in frame.f_locals.values()]
    assert PASSWORD not in "\n".join(shown)
    assert "PRIVATE KEY" not in "\n".join(shown)

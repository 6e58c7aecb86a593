"""A token's key: different identities never share one, and the same identity always has the
same."""

from __future__ import annotations

import base64
import json
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth import (
    ActorToken,
    AssertionFile,
    ClientCertificate,
    ClientCredentials,
    ClientSecret,
    ConfigurationError,
    PrivateKey,
    Public,
    Secret,
    SubjectToken,
    TokenKey,
)

URL = "https://login.example/token"
CREDENTIALS = {"client_id": "me", "authentication": ClientSecret(Secret("s")), "token_url": URL}


def key_of(**changes: object) -> TokenKey:
    return TokenKey.of(ClientCredentials(**{**CREDENTIALS, **changes}))


def jwt(**claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2lnbmF0dXJl"


# Few words, so that the same one is often in two places.
WORDS = st.sampled_from(
    ["a", "b", "a b", "/a", "subject", "actor", "https://h/", "1", "é", "\ud800"]
)
HOSTS = st.sampled_from(["h.example", "i.example", "[::1]"])
PATHS = st.sampled_from(["", "/", "/a", "/A", "/a/", "/a//", "?q", "/?q=/", "/a?q=/"])


@st.composite
def urls(draw: st.DrawFn, *, is_issuer: bool = False) -> tuple[str, object]:
    """A URL as a user writes it, and its meaning."""
    if draw(st.booleans()):
        odd = draw(st.sampled_from(["nonsense", "https://u@h.example/a", "HTTPS://bücher.example"]))
        return odd, odd
    scheme, host, path = draw(st.sampled_from(["http", "https"])), draw(HOSTS), draw(PATHS)
    port = draw(st.sampled_from([None, 80, 443, 8443]))
    written = draw(st.sampled_from([str, str.upper, str.title]))
    default = {"http": 80, "https": 443}[scheme]
    shown_port = f":{port}" if port else draw(st.sampled_from(["", ":", f":{default}"]))
    meant_path = path if path.startswith("/") else f"/{path}"
    if is_issuer and "?" not in meant_path:
        meant_path = meant_path.rstrip("/")
    text = f"{written(scheme)}://{written(host)}{shown_port}{path}"
    return text, (scheme, host, port or default, meant_path)


@st.composite
def authentications(draw: st.DrawFn) -> tuple[object, object]:
    word = draw(WORDS)
    path = Path("/") / draw(st.sampled_from(["a", "b"]))
    return draw(
        st.sampled_from(
            [
                (ClientSecret(Secret(word)), "client_secret"),
                (ClientSecret(Secret("x"), "client_secret_basic"), "client_secret"),
                (PrivateKey(Secret(word)), "private_key"),
                (PrivateKey(path), "private_key"),
                (Public(), "public"),
                (AssertionFile(path, word), ("assertion_file", word)),
                (ClientCertificate(path, None, word), ("client_certificate", word)),
            ]
        )
    )


@st.composite
def exchanged(draw: st.DrawFn, kind: type) -> tuple[object, object]:
    """A token to exchange, and its subject."""
    token_type, uri = draw(
        st.sampled_from(
            [
                ("jwt", "urn:ietf:params:oauth:token-type:jwt"),
                ("urn:ietf:params:oauth:token-type:jwt",) * 2,
                ("x:y", "x:y"),
            ]
        )
    )
    if draw(st.booleans()):
        subject = draw(WORDS)
        where = draw(st.sampled_from([Path("/a"), lambda: Secret("t"), Secret("t")]))
        return kind(where, token_type, subject), (uri, "subject", subject)
    text = draw(st.sampled_from(["a", "b", "subject", jwt(sub="a"), jwt(sub="b")]))
    return kind(Secret(text), token_type), (uri, "text", text)


@st.composite
def identities(draw: st.DrawFn) -> tuple[ClientCredentials, object]:
    """Credentials as a user writes them, and their meaning, computed without the code under
    test."""
    fields: dict[str, object] = {"client_id": draw(WORDS)}
    meant: list[object] = [fields["client_id"]]
    kinds = ("token_url", "well_known_url", "issuer")
    kind = draw(st.sampled_from(kinds))
    fields[kind], address = draw(urls(is_issuer=kind == "issuer"))
    meant += [kind, address]
    for lesser in kinds[kinds.index(kind) + 1 :]:
        fields[lesser] = draw(st.sampled_from([None, "https://other.example"]))
    audience = draw(st.one_of(st.none(), st.just(""), WORDS))
    scopes = tuple(draw(st.lists(st.sampled_from(["a", "b", "a b", "b  a", "", " "]), max_size=3)))
    resources = tuple(draw(st.lists(WORDS, max_size=2)))
    requested = draw(st.sampled_from([None, "jwt", "urn:ietf:params:oauth:token-type:jwt"]))
    fields |= {"audience": audience, "scopes": scopes, "resources": resources}
    meant += [audience or None, frozenset(" ".join(scopes).split()), resources]
    fields["authentication"], proof = draw(authentications())
    meant.append(proof)
    subject = actor = None
    if draw(st.booleans()):
        fields["subject_token"], subject = draw(exchanged(SubjectToken))
        fields["requested_token_type"] = requested
        if draw(st.booleans()):
            fields["actor_token"], actor = draw(exchanged(ActorToken))
    else:
        fields["grant"] = draw(st.sampled_from(["client_credentials", "a"]))
        requested = None
        meant.append(fields["grant"])
    return ClientCredentials(**fields), (*meant, subject, actor, requested is not None)


@given(st.lists(identities(), min_size=2, max_size=12))
def test_keys_are_equal_exactly_where_identities_are(written):
    """The spelling doesn't matter: no key is shared by two, and nobody has two."""
    keys = [TokenKey.of(credentials) for credentials, _ in written]
    for i, (_, one) in enumerate(written):
        for j, (_, other) in enumerate(written):
            assert (keys[i] == keys[j]) == (one == other)


@given(
    identities(), st.sampled_from(["client_id", "audience"]), st.text(string.printable, max_size=5)
)
def test_any_other_word_is_another_identity(written, field, word):
    """Values that a server may distinguish are never treated as equal."""
    credentials = written[0]
    fields = {name: getattr(credentials, name) for name in _FIELDS}
    changed = ClientCredentials(**{**fields, field: f"{getattr(credentials, field) or ''}{word}!"})
    assert TokenKey.of(changed) != TokenKey.of(credentials)


_FIELDS = (
    "client_id", "authentication", "token_url", "well_known_url", "issuer", "grant", "audience",
    "scopes", "resources", "subject_token", "actor_token", "requested_token_type",
)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"token_url": "HTTPS://Login.Example:443/token"}),
        ({"token_url": "https://h"}, {"token_url": "https://h/"}),
        ({"token_url": "http://h:80/t"}, {"token_url": "http://h/t"}),
        (
            {"token_url": None, "issuer": "https://h/realm"},
            {"token_url": None, "issuer": "https://h/realm/"},
        ),
        ({"scopes": ("a", "b")}, {"scopes": ("b a",)}),
        ({"audience": ""}, {"audience": None}),
    ],
)
def test_two_ways_to_write_it_are_one_identity(one, other):
    """Adding a port or a slash causes no new token request."""
    assert key_of(**one) == key_of(**other)


@pytest.mark.parametrize(
    "others",
    [
        # Paths may differ by case and by a final slash: only an issuer's does not.
        [{"token_url": "https://h/a"}, {"token_url": "https://h/A"}, {"token_url": "https://h/a/"}],
        [{"token_url": "https://h:8443/"}, {"token_url": "https://h/"}, {"token_url": "http://h/"}],
        [
            {"token_url": None, name: "https://h/x"}
            if name != "token_url"
            else {name: "https://h/x"}
            for name in ("token_url", "well_known_url", "issuer")
        ],
        [
            {"subject_token": SubjectToken(Secret("x"), subject="same")},
            {"subject_token": SubjectToken(Secret("same"))},
        ],
        [{"scopes": ("a",)}, {"audience": "a"}, {"resources": ("a",)}, {"client_id": "a"}],
    ],
)
def test_what_looks_alike_is_kept_apart(others):
    """The same word in another field is another identity."""
    assert len({key_of(**each) for each in others}) == len(others)


def test_a_path_and_an_equal_subject_are_kept_apart(tmp_path):
    """Nobody can get a file's tokens by choosing a subject."""
    file = tmp_path / "assertion"
    file.write_text(jwt(iss="i", sub="s"))
    by_path = key_of(authentication=AssertionFile(file))
    assert by_path != key_of(authentication=AssertionFile(file, str(file)))


def test_a_subject_token_in_another_working_directory_is_another_ones(tmp_path, monkeypatch):
    """The same relative path may mean another person's file there."""
    keys = []
    for person in ("ann", "bob"):
        (tmp_path / person).mkdir()
        (tmp_path / person / "user.jwt").write_text(f"t0ken.of-{person}")
        monkeypatch.chdir(tmp_path / person)
        keys.append(key_of(subject_token=SubjectToken(Path("user.jwt"))))
    assert keys[0] != keys[1]


@pytest.mark.parametrize(
    ("make", "path_of"),
    [
        (SubjectToken, lambda made: made.token),
        (lambda path: ActorToken(path, subject="a"), lambda made: made.token),
        (AssertionFile, lambda made: made.path),
        (PrivateKey, lambda made: made.key),
        (lambda path: PrivateKey(Secret("k"), certificate=path), lambda made: made.certificate),
        (lambda path: ClientCertificate(path, None, ""), lambda made: made.certificate_chain),
        (lambda path: ClientCertificate(path, path, ""), lambda made: made.private_key),
    ],
)
def test_a_relative_path_is_that_of_the_directory_it_was_given_in(
    make, path_of, tmp_path, monkeypatch
):
    """A program that changes its working directory still uses the same file."""
    monkeypatch.chdir(tmp_path)
    made = make(Path("file"))
    monkeypatch.chdir(tmp_path.parent)
    assert path_of(made) == tmp_path / "file"
    assert make(Path("file")) != made


def test_an_assertion_file_that_is_renewed_keeps_its_tokens(tmp_path):
    """It is renewed every hour for the same client; another client's file has another key."""
    file = tmp_path / "assertion"
    keys = []
    for claims in (
        {"iss": "cluster", "sub": "worker", "exp": 1},
        {"iss": "cluster", "sub": "worker", "exp": 2},
        {"iss": "cluster", "sub": "other"},
        {"iss": "elsewhere", "sub": "worker"},
        {"sub": "worker"},
        {"iss": "cluster", "sub": ["worker"]},
    ):
        file.write_text(jwt(**claims))
        keys.append(key_of(authentication=AssertionFile(file)))
    assert keys[0] == keys[1]
    assert len(set(keys)) == 5
    file.write_text("opaque-1")
    opaque = key_of(authentication=AssertionFile(file))
    file.write_text("opaque-2")
    assert key_of(authentication=AssertionFile(file)) != opaque


def test_two_assertion_files_of_one_client_are_kept_apart(tmp_path):
    """A file's claims are unverified, and don't count without its path."""
    keys = set()
    for name in ("mine", "yours"):
        (tmp_path / name).write_text(jwt(iss="cluster", sub="worker"))
        keys.add(key_of(authentication=AssertionFile(tmp_path / name)))
    assert len(keys) == 2


def test_a_forged_token_fetches_nothing_of_the_victims(tmp_path):
    """Anybody can write a JWT that claims to be Ann's; only its hash counts."""
    file = tmp_path / "user.jwt"
    file.write_text(jwt(iss="idp", sub="ann", jti="real"))
    anns = key_of(subject_token=SubjectToken(file))
    file.write_text(jwt(iss="idp", sub="ann", jti="forged"))
    forged = key_of(subject_token=SubjectToken(file))
    assert forged != anns
    assert forged.label == "me at login.example on behalf of ann (unverified)"


@pytest.mark.parametrize("sub", ["", "\x1b[2J", "two\nlines", 7, None])
def test_a_label_shows_no_control_characters_of_a_token(sub, tmp_path):
    """A label is printed on terminals and written into logs."""
    file = tmp_path / "user.jwt"
    file.write_text(jwt(sub=sub))
    assert key_of(subject_token=SubjectToken(file)).label.endswith(f"on behalf of {file}")


def test_an_empty_subject_vouches_for_nobody(tmp_path):
    """It would be shared by everybody for whom it was left empty."""
    keys = set()
    for name in ("ann", "bob"):
        (tmp_path / name).write_text(f"t0ken.of-{name}")
        keys.add(key_of(subject_token=SubjectToken(tmp_path / name, subject="")))
        keys.add(key_of(authentication=AssertionFile(tmp_path / name, "")))
    assert len(keys) == 4
    with pytest.raises(ConfigurationError, match="needs a subject"):
        SubjectToken(lambda: Secret("t"), subject="")


def test_a_token_at_hand_has_the_key_of_the_same_token_in_a_file(tmp_path):
    """The content counts, not where it came from."""
    (tmp_path / "user.jwt").write_text("t0ken.of-ann\n")
    in_file = SubjectToken(tmp_path / "user.jwt")
    assert key_of(subject_token=in_file) == key_of(
        subject_token=SubjectToken(Secret("t0ken.of-ann"))
    )


def test_a_key_of_ones_own() -> None:
    """Kind and parts are told apart, however they are divided; the label shows them."""
    key = TokenKey.for_identity("etcd", "host:1", "root")
    assert key == TokenKey.for_identity("etcd", "host:1", "root")
    assert key.label == "etcd host:1 root"
    others = [
        ("etcd", "host:1root"),
        ("etcd", "root", "host:1"),
        ("etcd",),
        ("x", "host:1", "root"),
    ]
    assert key not in [TokenKey.for_identity(*each) for each in others]


@pytest.mark.parametrize("parts", [("etcd", 5), (None,), ("etcd", Secret("s3cr3t"))])
def test_a_key_takes_strings_alone(parts) -> None:
    """A secret is no part of an identity, for the label shows it."""
    with pytest.raises(TypeError, match="str and no secret as the parts"):
        TokenKey.for_identity(*parts)


def test_a_key_needs_a_kind() -> None:
    """Two services that have the same users don't share tokens."""
    with pytest.raises(ValueError, match="needs a kind"):
        TokenKey.for_identity("")

"""A str where a secret is expected: wrapped at once, or refused without being quoted."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
from pathlib import Path

import pytest
from error_reports import everything_reachable

from zeebe_auth import (
    AccessToken,
    ActorToken,
    AssertionFile,
    BasicCredentialsProvider,
    ClientCertificate,
    ClientCredentials,
    ClientSecret,
    ConfigurationError,
    PrivateKey,
    Public,
    Secret,
    StaticCredentialsProvider,
    SubjectToken,
)

CANARY = "hunter2-must-not-be-shown"
PEM = f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----\n"
URL = "https://login.example/token"
CHAIN = Path("client.pem")


def certificate(password):
    return ClientCertificate(CHAIN, None, "ab" * 32, "tls_client_auth", password)


TAKERS = {
    "client secret": (ClientSecret, lambda made: made.secret),
    "key's password": (lambda p: PrivateKey(CHAIN, password=p), lambda made: made.password),
    "certificate's password": (certificate, lambda made: made.password),
    "access token": (AccessToken, lambda made: made.value),
    "static token": (StaticCredentialsProvider, lambda made: made.get_token().value),
    "short form": (
        lambda s: ClientCredentials(client_id="me", client_secret=s, token_url=URL),
        lambda made: made.authentication.secret,
    ),
    "short form of a dialect": (
        lambda s: ClientCredentials.for_dialect(
            "keycloak", client_id="me", client_secret=s, issuer="https://k.example/realms/r"
        ),
        lambda made: made.authentication.secret,
    ),
}


@pytest.fixture(params=TAKERS)
def taker(request):
    """Everything that takes a secret: how it is made, and which attribute has the secret."""
    return TAKERS[request.param]


def test_a_str_is_wrapped_at_once(taker):
    """It becomes a `Secret`, equal to one that is passed, and prints as stars."""
    make, secret_of = taker
    made = make(CANARY)
    assert isinstance(secret_of(made), Secret)
    assert secret_of(made) == Secret(CANARY) == secret_of(make(Secret(CANARY)))
    assert CANARY not in f"{made!r} {made}"


def test_values_of_a_str_and_of_a_secret_are_equal():
    """They also have the same hash, and stay equal after dataclasses.replace."""
    pairs = [
        (ClientSecret(CANARY), ClientSecret(Secret(CANARY))),
        (PrivateKey(PEM), PrivateKey(Secret(PEM))),
        (certificate(CANARY), certificate(Secret(CANARY))),
        (AccessToken(CANARY), AccessToken(Secret(CANARY))),
        (TAKERS["short form"][0](CANARY), TAKERS["short form"][0](Secret(CANARY))),
    ]
    for one, other in pairs:
        assert one == other
        assert hash(one) == hash(other)
        assert dataclasses.replace(one) == one
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(one, dataclasses.fields(one)[0].name, CANARY)


def test_replace_wraps_as_well():
    """dataclasses.replace does the same."""
    assert dataclasses.replace(ClientSecret("old"), secret=CANARY) == ClientSecret(CANARY)


def test_a_basic_password_may_be_a_str():
    """It may also be a `Secret`."""
    one, other = BasicCredentialsProvider("u", "p"), BasicCredentialsProvider("u", Secret("p"))
    assert one.get_token() == other.get_token()


def test_a_private_key_may_be_a_pem_string():
    """The new line at its end, which PEM has, is allowed."""
    assert PrivateKey(PEM).key == Secret(PEM)
    assert CANARY not in repr(PrivateKey(PEM))


def test_a_str_without_pem_is_no_key():
    """A str is not taken for a path."""
    with pytest.raises(TypeError, match=r"Path\(…\)") as caught:
        PrivateKey(f"/keys/{CANARY}.pem")
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_new_line_at_the_end_is_refused(taker, end):
    """A file was read whole; the error says what to do and holds no secret."""
    with pytest.raises(ConfigurationError, match=r"new line.*rstrip") as caught:
        taker[0](CANARY + end)
    assert CANARY not in everything_reachable(caught.value)


def test_a_new_line_in_a_password_is_refused():
    """It is refused for Basic authentication too."""
    with pytest.raises(ConfigurationError, match="new line") as caught:
        BasicCredentialsProvider("user", f"{CANARY}\n")
    assert CANARY not in everything_reachable(caught.value)


WRONG = {
    "bytes": CANARY.encode(),
    "list": [CANARY],
    "path": Path(CANARY),
    "dict": {"secret": CANARY},
    "number": 7,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_type_is_refused_at_construction(taker, wrong):
    """The error says what to pass, and neither a message nor a frame of ours has the value."""
    with pytest.raises(TypeError, match=r"^Pass a str or a Secret") as caught:
        taker[0](wrong)
    assert CANARY not in everything_reachable(caught.value)


@pytest.mark.parametrize("wrong", [WRONG["bytes"], WRONG["list"], 7, None], ids=str)
def test_a_wrong_key_is_refused_at_construction(wrong):
    """Bytes of PEM are refused too: the caller decodes them."""
    with pytest.raises(TypeError, match="PEM text") as caught:
        PrivateKey(wrong)
    assert CANARY not in everything_reachable(caught.value)


def exchanging(**given):
    subject = {"subject_token": SubjectToken(Path("user.jwt"))}
    return ClientCredentials(
        **{"client_id": "me", "client_secret": "s", "token_url": URL, **subject, **given}
    )


FILE_OR_TOKEN = r"^Pass .*Path\(…\) .*Secret\(…\) .* function"
TAKERS_OF_TOKENS = {
    "subject token": (SubjectToken, FILE_OR_TOKEN),
    "subject token of somebody": (lambda w: SubjectToken(w, "jwt", "ann"), FILE_OR_TOKEN),
    "actor token": (ActorToken, FILE_OR_TOKEN),
    "actor token of somebody": (lambda w: ActorToken(w, subject="bob"), FILE_OR_TOKEN),
    "assertion": (AssertionFile, r"^Pass Path\(…\) for the file"),
    "assertion of somebody": (lambda w: AssertionFile(w, "ann"), r"^Pass Path\(…\) for the file"),
    "subject_token=": (lambda w: exchanging(subject_token=w), FILE_OR_TOKEN),
    "actor_token=": (lambda w: exchanging(actor_token=w), FILE_OR_TOKEN),
    "subject_token= of a dialect": (
        lambda w: ClientCredentials.for_dialect(
            "generic", client_id="me", client_secret="s", token_url=URL, subject_token=w
        ),
        FILE_OR_TOKEN,
    ),
    "authentication=": (
        lambda w: ClientCredentials(client_id="me", authentication=w, token_url=URL),
        r"^Pass ClientSecret\(…\)",
    ),
}


@pytest.mark.parametrize("wrong", [CANARY, CANARY.encode(), [CANARY], {CANARY}], ids=repr)
@pytest.mark.parametrize("name", TAKERS_OF_TOKENS)
def test_a_token_in_a_str_is_neither_a_file_nor_a_secret(name, wrong):
    """It is refused with what to pass, and not quoted: it may be the token."""
    make, advice = TAKERS_OF_TOKENS[name]
    with pytest.raises(TypeError, match=advice) as caught:
        make(wrong)
    assert CANARY not in everything_reachable(caught.value)


@pytest.mark.parametrize(
    ("made", "name"), [(SubjectToken(Path("a")), "token"), (AssertionFile(Path("a")), "path")]
)
def test_replace_refuses_a_token_in_a_str_as_well(made, name):
    """dataclasses.replace does the same; its own frame is the caller's."""
    with pytest.raises(TypeError, match=r"^Pass Path\(…\)") as caught:
        dataclasses.replace(made, **{name: CANARY})
    assert CANARY not in str(caught.value)


def test_an_actor_is_no_subject():
    """A subject is no actor either."""
    with pytest.raises(TypeError, match=r"Pass SubjectToken\(…\).*not ActorToken"):
        exchanging(subject_token=ActorToken(Path("a")))
    with pytest.raises(TypeError, match=r"Pass ActorToken\(…\).*not SubjectToken"):
        exchanging(actor_token=SubjectToken(Path("a")))


def test_a_token_that_is_no_word_is_in_no_frame():
    """It is refused for its content, not for its type."""
    with pytest.raises(ConfigurationError, match="one word of ASCII") as caught:
        SubjectToken(Secret(f"two {CANARY}"))
    assert CANARY not in everything_reachable(caught.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda w: SubjectToken(Path("a"), w),
        lambda w: SubjectToken(Path("a"), subject=w),
        lambda w: ActorToken(Path("a"), w),
        lambda w: ActorToken(Path("a"), subject=w),
        lambda w: AssertionFile(Path("a"), w),
        lambda w: ClientSecret("s", w),
        lambda w: ClientSecret("s", algorithm=w),
        lambda w: ClientSecret("s", audience=w),
        lambda w: PrivateKey(CHAIN, w),
        lambda w: PrivateKey(CHAIN, algorithm=w),
        lambda w: PrivateKey(CHAIN, audience=w),
        lambda w: PrivateKey(CHAIN, certificate=w),
        lambda w: ClientCertificate(w, None, "ab"),
        lambda w: ClientCertificate(CHAIN, w, "ab"),
        ClientCertificate.from_files,
        lambda w: ClientCertificate.from_files(CHAIN, w),
        lambda w: AccessToken("t", w),
        lambda w: AccessToken("t", issued_at=w),
        lambda w: AccessToken("t", expires_at=w),
        lambda w: AccessToken("t", scope=w),
        lambda w: BasicCredentialsProvider(w, "p"),
        lambda w: BasicCredentialsProvider("u", w),
        *(
            lambda w, name=name: ClientCredentials(
                **{"client_id": "me", "client_secret": "s", "token_url": URL, name: w}
            )
            for name in (
                "client_id",
                "token_url",
                "well_known_url",
                "issuer",
                "revocation_url",
                "grant",
                "audience",
                "scopes",
                "resources",
                "requested_token_type",
                "request_format",
                "origin",
            )
        ),
        lambda w: ClientCredentials(client_id="me", authentication=w, token_url=URL),
        lambda w: ClientCredentials.for_dialect("auth0", client_id="me", issuer=w),
    ],
)
def test_any_wrong_type_is_refused(make):
    """Each argument of the constructors says what it takes; no value is quoted."""
    with pytest.raises(TypeError, match=r"^Pass ") as caught:
        make({CANARY})
    assert CANARY not in everything_reachable(caught.value)


@pytest.mark.parametrize("given", [{}, {"client_secret": "s", "authentication": Public()}])
def test_there_is_one_proof(given):
    """None or two are an error in the code."""
    with pytest.raises(TypeError, match="client_secret"):
        ClientCredentials(client_id="me", token_url=URL, **given)
    with pytest.raises(TypeError, match="client_secret"):
        ClientCredentials.for_dialect("generic", client_id="me", token_url=URL, **given)


@pytest.mark.parametrize(
    "kind",
    [
        ClientSecret,
        PrivateKey,
        AssertionFile,
        ClientCertificate,
        SubjectToken,
        ActorToken,
        ClientCredentials,
    ],
)
def test_the_constructors_show_what_they_take(kind):
    """For help() and editors they have the names of the fields, in their order."""
    parameters = list(inspect.signature(kind).parameters)
    names = [each.name for each in dataclasses.fields(kind) if each.init]
    assert [name for name in parameters if name in names] == names
    if kind is not ClientCredentials:
        assert kind.__match_args__ == tuple(names)


def test_values_without_a_secret_pickle():
    """The copies are equal."""
    values = [
        PrivateKey(CHAIN, "kid"),
        ClientCertificate(CHAIN, None, "ab" * 32),
        ClientCredentials(client_id="me", authentication=Public(), token_url=URL),
        AssertionFile(Path("client.jwt"), "ann"),
        SubjectToken(Path("user.jwt"), "jwt", "ann"),
        exchanging(client_secret=None, authentication=Public()),
    ]
    for value in values:
        assert pickle.loads(pickle.dumps(value)) == value

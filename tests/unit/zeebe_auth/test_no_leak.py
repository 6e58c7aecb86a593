"""No public object reveals a secret in any way in which objects are shown, dumped or traversed."""

from __future__ import annotations

import copy
import copyreg
import dataclasses
import inspect
import json
import logging
import pickle
import pprint
import reprlib
import traceback
from pathlib import Path

import keyring.core
import pytest
from error_reports import everything_reachable
from keyring.backend import KeyringBackend

import zeebe_auth
from zeebe_auth import (
    AccessToken,
    AssertionFunction,
    AuthError,
    BasicCredentialsProvider,
    CertificatePair,
    ChainSource,
    ClientCertificate,
    ClientCredentials,
    ClientSecret,
    CommandSource,
    CommandTokenFetcher,
    ConfigurationError,
    EnvSource,
    FetchingCredentialsProvider,
    FileStore,
    HeadersProvider,
    Httpx2Auth,
    HttpxAuth,
    JwtBearerGrant,
    KeychainEncryption,
    KeyringStore,
    MemoryStore,
    OAuthCredentialsProvider,
    PrivateKey,
    Profile,
    RequestsAuth,
    Secret,
    StaticCredentialsProvider,
    StoreError,
    TokenKey,
    TokenTransport,
    adopt,
    explain_profile,
    follow,
    load_profile,
)
from zeebe_auth.clock import SYSTEM_CLOCK
from zeebe_auth.provider.parts import StoreAccess

CANARY = "hunter2-must-not-be-shown"
PEM = f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----\n"
URL = f"https://user:{CANARY}@login.example:8443/token?subscription-key={CANARY}#{CANARY}"
PROXY = f"http://user:{CANARY}@proxy.example:3128"
CHAIN = Path("client.pem")
ENVIRON = {
    "CAMUNDA_CLIENT_ID": "me",
    "CAMUNDA_CLIENT_SECRET": CANARY,
    "CAMUNDA_OAUTH_URL": "https://login.example/token",
    "ZEEBE_AUTH_PROXY": PROXY,
    "ZEEBE_ADDRESS": "zeebe.example:443",
}
CONFIG = f"""
[profiles.default]
client_id = "me"
client_secret = "{CANARY}"
token_url = "https://login.example/token?subscription-key={CANARY}"
proxy = "{PROXY}"

[profiles.default.store]
use = "redis"
url = "redis://:{CANARY}@redis.example"
more = ["{CANARY}", {{ a = "{CANARY}" }}]
password = {{ command = ["vault", "{CANARY}"] }}
"""


# Ways that return the content of an object, which for some is an address.
EXPLICIT = (
    "dir", "getmembers", "asdict", "astuple", "reduce", "object's", "pickle", "getstate", "json",
    "slots",
)  # fmt: skip


def credentials(**given):
    usual = {"client_id": "me", "client_secret": CANARY, "token_url": URL}
    return ClientCredentials(**usual | given)


def profile(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    path.chmod(0o600)
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    monkeypatch.setenv("ZEEBE_AUTH_PROFILE", "default")
    return load_profile()


def used_store(tmp_path, monkeypatch):
    kept = {}

    class InMemory(KeyringBackend):
        priority = 5

        def get_password(self, service, username):
            return kept.get((service, username))

        def set_password(self, service, username, password):
            kept[service, username] = password

        def delete_password(self, service, username):
            del kept[service, username]

    monkeypatch.setattr(keyring.core, "_keyring_backend", InMemory())
    key_of_store = __import__("base64").b64encode(CANARY.ljust(32).encode()).decode()
    kept["zeebe-auth", "file-store-key"] = key_of_store
    store = FileStore(tmp_path / "tokens", encryption=KeychainEncryption())
    store.save(TokenKey.of(credentials()), AccessToken(CANARY))
    return [store, store._encryption]


def memory_store(*_):
    store = MemoryStore()
    store.save(TokenKey.of(credentials()), AccessToken(CANARY))
    return store


def provider(*_):
    return OAuthCredentialsProvider(
        credentials(), store=memory_store(), transport=TokenTransport(proxy=PROXY)
    )


def following(*_):
    # It is closed, since an open one keeps a thread of ours alive.
    with follow(StaticCredentialsProvider(CANARY), len) as following:
        following.wait(60)
    return following


PUBLIC = {
    "Secret": lambda *_: Secret(CANARY),
    "AccessToken": lambda *_: AccessToken(CANARY),
    "ClientSecret": lambda *_: ClientSecret(CANARY),
    "PrivateKey": lambda *_: [PrivateKey(PEM, password=CANARY), PrivateKey(CHAIN, password=CANARY)],
    "JwtBearerGrant": lambda *_: [
        JwtBearerGrant(PrivateKey(PEM, password=CANARY), claims={"scope": "a"}),
        JwtBearerGrant(AssertionFunction(lambda: CANARY, "me").as_read()),
    ],
    "ClientCertificate": lambda *_: ClientCertificate(CHAIN, None, "ab", password=CANARY),
    "AssertionFunction": lambda *_: AssertionFunction(lambda: CANARY, "me").as_read(),
    "CertificatePair": lambda *_: CertificatePair(b"", PEM.encode(), "ab", 1.0),
    "ClientCredentials": lambda *_: [
        credentials(),
        credentials(token_url=None, well_known_url=URL, issuer=URL, revocation_url=URL),
        credentials(audience=URL, resources=(URL,), scopes=(URL,)),
    ],
    "TokenKey": lambda *_: [
        TokenKey.of(credentials(audience=URL)),
        TokenKey.of(credentials(resources=(URL, "urn:a"))),
    ],
    "TokenTransport": lambda *_: TokenTransport(proxy=PROXY),
    "Profile": lambda *a: [
        profile(*a),
        Profile(
            None, {}, "code", AccessToken(CANARY), {"use": "redis", "url": f"redis://{CANARY}"}
        ),
    ],
    "EnvSource": lambda *_: EnvSource(ENVIRON),
    "CommandSource": lambda *_: CommandSource(["vault", CANARY]),
    "CommandTokenFetcher": lambda *_: CommandTokenFetcher(["vault", CANARY]),
    "FetchingCredentialsProvider": lambda *_: FetchingCredentialsProvider(
        CommandTokenFetcher(["vault"]), store=memory_store()
    ),
    "adopt": lambda *_: adopt(lambda: CANARY),
    "HeadersProvider": lambda *_: HeadersProvider(StaticCredentialsProvider(CANARY)),
    "HttpxAuth": lambda *_: HttpxAuth(StaticCredentialsProvider(CANARY)),
    "Httpx2Auth": lambda *_: Httpx2Auth(StaticCredentialsProvider(CANARY)),
    "RequestsAuth": lambda *_: RequestsAuth(StaticCredentialsProvider(CANARY)),
    "follow": following,
    "ChainSource": lambda *_: ChainSource(credentials(), EnvSource(ENVIRON)),
    "OAuthCredentialsProvider": provider,
    "BasicCredentialsProvider": lambda *_: BasicCredentialsProvider("me", CANARY),
    "StaticCredentialsProvider": lambda *_: StaticCredentialsProvider(CANARY),
    "MemoryStore": memory_store,
    "FileStore": used_store,
    "Explanation": lambda *a: [
        provider(*a).explain(),
        BasicCredentialsProvider("u", CANARY).explain(),
    ],
    "Finding": lambda *_: [*ChainSource(credentials(), EnvSource(ENVIRON)).explain()],
}
HOLD_NO_SECRET = {
    "ActorToken", "AssertionFile", "AssertionSigner", "SubjectToken", "Authentication",
    "Public", "ConfigFileSource",
    "EnvFileSource", "KeyringSource", "SecretsDirectorySource", "KeyringStore", "RefreshPolicy",
    "Refusal", "Event", "EventHook", "EventKind", "KeychainEncryption", "default_provider",
    "load_profile", "explain_profile", "AnonymousCredentialsProvider",
    "PlaintextWarning", "SecretsExposedWarning", "TokenFormat", "Following",
    "aiohttp_middleware", "token_callable",
}  # fmt: skip


def test_every_public_name_is_looked_at():
    """A new name has to be added to the objects, or to those without a secret."""
    names = set(zeebe_auth.__all__)
    protocols = {n for n in names if getattr(getattr(zeebe_auth, n), "_is_protocol", False)}
    errors = {
        n
        for n in names
        if isinstance(getattr(zeebe_auth, n), type)
        and issubclass(getattr(zeebe_auth, n), AuthError)
    }
    assert names - protocols - errors - HOLD_NO_SECRET == set(PUBLIC)


def dumps(value):
    """The results of every way to show, dump or traverse an object."""
    yield "str", lambda: str(value)
    yield "repr", lambda: repr(value)
    yield "format", lambda: f"{value} {value!s:>9} {'%s %r'} " % (value, value)
    yield "pprint", lambda: pprint.pformat(value)
    yield "reprlib", lambda: reprlib.repr(value)
    yield "containers", lambda: repr([{"a": (value,)}])
    yield "vars", lambda: repr(vars(value))
    yield "getmembers", lambda: repr(inspect.getmembers(value))
    yield "dir", lambda: repr([getattr(value, name, None) for name in dir(value)])
    yield "getstate", lambda: repr(value.__getstate__())
    yield "object's getstate", lambda: repr(object.__getstate__(value))
    yield "reduce", lambda: repr(value.__reduce__())
    yield (
        "slots",
        lambda: repr([getattr(value, name, None) for name in copyreg._slotnames(type(value))]),
    )
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        yield f"reduce_ex {protocol}", lambda p=protocol: repr(value.__reduce_ex__(p))
        yield (
            f"object's reduce_ex {protocol}",
            lambda p=protocol: repr(object.__reduce_ex__(value, p)),
        )
        yield f"pickle {protocol}", lambda p=protocol: pickle.dumps(value, p).decode("latin-1")
    yield "copy", lambda: repr(copy.copy(value))
    yield "deepcopy", lambda: repr(copy.deepcopy(value))
    if dataclasses.is_dataclass(value):
        yield "asdict", lambda: pprint.pformat(dataclasses.asdict(value))
        yield "astuple", lambda: pprint.pformat(dataclasses.astuple(value))
        yield "replace", lambda: repr(dataclasses.replace(value))
    for hook, default in {
        "none": None,
        "str": str,
        "repr": repr,
        "vars": vars,
        "state": lambda each: each.__getstate__(),
        "slots": lambda each: {
            name: getattr(each, name, None) for name in copyreg._slotnames(type(each))
        },
    }.items():
        yield f"json by {hook}", lambda d=default: json.dumps(value, default=d, skipkeys=True)
    for hook in ("__rich_repr__", "__json__", "_repr_html_", "to_dict"):
        if hasattr(value, hook):
            yield hook, lambda h=hook: repr(getattr(value, h)())


@pytest.mark.parametrize("name", PUBLIC)
def test_no_way_to_show_an_object_gives_the_secret(name, tmp_path, monkeypatch, caplog):
    """This holds for printing, logging, dumping, copying, pickling and traversing, and for
    variables of a traceback."""
    made = PUBLIC[name](tmp_path, monkeypatch)
    for value in made if isinstance(made, list) else [made]:
        for way, dump in dumps(value):
            try:
                shown = dump()
            except (TypeError, AttributeError, ValueError, pickle.PicklingError) as refused:
                shown = str(refused)
            if way.startswith(EXPLICIT):
                # Addresses, and a program's arguments, are what is requested there.
                shown = shown.replace(URL, "")
                shown = "" if isinstance(value, CommandSource | CommandTokenFetcher) else shown
                # TLS libraries take a key as bytes, not of a class of their own: whoever asks for
                # that attribute by its name gets it.
                shown = shown.replace(repr(PEM.encode()), "")
            assert CANARY not in shown, (name, way, shown)
        logging.getLogger("test").warning("%s %r", value, value)
        assert CANARY not in caplog.text
        assert CANARY not in traceback_with(value)


def traceback_with(value):
    def frame(shown):
        raise KeyError(type(shown).__name__)

    try:
        frame(value)
    except KeyError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        return "".join(told.format())


def test_status_shows_neither_password_nor_query(tmp_path, monkeypatch, capsys):
    """Text and JSON have scheme, host, port and path of the token URL."""
    from zeebe_auth.cli.main import main

    for name, text in (ENVIRON | {"CAMUNDA_OAUTH_URL": URL}).items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("CAMUNDA_TOKEN_CACHE_DIR", str(tmp_path))
    for options in ([], ["--output", "json"]):
        assert main(["status", *options]) == 0
        shown = "".join(capsys.readouterr())
        assert CANARY not in shown
        assert "https://login.example:8443/token" in shown
    assert CANARY not in repr(explain_profile())


def test_a_store_of_somebody_else_is_shown_without_its_password(caplog):
    """Its repr and its errors may contain a whole URL: report, events and log don't."""

    class Redis(MemoryStore):
        def __repr__(self):
            return f"Redis('redis://:{CANARY}@redis.example/0?x={CANARY}')"

        def load(self, key):
            raise StoreError(f"redis://:{CANARY}@redis.example/0?x={CANARY} is down.")

    with OAuthCredentialsProvider(credentials(), store=Redis()) as asking:
        explanation = asking.explain()
    assert explanation.store == "Redis('redis://redis.example/0')"
    assert explanation.problem == "redis://redis.example/0 is down."
    events = []
    access = StoreAccess(Redis(), SYSTEM_CLOCK.running, events.append)
    assert access.load(TokenKey.of(credentials())) is None
    assert events[0].detail.endswith("could not be read: redis://redis.example/0 is down.")
    assert CANARY not in caplog.text


def profile_with(_argv):
    load_profile("default").source.load()


@pytest.mark.parametrize(
    "missing",
    [
        lambda argv: CommandSource(argv).load(),
        profile_with,
    ],
    ids=["source", "reference"],
)
def test_a_missing_helper_shows_no_argument(missing, tmp_path, monkeypatch):
    """Neither the error nor the frames of the system's error have one."""
    path = tmp_path / "config.toml"
    path.write_text(
        '[profiles.default]\nclient_id = "me"\ntoken_url = "https://l.example"\n'
        f'client_secret = {{ command = ["no-such-vault", "{CANARY}"] }}\n'
    )
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    with pytest.raises(ConfigurationError, match="no-such-vault can't be started") as caught:
        missing(["no-such-vault", CANARY])
    assert isinstance(caught.value.__cause__, FileNotFoundError)
    assert CANARY not in everything_reachable(caught.value)


@pytest.mark.parametrize("file", ["key", "certificate"])
def test_a_password_that_is_no_utf8_is_a_typed_error(file, tmp_path, monkeypatch):
    """In an environment with another encoding it has surrogates."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    from zeebe_auth.token_endpoint.client_authentication.signing_key import signing_key

    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"right"),
    )
    path = tmp_path / "client.pem"
    path.write_bytes(pem)
    password = Secret(f"{CANARY}\udcff")
    key = PrivateKey(path, password=password)
    read = {
        "certificate": ClientCertificate(path, None, "ab", password=password).read,
        "key": lambda: signing_key(key, credentials(client_secret=None, authentication=key)),
    }[file]
    with pytest.raises(ConfigurationError, match=r"password is not UTF-8") as caught:
        read()
    assert CANARY not in everything_reachable(caught.value)


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_a_revocation_with_a_secret_that_is_no_utf8_is_a_typed_error(method):
    """This holds as for token requests."""
    from zeebe_auth.token_endpoint.discovery import TokenAddress
    from zeebe_auth.token_endpoint.http.url import EndpointUrl
    from zeebe_auth.token_endpoint.revocation import revocation_request

    url = "https://login.example/revoke"
    address = TokenAddress(EndpointUrl.parse(url, called="It", allow_plaintext=False))
    mine = credentials(
        client_secret=None,
        authentication=ClientSecret(f"{CANARY}\udcff", method),
        revocation_url=url,
    )
    with pytest.raises(ConfigurationError, match="not UTF-8") as caught:
        revocation_request(mine, address, AccessToken(CANARY), SYSTEM_CLOCK, TokenTransport())
    assert CANARY not in everything_reachable(caught.value)


@pytest.mark.parametrize(
    ("store", "fails"),
    [
        (FileStore, "zeebe_auth.stores.private_directory.write_private_file"),
        (lambda p: KeyringStore(lock_directory=p), "zeebe_auth.keychain.access.suitable_backend"),
    ],
)
def test_a_store_in_trouble_shows_no_token(store, fails, tmp_path, monkeypatch):
    """The frames that the error passed through had the token."""

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fails, broken)
    with pytest.raises(AuthError) as caught:
        store(tmp_path / "tokens").save(TokenKey.of(credentials()), AccessToken(CANARY))
    assert CANARY not in everything_reachable(caught.value)

"""Unusable numbers, names and strings are a typed error."""

from __future__ import annotations

import json
import math
import os
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from zeebe_auth import (
    AccessToken,
    AssertionFile,
    AuthError,
    BasicCredentialsProvider,
    ClientCertificate,
    ClientCredentials,
    ClientSecret,
    CommandSource,
    ConfigFileSource,
    ConfigurationError,
    EnvFileSource,
    EnvSource,
    FileStore,
    KeyringStore,
    OAuthCredentialsProvider,
    PrivateKey,
    Refusal,
    SecretsDirectorySource,
    TokenKey,
    TokenTimeout,
    TokenTransport,
    load_profile,
)
from zeebe_auth.configuration.json_document import fields_from_json
from zeebe_auth.configuration.vocabulary import ENVIRONMENT_NAMES, FIELDS
from zeebe_auth.sources.configured import make_source
from zeebe_auth.stores.configured import make_store

CREDENTIALS = ClientCredentials(
    client_id="a",
    authentication=ClientSecret("s3cr3t"),
    token_url="https://login.example/oauth/token",
)
KEY = TokenKey.of(CREDENTIALS)
HUGE = 10**400
NO_NUMBERS = [HUGE, -HUGE, math.nan, math.inf, -math.inf, True, "1", "9" * 400, [], {}]
TOKEN = AccessToken("t0ken", issued_at=1.0, expires_at=2.0)
REFUSAL = Refusal.of(CREDENTIALS, until=1.0, kind="refused")


@pytest.mark.parametrize("number", NO_NUMBERS, ids=lambda number: str(number)[:9])
def test_a_stored_record_with_an_impossible_number_is_none(number):
    """A store treats the ValueError as a corrupt record."""
    for name in ("issued_at", "expires_at"):
        with pytest.raises(ValueError, match=name):
            AccessToken.from_record({**TOKEN.to_record(), name: number})
    for name in ("until", "count"):
        with (
            pytest.raises(ValueError, match="refusal record")
            if _is_odd(name, number)
            else nullcontext()
        ):
            Refusal.from_record({**REFUSAL.to_record(), name: number})


def _is_odd(name, number):
    return not (name == "count" and number == HUGE)


@pytest.mark.parametrize(
    "number", [number for number in NO_NUMBERS if isinstance(number, int | float)]
)
def test_a_file_with_an_impossible_number_is_set_aside(tmp_path, number):
    """Whoever wrote it, the store goes on as without the file."""
    store = FileStore(tmp_path / "tokens")
    store.save(KEY, TOKEN)
    store.save_refusal(KEY, REFUSAL)
    for name, field in (
        (f"{KEY.digest}.json", "expires_at"),
        (f"{KEY.digest}.refusal.json", "until"),
    ):
        file = tmp_path / "tokens" / name
        document = json.loads(file.read_text())
        document["token" if field == "expires_at" else "refusal"][field] = number
        file.write_text(json.dumps(document))
    assert store.load(KEY) is None
    assert store.load_refusal(KEY) is None


def test_a_refusal_that_was_counted_beyond_measure_is_waited_for(drivers, source, store):
    """A count of any size gives a wait of normal length."""
    key = TokenKey.of(source.credentials)
    until = drivers.time.wall + 20
    record = Refusal.of(source.credentials, until=until, kind="refused").to_record()
    store.refusals[key] = Refusal.from_record({**record, "count": HUGE})
    provider = OAuthCredentialsProvider(source, store=store)
    with pytest.raises(AuthError):
        drivers.ask(provider)
    drivers.advance(3600)
    assert drivers.ask(provider)


@pytest.mark.parametrize("number", [HUGE, -HUGE, math.nan, math.inf, -1, 0, "1", None])
def test_an_impossible_time_limit_is_refused(number):
    """It is refused where it is set, not where it is used."""
    for name in ("connect_timeout_seconds", "total_timeout_seconds"):
        with pytest.raises(ConfigurationError, match=name):
            TokenTransport(**{name: number})
    with pytest.raises(ConfigurationError, match="time_limit_seconds"):
        CommandSource(["true"], number)
    if number not in (-1, 0, "1", None):
        with pytest.raises(ValueError, match="issued_at must be"):
            AccessToken("t", issued_at=number)


def test_a_callers_limit_may_be_any_number(threaded, source, hang):
    """Below zero it has passed, whatever its size; beyond a lock's maximum there is none."""
    threaded.endpoint.answers.append(hang())
    provider = OAuthCredentialsProvider(source)
    for limit in (-HUGE, -math.inf, -1, 0):
        with pytest.raises(TokenTimeout):
            provider.get_token(timeout=limit)
    with pytest.raises(ValueError, match="not a number"):
        provider.get_token(timeout=math.nan)


@pytest.mark.parametrize(
    "number", ["9" * 5000, "9" * 400, "0x" + "f" * 5000, "1e400", "nan", "-inf"]
)
def test_a_number_in_a_config_file_that_nothing_can_be_made_of(tmp_path, number):
    """Python neither reads nor writes thousands of digits: the error names the file or the
    field."""
    file = tmp_path / "config.toml"
    file.write_text(f'[profiles.p]\nauth_strategy = "none"\nkeep_alive_ms = {number}\n')
    file.chmod(0o600)
    with pytest.raises(ConfigurationError, match=r"config\.toml"):
        ConfigFileSource("p", file).settings()


def test_thousands_of_digits_are_compared():
    """Two variables of one field agree or disagree whatever their length."""
    names = {"CAMUNDA_KEEP_ALIVE": "9" * 5000}
    assert EnvSource({**names, "ZEEBE_KEEP_ALIVE": "0" + "9" * 5000}).settings()
    with pytest.raises(ConfigurationError, match="disagree"):
        EnvSource({**names, "ZEEBE_KEEP_ALIVE": "8" * 5000}).settings()


NUL = "a\0b"


@pytest.mark.parametrize(
    "use",
    [
        lambda: FileStore(NUL),
        lambda: FileStore(Path(NUL)),
        lambda: make_store({"use": "file", "directory": NUL}),
        lambda: SecretsDirectorySource(NUL).load(),
        lambda: SecretsDirectorySource(NUL).settings(),
        lambda: EnvFileSource(NUL).load(),
        lambda: ConfigFileSource("p", NUL).load(),
        lambda: CommandSource([NUL]).load(),
        lambda: CommandSource(["echo", NUL]).load(),
        lambda: make_source({"use": "secrets-directory", "path": NUL}).load(),
        lambda: ClientCertificate.from_files(Path(NUL)),
        lambda: TokenKey.of(_with(AssertionFile(Path(NUL)))),
        lambda: _token(_with(PrivateKey(Path(NUL)))),
        lambda: _token(_with(PrivateKey("-----BEGIN", certificate=Path(NUL)))),
        lambda: _token(CREDENTIALS, TokenTransport(ca_certificate=Path(NUL))),
        lambda: load_profile(NUL),
    ],
)
def test_a_name_with_a_nul_is_no_name(use):
    """The system's ValueError becomes a typed error that says what to do."""
    with pytest.raises(ConfigurationError):
        use()


def _with(authentication):
    return ClientCredentials(
        client_id="a", authentication=authentication, token_url="https://login.example/t"
    )


def _token(credentials, transport=None):
    with OAuthCredentialsProvider(credentials, transport=transport or TokenTransport()) as provider:
        return provider.get_token(timeout=60)


def test_the_explanation_of_such_a_source_raises_nothing():
    """The explanation says what is wrong with it."""
    for source in (SecretsDirectorySource(NUL), EnvFileSource(NUL), ConfigFileSource("p", NUL)):
        (finding,) = source.explain()
        assert finding.outcome == "unusable"


@pytest.mark.skipif(os.name == "nt", reason="arguments and variables are Unicode there")
def test_a_keychain_service_with_a_byte_that_is_no_text(tmp_path, monkeypatch):
    """A name from a variable that isn't UTF-8 can be used for the lock file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with KeyringStore("service\udcff").lock(KEY, 0.0) as had:
        assert had


SURROGATES = ["\ud800", "a\udcff", NUL, "\x1b[31m", "\u2028"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", SURROGATES, ids=ascii)
def test_an_odd_string_in_any_field(field, text):
    """From the environment and from JSON it is either used as it is or refused with a typed
    error."""
    fields = {"client_id": "a", "client_secret": "s", "token_url": "https://login.example/t"}
    fields |= _BESIDE.get(field, {})
    fields = {name: value for name, value in fields.items() if value} | {field: text}
    named = {
        ENVIRONMENT_NAMES[name][0]: v for name, v in fields.items() if name in ENVIRONMENT_NAMES
    }
    for use in (
        lambda: TokenKey.of(EnvSource(named).load()),
        lambda: EnvSource(named).settings(),
        lambda: fields_from_json(json.dumps(fields), "document").settings(),
        lambda: EnvSource(named).explain(),
    ):
        with suppress(AuthError):
            use()


_BESIDE = {
    "private_key": {"client_secret": ""},
    "private_key_file": {"client_secret": ""},
    "assertion_file": {"client_secret": ""},
    "issuer": {"token_url": ""},
    "well_known_url": {"token_url": ""},
    "username": {"client_id": "", "client_secret": "", "token_url": "", "password": "p"},
    "password": {"client_id": "", "client_secret": "", "token_url": "", "username": "u"},
    "bearer_token": {"client_id": "", "client_secret": "", "token_url": ""},
}


def test_a_user_name_that_is_no_text():
    """An unpaired surrogate is never sent in a header."""
    with pytest.raises(ConfigurationError):
        BasicCredentialsProvider("\ud800", "p")

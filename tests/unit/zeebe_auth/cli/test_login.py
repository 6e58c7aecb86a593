"""`zeebe-auth login` up to the check: questions, options, and what is refused before any
request."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked, NoKeyringError

from zeebe_auth import (
    AccessToken,
    FileStore,
    OAuthCredentialsProvider,
    Secret,
    TokenKey,
    default_provider,
    load_profile,
)
from zeebe_auth.cli.main import main
from zeebe_auth.errors import InvalidClientError, StoreError, TokenEndpointUnreachable
from zeebe_auth.sources.keychain import KeyringSource

TOKEN = AccessToken(Secret("t0ken"), issued_at=1.0, expires_at=1e11)
OPTIONS = ["--client-id", "client-1", "--token-url", "https://login.example/oauth/token"]
CLUSTER = "5a6e8c1d-2f47-4b0a-9c3e-7d1f0b2a4e68"


class Checked(list):
    """The credentials that a token was requested with, and what the next request gets."""

    answer: AccessToken | Exception = TOKEN


@pytest.fixture(autouse=True)
def checked(monkeypatch) -> Checked:
    """Replaces the token request; `tests/integration` has a real endpoint."""
    asked = Checked()

    def fetch_token(provider, *, timeout=None):
        asked.append(provider)
        if isinstance(asked.answer, Exception):
            raise asked.answer
        return asked.answer

    monkeypatch.setattr(OAuthCredentialsProvider, "fetch_token", fetch_token)
    return asked


def entry(keychain, profile="default"):
    return json.loads(keychain.entries[f"zeebe-auth:{profile}", "credentials"])


def test_a_person_is_asked_for_saas_credentials(terminal, keychain, checked, capsys) -> None:
    """Cluster id, region, client id and secret are enough: the rest follows from Camunda SaaS."""
    terminal(CLUSTER, "bru-2", "client-1")
    assert main(["login"]) == 0
    kept = entry(keychain)
    assert kept["client_secret"] == "s3cr3t"
    assert (kept["cluster_id"], kept["region"]) == (CLUSTER, "bru-2")
    credentials = KeyringSource("default").load()
    assert credentials.token_url == "https://login.cloud.camunda.io/oauth/token"
    assert credentials.token_url_filled_in, "nobody gave it, and that is kept"
    assert kept["audience"] == "zeebe.camunda.io"
    out, err = capsys.readouterr()
    assert out == ""
    assert "s3cr3t" not in err
    assert "zeebe-grpc topology" in err


def test_a_person_is_asked_for_self_managed_credentials(terminal, keychain, checked) -> None:
    """An address outside SaaS needs a token URL or an issuer; the audience may be empty."""
    terminal("zeebe.example:443", "client-1", "", "https://issuer.example/realm", "")
    assert main(["login"]) == 0
    kept = entry(keychain)
    assert kept["issuer"] == "https://issuer.example/realm"
    assert "token_url" not in kept
    assert "audience" not in kept


def test_a_token_url_of_saas_that_was_given_is_kept_as_given(terminal, keychain, checked) -> None:
    """A given URL is stored, though it equals the default."""
    terminal("client-1", "")
    given = "https://login.cloud.camunda.io/oauth/token"
    assert main(["login", "--cluster-id", CLUSTER, "--region", "x", "--token-url", given]) == 0
    assert entry(keychain)["token_url"] == given
    assert not KeyringSource("default").load().token_url_filled_in


def test_plaintext_is_allowed_by_an_option(terminal, keychain, checked) -> None:
    """--token-insecure is a switch, stored with the login."""
    terminal("client-1", "")
    url = "http://keycloak:18080/token"
    options = ["--address", "zeebe.example:443", "--token-url", url, "--token-insecure"]
    assert main(["login", *options]) == 0
    assert entry(keychain)["token_insecure"] == "true"
    assert default_provider()._transport.allow_named_plaintext


def test_an_empty_answer_to_what_is_needed_is_asked_again(terminal, keychain) -> None:
    """A login without a client id is not possible."""
    terminal("", "", "client-1", "https://login.example/oauth/token", "zeebe-api")
    assert main(["login"]) == 0
    assert entry(keychain)["client_id"] == "client-1"


def test_options_are_not_asked_for(terminal, keychain) -> None:
    """What is given as an option is used; the only question left is for the secret."""
    terminal()
    assert main(["login", *OPTIONS, "--address", "zeebe.example", "--audience", "a"]) == 0
    assert entry(keychain)["address"] == "zeebe.example"


def test_input_that_ends_stores_nothing(terminal, keychain, capsys) -> None:
    """Ctrl-D in the middle ends with 2."""
    terminal("zeebe.example:443")
    assert main(["login"]) == 2
    assert "Nothing was stored" in capsys.readouterr().err
    assert keychain.entries == {}


def test_a_secret_from_stdin(stdin, keychain) -> None:
    """A script pipes the secret, as with docker login --password-stdin."""
    stdin("p1ped~._-\n")
    assert main(["login", *OPTIONS, "--secret-stdin"]) == 0
    assert entry(keychain)["client_secret"] == "p1ped~._-"


@pytest.mark.parametrize("password", ["", "s3cr3t"])
def test_a_private_key_file_asks_for_its_password(password, terminal, keychain, tmp_path) -> None:
    """It prompts for a password instead of a secret; an empty answer means none."""
    terminal(secret=password)
    arguments = [*OPTIONS, "--address", "zeebe.example", "--audience", "a"]
    file = tmp_path / "client.p12"
    assert main(["login", *arguments, "--private-key-file", str(file), "--key-id", "k"]) == 0
    kept = entry(keychain)
    assert (kept["private_key_file"], kept["key_id"]) == (str(file), "k")
    assert kept.get("private_key_password", "") == password
    assert "client_secret" not in kept


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_byte_order_mark_in_stdin_is_no_part_of_the_secret(keychain, monkeypatch, encoding):
    """A file that was saved on Windows may begin with one, whatever the terminal's encoding."""
    content = io.BytesIO("\ufeffs3cr€t\r\n".encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content, encoding=encoding))
    assert main(["login", *OPTIONS, "--secret-stdin"]) == 0
    assert entry(keychain)["client_secret"] == "s3cr€t"


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has such a device")
def test_stdin_without_an_end_is_given_up(monkeypatch, capsys):
    """Reading stops at a length that no secret has."""
    with Path("/dev/zero").open(encoding="utf-8") as zeros:
        monkeypatch.setattr("sys.stdin", zeros)
        assert main(["login", *OPTIONS, "--secret-stdin"]) == 2
    assert "stdin is larger than 1 MiB" in capsys.readouterr().err


@pytest.mark.parametrize(
    "proof",
    [
        ["--private-key-file", "client.pem"],
        ["--assertion-file", "token"],
        ["--authentication-method", "none"],
    ],
)
def test_a_proof_without_a_secret_needs_no_stdin(
    proof, stdin, keychain, tmp_path, monkeypatch
) -> None:
    """A script gives a file that contains no secret as an option."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "token").write_text("an.assertion.of-the-client")
    stdin("")
    assert main(["login", *OPTIONS, *proof]) == 0
    assert "client_secret" not in entry(keychain)


def test_a_piped_password_of_a_private_key(stdin, keychain) -> None:
    """--secret-stdin gives the secret that the authentication method needs."""
    stdin("s3cr3t\n")
    assert main(["login", *OPTIONS, "--private-key-file", "client.p12", "--secret-stdin"]) == 0
    assert entry(keychain)["private_key_password"] == "s3cr3t"


@pytest.mark.parametrize(
    ("piped", "kept"),
    [
        ("correct horse battery\n", "correct horse battery"),
        (" it has white space \r\n", " it has white space "),
        ("\ttab", "\ttab"),
    ],
)
def test_a_passphrase_of_several_words(piped, kept, stdin, terminal, keychain) -> None:
    """A key's password is used as it is but for the line end, piped or typed."""
    proof = ["--private-key-file", "client.p12"]
    stdin(piped)
    assert main(["login", *OPTIONS, *proof, "--secret-stdin"]) == 0
    assert entry(keychain)["private_key_password"] == kept
    terminal(secret=kept)
    assert main(["login", *OPTIONS, *proof, "--address", "zeebe.example", "--audience", "a"]) == 0
    assert entry(keychain)["private_key_password"] == kept


@pytest.mark.parametrize("proof", [[], ["--private-key-file", "client.p12"]])
def test_notes_below_a_piped_secret_are_refused(proof, stdin, keychain, capsys) -> None:
    """What `pass show` prints below the password is not sent with it."""
    stdin("s3cr3t\nurl: https://login.example\n")
    assert main(["login", *OPTIONS, *proof, "--secret-stdin"]) == 2
    err = capsys.readouterr().err
    assert "in stdin has several lines" in err
    assert "s3cr3t" not in err
    assert keychain.entries == {}


def test_a_locked_certificate_asks_for_its_password(terminal, stdin, keychain, tmp_path) -> None:
    """It is a further question if the certificate is for the gateway; a pipe gives it if the
    certificate authenticates the client."""
    key = tmp_path / "locked.pem"
    key.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    certificate = tmp_path / "c.pem"
    certificate.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
    files = ["--client-certificate", str(certificate), "--client-key", str(key)]
    terminal()
    assert main(["login", *OPTIONS, *files, "--address", "a", "--audience", "b"]) == 0
    kept = entry(keychain)
    assert (kept["client_secret"], kept["client_key_password"]) == ("s3cr3t", "s3cr3t")
    profile = load_profile("default")
    assert profile.secret_setting("client_key_password") == Secret("s3cr3t")
    assert "client_key_password" not in profile.settings
    stdin("p1ped")
    method = ["--authentication-method", "tls_client_auth", "--secret-stdin"]
    assert main(["login", *OPTIONS, *files, *method]) == 0
    assert entry(keychain)["client_key_password"] == "p1ped"
    assert "client_secret" not in entry(keychain)


@pytest.mark.parametrize("key_name", ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
def test_a_certificate_as_the_proof_asks_for_a_password_once_if_locked(
    terminal, keychain, tmp_path, monkeypatch, key_name
) -> None:
    """A key that is not encrypted needs no password."""
    key = tmp_path / "k.pem"
    key.write_text(f"-----BEGIN {key_name}-----")
    certificate = tmp_path / "c.pem"
    certificate.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
    terminal()
    questions = []
    monkeypatch.setattr("getpass.getpass", lambda question, _: questions.append(question) or "p")
    files = ["--client-certificate", str(certificate), "--client-key", str(key)]
    method = ["--authentication-method", "tls_client_auth", "--address", "a", "--audience", "b"]
    assert main(["login", *OPTIONS, *files, *method]) == 0
    asked = ["Password of the client certificate's key (empty: none): "]
    assert questions == (asked if key_name.startswith("ENC") else [])
    assert ("client_key_password" in entry(keychain)) is bool(questions)


def test_what_the_server_wants_beside_it_is_kept(stdin, keychain) -> None:
    """Every field of the token request that a config file may have is an option, too."""
    stdin("s3cr3t")
    wanted = {
        "resource": "urn:one urn:two",
        "request_format": "json",
        "proxy": "http://proxy.example:3128",
        "well_known_url": "https://login.example/configuration",
    }
    options = [part for name, text in wanted.items() for part in (_option(name), text)]
    assert main(["login", "--client-id", "c", *options, "--secret-stdin"]) == 0
    assert wanted.items() <= entry(keychain).items()


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def test_a_client_certificate_is_the_proof_by_word(stdin, keychain, tmp_path) -> None:
    """Nothing is read from stdin; the files' absolute paths are stored."""
    stdin("")
    certificate = tmp_path / "c.pem"
    certificate.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
    arguments = ["--client-certificate", str(certificate), "--client-key", str(tmp_path / "k.pem")]
    method = "self_signed_tls_client_auth"
    assert main(["login", *OPTIONS, "--authentication-method", method, *arguments]) == 0
    kept = entry(keychain)
    assert kept["authentication_method"] == method
    assert kept["client_certificate"] == str(certificate)
    assert kept["client_key"] == str(tmp_path / "k.pem")


def test_a_dialect_fills_in_what_is_kept(stdin, keychain) -> None:
    """The values that it implies are stored, so that later versions can't change them."""
    stdin("s3cr3t")
    issuer = "https://keycloak.example/realms/r"
    arguments = ["--client-id", "c", "--issuer", issuer, "--dialect", "keycloak", "--secret-stdin"]
    assert main(["login", *arguments]) == 0
    kept = entry(keychain)
    assert kept["token_url"] == f"{issuer}/protocol/openid-connect/token"
    assert kept["revocation_url"] == f"{issuer}/protocol/openid-connect/revoke"
    assert "dialect" not in kept


def test_a_dialect_may_know_the_token_url(stdin, keychain) -> None:
    """That of Camunda SaaS needs neither an address nor a cluster."""
    stdin("s3cr3t")
    arguments = ["--client-id", "c", "--dialect", "camunda-saas", "--secret-stdin"]
    assert main(["login", *arguments]) == 0
    assert entry(keychain)["request_format"] == "json"


@pytest.mark.parametrize("dialect", ["okta", ""])
def test_an_unknown_dialect_stores_nothing(dialect, stdin, keychain, capsys) -> None:
    """The error lists the known ones; an empty one counts as none."""
    stdin("s3cr3t")
    code = main(["login", *OPTIONS, "--dialect", dialect, "--secret-stdin"])
    assert code == (2 if dialect else 0)
    assert (keychain.entries == {}) is bool(dialect)
    assert ("camunda-saas, keycloak" in capsys.readouterr().err) is bool(dialect)


def test_a_certificate_by_itself_is_for_the_gateway(stdin, keychain) -> None:
    """The client still authenticates with the secret, unless the method says otherwise."""
    stdin("s3cr3t\n")
    assert main(["login", *OPTIONS, "--client-certificate", "c.pem", "--secret-stdin"]) == 0
    assert entry(keychain)["authentication_method"] == "client_secret_post"


@pytest.mark.parametrize(("text", "word"), [("", "empty"), ("two words", "more than one word")])
def test_a_secret_that_is_none(text, word, stdin, keychain, capsys) -> None:
    """An empty pipe or a whole sentence is no secret, and isn't quoted."""
    stdin(text)
    assert main(["login", *OPTIONS, "--secret-stdin"]) == 2
    err = capsys.readouterr().err
    assert word in err
    assert "two words" not in err


def test_what_is_missing_is_listed_where_nobody_can_be_asked(stdin, capsys) -> None:
    """Without a terminal there are no questions, but a list of what is missing."""
    stdin("")
    assert main(["login"]) == 2
    err = capsys.readouterr().err
    for option in ("--client-id", "--token-url", "--issuer", "--secret-stdin", "--from-file"):
        assert option in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from-file", "x", "--client-id", "y"],
        ["--from-file", "x", "--secret-stdin"],
        [*OPTIONS, "--issuer", "https://issuer.example", "--secret-stdin"],
        [*OPTIONS, "--well-known-url", "https://issuer.example/w", "--secret-stdin"],
        [*OPTIONS, "--assertion-file", "token", "--secret-stdin"],
        [*OPTIONS, "--assertion-file", "token", "--private-key-file", "key"],
        [*OPTIONS, "--authentication-method", "password", "--secret-stdin"],
    ],
)
def test_options_that_contradict_each_other(arguments, stdin, capsys) -> None:
    """An identity comes from one place only."""
    stdin("s3cr3t")
    assert main(["login", *arguments]) == 2
    assert "--" in capsys.readouterr().err


def test_a_console_file_is_read_with_its_address(keychain, checked, tmp_path, capsys) -> None:
    """The file's identity and address are stored, and the output says that the file may be
    deleted."""
    path = tmp_path / "CamundaCloudCredentials.txt"
    path.write_text(
        f"export ZEEBE_ADDRESS='{CLUSTER}.bru-2.zeebe.camunda.io:443'\n"
        "export ZEEBE_CLIENT_ID='client-1'\n"
        "export ZEEBE_CLIENT_SECRET='s3cr3t~._-'\n"
        "export CAMUNDA_CREDENTIALS_SCOPES='Zeebe,Tasklist'\n"
    )
    assert main(["login", "--from-file", str(path), "--profile", "prod"]) == 0
    assert entry(keychain, "prod")["address"] == f"{CLUSTER}.bru-2.zeebe.camunda.io:443"
    err = capsys.readouterr().err
    assert f"{path} holds the secret in plain text; you may delete it now." in err
    assert "topology --profile prod" in err
    assert "s3cr3t" not in err


@pytest.mark.parametrize(
    "text",
    [
        "export ZEEBE_CLIENT_ID=$(touch ran)\n",
        "touch ran\n",
        "export ZEEBE_CLIENT_SECRET='s3cr3t'\n",
        None,
    ],
)
def test_a_file_that_can_not_be_used(
    text, keychain, checked, tmp_path, monkeypatch, capsys
) -> None:
    """A shell command is refused and not run; an incomplete or missing file is named."""
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / "file").write_text(text)
    assert main(["login", "--from-file", "file"]) == 2
    assert not (tmp_path / "ran").exists()
    assert keychain.entries == {}
    assert not checked
    err = capsys.readouterr().err
    assert "file" in err
    assert "s3cr3t" not in err


def test_paths_are_kept_in_full(stdin, keychain, tmp_path, monkeypatch) -> None:
    """The path of a CA file is stored as an absolute one, so that it is valid everywhere."""
    monkeypatch.chdir(tmp_path)
    stdin("s3cr3t")
    assert main(["login", *OPTIONS, "--secret-stdin", "--ca-certificate", "ca.pem"]) == 0
    assert entry(keychain)["ca_certificate"] == str(tmp_path / "ca.pem")


def test_a_path_in_an_unknown_home_is_refused(stdin, keychain, monkeypatch, capsys) -> None:
    """It isn't stored as a file in a directory called "~"."""

    def expanduser(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("pathlib.Path.expanduser", expanduser)
    stdin("s3cr3t")
    assert main(["login", *OPTIONS, "--secret-stdin", "--ca-certificate", "~/ca.pem"]) == 2
    assert "~/ca.pem is not known" in capsys.readouterr().err
    assert keychain.entries == {}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidClientError("The client was refused."), 3),
        (TokenEndpointUnreachable("Nobody answers."), 4),
    ],
)
def test_a_failed_check_leaves_what_was_there(
    error, code, kept, stdin, keychain, checked, tmp_path, capsys
) -> None:
    """Refused or unreachable: nothing is stored and nothing lost, and the error says why."""
    before = dict(keychain.entries)
    checked.answer = error
    stdin("wrong-s3cr3t")
    assert main(["login", *OPTIONS, "--audience", "zeebe-api", "--secret-stdin"]) == code
    assert keychain.entries == before
    assert not (tmp_path / "tokens").exists()
    err = capsys.readouterr().err
    assert "nothing was stored" in err
    assert error.message in err
    assert "wrong-s3cr3t" not in err


def test_the_same_client_with_a_new_secret_is_replaced(kept, stdin, keychain) -> None:
    """A rotated secret needs no question."""
    stdin("r0tated")
    assert main(["login", *OPTIONS, "--audience", "zeebe-api", "--secret-stdin"]) == 0
    assert entry(keychain)["client_secret"] == "r0tated"


OTHER = ["--client-id", "client-2", "--token-url", "https://login.example/oauth/token"]


def test_another_clients_credentials_are_not_lost(kept, stdin, keychain, checked, capsys) -> None:
    """The keychain may hold the last copy of a secret: a script must say --replace."""
    stdin("s3cr3t")
    assert main(["login", *OTHER, "--secret-stdin"]) == 2
    assert entry(keychain)["client_id"] == "client-1"
    assert not checked
    assert "--replace" in capsys.readouterr().err


def test_replace_takes_the_old_tokens_along(kept, stdin, keychain, tmp_path) -> None:
    """With --replace the old identity is removed, and so is its token."""
    store = FileStore(tmp_path / "tokens")
    store.save(TokenKey.of(kept), TOKEN)
    stdin("s3cr3t")
    assert main(["login", *OTHER, "--secret-stdin", "--replace"]) == 0
    assert entry(keychain)["client_id"] == "client-2"
    assert store.load(TokenKey.of(kept)) is None


@pytest.mark.parametrize(("answer", "code", "left"), [("y", 0, "client-2"), ("", 2, "client-1")])
def test_a_person_is_asked_before_replacing(answer, code, left, kept, terminal, keychain) -> None:
    """At a terminal there is a question, and an empty answer means no."""
    terminal("", "", answer)
    assert main(["login", *OTHER]) == code
    assert entry(keychain)["client_id"] == left


def test_an_unreadable_entry_is_not_overwritten_either(stdin, keychain, capsys) -> None:
    """What this version can't read may be another version's credentials."""
    keychain.entries["zeebe-auth:default", "credentials"] = "s3cr3t, no JSON"
    stdin("s3cr3t")
    assert main(["login", *OTHER, "--secret-stdin"]) == 2
    err = capsys.readouterr().err
    assert "can't be read" in err
    assert "no JSON" not in err


@pytest.mark.parametrize("error", [KeyringLocked(), NoKeyringError()])
def test_a_keychain_that_is_not_to_be_had_comes_first(error, keychain, checked, capsys) -> None:
    """There are no questions, and no token is requested, if there is no place to store it."""
    keychain.error = error
    assert main(["login", *OPTIONS]) == 1
    assert not checked
    assert "keychain" in capsys.readouterr().err


def test_the_token_of_the_check_is_kept(kept, stdin, tmp_path) -> None:
    """The first command after a login makes no token request."""
    stdin("s3cr3t")
    assert main(["login", *OPTIONS, "--audience", "zeebe-api", "--secret-stdin"]) == 0
    assert FileStore(tmp_path / "tokens").load(TokenKey.of(kept)) == TOKEN


def test_what_goes_before_it_is_told(stdin, monkeypatch, capsys) -> None:
    """The output names variables that take precedence over the login."""
    monkeypatch.setenv("CAMUNDA_CLIENT_ID", "x")
    monkeypatch.setenv("CAMUNDA_CLIENT_SECRET", "y")
    monkeypatch.setenv("CAMUNDA_OAUTH_URL", "https://login.example")
    stdin("s3cr3t")
    assert main(["login", *OPTIONS, "--secret-stdin"]) == 0
    err = capsys.readouterr().err
    assert "The environment's credentials go before it" in err
    assert "zeebe-auth status --profile default" in err
    assert "no gateway address" in err


def test_a_config_file_goes_before_it(stdin, monkeypatch, tmp_path, capsys) -> None:
    """A profile of the same name in the config file takes precedence, and the output says so."""
    path = tmp_path / "own.toml"
    path.write_text(
        '[profiles.prod]\nclient_id = "x"\ntoken_url = "https://login.example"\n'
        'client_secret = { env = "NAME" }\n'
    )
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    stdin("s3cr3t")
    assert main(["login", *OPTIONS, "--secret-stdin", "--profile", "prod"]) == 0
    assert f"The profile prod in {path} takes precedence" in capsys.readouterr().err


def test_an_environment_in_the_way_is_told(stdin, monkeypatch, keychain, capsys) -> None:
    """An address in the environment can't be used with an identity from the keychain, and the
    output says so."""
    monkeypatch.setenv("ZEEBE_ADDRESS", "elsewhere.example:443")
    stdin("s3cr3t")
    assert main(["login", *OPTIONS, "--secret-stdin"]) == 0
    assert entry(keychain)["client_id"] == "client-1"
    assert "ZEEBE_ADDRESS" in capsys.readouterr().err


def test_a_token_that_can_not_be_kept_is_no_failed_login(stdin, monkeypatch, capsys) -> None:
    """The credentials are stored all the same; a token can be requested again."""

    def broken(store, key, token):
        raise StoreError("The disk is full.")

    monkeypatch.setattr(FileStore, "save", broken)
    stdin("s3cr3t")
    assert main(["login", *OPTIONS, "--secret-stdin"]) == 0
    assert "The token could not be kept: The disk is full." in capsys.readouterr().err


def test_memory_alone_keeps_no_token(stdin, monkeypatch, keychain, tmp_path) -> None:
    """Where tokens are kept in memory alone a login leaves no file."""
    monkeypatch.setenv("ZEEBE_AUTH_STORE", "memory")
    stdin("s3cr3t")
    assert main(["login", *OPTIONS, "--secret-stdin"]) == 0
    assert entry(keychain)["client_id"] == "client-1"
    assert not (tmp_path / "tokens").exists()
    assert main(["logout"]) == 0


def test_input_that_is_no_text_is_not_quoted(monkeypatch, keychain, capsys) -> None:
    """Bytes that can't be decoded are an error that doesn't show them."""
    raw = io.BytesIO(b"s3cr3t\xff\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(raw, encoding="utf-8"))
    assert main(["login", *OPTIONS, "--secret-stdin"]) == 2
    err = capsys.readouterr().err
    assert "encoding" in err
    assert "s3cr3t" not in err
    assert keychain.entries == {}


def test_a_secret_is_asked_for_until_there_is_one(terminal, keychain, monkeypatch) -> None:
    """An empty answer is no secret."""
    terminal("", "")
    typed = iter(["", " ", "s3cr3t"])
    monkeypatch.setattr("getpass.getpass", lambda *_: next(typed))
    assert main(["login", *OPTIONS]) == 0
    assert entry(keychain)["client_secret"] == "s3cr3t"


def test_input_that_ends_at_the_secret_stores_nothing(
    terminal, keychain, monkeypatch, capsys
) -> None:
    """Ctrl-D instead of a secret ends with 2."""

    def ended(*_):
        raise EOFError

    terminal("")
    monkeypatch.setattr("getpass.getpass", ended)
    assert main(["login", *OPTIONS]) == 2
    assert "Nothing was stored" in capsys.readouterr().err
    assert keychain.entries == {}


def test_a_token_is_kept_under_what_was_sent_for_it(stdin, checked, tmp_path, monkeypatch) -> None:
    """If a subject's file is rewritten during the check, its token is not stored for the next
    subject."""
    file = tmp_path / "user.jwt"
    file.write_text("t0ken.of-ann")

    def rewrite(provider, *, timeout=None):
        file.write_text("t0ken.of-bob")
        return TOKEN

    monkeypatch.setattr(OAuthCredentialsProvider, "fetch_token", rewrite)
    stdin("s3cr3t\n")
    assert main(["login", *OPTIONS, "--secret-stdin", "--subject-token-file", str(file)]) == 0
    store, source = FileStore(tmp_path / "tokens"), load_profile("default").source
    assert store.load(TokenKey.of(source.load())) is None
    file.write_text("t0ken.of-ann")
    assert store.load(TokenKey.of(source.load())) == TOKEN


def test_a_login_whose_subject_is_gone_can_be_replaced(stdin, keychain, tmp_path) -> None:
    """Its tokens can't be found any more, and will expire."""
    file = tmp_path / "user.jwt"
    file.write_text("t0ken.of-ann")
    stdin("s3cr3t\n")
    assert main(["login", *OPTIONS, "--secret-stdin", "--subject-token-file", str(file)]) == 0
    file.unlink()
    stdin("another\n")
    assert main(["login", *OPTIONS, "--secret-stdin"]) == 0
    assert entry(keychain)["client_secret"] == "another"

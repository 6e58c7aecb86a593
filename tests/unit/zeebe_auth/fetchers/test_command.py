"""Tokens that a program prints."""

from __future__ import annotations

import base64
import json
import pickle
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from zeebe_auth import (
    CommandTokenFetcher,
    ConfigurationError,
    FetchingCredentialsProvider,
    TokenEndpointUnreachable,
    TokenResponseError,
)
from zeebe_auth.fetchers.configured import make_fetcher
from zeebe_auth.testing import TokenFetcherConformance

END = 4_000_000_000
EXEC = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential"}


def python(program: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", program, *arguments]


def printing(text: str, form: str = "text") -> CommandTokenFetcher:
    return CommandTokenFetcher(python("import sys; print(sys.argv[1])", text), form)


class Proved(CommandTokenFetcher):
    """One that has all that a fetcher may have."""

    def proof(self) -> None:
        return None


class TestConformance(TokenFetcherConformance):
    """A command keeps the promises of a fetcher."""

    def make_fetcher(self):
        return Proved(python("print('t0ken-of-a-program')"))


def test_text_is_the_token_alone():
    """Spaces and new lines around it are no part of it; nobody said how long it lives: 300 s."""
    token = printing("  t0ken\r\n").fetch(timeout=10)
    assert token.value.reveal() == "t0ken"
    assert token.lifetime_seconds == 300
    assert abs(token.issued_at - time.time()) < 60


def test_a_jwt_says_itself_when_it_ends():
    """Its exp counts."""
    claims = base64.urlsafe_b64encode(json.dumps({"exp": END}).encode()).decode().rstrip("=")
    assert printing(f"e30.{claims}.sig").fetch(timeout=10).expires_at == END


@pytest.mark.parametrize(
    "document",
    [
        {"access_token": "t0ken", "expires_in": 3600, "token_type": "bearer"},
        {"access_token": "t0ken", "expires_in": "3600"},
        {"accessToken": "t0ken", "expires_on": END, "expiresOn": "2001-01-01 00:00:00.000000"},
        {"accessToken": "t0ken", "expiresOn": "2096-10-02 07:06:40.000000"},
        {"token": "t0ken", "expiry": "2096-10-02T07:06:40Z"},
        {"id_token": "t0ken", "token_expiry": "2096-10-02T09:06:40+02:00"},
        {"token": "t0ken", "expires_at": END},
        {"token": "t0ken", "expires_at": "2096-10-02T07:06:40.123Z"},
    ],
)
def test_json_of_the_usual_shapes(document):
    """OAuth's reply, the clouds' command lines and golang/oauth2 are understood."""
    token = printing(json.dumps(document), "json").fetch(timeout=10)
    assert token.value.reveal() == "t0ken"
    assert token.token_type == "Bearer"
    if "expires_in" in document:
        assert token.lifetime_seconds == 3600
    else:
        assert abs(token.expires_at - END) < 86400


def test_kubectls_exec_credential():
    """The status has the token; the program is told that nobody can answer it."""
    program = (
        "import json, os, sys; info = json.loads(os.environ['KUBERNETES_EXEC_INFO']);"
        "assert info['spec'] == {'interactive': False};"
        "print(json.dumps({'apiVersion': info['apiVersion'], 'kind': info['kind'],"
        " 'status': {'token': 't0ken', 'expirationTimestamp': sys.argv[1]}}))"
    )
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    fetcher = CommandTokenFetcher(python(program, end.isoformat()), "exec-credential")
    token = fetcher.fetch(timeout=10)
    assert token.value.reveal() == "t0ken"
    assert token.expires_at == end.timestamp()


@pytest.mark.parametrize(
    ("text", "form", "says"),
    [
        ("", "text", "unusable token"),
        ("two words", "text", "unusable token"),
        ("Bearer s3cr3t", "text", 'without "Bearer"'),
        ("s3cr3t", "json", 'no JSON object. For a token alone the format is "text"'),
        ('["s3cr3t"]', "json", "no JSON object"),
        ('{"password": "s3cr3t"}', "json", "without a token. Its key is one of access_token"),
        ('{"token": 5}', "json", "without a token"),
        ('{"token": "s3cr3t", "expiry": "soon"}', "json", "expiry is no time of ISO 8601"),
        ('{"token": "s3cr3t"}', "exec-credential", 'no ExecCredential .* the format is "json"'),
        (json.dumps(EXEC), "exec-credential", "no ExecCredential"),
        (
            json.dumps({**EXEC, "status": {"clientCertificateData": "s3cr3t"}}),
            "exec-credential",
            "a client certificate instead of a token",
        ),
        (json.dumps({**EXEC, "status": {"x": "s3cr3t"}}), "exec-credential", "without a token"),
    ],
)
def test_what_is_no_token_is_told_without_quoting_it(text, form, says):
    """The error names the program and what to print."""
    with pytest.raises(TokenResponseError, match=says) as caught:
        printing(text, form).fetch(timeout=10)
    assert "s3cr3t" not in caught.value.message
    assert sys.executable in caught.value.message


def test_a_program_that_fails_or_hangs(tmp_path):
    """Its exit code and its time are told; one that isn't there is a mistake of configuration."""
    with pytest.raises(TokenResponseError, match="failed with exit code 7"):
        CommandTokenFetcher(python("raise SystemExit(7)")).fetch(timeout=10)
    slow = CommandTokenFetcher(python("import time; time.sleep(600)"), time_limit_seconds=0.2)
    with pytest.raises(TokenEndpointUnreachable, match=r"did not finish within 0\.2 seconds"):
        slow.fetch(timeout=10)
    with pytest.raises(ConfigurationError, match="can't be started"):
        CommandTokenFetcher([str(tmp_path / "none")]).fetch(timeout=10)


def test_a_program_of_a_profile_that_fails():
    """The profile is named, and still is by a copy."""
    fetcher = make_fetcher({"command": python("raise SystemExit(7)")}, "profile prod in x.toml")
    for each in (fetcher, pickle.loads(pickle.dumps(fetcher))):
        with pytest.raises(TokenResponseError) as caught:
            each.fetch(timeout=10)
        assert caught.value.message.startswith(
            f"The program {sys.executable} (token in the profile prod in x.toml) failed with exit "
        )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((["x"], "yaml"), "'yaml', which is none of the known ones"),
        (("gcloud auth print-access-token",), "is a list of strings"),
        (([],), "is a list of strings"),
        ((["x", 5],), "is a list of strings"),
    ],
)
def test_wrong_arguments(arguments, says):
    """They are refused when it is made."""
    with pytest.raises(ConfigurationError, match=says):
        CommandTokenFetcher(*arguments)


@pytest.mark.parametrize("seconds", [0, -1, 11, float("nan"), "5"])
def test_a_time_limit_out_of_range(seconds):
    """A token request takes 10 s at most, whoever makes it."""
    with pytest.raises(ConfigurationError, match="above 0, and 10 at most"):
        CommandTokenFetcher(["x"], time_limit_seconds=seconds)


def test_its_arguments_are_in_its_key_and_not_in_its_texts():
    """An argument may be a secret; two programs never share a token."""
    one, other = CommandTokenFetcher(["x", "s3cr3t"]), CommandTokenFetcher(["x", "0ther"])
    assert one.identity() != other.identity()
    assert one.identity() == CommandTokenFetcher(["x", "s3cr3t"]).identity()
    shown = f"{one!r} {one.identity().label} {FetchingCredentialsProvider(one).explain()}"
    assert "s3cr3t" not in shown
    assert one.identity().label == "the program x"


def test_one_that_keeps_its_tokens_is_run_less():
    """After the same token twice it is asked again 5 minutes before the token's end."""
    fetcher = printing(json.dumps({"token": "kept", "expires_on": END}), "json")
    first = fetcher.fetch(timeout=10)
    assert fetcher.look_again_at(first) is None
    second = fetcher.fetch(timeout=10)
    assert second is first
    assert fetcher.look_again_at(second) == END - 300


def test_it_pickles_without_a_token():
    """Another process runs the program itself."""
    fetcher = printing("t0ken-value")
    fetcher.fetch(timeout=10)
    again = pickle.loads(pickle.dumps(fetcher))
    assert again.identity() == fetcher.identity()
    assert again._last is None

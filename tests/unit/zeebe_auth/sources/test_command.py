from __future__ import annotations

import json
import pickle
import sys

import pytest

from zeebe_auth import CommandSource, ConfigurationError, CredentialsUnavailable

DOCUMENT = {
    "client_id": "id",
    "client_secret": "s3cr3t",
    "token_url": "https://login.own.example/token",
    "scope": ["a", "b"],
    "address": "zeebe.own.example:443",
    "keep_alive_ms": 1000,
    "insecure": False,
    "audience": None,
}


def printing(text: str) -> CommandSource:
    return CommandSource([sys.executable, "-c", "import sys; print(sys.argv[1])", text])


def test_reads_identity_and_settings():
    """What the program prints as JSON becomes credentials and settings."""
    source = printing(json.dumps(DOCUMENT))
    credentials = source.load()
    assert credentials.client_id == "id"
    assert credentials.authentication.secret.reveal() == "s3cr3t"
    assert credentials.scopes == ("a", "b")
    assert credentials.audience is None
    assert source.settings() == {
        "address": "zeebe.own.example:443",
        "keep_alive_ms": "1000",
        "insecure": "false",
    }


def test_empty_object_has_nothing_to_offer():
    """A program says that it has nothing with an empty object; a chain goes on."""
    with pytest.raises(CredentialsUnavailable, match="holds no credentials"):
        printing("{}").load()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("s3cr3t", "no JSON object"),
        ("", "no JSON object"),
        ('["s3cr3t"]', "no JSON object"),
        ("[" * 100_000, "no JSON object"),
        ('{"client_secert": "s3cr3t"}', 'Did you mean "client_secret"'),
        ('{"client_id": 5}', "client_id .* must be a string"),
        ('{"client_secret": {"value": "s3cr3t"}}', "client_secret .* must be a string"),
        ('{"insecure": "s3cr3t", "keep_alive_ms": 1.5}', "keep_alive_ms .* whole number"),
        ('{"insecure": 1}', "insecure .* true or false"),
        ('{"scope": ["s3cr3t", 1]}', "scope .* list of strings"),
        ('{"version": 2}', "version that is not known"),
        ('{"client_id": "id", "client_secret": "s3cr3t"}', "No token URL"),
    ],
)
def test_unusable_output(text, problem):
    """Any other output is an error that names the command and doesn't quote the output."""
    with pytest.raises(ConfigurationError, match=problem) as caught:
        printing(text).load()
    assert "s3cr3t" not in str(caught.value)
    assert sys.executable in str(caught.value)
    assert caught.value.__cause__ is None


def test_failing_program_is_explained():
    """explain() runs the program and reports its failure without raising."""
    source = CommandSource([sys.executable, "-c", "raise SystemExit(7)"])
    (finding,) = source.explain()
    assert finding.outcome == "unusable"
    assert "exit code 7" in finding.reason


@pytest.mark.parametrize("argv", ["vault --json", [], ["vault", 1], None])
def test_argv_is_a_list_of_strings(argv):
    """A command line in one string would need a shell, so it is refused."""
    with pytest.raises(ConfigurationError, match="list of strings"):
        CommandSource(argv)


@pytest.mark.parametrize("limit", [0, -1, True, "5", float("inf"), float("nan")])
def test_time_limit_is_a_number_of_seconds(limit):
    """A time limit that limits nothing is refused."""
    with pytest.raises(ConfigurationError, match="time_limit_seconds"):
        CommandSource(["vault"], time_limit_seconds=limit)


def test_is_its_recipe():
    """A source pickles and compares by command and limit, and shows no argument."""
    source = CommandSource(["vault", "--token=s3cr3t"], time_limit_seconds=2)
    assert pickle.loads(pickle.dumps(source)) == source
    assert source == CommandSource(("vault", "--token=s3cr3t"), 2.0) != CommandSource(["vault"])
    assert repr(source) == "CommandSource(['vault', <1 arguments>], time_limit_seconds=2.0)"

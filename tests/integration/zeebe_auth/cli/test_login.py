"""From a downloaded file or a piped secret to a token from the keychain, and back."""

from __future__ import annotations

import json


def options(sandbox) -> list[str]:
    return [
        "--address",
        sandbox.address,
        "--client-id",
        sandbox.client_id,
        "--audience",
        sandbox.audience,
        "--ca-certificate",
        str(sandbox.ca_certificate_path),
        "--secret-stdin",
    ]


def test_a_console_file_is_all_a_machine_needs(zeebe_auth, sandbox, tmp_path) -> None:
    """After a login from a file, other processes find identity, address and CA."""
    file = sandbox.console_file(tmp_path / "credentials.txt")
    done = zeebe_auth("login", "--from-file", str(file))
    assert (done.returncode, done.stdout) == (0, "")
    assert "you may delete it now" in done.stderr
    file.unlink()
    assert zeebe_auth("token").returncode == 0
    status = json.loads(zeebe_auth("status", "--output", "json").stdout)
    assert status["profile"] == "keychain profile default"
    topology = zeebe_auth.run("zeebe_grpc.cli.main", "topology", "--output", "json")
    assert topology.returncode == 0
    assert json.loads(topology.stdout)["clusterSize"] == 3
    # The token of the check is used by all of them.
    assert sandbox.token_requests == 1


def test_a_piped_secret_with_an_issuer(zeebe_auth, sandbox) -> None:
    """A script logs in with options and a pipe; the token URL is discovered from the issuer."""
    arguments = [*options(sandbox), "--issuer", sandbox.issuer, "--profile", "prod"]
    done = zeebe_auth("login", *arguments, stdin=sandbox.client_secret + "\n")
    assert done.returncode == 0
    assert "zeebe-auth:prod credentials" in zeebe_auth.keychain()
    assert zeebe_auth("token", "--profile", "prod").returncode == 0
    assert zeebe_auth("token").returncode == 2


def test_a_wrong_secret_stores_nothing(zeebe_auth, sandbox, tmp_path) -> None:
    """Refused credentials end with 3 and leave neither an entry nor a file."""
    arguments = [*options(sandbox), "--token-url", sandbox.token_url]
    done = zeebe_auth("login", *arguments, stdin="wr0ng-s3cr3t")
    assert done.returncode == 3
    assert "wr0ng-s3cr3t" not in done.stderr
    assert "nothing was stored" in done.stderr
    assert zeebe_auth.keychain() == {}
    assert not (tmp_path / "cache").exists()


def test_an_unreachable_endpoint_stores_nothing(zeebe_auth, sandbox) -> None:
    """An endpoint that returns a server error ends the login with 4."""
    sandbox.refuse_token_requests(3, 503)
    arguments = [*options(sandbox), "--token-url", sandbox.token_url]
    done = zeebe_auth("login", *arguments, stdin=sandbox.client_secret)
    assert done.returncode == 4
    assert zeebe_auth.keychain() == {}


def test_a_refused_secret_is_corrected_at_once(zeebe_auth, sandbox, tmp_path) -> None:
    """A login ignores cooldowns, and the commands after it aren't held up by an old one."""
    arguments = [*options(sandbox), "--token-url", sandbox.token_url]
    zeebe_auth("login", *arguments, stdin=sandbox.client_secret)
    sandbox.refuse_token_requests(1, 429, retry_after="3600")
    assert zeebe_auth("token", "--fresh").returncode == 4
    done = zeebe_auth("login", *arguments, stdin=sandbox.client_secret)
    assert done.returncode == 0
    assert json.loads(zeebe_auth("status", "--output", "json").stdout)["cooldown"] is None
    assert zeebe_auth("token").returncode == 0


def test_a_logout_leaves_nothing(zeebe_auth, sandbox, tmp_path) -> None:
    """Keychain and token store are as before the login."""
    file = sandbox.console_file(tmp_path / "credentials.txt")
    zeebe_auth("login", "--from-file", str(file))
    assert list(tmp_path.rglob("*.json"))
    assert zeebe_auth("logout").returncode == 0
    assert zeebe_auth.keychain() == {}
    assert [path for path in tmp_path.rglob("*.json") if path != zeebe_auth.keychain_path] == []
    assert zeebe_auth("status").returncode == 2


def test_without_a_keychain_a_login_says_so(zeebe_auth, sandbox, tmp_path) -> None:
    """On a machine without a keychain the other ways are named, before any request."""
    file = sandbox.console_file(tmp_path / "credentials.txt")
    none = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    done = zeebe_auth("login", "--from-file", str(file), **none)
    assert done.returncode == 1
    assert "environment or a file" in done.stderr
    assert sandbox.token_requests == 0

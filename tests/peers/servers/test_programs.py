"""The command lines with each authorization server, as a user would set them up."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from servers.authorization_server import BASIC_PLAIN, CERTIFICATE, KEY, POST, AuthorizationServer
from servers.gateway import gateway
from servers.identity import PLAIN_SECRET, SECRET, WRONG_SECRET, Identity

from zeebe_auth import AccessToken, Secret
from zeebe_grpc.sandbox.environment import without_camunda

SECONDS = 240


@pytest.fixture
def run(session, tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program of ours, with a keychain and folders of the test's own."""
    environment = {
        name: value
        for name, value in without_camunda(session.environment).items()
        if name not in {"PYTHON_KEYRING_BACKEND", "DISPLAY"}
    }
    environment |= {
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "GATEWAY_SECRET": PLAIN_SECRET,
    }

    def run(*command: str, stdin: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
        program = shutil.which(command[0], path=str(Path(sys.executable).parent)) or command[0]
        return subprocess.run(
            [program, *command[1:]],
            env=environment | changes,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    return run


def login(server: AuthorizationServer, **changes: str) -> list[str]:
    """The command that keeps the client `POST` in the keychain."""
    options = {
        "client-id": POST,
        "dialect": server.dialect,
        "issuer": server.issuer,
        "scope": " ".join(server.scopes),
        "address": "localhost:26500",
        "ca-certificate": str(server.ca_file),
        **changes,
    }
    given = [part for name, value in options.items() for part in (f"--{name}", value)]
    return ["zeebe-auth", "login", "--secret-stdin", *given]


def test_a_logout_revokes_the_token(server, run):
    """After a logout the server itself reports the token as inactive."""
    assert run(*login(server), stdin=SECRET).returncode == 0
    printed = run("zeebe-auth", "token", "--output", "json")
    assert printed.returncode == 0, printed.stderr
    value = Secret(json.loads(printed.stdout)["access_token"])
    token = AccessToken(value, issued_at=0, expires_at=None)
    assert server.says_active(token, POST, SECRET)
    done = run("zeebe-auth", "logout")
    assert done.returncode == 0, done.stderr
    assert "Its token was revoked." in done.stderr
    assert not server.says_active(token, POST, SECRET)


def test_a_wrong_secret_is_told_at_once(server, run):
    """Login says which server refused which client, stores nothing, and doesn't show the secret."""
    done = run(*login(server), stdin=WRONG_SECRET)
    assert done.returncode == 3, done.stderr
    assert "'post'" in done.stderr
    assert "check the client secret" in done.stderr.lower()
    assert WRONG_SECRET not in done.stderr
    assert "Traceback" not in done.stderr
    assert run("secret-tool", "search", "--all", "service", "zeebe-auth:default").stdout == ""


PROFILES = {
    "secret": f"""
client_id = "{BASIC_PLAIN}"
client_secret = {{ env = "GATEWAY_SECRET" }}
authentication_method = "client_secret_basic"
""",
    "key": f"""
client_id = "{KEY}"
private_key_file = "{{key}}"
key_id = "rsa"
""",
    "certificate": f"""
client_id = "{CERTIFICATE}"
authentication_method = "tls_client_auth"
client_certificate = "{{certificate}}"
""",
}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_opens_a_gateway(server, identity: Identity, run, tmp_path, profile):
    """With a few lines of the config file a command gets the topology, with a certificate for
    both."""
    own = PROFILES[profile].replace("{key}", str(identity.private_key("rsa")))
    own = own.replace("{certificate}", str(identity.certificate("client")))
    target = {"resources": "resource"}
    asked = "\n".join(
        f"{target.get(name, name)} = {json.dumps(value)}" for name, value in server.target.items()
    )
    with gateway(server, identity, client_certificates=profile == "certificate") as address:
        config = tmp_path / "config.toml"
        config.write_text(
            f"""
[profiles.default]
address = "{address}"
dialect = "{server.dialect}"
issuer = "{server.issuer}"
scope = "{" ".join(server.scopes)}"
ca_certificate = "{server.ca_file}"
{own}
{asked}
"""
        )
        done = run("zeebe-grpc", "topology", "--output", "json", ZEEBE_AUTH_CONFIG=str(config))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["gatewayVersion"] == server.issuer

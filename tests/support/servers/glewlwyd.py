"""Debian's glewlwyd, whose replies differ from the others'."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import socket
import sqlite3
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from joserfc.jwk import RSAKey
from logged_process import LoggedProcess, find_program

from servers.authorization_server import (
    BASIC,
    BASIC_PLAIN,
    CERTIFICATE,
    EXCHANGE,
    KEY,
    POST,
    PUBLIC,
    SECRET_JWT,
    SELF_SIGNED,
    AuthorizationServer,
)
from servers.identity import PLAIN_SECRET, SECRET, Identity

__all__ = ["glewlwyd"]

INITIAL_DATABASE = Path("/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz")
MODULES = Path("/usr/lib/glewlwyd")
RESOURCE = "https://zeebe.example"
LIFETIME_SECONDS = 300
ATTEMPTS = 3
PATIENCE_SECONDS = 120.0
ANSWER_SECONDS = 10.0
# Those of the initial database.
ADMINISTRATOR = {"username": "admin", "password": "password"}


@contextmanager
def glewlwyd(folder: Path, identity: Identity) -> Iterator[AuthorizationServer]:
    """Runs it while the block lasts, with its files in ``folder``."""
    program = find_program("glewlwyd", "glewlwyd")
    version = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False, timeout=30
    ).stdout.strip()
    database = folder / "glewlwyd.sqlite3"
    _create_database(database)
    trusted = folder / "trusted.pem"
    _write_trusted(trusted, identity)
    configuration = folder / "glewlwyd.conf"
    for _ in range(ATTEMPTS):
        port = _free_port()
        base = f"https://localhost:{port}"
        configuration.write_text(_configuration(port, base, database, identity, trusted))
        with LoggedProcess(
            [program, f"--config-file={configuration}"],
            environment=os.environ,
        ) as process:
            process.wait_for_line("Glewlwyd started")
            if not _answers(process, port, identity):
                continue
            issuer = f"{base}/api/oidc"
            _register(port, issuer, identity)
            yield AuthorizationServer(
                name=f"glewlwyd {'.'.join(version.split('.')[:2])}",
                issuer=issuer,
                token_url=f"{issuer}/token",
                ca_file=identity.ca_file,
                dialect="generic",
                target={"resources": (RESOURCE,)},
                unknown_target={"resources": ("https://unknown.example",)},
                audience=RESOURCE,
                # It compares a secret in a header as it was encoded (RFC 6749, 2.3.1).
                lacks=frozenset({BASIC, PUBLIC, EXCHANGE}),
            )
            return
    pytest.fail(f"glewlwyd answered on none of {ATTEMPTS} ports")


def _answers(process: LoggedProcess, port: int, identity: Identity) -> bool:
    """Wait until it answers; False if it ends, as when another program took the port first."""
    # It logs that it has started before it listens.
    until = time.monotonic() + PATIENCE_SECONDS
    while process.is_running() and time.monotonic() < until:
        try:
            with closing(_connection(port, identity, ANSWER_SECONDS)) as connection:
                connection.request("GET", "/config")
                reply = connection.getresponse()
                if reply.status == 200 and "api_prefix" in json.load(reply):
                    return True
        except (OSError, http.client.HTTPException, ValueError):
            # Nothing listens there yet, or it is another program.
            pass
        time.sleep(0.05)
    return False


def _connection(port: int, identity: Identity, seconds: float) -> http.client.HTTPSConnection:
    trusted = ssl.create_default_context(cafile=identity.ca_file)
    return http.client.HTTPSConnection("localhost", port, context=trusted, timeout=seconds)


def _write_trusted(path: Path, identity: Identity) -> None:
    # A self-signed certificate is verified before the client's registration is looked at.
    pem = identity.certificate("self-signed").read_bytes()
    self_signed = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.PEM)
    path.write_bytes(identity.ca_file.read_bytes() + self_signed)


def _create_database(path: Path) -> None:
    if not INITIAL_DATABASE.exists():
        pytest.fail(f"glewlwyd's initial database is missing: no {INITIAL_DATABASE}")
    with (
        gzip.open(INITIAL_DATABASE, "rt", encoding="utf-8") as script,
        closing(sqlite3.connect(path)) as database,
    ):
        database.executescript(script.read())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _configuration(port: int, base: str, database: Path, identity: Identity, trusted: Path) -> str:
    settings = {
        "port": port,
        "bind_address": "127.0.0.1",
        "external_url": base,
        "api_prefix": "api",
        "log_mode": "console",
        "log_level": "INFO",
        "session_key": "GLEWLWYD2_SESSION_ID",
        "admin_scope": "g_admin",
        "profile_scope": "g_profile",
        "user_module_path": f"{MODULES}/user",
        "client_module_path": f"{MODULES}/client",
        "user_auth_scheme_module_path": f"{MODULES}/scheme",
        "plugin_module_path": f"{MODULES}/plugin",
        "use_secure_connection": True,
        "secure_connection_key_file": str(identity.server_key),
        "secure_connection_pem_file": str(identity.server_certificate),
        "secure_connection_ca_file": str(trusted),
        "hash_algorithm": "SHA512",
    }
    # Its strings, numbers and truth values are written as in JSON.
    lines = [f"{name} = {json.dumps(value)};" for name, value in settings.items()]
    lines.append(f'database = {{ type = "sqlite3"; path = {json.dumps(str(database))}; }};')
    return "\n".join(lines)


def _register(port: int, issuer: str, identity: Identity) -> None:
    headers = {"Content-Type": "application/json"}
    with closing(_connection(port, identity, PATIENCE_SECONDS)) as connection:

        def post(path: str, document: dict[str, Any]) -> http.client.HTTPResponse:
            connection.request("POST", f"/api/{path}/", json.dumps(document), headers)
            reply = connection.getresponse()
            body = reply.read()
            if reply.status != 200:
                pytest.fail(f"glewlwyd refused {path}: HTTP {reply.status} {body.decode()}")
            return reply

        login = post("auth", ADMINISTRATOR)
        headers["Cookie"] = login.headers["Set-Cookie"].partition(";")[0]
        post("scope", {"name": "zeebe", "display_name": "zeebe", "password_required": False})
        post("mod/plugin", _plugin(issuer))
        for client in _clients(identity):
            post("client", client)


def _plugin(issuer: str) -> dict[str, Any]:
    key = RSAKey.generate_key(2048, {"kid": "server", "use": "sig", "alg": "RS256"})
    return {
        "module": "oidc",
        "name": "oidc",
        "display_name": "OpenID Connect",
        "enabled": True,
        "parameters": {
            "iss": issuer,
            "jwks-private": json.dumps({"keys": [key.as_dict(private=True)]}),
            "jwks-show": True,
            "jwt-type": "rsa",
            "jwt-key-size": "256",
            "access-token-duration": LIFETIME_SECONDS,
            "refresh-token-duration": 1209600,
            "code-duration": 600,
            "refresh-token-rolling": False,
            "allow-non-oidc": True,
            "auth-type-client-enabled": True,
            "auth-type-code-enabled": True,
            "auth-type-token-enabled": False,
            "auth-type-password-enabled": False,
            "auth-type-refresh-enabled": True,
            "subject-type": "public",
            "request-parameter-allow": True,
            "request-maximum-exp": 3600,
            "client-jwks-parameter": "jwks",
            "introspection-revocation-allowed": True,
            "introspection-revocation-allow-target-client": True,
            "client-cert-source": "TLS",
            "client-cert-self-signed-allowed": True,
            "resource-allowed": True,
            "resource-scope": {"zeebe": [RESOURCE]},
            "resource-scope-and-client-property": False,
        },
    }


def _clients(identity: Identity) -> list[dict[str, Any]]:
    methods = {
        POST: {"token_endpoint_auth_method": ["client_secret_post"], "client_secret": SECRET},
        BASIC: {"token_endpoint_auth_method": ["client_secret_basic"], "client_secret": SECRET},
        BASIC_PLAIN: {
            "token_endpoint_auth_method": ["client_secret_basic"],
            "client_secret": PLAIN_SECRET,
        },
        SECRET_JWT: {
            "token_endpoint_auth_method": ["client_secret_jwt"],
            "client_secret": SECRET,
        },
        KEY: {"token_endpoint_auth_method": ["private_key_jwt"], "jwks": identity.public_keys()},
        CERTIFICATE: {
            "token_endpoint_auth_method": ["tls_client_auth"],
            "tls_client_auth_san_dns": "client.test",
        },
        SELF_SIGNED: {
            "token_endpoint_auth_method": ["self_signed_tls_client_auth"],
            "jwks": {"keys": [identity.certificate_as_jwk("self-signed")]},
        },
        PUBLIC: {"token_endpoint_auth_method": ["none"], "confidential": False},
    }
    common = {
        "confidential": True,
        "enabled": True,
        "authorization_type": ["client_credentials"],
        "scope": ["zeebe"],
        "redirect_uri": [],
    }
    return [{"client_id": name, **common, **method} for name, method in methods.items()]

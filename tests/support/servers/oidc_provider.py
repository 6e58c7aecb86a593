"""npm's oidc-provider, strict about every word of the specifications."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
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

__all__ = ["oidc_provider"]

ROOT = Path(__file__).parents[3]
PINS = ROOT / "tests" / "peers" / "servers" / "oidc_provider"
INSTALLED = ROOT / ".peers" / "oidc_provider"
RESOURCE = "https://zeebe.example"
LIFETIME_SECONDS = 300


@contextmanager
def oidc_provider(folder: Path, identity: Identity) -> Iterator[AuthorizationServer]:
    """Runs it while the block lasts, with its files in ``folder``."""
    stamp, pins = INSTALLED / "installed.json", PINS / "package-lock.json"
    if not stamp.exists() or stamp.read_bytes() != pins.read_bytes():
        pytest.fail("oidc-provider as pinned is missing in .peers: run make peers")
    version = json.loads(pins.read_text())["packages"]["node_modules/oidc-provider"]["version"]
    settings = folder / "settings.json"
    settings.write_text(json.dumps(_settings(identity)))
    with LoggedProcess(
        [find_program("node", "nodejs"), str(PINS / "server.mjs"), str(INSTALLED), str(settings)],
        environment={**os.environ, "NODE_NO_WARNINGS": "1"},
    ) as process:
        issuer = process.wait_for_line("issuer https://").split()[-1]
        yield AuthorizationServer(
            name=f"oidc-provider {version}",
            issuer=issuer,
            token_url=f"{issuer}/token",
            ca_file=identity.ca_file,
            dialect="generic",
            target={"resources": (RESOURCE,)},
            unknown_target={"resources": ("https://unknown.example",)},
            audience=RESOURCE,
            lacks=frozenset({EXCHANGE}),
            takes_json=True,
        )


def _settings(identity: Identity) -> dict[str, Any]:
    key = RSAKey.generate_key(2048, {"kid": "server", "use": "sig"})
    return {
        "key": str(identity.server_key),
        "certificate": str(identity.server_certificate),
        "authority": str(identity.ca_file),
        "jwks": {"keys": [key.as_dict(private=True)]},
        "scopes": ["zeebe"],
        "resource": RESOURCE,
        "lifetimeSeconds": LIFETIME_SECONDS,
        "takesJson": True,
        "clients": _clients(identity),
    }


def _clients(identity: Identity) -> list[dict[str, Any]]:
    keys = identity.public_keys()
    methods = {
        POST: {"token_endpoint_auth_method": "client_secret_post", "client_secret": SECRET},
        BASIC: {"token_endpoint_auth_method": "client_secret_basic", "client_secret": SECRET},
        BASIC_PLAIN: {
            "token_endpoint_auth_method": "client_secret_basic",
            "client_secret": PLAIN_SECRET,
        },
        SECRET_JWT: {"token_endpoint_auth_method": "client_secret_jwt", "client_secret": SECRET},
        KEY: {"token_endpoint_auth_method": "private_key_jwt", "jwks": keys},
        CERTIFICATE: {
            "token_endpoint_auth_method": "tls_client_auth",
            "tls_client_auth_san_dns": "client.test",
        },
        SELF_SIGNED: {
            "token_endpoint_auth_method": "self_signed_tls_client_auth",
            "jwks": {"keys": [identity.certificate_as_jwk("self-signed")]},
        },
        PUBLIC: {"token_endpoint_auth_method": "none"},
        EXCHANGE: {"token_endpoint_auth_method": "client_secret_post", "client_secret": SECRET},
    }
    common = {
        "grant_types": ["client_credentials"],
        "redirect_uris": [],
        "response_types": [],
        "scope": "zeebe",
    }
    return [{"client_id": name, **common, **method} for name, method in methods.items()]

"""Keycloak, with the realm that Camunda's self-managed installation has.

Beside it is a realm "machines": a signer whose JWTs it takes as a grant (RFC 7523, 2.1), and a
SPIFFE trust domain.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from http_service import HttpService, Response
from logged_process import LoggedProcess, find_program

from servers.authorization_server import PUBLIC, SELF_SIGNED, AuthorizationServer
from servers.identity import PLAIN_SECRET, SECRET, Identity

__all__ = ["keycloak"]

ROOT = Path(__file__).parents[3]
REALMS = ROOT / "tests" / "peers" / "servers" / "keycloak"
# This way it takes half of the memory, and half of the work to start.
JAVA = {
    "JAVA_OPTS_KC_HEAP": "-Xmx256m",
    "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC",
}
START_SECONDS = 300.0


@contextmanager
def keycloak(folder: Path, identity: Identity) -> Iterator[AuthorizationServer]:
    """Runs it while the block lasts, with its files in ``folder``."""
    find_program("java", "default-jre-headless")
    installed = _installed()
    home = _home(folder, installed)
    with (
        _bundle_endpoint(identity) as bundle_url,
        LoggedProcess(
            [
                *("sh", str(installed / "bin" / "kc.sh"), f"-Dkc.home.dir={home}"),
                *("start", "--optimized", "--import-realm", "--cache=local"),
                *("--http-host=127.0.0.1", "--https-port=0", "--hostname-strict=false"),
                f"--https-certificate-file={identity.server_certificate}",
                f"--https-certificate-key-file={identity.server_key}",
                f"--https-trust-store-file={identity.ca_file}",
                "--https-trust-store-type=PEM",
            ],
            environment={**os.environ, **JAVA, **_values(identity, bundle_url)},
        ) as process,
    ):
        started = process.wait_for_line("Listening on: https://", seconds=START_SECONDS)
        port = started.rpartition(":")[2]
        issuer = f"https://localhost:{port}/realms/camunda-platform"
        yield AuthorizationServer(
            name=f"Keycloak {installed.name.removeprefix('keycloak-')}",
            issuer=issuer,
            token_url=f"{issuer}/protocol/openid-connect/token",
            ca_file=identity.ca_file,
            dialect="keycloak",
            target={"audience": "zeebe-api"},
            unknown_target={"audience": "unknown-api"},
            audience="zeebe-api",
            lacks=frozenset({SELF_SIGNED, PUBLIC}),
        )


def _installed() -> Path:
    folders = [stamp.parent for stamp in ROOT.glob(".peers/keycloak-*/built")]
    if len(folders) != 1:
        pytest.fail("Keycloak is missing in .peers: run make peers")
    return folders[0]


def _home(folder: Path, installed: Path) -> Path:
    """Where it finds its realm and keeps its data, so that several can run from one folder."""
    home = folder / "keycloak"
    (home / "data" / "import").mkdir(parents=True)
    for realm in REALMS.glob("*.json"):
        (home / "data" / "import" / realm.name).symlink_to(realm)
    (home / "lib").symlink_to(installed / "lib")
    return home


@contextmanager
def _bundle_endpoint(identity: Identity) -> Iterator[str]:
    """Where a SPIFFE trust domain publishes its keys (SPIFFE Trust Domain and Bundle, 4)."""
    keys = [{**each, "use": "jwt-svid"} for each in identity.public_keys()["keys"]]
    body = json.dumps({"spiffe_sequence": 1, "keys": keys}).encode()
    reply = Response(headers=(("Content-Type", "application/json"),), body=body)
    with HttpService(lambda _request: reply) as service:
        yield f"http://127.0.0.1:{service.port}/bundle"


def _values(identity: Identity, bundle_url: str) -> dict[str, str]:
    """What the realm's placeholders stand for; Keycloak puts it into the file as it is."""
    values = {
        "CLIENT_SECRET": SECRET,
        "PLAIN_SECRET": PLAIN_SECRET,
        "CLIENT_KEYS": json.dumps(identity.public_keys()),
        "SIGNER_KEYS": json.dumps(identity.public_keys()),
        "BUNDLE_URL": bundle_url,
    }
    return {name: json.dumps(value)[1:-1] for name, value in values.items()}

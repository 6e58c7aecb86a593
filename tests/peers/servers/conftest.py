"""Authorization servers of other projects, each started once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from servers.authorization_server import AuthorizationServer
from servers.glewlwyd import glewlwyd
from servers.identity import Identity
from servers.keycloak import keycloak
from servers.oidc_provider import oidc_provider

SERVERS = {"Keycloak": keycloak, "oidc-provider": oidc_provider, "glewlwyd": glewlwyd}


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """The credentials of clients."""
    return Identity.create(tmp_path_factory.mktemp("identity"))


@pytest.fixture(scope="session")
def running_servers(
    identity: Identity, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, AuthorizationServer]]:
    """All of them, by name; they start side by side."""
    with ExitStack() as until_the_end, ThreadPoolExecutor() as pool:
        starting = {
            name: pool.submit(
                until_the_end.enter_context, start(tmp_path_factory.mktemp(name), identity)
            )
            for name, start in SERVERS.items()
        }
        yield {name: started.result() for name, started in starting.items()}


@pytest.fixture(params=SERVERS)
def server(
    request: pytest.FixtureRequest, running_servers: dict[str, AuthorizationServer]
) -> AuthorizationServer:
    """Each of them."""
    return running_servers[request.param]

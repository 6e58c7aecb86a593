"""The sandbox as programs find it: environment variables, and the file of Camunda Console."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

CLUSTER_ID = "5a6e8c1d-2f47-4b0a-9c3e-7d1f0b2a4e68"
REGION = "sandbox-1"
_PREFIXES = ("CAMUNDA_", "ZEEBE_")
_PROXY_EXCEPTIONS = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Everything a client must know to use the sandbox.

    Args:
        address: The gateway, ``host:port``.
        plaintext: Whether the gateway speaks without TLS.
        client_id: The client that the sandbox starts with.
        client_secret: Its secret.
        token_url: The token endpoint.
        audience: Whom the tokens are for.
        authority_path: The CA file, for gateway and token endpoint.
        token_cache_directory: Where clients may keep tokens; it ends with the sandbox.
        client_config_path: The same for clients that want a file; it doesn't exist at the start.
        control_url: Where the sandbox's switches are; see `zeebe_grpc.sandbox.attach`.
    """

    address: str
    plaintext: bool
    client_id: str
    client_secret: str = field(repr=False)
    token_url: str
    audience: str
    authority_path: str
    token_cache_directory: str
    client_config_path: str
    control_url: str = field(repr=False)

    def environment(self) -> dict[str, str]:
        """One variable for each thing, so that one of them can be changed without a conflict."""
        variables = {
            "ZEEBE_ADDRESS": self.address,
            "CAMUNDA_CLIENT_ID": self.client_id,
            "CAMUNDA_CLIENT_SECRET": self.client_secret,
            "CAMUNDA_OAUTH_URL": self.token_url,
            "CAMUNDA_TOKEN_AUDIENCE": self.audience,
            "CAMUNDA_CA_CERTIFICATE_PATH": self.authority_path,
            "CAMUNDA_TOKEN_CACHE_DIR": self.token_cache_directory,
            "ZEEBE_SANDBOX_CONTROL_URL": self.control_url,
        }
        if self.plaintext:
            variables["ZEEBE_INSECURE_CONNECTION"] = "true"
        return variables

    def aliases(self) -> dict[str, str]:
        """The same under the names which zbctl, Node.js and other clients read."""
        return {
            "ZEEBE_CLIENT_ID": self.client_id,
            "ZEEBE_CLIENT_SECRET": self.client_secret,
            "ZEEBE_AUTHORIZATION_SERVER_URL": self.token_url,
            "ZEEBE_TOKEN_AUDIENCE": self.audience,
            "ZEEBE_CA_CERTIFICATE_PATH": self.authority_path,
            # Camunda's Python SDK, which takes a CA from here alone.
            "CAMUNDA_MTLS_CA_PATH": self.authority_path,
            # @camunda8/sdk, and the last two zeebe-node.
            "CAMUNDA_CUSTOM_ROOT_CERT_PATH": self.authority_path,
            "ZEEBE_CLIENT_SSL_ROOT_CERTS_PATH": self.authority_path,
            "ZEEBE_SECURE_CONNECTION": "false" if self.plaintext else "true",
            # Clients would else leave a token in the home of the user, as zbctl does all the same:
            # it takes the place from its option --clientCache alone.
            "ZEEBE_CLIENT_CONFIG_PATH": self.client_config_path,
            "ZEEBE_TOKEN_CACHE_DIR": self.token_cache_directory,
        }

    def console_file(self) -> str:
        """The text of the credentials file as Camunda Console lets users download it.

        The last two lines are the sandbox's own: a Console file needs no CA, since Camunda SaaS
        has certificates that every machine trusts, and Camunda SaaS revokes no tokens.
        """
        token_host = self.token_url.removesuffix("/oauth/token")
        variables = {
            "ZEEBE_ADDRESS": self.address,
            "ZEEBE_REST_ADDRESS": f"{token_host}/rest/{CLUSTER_ID}",
            "ZEEBE_GRPC_ADDRESS": f"{'http' if self.plaintext else 'https'}://{self.address}",
            "ZEEBE_CLIENT_ID": self.client_id,
            "ZEEBE_CLIENT_SECRET": self.client_secret,
            "ZEEBE_AUTHORIZATION_SERVER_URL": self.token_url,
            "ZEEBE_TOKEN_AUDIENCE": self.audience,
            "CAMUNDA_CLUSTER_ID": CLUSTER_ID,
            "CAMUNDA_CLIENT_ID": self.client_id,
            "CAMUNDA_CLIENT_SECRET": self.client_secret,
            "CAMUNDA_CLUSTER_REGION": REGION,
            "CAMUNDA_CREDENTIALS_SCOPES": "Zeebe,Tasklist,Operate,Optimize,Secrets",
            "CAMUNDA_TASKLIST_BASE_URL": f"{token_host}/tasklist/{CLUSTER_ID}",
            "CAMUNDA_OPERATE_BASE_URL": f"{token_host}/operate/{CLUSTER_ID}",
            "CAMUNDA_OPTIMIZE_BASE_URL": f"{token_host}/optimize/{CLUSTER_ID}",
            "CAMUNDA_OAUTH_URL": self.token_url,
            "CAMUNDA_CA_CERTIFICATE_PATH": self.authority_path,
            "ZEEBE_AUTH_REVOCATION_URL": f"{token_host}/oauth/revoke",
        }
        quoted = {name: value.replace("'", "'\\''") for name, value in variables.items()}
        return "".join(f"export {name}='{value}'\n" for name, value in quoted.items())


def without_camunda(inherited: Mapping[str, str]) -> dict[str, str]:
    """An environment without its CAMUNDA_* and ZEEBE_* names."""
    return {
        name: value for name, value in inherited.items() if not name.upper().startswith(_PREFIXES)
    }


def without_bundled_libraries(inherited: Mapping[str, str]) -> dict[str, str]:
    """An environment in which a frozen program's own libraries come first for nobody.

    PyInstaller's bootloader puts them there, and keeps what was there before under another name.
    """
    environment = dict(inherited)
    if hasattr(sys, "_MEIPASS"):
        environment.pop("LD_LIBRARY_PATH", None)
        if (before := environment.pop("LD_LIBRARY_PATH_ORIG", None)) is not None:
            environment["LD_LIBRARY_PATH"] = before
    return environment


def proxy_exceptions(inherited: Mapping[str, str]) -> dict[str, str]:
    """The variables that keep a proxy away from loopback, with what they held before."""
    before = inherited.get("NO_PROXY") or inherited.get("no_proxy") or ""
    names = [name.strip() for name in before.split(",") if name.strip()]
    joined = ",".join(dict.fromkeys([*names, *_PROXY_EXCEPTIONS]))
    return {"NO_PROXY": joined, "no_proxy": joined}

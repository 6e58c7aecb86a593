"""The peers, each as its own documentation says, asking the same token endpoint.

A subject is made by a function that takes the token URL and gives another one, which has a token
to use when it returns. The first call of that asks the endpoint; the following ones are warm.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import time
import urllib.request
from collections.abc import Callable
from typing import Any

__all__ = ["PEERS", "Use"]

Use = Callable[[], object]
"""Have a token to use."""

_FORM = b"grant_type=client_credentials&client_id=bench&client_secret=bench"


def _fetch(url: str) -> tuple[str, int]:
    with urllib.request.urlopen(url, _FORM, timeout=30) as reply:  # noqa: S310 - our own server
        document = json.load(reply)
    return document["access_token"], document["expires_in"]


def google_auth(url: str) -> Use:
    """`google.auth`: before_request, which is what its gRPC plugin calls."""
    from google.auth import credentials

    class Credentials(credentials.Credentials):
        def refresh(self, request: Any) -> None:
            self.token, seconds = _fetch(url)
            # google-auth compares with a time without a zone.
            now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
            self.expiry = now + dt.timedelta(seconds=seconds)

    mine = Credentials()
    headers: dict[str, str] = {}

    def use() -> object:
        mine.before_request(None, "POST", "https://localhost/", headers)
        return headers["authorization"]

    return use


def azure_identity(url: str) -> Use:
    """`azure.identity`: get_token of a credential on its own base, with a token in memory."""
    from azure.core.credentials import AccessTokenInfo
    from azure.identity._internal.get_token_mixin import GetTokenMixin

    class Credential(GetTokenMixin):
        token: Any = None

        def _acquire_token_silently(self, *_scopes: str, **_options: Any) -> Any:
            return self.token

        def _request_token(self, *_scopes: str, **_options: Any) -> Any:
            value, seconds = _fetch(url)
            self.token = AccessTokenInfo(value, int(time.time()) + seconds)
            return self.token

    mine = Credential()
    return lambda: mine.get_token("scope").token


def botocore(url: str) -> Use:
    """`botocore`: get_frozen_credentials of credentials that refresh."""
    from botocore.credentials import RefreshableCredentials

    def refreshed() -> dict[str, str]:
        value, seconds = _fetch(url)
        expires = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
        return {
            "access_key": "bench",
            "secret_key": "bench",
            "token": value,
            "expiry_time": expires.isoformat(),
        }

    made: list[Any] = []

    def use() -> object:
        # It fetches its first credentials when it is made.
        if not made:
            made.append(RefreshableCredentials.create_from_metadata(refreshed(), refreshed, "b"))
        return made[0].get_frozen_credentials().token

    return use


def authlib(url: str) -> Use:
    """`authlib`: ensure_active_token of its requests session."""
    from authlib.integrations.requests_client import OAuth2Session

    session = OAuth2Session(
        "bench", "bench", token_endpoint=url, grant_type="client_credentials", leeway=0
    )

    def use() -> object:
        if session.token is None:
            session.fetch_token(url, grant_type="client_credentials")
        session.ensure_active_token(session.token)
        return session.token["access_token"]

    return use


def msal(url: str) -> Use:
    """`msal`: acquire_token_for_client, with its cache in memory."""
    from msal import ConfidentialClientApplication

    class Reply:
        def __init__(self, document: dict[str, Any]) -> None:
            self.status_code, self.text = 200, json.dumps(document)
            self.headers: dict[str, str] = {}

        def raise_for_status(self) -> None:
            """Do nothing: the status is 200."""

    class Http:
        def get(self, _url: str, **_options: Any) -> Reply:
            return Reply(
                {
                    "issuer": "https://login.example/tenant",
                    "token_endpoint": "https://login.example/token",
                    "authorization_endpoint": "https://login.example/authorize",
                }
            )

        def post(self, _url: str, **_options: Any) -> Reply:
            value, seconds = _fetch(url)
            return Reply({"access_token": value, "expires_in": seconds, "token_type": "Bearer"})

        def close(self) -> None:
            """Do nothing: there is nothing to close."""

    application = ConfidentialClientApplication(
        "bench",
        client_credential="bench",
        oidc_authority="https://login.example/tenant",
        http_client=Http(),
    )
    return lambda: application.acquire_token_for_client(["scope"])["access_token"]


def pyzeebe(url: str) -> Use:
    """`pyzeebe`: its metadata plugin, called as gRPC does."""
    # Otherwise its HTTP library refuses plaintext, even on loopback.
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    from pyzeebe.credentials.oauth import Oauth2ClientCredentialsMetadataPlugin

    plugin = Oauth2ClientCredentialsMetadataPlugin("bench", "bench", url)
    got: list[Any] = []

    def callback(metadata: Any, error: Exception | None) -> None:
        if error is not None:
            raise error
        got[:] = metadata

    def use() -> object:
        plugin(None, callback)
        return got[0]

    return use


PEERS: dict[str, Callable[[str], Use]] = {
    "google-auth": google_auth,
    "azure-identity": azure_identity,
    "pyzeebe": pyzeebe,
    "authlib": authlib,
    "botocore": botocore,
    "msal": msal,
}
"""By the name on PyPI."""

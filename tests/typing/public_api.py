"""What a type checker sees of the plug points: read by mypy, never run."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import assert_type

import grpc
import grpc.aio

import zeebe_auth
import zeebe_grpc
import zeebe_grpc.aio


class Provider:
    def get_token(self) -> zeebe_auth.AccessToken:
        return zeebe_auth.AccessToken(zeebe_auth.Secret("t"))


class FullProvider:
    def get_token(self, *, timeout: float | None = None) -> zeebe_auth.AccessToken:
        return zeebe_auth.AccessToken(zeebe_auth.Secret("t"))

    async def get_token_async(self, *, timeout: float | None = None) -> zeebe_auth.AccessToken:
        return self.get_token()

    def current_token(self) -> zeebe_auth.AccessToken | None:
        return None

    def invalidate(self, token: zeebe_auth.AccessToken) -> None:
        return None


class PacingProvider(Provider):
    def invalidate(self, token: zeebe_auth.AccessToken, *, accepted: bool = False) -> None:
        return None


class Vault:
    def load(self) -> zeebe_auth.ClientCredentials:
        return zeebe_auth.ClientCredentials(
            client_id="me",
            authentication=zeebe_auth.ClientSecret(zeebe_auth.Secret("s")),
            token_url="https://login.example/token",
        )


class OnBehalf:
    def load(self) -> zeebe_auth.ClientCredentials:
        key = zeebe_auth.PrivateKey(Path("client.p12"), password=zeebe_auth.Secret("p"))
        credentials = zeebe_auth.ClientCredentials.for_dialect(
            "keycloak",
            client_id="me",
            authentication=key,
            issuer="https://keycloak.example/realms/r",
            subject_token=zeebe_auth.SubjectToken(lambda: zeebe_auth.Secret("t"), subject="ann"),
        )
        assert_type(credentials, zeebe_auth.ClientCredentials)
        return credentials


def secrets_in_code() -> list[object]:
    secret = zeebe_auth.ClientSecret("s")
    assert_type(secret.secret, zeebe_auth.Secret)
    key = zeebe_auth.PrivateKey("-----BEGIN PRIVATE KEY-----", password="p")
    assert_type(key.key, zeebe_auth.Secret | Path)
    assert_type(key.password, zeebe_auth.Secret | None)
    certificate = zeebe_auth.ClientCertificate.from_files(Path("client.p12"), password="p")
    assert_type(certificate.password, zeebe_auth.Secret | None)
    short = zeebe_auth.ClientCredentials(
        client_id="me", client_secret="s", token_url="https://login.example/token", scopes=["a"]
    )
    assert_type(short.authentication, zeebe_auth.Authentication)
    assert_type(short.scopes, tuple[str, ...])
    token = zeebe_auth.AccessToken("t", expires_at=1)
    assert_type(token.value, zeebe_auth.Secret)
    return [
        dataclasses.replace(secret, method="client_secret_basic"),
        zeebe_auth.StaticCredentialsProvider("t"),
        zeebe_auth.BasicCredentialsProvider("demo", "demo"),
        zeebe_auth.ClientSecret(b"s"),  # type: ignore[arg-type]
        zeebe_auth.PrivateKey(7),  # type: ignore[arg-type]
    ]


class Store:
    def load(self, key: zeebe_auth.TokenKey) -> zeebe_auth.AccessToken | None:
        return None

    def save(self, key: zeebe_auth.TokenKey, token: zeebe_auth.AccessToken) -> None:
        return None

    def delete(self, key: zeebe_auth.TokenKey, token: zeebe_auth.AccessToken | None = None) -> None:
        return None


class SharedStore(Store):
    @contextmanager
    def lock(self, key: zeebe_auth.TokenKey, timeout: float) -> Iterator[bool]:
        yield True

    def load_refusal(self, key: zeebe_auth.TokenKey) -> zeebe_auth.Refusal | None:
        return None

    def save_refusal(self, key: zeebe_auth.TokenKey, refusal: zeebe_auth.Refusal | None) -> None:
        return None


def measure(event: zeebe_auth.Event) -> None:
    assert_type(event.kind, zeebe_auth.EventKind)


simple: zeebe_auth.CredentialsProvider = Provider()
caching: zeebe_auth.CachingCredentialsProvider = FullProvider()
timed: zeebe_auth.TimedCredentialsProvider = FullProvider()
awaitable: zeebe_auth.AsyncCredentialsProvider = FullProvider()
invalidating: zeebe_auth.InvalidatingCredentialsProvider = FullProvider()
pacing: zeebe_auth.PacingCredentialsProvider = PacingProvider()
unpaced: zeebe_auth.PacingCredentialsProvider = FullProvider()  # type: ignore[assignment]
source: zeebe_auth.CredentialSource = Vault()
store: zeebe_auth.TokenStore = Store()
locking: zeebe_auth.LockingTokenStore = SharedStore()
refusing: zeebe_auth.RefusalStore = SharedStore()

own = zeebe_auth.OAuthCredentialsProvider(
    zeebe_auth.ChainSource(Vault(), zeebe_auth.EnvSource()), store=Store(), on_event=measure
)
every: list[zeebe_auth.CredentialsProvider] = [
    own,
    zeebe_auth.StaticCredentialsProvider(zeebe_auth.Secret("t")),
    zeebe_auth.BasicCredentialsProvider("demo", zeebe_auth.Secret("demo")),
    zeebe_auth.AnonymousCredentialsProvider(),
    zeebe_auth.default_provider(),
    zeebe_auth.default_provider("prod", store=Store(), on_event=measure),
]
assert_type(zeebe_auth.default_provider().get_token(timeout=1), zeebe_auth.AccessToken)
assert_type(zeebe_auth.default_provider().explain(), zeebe_auth.Explanation)
assert_type(own.get_token(timeout=1), zeebe_auth.AccessToken)
assert_type(own.explain(), zeebe_auth.Explanation)

assert_type(zeebe_grpc.call_credentials(Provider()), grpc.CallCredentials)
assert_type(zeebe_grpc.channel_credentials(None), grpc.ChannelCredentials)
assert_type(zeebe_grpc.secure_channel("host:443", Provider()), grpc.Channel)
assert_type(zeebe_grpc.insecure_channel("localhost:26500", None), grpc.Channel)
assert_type(zeebe_grpc.aio.secure_channel("host:443", own), grpc.aio.Channel)
assert_type(zeebe_grpc.aio.insecure_channel("localhost:26500", None), grpc.aio.Channel)


def blocking() -> None:
    with zeebe_grpc.connect(compression=grpc.Compression.Gzip, on_event=measure) as channel:
        assert_type(channel, grpc.Channel)
        topology = zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest())
        assert_type(topology, zeebe_grpc.TopologyResponse)
        assert_type(zeebe_grpc.authorize(channel, Provider(), allow_plaintext=False), grpc.Channel)


async def asynchronous() -> None:
    async with zeebe_grpc.aio.connect(profile="prod") as channel:
        stub = zeebe_grpc.GatewayStub(channel)
        topology = await stub.Topology(zeebe_grpc.TopologyRequest())
        assert_type(topology, zeebe_grpc.TopologyResponse)
    assert_type(await own.get_token_async(timeout=1), zeebe_auth.AccessToken)


def failed(error: grpc.RpcError) -> None:
    if isinstance(error, zeebe_grpc.AuthorizationRpcError):
        assert_type(error.auth_error, zeebe_auth.AuthError)
    if isinstance(error, zeebe_grpc.aio.AuthorizationRpcError):
        assert_type(error.auth_error, zeebe_auth.AuthError)

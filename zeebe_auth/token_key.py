"""The name under which a token is kept."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field

from zeebe_auth.arguments import refuse_type
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.reading import read_for_key
from zeebe_auth.public_class import public_class
from zeebe_auth.shown_url import shown_text

_VERSION = 2
_DIGEST_CHARACTERS = 64  # SHA-256 in hex
_HEX = frozenset("0123456789abcdef")
_DEFAULT_PORTS = {"https": 443, "http": 80}
_PLAIN_URL = re.compile(
    r"(https?)://([a-z0-9._~-]+|\[[0-9a-f:.]+\])(?::([0-9]{0,5}))?((?:[/?].*)?)",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True)
class TokenKey:
    """What a store keeps a token under. Two different identities never share one.

    The client secret is no part of it: a store is a trust domain, and whoever reaches it may use
    its tokens.

    Args:
        digest: 64 lower-case hex characters; equality is decided by it alone.
        label: Says for people whose token it is. It holds no secret, but any text: a store must
            not build a file name from it.

    Raises:
        ValueError: ``digest`` is not 64 lower-case hex characters.
    """

    digest: str
    label: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if len(self.digest) != _DIGEST_CHARACTERS or not _HEX.issuperset(self.digest):
            raise ValueError("A token key's digest must be 64 lower-case hex characters.")

    @classmethod
    def of(cls, credentials: ClientCredentials) -> TokenKey:
        """The key of the tokens that ``credentials`` obtain.

        Two ways to write the same thing give the same key: the case of a host, the default port,
        a final slash of an issuer, the order of scopes, an audience that is empty. What is sent
        to the server stays as it was written.

        A subject token, actor token or assertion without a subject beside it is read, unless that
        was done before.

        Raises:
            ConfigurationError: It can't be read.
        """
        credentials = read_for_key(credentials)
        # By name, so that no two parts can be taken for each other.
        text = json.dumps(_identity(credentials), ensure_ascii=True, sort_keys=True)
        return cls(hashlib.sha256(text.encode()).hexdigest(), label_of(credentials))

    @classmethod
    def for_identity(cls, kind: str, *parts: str) -> TokenKey:
        """The key of tokens that are got another way than `ClientCredentials` tell.

        Args:
            kind: What gives the tokens, such as ``etcd``: keys of two kinds are never the same.
            parts: All that decides whose tokens they are: the server, the user, the scope. No
                secret, for the label shows them.

        Raises:
            TypeError: One of them is no str.
            ValueError: ``kind`` is empty.
        """
        for each in (kind, *parts):
            if not isinstance(each, str):
                refuse_type(each, "parts of TokenKey.for_identity", "str and no secret")
        if not kind:
            raise ValueError("TokenKey.for_identity needs a kind: what gives the tokens.")
        text = json.dumps({"version": _VERSION, "kind": kind, "parts": parts}, sort_keys=True)
        label = shown_text(" ".join((kind, *parts)))
        return cls(hashlib.sha256(text.encode()).hexdigest(), label)

    def derived(self, purpose: str) -> TokenKey:
        """Another key that belongs to this one, such as a second lock."""
        text = f"{self.digest} {purpose}"
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return TokenKey(digest, f"{self.label} ({purpose})")


def label_of(credentials: ClientCredentials) -> str:
    """Whose token it is, for people. Nothing is read for it."""
    target = credentials.audience or " ".join(credentials.resources or credentials.scopes)
    label = f"{credentials.client_id} at {credentials.authority_host}"
    if target:
        label += f" for {shown_text(target)}"
    if credentials.subject_token is not None:
        label += f" on behalf of {credentials.subject_token.described}"
    if credentials.jwt_bearer is not None and credentials.jwt_bearer.subject is not None:
        label += f" on behalf of {shown_text(credentials.jwt_bearer.subject)}"
    if credentials.actor_token is not None:
        label += f" by {credentials.actor_token.described}"
    return label


def _identity(credentials: ClientCredentials) -> dict[str, object]:
    identity: dict[str, object] = {
        "version": _VERSION,
        "authority": _authority(credentials),
        "client_id": credentials.client_id,
        "audience": credentials.audience or None,
        # A server sees them joined by spaces (RFC 6749, 3.3).
        "scopes": sorted(set(" ".join(credentials.scopes).split(" ")) - {""}),
        "resources": credentials.resources,
        "authentication": credentials.authentication.kind,
        "client": credentials.authentication.public_identity,
        "grant": credentials.grant,
    }
    for name, exchanged in (
        ("subject", credentials.subject_token),
        ("actor", credentials.actor_token),
    ):
        if exchanged is not None:
            identity[name] = [exchanged.token_type_uri, exchanged.public_identity]
    if credentials.jwt_bearer is not None:
        identity["jwt_bearer"] = credentials.jwt_bearer.public_identity
    if credentials.requested_token_type is not None:
        from zeebe_auth.credentials.token_exchange import token_type_uri

        identity["requested"] = token_type_uri(credentials.requested_token_type)
    return identity


def _authority(credentials: ClientCredentials) -> tuple[str, object]:
    """The address that counts, and which kind it is: each leads somewhere else."""
    if credentials.token_url:
        return "token_url", _normalised(credentials.token_url)
    if credentials.well_known_url:
        return "well_known_url", _normalised(credentials.well_known_url)
    # Discovery takes an issuer's final slash off (RFC 8414, 3.1).
    return "issuer", _normalised(credentials.issuer or "", is_issuer=True)


def _normalised(url: str, *, is_issuer: bool = False) -> object:
    """What two ways to write a URL have in common (RFC 3986, 6.2.2.1 and 6.2.3).

    A URL of another shape than usual is compared as it is: that costs a second token at worst.
    """
    found = _PLAIN_URL.fullmatch(url)
    if found is None:
        return url
    scheme, host, port, rest = found.groups()
    scheme = scheme.lower()
    if not rest.startswith("/"):
        rest = f"/{rest}"
    if is_issuer and "?" not in rest:
        rest = rest.rstrip("/")
    return [scheme, host.lower(), int(port) if port else _DEFAULT_PORTS[scheme], rest]

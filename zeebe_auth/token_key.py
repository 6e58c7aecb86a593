"""The name under which a token is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.shown_url import shown_text

__all__ = ["TokenKey"]

_VERSION = 1
_HEX = frozenset("0123456789abcdef")


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
        if len(self.digest) != 64 or not _HEX.issuperset(self.digest):  # noqa: PLR2004
            raise ValueError("A token key's digest must be 64 lower-case hex characters.")

    @classmethod
    def of(cls, credentials: ClientCredentials) -> TokenKey:
        """The key of the tokens that ``credentials`` obtain."""
        identity: list[object] = [
            _VERSION,
            credentials.authority_url,
            credentials.client_id,
            credentials.audience,
            sorted(set(credentials.scopes)),
            list(credentials.resources),
            credentials.authentication.kind,
            credentials.authentication.public_identity,
            credentials.grant,
        ]
        subject = credentials.subject_token
        if subject is not None:
            identity += [subject.token_type_uri, subject.public_identity]
        actor = credentials.actor_token
        if actor is not None:
            identity += ["actor", actor.token_type_uri, actor.public_identity]
        if credentials.requested_token_type is not None:
            from zeebe_auth.credentials.token_exchange import token_type_uri

            identity += ["requested", token_type_uri(credentials.requested_token_type)]
        digest = hashlib.sha256(json.dumps(identity, ensure_ascii=True).encode()).hexdigest()
        host = credentials.authority_host
        target = credentials.audience or " ".join(credentials.resources or credentials.scopes)
        label = f"{credentials.client_id} at {host}" + (
            f" for {shown_text(target)}" if target else ""
        )
        if subject is not None:
            label += f" on behalf of {subject.public_identity}"
        if actor is not None:
            label += f" by {actor.public_identity}"
        return cls(digest, label)

    def derived(self, purpose: str) -> TokenKey:
        """Another key that belongs to this one, such as a second lock."""
        digest = hashlib.sha256(f"{self.digest} {purpose}".encode()).hexdigest()
        return TokenKey(digest, f"{self.label} ({purpose})")

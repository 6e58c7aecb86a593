"""Clients that prove nothing."""

from __future__ import annotations

from dataclasses import dataclass

from zeebe_auth.credentials.method_names import MethodName
from zeebe_auth.credentials.proofs import Proof
from zeebe_auth.public_class import public_class


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True)
class Public(Proof):
    """No proof at all: a public client (RFC 6749, 2.1), ``none`` in OpenID Connect's terms."""

    @property
    def kind(self) -> str:
        return "public"

    @property
    def method(self) -> MethodName:
        return "none"

    @property
    def public_identity(self) -> tuple[str, ...]:
        return ()

    def _proof(self) -> str:
        return ""

"""A JWT as the authorization grant (RFC 7523, 2.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

from zeebe_auth.arguments import check_text, refuse_type
from zeebe_auth.credentials.assertion_file import AssertionFile
from zeebe_auth.credentials.assertion_function import AssertionFunction
from zeebe_auth.credentials.assertion_signer import AssertionSigner
from zeebe_auth.credentials.private_key import PrivateKey
from zeebe_auth.errors import ConfigurationError, without_arguments
from zeebe_auth.public_class import public_class

_OWN_CLAIMS = frozenset({"iss", "sub", "aud", "iat", "exp", "jti"})


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class JwtBearerGrant:
    """A signed JWT that gets the token in place of the client credentials grant (RFC 7523, 2.1).

    With it a service asks in its own name or in that of a user who agreed once, as Google's service
    accounts, Salesforce, DocuSign and Box have it. The parts are those of client authentication: a
    key that signs here, a function that signs elsewhere, or a JWT that somebody else makes. A JWT
    that is signed here is good for 60 s and has another ``jti`` each time.

    Args:
        assertion: Makes the JWT: `PrivateKey` or `AssertionSigner`, whose ``audience`` is what it
            is for (the token URL, unless it says otherwise); or `AssertionFile` or
            `AssertionFunction`.
        issuer: The ``iss`` claim; None is the client id.
        subject: The ``sub`` claim, such as a user's name; None is the issuer.
        claims: What else it claims, such as ``{"scope": "…"}``, where the server reads the scope
            from the JWT; no secret, since tokens are kept under it.

    Raises:
        TypeError: An argument is of the wrong type; no value is quoted.
        ConfigurationError: ``claims`` are no JSON or have one that is made here, or beside a JWT
            that somebody else makes there is anything to claim.
    """

    assertion: PrivateKey | AssertionSigner | AssertionFile | AssertionFunction
    issuer: str | None = None
    subject: str | None = None
    claims: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @without_arguments
    def __init__(
        self,
        assertion: PrivateKey | AssertionSigner | AssertionFile | AssertionFunction,
        *,
        issuer: str | None = None,
        subject: str | None = None,
        claims: Mapping[str, Any] | None = None,
    ) -> None:
        kinds = PrivateKey | AssertionSigner | AssertionFile | AssertionFunction
        if not isinstance(assertion, kinds):
            wanted = "PrivateKey(…), AssertionSigner(…), AssertionFile(…) or AssertionFunction(…)"
            refuse_type(assertion, "assertion of JwtBearerGrant", wanted)
        check_text(issuer, "issuer of JwtBearerGrant")
        check_text(subject, "subject of JwtBearerGrant")
        if claims is not None and not isinstance(claims, Mapping):
            refuse_type(claims, "claims of JwtBearerGrant", 'a dict such as {"scope": "…"}')
        given = dict(claims or {})
        _check_claims(given)
        if isinstance(assertion, AssertionFile | AssertionFunction):
            if issuer or subject or given:
                raise ConfigurationError(
                    "The JWT of a JwtBearerGrant is made by somebody else, who says issuer, "
                    "subject and claims in it. Leave them out here."
                )
            # What tokens are kept under, as the file or the function has it.
            subject = assertion.subject
        set_field = object.__setattr__
        set_field(self, "assertion", assertion)
        set_field(self, "issuer", issuer or None)
        set_field(self, "subject", subject or None)
        set_field(self, "claims", MappingProxyType(given))

    @property
    def public_identity(self) -> tuple[str, ...]:
        own = ("", "", "") if self._is_made_elsewhere else self._claimed()
        return (self.assertion.kind, *self.assertion.public_identity, *own)

    def as_read(self) -> Self:
        # The same with the JWT that is there now, or that was read before.
        assertion = self.assertion
        if not isinstance(assertion, AssertionFile | AssertionFunction):
            return self
        read = assertion.as_read()
        return self if read is assertion else self._with(read)

    def unread(self) -> Self:
        # The same without what was read of it.
        assertion = self.assertion
        if not isinstance(assertion, AssertionFile | AssertionFunction):
            return self
        return self._with(assertion.unread())

    def __getstate__(self) -> list[Any]:
        return [self.assertion, self.issuer, self.subject, dict(self.claims)]

    def __setstate__(self, state: list[Any]) -> None:
        assertion, issuer, subject, claims = state
        for name, value in (
            ("assertion", assertion),
            ("issuer", issuer),
            ("subject", subject),
            ("claims", MappingProxyType(claims)),
        ):
            object.__setattr__(self, name, value)

    @property
    def _is_made_elsewhere(self) -> bool:
        return isinstance(self.assertion, AssertionFile | AssertionFunction)

    def _claimed(self) -> tuple[str, str, str]:
        return self.issuer or "", self.subject or "", json.dumps(dict(self.claims), sort_keys=True)

    def _with(self, assertion: AssertionFile | AssertionFunction) -> Self:
        twin = copy(self)
        object.__setattr__(twin, "assertion", assertion)
        return twin

    def _state(self) -> str:
        return self.assertion._proof()  # noqa: SLF001 - hidden from users of the class


def _check_claims(claims: dict[str, Any]) -> None:
    made_here = sorted(_OWN_CLAIMS.intersection(claims))
    if made_here:
        raise ConfigurationError(
            f"The claims of JwtBearerGrant have {made_here[0]}, which is made here. Give issuer "
            "and subject as such; the audience is that of its key."
        )
    try:
        json.dumps(claims, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(
            "The claims of JwtBearerGrant can't be written as JSON. Use strings, numbers, "
            "booleans, lists and dicts."
        ) from error

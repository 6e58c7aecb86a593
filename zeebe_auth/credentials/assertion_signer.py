"""Client authentication by a key that isn't in this process: a KMS, an HSM or a vault signs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zeebe_auth.arguments import check_text, refuse_type
from zeebe_auth.credentials.method_names import MethodName
from zeebe_auth.credentials.proofs import Proof
from zeebe_auth.errors import without_arguments
from zeebe_auth.public_class import public_class

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
"""What a signer may sign with (RFC 7518, 3.1; RFC 8037, 3.1)."""


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class AssertionSigner(Proof):
    """Signs the client assertion by a function: ``private_key_jwt`` (RFC 7523, 2.2).

    Header and claims are made here, as for `PrivateKey`: 60 s, and another ``jti`` each time. The
    function is called on a worker thread, once for each token request; it should give up by
    itself within 10 s.

    Args:
        sign: Takes the bytes to sign (RFC 7515, 5.1), hashes them as the algorithm says, and
            returns the signature. Of ECDSA it may be DER, as KMSs give it, or the two numbers one
            after the other, as JWS has it.
        algorithm: The JWS algorithm: ``RS256`` to ``RS512``, ``PS256`` to ``PS512``, ``ES256``,
            ``ES384``, ``ES512`` or ``EdDSA``.
        key_id: The ``kid`` header, if the server tells keys apart by it.
        audience: What the assertion is for: ``token_url``, ``issuer``, or the text itself; None
            is ``token_url``.
        thumbprint: The SHA-256 of the key's certificate as ``x5t#S256`` has it, if the server
            tells keys apart by it.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: The algorithm is none of those.
    """

    sign: Callable[[bytes], bytes]
    algorithm: str
    key_id: str | None = None
    audience: str | None = None
    thumbprint: str | None = None

    @without_arguments
    def __init__(
        self,
        sign: Callable[[bytes], bytes],
        algorithm: str,
        key_id: str | None = None,
        audience: str | None = None,
        thumbprint: str | None = None,
    ) -> None:
        if not callable(sign) or isinstance(sign, type):
            refuse_type(sign, "sign of AssertionSigner", "a function that takes and returns bytes")
        for name, text in (
            ("algorithm", algorithm),
            ("key_id", key_id),
            ("audience", audience),
            ("thumbprint", thumbprint),
        ):
            check_text(text, f"{name} of AssertionSigner")
        if algorithm not in ALGORITHMS:
            raise ValueError(f"The algorithm of AssertionSigner is one of {', '.join(ALGORITHMS)}.")
        set_field = object.__setattr__
        set_field(self, "sign", sign)
        set_field(self, "algorithm", algorithm)
        set_field(self, "key_id", key_id)
        set_field(self, "audience", audience)
        set_field(self, "thumbprint", thumbprint)

    @property
    def kind(self) -> str:
        return "assertion_signer"

    @property
    def method(self) -> MethodName:
        return "private_key_jwt"

    @property
    def public_identity(self) -> tuple[str, ...]:
        return ()

    def _proof(self) -> str:
        # The key itself can't be told from another one.
        return f"{self.algorithm} {self.key_id} {self.thumbprint}"

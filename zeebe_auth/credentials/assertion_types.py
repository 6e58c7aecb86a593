"""What a client assertion is, as the token request says it."""

from __future__ import annotations

_PREFIX = "urn:ietf:params:oauth:client-assertion-type:"
_KNOWN = ("jwt-bearer", "jwt-spiffe")


def assertion_type_uri(assertion_type: object, argument: str) -> str:
    """The ``client_assertion_type`` (RFC 7521, 4.2).

    ``jwt-spiffe`` is that of SPIFFE's client authentication, an IETF draft which Keycloak has
    had since 26.4.

    Args:
        assertion_type: A short word or the whole URI.
        argument: What it was passed as, for an error.

    Raises:
        TypeError: It is no str.
        ValueError: It is neither.
    """
    if not isinstance(assertion_type, str):
        raise TypeError(f"Pass a str as the {argument}, not {type(assertion_type).__name__}.")
    if assertion_type in _KNOWN:
        return _PREFIX + assertion_type
    if ":" not in assertion_type or not assertion_type.isascii() or " " in assertion_type:
        raise ValueError(f"The {argument} is {' or '.join(_KNOWN)}, or another type's whole URI.")
    return assertion_type

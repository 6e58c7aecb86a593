"""A text that does not get out by accident."""

from __future__ import annotations

import hmac
from typing import Any, NoReturn, Protocol, Self, runtime_checkable

__all__ = ["DeferredSecret", "Secret"]

_MASK = "**********"


class Secret:
    """A secret text that prints, formats and logs as stars.

    It refuses to be pickled or JSON-dumped, copies to itself, and equals only another `Secret`,
    compared in constant time. `reveal()` is the one way to the text.

    Args:
        value: The text to keep.

    Raises:
        TypeError: ``value`` is not a text.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            # The value itself is not named: it may be the secret in another type.
            raise TypeError(f"A Secret keeps a str, not a {type(value).__name__}.")
        object.__setattr__(self, "_value", value)

    def reveal(self) -> str:
        """The text itself: call this only where it goes on the wire or into a store."""
        value: str = object.__getattribute__(self, "_value")
        return value

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("A Secret can't be changed; make a new one.")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("A Secret can't be changed; make a new one.")

    def __repr__(self) -> str:
        return f"Secret('{_MASK}')"

    def __str__(self) -> str:
        return _MASK

    def __format__(self, spec: str) -> str:
        return format(_MASK, spec)

    def __bool__(self) -> bool:
        return bool(self.reveal())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(
            self.reveal().encode("utf-8", "surrogatepass"),
            other.reveal().encode("utf-8", "surrogatepass"),
        )

    def __hash__(self) -> int:
        return hash((Secret, self.reveal()))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(
            "A Secret is not pickled, so that it can't leave the process by accident; "
            "pass the source it comes from, or reveal() it on purpose."
        )


@runtime_checkable
class DeferredSecret(Protocol):
    """A secret that is looked up when the part that takes it is made."""

    def secret_for(self, field: str) -> Secret:
        """The secret itself, for the argument called ``field``."""
        ...

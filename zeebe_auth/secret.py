"""A string that is not shown by accident."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, NoReturn, Protocol, Self, runtime_checkable

from zeebe_auth.public_class import public_class

_MASK = "**********"
_SHOWN = frozenset({"use", "directory", "path", "profile", "service"})


@public_class("zeebe_auth")
class Secret:
    """A secret string that prints, formats and logs as stars.

    It refuses to be pickled or JSON-dumped, gives its state to nobody who asks for it, copies to
    itself, and equals only another `Secret`, compared in constant time. `reveal()` is the one way
    to the text.

    Args:
        value: The text to keep.

    Raises:
        TypeError: ``value`` is not a string.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            kind = type(value).__name__
            # Neither named nor left in this frame: it may be the secret in another type.
            del value
            raise TypeError(f"A Secret keeps a str, not a {kind}.")
        _VALUE.__set__(self, value)

    def reveal(self) -> str:
        """The text itself: call this only where it goes on the wire or into a store."""
        value: str = _VALUE.__get__(self)
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

    def __getstate__(self) -> NoReturn:
        raise _not_pickled()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise _not_pickled()

    def __reduce__(self) -> NoReturn:
        raise _not_pickled()


# Taken off the class: whatever walks over slots, dir() or copyreg's names (inspect.getmembers,
# jsonpickle, object.__getstate__) finds no attribute that holds the text.
_VALUE: Any = Secret.__dict__["_value"]
delattr(Secret, "_value")


def _not_pickled() -> TypeError:
    return TypeError(
        "A Secret is not pickled, so that it can't leave the process by accident; "
        "pass the source it comes from, or reveal() it on purpose."
    )


class PlainText(Secret):
    """A string that is never shown, as a secret, but that its receiver expects as a str.

    What a config file says literally to somebody else's store may hold a password.
    """

    __slots__ = ()

    @classmethod
    def in_table(cls, table: Mapping[str, object]) -> dict[str, Any]:
        """``table`` with each text in it hidden, at any depth, but for names and paths."""
        return {
            name: value if name in _SHOWN else cls._hidden(value) for name, value in table.items()
        }

    @classmethod
    def _hidden(cls, value: object) -> object:
        if isinstance(value, str):
            return cls(value)
        if isinstance(value, Mapping):
            return cls.in_table(value)
        return [cls._hidden(each) for each in value] if isinstance(value, list) else value


@runtime_checkable
class DeferredSecret(Protocol):
    """A secret that is looked up when the part that takes it is made."""

    def secret_for(self, field: str) -> Secret:
        """The secret itself, for the argument called ``field``."""
        ...

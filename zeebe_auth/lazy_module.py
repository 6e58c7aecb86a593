"""A module that annotations may name without loading it."""

from __future__ import annotations

from typing import Any

__all__ = ["LazyModule"]


class LazyModule:
    """Stands for a module until somebody looks for a name in it.

    An annotation is text until `typing.get_type_hints` resolves it, as pydantic, attrs and others
    do, with the globals of its module. What stands under ``if TYPE_CHECKING:`` isn't there then; a
    lazy module is.

        if TYPE_CHECKING:
            import ssl
        else:
            ssl = LazyModule("ssl")

    Args:
        name: The whole name of the module.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        from importlib import import_module

        return getattr(import_module(self._name), name)

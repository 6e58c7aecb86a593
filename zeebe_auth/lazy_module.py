"""Modules that are loaded when somebody uses a name of theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class LazyModule:
    """A module that annotations may name: it is loaded when somebody looks for a name in it.

    An annotation is a string until `typing.get_type_hints` resolves it, as pydantic, attrs and
    others do, with the globals of its module. What is under ``if TYPE_CHECKING:`` isn't there
    then; a lazy module is.

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


def lazy_names(
    facade: dict[str, Any], module_by_name: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` of a package that loads each name when it is used.

    Args:
        facade: The package's `globals`.
        module_by_name: The module of each name, within the package. A name in an empty module is
            itself a module.
    """
    package = facade["__name__"]

    def find(name: str) -> Any:
        module = module_by_name.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        if not module:
            return import_module(f"{package}.{name}")
        value = facade[name] = getattr(import_module(f"{package}.{module}"), name)
        return value

    return find, lambda: sorted({*facade, *module_by_name})

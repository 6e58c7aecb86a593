"""Sources and stores by name: ours, and those that other distributions register.

A third party registers a callable under the entry point group ``zeebe_auth.sources`` or
``zeebe_auth.stores``. Listing names imports nothing, and only what is named is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from zeebe_auth.entry_points import registered, unreadable_entry_points
from zeebe_auth.errors import AuthError, ConfigurationError, without_frames
from zeebe_auth.protocols import CredentialSource, TokenStore
from zeebe_auth.secret import DeferredSecret, PlainText

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = [
    "OUR_SOURCES",
    "SOURCE_GROUP",
    "STORE_GROUP",
    "make_source",
    "make_store",
    "source_names",
    "store_names",
]

SOURCE_GROUP = "zeebe_auth.sources"
STORE_GROUP = "zeebe_auth.stores"

# Names in texts: this room knows where the others are, not what is in them.
OUR_SOURCES: Mapping[str, str] = {
    "command": "zeebe_auth.sources.command:CommandSource",
    "env-file": "zeebe_auth.sources.env_file:EnvFileSource",
    "environment": "zeebe_auth.sources.environment:EnvSource",
    "keyring": "zeebe_auth.sources.keychain:KeyringSource",
    "secrets-directory": "zeebe_auth.sources.secrets_directory:SecretsDirectorySource",
}
_OUR_STORES: Mapping[str, str] = {
    "file": "zeebe_auth.stores.configured:file",
    "keyring": "zeebe_auth.stores.configured:keyring",
    "memory": "zeebe_auth.stores.configured:memory",
}


def source_names() -> tuple[str, ...]:
    """The names of all sources there are, ours and registered ones; nothing is imported."""
    return _names(SOURCE_GROUP, OUR_SOURCES)


def store_names() -> tuple[str, ...]:
    """The names of all stores there are, ours and registered ones; nothing is imported."""
    return _names(STORE_GROUP, _OUR_STORES)


def make_source(table: Mapping[str, object]) -> CredentialSource:
    """The source that a table of the config file names.

    Args:
        table: ``use`` names ours (``environment``, ``env-file``, ``keyring``,
            ``secrets-directory``, ``command``) or a registered one; the other keys become
            keyword arguments, references to secrets resolved to `Secret`.

    Raises:
        ConfigurationError: There is none of that name, it can't be imported, it doesn't take
            these arguments, or it makes something that is no source; or a reference leads nowhere.
    """
    name, source = _make("source", SOURCE_GROUP, OUR_SOURCES, table)
    if isinstance(source, type) or not isinstance(source, CredentialSource):
        raise _unfit("source", name, source, "load()")
    return source


def make_store(table: Mapping[str, object]) -> TokenStore:
    """The store that a table of the config file names.

    Args:
        table: ``use`` names ours (``file``, ``keyring``, ``memory``) or a registered one; the
            other keys become keyword arguments, references to secrets resolved to `Secret`.

    Raises:
        ConfigurationError: There is none of that name, it can't be imported, it doesn't take
            these arguments, or it makes something that is no store; or a reference leads nowhere.
    """
    name, store = _make("store", STORE_GROUP, _OUR_STORES, table)
    if isinstance(store, type) or not isinstance(store, TokenStore):
        raise _unfit("store", name, store, "load(), save() and delete()")
    return store


def _names(group: str, ours: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({*ours, *(entry_point.name for entry_point in registered(group))}))


@without_frames
def _make(
    what: str, group: str, ours: Mapping[str, str], table: Mapping[str, object]
) -> tuple[str, object]:
    name = str(table.get("use", ""))
    arguments = {key: value for key, value in table.items() if key != "use"}
    make = _our_part(ours[name]) if name in ours else _registered_part(what, group, ours, name)
    _refuse_unfit_arguments(what, name, make, arguments)
    try:
        return name, make(**_resolved(arguments))
    except AuthError:
        raise
    except (Exception, SystemExit) as error:
        raise ConfigurationError(
            f'The {what} "{name}" could not be made: {type(error).__name__}. Check the other keys '
            "of its table."
        ) from error


def _resolved(arguments: Mapping[str, object]) -> dict[str, Any]:
    return {key: _value_of(key, value) for key, value in arguments.items()}


def _value_of(key: str, value: object) -> object:
    if isinstance(value, DeferredSecret):
        return value.secret_for(key)
    if isinstance(value, PlainText):
        return value.reveal()
    if isinstance(value, Mapping):
        return _resolved(value)
    return [_value_of(key, each) for each in value] if isinstance(value, list) else value


def _our_part(address: str) -> Callable[..., object]:
    from importlib import import_module

    module, _, attribute = address.partition(":")
    part: Callable[..., object] = getattr(import_module(module), attribute)
    return part


def _registered_part(
    what: str, group: str, ours: Mapping[str, str], name: str
) -> Callable[..., object]:
    found = [entry_point for entry_point in registered(group) if entry_point.name == name]
    if not found:
        broken = unreadable_entry_points()
        more = f" {broken}, so reinstall it if it registers this one." if broken else ""
        raise ConfigurationError(
            f'There is no {what} "{name}". Install the distribution that registers it, or use one '
            f"of {', '.join(_names(group, ours))}.{more}"
        )
    if len({entry_point.value for entry_point in found}) > 1:
        raise ConfigurationError(
            f'The {what} "{name}" is registered by several distributions: '
            f"{', '.join(sorted(map(_distribution, found)))}. Uninstall all but one."
        )
    try:
        part = found[0].load()
    except (Exception, SystemExit) as error:
        raise ConfigurationError(
            f'The {what} "{name}" of the distribution {_distribution(found[0])} can\'t be imported '
            f"({type(error).__name__}). Reinstall it with what it needs."
        ) from error
    if not callable(part):
        raise ConfigurationError(
            f'The {what} "{name}" of the distribution {_distribution(found[0])} is not callable. '
            "Its entry point must name a class or a function."
        )
    return part  # type: ignore[no-any-return]


def _distribution(entry_point: EntryPoint) -> str:
    return entry_point.dist.name if entry_point.dist is not None else entry_point.module


def _refuse_unfit_arguments(
    what: str, name: str, make: Callable[..., object], arguments: Mapping[str, Any]
) -> None:
    from inspect import Parameter, signature

    try:
        wanted = signature(make)
    except (TypeError, ValueError):
        return
    try:
        wanted.bind(**arguments)
    except TypeError:
        pass
    else:
        return
    named = {
        parameter.name: parameter.default is Parameter.empty
        for parameter in wanted.parameters.values()
        if parameter.kind in {Parameter.KEYWORD_ONLY, Parameter.POSITIONAL_OR_KEYWORD}
    }
    unexpected = [key for key in arguments if key not in named]
    missing = [key for key, is_needed in named.items() if is_needed and key not in arguments]
    problems = []
    if unexpected:
        problems.append(f"takes no {', '.join(unexpected)}")
    if missing:
        problems.append(f"needs {', '.join(missing)}")
    raise ConfigurationError(
        f'The {what} "{name}" {" and ".join(problems) or "does not take these arguments"}. '
        f"It takes {', '.join(named) or 'nothing'}."
    )


def _unfit(what: str, name: str, made: object, methods: str) -> ConfigurationError:
    kind = made.__name__ if isinstance(made, type) else type(made).__name__
    return ConfigurationError(
        f'The {what} "{name}" makes a {kind}, which is no {what}: it needs {methods}. See '
        "zeebe_auth.protocols."
    )

"""Sources and stores by name: how a part is made from a table of the config file.

Ours are in `zeebe_auth.sources.configured` and `zeebe_auth.stores.configured`. A third party
registers a callable under the entry point group ``zeebe_auth.sources`` or ``zeebe_auth.stores``.
Only what is named is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from zeebe_auth.entry_points import registered, unreadable_entry_points
from zeebe_auth.errors import AuthError, ConfigurationError, without_frames
from zeebe_auth.secret import DeferredSecret, PlainText

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

SOURCE_GROUP = "zeebe_auth.sources"
STORE_GROUP = "zeebe_auth.stores"


def _names(group: str, ours: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*ours, *(entry_point.name for entry_point in registered(group))}))


@without_frames
def make_part(
    what: str,
    group: str,
    ours: Mapping[str, Callable[..., object]],
    table: Mapping[str, object],
) -> tuple[str, object]:
    """The part that a table of the config file names, and its name.

    Args:
        what: ``source`` or ``store``, for errors.
        group: The entry points among which it is looked for if it is none of ours.
        ours: What makes each of ours, by name.
        table: ``use`` names the part; the other keys become keyword arguments, references to
            secrets resolved to `Secret`.

    Raises:
        ConfigurationError: There is none of that name, it can't be imported or doesn't take these
            arguments; or a reference leads nowhere.
    """
    name = str(table.get("use", ""))
    arguments = {key: value for key, value in table.items() if key != "use"}
    make = ours[name] if name in ours else _registered_part(what, group, ours, name)
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


def _registered_part(
    what: str, group: str, ours: Iterable[str], name: str
) -> Callable[..., object]:
    found = [entry_point for entry_point in registered(group) if entry_point.name == name]
    if not found:
        names = _names(group, ours)
        broken = unreadable_entry_points()
        more = f" {broken}, so reinstall it if it registers this one." if broken else ""
        raise ConfigurationError(
            f'There is no {what} "{name}".{_nearest(name, names)} Use one of {", ".join(names)}, '
            f"or install the distribution that registers it.{more}"
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
    return part  # type: ignore[no-any-return]  # callers check what it makes


def _nearest(name: str, names: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), list(names), n=1)
    return f' Did you mean "{near[0]}"?' if near else ""


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


def unfit(what: str, name: str, made: object, methods: str) -> ConfigurationError:
    """The error for a part that was made and can't do its work.

    Args:
        what: ``source`` or ``store``.
        name: What its table calls it.
        made: What was made.
        methods: What it needs.
    """
    kind = made.__name__ if isinstance(made, type) else type(made).__name__
    return ConfigurationError(
        f'The {what} "{name}" makes a {kind}, which is no {what}: it needs {methods}. See '
        "zeebe_auth.protocols."
    )

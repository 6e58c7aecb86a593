"""What is passed to the constructors of values: judged at once, and never quoted.

And what may be passed to somebody else's function.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

_SHOWN_CHARACTERS = 40


_SOURCES = "ClientCredentials(…), EnvSource() or another object with a load()"


def as_secret(value: Secret | str, argument: str) -> Secret:
    """The secret that was passed, a str wrapped.

    A str that ends with a new line is refused: a file was read whole. A `Secret` is taken as it
    is.

    Args:
        value: What was passed.
        argument: What it was passed as, for an error: ``secret of ClientSecret``.

    Raises:
        TypeError: It is neither a str nor a `Secret`.
        ConfigurationError: It is a str that ends with a new line.
    """
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        advice = "a str or a Secret"
        if isinstance(value, bytes | bytearray):
            advice += " (decode it first)"
        elif isinstance(value, Path):
            advice += " (path.read_text().strip())"
        refuse_type(value, argument, advice)
    if value.endswith(("\n", "\r")):
        raise ConfigurationError(
            f"The {argument} ends with a new line, which is part of the file it was read from and "
            'not of the secret. Take it off, such as with .rstrip("\\r\\n"), or pass a Secret if '
            "it really ends so."
        )
    return Secret(value)


def as_secret_or_none(value: Secret | str | None, argument: str) -> Secret | None:
    """The same for an argument that may be left out."""
    return None if value is None else as_secret(value, argument)


def check_text(value: object, argument: str) -> None:
    """Refuse anything but a str or None.

    Raises:
        TypeError: It is of another type.
    """
    if value is not None and not isinstance(value, str):
        refuse_type(value, argument, "a str")


def check_switch(value: object, argument: str) -> None:
    """Refuse anything but True or False: "no" would count as yes.

    Raises:
        TypeError: It is of another type.
    """
    if not isinstance(value, bool):
        refuse_type(value, argument, "True or False")


def check_path(value: object, argument: str) -> None:
    """Refuse anything but a path or None; a str may be what should be in the file.

    Raises:
        TypeError: It is of another type.
    """
    if value is not None and not isinstance(value, Path):
        refuse_type(value, argument, "a pathlib.Path, such as Path(…)")


def finite_number(value: object) -> float | None:
    """The number that ``value`` is; None if it is no number, not finite, or beyond a float.

    A bool is no number, and an int may be too large for one: JSON, TOML and pickles hold any.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def check_part(
    value: object, argument: str, methods: Sequence[str], wanted: str, advice: str = ""
) -> None:
    """Refuse what doesn't have the methods of a part, has them as a class only, or async.

    Args:
        value: What was passed.
        argument: What it was passed as, for an error: ``store of OAuthCredentialsProvider``.
        methods: The methods that the part must have.
        wanted: What to pass instead, for an error.
        advice: A sentence of what else to do.

    Raises:
        TypeError: It is no such part.
    """
    if isinstance(value, type):
        made = f"Write {value.__name__}(…), with parentheses, to make one."
        is_part = all(callable(getattr(value, method, None)) for method in methods)
        refuse_type(value, argument, wanted, made if is_part else advice)
    for method in methods:
        function = getattr(value, method, None)
        if not callable(function):
            refuse_type(value, argument, wanted, advice)
        if inspect.iscoroutinefunction(function):
            raise TypeError(
                f"{type(value).__name__}.{method} is async, and it is called on worker threads. "
                f"Pass {wanted} as the {argument}, with methods that aren't async."
            )


def check_source(value: Any, argument: str) -> None:
    """Refuse what is no credential source: it has no ``load`` that takes no arguments.

    Args:
        value: What was passed.
        argument: What it was passed as, for an error.

    Raises:
        TypeError: It is no source.
    """
    advice = "For a profile, or the name of one, call default_provider(profile)."
    check_part(value, argument, ("load",), _SOURCES, advice)
    if required_parameters(value.load):
        refuse_type(value, argument, _SOURCES, advice)  # such as a store, whose load takes a key


def refuse_type(value: object, argument: str, wanted: str, advice: str = "") -> NoReturn:
    """Say what to pass instead of ``value``.

    Args:
        value: What was passed.
        argument: What it was passed as.
        wanted: What to pass instead.
        advice: A sentence of what else to do.

    Raises:
        TypeError: Always. It names the type of ``value`` alone.
    """
    kind = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
    del value
    end = f" {advice}" if advice else ""
    raise TypeError(f"Pass {wanted} as the {argument}, not {kind}.{end}")


def required_parameters(function: Callable[..., object]) -> tuple[str, ...]:
    """The names of the parameters that a call of ``function`` must fill.

    Empty, too, where a function can't tell, as some that are written in C.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ()
    optional = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return tuple(
        each.name
        for each in parameters
        if each.default is inspect.Parameter.empty and each.kind not in optional
    )


def takes_keyword(function: Callable[..., object], name: str) -> bool:
    """Whether ``function`` names a parameter ``name`` that can be passed by keyword.

    ``**kwargs`` alone is no answer: it may hand everything on to a function that doesn't take it.

    Args:
        function: Anyone's function or method.
        name: The parameter's name.
    """
    try:
        parameter = inspect.signature(function).parameters.get(name)
    except (TypeError, ValueError):
        return False
    return parameter is not None and parameter.kind in {
        inspect.Parameter.KEYWORD_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    }


def unknown_word(who: str, word: str, known: Iterable[str]) -> ConfigurationError:
    """The error for a word that is none of those there are, with the one it may be meant for.

    Args:
        who: Who said it, the beginning of a sentence: "ZEEBE_AUTH_DIALECT in the environment".
        word: What was said; no secret.
        known: What could have been said.
    """
    from difflib import get_close_matches

    names = {each.lower(): each for each in known}
    near = get_close_matches(word.lower(), names, n=1)
    shown = word if len(word) <= _SHOWN_CHARACTERS else f"{word[:_SHOWN_CHARACTERS]}…"
    hint = f' Did you mean "{names[near[0]]}"?' if near else ""
    return ConfigurationError(
        f"{who} is {shown!r}, which is none of the known ones.{hint} Use one of "
        f"{', '.join(names.values())}."
    )

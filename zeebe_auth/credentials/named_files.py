"""Which variable, option or key named a file, or a program, that can't be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from zeebe_auth.errors import ConfigurationError, CredentialsUnavailable


@contextmanager
def naming(who: str) -> Iterator[None]:
    """Say in front of an error who named what it is about.

    Args:
        who: Such as "source in the profile prod in config.toml".

    Raises:
        ConfigurationError: The block raised one.
        CredentialsUnavailable: The block raised one.
    """
    try:
        yield
    except (ConfigurationError, CredentialsUnavailable) as error:
        named = type(error)(f"{who}: {error.message}")
        cause = error.__cause__
    else:
        return
    # Outside of the block, so that the first error, whose frames may hold secrets, isn't kept.
    raise named from cause


@contextmanager
def naming_files(named_by: Mapping[str, str]) -> Iterator[None]:
    """Say in front of a `ConfigurationError` about a file who named the file.

    Whoever reads a file knows its path alone, and the message has it: it is looked for there.

    Args:
        named_by: By path, as it is shown, who named it: "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_PATH in
            the environment". What isn't a path is not looked for.

    Raises:
        ConfigurationError: The block raised one.
    """
    try:
        yield
    except ConfigurationError as error:
        who = _who_named(error.message, named_by)
        if who is None or who in error.message:
            raise
        named = type(error)(f"{who}: {error.message}")
        cause = error.__cause__
    else:
        return
    raise named from cause


def _who_named(message: str, named_by: Mapping[str, str]) -> str | None:
    import re

    # The longest first: one path may be the beginning of another.
    for path, who in sorted(named_by.items(), key=lambda item: -len(item[0])):
        if re.search(rf"(?<![\w.-]){re.escape(path)}(?![\w/\\-])", message):
            return who
    return None

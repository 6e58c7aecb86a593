"""Which profiles there are, in the config file and in the OS keychain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zeebe_auth.cli.login_names import login_names
from zeebe_auth.configuration.document import ConfigDocument, config_location, read_config
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.kept_login import LOGIN_FILE, read_login
from zeebe_auth.configuration.login_files import login_files
from zeebe_auth.configuration.profile_name import named_profile
from zeebe_auth.configuration.strategy import strategy_of
from zeebe_auth.errors import AuthError, ConfigurationError, CredentialsUnavailable, StoreError
from zeebe_auth.keychain.access import KeychainUnavailable

_ADDRESSES = ("address", "rest_address")


@dataclass(frozen=True, slots=True)
class ListedProfile:
    """One profile, without a look at its secrets.

    Args:
        name: Its name.
        origin: ``config file``, ``login file`` or ``keychain``.
        client: The client id, the user name, or what is sent instead; None if it isn't known.
        address: The gateway's address as it is written, or the cluster's id; None without one.
        is_default: Whether it is the one that counts without a name, beside the environment.
        problem: Why it can't be used as it is; None if nothing is wrong with what it says.
    """

    name: str
    origin: str
    client: str | None
    address: str | None
    is_default: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileList:
    """All profiles that were found.

    Args:
        profiles: Those of the config file, of login files and of the keychain, each by name.
        default: The name that counts without another one.
        notes: What could not be looked at, and why.
    """

    profiles: tuple[ListedProfile, ...]
    default: str
    notes: tuple[str, ...]


def list_profiles() -> ProfileList:
    """Look into the config file and the keychain.

    The keychain is asked for the names that ``zeebe-auth login`` noted, for those of the config
    file, and for ``default``: it can't be asked for a list. Logins in files are listed.

    Raises:
        ConfigurationError: The config file can't be read.
    """
    document = read_config(config_location()[0])
    chosen = named_profile() or (document.default_profile if document else None) or "default"
    profiles = [] if document is None else list(_of_config(document, chosen))
    notes: list[str] = []
    in_config = {each.name for each in profiles}

    def add(name: str, origin: str) -> None:
        is_default = name == chosen and name not in in_config
        listed = _of_login(name, origin, is_default=is_default)
        if listed is not None:
            profiles.append(listed)

    in_files = login_files()
    for name in in_files:
        add(name, LOGIN_FILE)
    try:
        for name in sorted({*login_names(), *in_config, chosen, "default"} - {*in_files}):
            add(name, "keychain")
    except KeychainUnavailable:
        notes.append("There is no OS keychain here.")
    except StoreError as error:
        notes.append(f"The profiles in the OS keychain are not listed: {error.message}")
    return ProfileList(tuple(profiles), chosen, tuple(notes))


def _of_config(document: ConfigDocument, default: str) -> Iterator[ListedProfile]:
    for name in sorted(document.profiles):
        is_default = name == default
        try:
            given = document.fields_of(name)
            source = document.table_of(name, "source")
            problem = None
            if source is None and strategy_of(given) is None:
                problem = "It has no credentials."
        except AuthError as error:
            yield ListedProfile(name, "config file", None, None, is_default, error.message)
            continue
        client = _client(given) if source is None else f"(source {source['use']})"
        yield ListedProfile(name, "config file", client, _address(given), is_default, problem)


def _of_login(name: str, origin: str, *, is_default: bool) -> ListedProfile | None:
    try:
        given = read_login(name)
    except CredentialsUnavailable:
        return None
    except ConfigurationError as error:
        return ListedProfile(name, origin, None, None, is_default, error.message)
    except StoreError as error:
        if origin != LOGIN_FILE:
            raise
        return ListedProfile(name, origin, None, None, is_default, error.message)
    return ListedProfile(name, origin, _client(given), _address(given), is_default)


def _client(given: GivenFields) -> str | None:
    try:
        strategy = strategy_of(given)
    except AuthError:
        strategy = None
    match strategy:
        case "BASIC":
            return given.texts.get("username")
        case "BEARER":
            return "(bearer token)"
        case "NONE":
            return "(no authorization)"
        case _:
            return given.texts.get("client_id")


def _address(given: GivenFields) -> str | None:
    for name in (*_ADDRESSES, "cluster_id"):
        if name in given.texts:
            # An address that can't be used may hold a password nevertheless.
            return "<hidden>" if "@" in given.texts[name] else given.texts[name]
    return None

"""What ``zeebe-auth login`` keeps of a profile: an entry in the keychain, or a file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.json_document import fields_from_json, json_from_credentials
from zeebe_auth.configuration.login_files import (
    delete_login_file,
    login_file,
    read_login_file,
    secret_file,
    write_login_file,
)
from zeebe_auth.configuration.profile_name import checked_profile_name
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import (
    ConfigurationError,
    CredentialsUnavailable,
    StoreError,
    without_frames,
)
from zeebe_auth.keychain import access as keychain
from zeebe_auth.secret import Secret

LOGIN_FILE = "login file"
"""How the origin of what is kept in a file begins."""

SECRET_ALONE = "client_secret"
"""The user name under which the keychain keeps a secret whose other fields are elsewhere."""

_USERNAME = "credentials"


@without_frames
def read_login(profile: str) -> GivenFields:
    """Return all that is kept for a profile, before it is judged.

    Raises:
        CredentialsUnavailable: Nothing is kept under the profile's name.
        ConfigurationError: What is kept there is unusable.
        StoreError: There is no keychain, it is locked or doesn't answer, or the file can't be read.
    """
    path = login_file(profile)
    in_file = None if path is None else read_login_file(path)
    if in_file is not None:
        return fields_from_json(in_file, f"{LOGIN_FILE} {path}")
    text = keychain.read(keychain_service(profile), _USERNAME)
    if text is None:
        raise CredentialsUnavailable(
            f'The OS keychain holds no profile "{profile}". Put one there with '
            f'"{login_command(profile)}".'
        )
    return fields_from_json(text, f"keychain profile {profile}")


def login_command(profile: str) -> str:
    """What to type to put a profile into the OS keychain."""
    from shlex import quote

    return "zeebe-auth login" + ("" if profile == "default" else f" --profile {quote(profile)}")


def keychain_service(profile: str) -> str:
    """The keychain's service name of a profile.

    Raises:
        ConfigurationError: The profile's name is empty or has a character that can't be printed.
    """
    return f"zeebe-auth:{checked_profile_name(profile)}"


@without_frames
def keep_login(
    profile: str,
    credentials: ClientCredentials,
    settings: Mapping[str, str],
    secret_settings: Mapping[str, Secret] = MappingProxyType({}),
    *,
    in_file: bool = False,
) -> Path | None:
    """Keep an identity and its settings in the OS keychain or a file, instead of what was there.

    It is in one of the two alone.

    Args:
        profile: The profile's name.
        credentials: The identity.
        settings: Those that are no secret.
        secret_settings: Those that are.
        in_file: Whether it goes into a file.

    Returns:
        The file.

    Raises:
        ConfigurationError: The profile's name can't be used, or this user has no home directory.
        StoreError: The keychain or the file system doesn't take it.
    """
    document = json_from_credentials(credentials, settings, secret_settings)
    service = keychain_service(profile)
    path = login_file(profile)
    if not in_file:
        keychain.write(service, _USERNAME, document)
        if path is not None:
            delete_login_file(path)
        return None
    path = _placed(path)
    write_login_file(path, document)
    with suppress(StoreError):  # there is no keychain, or it is locked: the file is read first
        keychain.delete(service, _USERNAME)
    return path


def forget_login(profile: str) -> bool:
    """Remove what was kept for a profile, secrets alone included; it returns whether there was any.

    Raises:
        ConfigurationError: The profile's name can't be used.
        StoreError: The keychain can't be reached or doesn't remove it, or the file can't be.
    """
    service = keychain_service(profile)
    paths = (login_file(profile), secret_file(profile))
    was_in_file = sum(delete_login_file(path) for path in paths if path is not None) > 0
    try:
        was_there = keychain.delete(service, _USERNAME)
        if keychain.read(service, SECRET_ALONE) is not None:
            was_there = keychain.delete(service, SECRET_ALONE)
    except StoreError:
        if was_in_file:
            return True
        raise
    return was_there or was_in_file


def keep_secret_alone(profile: str, secret: Secret) -> None:
    """Keep a client secret in the OS keychain, for ``{ keyring = "…" }`` of a config file.

    Raises:
        ConfigurationError: The profile's name can't be used.
        StoreError: The keychain doesn't take it.
    """
    keychain.write(keychain_service(profile), SECRET_ALONE, secret.reveal())


def keep_secret_in_file(profile: str, secret: Secret) -> Path:
    """Keep a client secret in a file for its owner alone, for ``{ file = "…" }`` of a config file.

    Returns:
        The file.

    Raises:
        ConfigurationError: The profile's name can't be used, or this user has no home directory.
        StoreError: It can't be written.
    """
    path = _placed(secret_file(checked_profile_name(profile)))
    write_login_file(path, secret.reveal())
    return path


def _placed(path: Path | None) -> Path:
    if path is None:
        raise ConfigurationError(
            "This user has no home directory, so there is no place for the file. Set "
            "XDG_CONFIG_HOME, or pass the credentials in the environment."
        )
    return path

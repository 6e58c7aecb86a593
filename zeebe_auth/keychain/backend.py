"""Which of the backends that `keyring` offers is taken for the keychain, and why no other."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from zeebe_auth.entry_points import unreadable_entry_points
from zeebe_auth.errors import StoreError

if TYPE_CHECKING:
    from logging import LogRecord

    from keyring.backend import KeyringBackend

NEXT_STEP = "Pass the credentials in the environment or a file, keep tokens in the file store"
"""What to do where there is no keychain, the beginning of a sentence."""

_VARIABLE = "PYTHON_KEYRING_BACKEND"
_MAX_SHOWN_CHARACTERS = 100
_WINDOWS_CHARACTERS = 1280  # CRED_MAX_CREDENTIAL_BLOB_SIZE, 2560 bytes, in UTF-16


class KeychainUnavailable(StoreError):
    """There is no keychain here, or none that keeps secrets: a source has nothing to offer."""


def suitable_backend() -> KeyringBackend:
    """The one that keyring chose, or the first of its chain that keeps secrets by itself.

    Raises:
        KeychainUnavailable: There is none.
    """
    from keyring.backends.chainer import ChainerBackend

    chosen = _chosen_by_keyring()
    # The chain itself would fall through to a plain-text backend.
    parts: list[KeyringBackend] = (
        chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    )
    offered = []
    for part in parts:
        reason = _why_refused(part) or (None if part is chosen else _why_passed_over(part))
        if reason is None:
            return part
        kind = type(part)
        offered.append(f"{kind.__module__}.{kind.__qualname__} ({reason})")
    raise KeychainUnavailable(
        "There is no OS keychain that keeps secrets here: keyring offers "
        f"{', '.join(offered) or 'nothing'}. {NEXT_STEP}, or start a keychain service (on Linux: "
        "a D-Bus session with gnome-keyring or KWallet)."
    )


def _chosen_by_keyring() -> KeyringBackend:
    import keyring

    _check_config_file()
    with _plugins_without_tracebacks():
        try:
            try:
                return keyring.get_keyring()
            except ValueError:
                if os.environ.get(_VARIABLE) != "":
                    raise
            # keyring takes the empty string for the name of a module, not for "not set".
            keyring.set_keyring(_chosen_without_variable())
            return keyring.get_keyring()
        except (Exception, SystemExit) as error:
            raise KeychainUnavailable(_why_none_was_chosen(error)) from error


def _check_config_file() -> None:
    """Refuse a pipe or a device, which keyring would read without an end."""
    if os.environ.get(_VARIABLE):
        return
    from keyring.util import platform_

    try:
        file = platform_.config_root() / "keyringrc.cfg"
        mode = file.stat().st_mode
        is_null = os.path.realpath(file) == os.devnull
    except (OSError, RuntimeError):
        # There is none, or no home for it: keyring says what else is wrong.
        return
    if not is_null and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise KeychainUnavailable(
            f"{file}, the configuration of the keychain library keyring, is a pipe, a device or a "
            "socket. Put a file there, or remove it."
        )


def _chosen_without_variable() -> KeyringBackend:
    from keyring.backend import get_all_keyring
    from keyring.backends import fail
    from keyring.core import load_config

    all_there_are = get_all_keyring()
    return load_config() or max(
        all_there_are,
        default=fail.Keyring(),  # type: ignore[no-untyped-call]  # keyring has no types for it
        key=lambda backend: backend.priority,
    )


def _why_none_was_chosen(error: BaseException) -> str:
    """Whose fault it is that keyring fails before it has a backend, and what to do."""
    from keyring.util import platform_

    kind = type(error).__name__
    named = os.environ.get(_VARIABLE)
    if named:
        shown = ascii(named[:_MAX_SHOWN_CHARACTERS])
        return (
            f"PYTHON_KEYRING_BACKEND names the keychain backend {shown}, which does not work here "
            f"({kind}). Name another, start the service behind it, or unset the variable."
        )
    try:
        file = platform_.config_root() / "keyringrc.cfg"
    except RuntimeError:
        # Seen where the user has no entry in the password database, as in some containers.
        return (
            "There is no OS keychain for a user without a home directory. Set HOME if there should "
            "be one. Otherwise, pass the credentials in the environment or a file."
        )
    fault = _fault_of_config_file()
    if fault is not None:
        return f"{file}, the configuration of the keychain library keyring, {fault}"
    broken = unreadable_entry_points()
    if broken is not None:
        return f"{broken}, which keeps keyring from finding the OS keychain ({kind}). Reinstall it."
    return (
        f"The library keyring finds no OS keychain here ({kind}). Reinstall keyring. {NEXT_STEP} "
        "meanwhile."
    )


def _fault_of_config_file() -> str | None:
    from configparser import Error

    from keyring.core import load_config

    try:
        load_config()
    except (Error, UnicodeError) as error:
        return (
            f"can't be read ({type(error).__name__}). Save it as an INI file in UTF-8 without a "
            "byte order mark, or remove it."
        )
    except OSError as error:
        return f"can't be read: {error.strerror}. Let this user read it, or remove it."
    except (Exception, SystemExit) as error:  # of the backend's module
        return (
            f"names a keychain backend that does not work here ({type(error).__name__}). Name "
            "another, start the service behind it, or remove the file."
        )
    return None


@contextmanager
def _plugins_without_tracebacks() -> Iterator[None]:
    """Let keyring name a broken plugin in one line where nobody has set up logging."""
    import logging

    log = logging.getLogger("keyring.backend")

    def shorten(record: LogRecord) -> bool:
        if not log.hasHandlers():
            record.exc_info = None
        return True

    log.addFilter(shorten)
    try:
        yield
    finally:
        log.removeFilter(shorten)


def _why_refused(backend: KeyringBackend) -> str | None:
    from keyring.backends import fail, null

    if isinstance(backend, fail.Keyring | null.Keyring):
        return "it keeps nothing"
    if any("plaintext" in kind.__name__.lower() for kind in type(backend).__mro__):
        return "it writes secrets in plain text"
    # The encrypted files of keyrings.alt and keyrings.cryptfile: unless the program has set
    # keyring_key, reading it asks on the terminal, or takes what is in stdin.
    given = vars(backend)
    if hasattr(type(backend), "keyring_key") and not (
        given.get("keyring_key") or given.get("_keyring_key")
    ):
        return "it asks for a password on the terminal"
    return None


def _why_passed_over(backend: KeyringBackend) -> str | None:
    return None if backend.priority >= 1 else "keyring itself does not recommend it"


def check_size(backend: KeyringBackend, text: str) -> None:
    """See that this keychain can hold ``text``.

    Raises:
        StoreError: It can't.
    """
    characters = len(text.encode("utf-16-le", "surrogatepass")) // 2
    is_windows = any(kind.__name__ == "WinVaultKeyring" for kind in type(backend).__mro__)
    if is_windows and characters > _WINDOWS_CHARACTERS:
        raise StoreError(
            f"The Windows keychain holds {_WINDOWS_CHARACTERS} characters, this text has "
            f"{characters}. Use the encrypted file store instead, FileStore(encryption=…) or "
            'store = { use = "file", encrypted = true }: it keeps only its key in the keychain.'
        )

"""The keychain of the operating system, through `keyring`."""

from __future__ import annotations

from zeebe_auth.errors import without_frames
from zeebe_auth.keychain.backend import KeychainUnavailable, check_size, suitable_backend
from zeebe_auth.keychain.calls import (
    TIME_LIMIT_SECONDS,
    KeychainLocked,
    KeychainTimeout,
    call_in_time,
)

__all__ = [
    "TIME_LIMIT_SECONDS",
    "KeychainLocked",
    "KeychainTimeout",
    "KeychainUnavailable",
    "delete",
    "read",
    "write",
]


@without_frames
def read(service: str, username: str) -> str | None:
    """The text kept for ``username`` under ``service``, or None.

    Args:
        service: Who keeps it, such as ``zeebe-auth:prod``.
        username: Its name there.

    Raises:
        KeychainUnavailable: There is no keychain, or only one that would not keep it secret.
        KeychainLocked: It is locked.
        KeychainTimeout: It did not answer within `TIME_LIMIT_SECONDS`.
        StoreError: It failed in another way.
    """
    return call_in_time(lambda: suitable_backend().get_password(service, username))


@without_frames
def write(service: str, username: str, text: str) -> None:
    """Keep ``text`` for ``username`` under ``service``, instead of what was there.

    Args:
        service: Who keeps it, such as ``zeebe-auth:prod``.
        username: Its name there.
        text: The secret; Windows takes at most 1280 characters.

    Raises:
        StoreError: As `read`, and if the text is too long for this keychain.
    """

    def call() -> None:
        backend = suitable_backend()
        check_size(backend, text)
        backend.set_password(service, username, text)

    call_in_time(call)


@without_frames
def delete(service: str, username: str) -> bool:
    """Forget what is kept for ``username`` under ``service``.

    Returns:
        Whether there was something.

    Raises:
        StoreError: As `read`, and if it is still there.
    """

    def call() -> bool:
        from keyring.errors import PasswordDeleteError

        backend = suitable_backend()
        try:
            backend.delete_password(service, username)
        except PasswordDeleteError:
            # Backends say the same for "there was none" and "it could not be deleted".
            if backend.get_password(service, username) is None:
                return False
            raise
        return True

    return call_in_time(call)

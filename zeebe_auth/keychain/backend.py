"""Which of the backends that `keyring` offers is taken for the keychain, and why no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zeebe_auth.errors import StoreError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

__all__ = ["NEXT_STEP", "KeychainUnavailable", "check_size", "suitable_backend"]

NEXT_STEP = "Pass the credentials in the environment or a file, keep tokens in the file store"
"""What to do where there is no keychain, the beginning of a sentence."""

_WINDOWS_CHARACTERS = 1280  # CRED_MAX_CREDENTIAL_BLOB_SIZE, 2560 bytes, in UTF-16


class KeychainUnavailable(StoreError):  # noqa: N818
    """There is no keychain here, or none that keeps secrets: a source has nothing to offer."""


def suitable_backend() -> KeyringBackend:
    """The one that keyring chose, or the first of its chain that keeps secrets by itself.

    Raises:
        KeychainUnavailable: There is none.
    """
    import keyring
    from keyring.backends.chainer import ChainerBackend

    try:
        chosen = keyring.get_keyring()
    except (RuntimeError, ImportError, AttributeError) as error:
        raise KeychainUnavailable(
            f"The keychain backend named in PYTHON_KEYRING_BACKEND or keyringrc.cfg does not work "
            f"here ({type(error).__name__}). Name another, or start the service behind it."
        ) from error
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


def _why_refused(backend: KeyringBackend) -> str | None:
    from keyring.backends import fail, null

    if isinstance(backend, fail.Keyring | null.Keyring):
        return "it keeps nothing"
    if any("plaintext" in kind.__name__.lower() for kind in type(backend).__mro__):
        return "it writes secrets in plain text"
    # The encrypted files of keyrings.alt and keyrings.cryptfile: unless the program has set
    # keyring_key, reading it asks on the terminal, or takes what stands in stdin.
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

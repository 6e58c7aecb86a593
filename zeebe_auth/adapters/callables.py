"""A provider as a plain function, and as a source of headers, for clients that take those."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, overload

from zeebe_auth.adapters.async_wait import wait_for_token
from zeebe_auth.adapters.token_access import TokenAccess, access_to
from zeebe_auth.arguments import refuse_type
from zeebe_auth.protocols import CredentialsProvider
from zeebe_auth.provider.fixed import AnonymousCredentialsProvider
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken


@overload
def token_callable(
    provider: CredentialsProvider, *, is_async: Literal[False] = False
) -> Callable[[], str]: ...


@overload
def token_callable(
    provider: CredentialsProvider, *, is_async: Literal[True]
) -> Callable[[], Awaitable[str]]: ...


def token_callable(
    provider: CredentialsProvider, *, is_async: bool = False
) -> Callable[[], str] | Callable[[], Awaitable[str]]:
    """Return a function without arguments that returns the bare token, without "Bearer".

    It is for parameters such as qdrant-client's ``auth_token_provider`` and openai's ``api_key``.
    ``provider.get_token`` doesn't suit those: it returns an `AccessToken`.

    Args:
        provider: Any provider.
        is_async: Whether the function is to be awaited, on an event loop of asyncio; it never
            blocks that.

    Raises:
        TypeError: It is no provider, or one that never has a token.
    """
    if isinstance(provider, AnonymousCredentialsProvider):
        raise TypeError("An AnonymousCredentialsProvider never has a token to return.")
    access = TokenAccess.of(provider)

    def token() -> str:
        return (access.current() or access.wait()).value.reveal()

    async def token_async() -> str:
        return (access.current() or await wait_for_token(access)).value.reveal()

    return token_async if is_async else token


@public_class("zeebe_auth")
class HeadersProvider:
    """Gives the authorization header, as Camunda's Python SDK takes it for ``auth_provider=``.

    The SDK closes what it is given. The provider behind it stays open, since others may share it:
    close that yourself.

    Args:
        provider: Any provider; None and an `AnonymousCredentialsProvider` give no header.

    Raises:
        TypeError: It is no provider.
    """

    def __init__(self, provider: CredentialsProvider | None) -> None:
        if isinstance(provider, HeadersProvider):
            refuse_type(provider, "provider of HeadersProvider", "a credentials provider")
        self._access = access_to(provider)

    def get_headers(self) -> dict[str, str]:
        """Return the header with a token to use now. It blocks only while there is none.

        Raises:
            AuthError: There is no token.
        """
        access = self._access
        return {} if access is None else _header(access.current() or access.wait())

    async def aget_headers(self) -> dict[str, str]:
        """As `get_headers`, on an event loop of asyncio, without blocking it.

        Raises:
            AuthError: There is no token.
        """
        access = self._access
        if access is None:
            return {}
        return _header(access.current() or await wait_for_token(access))

    def close(self) -> None:
        """Leave the provider open: others may share it."""

    async def aclose(self) -> None:
        """As `close`."""

    def __repr__(self) -> str:
        access = self._access
        return f"HeadersProvider({None if access is None else type(access.provider).__name__})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (None if self._access is None else self._access.provider,)


def _header(token: AccessToken) -> dict[str, str]:
    return {"Authorization": token.authorization}

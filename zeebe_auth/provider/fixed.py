"""Providers whose authorization never changes, and the one that has none."""

from __future__ import annotations

from typing import Any, Self

from zeebe_auth.arguments import as_secret, check_text
from zeebe_auth.errors import ConfigurationError, without_arguments
from zeebe_auth.explanation import Explanation, token_state
from zeebe_auth.finding import Finding
from zeebe_auth.provider.closing import ClosingProvider
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret
from zeebe_auth.token import AccessToken, basic_token, basic_username


@public_class("zeebe_auth")
class AnonymousCredentialsProvider(ClosingProvider):
    """No authorization: a gateway without authentication wants none.

    `default_provider` gives it for the strategy NONE. Channels and adapters know it by its class:
    they take it like any other provider, ask it for nothing and add no header.

    Args:
        origin: Who said that none is sent, for `explain`.

    Raises:
        TypeError: The origin is no str.
    """

    _raises_auth_errors = True

    def __init__(self, *, origin: str = "code") -> None:
        check_text(origin, "origin of AnonymousCredentialsProvider")
        self._origin = origin

    def get_token(self, *, timeout: float | None = None) -> AccessToken:
        """Refuse: there is no token.

        Raises:
            ConfigurationError: Always.
        """
        raise ConfigurationError(
            f"There is no token: {self._origin} says that no authorization is sent. Give "
            "credentials, such as in a profile without the strategy NONE, or ask for none."
        )

    async def get_token_async(self, *, timeout: float | None = None) -> AccessToken:
        """As `get_token`.

        Raises:
            ConfigurationError: Always.
        """
        return self.get_token(timeout=timeout)

    def current_token(self) -> AccessToken | None:
        """None: there is no token."""
        return None

    def invalidate(self, token: AccessToken, *, accepted: bool = False) -> None:
        """Nothing: there is no token to forget."""

    def explain(self) -> Explanation:
        """Who said that no authorization is sent."""
        finding = Finding(self._origin, "chosen", "No authorization is sent.")
        return Explanation(findings=(finding,), origin=self._origin)

    def __repr__(self) -> str:
        return f"AnonymousCredentialsProvider(origin={self._origin!r})"


@public_class("zeebe_auth")
class StaticCredentialsProvider(ClosingProvider):
    """One token, as it is: somebody else obtained it and looks after it.

    Args:
        token: The token; a `Secret` or str is taken as a bearer token that never expires.
        origin: Who gave it, for `explain`.

    Raises:
        ConfigurationError: The token is not valid in an HTTP header.
        TypeError: It is of the wrong type; its value is not quoted.
    """

    _raises_auth_errors = True

    @without_arguments
    def __init__(self, token: AccessToken | Secret | str, *, origin: str = "code") -> None:
        if not isinstance(token, AccessToken):
            secret = as_secret(token, f"token from {origin}")
            try:
                token = AccessToken(secret)
            except ValueError as error:
                raise ConfigurationError(f"The token from {origin} is unusable: {error}") from None
        self._token = token
        self._origin = origin

    def get_token(self, *, timeout: float | None = None) -> AccessToken:
        """The token. ``timeout`` has no meaning here: nobody waits."""
        return self._token

    async def get_token_async(self, *, timeout: float | None = None) -> AccessToken:
        """The token. Nothing is waited for, so it works with any library: asyncio, trio, …."""
        return self._token

    def current_token(self) -> AccessToken:
        """The token."""
        return self._token

    def invalidate(self, token: AccessToken, *, accepted: bool = False) -> None:
        """Nothing: there is no other token, so the refusal goes to the caller."""

    def explain(self) -> Explanation:
        """Where the token came from, whose it is if it says so, and when it expires."""
        import time

        token = self._token
        username = basic_username(token)
        return Explanation(
            findings=(Finding(self._origin, "chosen", f"a fixed {token.token_type} token"),),
            identity=None if username is None else f"{username} (Basic authentication)",
            origin=self._origin,
            store="memory",
            token_state=token_state(token, time.time()),
            token_expires_at=token.expires_at,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._token.token_type}, origin={self._origin!r})"


@public_class("zeebe_auth")
class BasicCredentialsProvider(StaticCredentialsProvider):
    """HTTP Basic authentication (RFC 7617), UTF-8.

    Args:
        username: The user name; it holds no colon.
        password: The password; a str is wrapped at once.
        origin: Who gave it, for `explain`.

    Raises:
        ConfigurationError: The user name is empty or holds a colon or a control character, or the
            password ends with a new line.
        TypeError: An argument is of the wrong type; its value is not quoted.
    """

    _raises_auth_errors = True

    @without_arguments
    def __init__(self, username: str, password: Secret | str, *, origin: str = "code") -> None:
        check_text(username, f"user name from {origin}")
        secret = as_secret(password, f"password from {origin}")
        token = basic_token(username, secret, named=f"The user name from {origin}")
        super().__init__(token, origin=origin)
        self._username = username

    def __repr__(self) -> str:
        return f"BasicCredentialsProvider({self._username!r}, origin={self._origin!r})"

    def __copy__(self) -> Self:
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # The copy module would go by the way of pickle, which is refused below.
        import copy

        twin = object.__new__(type(self))
        vars(twin).update(copy.deepcopy(vars(self), memo))
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(
            "A Basic provider holds a literal password, so it is not pickled. Make it again in "
            "the other process."
        )

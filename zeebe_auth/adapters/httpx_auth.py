"""Authorization for httpx and httpx2, sync and async: one flow behind the four."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Self

from zeebe_auth.adapters.async_wait import wait_for_token
from zeebe_auth.adapters.http_token import HttpToken, Origin, Origins, origin_of
from zeebe_auth.adapters.repeat import AttemptEnded, Outcome, Step
from zeebe_auth.adapters.token_access import TokenAccess
from zeebe_auth.protocols import CredentialsProvider
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken

if TYPE_CHECKING:
    from httpx import Auth as _HttpxAuth
    from httpx2 import Auth as _Httpx2Auth

    # At run time this is the base of the class that `__new__` makes.
    _AuthOfHttpx = _HttpxAuth
    _AuthOfHttpx2 = _Httpx2Auth
else:
    _AuthOfHttpx = _AuthOfHttpx2 = object

_AUTHORIZATION = "authorization"
# The classes that have the base of their library, by the class without it.
_MADE: dict[type, type] = {}


class _Auth:
    """What both have. Instances are of a class that has the library's own ``Auth`` as a base."""

    library: ClassVar[str]
    requires_request_body = False
    requires_response_body = False

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self:
        made: Self = object.__new__(_with_base(cls))
        return made

    def __init__(
        self,
        provider: CredentialsProvider | None,
        *,
        header: str = "authorization",
        header_prefix: str | None = None,
        origins: Origins = (),
        allow_plaintext: bool = False,
    ) -> None:
        self._provider = provider
        self._settings: dict[str, Any] = {
            "header": header,
            "header_prefix": header_prefix,
            "origins": origins,
            "allow_plaintext": allow_plaintext,
        }
        self._token = HttpToken(provider, **self._settings, taker=type(self).__name__)
        if header.lower() != _AUTHORIZATION:
            _check_redirects_drop_it(self.library)

    def auth_flow(self, request: Any) -> Any:
        """See the two below."""
        raise RuntimeError("Call sync_auth_flow or async_auth_flow.")

    def sync_auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        """Send ``request`` with the token, and once more after a 401 if there is another token.

        Raises:
            AuthError: There is no token.
            ConfigurationError: It would travel unencrypted to another machine.
        """
        flow = self._flow(request)
        step = next(flow, None)
        while step is not None:
            reply: Any
            if step is Step.ASK:
                try:
                    reply = self._access.wait()
                except Exception as error:
                    reply = error
            else:
                reply = yield step
            step = _send(flow, reply)

    async def async_auth_flow(self, request: Any) -> AsyncGenerator[Any, Any]:
        """As `sync_auth_flow`. It never blocks the event loop, of asyncio or of trio."""
        flow = self._flow(request)
        step = next(flow, None)
        while step is not None:
            reply: Any
            if step is Step.ASK:
                try:
                    reply = await self._wait()
                except Exception as error:
                    reply = error
            else:
                reply = yield step
            step = _send(flow, reply)

    @property
    def _access(self) -> TokenAccess:
        access = self._token.access
        assert access is not None
        return access

    async def _wait(self) -> AccessToken:
        import asyncio

        access = self._access
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            # trio. What both libraries use for it is there with them.
            import anyio.to_thread

            return await anyio.to_thread.run_sync(access.wait, abandon_on_cancel=True)
        return await wait_for_token(access)

    def _flow(self, request: Any) -> Generator[Any, Any, None]:
        """What to do next: `Step.ASK` for a token, or a request to send for its response."""
        http, first = self._token, _origin(request)
        if http.header in request.headers or not http.goes_to(first):
            yield request
            return
        steps = http.begin(self._access.current())
        step = next(steps)
        while not isinstance(step, Outcome):
            if isinstance(step, Step):
                step = steps.send((yield step))
                continue
            response = yield self._with_token(request, step)
            response, refused = yield from self._at_other_origin(response, step, first)
            if not refused:
                http.note(step, response.status_code)
            # Where redirects led, as the method may have become GET on the way.
            request = response.request
            consumed = not self._can_repeat(request)
            accepted = refused and step in http.accepted
            step = steps.send(AttemptEnded(refused, consumed, accepted))
        http.end(step)

    def _at_other_origin(
        self, response: Any, token: AccessToken, first: Origin
    ) -> Generator[Any, Any, tuple[Any, bool]]:
        """Judge a 401: the token is refused only if it was sent to whoever says so.

        On a redirect to another origin the client drops the header; one of ``origins`` is then
        asked again with it.
        """
        http = self._token
        if not http.is_refusal(response.status_code):
            return response, False
        request = response.request
        if not http.goes_to(_origin(request), first):
            return response, False
        if http.value_of(token).encode() not in [value for _, value in request.headers.raw]:
            if not self._can_repeat(request):
                return response, False
            response = yield self._with_token(request, token)
            return response, http.is_refusal(response.status_code)
        return response, True

    def _with_token(self, request: Any, token: AccessToken) -> Any:
        http = self._token
        value = http.value_of(token)
        if http.header.lower() == _AUTHORIZATION:
            request.headers[http.header] = value
        else:
            _bind(request.headers, http.header, value)
        return request

    def _can_repeat(self, request: Any) -> bool:
        """Whether the body is in memory. A stream or a file was read, and is not sent again."""
        return isinstance(request.stream, import_module(self.library).ByteStream)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({type(self._provider).__name__})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (_public_class(type(self)), self._provider, self._settings)


@public_class("zeebe_auth")
class HttpxAuth(_Auth, _AuthOfHttpx):
    """Authorizes httpx's requests: ``httpx.Client(auth=HttpxAuth(provider))``, async alike.

    The token goes to the origin of a chain's first request (redirects make a chain), or to
    ``origins``, and nowhere else. After a 401 the provider is told that this token was refused,
    and the request is sent once more if another token is to be had. A body that isn't in memory
    (a generator, a file) is never sent twice: the 401 is returned then. Nothing is locked while a
    request runs. A header of that name in the request wins over the token.

    httpx itself keeps the ``Authorization`` header on a redirect from http to https of one host
    with the default ports.

    Args:
        provider: Any provider; None and an `AnonymousCredentialsProvider` send nothing.
        header: The header that has the token.
        header_prefix: What is in front of the bare token, with its space; "" sends it bare, and
            None sends its own authorization, such as ``Bearer …``.
        origins: The only origins that the token goes to, such as ``https://api.example.com``.
        allow_plaintext: Whether it may travel unencrypted to another machine than this one, by
            the host's name. It warns once.

    Raises:
        ImportError: httpx isn't installed.
        TypeError: An argument is of the wrong type.
        ValueError: The header's name or prefix is not valid in HTTP, or an origin is none.
    """

    library = "httpx"


@public_class("zeebe_auth")
class Httpx2Auth(_Auth, _AuthOfHttpx2):
    """The same for httpx2: ``httpx2.AsyncClient(auth=Httpx2Auth(provider))``. See `HttpxAuth`.

    Args:
        provider: See `HttpxAuth`, as for the others.
        header: See there.
        header_prefix: See there.
        origins: See there.
        allow_plaintext: See there.
    """

    library = "httpx2"


def _remake(kind: type[_Auth], provider: CredentialsProvider, settings: dict[str, Any]) -> _Auth:
    return kind(provider, **settings)


def _public_class(kind: type[_Auth]) -> type[_Auth]:
    """The class without the library's base, which can be imported by its name."""
    return kind.__bases__[0] if "_library_base" in vars(kind) else kind


def _with_base(kind: type[_Auth]) -> Any:
    """A class that derives from the library's ``Auth`` as well: it tests for that."""
    try:
        base = import_module(kind.library).Auth
    except ImportError as error:
        raise ImportError(
            f"{kind.__name__} needs {kind.library}. Run "
            f'pip install "zeebe-credentials[{kind.library}]".'
        ) from error
    made = _MADE.get(kind)
    if made is None:
        names = {"__module__": kind.__module__, "__qualname__": kind.__qualname__}
        made = type(kind.__name__, (kind, base), {**names, "_library_base": True})
        _MADE[kind] = made
    return made


def _origin(request: Any) -> Origin:
    return origin_of(str(request.url))


def _send(flow: Generator[Any, Any, None], reply: Any) -> Any:
    try:
        return flow.send(reply)
    except StopIteration:
        return None


def _bind(headers: Any, name: str, value: str) -> None:
    """Put a header there that the client drops wherever it drops ``Authorization``.

    On a redirect to another origin both libraries take that header off by its name in lower case,
    which they keep beside the name that is sent (encode/httpx, ``Headers._list``).
    """
    key, attributes = name.encode("ascii"), vars(headers)
    others = [each for each in attributes["_list"] if each[0] != key]
    attributes["_list"] = [*others, (key, _AUTHORIZATION.encode(), value.encode("ascii"))]


@cache
def _check_redirects_drop_it(library: str) -> None:
    headers_of = import_module(library).Headers
    headers = headers_of()
    try:
        _bind(headers, "x-api-key", "t0ken")
        copied = headers_of(headers)
        sent = list(copied.raw)
        copied.pop("Authorization", None)
        is_dropped = sent == [(b"x-api-key", b"t0ken")] and not list(copied.raw)
    except (AttributeError, KeyError, TypeError, ValueError):
        is_dropped = False
    if not is_dropped:
        raise RuntimeError(
            f"With this version of {library} a token in another header than Authorization would "
            "follow redirects to other servers. Use another version of it, or send the token as "
            "Authorization."
        )

"""Authorization for aiohttp's client, as a middleware (aiohttp 3.12 and newer)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from zeebe_auth.adapters.async_wait import wait_for_token
from zeebe_auth.adapters.http_token import HttpToken, Origins, origin_of
from zeebe_auth.adapters.repeat import AttemptEnded, Outcome, Step
from zeebe_auth.lazy_module import LazyModule
from zeebe_auth.protocols import CredentialsProvider
from zeebe_auth.token import AccessToken

if TYPE_CHECKING:
    import aiohttp
else:
    aiohttp = LazyModule("aiohttp")

# Of the body of a 401 that is not returned; after more the connection is closed instead.
_MAX_DRAINED_BYTES = 65536


def aiohttp_middleware(
    provider: CredentialsProvider | None,
    *,
    origins: Origins,
    header: str = "authorization",
    header_prefix: str | None = None,
    allow_plaintext: bool = False,
) -> Callable[
    [aiohttp.ClientRequest, aiohttp.ClientHandlerType], Awaitable[aiohttp.ClientResponse]
]:
    """Authorize aiohttp's requests: ``ClientSession(middlewares=(aiohttp_middleware(…),))``.

    The rules are those of `HttpxAuth`. ``origins`` must be given: aiohttp runs its middlewares
    anew for each redirect, so none of them can tell where a chain began. The token goes to those
    origins and nowhere else.

    Args:
        provider: Any provider; None and an `AnonymousCredentialsProvider` send nothing.
        origins: Where the token goes, such as ``https://api.example.com``; one or several.
        header: The header that has the token.
        header_prefix: What is in front of the bare token, with its space; "" sends it bare, and
            None sends its own authorization, such as ``Bearer …``.
        allow_plaintext: Whether it may travel unencrypted to another machine than this one, by
            the host's name. It warns once.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: There are no origins, one is none, or the header's name or prefix is not valid
            in HTTP.
    """
    http = HttpToken(
        provider,
        header=header,
        header_prefix=header_prefix,
        origins=origins,
        allow_plaintext=allow_plaintext,
        taker="aiohttp_middleware",
    )
    if not http.has_origins:
        raise ValueError(
            "aiohttp_middleware needs the origins that the token goes to, such as "
            'origins="https://api.example.com".'
        )

    async def authorize(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if header in request.headers or not http.goes_to(origin_of(str(request.url))):
            return await handler(request)
        access = http.access
        assert access is not None
        response: aiohttp.ClientResponse | None = None
        steps = http.begin(access.current())
        step = next(steps)
        while not isinstance(step, Outcome):
            if isinstance(step, Step):
                answer: Any
                try:
                    answer = await wait_for_token(access)
                except Exception as error:
                    answer = error
                step = steps.send(answer)
                continue
            if response is not None:
                await _drain(response)
            response = await _sent(request, handler, http, step)
            refused = http.is_refusal(response.status)
            if not refused:
                http.note(step, response.status)
            consumed = not _can_repeat(request)
            accepted = refused and step in http.accepted
            step = steps.send(AttemptEnded(refused, consumed, accepted))
        http.end(step)
        assert response is not None
        return response

    return authorize


async def _sent(
    request: aiohttp.ClientRequest,
    handler: aiohttp.ClientHandlerType,
    http: HttpToken,
    token: AccessToken,
) -> aiohttp.ClientResponse:
    request.headers[http.header] = http.value_of(token)
    return await handler(request)


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Read what is left of a reply, so that its connection can be used again."""
    await response.content.read(_MAX_DRAINED_BYTES)
    response.release()


def _can_repeat(request: aiohttp.ClientRequest) -> bool:
    """Whether the body is in memory. A stream or a file was read, and is not sent again."""
    from aiohttp.payload import BytesPayload

    return isinstance(request.body, bytes | bytearray | BytesPayload)

"""Authorization for requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from zeebe_auth.adapters.http_token import HttpToken, Origin, Origins, origin_of
from zeebe_auth.adapters.repeat import AttemptEnded, Outcome, Step
from zeebe_auth.lazy_module import LazyModule
from zeebe_auth.protocols import CredentialsProvider
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken

if TYPE_CHECKING:
    import requests
else:
    requests = LazyModule("requests")


@public_class("zeebe_auth")
class RequestsAuth:
    """Authorizes requests' requests: ``session.auth = RequestsAuth(provider)``.

    The rules are those of `HttpxAuth`: the token goes to the origin of a chain's first request or
    to ``origins`` alone, a 401 is repeated once with another token, a body that isn't bytes or a
    str is never sent twice, and a header of that name in the request wins.

    Args:
        provider: Any provider; None and an `AnonymousCredentialsProvider` send nothing.
        header: The header that has the token.
        header_prefix: What is in front of the bare token, with its space; "" sends it bare, and
            None sends its own authorization, such as ``Bearer …``.
        origins: The only origins that the token goes to, such as ``https://api.example.com``.
        allow_plaintext: Whether it may travel unencrypted to another machine than this one, by
            the host's name. It warns once.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: The header's name or prefix is not valid in HTTP, or an origin is none.
    """

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
        self._token = HttpToken(provider, **self._settings, taker="RequestsAuth")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Give ``request`` the token. requests calls it for the first request of a chain.

        Raises:
            AuthError: There is no token.
            ConfigurationError: It would travel unencrypted to another machine.
        """
        http, first = self._token, origin_of(str(request.url))
        if http.header in request.headers or not http.goes_to(first):
            return request
        access = http.access
        assert access is not None
        token = access.current() or access.wait()
        _Chain(http, first, token).join(request)
        return request

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, RequestsAuth)
            and self._provider is other._provider
            and self._settings == other._settings
        )

    def __hash__(self) -> int:
        return hash((id(self._provider), self._token.header))

    def __repr__(self) -> str:
        return f"RequestsAuth({type(self._provider).__name__})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (type(self), self._provider, self._settings)


def _remake(
    kind: type[RequestsAuth], provider: CredentialsProvider, settings: dict[str, Any]
) -> RequestsAuth:
    return kind(provider, **settings)


class _Chain:
    """A request and those that redirects make of it. Each response comes to its hook."""

    def __init__(self, http: HttpToken, first: Origin, token: AccessToken) -> None:
        self._http = http
        self._first = first
        self._sent = token

    def join(self, request: requests.PreparedRequest) -> None:
        """Put the token on ``request``, and hear of its responses."""
        request.headers[self._http.header] = self._http.value_of(self._sent)
        request.register_hook("response", self._answered)

    def _answered(self, response: requests.Response, **options: Any) -> requests.Response:
        http, asked = self._http, response.request
        if http.is_refusal(response.status_code):
            response = self._refused(response, options)
        elif not response.is_redirect and self._has_token(asked):
            http.note(self._sent, response.status_code)
        if response.is_redirect:
            self._prepare_redirect(response, asked)
        return response

    def _prepare_redirect(
        self, response: requests.Response, asked: requests.PreparedRequest
    ) -> None:
        """See to the token on ``asked``, whose headers requests copies for the next hop."""
        http = self._http
        if http.header not in asked.headers:
            return
        target = origin_of(urljoin(response.url, response.headers["location"]))
        if http.goes_to(target, self._first):
            # Perhaps another one than it had, if this is the answer to the repeat.
            asked.headers[http.header] = http.value_of(self._sent)
        else:
            del asked.headers[http.header]

    def _refused(self, response: requests.Response, options: dict[str, Any]) -> requests.Response:
        http = self._http
        if not http.goes_to(origin_of(response.url), self._first):
            return response
        if not self._has_token(response.request):
            # requests took it off on the way to one of the origins that it may go to.
            if not _can_repeat(response.request):
                return response
            response = self._again(response, self._sent, options)
            if not http.is_refusal(response.status_code):
                http.note(self._sent, response.status_code)
                return response
        access = http.access
        assert access is not None
        steps = http.begin(self._sent)
        token = next(steps)
        while not isinstance(token, Outcome):
            if isinstance(token, Step):
                try:
                    answer: Any = access.current() or access.wait()
                except Exception as error:
                    answer = error
                token = steps.send(answer)
                continue
            if token is not self._sent:
                response = self._again(response, token, options)
            refused = http.is_refusal(response.status_code)
            if not refused:
                http.note(token, response.status_code)
            consumed = not _can_repeat(response.request)
            accepted = refused and token in http.accepted
            token = steps.send(AttemptEnded(refused, consumed, accepted))
        http.end(token)
        return response

    def _again(
        self, response: requests.Response, token: AccessToken, options: dict[str, Any]
    ) -> requests.Response:
        """Send the request of ``response`` once more, on the connection that it came by."""
        from requests.cookies import extract_cookies_to_jar

        self._sent = token
        # What is left of the reply would keep the connection busy.
        _ = response.content
        response.close()
        request = response.request.copy()
        jar: Any = vars(request)["_cookies"]  # as requests' own HTTPDigestAuth does
        extract_cookies_to_jar(jar, response.request, response.raw)
        request.headers.pop("Cookie", None)
        request.prepare_cookies(jar)
        request.headers[self._http.header] = self._http.value_of(token)
        again: requests.Response = response.connection.send(request, **options)
        again.history.append(response)
        again.request = request
        return again

    def _has_token(self, request: requests.PreparedRequest) -> bool:
        return request.headers.get(self._http.header) == self._http.value_of(self._sent)


def _can_repeat(request: requests.PreparedRequest) -> bool:
    """Whether the body is in memory. A stream or a file was read, and is not sent again."""
    return request.body is None or isinstance(request.body, str | bytes)

"""The switches and counts of a sandbox that runs in another process."""

from __future__ import annotations

import json
import os
import ssl
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.error import HTTPError

from zeebe_auth.public_class import public_class

CONTROL_URL_VARIABLE = "ZEEBE_SANDBOX_CONTROL_URL"
ANSWER_SECONDS = 10.0


@public_class("zeebe_grpc.sandbox")
class RemoteSandbox:
    """A sandbox in another process, with the switches and counts of `Sandbox`.

    Args:
        control_url: ``ZEEBE_SANDBOX_CONTROL_URL`` of the sandbox's environment.
        ca_certificate_path: ``CAMUNDA_CA_CERTIFICATE_PATH`` of it; unused behind plain http.
    """

    def __init__(self, control_url: str, ca_certificate_path: str | None = None) -> None:
        self._url = control_url.rstrip("/")
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if self._url.startswith("https:"):
            context = ssl.create_default_context(cafile=ca_certificate_path)
            # Python 3.13 and newer refuse what every other client takes, such as a CA without
            # a key usage; the name and the chain are checked all the same.
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
            handlers.append(urllib.request.HTTPSHandler(context=context))
        self._opener = urllib.request.build_opener(*handlers)

    def __repr__(self) -> str:
        return "RemoteSandbox(…)"

    @property
    def token_requests(self) -> int:
        """How many token requests arrived, answered or not."""
        return int(self._state()["token_requests"])

    @property
    def token_replies(self) -> Counter[tuple[str, int]]:
        """How many token requests were answered, by client id and HTTP status."""
        return Counter({(who, status): n for who, status, n in self._state()["token_replies"]})

    @property
    def calls(self) -> Counter[tuple[str, str]]:
        """How many gRPC calls ended, by method and status name."""
        return Counter({(method, status): n for method, status, n in self._state()["calls"]})

    @property
    def published_messages(self) -> Counter[str]:
        """See `Sandbox.published_messages`."""
        return Counter(self._state()["published_messages"])

    @property
    def broadcast_signals(self) -> Counter[str]:
        """See `Sandbox.broadcast_signals`."""
        return Counter(self._state()["broadcast_signals"])

    @property
    def incidents(self) -> dict[int, int]:
        """See `Sandbox.incidents`."""
        return dict(self._state()["incidents"])

    @property
    def token_lifetime_seconds(self) -> int:
        """See `Sandbox.token_lifetime_seconds`."""
        return int(self._state()["token_lifetime_seconds"])

    @token_lifetime_seconds.setter
    def token_lifetime_seconds(self, seconds: int) -> None:
        self._ask("set", token_lifetime_seconds=seconds)

    @property
    def token_delay_seconds(self) -> float:
        """See `Sandbox.token_delay_seconds`."""
        return float(self._state()["token_delay_seconds"])

    @token_delay_seconds.setter
    def token_delay_seconds(self, seconds: float) -> None:
        self._ask("set", token_delay_seconds=seconds)

    @property
    def gateway_refuses_tokens(self) -> bool:
        """See `Sandbox.gateway_refuses_tokens`."""
        return bool(self._state()["gateway_refuses_tokens"])

    @gateway_refuses_tokens.setter
    def gateway_refuses_tokens(self, refuses: bool) -> None:
        self._ask("set", gateway_refuses_tokens=refuses)

    def add_client(self, client_id: str, client_secret: str) -> None:
        """See `Sandbox.add_client`."""
        self._ask("add_client", client_id=client_id, client_secret=client_secret)

    def add_job(self, job_type: str, variables: Mapping[str, Any] | None = None) -> int:
        """See `Sandbox.add_job`."""
        return int(self._ask("add_job", job_type=job_type, variables=variables))

    def refuse_token_requests(
        self, count: int, status: int = 503, *, retry_after: str | None = None, html: bool = False
    ) -> None:
        """See `Sandbox.refuse_token_requests`."""
        self._ask(
            "refuse_token_requests", count=count, status=status, retry_after=retry_after, html=html
        )

    def reply(
        self,
        method: str,
        response: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        *,
        status: str = "OK",
        details: str = "",
        times: int | None = None,
    ) -> None:
        """See `Sandbox.reply`; the response is JSON here."""
        self._ask(
            "reply", method=method, response=response, status=status, details=details, times=times
        )

    def revoke_tokens(self) -> None:
        """See `Sandbox.revoke_tokens`."""
        self._ask("revoke_tokens")

    def reset(self) -> None:
        """See `Sandbox.reset`."""
        self._ask("reset")

    def _state(self) -> dict[str, Any]:
        return self._send(urllib.request.Request(self._url))  # noqa: S310 (http or https)

    def _ask(self, action: str, **arguments: Any) -> Any:
        body = json.dumps(arguments).encode()
        request = urllib.request.Request(  # noqa: S310 (http or https)
            f"{self._url}/{action}", body, {"Content-Type": "application/json"}
        )
        return self._send(request)["result"]

    def _send(self, request: urllib.request.Request) -> dict[str, Any]:
        try:
            with self._opener.open(request, timeout=ANSWER_SECONDS) as reply:
                answer: dict[str, Any] = json.loads(reply.read())
                return answer
        except HTTPError as error:
            with error:
                reason = json.loads(error.read()).get("error")
            raise ValueError(f"The sandbox refused this: {reason}") from None


def attach(environ: Mapping[str, str] | None = None) -> RemoteSandbox:
    """The sandbox that this process was started in, as ``zeebe-grpc sandbox -- COMMAND`` does.

    Args:
        environ: Where to look; None means ``os.environ``.

    Raises:
        LookupError: This process was not started in one.
    """
    variables = os.environ if environ is None else environ
    control_url = variables.get(CONTROL_URL_VARIABLE)
    if not control_url:
        raise LookupError(
            f"No sandbox here: {CONTROL_URL_VARIABLE} is not set. "
            'Start this program with "zeebe-grpc sandbox -- COMMAND".'
        )
    return RemoteSandbox(control_url, variables.get("CAMUNDA_CA_CERTIFICATE_PATH"))

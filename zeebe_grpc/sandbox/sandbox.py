"""The whole: certificates, token endpoint and gateway, started and ended together."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import grpc

from zeebe_auth.public_class import public_class
from zeebe_grpc.sandbox.control import control_reply
from zeebe_grpc.sandbox.counters import Counters
from zeebe_grpc.sandbox.environment import (
    proxy_exceptions,
    without_bundled_libraries,
    without_camunda,
)
from zeebe_grpc.sandbox.gateway.other_services import AddService, OtherServices
from zeebe_grpc.sandbox.gateway.replies import Response
from zeebe_grpc.sandbox.private_file import write_private
from zeebe_grpc.sandbox.servers import Plan, Servers
from zeebe_grpc.sandbox.switches import (
    DEFAULT_TOKEN_LIFETIME_SECONDS,
    PlannedRefusal,
    Switches,
)

DEFAULT_AUDIENCE = "zeebe-api"
DEFAULT_CLIENT_ID = "sandbox~client.1"
DEFAULT_SCOPES = ("zeebe",)


@public_class("zeebe_grpc.sandbox")
class Sandbox:
    """An OAuth server and a gateway on free loopback ports, while the ``with`` block lasts.

    Args:
        token_lifetime_seconds: For issued tokens; zero or less makes them expired already.
        token_delay_seconds: How long each token reply is held back.
        gateway_refuses_tokens: Whether the gateway answers every call with UNAUTHENTICATED.
        client_id: The client it starts with.
        client_secret: Its secret; None makes one up.
        audience: Whom tokens must be for; asking for another is answered with 403.
        scopes: What may be asked for, and what is given if nothing is.
        token_endpoint_tls: False serves the OAuth server over plain http, for clients that
            can't be given a CA.
        gateway_tls: False serves the gateway in plaintext.
        services: Other services beside Zeebe's, behind the same TLS and token checks. Each is
            a function that takes a `grpc.Server` and adds a servicer of grpc's synchronous API:
            ``lambda server: add_GreeterServicer_to_server(Greeter(), server)``.
        wall_clock: Epoch seconds, for issuing and checking tokens.

    Raises:
        OSError: No free port, or no room for the certificates.
        TypeError: One of the services is no function.
    """

    def __init__(
        self,
        *,
        token_lifetime_seconds: int = DEFAULT_TOKEN_LIFETIME_SECONDS,
        token_delay_seconds: float = 0.0,
        gateway_refuses_tokens: bool = False,
        client_id: str = DEFAULT_CLIENT_ID,
        client_secret: str | None = None,
        audience: str = DEFAULT_AUDIENCE,
        scopes: Sequence[str] = DEFAULT_SCOPES,
        token_endpoint_tls: bool = True,
        gateway_tls: bool = True,
        services: Iterable[AddService] = (),
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._switches = Switches(
            token_lifetime_seconds=token_lifetime_seconds,
            token_delay_seconds=token_delay_seconds,
            gateway_refuses_tokens=gateway_refuses_tokens,
        )
        self._counters = Counters()
        self._plan = Plan(
            client_id=client_id,
            # Camunda's secrets hold these four, and clients have stumbled over each.
            client_secret=client_secret or f"{secrets.token_urlsafe(24)}~._-",
            audience=audience,
            scopes=tuple(scopes),
            token_endpoint_tls=token_endpoint_tls,
            gateway_tls=gateway_tls,
            others=OtherServices(services),
            wall_clock=wall_clock,
        )
        self._servers: Servers | None = None

    def __enter__(self) -> Self:
        if self._servers is not None:
            raise RuntimeError("This sandbox runs already; make another one.")
        control = partial(control_reply, self)
        self._servers = Servers(self._plan, self._switches, self._counters, control)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        servers, self._servers = self._servers, None
        if servers is not None:
            servers.close()

    def __repr__(self) -> str:
        where = "not running" if self._servers is None else self._servers.coordinates.address
        return f"<Sandbox {where}>"

    @property
    def _running(self) -> Servers:
        if self._servers is None:
            raise RuntimeError('This sandbox does not run; use it in a "with" block.')
        return self._servers

    # Where things are.

    @property
    def address(self) -> str:
        """The gateway's ``host:port``."""
        return self._running.coordinates.address

    @property
    def issuer(self) -> str:
        """The OAuth server's issuer identifier, whose metadata can be discovered."""
        return self._running.tokens.issuer

    @property
    def token_url(self) -> str:
        """The token endpoint."""
        return self._running.coordinates.token_url

    @property
    def audience(self) -> str:
        """Whom tokens must be for."""
        return self._plan.audience

    @property
    def client_id(self) -> str:
        """The client that the sandbox started with."""
        return self._plan.client_id

    @property
    def client_secret(self) -> str:
        """The secret of that client."""
        return self._plan.client_secret

    @property
    def ca_certificate_path(self) -> Path:
        """The CA file, for gateway and token endpoint alike."""
        return Path(self._running.coordinates.authority_path)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make a client use this sandbox, one for each thing."""
        return self._running.coordinates.environment()

    def variables(self) -> dict[str, str]:
        """All that a shell must set for any client to use this sandbox.

        `environment`, the same values under the older names that other clients read, and
        ``NO_PROXY``.
        """
        coordinates = self._running.coordinates
        proxies = proxy_exceptions(os.environ)
        return {**coordinates.environment(), **coordinates.aliases(), **proxies}

    def child_environment(self) -> dict[str, str]:
        """A whole environment for a child process.

        It is ``os.environ`` with `variables` in place of every CAMUNDA_* and ZEEBE_* name.
        """
        inherited = without_bundled_libraries(os.environ)
        return {**without_camunda(inherited), **self.variables()}

    def console_file(self, path: str | os.PathLike[str]) -> Path:
        """Writes the credentials file of Camunda Console with this sandbox's values.

        The file is made readable for its owner alone, and replaced if it is there.
        """
        file = Path(path)
        file.unlink(missing_ok=True)
        write_private(file, self._running.coordinates.console_file().encode())
        return file

    # What it has seen.

    @property
    def token_requests(self) -> int:
        """How many token requests arrived, answered or not."""
        return self._counters.token_requests

    @property
    def token_replies(self) -> Counter[tuple[str, int]]:
        """How many token requests were answered, by client id and HTTP status."""
        return self._counters.token_replies

    @property
    def calls(self) -> Counter[tuple[str, str]]:
        """How many gRPC calls ended, by method and status name (``("Topology", "OK")``)."""
        return self._counters.calls

    @property
    def published_messages(self) -> Counter[str]:
        """How many messages were published, by name."""
        with self._running.cluster.lock:
            return Counter(self._running.cluster.published)

    @property
    def broadcast_signals(self) -> Counter[str]:
        """How many signals were broadcast, by name."""
        with self._running.cluster.lock:
            return Counter(self._running.cluster.broadcast)

    @property
    def incidents(self) -> dict[int, int]:
        """The incidents of jobs that failed without retries left: job keys by incident keys."""
        with self._running.cluster.lock:
            return dict(self._running.cluster.incidents)

    def wait_for_token_requests(self, count: int, timeout_seconds: float = 10.0) -> bool:
        """Waits until that many token requests have arrived; False if the time ran out."""
        return self._counters.wait_for_token_requests(count, timeout_seconds)

    def report(self) -> str:
        """The counts as lines for people."""
        return self._counters.report()

    # What it shall do.

    @property
    def token_lifetime_seconds(self) -> int:
        """For tokens issued from now on; zero or less makes them expired already."""
        return self._switches.token_lifetime_seconds

    @token_lifetime_seconds.setter
    def token_lifetime_seconds(self, seconds: int) -> None:
        self._switches.token_lifetime_seconds = seconds

    @property
    def token_delay_seconds(self) -> float:
        """How long a token reply is held back; lowering it frees those held already."""
        return self._switches.token_delay_seconds

    @token_delay_seconds.setter
    def token_delay_seconds(self, seconds: float) -> None:
        self._switches.token_delay_seconds = seconds

    @property
    def gateway_refuses_tokens(self) -> bool:
        """Whether the gateway answers every call with UNAUTHENTICATED."""
        return self._switches.gateway_refuses_tokens

    @gateway_refuses_tokens.setter
    def gateway_refuses_tokens(self, refuses: bool) -> None:
        self._switches.gateway_refuses_tokens = refuses

    def refuse_token_requests(
        self, count: int, status: int = 503, *, retry_after: str | None = None, html: bool = False
    ) -> None:
        """Refuses the next token requests, whoever sends them.

        Args:
            count: How many; 0 takes back what was planned before.
            status: The HTTP status, 400 to 599.
            retry_after: The ``Retry-After`` header, seconds or an HTTP date.
            html: Answers with a page, as a proxy in front does, instead of OAuth's JSON.
        """
        self._switches.refuse(count, PlannedRefusal(status, retry_after, html))

    def reply(
        self,
        method: str,
        response: Response | None = None,
        *,
        status: grpc.StatusCode | str = "OK",
        details: str = "",
        times: int | None = None,
    ) -> None:
        """Set what the gateway replies to a method, until `reset` or the next `reply` to it.

        The token of each call is still checked.

        Args:
            method: Its name, such as ``PublishMessage``.
            response: The response message, or a mapping of its fields (with an object where the
                protocol has JSON in a string); for a method that returns a stream also several of
                them. Or a function that gets the request and returns such a response; it may raise
                `CallRefused`. None, with the status OK, makes the method reply as usual again.
            status: The status to refuse calls with, or its name, such as ``RESOURCE_EXHAUSTED``.
            details: Its message.
            times: For how many calls; None for all.

        Raises:
            ValueError: There is no such method or status, ``times`` is below 1, or the mapping
                doesn't fit the response.
            TypeError: The response is of another type, or there is a status beside it.
        """
        self._running.replies.tell(method, response, status=status, details=details, times=times)

    def revoke_tokens(self) -> None:
        """Makes the gateway refuse every token that was issued until now."""
        self._running.tokens.revoke_all()

    def issue_token(
        self,
        *,
        client_id: str | None = None,
        audience: str | None = None,
        lifetime_seconds: int | None = None,
    ) -> str:
        """A token made by hand, without a token request; what is not given is as usual."""
        return self._running.tokens.issue(
            client_id or self._plan.client_id,
            [audience or self._plan.audience],
            " ".join(self._plan.scopes),
            self.token_lifetime_seconds if lifetime_seconds is None else lifetime_seconds,
        )

    def add_client(self, client_id: str, client_secret: str) -> None:
        """Registers another client, or gives a registered one another secret."""
        self._running.authorization_server.add_client(client_id, client_secret)

    def add_job(
        self,
        job_type: str,
        variables: Mapping[str, Any] | None = None,
        *,
        custom_headers: Mapping[str, str] | None = None,
        bpmn_process_id: str = "sandbox-process",
        element_id: str = "sandbox-task",
        retries: int = 3,
    ) -> int:
        """Adds a job for ActivateJobs and StreamActivatedJobs to hand out.

        Returns:
            Its key, for CompleteJob and FailJob.
        """
        return self._running.cluster.jobs.add(
            job_type,
            variables,
            custom_headers=custom_headers,
            bpmn_process_id=bpmn_process_id,
            element_id=element_id,
            retries=retries,
        )

    def reset(self) -> None:
        """Put everything as it was at the start.

        That is switches, replies, counts, clients, token caches, and what the cluster knows.
        """
        running = self._running
        self._switches.reset()
        running.authorization_server.reset_clients(self._plan.client_id, self._plan.client_secret)
        running.cluster.reset()
        running.replies.reset()
        shutil.rmtree(running.token_cache_directory, ignore_errors=True)
        running.token_cache_directory.mkdir(mode=0o700, exist_ok=True)
        Path(running.coordinates.client_config_path).unlink(missing_ok=True)
        self._counters.reset()

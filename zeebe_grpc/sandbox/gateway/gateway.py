"""The gateway: a gRPC server that checks each call's token before it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from typing import Any, NoReturn

import grpc
from authlib.oauth2.rfc6749 import MissingAuthorizationError, OAuth2Error
from google.protobuf.message import DecodeError, Message

from zeebe_grpc import gateway_pb2
from zeebe_grpc.sandbox.certificates import ServerCertificate
from zeebe_grpc.sandbox.counters import Counters
from zeebe_grpc.sandbox.gateway.cluster import Cluster
from zeebe_grpc.sandbox.gateway.cluster_calls import ClusterCalls
from zeebe_grpc.sandbox.gateway.job_calls import JobCalls
from zeebe_grpc.sandbox.gateway.other_services import OtherServices, Respond, responses_of
from zeebe_grpc.sandbox.gateway.refused_call import CallRefused
from zeebe_grpc.sandbox.gateway.replies import Replies
from zeebe_grpc.sandbox.oauth.access_tokens import AccessTokens, BearerRequest, resource_protector
from zeebe_grpc.sandbox.switches import Switches

SERVICE = "gateway_protocol.Gateway"
LISTEN_ADDRESS = "127.0.0.1"
# Each open job stream holds one thread, as grpc's sync server works.
MOST_CALLS_AT_ONCE = 64
STOP_SECONDS = 5.0

_Behaviour = Callable[[Any, grpc.ServicerContext], Iterator[Message]]


class Gateway(grpc.GenericRpcHandler):
    """Serves on a free port of 127.0.0.1 from construction until `close`.

    Args:
        tokens: What the tokens of the calls are checked with: signature, expiry, revocation.
        audience: Whom a token must be for.
        cluster: What calls read and change.
        replies: What was told to be replied instead.
        others: Services beside Zeebe's.
        switches: Asked at each call whether to refuse its token.
        counters: Where calls are counted.
        certificate: For TLS; None serves plaintext.
    """

    def __init__(
        self,
        *,
        tokens: AccessTokens,
        audience: str,
        cluster: Cluster,
        replies: Replies,
        others: OtherServices,
        switches: Switches,
        counters: Counters,
        certificate: ServerCertificate | None,
    ) -> None:
        self._protector = resource_protector(tokens, audience)
        self._jobs = cluster.jobs
        self._replies = replies
        self._others = others
        self._switches = switches
        self._counters = counters
        calls = (ClusterCalls(cluster), JobCalls(cluster.jobs, cluster.add_incident))
        self._behaviours: dict[str, tuple[type[Message], _Behaviour]] = {}
        for method in gateway_pb2.DESCRIPTOR.services_by_name["Gateway"].methods:
            request_class = getattr(gateway_pb2, method.input_type.name)
            behaviour = next(getattr(c, method.name) for c in calls if hasattr(c, method.name))
            self._behaviours[method.name] = (request_class, behaviour)
        self._threads = ThreadPoolExecutor(MOST_CALLS_AT_ONCE, thread_name_prefix="sandbox-gateway")
        # Two sandboxes at once must not be given the same port.
        self._server = grpc.server(self._threads, [self], options=[("grpc.so_reuseport", 0)])
        listen = f"{LISTEN_ADDRESS}:0"
        if certificate is None:
            port = self._server.add_insecure_port(listen)
        else:
            pair = (certificate.private_key, certificate.chain)
            port = self._server.add_secure_port(listen, grpc.ssl_server_credentials([pair]))
        self.address = f"{LISTEN_ADDRESS}:{port}"
        self._server.start()

    def close(self) -> None:
        """End every call and thread."""
        # In this order an open stream is seen to break off, not to come to a regular end.
        stopped = self._server.stop(grace=None)
        self._jobs.end()
        stopped.wait(STOP_SECONDS)
        self._threads.shutdown(wait=True)

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler[Any, Any]:
        """Return the handler of a method: one way for all kinds of call, bytes in and bytes out.

        A method that the sandbox doesn't know gets its token checked like any other.
        """
        path = str(handler_call_details.method)
        other = self._others.find(handler_call_details)
        respond = self._zeebe(path) if other is None else responses_of(other)

        def serve(requests: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:
            return self._serve(path, respond, requests, context)

        return grpc.stream_stream_rpc_method_handler(serve)

    def _serve(
        self,
        path: str,
        respond: Respond,
        requests: Iterator[bytes],
        context: grpc.ServicerContext,
    ) -> Iterator[bytes]:
        era = self._counters.call_received()
        outcomes: list[str] = []

        def count(status: str) -> None:
            if not outcomes:
                outcomes.append(status)
                self._counters.call_answered(era, path.rpartition("/")[2], status)

        # The call may end without the loop below: its client cancels or its deadline passes.
        context.add_callback(lambda: count(grpc.StatusCode.CANCELLED.name))
        try:
            client_id = self._authorized_client(context)
            context.set_trailing_metadata((("x-sandbox-client-id", client_id),))
            yield from respond(requests, context)
        except CallRefused as refused:
            count(refused.code.name)
            context.abort(refused.code, refused.details)
        except Exception:
            # A servicer that aborts raises; what else it raises, grpc logs and tells the client.
            count(_status_of(context, grpc.StatusCode.UNKNOWN))
            raise
        if context.is_active():
            count(_status_of(context, grpc.StatusCode.OK))
        else:
            count(grpc.StatusCode.CANCELLED.name)

    def _zeebe(self, path: str) -> Respond:
        service, _, method = path.lstrip("/").partition("/")

        def respond(requests: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:
            request_type, behaviour = self._behaviour(service, method)
            request = self._request(requests, request_type)
            # As an ingress in front would; `topology -v` and its like have something to show.
            context.send_initial_metadata((("date", formatdate(usegmt=True)),))
            told = self._replies.to(method, request)
            for response in behaviour(request, context) if told is None else told:
                yield response.SerializeToString()

        return respond

    def _authorized_client(self, context: grpc.ServicerContext) -> str:
        sent = [value for key, value in context.invocation_metadata() if key == "authorization"]
        if len(sent) > 1:
            _unauthenticated(
                f"Expected one bearer token at header with key [authorization], found {len(sent)}"
            )
        request = BearerRequest(str(sent[0]) if sent else None)
        try:
            token = self._protector.validate_request(None, request)
        except MissingAuthorizationError:
            # The sentence of a real gateway, which people search the web for.
            _unauthenticated(
                "Expected bearer token at header with key [authorization], but found nothing"
            )
        except OAuth2Error as error:
            reason = error.description or "it is no bearer token"
            _unauthenticated(
                "Expected a valid bearer token at header with key [authorization], "
                f"but this one was refused: {reason}"
            )
        if self._switches.gateway_refuses_tokens:
            _unauthenticated("The sandbox was told to refuse every token")
        return str(token.claims["client_id"])

    def _behaviour(self, service: str, method: str) -> tuple[type[Message], _Behaviour]:
        known = self._behaviours.get(method) if service == SERVICE else None
        if known is None:
            raise CallRefused(
                grpc.StatusCode.UNIMPLEMENTED,
                f"The sandbox does not know {service}/{method}; of {SERVICE} it knows "
                + ", ".join(self._behaviours),
            )
        return known

    def _request(self, requests: Iterator[bytes], request_type: type[Message]) -> Message:
        encoded = next(requests, None)
        if encoded is None:
            raise CallRefused(grpc.StatusCode.INTERNAL, "The call ended before its request")
        request = request_type()
        try:
            request.ParseFromString(encoded)
        except DecodeError:
            raise CallRefused(
                grpc.StatusCode.INTERNAL, f"The request is no {request_type.DESCRIPTOR.name}"
            ) from None
        return request


def _unauthenticated(details: str) -> NoReturn:
    raise CallRefused(grpc.StatusCode.UNAUTHENTICATED, details)


def _status_of(context: grpc.ServicerContext, otherwise: grpc.StatusCode) -> str:
    # grpc's own contexts have it; the stubs don't say so.
    code = context.code()  # type: ignore[attr-defined]  # the stubs lack it
    return (code if isinstance(code, grpc.StatusCode) else otherwise).name

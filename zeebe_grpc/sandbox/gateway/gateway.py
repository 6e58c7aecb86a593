"""The gateway: a gRPC server that checks each call's token before it answers."""

from __future__ import annotations

import json
import time
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
from zeebe_grpc.sandbox.gateway.jobs import Job, Jobs
from zeebe_grpc.sandbox.gateway.topology import topology
from zeebe_grpc.sandbox.oauth.access_tokens import AccessTokens, BearerRequest, resource_protector
from zeebe_grpc.sandbox.switches import Switches

__all__ = ["Gateway"]

SERVICE = "gateway_protocol.Gateway"
LISTEN_ADDRESS = "127.0.0.1"
# Each open job stream holds one thread, as grpc's sync server works.
MOST_CALLS_AT_ONCE = 64
STOP_SECONDS = 5.0
DEFAULT_LONG_POLLING_SECONDS = 10.0
DEFAULT_TENANT = "<default>"

_Behaviour = Callable[[Any, grpc.ServicerContext], Iterator[Message]]


class _CallRefused(Exception):  # noqa: N818 (an outcome, not a mistake of the sandbox)
    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__(details)
        self.code = code
        self.details = details


class Gateway(grpc.GenericRpcHandler):
    """Serves on a free port of 127.0.0.1 from construction until `close`.

    Args:
        tokens: What the tokens of the calls are checked with: signature, expiry, revocation.
        audience: Whom a token must be for.
        jobs: What ActivateJobs and StreamActivatedJobs hand out.
        switches: Asked at each call whether to refuse its token.
        counters: Where calls are counted.
        certificate: For TLS; None serves plaintext.
    """

    def __init__(
        self,
        *,
        tokens: AccessTokens,
        audience: str,
        jobs: Jobs,
        switches: Switches,
        counters: Counters,
        certificate: ServerCertificate | None,
    ) -> None:
        self._protector = resource_protector(tokens, audience)
        self._jobs = jobs
        self._switches = switches
        self._counters = counters
        self._behaviours: dict[str, tuple[type[Message], _Behaviour]] = {
            "ActivateJobs": (gateway_pb2.ActivateJobsRequest, self._activate_jobs),
            "CompleteJob": (gateway_pb2.CompleteJobRequest, self._complete_job),
            "FailJob": (gateway_pb2.FailJobRequest, self._fail_job),
            "StreamActivatedJobs": (
                gateway_pb2.StreamActivatedJobsRequest,
                self._stream_activated_jobs,
            ),
            "Topology": (gateway_pb2.TopologyRequest, self._topology),
        }
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
        """Ends every call and thread."""
        # In this order an open stream is seen to break off, not to come to a regular end.
        stopped = self._server.stop(grace=None)
        self._jobs.end()
        stopped.wait(STOP_SECONDS)
        self._threads.shutdown(wait=True)

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler[Any, Any]:
        """One way for all methods and kinds of call: bytes in, bytes out.

        A method that the sandbox doesn't know gets its token checked like any other.
        """
        method = str(handler_call_details.method)

        def serve(requests: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:
            return self._serve(method, requests, context)

        return grpc.stream_stream_rpc_method_handler(serve)

    def _serve(
        self, path: str, requests: Iterator[bytes], context: grpc.ServicerContext
    ) -> Iterator[bytes]:
        service, _, method = path.lstrip("/").partition("/")
        era = self._counters.call_received()
        outcomes: list[str] = []

        def count(status: str) -> None:
            if not outcomes:
                outcomes.append(status)
                self._counters.call_answered(era, method, status)

        # The call may end without the loop below: its client cancels or its deadline passes.
        context.add_callback(lambda: count(grpc.StatusCode.CANCELLED.name))
        try:
            client_id = self._authorized_client(context)
            request_type, behaviour = self._behaviour(service, method)
            request = self._request(requests, request_type)
            # As an ingress in front would; `topology -v` and its like have something to show.
            context.send_initial_metadata((("date", formatdate(usegmt=True)),))
            context.set_trailing_metadata((("x-sandbox-client-id", client_id),))
            for response in behaviour(request, context):
                yield response.SerializeToString()
        except _CallRefused as refused:
            count(refused.code.name)
            context.abort(refused.code, refused.details)
        count(grpc.StatusCode.OK.name if context.is_active() else grpc.StatusCode.CANCELLED.name)

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
            raise _CallRefused(
                grpc.StatusCode.UNIMPLEMENTED,
                f"The sandbox does not know {service}/{method}; of {SERVICE} it knows "
                + ", ".join(self._behaviours),
            )
        return known

    def _request(self, requests: Iterator[bytes], request_type: type[Message]) -> Message:
        encoded = next(requests, None)
        if encoded is None:
            raise _CallRefused(grpc.StatusCode.INTERNAL, "The call ended before its request")
        request = request_type()
        try:
            request.ParseFromString(encoded)
        except DecodeError:
            raise _CallRefused(
                grpc.StatusCode.INTERNAL, f"The request is no {request_type.DESCRIPTOR.name}"
            ) from None
        return request

    def _topology(
        self, _request: gateway_pb2.TopologyRequest, _context: grpc.ServicerContext
    ) -> Iterator[Message]:
        yield topology()

    def _activate_jobs(
        self, request: gateway_pb2.ActivateJobsRequest, context: grpc.ServicerContext
    ) -> Iterator[Message]:
        _check_activation(request)
        if request.maxJobsToActivate < 1:
            _invalid("maxJobsToActivate", "to be at least 1", request.maxJobsToActivate)
        # Zeebe: 0 means the gateway's own long polling, a negative number none at all.
        wait_seconds = (
            request.requestTimeout / 1000
            if request.requestTimeout
            else DEFAULT_LONG_POLLING_SECONDS
        )
        jobs = self._jobs.activate(
            request.type,
            request.maxJobsToActivate,
            wait_seconds=wait_seconds,
            wanted=self._wanted(context),
        )
        if jobs:
            yield gateway_pb2.ActivateJobsResponse(jobs=[_activated(job, request) for job in jobs])

    def _stream_activated_jobs(
        self, request: gateway_pb2.StreamActivatedJobsRequest, context: grpc.ServicerContext
    ) -> Iterator[Message]:
        _check_activation(request)
        for job in self._jobs.stream(request.type, wanted=self._wanted(context)):
            yield _activated(job, request)

    def _complete_job(
        self, request: gateway_pb2.CompleteJobRequest, _context: grpc.ServicerContext
    ) -> Iterator[Message]:
        if not self._jobs.complete(request.jobKey):
            _no_such_job("complete", request.jobKey)
        yield gateway_pb2.CompleteJobResponse()

    def _fail_job(
        self, request: gateway_pb2.FailJobRequest, _context: grpc.ServicerContext
    ) -> Iterator[Message]:
        if not self._jobs.fail(request.jobKey, request.retries):
            _no_such_job("fail", request.jobKey)
        yield gateway_pb2.FailJobResponse()

    def _wanted(self, context: grpc.ServicerContext) -> Callable[[], bool]:
        context.add_callback(self._jobs.wake)
        return context.is_active


def _unauthenticated(details: str) -> NoReturn:
    raise _CallRefused(grpc.StatusCode.UNAUTHENTICATED, details)


def _invalid(field: str, expectation: str, value: object) -> NoReturn:
    raise _CallRefused(
        grpc.StatusCode.INVALID_ARGUMENT, f"Expected {field} {expectation}, but it was {value!r}"
    )


def _no_such_job(action: str, key: int) -> NoReturn:
    raise _CallRefused(
        grpc.StatusCode.NOT_FOUND, f"Expected to {action} the job with key {key}, but there is none"
    )


def _check_activation(
    request: gateway_pb2.ActivateJobsRequest | gateway_pb2.StreamActivatedJobsRequest,
) -> None:
    if not request.type:
        _invalid("type", "to be present", request.type)
    if request.timeout < 1:
        _invalid("timeout", "to be at least 1 ms", request.timeout)


def _activated(
    job: Job, request: gateway_pb2.ActivateJobsRequest | gateway_pb2.StreamActivatedJobsRequest
) -> gateway_pb2.ActivatedJob:
    return gateway_pb2.ActivatedJob(
        key=job.key,
        type=job.type,
        processInstanceKey=job.key - 2,
        bpmnProcessId=job.bpmn_process_id,
        processDefinitionVersion=1,
        processDefinitionKey=Jobs.PROCESS_DEFINITION_KEY,
        elementId=job.element_id,
        elementInstanceKey=job.key - 1,
        customHeaders=json.dumps(job.custom_headers),
        worker=request.worker,
        retries=job.retries,
        deadline=int(time.time() * 1000) + request.timeout,
        variables=job.variables_json(request.fetchVariable),
        tenantId=DEFAULT_TENANT,
    )

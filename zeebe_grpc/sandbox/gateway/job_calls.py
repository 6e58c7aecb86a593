"""What the gateway does with jobs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import grpc
from google.protobuf.message import Message

from zeebe_grpc import gateway_pb2
from zeebe_grpc.sandbox.gateway.jobs import Job, Jobs
from zeebe_grpc.sandbox.gateway.keys import FIRST_KEY
from zeebe_grpc.sandbox.gateway.refused_call import CallRefused, invalid, json_object, not_found

DEFAULT_TENANT = "<default>"

_DEFAULT_LONG_POLLING_SECONDS = 10.0


class JobCalls:
    """The methods of the protocol that are about jobs, each by its name.

    Args:
        jobs: The jobs.
        incident: Called with the key of a job that has failed for the last time.
    """

    def __init__(self, jobs: Jobs, incident: Callable[[int], None]) -> None:
        self._jobs = jobs
        self._incident = incident

    def ActivateJobs(
        self, request: gateway_pb2.ActivateJobsRequest, context: grpc.ServicerContext
    ) -> Iterator[Message]:
        _check_activation(request)
        if request.maxJobsToActivate < 1:
            raise invalid("maxJobsToActivate", "to be at least 1", request.maxJobsToActivate)
        # Zeebe: 0 means the gateway's own long polling, a negative number none at all.
        wait_seconds = (
            request.requestTimeout / 1000
            if request.requestTimeout
            else _DEFAULT_LONG_POLLING_SECONDS
        )
        jobs = self._jobs.activate(
            request.type,
            request.maxJobsToActivate,
            wait_seconds=wait_seconds,
            wanted=self._wanted(context),
        )
        if jobs:
            yield gateway_pb2.ActivateJobsResponse(jobs=[_activated(job, request) for job in jobs])

    def StreamActivatedJobs(
        self, request: gateway_pb2.StreamActivatedJobsRequest, context: grpc.ServicerContext
    ) -> Iterator[Message]:
        _check_activation(request)
        for job in self._jobs.stream(request.type, wanted=self._wanted(context)):
            yield _activated(job, request)

    def CompleteJob(
        self, request: gateway_pb2.CompleteJobRequest, _context: grpc.ServicerContext
    ) -> Iterator[Message]:
        json_object("variables", request.variables)
        if not self._jobs.complete(request.jobKey):
            raise _no_such_job("complete", request.jobKey)
        yield gateway_pb2.CompleteJobResponse()

    def FailJob(
        self, request: gateway_pb2.FailJobRequest, _context: grpc.ServicerContext
    ) -> Iterator[Message]:
        json_object("variables", request.variables)
        if not self._jobs.fail(request.jobKey, request.retries):
            raise _no_such_job("fail", request.jobKey)
        if request.retries < 1:
            self._incident(request.jobKey)
        yield gateway_pb2.FailJobResponse()

    def ThrowError(
        self, request: gateway_pb2.ThrowErrorRequest, _context: grpc.ServicerContext
    ) -> Iterator[Message]:
        json_object("variables", request.variables)
        if not self._jobs.complete(request.jobKey):
            raise _no_such_job("throw an error for", request.jobKey)
        yield gateway_pb2.ThrowErrorResponse()

    def UpdateJobRetries(
        self, request: gateway_pb2.UpdateJobRetriesRequest, _context: grpc.ServicerContext
    ) -> Iterator[Message]:
        if request.retries < 1:
            raise invalid("retries", "to be at least 1", request.retries)
        if not self._jobs.set_retries(request.jobKey, request.retries):
            raise _no_such_job("update", request.jobKey)
        yield gateway_pb2.UpdateJobRetriesResponse()

    def UpdateJobTimeout(
        self, request: gateway_pb2.UpdateJobTimeoutRequest, _context: grpc.ServicerContext
    ) -> Iterator[Message]:
        job = self._jobs.get(request.jobKey)
        if job is None:
            raise _no_such_job("update", request.jobKey)
        if not job.activated:
            raise CallRefused(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"Expected the job with key {request.jobKey} to be activated, but it is waiting",
            )
        yield gateway_pb2.UpdateJobTimeoutResponse()

    def _wanted(self, context: grpc.ServicerContext) -> Callable[[], bool]:
        context.add_callback(self._jobs.wake)
        return context.is_active


def _no_such_job(action: str, key: int) -> CallRefused:
    return not_found(action, f"the job with key {key}")


def _check_activation(
    request: gateway_pb2.ActivateJobsRequest | gateway_pb2.StreamActivatedJobsRequest,
) -> None:
    if not request.type:
        raise invalid("type", "to be present", request.type)
    if request.timeout < 1:
        raise invalid("timeout", "to be at least 1 ms", request.timeout)


def _activated(
    job: Job, request: gateway_pb2.ActivateJobsRequest | gateway_pb2.StreamActivatedJobsRequest
) -> gateway_pb2.ActivatedJob:
    return gateway_pb2.ActivatedJob(
        key=job.key,
        type=job.type,
        processInstanceKey=job.process_instance_key,
        bpmnProcessId=job.bpmn_process_id,
        processDefinitionVersion=1,
        processDefinitionKey=FIRST_KEY,
        elementId=job.element_id,
        elementInstanceKey=job.element_instance_key,
        customHeaders=json.dumps(job.custom_headers),
        worker=request.worker,
        retries=job.retries,
        deadline=int(time.time() * 1000) + request.timeout,
        variables=job.variables_json(request.fetchVariable),
        tenantId=DEFAULT_TENANT,
    )

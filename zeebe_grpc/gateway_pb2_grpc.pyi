"""Client and server of the Zeebe gateway, made from gateway.proto by `make proto`."""

# fmt: off
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from typing import Any, ClassVar, Generic, Protocol, overload

import grpc
import grpc.aio
from typing_extensions import TypeVar

from zeebe_grpc import gateway_pb2 as _pb2

_ChannelT = TypeVar("_ChannelT", grpc.Channel, grpc.aio.Channel, default=grpc.Channel)
_RequestT = TypeVar("_RequestT")
_ResponseT = TypeVar("_ResponseT")
_RequestT_contra = TypeVar("_RequestT_contra", contravariant=True)
_ResponseT_co = TypeVar("_ResponseT_co", covariant=True)

class _UnaryUnary(Generic[_RequestT, _ResponseT]):
    @overload
    def __get__(
        self, stub: GatewayStub[grpc.Channel], owner: Any
    ) -> grpc.UnaryUnaryMultiCallable[_RequestT, _ResponseT]: ...
    @overload
    def __get__(
        self, stub: GatewayStub[grpc.aio.Channel], owner: Any
    ) -> grpc.aio.UnaryUnaryMultiCallable[_RequestT, _ResponseT]: ...

class _UnaryStream(Generic[_RequestT, _ResponseT]):
    @overload
    def __get__(
        self, stub: GatewayStub[grpc.Channel], owner: Any
    ) -> grpc.UnaryStreamMultiCallable[_RequestT, _ResponseT]: ...
    @overload
    def __get__(
        self, stub: GatewayStub[grpc.aio.Channel], owner: Any
    ) -> grpc.aio.UnaryStreamMultiCallable[_RequestT, _ResponseT]: ...

class GatewayStub(Generic[_ChannelT]):
    """Everything that a client asks of a Camunda 8 (Zeebe) cluster. The channel is a grpc.Channel
    or a grpc.aio.Channel; each method is called as that kind of channel has it.
    """

    @overload
    def __init__(self: GatewayStub[grpc.Channel], channel: grpc.Channel) -> None: ...
    @overload
    def __init__(self: GatewayStub[grpc.aio.Channel], channel: grpc.aio.Channel) -> None: ...

    ActivateJobs: ClassVar[
        _UnaryStream[_pb2.ActivateJobsRequest, _pb2.ActivateJobsResponse]
    ]
    """Hands out jobs of one type, partition by partition, in batches until the asked number or the
    end of the wait.
    """
    StreamActivatedJobs: ClassVar[
        _UnaryStream[_pb2.StreamActivatedJobsRequest, _pb2.ActivatedJob]
    ]
    """Pushes jobs of one type as they come up, until the client ends the call."""
    CancelProcessInstance: ClassVar[
        _UnaryUnary[_pb2.CancelProcessInstanceRequest, _pb2.CancelProcessInstanceResponse]
    ]
    """Ends a running process instance and everything in it; NOT_FOUND if there is none of that key.
    """
    CompleteJob: ClassVar[
        _UnaryUnary[_pb2.CompleteJobRequest, _pb2.CompleteJobResponse]
    ]
    """Completes a job, so that its process goes on; NOT_FOUND if it is gone, FAILED_PRECONDITION if
    it failed and has an incident.
    """
    CreateProcessInstance: ClassVar[
        _UnaryUnary[_pb2.CreateProcessInstanceRequest, _pb2.CreateProcessInstanceResponse]
    ]
    """Starts a process and answers as soon as the instance exists."""
    CreateProcessInstanceWithResult: ClassVar[
        _UnaryUnary[_pb2.CreateProcessInstanceWithResultRequest, _pb2.CreateProcessInstanceWithResultResponse]
    ]
    """Starts a process and answers when the instance has completed."""
    EvaluateDecision: ClassVar[
        _UnaryUnary[_pb2.EvaluateDecisionRequest, _pb2.EvaluateDecisionResponse]
    ]
    """Evaluates a deployed DMN decision without any process."""
    DeployProcess: ClassVar[
        _UnaryUnary[_pb2.DeployProcessRequest, _pb2.DeployProcessResponse]
    ]
    """Deploys BPMN processes; DeployResource has taken its place since Zeebe 8.0."""
    DeployResource: ClassVar[
        _UnaryUnary[_pb2.DeployResourceRequest, _pb2.DeployResourceResponse]
    ]
    """Deploys processes, decisions and forms, all of the files or none."""
    FailJob: ClassVar[
        _UnaryUnary[_pb2.FailJobRequest, _pb2.FailJobResponse]
    ]
    """Gives a job back as failed, to be tried again or, without tries left, to raise an incident.
    """
    ThrowError: ClassVar[
        _UnaryUnary[_pb2.ThrowErrorRequest, _pb2.ThrowErrorResponse]
    ]
    """Ends a job with a business error, which an error event of the process catches; without one an
    incident is raised.
    """
    PublishMessage: ClassVar[
        _UnaryUnary[_pb2.PublishMessageRequest, _pb2.PublishMessageResponse]
    ]
    """Publishes a message to be correlated by name and key; ALREADY_EXISTS if its messageId is
    taken.
    """
    ResolveIncident: ClassVar[
        _UnaryUnary[_pb2.ResolveIncidentRequest, _pb2.ResolveIncidentResponse]
    ]
    """Tries again what an incident had stopped; a job that ran out of tries needs UpdateJobRetries
    first.
    """
    SetVariables: ClassVar[
        _UnaryUnary[_pb2.SetVariablesRequest, _pb2.SetVariablesResponse]
    ]
    """Sets variables on a process instance or on one of its element instances."""
    Topology: ClassVar[
        _UnaryUnary[_pb2.TopologyRequest, _pb2.TopologyResponse]
    ]
    """Tells which brokers the gateway knows, which partitions they hold and how those are."""
    UpdateJobRetries: ClassVar[
        _UnaryUnary[_pb2.UpdateJobRetriesRequest, _pb2.UpdateJobRetriesResponse]
    ]
    """Changes how many tries a job has left."""
    ModifyProcessInstance: ClassVar[
        _UnaryUnary[_pb2.ModifyProcessInstanceRequest, _pb2.ModifyProcessInstanceResponse]
    ]
    """Begins and ends elements of a running process instance out of turn."""
    MigrateProcessInstance: ClassVar[
        _UnaryUnary[_pb2.MigrateProcessInstanceRequest, _pb2.MigrateProcessInstanceResponse]
    ]
    """Lets a running process instance go on under another process definition."""
    UpdateJobTimeout: ClassVar[
        _UnaryUnary[_pb2.UpdateJobTimeoutRequest, _pb2.UpdateJobTimeoutResponse]
    ]
    """Moves the deadline of an activated job, counted from now."""
    DeleteResource: ClassVar[
        _UnaryUnary[_pb2.DeleteResourceRequest, _pb2.DeleteResourceResponse]
    ]
    """Deletes a deployed process definition, decision requirements graph or form."""
    BroadcastSignal: ClassVar[
        _UnaryUnary[_pb2.BroadcastSignalRequest, _pb2.BroadcastSignalResponse]
    ]
    """Sends a signal to all who wait for it."""
    EvaluateConditional: ClassVar[
        _UnaryUnary[_pb2.EvaluateConditionalRequest, _pb2.EvaluateConditionalResponse]
    ]
    """Starts the processes whose conditional start event holds for the given variables."""

class GatewayServicer:
    """Everything that a client asks of a Camunda 8 (Zeebe) cluster. Subclass it for a server: a
    method may be plain or async, as the server is; one that is left alone answers UNIMPLEMENTED.
    """

    def ActivateJobs(
        self, request: _pb2.ActivateJobsRequest, context: Any
    ) -> (
        Iterator[_pb2.ActivateJobsResponse]
        | AsyncIterator[_pb2.ActivateJobsResponse]
        | Awaitable[None]
    ):
        """Hands out jobs of one type, partition by partition, in batches until the asked number or
        the end of the wait.
        """
    def StreamActivatedJobs(
        self, request: _pb2.StreamActivatedJobsRequest, context: Any
    ) -> (
        Iterator[_pb2.ActivatedJob]
        | AsyncIterator[_pb2.ActivatedJob]
        | Awaitable[None]
    ):
        """Pushes jobs of one type as they come up, until the client ends the call."""
    def CancelProcessInstance(
        self, request: _pb2.CancelProcessInstanceRequest, context: Any
    ) -> _pb2.CancelProcessInstanceResponse | Awaitable[_pb2.CancelProcessInstanceResponse]:
        """Ends a running process instance and everything in it; NOT_FOUND if there is none of that
        key.
        """
    def CompleteJob(
        self, request: _pb2.CompleteJobRequest, context: Any
    ) -> _pb2.CompleteJobResponse | Awaitable[_pb2.CompleteJobResponse]:
        """Completes a job, so that its process goes on; NOT_FOUND if it is gone,
        FAILED_PRECONDITION if it failed and has an incident.
        """
    def CreateProcessInstance(
        self, request: _pb2.CreateProcessInstanceRequest, context: Any
    ) -> _pb2.CreateProcessInstanceResponse | Awaitable[_pb2.CreateProcessInstanceResponse]:
        """Starts a process and answers as soon as the instance exists."""
    def CreateProcessInstanceWithResult(
        self, request: _pb2.CreateProcessInstanceWithResultRequest, context: Any
    ) -> _pb2.CreateProcessInstanceWithResultResponse | Awaitable[_pb2.CreateProcessInstanceWithResultResponse]:
        """Starts a process and answers when the instance has completed."""
    def EvaluateDecision(
        self, request: _pb2.EvaluateDecisionRequest, context: Any
    ) -> _pb2.EvaluateDecisionResponse | Awaitable[_pb2.EvaluateDecisionResponse]:
        """Evaluates a deployed DMN decision without any process."""
    def DeployProcess(
        self, request: _pb2.DeployProcessRequest, context: Any
    ) -> _pb2.DeployProcessResponse | Awaitable[_pb2.DeployProcessResponse]:
        """Deploys BPMN processes; DeployResource has taken its place since Zeebe 8.0."""
    def DeployResource(
        self, request: _pb2.DeployResourceRequest, context: Any
    ) -> _pb2.DeployResourceResponse | Awaitable[_pb2.DeployResourceResponse]:
        """Deploys processes, decisions and forms, all of the files or none."""
    def FailJob(
        self, request: _pb2.FailJobRequest, context: Any
    ) -> _pb2.FailJobResponse | Awaitable[_pb2.FailJobResponse]:
        """Gives a job back as failed, to be tried again or, without tries left, to raise an
        incident.
        """
    def ThrowError(
        self, request: _pb2.ThrowErrorRequest, context: Any
    ) -> _pb2.ThrowErrorResponse | Awaitable[_pb2.ThrowErrorResponse]:
        """Ends a job with a business error, which an error event of the process catches; without
        one an incident is raised.
        """
    def PublishMessage(
        self, request: _pb2.PublishMessageRequest, context: Any
    ) -> _pb2.PublishMessageResponse | Awaitable[_pb2.PublishMessageResponse]:
        """Publishes a message to be correlated by name and key; ALREADY_EXISTS if its messageId is
        taken.
        """
    def ResolveIncident(
        self, request: _pb2.ResolveIncidentRequest, context: Any
    ) -> _pb2.ResolveIncidentResponse | Awaitable[_pb2.ResolveIncidentResponse]:
        """Tries again what an incident had stopped; a job that ran out of tries needs
        UpdateJobRetries first.
        """
    def SetVariables(
        self, request: _pb2.SetVariablesRequest, context: Any
    ) -> _pb2.SetVariablesResponse | Awaitable[_pb2.SetVariablesResponse]:
        """Sets variables on a process instance or on one of its element instances."""
    def Topology(
        self, request: _pb2.TopologyRequest, context: Any
    ) -> _pb2.TopologyResponse | Awaitable[_pb2.TopologyResponse]:
        """Tells which brokers the gateway knows, which partitions they hold and how those are."""
    def UpdateJobRetries(
        self, request: _pb2.UpdateJobRetriesRequest, context: Any
    ) -> _pb2.UpdateJobRetriesResponse | Awaitable[_pb2.UpdateJobRetriesResponse]:
        """Changes how many tries a job has left."""
    def ModifyProcessInstance(
        self, request: _pb2.ModifyProcessInstanceRequest, context: Any
    ) -> _pb2.ModifyProcessInstanceResponse | Awaitable[_pb2.ModifyProcessInstanceResponse]:
        """Begins and ends elements of a running process instance out of turn."""
    def MigrateProcessInstance(
        self, request: _pb2.MigrateProcessInstanceRequest, context: Any
    ) -> _pb2.MigrateProcessInstanceResponse | Awaitable[_pb2.MigrateProcessInstanceResponse]:
        """Lets a running process instance go on under another process definition."""
    def UpdateJobTimeout(
        self, request: _pb2.UpdateJobTimeoutRequest, context: Any
    ) -> _pb2.UpdateJobTimeoutResponse | Awaitable[_pb2.UpdateJobTimeoutResponse]:
        """Moves the deadline of an activated job, counted from now."""
    def DeleteResource(
        self, request: _pb2.DeleteResourceRequest, context: Any
    ) -> _pb2.DeleteResourceResponse | Awaitable[_pb2.DeleteResourceResponse]:
        """Deletes a deployed process definition, decision requirements graph or form."""
    def BroadcastSignal(
        self, request: _pb2.BroadcastSignalRequest, context: Any
    ) -> _pb2.BroadcastSignalResponse | Awaitable[_pb2.BroadcastSignalResponse]:
        """Sends a signal to all who wait for it."""
    def EvaluateConditional(
        self, request: _pb2.EvaluateConditionalRequest, context: Any
    ) -> _pb2.EvaluateConditionalResponse | Awaitable[_pb2.EvaluateConditionalResponse]:
        """Starts the processes whose conditional start event holds for the given variables."""

def add_GatewayServicer_to_server(
    servicer: GatewayServicer, server: grpc.Server | grpc.aio.Server
) -> None: ...

class _ChannellessCall(Protocol[_RequestT_contra, _ResponseT_co]):
    def __call__(
        self,
        request: _RequestT_contra,
        target: str,
        options: Sequence[tuple[str, Any]] = ...,
        channel_credentials: grpc.ChannelCredentials | None = ...,
        call_credentials: grpc.CallCredentials | None = ...,
        insecure: bool = ...,
        compression: grpc.Compression | None = ...,
        wait_for_ready: bool | None = ...,
        timeout: float | None = ...,
        metadata: Sequence[tuple[str, str | bytes]] | None = ...,
    ) -> _ResponseT_co: ...

class Gateway:
    """Calls without a channel of one's own, through gRPC's experimental API."""

    ActivateJobs: ClassVar[
        _ChannellessCall[_pb2.ActivateJobsRequest, Iterator[_pb2.ActivateJobsResponse]]
    ]
    StreamActivatedJobs: ClassVar[
        _ChannellessCall[_pb2.StreamActivatedJobsRequest, Iterator[_pb2.ActivatedJob]]
    ]
    CancelProcessInstance: ClassVar[
        _ChannellessCall[_pb2.CancelProcessInstanceRequest, _pb2.CancelProcessInstanceResponse]
    ]
    CompleteJob: ClassVar[
        _ChannellessCall[_pb2.CompleteJobRequest, _pb2.CompleteJobResponse]
    ]
    CreateProcessInstance: ClassVar[
        _ChannellessCall[_pb2.CreateProcessInstanceRequest, _pb2.CreateProcessInstanceResponse]
    ]
    CreateProcessInstanceWithResult: ClassVar[
        _ChannellessCall[_pb2.CreateProcessInstanceWithResultRequest, _pb2.CreateProcessInstanceWithResultResponse]
    ]
    EvaluateDecision: ClassVar[
        _ChannellessCall[_pb2.EvaluateDecisionRequest, _pb2.EvaluateDecisionResponse]
    ]
    DeployProcess: ClassVar[
        _ChannellessCall[_pb2.DeployProcessRequest, _pb2.DeployProcessResponse]
    ]
    DeployResource: ClassVar[
        _ChannellessCall[_pb2.DeployResourceRequest, _pb2.DeployResourceResponse]
    ]
    FailJob: ClassVar[
        _ChannellessCall[_pb2.FailJobRequest, _pb2.FailJobResponse]
    ]
    ThrowError: ClassVar[
        _ChannellessCall[_pb2.ThrowErrorRequest, _pb2.ThrowErrorResponse]
    ]
    PublishMessage: ClassVar[
        _ChannellessCall[_pb2.PublishMessageRequest, _pb2.PublishMessageResponse]
    ]
    ResolveIncident: ClassVar[
        _ChannellessCall[_pb2.ResolveIncidentRequest, _pb2.ResolveIncidentResponse]
    ]
    SetVariables: ClassVar[
        _ChannellessCall[_pb2.SetVariablesRequest, _pb2.SetVariablesResponse]
    ]
    Topology: ClassVar[
        _ChannellessCall[_pb2.TopologyRequest, _pb2.TopologyResponse]
    ]
    UpdateJobRetries: ClassVar[
        _ChannellessCall[_pb2.UpdateJobRetriesRequest, _pb2.UpdateJobRetriesResponse]
    ]
    ModifyProcessInstance: ClassVar[
        _ChannellessCall[_pb2.ModifyProcessInstanceRequest, _pb2.ModifyProcessInstanceResponse]
    ]
    MigrateProcessInstance: ClassVar[
        _ChannellessCall[_pb2.MigrateProcessInstanceRequest, _pb2.MigrateProcessInstanceResponse]
    ]
    UpdateJobTimeout: ClassVar[
        _ChannellessCall[_pb2.UpdateJobTimeoutRequest, _pb2.UpdateJobTimeoutResponse]
    ]
    DeleteResource: ClassVar[
        _ChannellessCall[_pb2.DeleteResourceRequest, _pb2.DeleteResourceResponse]
    ]
    BroadcastSignal: ClassVar[
        _ChannellessCall[_pb2.BroadcastSignalRequest, _pb2.BroadcastSignalResponse]
    ]
    EvaluateConditional: ClassVar[
        _ChannellessCall[_pb2.EvaluateConditionalRequest, _pb2.EvaluateConditionalResponse]
    ]

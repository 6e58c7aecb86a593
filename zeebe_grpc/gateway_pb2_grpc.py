"""Client and server of the Zeebe gateway, made from gateway.proto by `make proto`.

What is here, and how it behaves, is what grpcio-tools would make, but for two things. Nothing
checks versions, and a channel is asked for its methods in gRPC's public way alone, so that any
object with the methods of `grpc.Channel` or `grpc.aio.Channel` serves.
"""

import types as _types

import grpc as _grpc

from zeebe_grpc import gateway_pb2 as _pb2

_SERVICE = "gateway_protocol.Gateway"
_METHODS = (
    (
        "ActivateJobs",
        "unary_stream",
        _pb2.ActivateJobsRequest,
        _pb2.ActivateJobsResponse,
    ),
    (
        "StreamActivatedJobs",
        "unary_stream",
        _pb2.StreamActivatedJobsRequest,
        _pb2.ActivatedJob,
    ),
    (
        "CancelProcessInstance",
        "unary_unary",
        _pb2.CancelProcessInstanceRequest,
        _pb2.CancelProcessInstanceResponse,
    ),
    (
        "CompleteJob",
        "unary_unary",
        _pb2.CompleteJobRequest,
        _pb2.CompleteJobResponse,
    ),
    (
        "CreateProcessInstance",
        "unary_unary",
        _pb2.CreateProcessInstanceRequest,
        _pb2.CreateProcessInstanceResponse,
    ),
    (
        "CreateProcessInstanceWithResult",
        "unary_unary",
        _pb2.CreateProcessInstanceWithResultRequest,
        _pb2.CreateProcessInstanceWithResultResponse,
    ),
    (
        "EvaluateDecision",
        "unary_unary",
        _pb2.EvaluateDecisionRequest,
        _pb2.EvaluateDecisionResponse,
    ),
    (
        "DeployProcess",
        "unary_unary",
        _pb2.DeployProcessRequest,
        _pb2.DeployProcessResponse,
    ),
    (
        "DeployResource",
        "unary_unary",
        _pb2.DeployResourceRequest,
        _pb2.DeployResourceResponse,
    ),
    (
        "FailJob",
        "unary_unary",
        _pb2.FailJobRequest,
        _pb2.FailJobResponse,
    ),
    (
        "ThrowError",
        "unary_unary",
        _pb2.ThrowErrorRequest,
        _pb2.ThrowErrorResponse,
    ),
    (
        "PublishMessage",
        "unary_unary",
        _pb2.PublishMessageRequest,
        _pb2.PublishMessageResponse,
    ),
    (
        "ResolveIncident",
        "unary_unary",
        _pb2.ResolveIncidentRequest,
        _pb2.ResolveIncidentResponse,
    ),
    (
        "SetVariables",
        "unary_unary",
        _pb2.SetVariablesRequest,
        _pb2.SetVariablesResponse,
    ),
    (
        "Topology",
        "unary_unary",
        _pb2.TopologyRequest,
        _pb2.TopologyResponse,
    ),
    (
        "UpdateJobRetries",
        "unary_unary",
        _pb2.UpdateJobRetriesRequest,
        _pb2.UpdateJobRetriesResponse,
    ),
    (
        "ModifyProcessInstance",
        "unary_unary",
        _pb2.ModifyProcessInstanceRequest,
        _pb2.ModifyProcessInstanceResponse,
    ),
    (
        "MigrateProcessInstance",
        "unary_unary",
        _pb2.MigrateProcessInstanceRequest,
        _pb2.MigrateProcessInstanceResponse,
    ),
    (
        "UpdateJobTimeout",
        "unary_unary",
        _pb2.UpdateJobTimeoutRequest,
        _pb2.UpdateJobTimeoutResponse,
    ),
    (
        "DeleteResource",
        "unary_unary",
        _pb2.DeleteResourceRequest,
        _pb2.DeleteResourceResponse,
    ),
    (
        "BroadcastSignal",
        "unary_unary",
        _pb2.BroadcastSignalRequest,
        _pb2.BroadcastSignalResponse,
    ),
    (
        "EvaluateConditional",
        "unary_unary",
        _pb2.EvaluateConditionalRequest,
        _pb2.EvaluateConditionalResponse,
    ),
)


class GatewayStub:
    """Everything that a client asks of a Camunda 8 (Zeebe) cluster. The channel is a grpc.Channel
    or a grpc.aio.Channel; each method is called as that kind of channel has it.
    """

    __class_getitem__ = classmethod(_types.GenericAlias)

    def __init__(self, channel):
        for name, kind, request, response in _METHODS:
            multi_callable = getattr(channel, kind)(
                f"/{_SERVICE}/{name}",
                request_serializer=request.SerializeToString,
                response_deserializer=response.FromString,
            )
            setattr(self, name, multi_callable)


def _unimplemented(context):
    context.set_code(_grpc.StatusCode.UNIMPLEMENTED)
    context.set_details("Method not implemented!")
    raise NotImplementedError("Method not implemented!")


class GatewayServicer:
    """Everything that a client asks of a Camunda 8 (Zeebe) cluster. Subclass it for a server: a
    method may be plain or async, as the server is; one that is left alone answers UNIMPLEMENTED.
    """

    def ActivateJobs(self, request, context):
        """Hands out jobs of one type, partition by partition, in batches until the asked number or
        the end of the wait.
        """
        _unimplemented(context)

    def StreamActivatedJobs(self, request, context):
        """Pushes jobs of one type as they come up, until the client ends the call."""
        _unimplemented(context)

    def CancelProcessInstance(self, request, context):
        """Ends a running process instance and everything in it; NOT_FOUND if there is none of that
        key.
        """
        _unimplemented(context)

    def CompleteJob(self, request, context):
        """Completes a job, so that its process goes on; NOT_FOUND if it is gone,
        FAILED_PRECONDITION if it failed and has an incident.
        """
        _unimplemented(context)

    def CreateProcessInstance(self, request, context):
        """Starts a process and answers as soon as the instance exists."""
        _unimplemented(context)

    def CreateProcessInstanceWithResult(self, request, context):
        """Starts a process and answers when the instance has completed."""
        _unimplemented(context)

    def EvaluateDecision(self, request, context):
        """Evaluates a deployed DMN decision without any process."""
        _unimplemented(context)

    def DeployProcess(self, request, context):
        """Deploys BPMN processes; DeployResource has taken its place since Zeebe 8.0."""
        _unimplemented(context)

    def DeployResource(self, request, context):
        """Deploys processes, decisions and forms, all of the files or none."""
        _unimplemented(context)

    def FailJob(self, request, context):
        """Gives a job back as failed, to be tried again or, without tries left, to raise an
        incident.
        """
        _unimplemented(context)

    def ThrowError(self, request, context):
        """Ends a job with a business error, which an error event of the process catches; without
        one an incident is raised.
        """
        _unimplemented(context)

    def PublishMessage(self, request, context):
        """Publishes a message to be correlated by name and key; ALREADY_EXISTS if its messageId is
        taken.
        """
        _unimplemented(context)

    def ResolveIncident(self, request, context):
        """Tries again what an incident had stopped; a job that ran out of tries needs
        UpdateJobRetries first.
        """
        _unimplemented(context)

    def SetVariables(self, request, context):
        """Sets variables on a process instance or on one of its element instances."""
        _unimplemented(context)

    def Topology(self, request, context):
        """Tells which brokers the gateway knows, which partitions they hold and how those are."""
        _unimplemented(context)

    def UpdateJobRetries(self, request, context):
        """Changes how many tries a job has left."""
        _unimplemented(context)

    def ModifyProcessInstance(self, request, context):
        """Begins and ends elements of a running process instance out of turn."""
        _unimplemented(context)

    def MigrateProcessInstance(self, request, context):
        """Lets a running process instance go on under another process definition."""
        _unimplemented(context)

    def UpdateJobTimeout(self, request, context):
        """Moves the deadline of an activated job, counted from now."""
        _unimplemented(context)

    def DeleteResource(self, request, context):
        """Deletes a deployed process definition, decision requirements graph or form."""
        _unimplemented(context)

    def BroadcastSignal(self, request, context):
        """Sends a signal to all who wait for it."""
        _unimplemented(context)

    def EvaluateConditional(self, request, context):
        """Starts the processes whose conditional start event holds for the given variables."""
        _unimplemented(context)


def add_GatewayServicer_to_server(servicer, server):
    """Have the server answer the service's calls with the servicer's methods."""
    handlers = {
        name: getattr(_grpc, f"{kind}_rpc_method_handler")(
            getattr(servicer, name),
            request_deserializer=request.FromString,
            response_serializer=response.SerializeToString,
        )
        for name, kind, request, response in _METHODS
    }
    generic_handler = _grpc.method_handlers_generic_handler(_SERVICE, handlers)
    server.add_generic_rpc_handlers((generic_handler,))
    server.add_registered_method_handlers(_SERVICE, handlers)


def _channelless_call(name, kind, request_class, response_class):
    def call(
        request,
        target,
        options=(),
        channel_credentials=None,
        call_credentials=None,
        insecure=False,
        compression=None,
        wait_for_ready=None,
        timeout=None,
        metadata=None,
    ):
        from grpc import experimental

        return getattr(experimental, kind)(
            request,
            target,
            f"/{_SERVICE}/{name}",
            request_class.SerializeToString,
            response_class.FromString,
            options,
            channel_credentials,
            insecure,
            call_credentials,
            compression,
            wait_for_ready,
            timeout,
            metadata,
        )

    return staticmethod(call)


class Gateway:
    """Calls without a channel of one's own, through gRPC's experimental API."""


for _method in _METHODS:
    setattr(Gateway, _method[0], _channelless_call(*_method))

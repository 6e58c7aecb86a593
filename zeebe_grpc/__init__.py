"""Any credentials provider on any gRPC channel, and the stubs of the Zeebe gateway.

`connect` gives a ready channel; `secure_channel` and `insecure_channel` take all they need as
arguments; `channel_credentials` gives plain grpcio objects for every other client. The messages and
the stub of the gateway are here too, under the names they have in gateway.proto.

Names are imported where they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zeebe_grpc import aio
    from zeebe_grpc import gateway_pb2 as gateway_pb2
    from zeebe_grpc import gateway_pb2_grpc as gateway_pb2_grpc
    from zeebe_grpc.call.errors import AuthorizationRpcError
    from zeebe_grpc.channels import authorize, insecure_channel, secure_channel
    from zeebe_grpc.connecting import connect
    from zeebe_grpc.diagnosis.diagnosis import Diagnosis, diagnose
    from zeebe_grpc.diagnosis.step import DiagnosisStep
    from zeebe_grpc.gateway_pb2 import (
        ActivatedJob,
        ActivateJobsRequest,
        ActivateJobsResponse,
        BroadcastSignalRequest,
        BroadcastSignalResponse,
        BrokerInfo,
        CancelProcessInstanceRequest,
        CancelProcessInstanceResponse,
        CompleteJobRequest,
        CompleteJobResponse,
        CreateProcessInstanceRequest,
        CreateProcessInstanceResponse,
        CreateProcessInstanceWithResultRequest,
        CreateProcessInstanceWithResultResponse,
        DecisionMetadata,
        DecisionRequirementsMetadata,
        DeleteResourceRequest,
        DeleteResourceResponse,
        Deployment,
        DeployProcessRequest,
        DeployProcessResponse,
        DeployResourceRequest,
        DeployResourceResponse,
        EvaluateConditionalRequest,
        EvaluateConditionalResponse,
        EvaluatedDecision,
        EvaluatedDecisionInput,
        EvaluatedDecisionOutput,
        EvaluateDecisionRequest,
        EvaluateDecisionResponse,
        FailJobRequest,
        FailJobResponse,
        FormMetadata,
        JobResult,
        JobResultActivateElement,
        JobResultCorrections,
        MatchedDecisionRule,
        MigrateProcessInstanceRequest,
        MigrateProcessInstanceResponse,
        ModifyProcessInstanceRequest,
        ModifyProcessInstanceResponse,
        Partition,
        ProcessInstanceCreationRuntimeInstruction,
        ProcessInstanceCreationStartInstruction,
        ProcessInstanceReference,
        ProcessMetadata,
        ProcessRequestObject,
        PublishMessageRequest,
        PublishMessageResponse,
        ResolveIncidentRequest,
        ResolveIncidentResponse,
        Resource,
        SetVariablesRequest,
        SetVariablesResponse,
        StreamActivatedJobsRequest,
        StringList,
        TerminateProcessInstanceInstruction,
        ThrowErrorRequest,
        ThrowErrorResponse,
        TopologyRequest,
        TopologyResponse,
        UpdateJobRetriesRequest,
        UpdateJobRetriesResponse,
        UpdateJobTimeoutRequest,
        UpdateJobTimeoutResponse,
        UserTaskProperties,
    )
    from zeebe_grpc.gateway_pb2_grpc import (
        GatewayServicer,
        GatewayStub,
        add_GatewayServicer_to_server,
    )
    from zeebe_grpc.grpc_credentials import call_credentials, channel_credentials

_SUBMODULES = frozenset({"aio", "gateway_pb2", "gateway_pb2_grpc"})
_MODULE_OF = {
    "AuthorizationRpcError": "call.errors",
    "Diagnosis": "diagnosis.diagnosis",
    "DiagnosisStep": "diagnosis.step",
    "GatewayServicer": "gateway_pb2_grpc",
    "GatewayStub": "gateway_pb2_grpc",
    "add_GatewayServicer_to_server": "gateway_pb2_grpc",
    "authorize": "channels",
    "call_credentials": "grpc_credentials",
    "channel_credentials": "grpc_credentials",
    "connect": "connecting",
    "diagnose": "diagnosis.diagnosis",
    "insecure_channel": "channels",
    "secure_channel": "channels",
}

__all__ = [
    "ActivateJobsRequest",
    "ActivateJobsResponse",
    "ActivatedJob",
    "AuthorizationRpcError",
    "BroadcastSignalRequest",
    "BroadcastSignalResponse",
    "BrokerInfo",
    "CancelProcessInstanceRequest",
    "CancelProcessInstanceResponse",
    "CompleteJobRequest",
    "CompleteJobResponse",
    "CreateProcessInstanceRequest",
    "CreateProcessInstanceResponse",
    "CreateProcessInstanceWithResultRequest",
    "CreateProcessInstanceWithResultResponse",
    "DecisionMetadata",
    "DecisionRequirementsMetadata",
    "DeleteResourceRequest",
    "DeleteResourceResponse",
    "DeployProcessRequest",
    "DeployProcessResponse",
    "DeployResourceRequest",
    "DeployResourceResponse",
    "Deployment",
    "Diagnosis",
    "DiagnosisStep",
    "EvaluateConditionalRequest",
    "EvaluateConditionalResponse",
    "EvaluateDecisionRequest",
    "EvaluateDecisionResponse",
    "EvaluatedDecision",
    "EvaluatedDecisionInput",
    "EvaluatedDecisionOutput",
    "FailJobRequest",
    "FailJobResponse",
    "FormMetadata",
    "GatewayServicer",
    "GatewayStub",
    "JobResult",
    "JobResultActivateElement",
    "JobResultCorrections",
    "MatchedDecisionRule",
    "MigrateProcessInstanceRequest",
    "MigrateProcessInstanceResponse",
    "ModifyProcessInstanceRequest",
    "ModifyProcessInstanceResponse",
    "Partition",
    "ProcessInstanceCreationRuntimeInstruction",
    "ProcessInstanceCreationStartInstruction",
    "ProcessInstanceReference",
    "ProcessMetadata",
    "ProcessRequestObject",
    "PublishMessageRequest",
    "PublishMessageResponse",
    "ResolveIncidentRequest",
    "ResolveIncidentResponse",
    "Resource",
    "SetVariablesRequest",
    "SetVariablesResponse",
    "StreamActivatedJobsRequest",
    "StringList",
    "TerminateProcessInstanceInstruction",
    "ThrowErrorRequest",
    "ThrowErrorResponse",
    "TopologyRequest",
    "TopologyResponse",
    "UpdateJobRetriesRequest",
    "UpdateJobRetriesResponse",
    "UpdateJobTimeoutRequest",
    "UpdateJobTimeoutResponse",
    "UserTaskProperties",
    "add_GatewayServicer_to_server",
    "aio",
    "authorize",
    "call_credentials",
    "channel_credentials",
    "connect",
    "diagnose",
    "insecure_channel",
    "secure_channel",
]


# A type checker would take any name for one that is there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in __all__ and name not in _SUBMODULES:
            raise AttributeError(f"module 'zeebe_grpc' has no attribute {name!r}")
        from importlib import import_module

        if name in _SUBMODULES:
            return import_module(f"zeebe_grpc.{name}")
        # What has no module here is a message.
        module = import_module(f"zeebe_grpc.{_MODULE_OF.get(name, 'gateway_pb2')}")
        value = globals()[name] = getattr(module, name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_SUBMODULES})

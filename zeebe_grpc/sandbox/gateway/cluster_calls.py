"""What the gateway does with processes, decisions, messages and incidents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import grpc
from google.protobuf.message import Message

from zeebe_grpc import gateway_pb2
from zeebe_grpc.sandbox.gateway.cluster import Cluster
from zeebe_grpc.sandbox.gateway.job_calls import DEFAULT_TENANT
from zeebe_grpc.sandbox.gateway.refused_call import CallRefused, invalid, json_object, not_found
from zeebe_grpc.sandbox.gateway.resources import (
    Definition,
    InvalidResourceError,
    definitions_in,
)
from zeebe_grpc.sandbox.gateway.topology import topology

_Call = Callable[["ClusterCalls", Any], Message]
_Behaviour = Callable[["ClusterCalls", Any, grpc.ServicerContext], Iterator[Message]]


def _unary(call: _Call) -> _Behaviour:
    """Make a behaviour, an iterator of responses, of a method that returns one."""

    @wraps(call)
    def behaviour(
        self: ClusterCalls, request: Any, _context: grpc.ServicerContext
    ) -> Iterator[Message]:
        with self._cluster.lock:
            response = call(self, request)
        yield response

    return behaviour


class ClusterCalls:
    """The methods of the protocol that are not about jobs, each by its name.

    Args:
        cluster: What they read and change.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    @_unary
    def Topology(self, _request: gateway_pb2.TopologyRequest) -> Message:
        return topology()

    @_unary
    def DeployResource(self, request: gateway_pb2.DeployResourceRequest) -> Message:
        if not request.resources:
            raise invalid("resources", "to have at least one", [])
        tenant = request.tenantId or DEFAULT_TENANT
        deployed = self._deployed([(each.name, each.content) for each in request.resources])
        return gateway_pb2.DeployResourceResponse(
            key=self._cluster.keys.take(),
            deployments=[_deployment(each, deployed, tenant) for each in deployed],
            tenantId=tenant,
        )

    @_unary
    def DeployProcess(self, request: gateway_pb2.DeployProcessRequest) -> Message:
        if not request.processes:
            raise invalid("processes", "to have at least one", [])
        deployed = self._deployed([(each.name, each.definition) for each in request.processes])
        return gateway_pb2.DeployProcessResponse(
            key=self._cluster.keys.take(),
            processes=[
                _process_metadata(each, DEFAULT_TENANT)
                for each in deployed
                if each.kind == "process"
            ],
        )

    @_unary
    def DeleteResource(self, request: gateway_pb2.DeleteResourceRequest) -> Message:
        found = self._cluster.resources.with_key(request.resourceKey, "process", "drg", "form")
        if found is None:
            raise not_found("delete", f"the resource with key {request.resourceKey}")
        self._cluster.resources.remove(found)
        return gateway_pb2.DeleteResourceResponse()

    @_unary
    def CreateProcessInstance(self, request: gateway_pb2.CreateProcessInstanceRequest) -> Message:
        process = self._process_to_start(request)
        key = self._cluster.begin_instance(json_object("variables", request.variables))
        return gateway_pb2.CreateProcessInstanceResponse(
            processDefinitionKey=process.key,
            bpmnProcessId=process.id,
            version=process.version,
            processInstanceKey=key,
            tenantId=request.tenantId or DEFAULT_TENANT,
            tags=request.tags,
        )

    @_unary
    def CreateProcessInstanceWithResult(
        self, request: gateway_pb2.CreateProcessInstanceWithResultRequest
    ) -> Message:
        process = self._process_to_start(request.request)
        variables = json_object("variables", request.request.variables)
        wanted = set(request.fetchVariables)
        return gateway_pb2.CreateProcessInstanceWithResultResponse(
            processDefinitionKey=process.key,
            bpmnProcessId=process.id,
            version=process.version,
            # It has ended already: with the variables that it began with.
            processInstanceKey=self._cluster.keys.take(),
            variables=json.dumps({k: v for k, v in variables.items() if not wanted or k in wanted}),
            tenantId=request.request.tenantId or DEFAULT_TENANT,
            tags=request.request.tags,
        )

    @_unary
    def CancelProcessInstance(self, request: gateway_pb2.CancelProcessInstanceRequest) -> Message:
        self._check_instance("cancel", request.processInstanceKey)
        del self._cluster.instances[request.processInstanceKey]
        return gateway_pb2.CancelProcessInstanceResponse()

    @_unary
    def ModifyProcessInstance(self, request: gateway_pb2.ModifyProcessInstanceRequest) -> Message:
        self._check_instance("modify", request.processInstanceKey)
        for each in request.activateInstructions:
            for instruction in each.variableInstructions:
                json_object("variables", instruction.variables)
        return gateway_pb2.ModifyProcessInstanceResponse()

    @_unary
    def MigrateProcessInstance(self, request: gateway_pb2.MigrateProcessInstanceRequest) -> Message:
        self._check_instance("migrate", request.processInstanceKey)
        target = request.migrationPlan.targetProcessDefinitionKey
        if self._cluster.resources.with_key(target, "process") is None:
            raise not_found("migrate to", f"the process definition with key {target}")
        return gateway_pb2.MigrateProcessInstanceResponse()

    @_unary
    def SetVariables(self, request: gateway_pb2.SetVariablesRequest) -> Message:
        variables = json_object("variables", request.variables)
        key = request.elementInstanceKey
        job = self._cluster.jobs.with_element(key)
        if key in self._cluster.instances:
            self._cluster.instances[key].update(variables)
        elif job is not None:
            job.variables = {**job.variables, **variables}
        else:
            raise not_found("set variables of", f"the element with key {key}")
        return gateway_pb2.SetVariablesResponse(key=self._cluster.keys.take())

    @_unary
    def EvaluateDecision(self, request: gateway_pb2.EvaluateDecisionRequest) -> Message:
        json_object("variables", request.variables)
        resources = self._cluster.resources
        if request.decisionKey:
            what = f"with key {request.decisionKey}"
            decision = resources.with_key(request.decisionKey, "decision")
        else:
            what = f"with id {request.decisionId!r}"
            decision = resources.latest("decision", request.decisionId)
        if decision is None:
            raise not_found("evaluate", f"the decision {what}")
        graph = resources.latest("drg", decision.graph_id)
        evaluation = self._cluster.keys.take()
        return gateway_pb2.EvaluateDecisionResponse(
            decisionKey=decision.key,
            decisionId=decision.id,
            decisionName=decision.name,
            decisionVersion=decision.version,
            decisionRequirementsId=decision.graph_id,
            decisionRequirementsKey=graph.key if graph is not None else 0,
            decisionOutput="null",  # no rule is evaluated
            tenantId=request.tenantId or DEFAULT_TENANT,
            decisionInstanceKey=evaluation,
            decisionEvaluationKey=evaluation,
        )

    @_unary
    def EvaluateConditional(self, request: gateway_pb2.EvaluateConditionalRequest) -> Message:
        json_object("variables", request.variables)
        key = request.processDefinitionKey
        if key and self._cluster.resources.with_key(key, "process") is None:
            raise not_found("evaluate", f"the process definition with key {key}")
        return gateway_pb2.EvaluateConditionalResponse()  # no condition is evaluated

    @_unary
    def PublishMessage(self, request: gateway_pb2.PublishMessageRequest) -> Message:
        json_object("variables", request.variables)
        tenant = request.tenantId or DEFAULT_TENANT
        identity = (request.name, request.correlationKey, request.messageId, tenant)
        if request.messageId:
            if identity in self._cluster.buffered_messages:
                raise CallRefused(
                    grpc.StatusCode.ALREADY_EXISTS,
                    f"Expected to publish a new message with id {request.messageId!r}, but one "
                    "with this name, correlation key and id is buffered",
                )
            if request.timeToLive > 0:
                self._cluster.buffered_messages.add(identity)
        self._cluster.published[request.name] += 1
        return gateway_pb2.PublishMessageResponse(key=self._cluster.keys.take(), tenantId=tenant)

    @_unary
    def BroadcastSignal(self, request: gateway_pb2.BroadcastSignalRequest) -> Message:
        json_object("variables", request.variables)
        self._cluster.broadcast[request.signalName] += 1
        return gateway_pb2.BroadcastSignalResponse(
            key=self._cluster.keys.take(), tenantId=request.tenantId or DEFAULT_TENANT
        )

    @_unary
    def ResolveIncident(self, request: gateway_pb2.ResolveIncidentRequest) -> Message:
        job_key = self._cluster.incidents.get(request.incidentKey)
        if job_key is None:
            raise not_found("resolve", f"the incident with key {request.incidentKey}")
        job = self._cluster.jobs.get(job_key)
        if job is not None and job.retries < 1:
            raise CallRefused(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"Expected the job with key {job_key} to have retries, but it has none; "
                "call UpdateJobRetries first",
            )
        del self._cluster.incidents[request.incidentKey]
        return gateway_pb2.ResolveIncidentResponse()

    def _deployed(self, resources: list[tuple[str, bytes]]) -> list[Definition]:
        try:
            found = [each for name, content in resources for each in definitions_in(name, content)]
        except InvalidResourceError as error:
            raise CallRefused(
                grpc.StatusCode.INVALID_ARGUMENT, f"Expected to deploy resources, but {error}"
            ) from error
        return [self._cluster.resources.add(each, self._cluster.keys) for each in found]

    def _process_to_start(self, request: gateway_pb2.CreateProcessInstanceRequest) -> Definition:
        key, name, version = request.processDefinitionKey, request.bpmnProcessId, request.version
        if not key and not name:
            raise invalid("bpmnProcessId or processDefinitionKey", "to be present", "")
        found = self._cluster.process(key, name, version)
        if found is None:
            of_version = f" in version {version}" if version >= 0 else ""
            what = f"with key {key}" if key else f"with id {name!r}{of_version}"
            raise not_found("start", f"the process {what}")
        return found

    def _check_instance(self, action: str, key: int) -> None:
        if key not in self._cluster.instances:
            raise not_found(action, f"the process instance with key {key}")


def _deployment(
    definition: Definition, deployed: list[Definition], tenant: str
) -> gateway_pb2.Deployment:
    match definition.kind:
        case "process":
            return gateway_pb2.Deployment(process=_process_metadata(definition, tenant))
        case "decision":
            graphs = {each.id: each.key for each in deployed if each.kind == "drg"}
            return gateway_pb2.Deployment(
                decision=gateway_pb2.DecisionMetadata(
                    dmnDecisionId=definition.id,
                    dmnDecisionName=definition.name,
                    version=definition.version,
                    decisionKey=definition.key,
                    dmnDecisionRequirementsId=definition.graph_id,
                    decisionRequirementsKey=graphs.get(definition.graph_id, 0),
                    tenantId=tenant,
                )
            )
        case "drg":
            return gateway_pb2.Deployment(
                decisionRequirements=gateway_pb2.DecisionRequirementsMetadata(
                    dmnDecisionRequirementsId=definition.id,
                    dmnDecisionRequirementsName=definition.name,
                    version=definition.version,
                    decisionRequirementsKey=definition.key,
                    resourceName=definition.resource,
                    tenantId=tenant,
                )
            )
        case _:
            return gateway_pb2.Deployment(
                form=gateway_pb2.FormMetadata(
                    formId=definition.id,
                    version=definition.version,
                    formKey=definition.key,
                    resourceName=definition.resource,
                    tenantId=tenant,
                )
            )


def _process_metadata(definition: Definition, tenant: str) -> gateway_pb2.ProcessMetadata:
    return gateway_pb2.ProcessMetadata(
        bpmnProcessId=definition.id,
        version=definition.version,
        processDefinitionKey=definition.key,
        resourceName=definition.resource,
        tenantId=tenant,
    )

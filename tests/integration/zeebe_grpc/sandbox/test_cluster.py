"""What the sandbox's cluster remembers between calls: resources, instances, messages, incidents."""

from __future__ import annotations

import json
import re

import grpc
import pytest

from zeebe_grpc import gateway_pb2 as pb

BPMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">
  <bpmn:process id="order" name="Order" isExecutable="true"/>
  <bpmn:process id="draft" isExecutable="false"/>
</bpmn:definitions>"""
DMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="graph" name="Graph">
  <decision id="discount" name="Discount"/>
</definitions>"""
FORM = b'{"id": "address", "type": "default"}'


@pytest.fixture
def call(stub, sandbox, bearer):
    """Call a method with a good token, its request given by its fields."""
    metadata = bearer(sandbox.issue_token())

    def call(method, **fields):
        request = getattr(pb, f"{method}Request")(**fields)
        return getattr(stub, method)(request, metadata=metadata)

    return call


@pytest.fixture
def refused(call):
    """The status and the details of a call that is refused."""

    def refused(method, **fields):
        with pytest.raises(grpc.RpcError) as error:
            call(method, **fields)
        return error.value.code().name, error.value.details()

    return refused


def deploy(call, name="order.bpmn", content=BPMN):
    return call("DeployResource", resources=[pb.Resource(name=name, content=content)])


@pytest.mark.parametrize(
    "method", [each.name for each in pb.DESCRIPTOR.services_by_name["Gateway"].methods]
)
def test_each_method_of_the_protocol_is_known(call, method):
    """For a request with default values only, it replies or says what is wrong with them."""
    try:
        reply = call(method)
        told = list(reply) if hasattr(reply, "__next__") else [reply]
    except grpc.RpcError as error:
        told = [error.code().name, error.details().partition(" ")[0]]
    is_message = all(type(each).__module__ == pb.__name__ for each in told)
    assert is_message or told in (["INVALID_ARGUMENT", "Expected"], ["NOT_FOUND", "Expected"])


def test_a_deployed_process_can_be_started(call):
    """It can be started by id in its latest version, by id and version, and by key."""
    deployed = deploy(call).deployments[0].process
    assert (deployed.bpmnProcessId, deployed.version) == ("order", 1)
    second = deploy(call, content=BPMN.replace(b'"Order"', b'"Order 2"')).deployments[0].process
    started = [
        call("CreateProcessInstance", bpmnProcessId="order", version=-1),
        call("CreateProcessInstance", bpmnProcessId="order", version=1),
        call("CreateProcessInstance", processDefinitionKey=second.processDefinitionKey),
    ]
    assert [each.version for each in started] == [2, 1, 2]
    keys = [each.processInstanceKey for each in started]
    assert keys == sorted(set(keys))


def test_the_same_content_is_the_same_version(call):
    """As in Zeebe, a deployment that changes nothing makes no version."""
    first, second = deploy(call), deploy(call)
    assert first.deployments == second.deployments
    assert first.key < second.key


@pytest.mark.parametrize(
    "fields",
    [
        {"bpmnProcessId": "order", "version": -1},
        {"bpmnProcessId": "order", "version": 2},
        {"bpmnProcessId": "draft", "version": -1},
        {"processDefinitionKey": 7},
    ],
)
def test_what_is_not_deployed_is_not_found(call, refused, fields):
    """Another version, a process that isn't executable and an unknown key are NOT_FOUND."""
    if fields != {"bpmnProcessId": "order", "version": -1}:
        deploy(call)
    code, details = refused("CreateProcessInstance", **fields)
    assert code == "NOT_FOUND"
    assert str(fields.get("processDefinitionKey", fields.get("bpmnProcessId"))) in details


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("order.txt", BPMN, ".bpmn"),
        ("order.bpmn", b"no xml", "no XML"),
        ("order.bpmn", DMN, "no executable process"),
        ("rules.dmn", BPMN, "no decision"),
        ("address.form", b"[]", "no form"),
    ],
)
def test_a_resource_that_defines_nothing_is_refused(refused, name, content, reason):
    """The details give the reason."""
    code, details = refused("DeployResource", resources=[pb.Resource(name=name, content=content)])
    assert code == "INVALID_ARGUMENT"
    assert reason in details


def test_a_result_has_the_variables_that_are_wanted(call):
    """The instance ends at once, with the variables that it was created with."""
    deploy(call)
    request = pb.CreateProcessInstanceRequest(
        bpmnProcessId="order", version=-1, variables='{"a": 1, "b": 2}'
    )
    reply = call("CreateProcessInstanceWithResult", request=request, fetchVariables=["b"])
    assert json.loads(reply.variables) == {"b": 2}


def test_an_instance_can_be_changed_until_it_is_cancelled(call, refused):
    """After that there is no instance with its key."""
    process = deploy(call).deployments[0].process
    key = call("CreateProcessInstance", bpmnProcessId="order", version=-1).processInstanceKey
    assert call("SetVariables", elementInstanceKey=key, variables='{"c": 3}').key > key
    call("ModifyProcessInstance", processInstanceKey=key)
    plan = pb.MigrateProcessInstanceRequest.MigrationPlan(
        targetProcessDefinitionKey=process.processDefinitionKey
    )
    call("MigrateProcessInstance", processInstanceKey=key, migrationPlan=plan)
    call("CancelProcessInstance", processInstanceKey=key)
    for method in ("CancelProcessInstance", "ModifyProcessInstance", "MigrateProcessInstance"):
        assert refused(method, processInstanceKey=key)[0] == "NOT_FOUND"


def test_variables_of_a_job_can_be_set(call, sandbox):
    """The worker that activates the job gets them."""
    job = sandbox.add_job("payment", {"sum": 1})
    call("SetVariables", elementInstanceKey=job - 1, variables='{"tax": 2}')
    activation = call(
        "ActivateJobs", type="payment", timeout=1000, maxJobsToActivate=1, requestTimeout=-1
    )
    (activated,) = [each for reply in activation for each in reply.jobs]
    assert json.loads(activated.variables) == {"sum": 1, "tax": 2}


@pytest.mark.parametrize("variables", ["[1]", "{", "1"])
def test_variables_are_a_json_object(call, refused, variables):
    """Anything else is refused before anything is changed."""
    deploy(call)
    code, details = refused("PublishMessage", name="paid", variables=variables)
    assert code == "INVALID_ARGUMENT"
    assert "variables" in details


def test_decisions_and_forms_are_deployed_and_deleted(call, refused):
    """A decision is deleted with its decision requirements graph."""
    metadata = deploy(call, "rules.dmn", DMN).deployments
    graph, decision = metadata[0].decisionRequirements, metadata[1].decision
    assert decision.decisionRequirementsKey == graph.decisionRequirementsKey
    evaluated = call("EvaluateDecision", decisionId="discount")
    assert (evaluated.decisionKey, evaluated.decisionOutput) == (decision.decisionKey, "null")
    call("DeleteResource", resourceKey=graph.decisionRequirementsKey)
    assert refused("EvaluateDecision", decisionKey=decision.decisionKey)[0] == "NOT_FOUND"
    form = deploy(call, "address.form", FORM).deployments[0].form
    assert form.formId == "address"
    call("DeleteResource", resourceKey=form.formKey)
    assert refused("DeleteResource", resourceKey=form.formKey)[0] == "NOT_FOUND"


def test_messages_and_signals_are_counted(call, refused, sandbox):
    """They are counted by name; a message that is buffered under the same id is refused."""
    first = call("PublishMessage", name="paid", messageId="1", timeToLive=1000).key
    assert call("PublishMessage", name="paid", messageId="2").key > first
    code, _ = refused("PublishMessage", name="paid", messageId="1", timeToLive=1000)
    assert code == "ALREADY_EXISTS"
    call("BroadcastSignal", signalName="stop")
    assert sandbox.published_messages == {"paid": 2}
    assert sandbox.broadcast_signals == {"stop": 1}
    sandbox.reset()
    assert not sandbox.published_messages


def test_a_job_without_retries_is_an_incident(call, refused, sandbox):
    """It can be resolved once the job has retries again, and a worker then gets the job."""
    job = sandbox.add_job("payment")
    call("FailJob", jobKey=job, retries=0)
    ((incident, failed),) = sandbox.incidents.items()
    assert failed == job
    assert refused("ResolveIncident", incidentKey=incident)[0] == "FAILED_PRECONDITION"
    assert refused("UpdateJobRetries", jobKey=job, retries=0)[0] == "INVALID_ARGUMENT"
    call("UpdateJobRetries", jobKey=job, retries=1)
    call("ResolveIncident", incidentKey=incident)
    assert not sandbox.incidents
    activation = {"type": "payment", "timeout": 1000, "maxJobsToActivate": 1, "requestTimeout": -1}
    assert refused("UpdateJobTimeout", jobKey=job, timeout=1)[0] == "FAILED_PRECONDITION"
    assert len(list(call("ActivateJobs", **activation))) == 1
    call("UpdateJobTimeout", jobKey=job, timeout=1)
    call("ThrowError", jobKey=job, errorCode="E")
    assert refused("CompleteJob", jobKey=job)[0] == "NOT_FOUND"


def test_the_page_lists_what_each_method_does() -> None:
    """Every method of the gateway is described in docs/how-to/sandbox.md."""
    from pathlib import Path

    page = Path(__file__).parents[4] / "docs" / "how-to" / "sandbox.md"
    told = set(re.findall(r"`(\w+)`", page.read_text("utf-8")))
    assert {each.name for each in pb.DESCRIPTOR.services_by_name["Gateway"].methods} <= told

"""Messages of the Zeebe gateway, made from gateway.proto by `make proto`."""

# fmt: off
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, NewType, final

from google.protobuf.descriptor import Descriptor, FileDescriptor
from google.protobuf.internal.containers import (
    RepeatedCompositeFieldContainer,
    RepeatedScalarFieldContainer,
)
from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper
from google.protobuf.message import Message

DESCRIPTOR: FileDescriptor

@final
class StreamActivatedJobsRequest(Message):
    """Asks for a lasting stream of jobs of one type."""

    DESCRIPTOR: Descriptor

    TYPE_FIELD_NUMBER: ClassVar[int]
    WORKER_FIELD_NUMBER: ClassVar[int]
    TIMEOUT_FIELD_NUMBER: ClassVar[int]
    FETCHVARIABLE_FIELD_NUMBER: ClassVar[int]
    TENANTIDS_FIELD_NUMBER: ClassVar[int]

    type: str
    """Job type as the task in the BPMN model names it."""

    worker: str
    """Name of the worker; it shows up in logs and on the jobs it got."""

    timeout: int
    """Milliseconds that a pushed job belongs to this worker, at least 1; afterwards another worker
    may get it.
    """

    @property
    def fetchVariable(self) -> RepeatedScalarFieldContainer[str]:
        """Names of the variables to send along; none named means all that the job can see."""

    @property
    def tenantIds(self) -> RepeatedScalarFieldContainer[str]:
        """Tenants whose jobs are wanted; leave it empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        type: str | None = ...,
        worker: str | None = ...,
        timeout: int | None = ...,
        fetchVariable: Iterable[str] | None = ...,
        tenantIds: Iterable[str] | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "type",
        "worker",
        "timeout",
        "fetchVariable",
        "tenantIds",
    ]) -> None: ...

@final
class ActivateJobsRequest(Message):
    """Asks for a batch of jobs of one type, waiting for some if there are none yet."""

    DESCRIPTOR: Descriptor

    TYPE_FIELD_NUMBER: ClassVar[int]
    WORKER_FIELD_NUMBER: ClassVar[int]
    TIMEOUT_FIELD_NUMBER: ClassVar[int]
    MAXJOBSTOACTIVATE_FIELD_NUMBER: ClassVar[int]
    FETCHVARIABLE_FIELD_NUMBER: ClassVar[int]
    REQUESTTIMEOUT_FIELD_NUMBER: ClassVar[int]
    TENANTIDS_FIELD_NUMBER: ClassVar[int]

    type: str
    """Job type as the task in the BPMN model names it."""

    worker: str
    """Name of the worker; it shows up in logs and on the jobs it got."""

    timeout: int
    """Milliseconds that a job belongs to this worker, at least 1; afterwards another worker may get
    it.
    """

    maxJobsToActivate: int
    """Most jobs that the whole call hands out, at least 1."""

    @property
    def fetchVariable(self) -> RepeatedScalarFieldContainer[str]:
        """Names of the variables to send along; none named means all that the job can see."""

    requestTimeout: int
    """Milliseconds to wait for a first job: 0 leaves it to the gateway's own default, a negative
    number answers at once even without a job.
    """

    @property
    def tenantIds(self) -> RepeatedScalarFieldContainer[str]:
        """Tenants whose jobs are wanted; leave it empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        type: str | None = ...,
        worker: str | None = ...,
        timeout: int | None = ...,
        maxJobsToActivate: int | None = ...,
        fetchVariable: Iterable[str] | None = ...,
        requestTimeout: int | None = ...,
        tenantIds: Iterable[str] | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "type",
        "worker",
        "timeout",
        "maxJobsToActivate",
        "fetchVariable",
        "requestTimeout",
        "tenantIds",
    ]) -> None: ...

@final
class ActivateJobsResponse(Message):
    """One batch of jobs out of the stream that answers ActivateJobs."""

    DESCRIPTOR: Descriptor

    JOBS_FIELD_NUMBER: ClassVar[int]

    @property
    def jobs(self) -> RepeatedCompositeFieldContainer[ActivatedJob]: ...

    def __init__(
        self,
        *,
        jobs: Iterable[ActivatedJob | Mapping[str, Any]] | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["jobs"]) -> None: ...

@final
class ActivatedJob(Message):
    """A job that is handed to one worker until its deadline."""

    DESCRIPTOR: Descriptor

    class _JobKind:
        ValueType = NewType("ValueType", int)

    class _JobKindWrapper(_EnumTypeWrapper[_JobKind.ValueType]):
        BPMN_ELEMENT: ActivatedJob.JobKind.ValueType
        EXECUTION_LISTENER: ActivatedJob.JobKind.ValueType
        TASK_LISTENER: ActivatedJob.JobKind.ValueType
        AD_HOC_SUB_PROCESS: ActivatedJob.JobKind.ValueType

    class JobKind(_JobKind, metaclass=_JobKindWrapper):
        """What made the job: a task of the model, a listener on an element or user task, or an
        ad-hoc sub-process.
        """

    BPMN_ELEMENT: ClassVar[ActivatedJob.JobKind.ValueType]
    EXECUTION_LISTENER: ClassVar[ActivatedJob.JobKind.ValueType]
    TASK_LISTENER: ClassVar[ActivatedJob.JobKind.ValueType]
    AD_HOC_SUB_PROCESS: ClassVar[ActivatedJob.JobKind.ValueType]

    class _ListenerEventType:
        ValueType = NewType("ValueType", int)

    class _ListenerEventTypeWrapper(_EnumTypeWrapper[_ListenerEventType.ValueType]):
        ASSIGNING: ActivatedJob.ListenerEventType.ValueType
        CANCELING: ActivatedJob.ListenerEventType.ValueType
        COMPLETING: ActivatedJob.ListenerEventType.ValueType
        CREATING: ActivatedJob.ListenerEventType.ValueType
        END: ActivatedJob.ListenerEventType.ValueType
        START: ActivatedJob.ListenerEventType.ValueType
        UNSPECIFIED: ActivatedJob.ListenerEventType.ValueType
        UPDATING: ActivatedJob.ListenerEventType.ValueType

    class ListenerEventType(_ListenerEventType, metaclass=_ListenerEventTypeWrapper):
        """The event that a listener job answers; UNSPECIFIED for jobs of other kinds."""

    ASSIGNING: ClassVar[ActivatedJob.ListenerEventType.ValueType]
    CANCELING: ClassVar[ActivatedJob.ListenerEventType.ValueType]
    COMPLETING: ClassVar[ActivatedJob.ListenerEventType.ValueType]
    CREATING: ClassVar[ActivatedJob.ListenerEventType.ValueType]
    END: ClassVar[ActivatedJob.ListenerEventType.ValueType]
    START: ClassVar[ActivatedJob.ListenerEventType.ValueType]
    UNSPECIFIED: ClassVar[ActivatedJob.ListenerEventType.ValueType]
    UPDATING: ClassVar[ActivatedJob.ListenerEventType.ValueType]

    KEY_FIELD_NUMBER: ClassVar[int]
    TYPE_FIELD_NUMBER: ClassVar[int]
    PROCESSINSTANCEKEY_FIELD_NUMBER: ClassVar[int]
    BPMNPROCESSID_FIELD_NUMBER: ClassVar[int]
    PROCESSDEFINITIONVERSION_FIELD_NUMBER: ClassVar[int]
    PROCESSDEFINITIONKEY_FIELD_NUMBER: ClassVar[int]
    ELEMENTID_FIELD_NUMBER: ClassVar[int]
    ELEMENTINSTANCEKEY_FIELD_NUMBER: ClassVar[int]
    CUSTOMHEADERS_FIELD_NUMBER: ClassVar[int]
    WORKER_FIELD_NUMBER: ClassVar[int]
    RETRIES_FIELD_NUMBER: ClassVar[int]
    DEADLINE_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]
    USERTASK_FIELD_NUMBER: ClassVar[int]
    KIND_FIELD_NUMBER: ClassVar[int]
    LISTENEREVENTTYPE_FIELD_NUMBER: ClassVar[int]
    TAGS_FIELD_NUMBER: ClassVar[int]

    key: int
    """Unique key of the job, the jobKey of the commands that answer it."""

    type: str
    """Job type that was asked for."""

    processInstanceKey: int

    bpmnProcessId: str
    """Id of the process in the BPMN model."""

    processDefinitionVersion: int

    processDefinitionKey: int

    elementId: str
    """Id of the element in the BPMN model that the job works for."""

    elementInstanceKey: int
    """Key of the running instance of that element."""

    customHeaders: str
    """Headers set in the model, as a JSON object of texts."""

    worker: str
    """Name of the worker that the job was handed to."""

    retries: int
    """Tries that are left, this one included."""

    deadline: int
    """When another worker may get the job, in milliseconds since the Unix epoch."""

    variables: str
    """The variables that were asked for and that the job can see, as a JSON object."""

    tenantId: str
    """Tenant that owns the job; "<default>" or empty where multi-tenancy is off."""

    @property
    def userTask(self) -> UserTaskProperties:
        """The user task concerned; only on a job of kind TASK_LISTENER."""

    kind: ActivatedJob.JobKind.ValueType

    listenerEventType: ActivatedJob.ListenerEventType.ValueType

    @property
    def tags(self) -> RepeatedScalarFieldContainer[str]:
        """Tags that the process instance was created with."""

    def __init__(
        self,
        *,
        key: int | None = ...,
        type: str | None = ...,
        processInstanceKey: int | None = ...,
        bpmnProcessId: str | None = ...,
        processDefinitionVersion: int | None = ...,
        processDefinitionKey: int | None = ...,
        elementId: str | None = ...,
        elementInstanceKey: int | None = ...,
        customHeaders: str | None = ...,
        worker: str | None = ...,
        retries: int | None = ...,
        deadline: int | None = ...,
        variables: str | None = ...,
        tenantId: str | None = ...,
        userTask: UserTaskProperties | Mapping[str, Any] | None = ...,
        kind: ActivatedJob.JobKind.ValueType | str | None = ...,
        listenerEventType: ActivatedJob.ListenerEventType.ValueType | str | None = ...,
        tags: Iterable[str] | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["userTask"]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "key",
        "type",
        "processInstanceKey",
        "bpmnProcessId",
        "processDefinitionVersion",
        "processDefinitionKey",
        "elementId",
        "elementInstanceKey",
        "customHeaders",
        "worker",
        "retries",
        "deadline",
        "variables",
        "tenantId",
        "userTask",
        "kind",
        "listenerEventType",
        "tags",
    ]) -> None: ...

@final
class CancelProcessInstanceRequest(Message):
    """Names the process instance to cancel."""

    DESCRIPTOR: Descriptor

    PROCESSINSTANCEKEY_FIELD_NUMBER: ClassVar[int]
    OPERATIONREFERENCE_FIELD_NUMBER: ClassVar[int]

    processInstanceKey: int

    operationReference: int
    """Number of the caller's choice; the cluster writes it into every record that this command
    causes.
    """

    def __init__(
        self,
        *,
        processInstanceKey: int | None = ...,
        operationReference: int | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["operationReference"]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "processInstanceKey",
        "operationReference",
    ]) -> None: ...

@final
class CancelProcessInstanceResponse(Message):
    """Says that the cancelling was accepted; it carries nothing."""

    DESCRIPTOR: Descriptor

    def __init__(self) -> None: ...

@final
class CompleteJobRequest(Message):
    """Reports that a job is done."""

    DESCRIPTOR: Descriptor

    JOBKEY_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]
    RESULT_FIELD_NUMBER: ClassVar[int]

    jobKey: int
    """Key of the job, as ActivatedJob.key gave it."""

    variables: str
    """What the job worked out, as a JSON object; merged into the process by the element's output
    mappings.
    """

    @property
    def result(self) -> JobResult:
        """What a listener or an ad-hoc sub-process decides by this job; plain service tasks leave
        it out.
        """

    def __init__(
        self,
        *,
        jobKey: int | None = ...,
        variables: str | None = ...,
        result: JobResult | Mapping[str, Any] | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["result"]) -> bool: ...
    def ClearField(self, field_name: Literal["jobKey", "variables", "result"]) -> None: ...

@final
class CompleteJobResponse(Message):
    """Says that the job is completed; it carries nothing."""

    DESCRIPTOR: Descriptor

    def __init__(self) -> None: ...

@final
class CreateProcessInstanceRequest(Message):
    """Names the process to start, by its key or by its id and version, and what to start it with.
    """

    DESCRIPTOR: Descriptor

    PROCESSDEFINITIONKEY_FIELD_NUMBER: ClassVar[int]
    BPMNPROCESSID_FIELD_NUMBER: ClassVar[int]
    VERSION_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]
    STARTINSTRUCTIONS_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]
    OPERATIONREFERENCE_FIELD_NUMBER: ClassVar[int]
    RUNTIMEINSTRUCTIONS_FIELD_NUMBER: ClassVar[int]
    TAGS_FIELD_NUMBER: ClassVar[int]

    processDefinitionKey: int
    """Key of one deployed version; leave it 0 to name the process by bpmnProcessId and version."""

    bpmnProcessId: str
    """Id of the process in the BPMN model."""

    version: int
    """Deployed version of bpmnProcessId; -1 takes the latest."""

    variables: str
    """Variables to start with, as a JSON object."""

    @property
    def startInstructions(self) -> RepeatedCompositeFieldContainer[ProcessInstanceCreationStartInstruction]:
        """Elements to begin at; none means the start event."""

    tenantId: str
    """Tenant that the process was deployed for; "<default>" or empty where multi-tenancy is off."""

    operationReference: int
    """Number of the caller's choice; the cluster writes it into every record that this command
    causes.
    """

    @property
    def runtimeInstructions(self) -> RepeatedCompositeFieldContainer[ProcessInstanceCreationRuntimeInstruction]:
        """What to do along the way, such as stopping early; none means an ordinary run."""

    @property
    def tags(self) -> RepeatedScalarFieldContainer[str]:
        """Labels to attach to the new instance and its jobs."""

    def __init__(
        self,
        *,
        processDefinitionKey: int | None = ...,
        bpmnProcessId: str | None = ...,
        version: int | None = ...,
        variables: str | None = ...,
        startInstructions: Iterable[ProcessInstanceCreationStartInstruction | Mapping[str, Any]] | None = ...,
        tenantId: str | None = ...,
        operationReference: int | None = ...,
        runtimeInstructions: Iterable[ProcessInstanceCreationRuntimeInstruction | Mapping[str, Any]] | None = ...,
        tags: Iterable[str] | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["operationReference"]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "processDefinitionKey",
        "bpmnProcessId",
        "version",
        "variables",
        "startInstructions",
        "tenantId",
        "operationReference",
        "runtimeInstructions",
        "tags",
    ]) -> None: ...

@final
class ProcessInstanceCreationStartInstruction(Message):
    """Begins the new instance right before one element."""

    DESCRIPTOR: Descriptor

    ELEMENTID_FIELD_NUMBER: ClassVar[int]

    elementId: str
    """Id of the element in the BPMN model."""

    def __init__(
        self,
        *,
        elementId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["elementId"]) -> None: ...

@final
class CreateProcessInstanceResponse(Message):
    """The process instance that was started, which may still be running."""

    DESCRIPTOR: Descriptor

    PROCESSDEFINITIONKEY_FIELD_NUMBER: ClassVar[int]
    BPMNPROCESSID_FIELD_NUMBER: ClassVar[int]
    VERSION_FIELD_NUMBER: ClassVar[int]
    PROCESSINSTANCEKEY_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]
    TAGS_FIELD_NUMBER: ClassVar[int]

    processDefinitionKey: int
    """Key of the deployed version that was taken."""

    bpmnProcessId: str

    version: int
    """Deployed version that was taken."""

    processInstanceKey: int

    tenantId: str
    """Tenant that owns the instance; "<default>" or empty where multi-tenancy is off."""

    @property
    def tags(self) -> RepeatedScalarFieldContainer[str]: ...

    def __init__(
        self,
        *,
        processDefinitionKey: int | None = ...,
        bpmnProcessId: str | None = ...,
        version: int | None = ...,
        processInstanceKey: int | None = ...,
        tenantId: str | None = ...,
        tags: Iterable[str] | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "processDefinitionKey",
        "bpmnProcessId",
        "version",
        "processInstanceKey",
        "tenantId",
        "tags",
    ]) -> None: ...

@final
class CreateProcessInstanceWithResultRequest(Message):
    """Starts a process instance and asks for its variables at the end."""

    DESCRIPTOR: Descriptor

    REQUEST_FIELD_NUMBER: ClassVar[int]
    REQUESTTIMEOUT_FIELD_NUMBER: ClassVar[int]
    FETCHVARIABLES_FIELD_NUMBER: ClassVar[int]

    @property
    def request(self) -> CreateProcessInstanceRequest:
        """What to start."""

    requestTimeout: int
    """Milliseconds to wait for the end, 0 for the gateway's own default; the instance goes on
    running when they are over.
    """

    @property
    def fetchVariables(self) -> RepeatedScalarFieldContainer[str]:
        """Names of the variables to send back; none named means all of the instance's root scope.
        """

    def __init__(
        self,
        *,
        request: CreateProcessInstanceRequest | Mapping[str, Any] | None = ...,
        requestTimeout: int | None = ...,
        fetchVariables: Iterable[str] | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["request"]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "request",
        "requestTimeout",
        "fetchVariables",
    ]) -> None: ...

@final
class CreateProcessInstanceWithResultResponse(Message):
    """A process instance that has ended, with its variables."""

    DESCRIPTOR: Descriptor

    PROCESSDEFINITIONKEY_FIELD_NUMBER: ClassVar[int]
    BPMNPROCESSID_FIELD_NUMBER: ClassVar[int]
    VERSION_FIELD_NUMBER: ClassVar[int]
    PROCESSINSTANCEKEY_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]
    TAGS_FIELD_NUMBER: ClassVar[int]

    processDefinitionKey: int
    """Key of the deployed version that was taken."""

    bpmnProcessId: str

    version: int
    """Deployed version that was taken."""

    processInstanceKey: int

    variables: str
    """The variables that were asked for, as a JSON object."""

    tenantId: str
    """Tenant that owns the instance; "<default>" or empty where multi-tenancy is off."""

    @property
    def tags(self) -> RepeatedScalarFieldContainer[str]: ...

    def __init__(
        self,
        *,
        processDefinitionKey: int | None = ...,
        bpmnProcessId: str | None = ...,
        version: int | None = ...,
        processInstanceKey: int | None = ...,
        variables: str | None = ...,
        tenantId: str | None = ...,
        tags: Iterable[str] | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "processDefinitionKey",
        "bpmnProcessId",
        "version",
        "processInstanceKey",
        "variables",
        "tenantId",
        "tags",
    ]) -> None: ...

@final
class EvaluateDecisionRequest(Message):
    """Names the DMN decision to evaluate, by exactly one of its key and its id."""

    DESCRIPTOR: Descriptor

    DECISIONKEY_FIELD_NUMBER: ClassVar[int]
    DECISIONID_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]

    decisionKey: int
    """Key of one deployed version of the decision; 0 if decisionId is given."""

    decisionId: str
    """Id of the decision in the DMN model, evaluated in its latest version; empty if decisionKey is
    given.
    """

    variables: str
    """Input to the decision, as a JSON object."""

    tenantId: str
    """Tenant that the decision was deployed for; "<default>" or empty where multi-tenancy is off.
    """

    def __init__(
        self,
        *,
        decisionKey: int | None = ...,
        decisionId: str | None = ...,
        variables: str | None = ...,
        tenantId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "decisionKey",
        "decisionId",
        "variables",
        "tenantId",
    ]) -> None: ...

@final
class EvaluateDecisionResponse(Message):
    """The outcome of a decision, or which decision failed and why."""

    DESCRIPTOR: Descriptor

    DECISIONKEY_FIELD_NUMBER: ClassVar[int]
    DECISIONID_FIELD_NUMBER: ClassVar[int]
    DECISIONNAME_FIELD_NUMBER: ClassVar[int]
    DECISIONVERSION_FIELD_NUMBER: ClassVar[int]
    DECISIONREQUIREMENTSID_FIELD_NUMBER: ClassVar[int]
    DECISIONREQUIREMENTSKEY_FIELD_NUMBER: ClassVar[int]
    DECISIONOUTPUT_FIELD_NUMBER: ClassVar[int]
    EVALUATEDDECISIONS_FIELD_NUMBER: ClassVar[int]
    FAILEDDECISIONID_FIELD_NUMBER: ClassVar[int]
    FAILUREMESSAGE_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]
    DECISIONINSTANCEKEY_FIELD_NUMBER: ClassVar[int]
    DECISIONEVALUATIONKEY_FIELD_NUMBER: ClassVar[int]

    decisionKey: int
    """Key of the deployed version that was evaluated."""

    decisionId: str
    """Id of the decision in the DMN model."""

    decisionName: str

    decisionVersion: int
    """Deployed version that was evaluated."""

    decisionRequirementsId: str
    """Id, in the DMN model, of the decision requirements graph that holds the decision."""

    decisionRequirementsKey: int
    """Key of that graph's deployed version."""

    decisionOutput: str
    """The outcome as JSON."""

    @property
    def evaluatedDecisions(self) -> RepeatedCompositeFieldContainer[EvaluatedDecision]:
        """Each decision that was evaluated on the way, required ones included."""

    failedDecisionId: str
    """Id of the decision that failed; empty if none did."""

    failureMessage: str
    """Why it failed; empty if none did."""

    tenantId: str
    """Tenant that owns the decision; "<default>" or empty where multi-tenancy is off."""

    decisionInstanceKey: int
    """Older name for decisionEvaluationKey, which newer gateways want read instead."""

    decisionEvaluationKey: int
    """Key of this one evaluation."""

    def __init__(
        self,
        *,
        decisionKey: int | None = ...,
        decisionId: str | None = ...,
        decisionName: str | None = ...,
        decisionVersion: int | None = ...,
        decisionRequirementsId: str | None = ...,
        decisionRequirementsKey: int | None = ...,
        decisionOutput: str | None = ...,
        evaluatedDecisions: Iterable[EvaluatedDecision | Mapping[str, Any]] | None = ...,
        failedDecisionId: str | None = ...,
        failureMessage: str | None = ...,
        tenantId: str | None = ...,
        decisionInstanceKey: int | None = ...,
        decisionEvaluationKey: int | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "decisionKey",
        "decisionId",
        "decisionName",
        "decisionVersion",
        "decisionRequirementsId",
        "decisionRequirementsKey",
        "decisionOutput",
        "evaluatedDecisions",
        "failedDecisionId",
        "failureMessage",
        "tenantId",
        "decisionInstanceKey",
        "decisionEvaluationKey",
    ]) -> None: ...

@final
class EvaluatedDecision(Message):
    """One decision out of an evaluation, with what went in and which rules matched."""

    DESCRIPTOR: Descriptor

    DECISIONKEY_FIELD_NUMBER: ClassVar[int]
    DECISIONID_FIELD_NUMBER: ClassVar[int]
    DECISIONNAME_FIELD_NUMBER: ClassVar[int]
    DECISIONVERSION_FIELD_NUMBER: ClassVar[int]
    DECISIONTYPE_FIELD_NUMBER: ClassVar[int]
    DECISIONOUTPUT_FIELD_NUMBER: ClassVar[int]
    MATCHEDRULES_FIELD_NUMBER: ClassVar[int]
    EVALUATEDINPUTS_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]
    DECISIONEVALUATIONINSTANCEKEY_FIELD_NUMBER: ClassVar[int]

    decisionKey: int
    """Key of the deployed version that was evaluated."""

    decisionId: str
    """Id of the decision in the DMN model."""

    decisionName: str

    decisionVersion: int
    """Deployed version that was evaluated."""

    decisionType: str
    """Kind of decision logic, for example a decision table."""

    decisionOutput: str
    """The outcome as JSON."""

    @property
    def matchedRules(self) -> RepeatedCompositeFieldContainer[MatchedDecisionRule]:
        """Rules of the decision table that applied."""

    @property
    def evaluatedInputs(self) -> RepeatedCompositeFieldContainer[EvaluatedDecisionInput]: ...

    tenantId: str
    """Tenant that owns the decision; "<default>" or empty where multi-tenancy is off."""

    decisionEvaluationInstanceKey: str
    """Key of this decision's part in the evaluation."""

    def __init__(
        self,
        *,
        decisionKey: int | None = ...,
        decisionId: str | None = ...,
        decisionName: str | None = ...,
        decisionVersion: int | None = ...,
        decisionType: str | None = ...,
        decisionOutput: str | None = ...,
        matchedRules: Iterable[MatchedDecisionRule | Mapping[str, Any]] | None = ...,
        evaluatedInputs: Iterable[EvaluatedDecisionInput | Mapping[str, Any]] | None = ...,
        tenantId: str | None = ...,
        decisionEvaluationInstanceKey: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "decisionKey",
        "decisionId",
        "decisionName",
        "decisionVersion",
        "decisionType",
        "decisionOutput",
        "matchedRules",
        "evaluatedInputs",
        "tenantId",
        "decisionEvaluationInstanceKey",
    ]) -> None: ...

@final
class EvaluatedDecisionInput(Message):
    """One input column of a decision table and the value it had."""

    DESCRIPTOR: Descriptor

    INPUTID_FIELD_NUMBER: ClassVar[int]
    INPUTNAME_FIELD_NUMBER: ClassVar[int]
    INPUTVALUE_FIELD_NUMBER: ClassVar[int]

    inputId: str
    """Id of the input in the DMN model."""

    inputName: str

    inputValue: str
    """The value as JSON."""

    def __init__(
        self,
        *,
        inputId: str | None = ...,
        inputName: str | None = ...,
        inputValue: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["inputId", "inputName", "inputValue"]) -> None: ...

@final
class EvaluatedDecisionOutput(Message):
    """One output column of a decision table and the value it gave."""

    DESCRIPTOR: Descriptor

    OUTPUTID_FIELD_NUMBER: ClassVar[int]
    OUTPUTNAME_FIELD_NUMBER: ClassVar[int]
    OUTPUTVALUE_FIELD_NUMBER: ClassVar[int]

    outputId: str
    """Id of the output in the DMN model."""

    outputName: str

    outputValue: str
    """The value as JSON."""

    def __init__(
        self,
        *,
        outputId: str | None = ...,
        outputName: str | None = ...,
        outputValue: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "outputId",
        "outputName",
        "outputValue",
    ]) -> None: ...

@final
class MatchedDecisionRule(Message):
    """A rule of a decision table that applied, with what it gave."""

    DESCRIPTOR: Descriptor

    RULEID_FIELD_NUMBER: ClassVar[int]
    RULEINDEX_FIELD_NUMBER: ClassVar[int]
    EVALUATEDOUTPUTS_FIELD_NUMBER: ClassVar[int]

    ruleId: str
    """Id of the rule in the DMN model."""

    ruleIndex: int
    """Position of the rule in its table."""

    @property
    def evaluatedOutputs(self) -> RepeatedCompositeFieldContainer[EvaluatedDecisionOutput]: ...

    def __init__(
        self,
        *,
        ruleId: str | None = ...,
        ruleIndex: int | None = ...,
        evaluatedOutputs: Iterable[EvaluatedDecisionOutput | Mapping[str, Any]] | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "ruleId",
        "ruleIndex",
        "evaluatedOutputs",
    ]) -> None: ...

@final
class DeployProcessRequest(Message):
    """Processes to deploy together; DeployResourceRequest has taken its place."""

    DESCRIPTOR: Descriptor

    PROCESSES_FIELD_NUMBER: ClassVar[int]

    @property
    def processes(self) -> RepeatedCompositeFieldContainer[ProcessRequestObject]: ...

    def __init__(
        self,
        *,
        processes: Iterable[ProcessRequestObject | Mapping[str, Any]] | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["processes"]) -> None: ...

@final
class ProcessRequestObject(Message):
    """One BPMN file to deploy; Resource has taken its place."""

    DESCRIPTOR: Descriptor

    NAME_FIELD_NUMBER: ClassVar[int]
    DEFINITION_FIELD_NUMBER: ClassVar[int]

    name: str
    """File name, for example order.bpmn."""

    definition: bytes
    """The BPMN XML, in UTF-8."""

    def __init__(
        self,
        *,
        name: str | None = ...,
        definition: bytes | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["name", "definition"]) -> None: ...

@final
class DeployProcessResponse(Message):
    """Processes that were deployed; DeployResourceResponse has taken its place."""

    DESCRIPTOR: Descriptor

    KEY_FIELD_NUMBER: ClassVar[int]
    PROCESSES_FIELD_NUMBER: ClassVar[int]

    key: int
    """Key of the deployment as a whole."""

    @property
    def processes(self) -> RepeatedCompositeFieldContainer[ProcessMetadata]: ...

    def __init__(
        self,
        *,
        key: int | None = ...,
        processes: Iterable[ProcessMetadata | Mapping[str, Any]] | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["key", "processes"]) -> None: ...

@final
class DeployResourceRequest(Message):
    """BPMN, DMN and form files to deploy together: all of them or none."""

    DESCRIPTOR: Descriptor

    RESOURCES_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]

    @property
    def resources(self) -> RepeatedCompositeFieldContainer[Resource]: ...

    tenantId: str
    """Tenant that is to own them; "<default>" or empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        resources: Iterable[Resource | Mapping[str, Any]] | None = ...,
        tenantId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["resources", "tenantId"]) -> None: ...

@final
class Resource(Message):
    """One file to deploy."""

    DESCRIPTOR: Descriptor

    NAME_FIELD_NUMBER: ClassVar[int]
    CONTENT_FIELD_NUMBER: ClassVar[int]

    name: str
    """File name; its ending tells the kind, for example order.bpmn, discount.dmn or claim.form."""

    content: bytes
    """The file as it is, in UTF-8."""

    def __init__(
        self,
        *,
        name: str | None = ...,
        content: bytes | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["name", "content"]) -> None: ...

@final
class DeployResourceResponse(Message):
    """What was deployed."""

    DESCRIPTOR: Descriptor

    KEY_FIELD_NUMBER: ClassVar[int]
    DEPLOYMENTS_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]

    key: int
    """Key of the deployment as a whole."""

    @property
    def deployments(self) -> RepeatedCompositeFieldContainer[Deployment]:
        """One entry for each process, decision, decision requirements graph and form that the files
        held.
        """

    tenantId: str
    """Tenant that owns them; "<default>" or empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        key: int | None = ...,
        deployments: Iterable[Deployment | Mapping[str, Any]] | None = ...,
        tenantId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["key", "deployments", "tenantId"]) -> None: ...

@final
class Deployment(Message):
    """One thing that was deployed; exactly one field is set."""

    DESCRIPTOR: Descriptor

    PROCESS_FIELD_NUMBER: ClassVar[int]
    DECISION_FIELD_NUMBER: ClassVar[int]
    DECISIONREQUIREMENTS_FIELD_NUMBER: ClassVar[int]
    FORM_FIELD_NUMBER: ClassVar[int]

    @property
    def process(self) -> ProcessMetadata: ...

    @property
    def decision(self) -> DecisionMetadata: ...

    @property
    def decisionRequirements(self) -> DecisionRequirementsMetadata: ...

    @property
    def form(self) -> FormMetadata: ...

    def __init__(
        self,
        *,
        process: ProcessMetadata | Mapping[str, Any] | None = ...,
        decision: DecisionMetadata | Mapping[str, Any] | None = ...,
        decisionRequirements: DecisionRequirementsMetadata | Mapping[str, Any] | None = ...,
        form: FormMetadata | Mapping[str, Any] | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal[
        "process",
        "decision",
        "decisionRequirements",
        "form",
        "Metadata",
    ]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "process",
        "decision",
        "decisionRequirements",
        "form",
        "Metadata",
    ]) -> None: ...
    def WhichOneof(self, oneof_group: Literal["Metadata"]) -> Literal[
        "process",
        "decision",
        "decisionRequirements",
        "form",
    ] | None: ...

@final
class ProcessMetadata(Message):
    """A deployed version of a process."""

    DESCRIPTOR: Descriptor

    BPMNPROCESSID_FIELD_NUMBER: ClassVar[int]
    VERSION_FIELD_NUMBER: ClassVar[int]
    PROCESSDEFINITIONKEY_FIELD_NUMBER: ClassVar[int]
    RESOURCENAME_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]

    bpmnProcessId: str
    """Id of the process in the BPMN model."""

    version: int
    """Counts up from 1 with each changed deployment of the same id."""

    processDefinitionKey: int
    """Unique key of this version."""

    resourceName: str
    """Name of the file that it came from."""

    tenantId: str
    """Tenant that owns it; "<default>" or empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        bpmnProcessId: str | None = ...,
        version: int | None = ...,
        processDefinitionKey: int | None = ...,
        resourceName: str | None = ...,
        tenantId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "bpmnProcessId",
        "version",
        "processDefinitionKey",
        "resourceName",
        "tenantId",
    ]) -> None: ...

@final
class DecisionMetadata(Message):
    """A deployed version of a decision."""

    DESCRIPTOR: Descriptor

    DMNDECISIONID_FIELD_NUMBER: ClassVar[int]
    DMNDECISIONNAME_FIELD_NUMBER: ClassVar[int]
    VERSION_FIELD_NUMBER: ClassVar[int]
    DECISIONKEY_FIELD_NUMBER: ClassVar[int]
    DMNDECISIONREQUIREMENTSID_FIELD_NUMBER: ClassVar[int]
    DECISIONREQUIREMENTSKEY_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]

    dmnDecisionId: str
    """Id of the decision in the DMN model."""

    dmnDecisionName: str

    version: int
    """Counts up from 1 with each changed deployment of the same id."""

    decisionKey: int
    """Unique key of this version."""

    dmnDecisionRequirementsId: str
    """Id, in the DMN model, of the decision requirements graph that holds it."""

    decisionRequirementsKey: int
    """Key of that graph's deployed version."""

    tenantId: str
    """Tenant that owns it; "<default>" or empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        dmnDecisionId: str | None = ...,
        dmnDecisionName: str | None = ...,
        version: int | None = ...,
        decisionKey: int | None = ...,
        dmnDecisionRequirementsId: str | None = ...,
        decisionRequirementsKey: int | None = ...,
        tenantId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "dmnDecisionId",
        "dmnDecisionName",
        "version",
        "decisionKey",
        "dmnDecisionRequirementsId",
        "decisionRequirementsKey",
        "tenantId",
    ]) -> None: ...

@final
class DecisionRequirementsMetadata(Message):
    """A deployed version of a decision requirements graph."""

    DESCRIPTOR: Descriptor

    DMNDECISIONREQUIREMENTSID_FIELD_NUMBER: ClassVar[int]
    DMNDECISIONREQUIREMENTSNAME_FIELD_NUMBER: ClassVar[int]
    VERSION_FIELD_NUMBER: ClassVar[int]
    DECISIONREQUIREMENTSKEY_FIELD_NUMBER: ClassVar[int]
    RESOURCENAME_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]

    dmnDecisionRequirementsId: str
    """Id of the graph in the DMN model."""

    dmnDecisionRequirementsName: str

    version: int
    """Counts up from 1 with each changed deployment of the same id."""

    decisionRequirementsKey: int
    """Unique key of this version."""

    resourceName: str
    """Name of the file that it came from."""

    tenantId: str
    """Tenant that owns it; "<default>" or empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        dmnDecisionRequirementsId: str | None = ...,
        dmnDecisionRequirementsName: str | None = ...,
        version: int | None = ...,
        decisionRequirementsKey: int | None = ...,
        resourceName: str | None = ...,
        tenantId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "dmnDecisionRequirementsId",
        "dmnDecisionRequirementsName",
        "version",
        "decisionRequirementsKey",
        "resourceName",
        "tenantId",
    ]) -> None: ...

@final
class FormMetadata(Message):
    """A deployed version of a form."""

    DESCRIPTOR: Descriptor

    FORMID_FIELD_NUMBER: ClassVar[int]
    VERSION_FIELD_NUMBER: ClassVar[int]
    FORMKEY_FIELD_NUMBER: ClassVar[int]
    RESOURCENAME_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]

    formId: str
    """Id of the form in its file."""

    version: int
    """Counts up from 1 with each changed deployment of the same id."""

    formKey: int
    """Unique key of this version."""

    resourceName: str
    """Name of the file that it came from."""

    tenantId: str
    """Tenant that owns it; "<default>" or empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        formId: str | None = ...,
        version: int | None = ...,
        formKey: int | None = ...,
        resourceName: str | None = ...,
        tenantId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "formId",
        "version",
        "formKey",
        "resourceName",
        "tenantId",
    ]) -> None: ...

@final
class FailJobRequest(Message):
    """Reports that a try at a job failed for a technical reason."""

    DESCRIPTOR: Descriptor

    JOBKEY_FIELD_NUMBER: ClassVar[int]
    RETRIES_FIELD_NUMBER: ClassVar[int]
    ERRORMESSAGE_FIELD_NUMBER: ClassVar[int]
    RETRYBACKOFF_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]

    jobKey: int
    """Key of the job, as ActivatedJob.key gave it."""

    retries: int
    """Tries that are left from now on; 0 raises an incident."""

    errorMessage: str
    """Why it failed, for whoever looks at the incident."""

    retryBackOff: int
    """Milliseconds until the next try; 0 makes the job available at once."""

    variables: str
    """Variables to set on the element's own scope, as a JSON object."""

    def __init__(
        self,
        *,
        jobKey: int | None = ...,
        retries: int | None = ...,
        errorMessage: str | None = ...,
        retryBackOff: int | None = ...,
        variables: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "jobKey",
        "retries",
        "errorMessage",
        "retryBackOff",
        "variables",
    ]) -> None: ...

@final
class FailJobResponse(Message):
    """Says that the failure was taken down; it carries nothing."""

    DESCRIPTOR: Descriptor

    def __init__(self) -> None: ...

@final
class ThrowErrorRequest(Message):
    """Reports that a job met an error of the business, which the process handles itself."""

    DESCRIPTOR: Descriptor

    JOBKEY_FIELD_NUMBER: ClassVar[int]
    ERRORCODE_FIELD_NUMBER: ClassVar[int]
    ERRORMESSAGE_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]

    jobKey: int
    """Key of the job, as ActivatedJob.key gave it."""

    errorCode: str
    """Code by which an error event in the model catches it."""

    errorMessage: str
    """More about the error, for people."""

    variables: str
    """Variables to set on the scope of the event that catches it, as a JSON object."""

    def __init__(
        self,
        *,
        jobKey: int | None = ...,
        errorCode: str | None = ...,
        errorMessage: str | None = ...,
        variables: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "jobKey",
        "errorCode",
        "errorMessage",
        "variables",
    ]) -> None: ...

@final
class ThrowErrorResponse(Message):
    """Says that the error was thrown; it carries nothing."""

    DESCRIPTOR: Descriptor

    def __init__(self) -> None: ...

@final
class PublishMessageRequest(Message):
    """A message for whichever process instance waits for it, or starts by it."""

    DESCRIPTOR: Descriptor

    NAME_FIELD_NUMBER: ClassVar[int]
    CORRELATIONKEY_FIELD_NUMBER: ClassVar[int]
    TIMETOLIVE_FIELD_NUMBER: ClassVar[int]
    MESSAGEID_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]

    name: str
    """Message name as the BPMN model has it."""

    correlationKey: str
    """Value that picks the waiting instance; an empty one reaches message start events alone."""

    timeToLive: int
    """Milliseconds that the cluster keeps the message for a receiver to come; 0 keeps it not at
    all.
    """

    messageId: str
    """Keeps a second message of the same id out while the first one lives; empty turns that off."""

    variables: str
    """Variables for the receiver, as a JSON object."""

    tenantId: str
    """Tenant that the message is for; "<default>" or empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        name: str | None = ...,
        correlationKey: str | None = ...,
        timeToLive: int | None = ...,
        messageId: str | None = ...,
        variables: str | None = ...,
        tenantId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "name",
        "correlationKey",
        "timeToLive",
        "messageId",
        "variables",
        "tenantId",
    ]) -> None: ...

@final
class PublishMessageResponse(Message):
    """The message as the cluster took it."""

    DESCRIPTOR: Descriptor

    KEY_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]

    key: int
    """Unique key of the message."""

    tenantId: str
    """Tenant that the message is for; "<default>" or empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        key: int | None = ...,
        tenantId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["key", "tenantId"]) -> None: ...

@final
class ResolveIncidentRequest(Message):
    """Names the incident whose cause has been removed."""

    DESCRIPTOR: Descriptor

    INCIDENTKEY_FIELD_NUMBER: ClassVar[int]
    OPERATIONREFERENCE_FIELD_NUMBER: ClassVar[int]

    incidentKey: int

    operationReference: int
    """Number of the caller's choice; the cluster writes it into every record that this command
    causes.
    """

    def __init__(
        self,
        *,
        incidentKey: int | None = ...,
        operationReference: int | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["operationReference"]) -> bool: ...
    def ClearField(self, field_name: Literal["incidentKey", "operationReference"]) -> None: ...

@final
class ResolveIncidentResponse(Message):
    """Says that the incident was resolved; it carries nothing."""

    DESCRIPTOR: Descriptor

    def __init__(self) -> None: ...

@final
class TopologyRequest(Message):
    """Asks for the cluster as the gateway sees it; it carries nothing."""

    DESCRIPTOR: Descriptor

    def __init__(self) -> None: ...

@final
class TopologyResponse(Message):
    """The cluster as the gateway sees it now."""

    DESCRIPTOR: Descriptor

    BROKERS_FIELD_NUMBER: ClassVar[int]
    CLUSTERSIZE_FIELD_NUMBER: ClassVar[int]
    PARTITIONSCOUNT_FIELD_NUMBER: ClassVar[int]
    REPLICATIONFACTOR_FIELD_NUMBER: ClassVar[int]
    GATEWAYVERSION_FIELD_NUMBER: ClassVar[int]
    CLUSTERID_FIELD_NUMBER: ClassVar[int]

    @property
    def brokers(self) -> RepeatedCompositeFieldContainer[BrokerInfo]: ...

    clusterSize: int
    """How many brokers the cluster is configured for."""

    partitionsCount: int

    replicationFactor: int
    """How many brokers hold a copy of each partition."""

    gatewayVersion: str

    clusterId: str
    """Id of the cluster; empty on gateways that don't tell it."""

    def __init__(
        self,
        *,
        brokers: Iterable[BrokerInfo | Mapping[str, Any]] | None = ...,
        clusterSize: int | None = ...,
        partitionsCount: int | None = ...,
        replicationFactor: int | None = ...,
        gatewayVersion: str | None = ...,
        clusterId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "brokers",
        "clusterSize",
        "partitionsCount",
        "replicationFactor",
        "gatewayVersion",
        "clusterId",
    ]) -> None: ...

@final
class BrokerInfo(Message):
    """One broker and its share of the partitions."""

    DESCRIPTOR: Descriptor

    NODEID_FIELD_NUMBER: ClassVar[int]
    HOST_FIELD_NUMBER: ClassVar[int]
    PORT_FIELD_NUMBER: ClassVar[int]
    PARTITIONS_FIELD_NUMBER: ClassVar[int]
    VERSION_FIELD_NUMBER: ClassVar[int]

    nodeId: int
    """Number of the broker, unique within the cluster and counted from 0."""

    host: str
    """Where the gateway reaches the broker; clients go by the gateway."""

    port: int

    @property
    def partitions(self) -> RepeatedCompositeFieldContainer[Partition]:
        """The partitions that it leads or follows."""

    version: str
    """Version of the broker's software."""

    def __init__(
        self,
        *,
        nodeId: int | None = ...,
        host: str | None = ...,
        port: int | None = ...,
        partitions: Iterable[Partition | Mapping[str, Any]] | None = ...,
        version: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "nodeId",
        "host",
        "port",
        "partitions",
        "version",
    ]) -> None: ...

@final
class Partition(Message):
    """What one broker is to one partition."""

    DESCRIPTOR: Descriptor

    class _PartitionBrokerRole:
        ValueType = NewType("ValueType", int)

    class _PartitionBrokerRoleWrapper(_EnumTypeWrapper[_PartitionBrokerRole.ValueType]):
        LEADER: Partition.PartitionBrokerRole.ValueType
        FOLLOWER: Partition.PartitionBrokerRole.ValueType
        INACTIVE: Partition.PartitionBrokerRole.ValueType

    class PartitionBrokerRole(_PartitionBrokerRole, metaclass=_PartitionBrokerRoleWrapper):
        """Part that the broker plays in the partition's Raft group."""

    LEADER: ClassVar[Partition.PartitionBrokerRole.ValueType]
    FOLLOWER: ClassVar[Partition.PartitionBrokerRole.ValueType]
    INACTIVE: ClassVar[Partition.PartitionBrokerRole.ValueType]

    class _PartitionBrokerHealth:
        ValueType = NewType("ValueType", int)

    class _PartitionBrokerHealthWrapper(_EnumTypeWrapper[_PartitionBrokerHealth.ValueType]):
        HEALTHY: Partition.PartitionBrokerHealth.ValueType
        UNHEALTHY: Partition.PartitionBrokerHealth.ValueType
        DEAD: Partition.PartitionBrokerHealth.ValueType

    class PartitionBrokerHealth(_PartitionBrokerHealth, metaclass=_PartitionBrokerHealthWrapper):
        """How the broker's copy of the partition is."""

    HEALTHY: ClassVar[Partition.PartitionBrokerHealth.ValueType]
    UNHEALTHY: ClassVar[Partition.PartitionBrokerHealth.ValueType]
    DEAD: ClassVar[Partition.PartitionBrokerHealth.ValueType]

    PARTITIONID_FIELD_NUMBER: ClassVar[int]
    ROLE_FIELD_NUMBER: ClassVar[int]
    HEALTH_FIELD_NUMBER: ClassVar[int]

    partitionId: int
    """Number of the partition, counted from 1."""

    role: Partition.PartitionBrokerRole.ValueType

    health: Partition.PartitionBrokerHealth.ValueType

    def __init__(
        self,
        *,
        partitionId: int | None = ...,
        role: Partition.PartitionBrokerRole.ValueType | str | None = ...,
        health: Partition.PartitionBrokerHealth.ValueType | str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["partitionId", "role", "health"]) -> None: ...

@final
class UpdateJobRetriesRequest(Message):
    """Gives a job a new number of tries, mostly before its incident is resolved."""

    DESCRIPTOR: Descriptor

    JOBKEY_FIELD_NUMBER: ClassVar[int]
    RETRIES_FIELD_NUMBER: ClassVar[int]
    OPERATIONREFERENCE_FIELD_NUMBER: ClassVar[int]

    jobKey: int
    """Key of the job, as ActivatedJob.key gave it."""

    retries: int
    """Tries that are left from now on, at least 1."""

    operationReference: int
    """Number of the caller's choice; the cluster writes it into every record that this command
    causes.
    """

    def __init__(
        self,
        *,
        jobKey: int | None = ...,
        retries: int | None = ...,
        operationReference: int | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["operationReference"]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "jobKey",
        "retries",
        "operationReference",
    ]) -> None: ...

@final
class UpdateJobRetriesResponse(Message):
    """Says that the number of tries was changed; it carries nothing."""

    DESCRIPTOR: Descriptor

    def __init__(self) -> None: ...

@final
class UpdateJobTimeoutRequest(Message):
    """Gives the worker of an activated job more time, or less."""

    DESCRIPTOR: Descriptor

    JOBKEY_FIELD_NUMBER: ClassVar[int]
    TIMEOUT_FIELD_NUMBER: ClassVar[int]
    OPERATIONREFERENCE_FIELD_NUMBER: ClassVar[int]

    jobKey: int
    """Key of the job, as ActivatedJob.key gave it."""

    timeout: int
    """Milliseconds from now until another worker may get the job."""

    operationReference: int
    """Number of the caller's choice; the cluster writes it into every record that this command
    causes.
    """

    def __init__(
        self,
        *,
        jobKey: int | None = ...,
        timeout: int | None = ...,
        operationReference: int | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["operationReference"]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "jobKey",
        "timeout",
        "operationReference",
    ]) -> None: ...

@final
class UpdateJobTimeoutResponse(Message):
    """Says that the job's deadline was moved; it carries nothing."""

    DESCRIPTOR: Descriptor

    def __init__(self) -> None: ...

@final
class SetVariablesRequest(Message):
    """Sets variables in a running process instance."""

    DESCRIPTOR: Descriptor

    ELEMENTINSTANCEKEY_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]
    LOCAL_FIELD_NUMBER: ClassVar[int]
    OPERATIONREFERENCE_FIELD_NUMBER: ClassVar[int]

    elementInstanceKey: int
    """Scope to begin at: key of the process instance or of one of its element instances."""

    variables: str
    """The variables, as a JSON object."""

    local: bool
    """True sets them on exactly this scope; false changes each where it exists already, further out
    if need be, and creates new ones on the outermost scope.
    """

    operationReference: int
    """Number of the caller's choice; the cluster writes it into every record that this command
    causes.
    """

    def __init__(
        self,
        *,
        elementInstanceKey: int | None = ...,
        variables: str | None = ...,
        local: bool | None = ...,
        operationReference: int | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["operationReference"]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "elementInstanceKey",
        "variables",
        "local",
        "operationReference",
    ]) -> None: ...

@final
class SetVariablesResponse(Message):
    """Says that the variables were set."""

    DESCRIPTOR: Descriptor

    KEY_FIELD_NUMBER: ClassVar[int]

    key: int
    """Key of this command."""

    def __init__(
        self,
        *,
        key: int | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["key"]) -> None: ...

@final
class ModifyProcessInstanceRequest(Message):
    """Moves a running process instance by hand: elements to begin and element instances to end, all
    of it or nothing.
    """

    DESCRIPTOR: Descriptor

    @final
    class ActivateInstruction(Message):
        """Begins one element."""

        DESCRIPTOR: Descriptor

        ELEMENTID_FIELD_NUMBER: ClassVar[int]
        ANCESTORELEMENTINSTANCEKEY_FIELD_NUMBER: ClassVar[int]
        VARIABLEINSTRUCTIONS_FIELD_NUMBER: ClassVar[int]

        elementId: str
        """Id of the element in the BPMN model."""

        ancestorElementInstanceKey: int
        """Key of the element instance to begin it inside of; -1 lets the cluster find the scope."""

        @property
        def variableInstructions(self) -> RepeatedCompositeFieldContainer[ModifyProcessInstanceRequest.VariableInstruction]:
            """Variables to set before it begins."""

        def __init__(
            self,
            *,
            elementId: str | None = ...,
            ancestorElementInstanceKey: int | None = ...,
            variableInstructions: Iterable[ModifyProcessInstanceRequest.VariableInstruction | Mapping[str, Any]] | None = ...,
        ) -> None: ...
        def ClearField(self, field_name: Literal[
            "elementId",
            "ancestorElementInstanceKey",
            "variableInstructions",
        ]) -> None: ...

    @final
    class VariableInstruction(Message):
        """Sets variables on one scope."""

        DESCRIPTOR: Descriptor

        VARIABLES_FIELD_NUMBER: ClassVar[int]
        SCOPEID_FIELD_NUMBER: ClassVar[int]

        variables: str
        """The variables, as a JSON object."""

        scopeId: str
        """Id, in the BPMN model, of the element whose scope gets them; empty for the whole process
        instance.
        """

        def __init__(
            self,
            *,
            variables: str | None = ...,
            scopeId: str | None = ...,
        ) -> None: ...
        def ClearField(self, field_name: Literal["variables", "scopeId"]) -> None: ...

    @final
    class TerminateInstruction(Message):
        """Ends one running element instance."""

        DESCRIPTOR: Descriptor

        ELEMENTINSTANCEKEY_FIELD_NUMBER: ClassVar[int]

        elementInstanceKey: int

        def __init__(
            self,
            *,
            elementInstanceKey: int | None = ...,
        ) -> None: ...
        def ClearField(self, field_name: Literal["elementInstanceKey"]) -> None: ...

    PROCESSINSTANCEKEY_FIELD_NUMBER: ClassVar[int]
    ACTIVATEINSTRUCTIONS_FIELD_NUMBER: ClassVar[int]
    TERMINATEINSTRUCTIONS_FIELD_NUMBER: ClassVar[int]
    OPERATIONREFERENCE_FIELD_NUMBER: ClassVar[int]

    processInstanceKey: int

    @property
    def activateInstructions(self) -> RepeatedCompositeFieldContainer[ModifyProcessInstanceRequest.ActivateInstruction]: ...

    @property
    def terminateInstructions(self) -> RepeatedCompositeFieldContainer[ModifyProcessInstanceRequest.TerminateInstruction]: ...

    operationReference: int
    """Number of the caller's choice; the cluster writes it into every record that this command
    causes.
    """

    def __init__(
        self,
        *,
        processInstanceKey: int | None = ...,
        activateInstructions: Iterable[ModifyProcessInstanceRequest.ActivateInstruction | Mapping[str, Any]] | None = ...,
        terminateInstructions: Iterable[ModifyProcessInstanceRequest.TerminateInstruction | Mapping[str, Any]] | None = ...,
        operationReference: int | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["operationReference"]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "processInstanceKey",
        "activateInstructions",
        "terminateInstructions",
        "operationReference",
    ]) -> None: ...

@final
class ModifyProcessInstanceResponse(Message):
    """Says that the process instance was modified; it carries nothing."""

    DESCRIPTOR: Descriptor

    def __init__(self) -> None: ...

@final
class MigrateProcessInstanceRequest(Message):
    """Moves a running process instance over to another process definition."""

    DESCRIPTOR: Descriptor

    @final
    class MigrationPlan(Message):
        """Where the process instance goes."""

        DESCRIPTOR: Descriptor

        TARGETPROCESSDEFINITIONKEY_FIELD_NUMBER: ClassVar[int]
        MAPPINGINSTRUCTIONS_FIELD_NUMBER: ClassVar[int]

        targetProcessDefinitionKey: int

        @property
        def mappingInstructions(self) -> RepeatedCompositeFieldContainer[MigrateProcessInstanceRequest.MappingInstruction]:
            """One mapping for each element that is active now."""

        def __init__(
            self,
            *,
            targetProcessDefinitionKey: int | None = ...,
            mappingInstructions: Iterable[MigrateProcessInstanceRequest.MappingInstruction | Mapping[str, Any]] | None = ...,
        ) -> None: ...
        def ClearField(self, field_name: Literal[
            "targetProcessDefinitionKey",
            "mappingInstructions",
        ]) -> None: ...

    @final
    class MappingInstruction(Message):
        """Which element of the new definition takes over from one of the old."""

        DESCRIPTOR: Descriptor

        SOURCEELEMENTID_FIELD_NUMBER: ClassVar[int]
        TARGETELEMENTID_FIELD_NUMBER: ClassVar[int]

        sourceElementId: str
        """Id of the element in the definition that the instance runs on."""

        targetElementId: str
        """Id of the element in the definition that it goes to."""

        def __init__(
            self,
            *,
            sourceElementId: str | None = ...,
            targetElementId: str | None = ...,
        ) -> None: ...
        def ClearField(self, field_name: Literal["sourceElementId", "targetElementId"]) -> None: ...

    PROCESSINSTANCEKEY_FIELD_NUMBER: ClassVar[int]
    MIGRATIONPLAN_FIELD_NUMBER: ClassVar[int]
    OPERATIONREFERENCE_FIELD_NUMBER: ClassVar[int]

    processInstanceKey: int

    @property
    def migrationPlan(self) -> MigrateProcessInstanceRequest.MigrationPlan: ...

    operationReference: int
    """Number of the caller's choice; the cluster writes it into every record that this command
    causes.
    """

    def __init__(
        self,
        *,
        processInstanceKey: int | None = ...,
        migrationPlan: MigrateProcessInstanceRequest.MigrationPlan | Mapping[str, Any] | None = ...,
        operationReference: int | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["migrationPlan", "operationReference"]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "processInstanceKey",
        "migrationPlan",
        "operationReference",
    ]) -> None: ...

@final
class MigrateProcessInstanceResponse(Message):
    """Says that the process instance was migrated; it carries nothing."""

    DESCRIPTOR: Descriptor

    def __init__(self) -> None: ...

@final
class DeleteResourceRequest(Message):
    """Names a deployed resource to delete."""

    DESCRIPTOR: Descriptor

    RESOURCEKEY_FIELD_NUMBER: ClassVar[int]
    OPERATIONREFERENCE_FIELD_NUMBER: ClassVar[int]

    resourceKey: int
    """Key of a process definition, a decision requirements graph or a form."""

    operationReference: int
    """Number of the caller's choice; the cluster writes it into every record that this command
    causes.
    """

    def __init__(
        self,
        *,
        resourceKey: int | None = ...,
        operationReference: int | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["operationReference"]) -> bool: ...
    def ClearField(self, field_name: Literal["resourceKey", "operationReference"]) -> None: ...

@final
class DeleteResourceResponse(Message):
    """Says that the resource was deleted; it carries nothing."""

    DESCRIPTOR: Descriptor

    def __init__(self) -> None: ...

@final
class BroadcastSignalRequest(Message):
    """A signal for every process instance that waits for it, and every process that starts by it.
    """

    DESCRIPTOR: Descriptor

    SIGNALNAME_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]

    signalName: str
    """Signal name as the BPMN model has it."""

    variables: str
    """Variables for the receivers, as a JSON object."""

    tenantId: str
    """Tenant that the signal is for; "<default>" or empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        signalName: str | None = ...,
        variables: str | None = ...,
        tenantId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "signalName",
        "variables",
        "tenantId",
    ]) -> None: ...

@final
class BroadcastSignalResponse(Message):
    """The signal as the cluster took it."""

    DESCRIPTOR: Descriptor

    KEY_FIELD_NUMBER: ClassVar[int]
    TENANTID_FIELD_NUMBER: ClassVar[int]

    key: int
    """Unique key of the signal."""

    tenantId: str
    """Tenant that the signal is for; "<default>" or empty where multi-tenancy is off."""

    def __init__(
        self,
        *,
        key: int | None = ...,
        tenantId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["key", "tenantId"]) -> None: ...

@final
class UserTaskProperties(Message):
    """The user task that a task listener's job is about."""

    DESCRIPTOR: Descriptor

    ACTION_FIELD_NUMBER: ClassVar[int]
    ASSIGNEE_FIELD_NUMBER: ClassVar[int]
    CANDIDATEGROUPS_FIELD_NUMBER: ClassVar[int]
    CANDIDATEUSERS_FIELD_NUMBER: ClassVar[int]
    CHANGEDATTRIBUTES_FIELD_NUMBER: ClassVar[int]
    DUEDATE_FIELD_NUMBER: ClassVar[int]
    FOLLOWUPDATE_FIELD_NUMBER: ClassVar[int]
    FORMKEY_FIELD_NUMBER: ClassVar[int]
    PRIORITY_FIELD_NUMBER: ClassVar[int]
    USERTASKKEY_FIELD_NUMBER: ClassVar[int]

    action: str
    """What a person or program did to the task, for example complete."""

    assignee: str

    @property
    def candidateGroups(self) -> RepeatedScalarFieldContainer[str]: ...

    @property
    def candidateUsers(self) -> RepeatedScalarFieldContainer[str]: ...

    @property
    def changedAttributes(self) -> RepeatedScalarFieldContainer[str]:
        """Names of the attributes that this event changes."""

    dueDate: str
    """Date and time in ISO 8601."""

    followUpDate: str
    """Date and time in ISO 8601."""

    formKey: int
    """Key of the deployed form that the task shows."""

    priority: int
    """From 0, the least, to 100."""

    userTaskKey: int

    def __init__(
        self,
        *,
        action: str | None = ...,
        assignee: str | None = ...,
        candidateGroups: Iterable[str] | None = ...,
        candidateUsers: Iterable[str] | None = ...,
        changedAttributes: Iterable[str] | None = ...,
        dueDate: str | None = ...,
        followUpDate: str | None = ...,
        formKey: int | None = ...,
        priority: int | None = ...,
        userTaskKey: int | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal[
        "action",
        "assignee",
        "dueDate",
        "followUpDate",
        "formKey",
        "priority",
        "userTaskKey",
    ]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "action",
        "assignee",
        "candidateGroups",
        "candidateUsers",
        "changedAttributes",
        "dueDate",
        "followUpDate",
        "formKey",
        "priority",
        "userTaskKey",
    ]) -> None: ...

@final
class JobResult(Message):
    """What a listener or an ad-hoc sub-process decides by completing its job."""

    DESCRIPTOR: Descriptor

    DENIED_FIELD_NUMBER: ClassVar[int]
    CORRECTIONS_FIELD_NUMBER: ClassVar[int]
    DENIEDREASON_FIELD_NUMBER: ClassVar[int]
    TYPE_FIELD_NUMBER: ClassVar[int]
    ACTIVATEELEMENTS_FIELD_NUMBER: ClassVar[int]
    ISCOMPLETIONCONDITIONFULFILLED_FIELD_NUMBER: ClassVar[int]
    ISCANCELREMAININGINSTANCES_FIELD_NUMBER: ClassVar[int]

    denied: bool
    """True refuses the user task's event, which then doesn't happen; left out means false."""

    @property
    def corrections(self) -> JobResultCorrections:
        """Attributes of the user task to change on the way."""

    deniedReason: str
    """Why the event was refused, for people."""

    type: str
    """Whose result it is, userTask or adHocSubProcess; left out means userTask."""

    @property
    def activateElements(self) -> RepeatedCompositeFieldContainer[JobResultActivateElement]:
        """Elements of the ad-hoc sub-process to begin next."""

    isCompletionConditionFulfilled: bool
    """True lets the ad-hoc sub-process complete."""

    isCancelRemainingInstances: bool
    """True cancels what is still running inside of the ad-hoc sub-process when it completes."""

    def __init__(
        self,
        *,
        denied: bool | None = ...,
        corrections: JobResultCorrections | Mapping[str, Any] | None = ...,
        deniedReason: str | None = ...,
        type: str | None = ...,
        activateElements: Iterable[JobResultActivateElement | Mapping[str, Any]] | None = ...,
        isCompletionConditionFulfilled: bool | None = ...,
        isCancelRemainingInstances: bool | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal[
        "denied",
        "corrections",
        "deniedReason",
        "type",
        "isCompletionConditionFulfilled",
        "isCancelRemainingInstances",
    ]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "denied",
        "corrections",
        "deniedReason",
        "type",
        "activateElements",
        "isCompletionConditionFulfilled",
        "isCancelRemainingInstances",
    ]) -> None: ...

@final
class JobResultCorrections(Message):
    """New values for attributes of a user task; what is left out stays as it is."""

    DESCRIPTOR: Descriptor

    ASSIGNEE_FIELD_NUMBER: ClassVar[int]
    DUEDATE_FIELD_NUMBER: ClassVar[int]
    FOLLOWUPDATE_FIELD_NUMBER: ClassVar[int]
    CANDIDATEUSERS_FIELD_NUMBER: ClassVar[int]
    CANDIDATEGROUPS_FIELD_NUMBER: ClassVar[int]
    PRIORITY_FIELD_NUMBER: ClassVar[int]

    assignee: str
    """An empty text takes the assignee away."""

    dueDate: str
    """Date and time in ISO 8601; an empty text takes it away."""

    followUpDate: str
    """Date and time in ISO 8601; an empty text takes it away."""

    @property
    def candidateUsers(self) -> StringList:
        """An empty list takes them away."""

    @property
    def candidateGroups(self) -> StringList:
        """An empty list takes them away."""

    priority: int
    """From 0, the least, to 100."""

    def __init__(
        self,
        *,
        assignee: str | None = ...,
        dueDate: str | None = ...,
        followUpDate: str | None = ...,
        candidateUsers: StringList | Mapping[str, Any] | None = ...,
        candidateGroups: StringList | Mapping[str, Any] | None = ...,
        priority: int | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal[
        "assignee",
        "dueDate",
        "followUpDate",
        "candidateUsers",
        "candidateGroups",
        "priority",
    ]) -> bool: ...
    def ClearField(self, field_name: Literal[
        "assignee",
        "dueDate",
        "followUpDate",
        "candidateUsers",
        "candidateGroups",
        "priority",
    ]) -> None: ...

@final
class JobResultActivateElement(Message):
    """Begins one element of an ad-hoc sub-process."""

    DESCRIPTOR: Descriptor

    ELEMENTID_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]

    elementId: str
    """Id of the element in the BPMN model."""

    variables: str
    """Variables to create on its scope, as a JSON object."""

    def __init__(
        self,
        *,
        elementId: str | None = ...,
        variables: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["elementId", "variables"]) -> None: ...

@final
class StringList(Message):
    """A list of texts that can be empty and still be there, which a repeated field can't."""

    DESCRIPTOR: Descriptor

    VALUES_FIELD_NUMBER: ClassVar[int]

    @property
    def values(self) -> RepeatedScalarFieldContainer[str]: ...

    def __init__(
        self,
        *,
        values: Iterable[str] | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["values"]) -> None: ...

@final
class ProcessInstanceCreationRuntimeInstruction(Message):
    """One thing to do while the new process instance runs."""

    DESCRIPTOR: Descriptor

    TERMINATE_FIELD_NUMBER: ClassVar[int]

    @property
    def terminate(self) -> TerminateProcessInstanceInstruction: ...

    def __init__(
        self,
        *,
        terminate: TerminateProcessInstanceInstruction | Mapping[str, Any] | None = ...,
    ) -> None: ...
    def HasField(self, field_name: Literal["terminate", "instruction"]) -> bool: ...
    def ClearField(self, field_name: Literal["terminate", "instruction"]) -> None: ...
    def WhichOneof(self, oneof_group: Literal["instruction"]) -> Literal[
        "terminate",
    ] | None: ...

@final
class TerminateProcessInstanceInstruction(Message):
    """Terminates the process instance once it has passed one element."""

    DESCRIPTOR: Descriptor

    AFTERELEMENTID_FIELD_NUMBER: ClassVar[int]

    afterElementId: str
    """Id of the element in the BPMN model; its completion or termination is what counts."""

    def __init__(
        self,
        *,
        afterElementId: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["afterElementId"]) -> None: ...

@final
class EvaluateConditionalRequest(Message):
    """Variables to try the conditional start events of processes with."""

    DESCRIPTOR: Descriptor

    TENANTID_FIELD_NUMBER: ClassVar[int]
    PROCESSDEFINITIONKEY_FIELD_NUMBER: ClassVar[int]
    VARIABLES_FIELD_NUMBER: ClassVar[int]

    tenantId: str
    """Tenant that the processes were deployed for; "<default>" or empty where multi-tenancy is off.
    """

    processDefinitionKey: int
    """Key of the only process definition to try; 0 tries every one that has such a start event."""

    variables: str
    """Variables for the conditions and for the instances that start, as a JSON object."""

    def __init__(
        self,
        *,
        tenantId: str | None = ...,
        processDefinitionKey: int | None = ...,
        variables: str | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "tenantId",
        "processDefinitionKey",
        "variables",
    ]) -> None: ...

@final
class ProcessInstanceReference(Message):
    """A process instance that was started, and by which definition."""

    DESCRIPTOR: Descriptor

    PROCESSDEFINITIONKEY_FIELD_NUMBER: ClassVar[int]
    PROCESSINSTANCEKEY_FIELD_NUMBER: ClassVar[int]

    processDefinitionKey: int

    processInstanceKey: int

    def __init__(
        self,
        *,
        processDefinitionKey: int | None = ...,
        processInstanceKey: int | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal[
        "processDefinitionKey",
        "processInstanceKey",
    ]) -> None: ...

@final
class EvaluateConditionalResponse(Message):
    """The process instances that were started; none if no condition held."""

    DESCRIPTOR: Descriptor

    PROCESSINSTANCES_FIELD_NUMBER: ClassVar[int]

    @property
    def processInstances(self) -> RepeatedCompositeFieldContainer[ProcessInstanceReference]: ...

    def __init__(
        self,
        *,
        processInstances: Iterable[ProcessInstanceReference | Mapping[str, Any]] | None = ...,
    ) -> None: ...
    def ClearField(self, field_name: Literal["processInstances"]) -> None: ...

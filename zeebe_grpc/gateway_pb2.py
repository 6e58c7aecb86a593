"""Messages of the Zeebe gateway, made from gateway.proto by `make proto`: edit that instead.

They live in a descriptor pool of their own, because the default pool takes one copy of
`gateway_protocol` alone and other clients bring theirs. Messages of two copies don't nest in each
other. Nothing in here checks versions: any protobuf runtime that reads descriptors builds them.
"""

from google.protobuf import descriptor_pool as _descriptor_pool
from google.protobuf import message as _message
from google.protobuf import reflection as _reflection

DESCRIPTOR = _descriptor_pool.DescriptorPool().AddSerializedFile(
    # file
    b"\x0a\x18zeebe_grpc/gateway.proto\x12\x10gateway_protocol"
    # StreamActivatedJobsRequest
    b"\x22u\x0a\x1aStreamActivatedJobsRequest\x12\x0c\x0a\x04type\x18\x01 \x01(\x09\x12\x0e\x0a"
    b"\x06worker\x18\x02 \x01(\x09\x12\x0f\x0a\x07timeout\x18\x03 \x01(\x03\x12\x15\x0a\x0dfetchVa"
    b"riable\x18\x05 \x03(\x09\x12\x11\x0a\x09tenantIds\x18\x06 \x03(\x09"
    # ActivateJobsRequest
    b"\x22\xa1\x01\x0a\x13ActivateJobsRequest\x12\x0c\x0a\x04type\x18\x01 \x01(\x09\x12\x0e\x0a"
    b"\x06worker\x18\x02 \x01(\x09\x12\x0f\x0a\x07timeout\x18\x03 \x01(\x03\x12\x19\x0a\x11maxJobs"
    b"ToActivate\x18\x04 \x01(\x05\x12\x15\x0a\x0dfetchVariable\x18\x05 \x03(\x09\x12\x16\x0a\x0er"
    b"equestTimeout\x18\x06 \x01(\x03\x12\x11\x0a\x09tenantIds\x18\x07 \x03(\x09"
    # ActivateJobsResponse
    b"\x22D\x0a\x14ActivateJobsResponse\x12,\x0a\x04jobs\x18\x01 \x03(\x0b2\x1e.gateway_protocol.A"
    b"ctivatedJob"
    # ActivatedJob
    b"\x22\xfa\x05\x0a\x0cActivatedJob\x12\x0b\x0a\x03key\x18\x01 \x01(\x03\x12\x0c\x0a\x04type"
    b"\x18\x02 \x01(\x09\x12\x1a\x0a\x12processInstanceKey\x18\x03 \x01(\x03\x12\x15\x0a\x0dbpmnPr"
    b"ocessId\x18\x04 \x01(\x09\x12 \x0a\x18processDefinitionVersion\x18\x05 \x01(\x05\x12\x1c\x0a"
    b"\x14processDefinitionKey\x18\x06 \x01(\x03\x12\x11\x0a\x09elementId\x18\x07 \x01(\x09\x12"
    b"\x1a\x0a\x12elementInstanceKey\x18\x08 \x01(\x03\x12\x15\x0a\x0dcustomHeaders\x18\x09 \x01("
    b"\x09\x12\x0e\x0a\x06worker\x18\x0a \x01(\x09\x12\x0f\x0a\x07retries\x18\x0b \x01(\x05\x12"
    b"\x10\x0a\x08deadline\x18\x0c \x01(\x03\x12\x11\x0a\x09variables\x18\x0d \x01(\x09\x12\x10"
    b"\x0a\x08tenantId\x18\x0e \x01(\x09\x12;\x0a\x08userTask\x18\x0f \x01(\x0b2$.gateway_protocol"
    b".UserTaskPropertiesH\x00\x88\x01\x01\x124\x0a\x04kind\x18\x10 \x01(\x0e2&.gateway_protocol.A"
    b"ctivatedJob.JobKind\x12K\x0a\x11listenerEventType\x18\x11 \x01(\x0e20.gateway_protocol.Activ"
    b"atedJob.ListenerEventType\x12\x0c\x0a\x04tags\x18\x12 \x03(\x09\x22^\x0a\x07JobKind\x12\x10"
    b"\x0a\x0cBPMN_ELEMENT\x10\x00\x12\x16\x0a\x12EXECUTION_LISTENER\x10\x01\x12\x11\x0a\x0dTASK_L"
    b"ISTENER\x10\x02\x12\x16\x0a\x12AD_HOC_SUB_PROCESS\x10\x03\x22\x82\x01\x0a\x11ListenerEventTy"
    b"pe\x12\x0d\x0a\x09ASSIGNING\x10\x00\x12\x0d\x0a\x09CANCELING\x10\x01\x12\x0e\x0a\x0aCOMPLETI"
    b"NG\x10\x02\x12\x0c\x0a\x08CREATING\x10\x03\x12\x07\x0a\x03END\x10\x04\x12\x09\x0a\x05START"
    b"\x10\x05\x12\x0f\x0a\x0bUNSPECIFIED\x10\x06\x12\x0c\x0a\x08UPDATING\x10\x07B\x0b\x0a\x09_use"
    b"rTask"
    # CancelProcessInstanceRequest
    b"\x22r\x0a\x1cCancelProcessInstanceRequest\x12\x1a\x0a\x12processInstanceKey\x18\x01 \x01("
    b"\x03\x12\x1f\x0a\x12operationReference\x18\x02 \x01(\x04H\x00\x88\x01\x01B\x15\x0a\x13_opera"
    b"tionReference"
    # CancelProcessInstanceResponse
    b"\x22\x1f\x0a\x1dCancelProcessInstanceResponse"
    # CompleteJobRequest
    b"\x22t\x0a\x12CompleteJobRequest\x12\x0e\x0a\x06jobKey\x18\x01 \x01(\x03\x12\x11\x0a\x09varia"
    b"bles\x18\x02 \x01(\x09\x120\x0a\x06result\x18\x03 \x01(\x0b2\x1b.gateway_protocol.JobResultH"
    b"\x00\x88\x01\x01B\x09\x0a\x07_result"
    # CompleteJobResponse
    b"\x22\x15\x0a\x13CompleteJobResponse"
    # CreateProcessInstanceRequest
    b"\x22\xff\x02\x0a\x1cCreateProcessInstanceRequest\x12\x1c\x0a\x14processDefinitionKey\x18\x01"
    b" \x01(\x03\x12\x15\x0a\x0dbpmnProcessId\x18\x02 \x01(\x09\x12\x0f\x0a\x07version\x18\x03 "
    b"\x01(\x05\x12\x11\x0a\x09variables\x18\x04 \x01(\x09\x12T\x0a\x11startInstructions\x18\x05 "
    b"\x03(\x0b29.gateway_protocol.ProcessInstanceCreationStartInstruction\x12\x10\x0a\x08tenantId"
    b"\x18\x06 \x01(\x09\x12\x1f\x0a\x12operationReference\x18\x07 \x01(\x04H\x00\x88\x01\x01\x12X"
    b"\x0a\x13runtimeInstructions\x18\x08 \x03(\x0b2;.gateway_protocol.ProcessInstanceCreationRunt"
    b"imeInstruction\x12\x0c\x0a\x04tags\x18\x09 \x03(\x09B\x15\x0a\x13_operationReference"
    # ProcessInstanceCreationStartInstruction
    b"\x22<\x0a'ProcessInstanceCreationStartInstruction\x12\x11\x0a\x09elementId\x18\x01 \x01(\x09"
    # CreateProcessInstanceResponse
    b"\x22\xa1\x01\x0a\x1dCreateProcessInstanceResponse\x12\x1c\x0a\x14processDefinitionKey\x18"
    b"\x01 \x01(\x03\x12\x15\x0a\x0dbpmnProcessId\x18\x02 \x01(\x09\x12\x0f\x0a\x07version\x18\x03"
    b" \x01(\x05\x12\x1a\x0a\x12processInstanceKey\x18\x04 \x01(\x03\x12\x10\x0a\x08tenantId\x18"
    b"\x05 \x01(\x09\x12\x0c\x0a\x04tags\x18\x06 \x03(\x09"
    # CreateProcessInstanceWithResultRequest
    b"\x22\x99\x01\x0a&CreateProcessInstanceWithResultRequest\x12?\x0a\x07request\x18\x01 \x01("
    b"\x0b2..gateway_protocol.CreateProcessInstanceRequest\x12\x16\x0a\x0erequestTimeout\x18\x02 "
    b"\x01(\x03\x12\x16\x0a\x0efetchVariables\x18\x03 \x03(\x09"
    # CreateProcessInstanceWithResultResponse
    b"\x22\xbe\x01\x0a'CreateProcessInstanceWithResultResponse\x12\x1c\x0a\x14processDefinitionKey"
    b"\x18\x01 \x01(\x03\x12\x15\x0a\x0dbpmnProcessId\x18\x02 \x01(\x09\x12\x0f\x0a\x07version\x18"
    b"\x03 \x01(\x05\x12\x1a\x0a\x12processInstanceKey\x18\x04 \x01(\x03\x12\x11\x0a\x09variables"
    b"\x18\x05 \x01(\x09\x12\x10\x0a\x08tenantId\x18\x06 \x01(\x09\x12\x0c\x0a\x04tags\x18\x07 "
    b"\x03(\x09"
    # EvaluateDecisionRequest
    b"\x22g\x0a\x17EvaluateDecisionRequest\x12\x13\x0a\x0bdecisionKey\x18\x01 \x01(\x03\x12\x12"
    b"\x0a\x0adecisionId\x18\x02 \x01(\x09\x12\x11\x0a\x09variables\x18\x03 \x01(\x09\x12\x10\x0a"
    b"\x08tenantId\x18\x04 \x01(\x09"
    # EvaluateDecisionResponse
    b"\x22\x8c\x03\x0a\x18EvaluateDecisionResponse\x12\x13\x0a\x0bdecisionKey\x18\x01 \x01(\x03"
    b"\x12\x12\x0a\x0adecisionId\x18\x02 \x01(\x09\x12\x14\x0a\x0cdecisionName\x18\x03 \x01(\x09"
    b"\x12\x17\x0a\x0fdecisionVersion\x18\x04 \x01(\x05\x12\x1e\x0a\x16decisionRequirementsId\x18"
    b"\x05 \x01(\x09\x12\x1f\x0a\x17decisionRequirementsKey\x18\x06 \x01(\x03\x12\x16\x0a\x0edecis"
    b"ionOutput\x18\x07 \x01(\x09\x12?\x0a\x12evaluatedDecisions\x18\x08 \x03(\x0b2#.gateway_proto"
    b"col.EvaluatedDecision\x12\x18\x0a\x10failedDecisionId\x18\x09 \x01(\x09\x12\x16\x0a\x0efailu"
    b"reMessage\x18\x0a \x01(\x09\x12\x10\x0a\x08tenantId\x18\x0b \x01(\x09\x12\x1b\x0a\x13decisio"
    b"nInstanceKey\x18\x0c \x01(\x03\x12\x1d\x0a\x15decisionEvaluationKey\x18\x0d \x01(\x03"
    # EvaluatedDecision
    b"\x22\xd2\x02\x0a\x11EvaluatedDecision\x12\x13\x0a\x0bdecisionKey\x18\x01 \x01(\x03\x12\x12"
    b"\x0a\x0adecisionId\x18\x02 \x01(\x09\x12\x14\x0a\x0cdecisionName\x18\x03 \x01(\x09\x12\x17"
    b"\x0a\x0fdecisionVersion\x18\x04 \x01(\x05\x12\x14\x0a\x0cdecisionType\x18\x05 \x01(\x09\x12"
    b"\x16\x0a\x0edecisionOutput\x18\x06 \x01(\x09\x12;\x0a\x0cmatchedRules\x18\x07 \x03(\x0b2%.ga"
    b"teway_protocol.MatchedDecisionRule\x12A\x0a\x0fevaluatedInputs\x18\x08 \x03(\x0b2(.gateway_p"
    b"rotocol.EvaluatedDecisionInput\x12\x10\x0a\x08tenantId\x18\x09 \x01(\x09\x12%\x0a\x1ddecisio"
    b"nEvaluationInstanceKey\x18\x0a \x01(\x09"
    # EvaluatedDecisionInput
    b"\x22P\x0a\x16EvaluatedDecisionInput\x12\x0f\x0a\x07inputId\x18\x01 \x01(\x09\x12\x11\x0a\x09"
    b"inputName\x18\x02 \x01(\x09\x12\x12\x0a\x0ainputValue\x18\x03 \x01(\x09"
    # EvaluatedDecisionOutput
    b"\x22T\x0a\x17EvaluatedDecisionOutput\x12\x10\x0a\x08outputId\x18\x01 \x01(\x09\x12\x12\x0a"
    b"\x0aoutputName\x18\x02 \x01(\x09\x12\x13\x0a\x0boutputValue\x18\x03 \x01(\x09"
    # MatchedDecisionRule
    b"\x22}\x0a\x13MatchedDecisionRule\x12\x0e\x0a\x06ruleId\x18\x01 \x01(\x09\x12\x11\x0a\x09rule"
    b"Index\x18\x02 \x01(\x05\x12C\x0a\x10evaluatedOutputs\x18\x03 \x03(\x0b2).gateway_protocol.Ev"
    b"aluatedDecisionOutput"
    # DeployProcessRequest
    b"\x22U\x0a\x14DeployProcessRequest\x129\x0a\x09processes\x18\x01 \x03(\x0b2&.gateway_protocol"
    b".ProcessRequestObject:\x02\x18\x01"
    # ProcessRequestObject
    b"\x22<\x0a\x14ProcessRequestObject\x12\x0c\x0a\x04name\x18\x01 \x01(\x09\x12\x12\x0a\x0adefin"
    b"ition\x18\x02 \x01(\x0c:\x02\x18\x01"
    # DeployProcessResponse
    b"\x22^\x0a\x15DeployProcessResponse\x12\x0b\x0a\x03key\x18\x01 \x01(\x03\x124\x0a\x09processe"
    b"s\x18\x02 \x03(\x0b2!.gateway_protocol.ProcessMetadata:\x02\x18\x01"
    # DeployResourceRequest
    b"\x22X\x0a\x15DeployResourceRequest\x12-\x0a\x09resources\x18\x01 \x03(\x0b2\x1a.gateway_prot"
    b"ocol.Resource\x12\x10\x0a\x08tenantId\x18\x02 \x01(\x09"
    # Resource
    b"\x22)\x0a\x08Resource\x12\x0c\x0a\x04name\x18\x01 \x01(\x09\x12\x0f\x0a\x07content\x18\x02 "
    b"\x01(\x0c"
    # DeployResourceResponse
    b"\x22j\x0a\x16DeployResourceResponse\x12\x0b\x0a\x03key\x18\x01 \x01(\x03\x121\x0a\x0bdeploym"
    b"ents\x18\x02 \x03(\x0b2\x1c.gateway_protocol.Deployment\x12\x10\x0a\x08tenantId\x18\x03 \x01"
    b"(\x09"
    # Deployment
    b"\x22\x86\x02\x0a\x0aDeployment\x124\x0a\x07process\x18\x01 \x01(\x0b2!.gateway_protocol.Proc"
    b"essMetadataH\x00\x126\x0a\x08decision\x18\x02 \x01(\x0b2\x22.gateway_protocol.DecisionMetada"
    b"taH\x00\x12N\x0a\x14decisionRequirements\x18\x03 \x01(\x0b2..gateway_protocol.DecisionRequir"
    b"ementsMetadataH\x00\x12.\x0a\x04form\x18\x04 \x01(\x0b2\x1e.gateway_protocol.FormMetadataH"
    b"\x00B\x0a\x0a\x08Metadata"
    # ProcessMetadata
    b"\x22\x7f\x0a\x0fProcessMetadata\x12\x15\x0a\x0dbpmnProcessId\x18\x01 \x01(\x09\x12\x0f\x0a"
    b"\x07version\x18\x02 \x01(\x05\x12\x1c\x0a\x14processDefinitionKey\x18\x03 \x01(\x03\x12\x14"
    b"\x0a\x0cresourceName\x18\x04 \x01(\x09\x12\x10\x0a\x08tenantId\x18\x05 \x01(\x09"
    # DecisionMetadata
    b"\x22\xbe\x01\x0a\x10DecisionMetadata\x12\x15\x0a\x0ddmnDecisionId\x18\x01 \x01(\x09\x12\x17"
    b"\x0a\x0fdmnDecisionName\x18\x02 \x01(\x09\x12\x0f\x0a\x07version\x18\x03 \x01(\x05\x12\x13"
    b"\x0a\x0bdecisionKey\x18\x04 \x01(\x03\x12!\x0a\x19dmnDecisionRequirementsId\x18\x05 \x01("
    b"\x09\x12\x1f\x0a\x17decisionRequirementsKey\x18\x06 \x01(\x03\x12\x10\x0a\x08tenantId\x18"
    b"\x07 \x01(\x09"
    # DecisionRequirementsMetadata
    b"\x22\xc0\x01\x0a\x1cDecisionRequirementsMetadata\x12!\x0a\x19dmnDecisionRequirementsId\x18"
    b"\x01 \x01(\x09\x12#\x0a\x1bdmnDecisionRequirementsName\x18\x02 \x01(\x09\x12\x0f\x0a\x07vers"
    b"ion\x18\x03 \x01(\x05\x12\x1f\x0a\x17decisionRequirementsKey\x18\x04 \x01(\x03\x12\x14\x0a"
    b"\x0cresourceName\x18\x05 \x01(\x09\x12\x10\x0a\x08tenantId\x18\x06 \x01(\x09"
    # FormMetadata
    b"\x22h\x0a\x0cFormMetadata\x12\x0e\x0a\x06formId\x18\x01 \x01(\x09\x12\x0f\x0a\x07version\x18"
    b"\x02 \x01(\x05\x12\x0f\x0a\x07formKey\x18\x03 \x01(\x03\x12\x14\x0a\x0cresourceName\x18\x04 "
    b"\x01(\x09\x12\x10\x0a\x08tenantId\x18\x05 \x01(\x09"
    # FailJobRequest
    b"\x22p\x0a\x0eFailJobRequest\x12\x0e\x0a\x06jobKey\x18\x01 \x01(\x03\x12\x0f\x0a\x07retries"
    b"\x18\x02 \x01(\x05\x12\x14\x0a\x0cerrorMessage\x18\x03 \x01(\x09\x12\x14\x0a\x0cretryBackOff"
    b"\x18\x04 \x01(\x03\x12\x11\x0a\x09variables\x18\x05 \x01(\x09"
    # FailJobResponse
    b"\x22\x11\x0a\x0fFailJobResponse"
    # ThrowErrorRequest
    b"\x22_\x0a\x11ThrowErrorRequest\x12\x0e\x0a\x06jobKey\x18\x01 \x01(\x03\x12\x11\x0a\x09errorC"
    b"ode\x18\x02 \x01(\x09\x12\x14\x0a\x0cerrorMessage\x18\x03 \x01(\x09\x12\x11\x0a\x09variables"
    b"\x18\x04 \x01(\x09"
    # ThrowErrorResponse
    b"\x22\x14\x0a\x12ThrowErrorResponse"
    # PublishMessageRequest
    b"\x22\x89\x01\x0a\x15PublishMessageRequest\x12\x0c\x0a\x04name\x18\x01 \x01(\x09\x12\x16\x0a"
    b"\x0ecorrelationKey\x18\x02 \x01(\x09\x12\x12\x0a\x0atimeToLive\x18\x03 \x01(\x03\x12\x11\x0a"
    b"\x09messageId\x18\x04 \x01(\x09\x12\x11\x0a\x09variables\x18\x05 \x01(\x09\x12\x10\x0a\x08te"
    b"nantId\x18\x06 \x01(\x09"
    # PublishMessageResponse
    b"\x227\x0a\x16PublishMessageResponse\x12\x0b\x0a\x03key\x18\x01 \x01(\x03\x12\x10\x0a\x08tena"
    b"ntId\x18\x02 \x01(\x09"
    # ResolveIncidentRequest
    b"\x22e\x0a\x16ResolveIncidentRequest\x12\x13\x0a\x0bincidentKey\x18\x01 \x01(\x03\x12\x1f\x0a"
    b"\x12operationReference\x18\x02 \x01(\x04H\x00\x88\x01\x01B\x15\x0a\x13_operationReference"
    # ResolveIncidentResponse
    b"\x22\x19\x0a\x17ResolveIncidentResponse"
    # TopologyRequest
    b"\x22\x11\x0a\x0fTopologyRequest"
    # TopologyResponse
    b"\x22\xb5\x01\x0a\x10TopologyResponse\x12-\x0a\x07brokers\x18\x01 \x03(\x0b2\x1c.gateway_prot"
    b"ocol.BrokerInfo\x12\x13\x0a\x0bclusterSize\x18\x02 \x01(\x05\x12\x17\x0a\x0fpartitionsCount"
    b"\x18\x03 \x01(\x05\x12\x19\x0a\x11replicationFactor\x18\x04 \x01(\x05\x12\x16\x0a\x0egateway"
    b"Version\x18\x05 \x01(\x09\x12\x11\x0a\x09clusterId\x18\x06 \x01(\x09"
    # BrokerInfo
    b"\x22z\x0a\x0aBrokerInfo\x12\x0e\x0a\x06nodeId\x18\x01 \x01(\x05\x12\x0c\x0a\x04host\x18\x02 "
    b"\x01(\x09\x12\x0c\x0a\x04port\x18\x03 \x01(\x05\x12/\x0a\x0apartitions\x18\x04 \x03(\x0b2"
    b"\x1b.gateway_protocol.Partition\x12\x0f\x0a\x07version\x18\x05 \x01(\x09"
    # Partition
    b"\x22\xa0\x02\x0a\x09Partition\x12\x13\x0a\x0bpartitionId\x18\x01 \x01(\x05\x12=\x0a\x04role"
    b"\x18\x02 \x01(\x0e2/.gateway_protocol.Partition.PartitionBrokerRole\x12A\x0a\x06health\x18"
    b"\x03 \x01(\x0e21.gateway_protocol.Partition.PartitionBrokerHealth\x22=\x0a\x13PartitionBroke"
    b"rRole\x12\x0a\x0a\x06LEADER\x10\x00\x12\x0c\x0a\x08FOLLOWER\x10\x01\x12\x0c\x0a\x08INACTIVE"
    b"\x10\x02\x22=\x0a\x15PartitionBrokerHealth\x12\x0b\x0a\x07HEALTHY\x10\x00\x12\x0d\x0a\x09UNH"
    b"EALTHY\x10\x01\x12\x08\x0a\x04DEAD\x10\x02"
    # UpdateJobRetriesRequest
    b"\x22r\x0a\x17UpdateJobRetriesRequest\x12\x0e\x0a\x06jobKey\x18\x01 \x01(\x03\x12\x0f\x0a\x07"
    b"retries\x18\x02 \x01(\x05\x12\x1f\x0a\x12operationReference\x18\x03 \x01(\x04H\x00\x88\x01"
    b"\x01B\x15\x0a\x13_operationReference"
    # UpdateJobRetriesResponse
    b"\x22\x1a\x0a\x18UpdateJobRetriesResponse"
    # UpdateJobTimeoutRequest
    b"\x22r\x0a\x17UpdateJobTimeoutRequest\x12\x0e\x0a\x06jobKey\x18\x01 \x01(\x03\x12\x0f\x0a\x07"
    b"timeout\x18\x02 \x01(\x03\x12\x1f\x0a\x12operationReference\x18\x03 \x01(\x04H\x00\x88\x01"
    b"\x01B\x15\x0a\x13_operationReference"
    # UpdateJobTimeoutResponse
    b"\x22\x1a\x0a\x18UpdateJobTimeoutResponse"
    # SetVariablesRequest
    b"\x22\x8b\x01\x0a\x13SetVariablesRequest\x12\x1a\x0a\x12elementInstanceKey\x18\x01 \x01(\x03"
    b"\x12\x11\x0a\x09variables\x18\x02 \x01(\x09\x12\x0d\x0a\x05local\x18\x03 \x01(\x08\x12\x1f"
    b"\x0a\x12operationReference\x18\x04 \x01(\x04H\x00\x88\x01\x01B\x15\x0a\x13_operationReferenc"
    b"e"
    # SetVariablesResponse
    b"\x22#\x0a\x14SetVariablesResponse\x12\x0b\x0a\x03key\x18\x01 \x01(\x03"
    # ModifyProcessInstanceRequest
    b"\x22\xd8\x04\x0a\x1cModifyProcessInstanceRequest\x12\x1a\x0a\x12processInstanceKey\x18\x01 "
    b"\x01(\x03\x12`\x0a\x14activateInstructions\x18\x02 \x03(\x0b2B.gateway_protocol.ModifyProces"
    b"sInstanceRequest.ActivateInstruction\x12b\x0a\x15terminateInstructions\x18\x03 \x03(\x0b2C.g"
    b"ateway_protocol.ModifyProcessInstanceRequest.TerminateInstruction\x12\x1f\x0a\x12operationRe"
    b"ference\x18\x04 \x01(\x04H\x00\x88\x01\x01\x1a\xae\x01\x0a\x13ActivateInstruction\x12\x11"
    b"\x0a\x09elementId\x18\x01 \x01(\x09\x12\x22\x0a\x1aancestorElementInstanceKey\x18\x02 \x01("
    b"\x03\x12`\x0a\x14variableInstructions\x18\x03 \x03(\x0b2B.gateway_protocol.ModifyProcessInst"
    b"anceRequest.VariableInstruction\x1a9\x0a\x13VariableInstruction\x12\x11\x0a\x09variables\x18"
    b"\x01 \x01(\x09\x12\x0f\x0a\x07scopeId\x18\x02 \x01(\x09\x1a2\x0a\x14TerminateInstruction\x12"
    b"\x1a\x0a\x12elementInstanceKey\x18\x01 \x01(\x03B\x15\x0a\x13_operationReference"
    # ModifyProcessInstanceResponse
    b"\x22\x1f\x0a\x1dModifyProcessInstanceResponse"
    # MigrateProcessInstanceRequest
    b"\x22\xa8\x03\x0a\x1dMigrateProcessInstanceRequest\x12\x1a\x0a\x12processInstanceKey\x18\x01 "
    b"\x01(\x03\x12T\x0a\x0dmigrationPlan\x18\x02 \x01(\x0b2=.gateway_protocol.MigrateProcessInsta"
    b"nceRequest.MigrationPlan\x12\x1f\x0a\x12operationReference\x18\x03 \x01(\x04H\x00\x88\x01"
    b"\x01\x1a\x94\x01\x0a\x0dMigrationPlan\x12\x22\x0a\x1atargetProcessDefinitionKey\x18\x01 \x01"
    b"(\x03\x12_\x0a\x13mappingInstructions\x18\x02 \x03(\x0b2B.gateway_protocol.MigrateProcessIns"
    b"tanceRequest.MappingInstruction\x1aF\x0a\x12MappingInstruction\x12\x17\x0a\x0fsourceElementI"
    b"d\x18\x01 \x01(\x09\x12\x17\x0a\x0ftargetElementId\x18\x02 \x01(\x09B\x15\x0a\x13_operationR"
    b"eference"
    # MigrateProcessInstanceResponse
    b"\x22 \x0a\x1eMigrateProcessInstanceResponse"
    # DeleteResourceRequest
    b"\x22d\x0a\x15DeleteResourceRequest\x12\x13\x0a\x0bresourceKey\x18\x01 \x01(\x03\x12\x1f\x0a"
    b"\x12operationReference\x18\x02 \x01(\x04H\x00\x88\x01\x01B\x15\x0a\x13_operationReference"
    # DeleteResourceResponse
    b"\x22\x18\x0a\x16DeleteResourceResponse"
    # BroadcastSignalRequest
    b"\x22Q\x0a\x16BroadcastSignalRequest\x12\x12\x0a\x0asignalName\x18\x01 \x01(\x09\x12\x11\x0a"
    b"\x09variables\x18\x02 \x01(\x09\x12\x10\x0a\x08tenantId\x18\x03 \x01(\x09"
    # BroadcastSignalResponse
    b"\x228\x0a\x17BroadcastSignalResponse\x12\x0b\x0a\x03key\x18\x01 \x01(\x03\x12\x10\x0a\x08ten"
    b"antId\x18\x02 \x01(\x09"
    # UserTaskProperties
    b"\x22\xe2\x02\x0a\x12UserTaskProperties\x12\x13\x0a\x06action\x18\x01 \x01(\x09H\x00\x88\x01"
    b"\x01\x12\x15\x0a\x08assignee\x18\x02 \x01(\x09H\x01\x88\x01\x01\x12\x17\x0a\x0fcandidateGrou"
    b"ps\x18\x03 \x03(\x09\x12\x16\x0a\x0ecandidateUsers\x18\x04 \x03(\x09\x12\x19\x0a\x11changedA"
    b"ttributes\x18\x05 \x03(\x09\x12\x14\x0a\x07dueDate\x18\x06 \x01(\x09H\x02\x88\x01\x01\x12"
    b"\x19\x0a\x0cfollowUpDate\x18\x07 \x01(\x09H\x03\x88\x01\x01\x12\x14\x0a\x07formKey\x18\x08 "
    b"\x01(\x03H\x04\x88\x01\x01\x12\x15\x0a\x08priority\x18\x09 \x01(\x05H\x05\x88\x01\x01\x12"
    b"\x18\x0a\x0buserTaskKey\x18\x0a \x01(\x03H\x06\x88\x01\x01B\x09\x0a\x07_actionB\x0b\x0a\x09_"
    b"assigneeB\x0a\x0a\x08_dueDateB\x0f\x0a\x0d_followUpDateB\x0a\x0a\x08_formKeyB\x0b\x0a\x09_pr"
    b"iorityB\x0e\x0a\x0c_userTaskKey"
    # JobResult
    b"\x22\xa3\x03\x0a\x09JobResult\x12\x13\x0a\x06denied\x18\x01 \x01(\x08H\x00\x88\x01\x01\x12@"
    b"\x0a\x0bcorrections\x18\x02 \x01(\x0b2&.gateway_protocol.JobResultCorrectionsH\x01\x88\x01"
    b"\x01\x12\x19\x0a\x0cdeniedReason\x18\x03 \x01(\x09H\x02\x88\x01\x01\x12\x11\x0a\x04type\x18"
    b"\x04 \x01(\x09H\x03\x88\x01\x01\x12D\x0a\x10activateElements\x18\x05 \x03(\x0b2*.gateway_pro"
    b"tocol.JobResultActivateElement\x12+\x0a\x1eisCompletionConditionFulfilled\x18\x06 \x01(\x08H"
    b"\x04\x88\x01\x01\x12'\x0a\x1aisCancelRemainingInstances\x18\x07 \x01(\x08H\x05\x88\x01\x01B"
    b"\x09\x0a\x07_deniedB\x0e\x0a\x0c_correctionsB\x0f\x0a\x0d_deniedReasonB\x07\x0a\x05_typeB!"
    b"\x0a\x1f_isCompletionConditionFulfilledB\x1d\x0a\x1b_isCancelRemainingInstances"
    # JobResultCorrections
    b"\x22\xca\x02\x0a\x14JobResultCorrections\x12\x15\x0a\x08assignee\x18\x01 \x01(\x09H\x00\x88"
    b"\x01\x01\x12\x14\x0a\x07dueDate\x18\x02 \x01(\x09H\x01\x88\x01\x01\x12\x19\x0a\x0cfollowUpDa"
    b"te\x18\x03 \x01(\x09H\x02\x88\x01\x01\x129\x0a\x0ecandidateUsers\x18\x04 \x01(\x0b2\x1c.gate"
    b"way_protocol.StringListH\x03\x88\x01\x01\x12:\x0a\x0fcandidateGroups\x18\x05 \x01(\x0b2\x1c."
    b"gateway_protocol.StringListH\x04\x88\x01\x01\x12\x15\x0a\x08priority\x18\x06 \x01(\x05H\x05"
    b"\x88\x01\x01B\x0b\x0a\x09_assigneeB\x0a\x0a\x08_dueDateB\x0f\x0a\x0d_followUpDateB\x11\x0a"
    b"\x0f_candidateUsersB\x12\x0a\x10_candidateGroupsB\x0b\x0a\x09_priority"
    # JobResultActivateElement
    b"\x22@\x0a\x18JobResultActivateElement\x12\x11\x0a\x09elementId\x18\x01 \x01(\x09\x12\x11\x0a"
    b"\x09variables\x18\x02 \x01(\x09"
    # StringList
    b"\x22\x1c\x0a\x0aStringList\x12\x0e\x0a\x06values\x18\x01 \x03(\x09"
    # ProcessInstanceCreationRuntimeInstruction
    b"\x22\x86\x01\x0a)ProcessInstanceCreationRuntimeInstruction\x12J\x0a\x09terminate\x18\x01 "
    b"\x01(\x0b25.gateway_protocol.TerminateProcessInstanceInstructionH\x00B\x0d\x0a\x0binstructio"
    b"n"
    # TerminateProcessInstanceInstruction
    b"\x22=\x0a#TerminateProcessInstanceInstruction\x12\x16\x0a\x0eafterElementId\x18\x01 \x01("
    b"\x09"
    # EvaluateConditionalRequest
    b"\x22_\x0a\x1aEvaluateConditionalRequest\x12\x10\x0a\x08tenantId\x18\x01 \x01(\x09\x12\x1c"
    b"\x0a\x14processDefinitionKey\x18\x02 \x01(\x03\x12\x11\x0a\x09variables\x18\x03 \x01(\x09"
    # ProcessInstanceReference
    b"\x22T\x0a\x18ProcessInstanceReference\x12\x1c\x0a\x14processDefinitionKey\x18\x01 \x01(\x03"
    b"\x12\x1a\x0a\x12processInstanceKey\x18\x02 \x01(\x03"
    # EvaluateConditionalResponse
    b"\x22c\x0a\x1bEvaluateConditionalResponse\x12D\x0a\x10processInstances\x18\x01 \x03(\x0b2*.ga"
    b"teway_protocol.ProcessInstanceReference"
    # Gateway
    b"2\xa7\x12\x0a\x07Gateway\x12_\x0a\x0cActivateJobs\x12%.gateway_protocol.ActivateJobsRequest"
    b"\x1a&.gateway_protocol.ActivateJobsResponse0\x01\x12e\x0a\x13StreamActivatedJobs\x12,.gatewa"
    b"y_protocol.StreamActivatedJobsRequest\x1a\x1e.gateway_protocol.ActivatedJob0\x01\x12x\x0a"
    b"\x15CancelProcessInstance\x12..gateway_protocol.CancelProcessInstanceRequest\x1a/.gateway_pr"
    b"otocol.CancelProcessInstanceResponse\x12Z\x0a\x0bCompleteJob\x12$.gateway_protocol.CompleteJ"
    b"obRequest\x1a%.gateway_protocol.CompleteJobResponse\x12x\x0a\x15CreateProcessInstance\x12..g"
    b"ateway_protocol.CreateProcessInstanceRequest\x1a/.gateway_protocol.CreateProcessInstanceResp"
    b"onse\x12\x96\x01\x0a\x1fCreateProcessInstanceWithResult\x128.gateway_protocol.CreateProcessI"
    b"nstanceWithResultRequest\x1a9.gateway_protocol.CreateProcessInstanceWithResultResponse\x12i"
    b"\x0a\x10EvaluateDecision\x12).gateway_protocol.EvaluateDecisionRequest\x1a*.gateway_protocol"
    b".EvaluateDecisionResponse\x12e\x0a\x0dDeployProcess\x12&.gateway_protocol.DeployProcessReque"
    b"st\x1a'.gateway_protocol.DeployProcessResponse\x22\x03\x88\x02\x01\x12c\x0a\x0eDeployResourc"
    b"e\x12'.gateway_protocol.DeployResourceRequest\x1a(.gateway_protocol.DeployResourceResponse"
    b"\x12N\x0a\x07FailJob\x12 .gateway_protocol.FailJobRequest\x1a!.gateway_protocol.FailJobRespo"
    b"nse\x12W\x0a\x0aThrowError\x12#.gateway_protocol.ThrowErrorRequest\x1a$.gateway_protocol.Thr"
    b"owErrorResponse\x12c\x0a\x0ePublishMessage\x12'.gateway_protocol.PublishMessageRequest\x1a(."
    b"gateway_protocol.PublishMessageResponse\x12f\x0a\x0fResolveIncident\x12(.gateway_protocol.Re"
    b"solveIncidentRequest\x1a).gateway_protocol.ResolveIncidentResponse\x12]\x0a\x0cSetVariables"
    b"\x12%.gateway_protocol.SetVariablesRequest\x1a&.gateway_protocol.SetVariablesResponse\x12Q"
    b"\x0a\x08Topology\x12!.gateway_protocol.TopologyRequest\x1a\x22.gateway_protocol.TopologyResp"
    b"onse\x12i\x0a\x10UpdateJobRetries\x12).gateway_protocol.UpdateJobRetriesRequest\x1a*.gateway"
    b"_protocol.UpdateJobRetriesResponse\x12x\x0a\x15ModifyProcessInstance\x12..gateway_protocol.M"
    b"odifyProcessInstanceRequest\x1a/.gateway_protocol.ModifyProcessInstanceResponse\x12{\x0a\x16"
    b"MigrateProcessInstance\x12/.gateway_protocol.MigrateProcessInstanceRequest\x1a0.gateway_prot"
    b"ocol.MigrateProcessInstanceResponse\x12i\x0a\x10UpdateJobTimeout\x12).gateway_protocol.Updat"
    b"eJobTimeoutRequest\x1a*.gateway_protocol.UpdateJobTimeoutResponse\x12c\x0a\x0eDeleteResource"
    b"\x12'.gateway_protocol.DeleteResourceRequest\x1a(.gateway_protocol.DeleteResourceResponse"
    b"\x12f\x0a\x0fBroadcastSignal\x12(.gateway_protocol.BroadcastSignalRequest\x1a).gateway_proto"
    b"col.BroadcastSignalResponse\x12r\x0a\x13EvaluateConditional\x12,.gateway_protocol.EvaluateCo"
    b"nditionalRequest\x1a-.gateway_protocol.EvaluateConditionalResponse"
    # syntax
    b"b\x06proto3"
)


def _reduce(message):
    # protobuf's own way finds a nested class by its name in the default pool: not there, or of
    # another client's copy.
    return type(message), (), message.__getstate__()


def _message_class(descriptor, outer=""):
    name = outer + descriptor.name
    attributes = {
        "DESCRIPTOR": descriptor,
        "__module__": __name__,
        "__qualname__": name,
        "__reduce__": _reduce,
    }
    for nested in descriptor.nested_types:
        attributes[nested.name] = _message_class(nested, name + ".")
    return _reflection.GeneratedProtocolMessageType(
        descriptor.name, (_message.Message,), attributes
    )


_declared = DESCRIPTOR.message_types_by_name
StreamActivatedJobsRequest = _message_class(_declared["StreamActivatedJobsRequest"])
ActivateJobsRequest = _message_class(_declared["ActivateJobsRequest"])
ActivateJobsResponse = _message_class(_declared["ActivateJobsResponse"])
ActivatedJob = _message_class(_declared["ActivatedJob"])
CancelProcessInstanceRequest = _message_class(_declared["CancelProcessInstanceRequest"])
CancelProcessInstanceResponse = _message_class(_declared["CancelProcessInstanceResponse"])
CompleteJobRequest = _message_class(_declared["CompleteJobRequest"])
CompleteJobResponse = _message_class(_declared["CompleteJobResponse"])
CreateProcessInstanceRequest = _message_class(_declared["CreateProcessInstanceRequest"])
ProcessInstanceCreationStartInstruction = _message_class(
    _declared["ProcessInstanceCreationStartInstruction"]
)
CreateProcessInstanceResponse = _message_class(_declared["CreateProcessInstanceResponse"])
CreateProcessInstanceWithResultRequest = _message_class(
    _declared["CreateProcessInstanceWithResultRequest"]
)
CreateProcessInstanceWithResultResponse = _message_class(
    _declared["CreateProcessInstanceWithResultResponse"]
)
EvaluateDecisionRequest = _message_class(_declared["EvaluateDecisionRequest"])
EvaluateDecisionResponse = _message_class(_declared["EvaluateDecisionResponse"])
EvaluatedDecision = _message_class(_declared["EvaluatedDecision"])
EvaluatedDecisionInput = _message_class(_declared["EvaluatedDecisionInput"])
EvaluatedDecisionOutput = _message_class(_declared["EvaluatedDecisionOutput"])
MatchedDecisionRule = _message_class(_declared["MatchedDecisionRule"])
DeployProcessRequest = _message_class(_declared["DeployProcessRequest"])
ProcessRequestObject = _message_class(_declared["ProcessRequestObject"])
DeployProcessResponse = _message_class(_declared["DeployProcessResponse"])
DeployResourceRequest = _message_class(_declared["DeployResourceRequest"])
Resource = _message_class(_declared["Resource"])
DeployResourceResponse = _message_class(_declared["DeployResourceResponse"])
Deployment = _message_class(_declared["Deployment"])
ProcessMetadata = _message_class(_declared["ProcessMetadata"])
DecisionMetadata = _message_class(_declared["DecisionMetadata"])
DecisionRequirementsMetadata = _message_class(_declared["DecisionRequirementsMetadata"])
FormMetadata = _message_class(_declared["FormMetadata"])
FailJobRequest = _message_class(_declared["FailJobRequest"])
FailJobResponse = _message_class(_declared["FailJobResponse"])
ThrowErrorRequest = _message_class(_declared["ThrowErrorRequest"])
ThrowErrorResponse = _message_class(_declared["ThrowErrorResponse"])
PublishMessageRequest = _message_class(_declared["PublishMessageRequest"])
PublishMessageResponse = _message_class(_declared["PublishMessageResponse"])
ResolveIncidentRequest = _message_class(_declared["ResolveIncidentRequest"])
ResolveIncidentResponse = _message_class(_declared["ResolveIncidentResponse"])
TopologyRequest = _message_class(_declared["TopologyRequest"])
TopologyResponse = _message_class(_declared["TopologyResponse"])
BrokerInfo = _message_class(_declared["BrokerInfo"])
Partition = _message_class(_declared["Partition"])
UpdateJobRetriesRequest = _message_class(_declared["UpdateJobRetriesRequest"])
UpdateJobRetriesResponse = _message_class(_declared["UpdateJobRetriesResponse"])
UpdateJobTimeoutRequest = _message_class(_declared["UpdateJobTimeoutRequest"])
UpdateJobTimeoutResponse = _message_class(_declared["UpdateJobTimeoutResponse"])
SetVariablesRequest = _message_class(_declared["SetVariablesRequest"])
SetVariablesResponse = _message_class(_declared["SetVariablesResponse"])
ModifyProcessInstanceRequest = _message_class(_declared["ModifyProcessInstanceRequest"])
ModifyProcessInstanceResponse = _message_class(_declared["ModifyProcessInstanceResponse"])
MigrateProcessInstanceRequest = _message_class(_declared["MigrateProcessInstanceRequest"])
MigrateProcessInstanceResponse = _message_class(_declared["MigrateProcessInstanceResponse"])
DeleteResourceRequest = _message_class(_declared["DeleteResourceRequest"])
DeleteResourceResponse = _message_class(_declared["DeleteResourceResponse"])
BroadcastSignalRequest = _message_class(_declared["BroadcastSignalRequest"])
BroadcastSignalResponse = _message_class(_declared["BroadcastSignalResponse"])
UserTaskProperties = _message_class(_declared["UserTaskProperties"])
JobResult = _message_class(_declared["JobResult"])
JobResultCorrections = _message_class(_declared["JobResultCorrections"])
JobResultActivateElement = _message_class(_declared["JobResultActivateElement"])
StringList = _message_class(_declared["StringList"])
ProcessInstanceCreationRuntimeInstruction = _message_class(
    _declared["ProcessInstanceCreationRuntimeInstruction"]
)
TerminateProcessInstanceInstruction = _message_class(
    _declared["TerminateProcessInstanceInstruction"]
)
EvaluateConditionalRequest = _message_class(_declared["EvaluateConditionalRequest"])
ProcessInstanceReference = _message_class(_declared["ProcessInstanceReference"])
EvaluateConditionalResponse = _message_class(_declared["EvaluateConditionalResponse"])

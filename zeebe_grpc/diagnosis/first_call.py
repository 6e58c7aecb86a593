"""The last step of a diagnosis: one call, to Zeebe's gateway or to any other gRPC service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc

from zeebe_auth import AuthError, StaticCredentialsProvider
from zeebe_grpc.connecting import open_channel
from zeebe_grpc.diagnosis.http_answers import http_status
from zeebe_grpc.diagnosis.printable import printable
from zeebe_grpc.diagnosis.rpc_failures import failure_of
from zeebe_grpc.diagnosis.sent_token import describe_token
from zeebe_grpc.diagnosis.step import DiagnosisStep, kind_of

if TYPE_CHECKING:
    from zeebe_auth import AccessToken, Explanation
    from zeebe_grpc.connection.settings import ConnectionSettings
    from zeebe_grpc.diagnosis.time_limit import TimeLimit

_SHARE_OF_CALL = 0.7
_TOPOLOGY = "/gateway_protocol.Gateway/Topology"
_HEALTH = "/grpc.health.v1.Health/Check"
# HealthCheckResponse of grpc/health/v1/health.proto: field 1 is the status, and 0 is left out.
_HEALTH_STATUS = {
    b"": "UNKNOWN",
    b"\x08\x00": "UNKNOWN",
    b"\x08\x01": "SERVING",
    b"\x08\x02": "NOT_SERVING",
    b"\x08\x03": "SERVICE_UNKNOWN",
}
_CAN_SERVE = {"UNKNOWN", "SERVING"}
# What a service says of the request only once it has let the caller in.
_ABOUT_THE_REQUEST = {
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.OUT_OF_RANGE,
    grpc.StatusCode.ABORTED,
}


class FirstCall:
    """One call with the token that was just fetched.

    Args:
        settings: The connection.
        token: The token; None sends no authorization.
        explanation: What the provider tells of the request for it.
        limit: The time that is left.
    """

    def __init__(
        self,
        settings: ConnectionSettings,
        token: AccessToken | None,
        explanation: Explanation | None,
        limit: TimeLimit,
    ) -> None:
        self._settings = settings
        self._token = token
        self._explanation = explanation
        self._limit = limit

    def step(self, path: str | None) -> DiagnosisStep:
        """Call a method with an empty request.

        Args:
            path: ``/package.Service/Method``; None for the gateway's Topology, and where that isn't
                known for the standard health check.
        """
        # The very token that was just fetched: a second one would hide what this one is worth.
        provider = None if self._token is None else StaticCredentialsProvider(self._token)
        try:
            with open_channel(self._settings, provider) as channel:
                return self._named(channel, path) if path else self._standard(channel)
        except AuthError as error:
            return DiagnosisStep.failed("rpc", error.message, "", kind_of(error))

    def _standard(self, channel: grpc.Channel) -> DiagnosisStep:
        from zeebe_grpc import TopologyResponse

        try:
            answer = self._answer(channel, _TOPOLOGY)
        except grpc.RpcError as error:
            if not _is_unknown(error):
                return self._failed(error, "gateway")
            return self._health(channel)
        topology = TopologyResponse.FromString(answer or b"")
        return DiagnosisStep.ok(
            "rpc",
            f"Topology answered: {len(topology.brokers)} of {topology.clusterSize} brokers, "
            f"gateway {printable(topology.gatewayVersion) or 'of unknown version'}.",
        )

    def _health(self, channel: grpc.Channel) -> DiagnosisStep:
        try:
            answer = self._answer(channel, _HEALTH)
        except grpc.RpcError as error:
            if not _is_unknown(error):
                return self._failed(error, "service")
            return DiagnosisStep.ok(
                "rpc",
                "It is no Zeebe gateway and has no health check (grpc.health.v1). It speaks gRPC "
                "and let you in.",
                "To see whether it takes this token, name a method that wants one: --method.",
            )
        status = _HEALTH_STATUS.get(answer or b"", "something else")
        told = f"It is no Zeebe gateway; its health check (grpc.health.v1) says {status}."
        if status in _CAN_SERVE:
            return DiagnosisStep.ok("rpc", told)
        return DiagnosisStep.failed("rpc", told, "Ask whoever runs it.", "other")

    def _named(self, channel: grpc.Channel, path: str) -> DiagnosisStep:
        try:
            answer = self._answer(channel, path)
        except grpc.RpcError as error:
            code: Any = error.code() if isinstance(error, grpc.Call) else None
            if code in _ABOUT_THE_REQUEST:
                return DiagnosisStep.ok(
                    "rpc",
                    f"{path} answered {code.name} to an empty request: "
                    f"{printable(error.details() or 'no details')}. It let you in.",
                )
            if _is_unknown(error):
                return DiagnosisStep.failed(
                    "rpc",
                    f"The service has no method {path} (UNIMPLEMENTED: "
                    f"{printable(error.details() or 'no details')}).",
                    "Check its spelling and the address; names are case-sensitive.",
                    "configuration",
                )
            return self._failed(error, "service")
        how = "without a message" if answer is None else f"with {len(answer)} bytes"
        return DiagnosisStep.ok("rpc", f"{path} answered an empty request {how}.")

    def _answer(self, channel: grpc.Channel, path: str) -> bytes | None:
        # On the wire a unary call is a stream of one message, so this calls every kind of method.
        call: Any = channel.unary_stream(path, _same, _same)(
            b"", timeout=self._limit.left(_SHARE_OF_CALL)
        )
        try:
            answer: bytes | None = next(call, None)
        finally:
            call.cancel()
        return answer

    def _failed(self, error: grpc.RpcError, called: str) -> DiagnosisStep:
        token = self._token
        about = "" if token is None else describe_token(token.authorization, self._explanation)
        failure = failure_of(
            error,
            self._settings,
            has_credentials=token is not None,
            about_token=lambda: about,
            limit=self._limit,
            called=called,
        )
        return DiagnosisStep.failed("rpc", failure.message, "", failure.kind)


def _same(message: bytes) -> bytes:
    return message


def _is_unknown(error: grpc.RpcError) -> bool:
    return (
        isinstance(error, grpc.Call)
        and error.code() is grpc.StatusCode.UNIMPLEMENTED
        # gRPC's own translation of HTTP 404, which an ingress answered.
        and http_status(error.details()) is None
    )

"""A Pub/Sub of one topic on TLS, which takes only tokens that the sandbox signed."""

from __future__ import annotations

import json
import os
import queue
import ssl
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import grpc
from google.pubsub_v1 import types
from joserfc import jwt
from joserfc.jwk import KeySet

from zeebe_grpc.sandbox.certificates import issue_server_certificate

PUBLISHER = "google.pubsub.v1.Publisher"
SUBSCRIBER = "google.pubsub.v1.Subscriber"


class PubSub:
    """What was published is delivered to whoever pulls; `outcomes` counts calls by method."""

    def __init__(self) -> None:
        self._keys, self._audience = _keys_of_the_sandbox(), os.environ["CAMUNDA_TOKEN_AUDIENCE"]
        self._messages: queue.SimpleQueue[types.ReceivedMessage] = queue.SimpleQueue()
        self._refused = ""
        self._last = ""
        self.outcomes: Counter[tuple[str, str]] = Counter()
        certificate = issue_server_certificate()
        self.authority = certificate.authority
        self._credentials = grpc.ssl_server_credentials(
            [(certificate.private_key, certificate.chain)]
        )

    def refuse_the_last_token(self) -> None:
        """Refuse it as if it were revoked."""
        self._refused = self._last

    def add_to(self, server: grpc.Server) -> int:
        unary, stream = grpc.unary_unary_rpc_method_handler, grpc.stream_stream_rpc_method_handler
        methods = {
            (PUBLISHER, "Publish"): (unary, self._publish, types.PublishRequest),
            (PUBLISHER, "GetTopic"): (unary, self._get_topic, types.GetTopicRequest),
            (SUBSCRIBER, "Acknowledge"): (unary, self._nothing, types.AcknowledgeRequest),
            (SUBSCRIBER, "ModifyAckDeadline"): (
                unary,
                self._nothing,
                types.ModifyAckDeadlineRequest,
            ),
            (SUBSCRIBER, "StreamingPull"): (stream, self._pull, types.StreamingPullRequest),
        }
        for (service, name), (kind, answer, request) in methods.items():
            handler = kind(
                self._checked(name, answer),
                request.deserialize,
                lambda reply: type(reply).serialize(reply) if reply is not None else b"",
            )
            server.add_generic_rpc_handlers(
                [grpc.method_handlers_generic_handler(service, {name: handler})]
            )
        return server.add_secure_port("127.0.0.1:0", self._credentials)

    def _checked(self, name: str, answer: Callable[[Any], Any]) -> Callable[..., Any]:
        def checked(request: Any, context: grpc.ServicerContext) -> Any:
            headers = dict(context.invocation_metadata())
            scheme, _, token = headers.get("authorization", "").partition(" ")
            claims = jwt.decode(token, self._keys, algorithms=["ES256"]).claims
            good = scheme == "Bearer" and claims["aud"] == self._audience
            good = good and token != self._refused
            self._last = token
            self.outcomes[name, "taken" if good else "refused"] += 1
            if not good:
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "not for this topic")
            return answer(request)

        return checked

    def _publish(self, request: types.PublishRequest) -> types.PublishResponse:
        ids = [f"id of {message.data.decode()}" for message in request.messages]
        for message in request.messages:
            self._messages.put(types.ReceivedMessage(ack_id="any", message=message))
        return types.PublishResponse(message_ids=ids)

    def _get_topic(self, request: types.GetTopicRequest) -> types.Topic:
        return types.Topic(name=request.topic)

    def _nothing(self, _request: object) -> None:
        return None

    def _pull(
        self, requests: Iterator[types.StreamingPullRequest]
    ) -> Iterator[types.StreamingPullResponse]:
        next(requests)
        while True:
            try:
                message = self._messages.get(timeout=0.1)
            except queue.Empty:
                # An empty response shows whether the caller has gone.
                yield types.StreamingPullResponse()
            else:
                yield types.StreamingPullResponse(received_messages=[message])


def _keys_of_the_sandbox() -> KeySet:
    trust = ssl.create_default_context(cafile=os.environ["CAMUNDA_CA_CERTIFICATE_PATH"])
    issuer = os.environ["CAMUNDA_OAUTH_URL"].removesuffix("/oauth/token")

    def get(url: str) -> Any:
        with urllib.request.urlopen(url, context=trust, timeout=10) as reply:
            return json.load(reply)

    metadata = get(f"{issuer}/.well-known/openid-configuration")
    return KeySet.import_key_set(get(metadata["jwks_uri"]))

"""Google's Pub/Sub client with our credentials: argv is which package comes first, and how it
connects. It prints what it did and what the service saw of it, as JSON."""

import json
import queue
import sys
from concurrent import futures

order, way = sys.argv[1:]
if order == "ours-first":
    import zeebe_grpc
    from google.cloud import pubsub_v1
else:
    from google.cloud import pubsub_v1
    import zeebe_grpc

import grpc
from google.api_core.exceptions import GoogleAPICallError
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport
from pubsub_service import PubSub

import zeebe_auth

TOPIC, SUBSCRIPTION = "projects/p/topics/payments", "projects/p/subscriptions/payments"
PATIENCE_SECONDS = 60


def channel_of(target: str, authority: bytes) -> grpc.Channel:
    provider = zeebe_auth.default_provider()
    if way == "zeebe_grpc.secure_channel":
        return zeebe_grpc.secure_channel(target, provider, root_certificates=authority)
    credentials = zeebe_grpc.channel_credentials(provider, root_certificates=authority)
    return grpc.secure_channel(target, credentials)


def use(channel: grpc.Channel, service: PubSub) -> dict[str, object]:
    publisher = pubsub_v1.PublisherClient(transport=PublisherGrpcTransport(channel=channel))
    subscriber = pubsub_v1.SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
    received: queue.SimpleQueue[str] = queue.SimpleQueue()

    def take(message: pubsub_v1.subscriber.message.Message) -> None:
        received.put(message.data.decode())
        message.ack()

    pulling = subscriber.subscribe(SUBSCRIPTION, take)
    ids = [publisher.publish(TOPIC, text) for text in (b"one", b"two", b"three")]
    report: dict[str, object] = {
        "published": sorted(future.result(PATIENCE_SECONDS) for future in ids),
        "received": sorted(received.get(timeout=PATIENCE_SECONDS) for _ in ids),
    }
    pulling.cancel()
    pulling.result(PATIENCE_SECONDS)
    service.refuse_the_last_token()
    try:
        report["after a refusal"] = publisher.get_topic(topic=TOPIC).name
    except GoogleAPICallError as error:
        report["after a refusal"] = type(error).__name__
    publisher.stop()
    return report


with futures.ThreadPoolExecutor(8) as executor:
    service = PubSub()
    server = grpc.server(executor)
    port = service.add_to(server)
    server.start()
    try:
        with channel_of(f"localhost:{port}", service.authority) as channel:
            report = use(channel, service)
    finally:
        server.stop(grace=None).wait(PATIENCE_SECONDS)
report["topic"] = {
    outcome: n for (name, outcome), n in service.outcomes.items() if name == "GetTopic"
}
report["refused"] = sum(n for (_, outcome), n in service.outcomes.items() if outcome == "refused")
report["methods"] = sorted({name for name, _ in service.outcomes})
print(json.dumps(report))

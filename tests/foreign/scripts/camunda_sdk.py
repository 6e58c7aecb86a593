"""Camunda's own Python SDK, sync and async, with one provider of ours behind it."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from camunda_orchestration_sdk import CamundaAsyncClient, CamundaClient

import zeebe_auth

TOPOLOGY = {
    "brokers": [],
    "clusterId": None,
    "clusterSize": 1,
    "partitionsCount": 1,
    "replicationFactor": 1,
    "gatewayVersion": "8.9.0",
    "lastCompletedChangeId": "0",
}
sent = []


class Api(BaseHTTPRequestHandler):
    def do_GET(self):
        sent.append(self.headers["Authorization"])
        body = json.dumps(TOPOLOGY).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
configuration = {"CAMUNDA_REST_ADDRESS": f"http://127.0.0.1:{server.server_port}/v2"}

fetched = []


def token():
    fetched.append(1)
    return f"t{len(fetched)}"


provider = zeebe_auth.adopt(token)
headers = zeebe_auth.HeadersProvider(provider)
with CamundaClient(configuration=configuration, auth_provider=headers) as client:
    client.get_topology()
    provider.invalidate(provider.get_token())
    client.get_topology()


async def run():
    async with CamundaAsyncClient(configuration=configuration, auth_provider=headers) as client:
        return await client.get_topology()


topology = asyncio.run(run())
still_open = provider.get_token().value.reveal()
print(
    json.dumps(
        {
            "sent": sent,
            "fetched": len(fetched),
            "open": still_open,
            "version": topology.gateway_version,
        }
    )
)

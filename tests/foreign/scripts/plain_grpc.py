"""pyzeebe's own blocking stub on a plain gRPC channel with our composite credentials."""

from pathlib import Path

import grpc
from pyzeebe.proto import gateway_pb2, gateway_pb2_grpc

import zeebe_auth
import zeebe_grpc

profile = zeebe_auth.load_profile()
credentials = zeebe_grpc.channel_credentials(
    zeebe_auth.default_provider(profile),
    root_certificates=Path(profile.settings["ca_certificate"]).read_bytes(),
)
with grpc.secure_channel(profile.settings["address"], credentials) as channel:
    stub = gateway_pb2_grpc.GatewayStub(channel)
    print(stub.Topology(gateway_pb2.TopologyRequest()).clusterSize)

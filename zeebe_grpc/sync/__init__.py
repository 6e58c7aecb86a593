"""Channels and calls of synchronous gRPC."""

"""The sandbox's authorization server."""

"""Finds out where the connection to a gateway breaks."""

"""Measures the project beside its peers, and runs it until it breaks."""

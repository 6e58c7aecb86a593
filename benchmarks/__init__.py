"""Measures the project beside its peers, and runs it under faults."""

"""Decides when to get a token, and lets all callers share one request."""

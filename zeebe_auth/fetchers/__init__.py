"""Fetchers: ways to get a token other than from an OAuth token endpoint."""

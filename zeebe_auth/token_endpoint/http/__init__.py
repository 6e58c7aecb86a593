"""Sends requests to the authorization server within one deadline."""

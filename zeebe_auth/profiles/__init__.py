"""Finds the credentials and settings of a named or default profile."""

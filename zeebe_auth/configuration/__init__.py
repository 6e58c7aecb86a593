"""Turns the strings of files and environments into credentials and settings."""

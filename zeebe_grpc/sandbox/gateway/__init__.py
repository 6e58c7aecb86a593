"""The sandbox's gateway."""

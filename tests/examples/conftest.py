"""The example packages of the documentation, installed as a user would."""

from virtual_environments import foreign_environment, wheel_of

__all__ = ["foreign_environment", "wheel_of"]

"""Metadata that a profile gives to each call: a table of strings, or of where they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zeebe_auth.configuration.secret_reference import SecretReference
from zeebe_auth.errors import ConfigurationError, without_frames
from zeebe_auth.secret import Secret


@dataclass(frozen=True, slots=True)
class MetadataTable:
    """A table of the config file; references in it are followed when it is needed.

    Args:
        place: Where it is, for people.
        values: Each value, or where it is, by its name.
    """

    place: str
    values: Mapping[str, Secret | SecretReference] = field(repr=False)

    @classmethod
    def parse(cls, table: object, place: str, folder: Path) -> MetadataTable:
        """The metadata that a table of the config file is.

        Raises:
            ConfigurationError: It is no table, or a value is neither a string nor a reference.
        """
        values: dict[str, Secret | SecretReference] = {}
        if not isinstance(table, Mapping):
            raise _no_table(place)
        for name, value in table.items():
            whose = f"{name} of {place}"
            found = (
                Secret(value)
                if isinstance(value, str)
                else SecretReference.parse(value, whose, folder)
            )
            if found is None:
                raise _no_table(place)
            values[name] = found
        return cls(place, values)

    @without_frames
    def secret_for(self, field: str) -> Secret:
        """All of it, as a JSON object of strings.

        Raises:
            ConfigurationError: A reference leads nowhere.
            StoreError: One leads into a keychain that can't be used.
        """
        table = {
            name: (value if isinstance(value, Secret) else value.secret_for(name)).reveal()
            for name, value in self.values.items()
        }
        return Secret(json.dumps(table))


def _no_table(place: str) -> ConfigurationError:
    return ConfigurationError(
        f"{place} must be a table whose values are strings or references to secrets, such as "
        '{ x-tenant = "orders", api-key = { env = "API_KEY" } }.'
    )

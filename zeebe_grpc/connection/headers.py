"""Under which header a profile's token is sent, and what else each call carries."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from zeebe_auth import ConfigurationError, Secret
from zeebe_grpc.call.channel_token import Metadata, Refused, TokenHeader, check_refused


class HeaderOverrides(NamedTuple):
    """What was passed to `connect`; None leaves it to the profile.

    Args:
        header: The metadata key of the token.
        prefix: What is in front of the bare token.
        metadata: What else each call carries.
        refused: What else than UNAUTHENTICATED means that the token was refused.
    """

    header: str | None = None
    prefix: str | None = None
    metadata: Metadata | None = None
    refused: Refused | None = None

    @classmethod
    def checked(
        cls,
        header: str | None,
        prefix: str | None,
        metadata: Metadata | None,
        refused: Refused | None,
    ) -> HeaderOverrides:
        """What was passed, if it can be used; an iterator is read.

        Raises:
            TypeError: An argument is of the wrong type; no value is quoted.
            ValueError: A name or a value is not valid as metadata; no value is quoted.
        """
        check_refused(refused)
        given = TokenHeader() if header is None else TokenHeader.checked(header)
        whole = TokenHeader.checked(str(given.name), prefix, metadata or ())
        return cls(header, prefix, None if metadata is None else whole.metadata, refused)

    def beside(self, profile: TokenHeader) -> dict[str, Any]:
        """The arguments of a channel function: these, and for the others the profile's."""
        return {
            "header": self.header or profile.name,
            "header_prefix": profile.prefix if self.prefix is None else self.prefix,
            "metadata": profile.metadata if self.metadata is None else self.metadata,
            "refused": self.refused,
        }


def read_metadata(secret: Secret | None, named: str) -> tuple[tuple[str, str], ...]:
    """The ``metadata`` of a profile: a JSON object of strings.

    Raises:
        ConfigurationError: It is none.
    """
    if secret is None:
        return ()
    try:
        table = json.loads(secret.reveal())
    except ValueError:
        table = None
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise ConfigurationError(
            f"{named} must be a table of strings, such as "
            '{ x-tenant = "orders", api-key = { env = "API_KEY" } }.'
        )
    return tuple(table.items())

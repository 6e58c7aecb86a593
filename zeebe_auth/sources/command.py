"""Credentials from a helper program, such as a vault's own command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zeebe_auth.arguments import finite_number
from zeebe_auth.configuration.credentials import credentials_from
from zeebe_auth.configuration.finding import finding_of
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.helper_program import TIME_LIMIT_SECONDS, Argv, output_of
from zeebe_auth.configuration.json_document import fields_from_json
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import ConfigurationError, without_arguments, without_frames
from zeebe_auth.files.one_version import read_together
from zeebe_auth.finding import Finding
from zeebe_auth.public_class import public_class


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class CommandSource:
    """Runs a program for each `load` and reads one JSON object from its stdout.

    The object's keys are the names of a profile's fields: ``client_id``, ``client_secret``,
    ``token_url``, ``audience``, ``address`` and so on. An empty object means that the program has
    nothing to offer. No shell takes part, and the program gets no input.

    Args:
        argv: The program and its arguments, at least the program.
        time_limit_seconds: How long it may take until it is killed with its children; more
            than 0.

    Raises:
        ConfigurationError: ``argv`` is no list of strings, or the limit is not above 0.
    """

    argv: tuple[str, ...]
    time_limit_seconds: float

    @without_arguments
    def __init__(self, argv: Sequence[str], time_limit_seconds: float = TIME_LIMIT_SECONDS) -> None:
        if isinstance(argv, str) or not argv or not all(isinstance(part, str) for part in argv):
            raise ConfigurationError(
                "A command is a list of strings, the program first, such as "
                '["vault-helper", "--json"]; it is not run by a shell.'
            )
        limit_seconds = finite_number(time_limit_seconds)
        if limit_seconds is None or limit_seconds <= 0:
            raise ConfigurationError(
                "time_limit_seconds of a command must be a number of seconds above 0."
            )
        object.__setattr__(self, "argv", Argv(argv))
        object.__setattr__(self, "time_limit_seconds", limit_seconds)

    def load(self) -> ClientCredentials:
        """The identity that the program prints.

        Raises:
            CredentialsUnavailable: It printed no part of an identity.
            ConfigurationError: It can't be started, fails, takes too long, prints too much or no
                JSON object, or a part is missing.
        """
        fields = self.fields()
        return read_together(lambda: credentials_from(fields), f"command {self.argv[0]}")

    def settings(self) -> Mapping[str, str]:
        """Address, CA file and the like, as texts. It runs the program.

        Raises:
            ConfigurationError: As `load`.
        """
        return self.fields().settings()

    def explain(self) -> Sequence[Finding]:
        """Whether the program prints an identity, and why not. It runs the program."""
        return finding_of(f"command {self.argv[0]}", self.load)

    @without_frames
    def fields(self) -> GivenFields:
        """All that the program prints, before it is judged."""
        text = output_of(self.argv, self.time_limit_seconds)
        origin = f"output of the command {self.argv[0]}"
        return fields_from_json(text, origin, from_elsewhere=True)

    def __repr__(self) -> str:
        return f"CommandSource({self.argv!r}, time_limit_seconds={self.time_limit_seconds})"

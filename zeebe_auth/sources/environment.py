"""Credentials from environment variables."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from zeebe_auth.arguments import check_text, refuse_type
from zeebe_auth.configuration.credentials import credentials_from
from zeebe_auth.configuration.equivalence import unquoted
from zeebe_auth.configuration.finding import findings_of_fields
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.names import choose
from zeebe_auth.configuration.one_secret import one_secret
from zeebe_auth.configuration.vocabulary import (
    ENVIRONMENT_NAMES,
    FIELD_OF_NAME,
    FIELDS,
    SECRET_FIELDS,
)
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import ConfigurationError, without_frames
from zeebe_auth.files.one_version import read_together
from zeebe_auth.finding import Finding
from zeebe_auth.public_class import public_class

_PREFIX = re.compile(r"[A-Za-z_](\w*[A-Za-z0-9])?", re.ASCII)
# Of clusters of Camunda SaaS, which no other service has.
_OF_SAAS = frozenset({"cluster_id", "region", "cloud_domain", "cloud_port"})


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True)
class EnvSource:
    """Reads the ``CAMUNDA_*`` and ``ZEEBE_*`` variables, anew for each `load`.

    Quotes around a value are stripped, an empty one counts as unset. Several names of one field
    may be set as long as they mean the same. Those of the ``CAMUNDA_CLIENT_*`` family and others
    that are marked as newer in the reference give way to the rest: what they say beside those is
    left out.

    With a prefix such as ``BILLING`` it reads ``BILLING_CLIENT_ID``, ``BILLING_CLIENT_SECRET``,
    ``BILLING_TOKEN_URL`` and so on instead: the prefix and the name of a profile's field in
    capitals. Nothing else is looked at, and nothing is filled in for Camunda SaaS.

    Args:
        environ: The variables; None reads those of this process. A source with variables of its
            own holds their literal values, so it can't be pickled.
        prefix: What the variables' names begin with, without the underscore behind it; None reads
            Camunda's names.

    Raises:
        ConfigurationError: The prefix can't begin a variable's name.
        TypeError: An argument is of the wrong type.
    """

    environ: Mapping[str, str] | None = field(default=None, hash=False)
    prefix: str | None = None

    def __post_init__(self) -> None:
        check_text(self.prefix, "prefix of EnvSource")
        if self.prefix is not None and not _PREFIX.fullmatch(self.prefix):
            raise ConfigurationError(
                f"{self.prefix!r} can't begin a variable's name. A prefix is letters, digits and "
                "underscores, not a digit first and not an underscore last, such as BILLING."
            )
        if self.environ is not None and not isinstance(self.environ, Mapping):
            refuse_type(self.environ, "environ of EnvSource", "a mapping of variables, or nothing")
        if self.environ is not None and not isinstance(self.environ, _Variables):
            object.__setattr__(self, "environ", _Variables(self.environ))

    def load(self) -> ClientCredentials:
        """The identity that the variables name.

        Raises:
            CredentialsUnavailable: None of an identity is set.
            ConfigurationError: A part of it is missing, two names of one field disagree, or
                another way to authenticate is chosen.
        """
        return read_together(lambda: credentials_from(self.fields()), self._origin)

    def settings(self) -> Mapping[str, str]:
        """Address, CA file and the like, as texts.

        Raises:
            ConfigurationError: Two names of one field disagree.
        """
        return self.fields().settings()

    def explain(self) -> Sequence[Finding]:
        """Whether the variables hold an identity, and why not."""
        return findings_of_fields(self._origin, self.fields, self.load)

    @without_frames
    def fields(self) -> GivenFields:
        """All that the variables give, before it is judged."""
        environ = os.environ if self.environ is None else self.environ
        if self.prefix is not None:
            return _fields_with_prefix(environ, self.prefix, self._origin)
        return fields_from_variables(environ, "environment")

    @property
    def _origin(self) -> str:
        return "environment" if self.prefix is None else f"environment ({self.prefix}_…)"

    def __repr__(self) -> str:
        parts = {"environ": self.environ, "prefix": self.prefix}
        told = ", ".join(f"{name}={part!r}" for name, part in parts.items() if part is not None)
        return f"EnvSource({told})"

    def __copy__(self) -> Self:
        return self  # nothing of it changes; and the copy module would go by the way of pickle

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if self.environ is not None:
            raise TypeError(
                "An EnvSource with variables of its own is not pickled: their values would leave "
                "the process. Pickle an EnvSource() and set the variables where it is used."
            )
        return EnvSource, (None, self.prefix)


class _Variables(Mapping[str, str]):
    """Variables as they are now, of which only the number is shown."""

    __slots__ = ("_variables",)

    def __init__(self, variables: Mapping[str, str]) -> None:
        _VARIABLES.__set__(self, variables)

    def __getitem__(self, name: str) -> str:
        variables: Mapping[str, str] = _VARIABLES.__get__(self)
        return variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_VARIABLES.__get__(self))

    def __len__(self) -> int:
        return len(_VARIABLES.__get__(self))

    def __repr__(self) -> str:
        return f"<{len(self)} variables>"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


# Taken off the class, as `Secret` does it, so that no walk over attributes or slots meets it.
_VARIABLES: Any = _Variables.__dict__["_variables"]
delattr(_Variables, "_variables")


def fields_from_variables(variables: Mapping[str, str], origin: str) -> GivenFields:
    """The fields that ``variables`` give.

    Raises:
        ConfigurationError: Two names of one field disagree and neither gives way; the message
            holds no value.
    """
    # A name that isn't set costs os.environ an exception, and few of them are.
    variables = dict(variables)
    values = {
        field: said
        for field, names in ENVIRONMENT_NAMES.items()
        if (said := {n: text for n in names if (text := unquoted(variables.get(n, "")))})
    }

    def disagreement(names: list[str]) -> ConfigurationError:
        why = ""
        if FIELD_OF_NAME.get(names[0]) == "address":
            from zeebe_auth.configuration.addresses import only_scheme_differs

            if only_scheme_differs([values["address"][name] for name in names]):
                why = (
                    ": one says TLS and the other plaintext for the same host and port "
                    "(without a scheme it is TLS, behind grpc:// and http:// plaintext)"
                )
        return ConfigurationError(
            f"{_listed(names)} in the {origin} disagree{why}. Unset all but one, or give them the "
            "same value."
        )

    texts, given_as, newer, ignored = choose(values, disagreement)
    return GivenFields(
        origin,
        {name: text for name, text in texts.items() if name not in SECRET_FIELDS},
        {
            name: one_secret(text, name, f"{given_as[name]} in the {origin}")
            for name, text in texts.items()
            if name in SECRET_FIELDS
        },
        given_as,
        lambda name: ENVIRONMENT_NAMES.get(name, ()),
        newer,
        ignored,
    )


def _fields_with_prefix(environ: Mapping[str, str], prefix: str, origin: str) -> GivenFields:
    """The fields that the variables of somebody's own names give."""
    given_as = {name: f"{prefix}_{name.upper()}" for name in FIELDS if name not in _OF_SAAS}
    values = {
        name: text
        for name, variable in given_as.items()
        if (text := unquoted(environ.get(variable, "")))
    }
    if "address" in values:
        from zeebe_auth.configuration.addresses import with_port

        # It is no Zeebe gateway, whose port would be filled in.
        values["address"] = with_port(values["address"])
    return GivenFields(
        origin,
        {name: text for name, text in values.items() if name not in SECRET_FIELDS},
        {
            name: one_secret(text, name, f"{given_as[name]} in the {origin}")
            for name, text in values.items()
            if name in SECRET_FIELDS
        },
        given_as,
        lambda name: (given_as[name],) if name in given_as else (),
    )


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]])

"""What follows from the table of fields: sets of fields by kind and form, and their other names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from zeebe_auth.configuration.field import SECRET_FORMS, Form, Kind, Option, Question
from zeebe_auth.configuration.field_table import ROWS


def _names(*kinds: Kind) -> tuple[str, ...]:
    return tuple(row.name for row in ROWS if row.kind in kinds)


FORM_BY_FIELD: Mapping[str, Form] = MappingProxyType({row.name: row.form for row in ROWS})

SECRET_FIELDS = frozenset(name for name, form in FORM_BY_FIELD.items() if form in SECRET_FORMS)

PEM_SECRET_FIELDS = frozenset(name for name, form in FORM_BY_FIELD.items() if form == "secret pem")
PATH_FIELDS = frozenset(name for name, form in FORM_BY_FIELD.items() if form == "path")

IDENTITY_FIELDS = _names("identity", "token endpoint")
"""What makes an OAuth identity."""

TOKEN_ENDPOINT_FIELDS = _names("token endpoint")
"""Those of them that lead to the token endpoint; one is enough."""

_ALL_SETTINGS = _names("destination", "tuning", "setting")

SETTINGS = tuple(name for name in _ALL_SETTINGS if name not in SECRET_FIELDS)
"""What is carried to whoever connects, uninterpreted."""

SECRET_SETTINGS = tuple(name for name in _ALL_SETTINGS if name in SECRET_FIELDS)
"""The same, never shown and looked up only when needed."""

DESTINATION_FIELDS = _names("destination")
"""The settings that decide where a token goes: never mixed with an identity from elsewhere."""

TUNING_FIELDS = _names("tuning")
"""What the environment may add to an unnamed profile that doesn't say it."""

FIELDS = (*IDENTITY_FIELDS, *SETTINGS, *SECRET_SETTINGS, *_names("strategy"))
"""What a profile, a document or a helper program may say."""

_ROW_OF = {row.name: row for row in ROWS}

ENVIRONMENT_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: names for name in FIELDS if (names := _ROW_OF[name].variables)}
)
"""Field to variables; where several are set and agree, the first one's value is taken."""

NEWER_NAMES = frozenset(name for row in ROWS for name in row.newer)
"""The variables that give way to those that were read before them."""

NEWER_FIELDS = frozenset(row.name for row in ROWS if not row.environment)
"""The fields that no such variable gave, and that give way under their own names, too."""

FIELD_OF_NAME: Mapping[str, str] = MappingProxyType(
    {name: field for field, names in ENVIRONMENT_NAMES.items() for name in names}
)

READ_ELSEWHERE = frozenset(
    {
        "CAMUNDA_OAUTH_CACHE_DIR",
        "CAMUNDA_TOKEN_CACHE_DIR",
        "CAMUNDA_TOKEN_DISK_CACHE_DISABLE",
        "ZEEBE_AUTH_CONFIG",
        "ZEEBE_AUTH_PROFILE",
        "ZEEBE_AUTH_STORE",
        "ZEEBE_SANDBOX_CONTROL_URL",
    }
)
"""Variables that are read and give no field."""

LOGIN_OPTIONS: Mapping[str, Option] = MappingProxyType(
    {row.name: row.login for row in ROWS if isinstance(row.login, Option)}
)
"""Each field that has an option of ``login``, in the order of its help."""

LOGIN_QUESTIONS: Mapping[str, str] = MappingProxyType(
    {row.name: row.login.text for row in ROWS if isinstance(row.login, Question)}
)
"""Each secret that ``login`` asks for, and its question."""

BESIDE_FILE_FIELDS = frozenset(_names("tuning", "setting"))
"""What may be given beside a file that holds a whole identity and its destination."""

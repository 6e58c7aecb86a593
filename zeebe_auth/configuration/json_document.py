"""The fields of a profile as one JSON object: what the keychain keeps and helper programs print."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from zeebe_auth.configuration.credentials import texts_from
from zeebe_auth.configuration.given import GivenFields, did_you_mean, text_of
from zeebe_auth.configuration.one_secret import one_secret
from zeebe_auth.configuration.vocabulary import FIELDS, SECRET_FIELDS, SETTINGS
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

_VERSION = 1


def json_from_credentials(
    credentials: ClientCredentials,
    settings: Mapping[str, str],
    secret_settings: Mapping[str, Secret] = MappingProxyType({}),
) -> str:
    """One line of JSON with all of ``credentials`` and ``settings``. It reveals the secrets.

    Args:
        credentials: The identity.
        settings: Address, CA file and the like, as a profile carries them.
        secret_settings: Those that are secret.
    """
    kept = {name: text for name, text in settings.items() if name in SETTINGS}
    kept |= {name: secret.reveal() for name, secret in secret_settings.items()}
    return json.dumps({"version": _VERSION, **kept, **texts_from(credentials)})


def fields_from_json(text: str, origin: str, *, from_elsewhere: bool = False) -> GivenFields:
    """The fields in one JSON object.

    Args:
        text: The object; its keys are the names of fields, empty texts and nulls count as unset.
        origin: Where the text is from, for people.
        from_elsewhere: Whether somebody else's program wrote it: then new lines at the end of a
            value are dropped, and a secret is one line or PEM.

    Raises:
        ConfigurationError: It is no JSON object, of another version, or has an unknown key or a
            value of the wrong type. The message holds no value.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        # The parser's error would carry the document.
        document = None
    if not isinstance(document, dict):
        raise ConfigurationError(
            f"The {origin} is no JSON object. It must be one such as "
            '{"client_id": "…", "client_secret": "…", "token_url": "…"}.'
        )
    version = document.pop("version", _VERSION)
    if version != _VERSION or isinstance(version, bool):
        raise ConfigurationError(
            f"The {origin} is of a version that is not known here. Write it again with the version "
            "of zeebe-auth in use."
        )
    texts: dict[str, str] = {}
    secrets: dict[str, Secret] = {}
    for name, value in document.items():
        if name not in FIELDS:
            raise ConfigurationError(
                f"The {origin} has a key that is not known. {did_you_mean(name, FIELDS)}"
            )
        if value in (None, ""):
            continue
        if name in SECRET_FIELDS:
            secret = text_of(name, value, f"the {origin}")
            place = f"{name} in the {origin}"
            secrets[name] = one_secret(secret, name, place) if from_elsewhere else Secret(secret)
        else:
            told = text_of(name, value, f"the {origin}")
            texts[name] = told.rstrip("\r\n") if from_elsewhere else told
    return GivenFields(origin, {name: text for name, text in texts.items() if text}, secrets)

"""The fields that a login is made of: from options and answers, or from a Console file."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from zeebe_auth.cli.login_answers import (
    LoginFields,
    answers_for_the_rest,
    option_of,
    options_and_answers,
)
from zeebe_auth.cli.questions import is_terminal, secret_from_stdin
from zeebe_auth.configuration.client_authentication import (
    METHOD_BY_FIELD,
    authentication_method,
)
from zeebe_auth.configuration.config_folder import inside
from zeebe_auth.configuration.credentials import knows_address
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.vocabulary import (
    BESIDE_FILE_FIELDS,
    IDENTITY_FIELDS,
    LOGIN_OPTIONS,
    PATH_FIELDS,
    SECRET_SETTINGS,
    TOKEN_ENDPOINT_FIELDS,
)
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.files.small_files import absolute
from zeebe_auth.secret import Secret
from zeebe_auth.sources.env_file import EnvFileSource

_NO_PART_OF_FILE = tuple(name for name in LOGIN_OPTIONS if name not in BESIDE_FILE_FIELDS)
_WAYS = (
    "authentication_method",
    *(name for name in METHOD_BY_FIELD if name in LOGIN_OPTIONS and name in IDENTITY_FIELDS),
)


def login_fields(args: argparse.Namespace) -> LoginFields:
    """Return all that was given, and ask for what is missing; paths are made absolute.

    Args:
        args: The command's options: `LOGIN_OPTIONS`, ``from_file`` and ``secret_stdin``.

    Raises:
        ConfigurationError: Options contradict each other, something is missing and nobody can be
            asked, or the file can't be used.
        CredentialsUnavailable: There is no such file.
    """
    texts = {name: text for name in LOGIN_OPTIONS if (text := getattr(args, name))}
    if args.from_file:
        fields = LoginFields(_from_file(args.from_file, texts, secret_stdin=args.secret_stdin))
    else:
        fields = _from_options(texts, secret_stdin=args.secret_stdin)
    given = fields.given
    complete = replace(
        given,
        texts={
            # Whoever reads the profile later is in another directory.
            name: str(absolute(inside(Path(), text), option_of(name)))
            if name in PATH_FIELDS
            else text
            for name, text in given.texts.items()
            if name not in SECRET_SETTINGS
        },
        secrets={
            **given.secrets,
            **{name: Secret(texts[name]) for name in SECRET_SETTINGS if name in texts},
        },
    )
    return replace(fields, given=complete)


def _from_file(path: str, texts: dict[str, str], *, secret_stdin: bool) -> GivenFields:
    others = [option_of(name) for name in _NO_PART_OF_FILE if name in texts]
    others += ["--secret-stdin"] if secret_stdin else []
    if others:
        raise ConfigurationError(
            f"--from-file gives a whole identity, so {', '.join(others)} can't be given beside it. "
            "Leave out one or the other."
        )
    given = EnvFileSource(path).fields()
    return replace(given, texts={**given.texts, **texts})


def _from_options(texts: dict[str, str], *, secret_stdin: bool) -> LoginFields:
    addresses = [option_of(name) for name in TOKEN_ENDPOINT_FIELDS if name in texts]
    if len(addresses) > 1:
        raise ConfigurationError(
            f"{' and '.join(addresses)} name the same thing. Give one of them."
        )
    if not any(name in texts for name in _WAYS):
        # A certificate by itself is for the gateway: whoever means more says so by the method.
        texts["authentication_method"] = "client_secret_post"
    proof, method = authentication_method(options_and_answers(texts, {}))
    if secret_stdin and method.secret is None:
        raise ConfigurationError(
            "--secret-stdin gives a secret, but these options prove the client's identity without "
            "one. Leave out one or the other."
        )
    if is_terminal() and not secret_stdin:
        return answers_for_the_rest(texts, proof, method)
    _refuse_incomplete(texts, secret_stdin=secret_stdin or method.secret not in method.fields)
    secret = method.secret if secret_stdin else None
    secrets = {secret: secret_from_stdin(secret)} if secret else {}
    return LoginFields(options_and_answers(texts, secrets))


def _refuse_incomplete(texts: dict[str, str], *, secret_stdin: bool) -> None:
    missing = [] if "client_id" in texts else ["--client-id"]
    given = options_and_answers(texts, {})
    if not any(name in texts for name in TOKEN_ENDPOINT_FIELDS) and not knows_address(given):
        missing.append("--token-url, --issuer or --cluster-id")
    if not secret_stdin:
        missing.append("--secret-stdin with the secret in stdin")
    if missing:
        raise ConfigurationError(
            f"Nobody can be asked here, and there is no {', no '.join(missing)}. Give what is "
            "missing, or --from-file, or run it in a terminal."
        )

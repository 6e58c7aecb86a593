"""The fields that a login is made of: from options and answers, or from a Console file."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path

from zeebe_auth.cli.questions import ask, ask_secret, is_terminal, secret_from_stdin
from zeebe_auth.configuration.client_authentication import (
    METHOD_BY_FIELD,
    AuthenticationMethod,
    authentication_method,
)
from zeebe_auth.configuration.credentials import knows_address
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.secret_reference import inside
from zeebe_auth.configuration.vocabulary import (
    BESIDE_FILE_FIELDS,
    IDENTITY_FIELDS,
    LOGIN_OPTIONS,
    LOGIN_QUESTIONS,
    PATH_FIELDS,
    SECRET_SETTINGS,
    TOKEN_ENDPOINT_FIELDS,
)
from zeebe_auth.credentials.key_files import may_be_encrypted, read_key_file
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret
from zeebe_auth.small_files import absolute
from zeebe_auth.sources.env_file import EnvFileSource

__all__ = ["login_fields"]

_NO_PART_OF_FILE = tuple(name for name in LOGIN_OPTIONS if name not in BESIDE_FILE_FIELDS)
_WAYS = (
    "authentication_method",
    *(name for name in METHOD_BY_FIELD if name in LOGIN_OPTIONS and name in IDENTITY_FIELDS),
)
_CLUSTER_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def login_fields(args: argparse.Namespace) -> GivenFields:
    """Everything that was given, and what is missing asked for; paths are made absolute.

    Args:
        args: The command's options: `LOGIN_OPTIONS`, ``from_file`` and ``secret_stdin``.

    Raises:
        ConfigurationError: Options contradict each other, something is missing and nobody can be
            asked, or the file can't be used.
        CredentialsUnavailable: There is no such file.
    """
    texts = {name: text for name in LOGIN_OPTIONS if (text := getattr(args, name))}
    if args.from_file:
        given = _from_file(args.from_file, texts, secret_stdin=args.secret_stdin)
    else:
        given = _from_options(texts, secret_stdin=args.secret_stdin)
    return replace(
        given,
        texts={
            # Whoever reads the profile later is in another directory.
            name: str(absolute(inside(Path(), text), _option(name)))
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


def _from_file(path: str, texts: dict[str, str], *, secret_stdin: bool) -> GivenFields:
    others = [_option(name) for name in _NO_PART_OF_FILE if name in texts]
    others += ["--secret-stdin"] if secret_stdin else []
    if others:
        raise ConfigurationError(
            f"--from-file gives a whole identity, so {', '.join(others)} can't be given beside it. "
            "Leave out one or the other."
        )
    given = EnvFileSource(path).fields()
    return replace(given, texts={**given.texts, **texts})


def _from_options(texts: dict[str, str], *, secret_stdin: bool) -> GivenFields:
    addresses = [_option(name) for name in TOKEN_ENDPOINT_FIELDS if name in texts]
    if len(addresses) > 1:
        raise ConfigurationError(
            f"{' and '.join(addresses)} name the same thing. Give one of them."
        )
    if not any(name in texts for name in _WAYS):
        # A certificate by itself is for the gateway: whoever means more says so by the method.
        texts["authentication_method"] = "client_secret_post"
    proof, method = authentication_method(_given(texts, {}))
    if secret_stdin and method.secret is None:
        raise ConfigurationError(
            "--secret-stdin gives a secret, but these options prove the client's identity without "
            "one. Leave out one or the other."
        )
    if is_terminal() and not secret_stdin:
        return _given(texts, _ask_for_the_rest(texts, proof, method))
    _refuse_incomplete(texts, secret_stdin=secret_stdin or method.secret not in method.fields)
    secret = method.secret if secret_stdin else None
    return _given(texts, {secret: secret_from_stdin(secret)} if secret else {})


def _ask_for_the_rest(
    texts: dict[str, str], proof: str | None, method: AuthenticationMethod
) -> dict[str, Secret]:
    """Put the answers into ``texts``; it returns the secrets."""
    _ask_for_the_gateway(texts)
    if "client_id" not in texts:
        texts["client_id"] = ask("Client id")
    asked = []
    is_setting = method.secret in SECRET_SETTINGS
    if method.secret and not is_setting and (method.secret == proof or proof in texts):
        asked.append(method.secret)
    if _has_locked_certificate(texts):  # for the token endpoint, or for the gateway alone
        asked.append("client_key_password")
    secrets = {
        name: ask_secret(LOGIN_QUESTIONS[name], required=name in method.fields) for name in asked
    }
    if not knows_address(_given(texts, secrets)):
        if not any(name in texts for name in TOKEN_ENDPOINT_FIELDS):
            texts["token_url"] = ask("Token URL (empty: to give an issuer)", required=False)
            if not texts["token_url"]:
                texts["issuer"] = ask("Issuer URL")
        if "audience" not in texts:
            texts["audience"] = ask("Audience (empty: none)", required=False)
    return secrets


def _has_locked_certificate(texts: dict[str, str]) -> bool:
    file = texts.get("client_key") or texts.get("client_certificate")
    if not file:
        return False
    try:
        return may_be_encrypted(read_key_file(inside(Path(), file), "client certificate in"))
    except ConfigurationError:
        # It is refused later, by the name of its option.
        return False


def _ask_for_the_gateway(texts: dict[str, str]) -> None:
    if "address" not in texts and "cluster_id" not in texts:
        answer = ask("Gateway address, or cluster id of Camunda SaaS (empty: none)", required=False)
        if _CLUSTER_ID.fullmatch(answer):
            texts["cluster_id"] = answer
            if "region" not in texts:
                texts["region"] = ask("Region (empty: bru-2)", required=False)
        else:
            texts["address"] = answer


def _refuse_incomplete(texts: dict[str, str], *, secret_stdin: bool) -> None:
    missing = [] if "client_id" in texts else ["--client-id"]
    if not (
        any(name in texts for name in TOKEN_ENDPOINT_FIELDS) or knows_address(_given(texts, {}))
    ):
        missing.append("--token-url, --issuer or --cluster-id")
    if not secret_stdin:
        missing.append("--secret-stdin with the secret in stdin")
    if missing:
        raise ConfigurationError(
            f"Nobody can be asked here, and there is no {', no '.join(missing)}. Give what is "
            "missing, or --from-file, or run it in a terminal."
        )


def _given(texts: dict[str, str], secrets: dict[str, Secret]) -> GivenFields:
    return GivenFields(
        "options and answers",
        {name: text for name, text in texts.items() if text},
        {name: secret for name, secret in secrets.items() if secret},
        {name: _option(name) for name in texts},
        lambda name: (_option(name),),
    )


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"

"""The fields that a login is made of: from options and answers, or from a Console file."""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import replace

from zeebe_auth.cli.questions import ask, ask_secret, is_terminal, secret_from_stdin
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret
from zeebe_auth.sources.assembly import is_saas
from zeebe_auth.sources.env_file import EnvFileSource
from zeebe_auth.sources.fields import PATH_FIELDS, GivenFields

__all__ = ["FIELD_OPTIONS", "login_fields"]

FIELD_OPTIONS = {
    "address": ("ADDRESS", "the gateway, such as zeebe.example.com:443"),
    "cluster_id": ("ID", "of a cluster in Camunda SaaS, instead of an address"),
    "region": ("REGION", "of that cluster, bru-2 by default"),
    "client_id": ("ID", "the OAuth client id"),
    "token_url": ("URL", "the token endpoint; that of Camunda SaaS needs not be given"),
    "issuer": ("URL", "whose discovery document names the token endpoint, instead of it"),
    "audience": ("AUDIENCE", "whom the tokens are for; that of Camunda SaaS needs not be given"),
    "scope": ("SCOPE", "the OAuth scopes, with spaces between them"),
    "ca_certificate": ("FILE", "the certificate authorities of gateway and token endpoint, PEM"),
}
"""Each field that has an option: what stands for its value, and what it is."""

_NO_PART_OF_FILE = tuple(name for name in FIELD_OPTIONS if name != "ca_certificate")
_CLUSTER_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def login_fields(args: argparse.Namespace) -> GivenFields:
    """Everything that was given, and what is missing asked for; paths are made absolute.

    Args:
        args: The command's options: `FIELD_OPTIONS`, ``from_file`` and ``secret_stdin``.

    Raises:
        ConfigurationError: Options contradict each other, something is missing and nobody can be
            asked, or the file can't be used.
        CredentialsUnavailable: There is no such file.
    """
    texts = {name: text for name in FIELD_OPTIONS if (text := getattr(args, name))}
    if args.from_file:
        given = _from_file(args.from_file, texts, secret_stdin=args.secret_stdin)
    else:
        given = _from_options(texts, secret_stdin=args.secret_stdin)
    return replace(
        given,
        texts={
            # Whoever reads the profile later stands in another directory.
            name: os.path.abspath(os.path.expanduser(text))  # noqa: PTH100, PTH111
            if name in PATH_FIELDS
            else text
            for name, text in given.texts.items()
        },
    )


def _from_file(path: str, texts: dict[str, str], *, secret_stdin: bool) -> GivenFields:
    others = [_option(name) for name in _NO_PART_OF_FILE if name in texts]
    others += ["--secret-stdin"] if secret_stdin else []
    if others:
        raise ConfigurationError(
            f"--from-file gives a whole identity, so {', '.join(others)} can't stand beside it. "
            "Leave out one or the other."
        )
    given = EnvFileSource(path).fields()
    return replace(given, texts={**given.texts, **texts})


def _from_options(texts: dict[str, str], *, secret_stdin: bool) -> GivenFields:
    if "token_url" in texts and "issuer" in texts:
        raise ConfigurationError("--token-url and --issuer name the same thing. Give one of them.")
    if is_terminal() and not secret_stdin:
        secret = _ask_for_the_rest(texts)
    else:
        _refuse_incomplete(texts, secret_stdin=secret_stdin)
        secret = secret_from_stdin()
    return _given(texts, secret)


def _ask_for_the_rest(texts: dict[str, str]) -> Secret:
    """Put the answers into ``texts``; it returns the secret."""
    if "address" not in texts and "cluster_id" not in texts:
        answer = ask("Gateway address, or cluster id of Camunda SaaS (empty: none)", required=False)
        if _CLUSTER_ID.fullmatch(answer):
            texts["cluster_id"] = answer
            if "region" not in texts:
                texts["region"] = ask("Region (empty: bru-2)", required=False)
        else:
            texts["address"] = answer
    if "client_id" not in texts:
        texts["client_id"] = ask("Client id")
    secret = ask_secret("Client secret (it is not shown)")
    if not is_saas(_given(texts, secret)):
        if "token_url" not in texts and "issuer" not in texts:
            texts["token_url"] = ask("Token URL (empty: to give an issuer)", required=False)
            if not texts["token_url"]:
                texts["issuer"] = ask("Issuer URL")
        if "audience" not in texts:
            texts["audience"] = ask("Audience (empty: none)", required=False)
    return secret


def _refuse_incomplete(texts: dict[str, str], *, secret_stdin: bool) -> None:
    missing = [] if "client_id" in texts else ["--client-id"]
    if not ("token_url" in texts or "issuer" in texts or is_saas(_given(texts, None))):
        missing.append("--token-url, --issuer or --cluster-id")
    if not secret_stdin:
        missing.append("--secret-stdin with the secret in stdin")
    if missing:
        raise ConfigurationError(
            f"Nobody can be asked here, and there is no {', no '.join(missing)}. Give what is "
            "missing, or --from-file, or run it in a terminal."
        )


def _given(texts: dict[str, str], secret: Secret | None) -> GivenFields:
    return GivenFields(
        "options and answers",
        {name: text for name, text in texts.items() if text},
        {} if secret is None else {"client_secret": secret},
        {name: _option(name) for name in texts},
        lambda name: (_option(name),),
    )


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"

"""What ``zeebe-auth login`` asks a person for, and asks again if the answer is of no use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from zeebe_auth.cli.questions import ask, ask_secret
from zeebe_auth.cli.shell import tell
from zeebe_auth.configuration.addresses import cluster_address, parse_address
from zeebe_auth.configuration.client_authentication import AuthenticationMethod
from zeebe_auth.configuration.config_folder import inside
from zeebe_auth.configuration.credentials import knows_address
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.vocabulary import (
    LOGIN_QUESTIONS,
    SECRET_SETTINGS,
    TOKEN_ENDPOINT_FIELDS,
)
from zeebe_auth.credentials.key_files import may_be_encrypted, read_key_file
from zeebe_auth.errors import (
    AuthError,
    ConfigurationError,
    InvalidClientError,
    TokenEndpointUnreachable,
    TokenResponseError,
)
from zeebe_auth.secret import Secret
from zeebe_auth.token_endpoint.http.url import EndpointUrl

_CLUSTER_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_URLS = {"token_url": "The token URL", "issuer": "The issuer"}


@dataclass(frozen=True, slots=True)
class LoginFields:
    """The fields of a login.

    Args:
        given: The fields.
        asked: Those that a person was asked for, who can be asked again.
    """

    given: GivenFields
    asked: frozenset[str] = frozenset()

    def asked_again(self, error: AuthError) -> LoginFields | None:
        """Ask again for the one answer that ``error`` is about; None if it is about none of them.

        Raises:
            ConfigurationError: The person ended the input.
        """
        match error:
            case InvalidClientError() if "client_secret" in self.asked:
                tell(error.message)
                secret = ask_secret(LOGIN_QUESTIONS["client_secret"])
                secrets = {**self.given.secrets, "client_secret": secret}
                return replace(self, given=replace(self.given, secrets=secrets))
            case TokenEndpointUnreachable() | TokenResponseError():
                for name, question in (("token_url", "Token URL"), ("issuer", "Issuer URL")):
                    if name in self.asked and name in self.given.texts:
                        tell(error.message)
                        url = ask(question, check=partial(_check_url, name))
                        texts = {**self.given.texts, name: url}
                        return replace(self, given=replace(self.given, texts=texts))
        return None


def answers_for_the_rest(
    texts: Mapping[str, str], proof: str | None, method: AuthenticationMethod
) -> LoginFields:
    """Ask for what the options leave out.

    Args:
        texts: What the options gave.
        proof: The field that proves who the client is, if one was given.
        method: How the client authenticates.

    Raises:
        ConfigurationError: The person ended the input, or three answers in a row can't be used.
    """
    told = dict(texts)
    _ask_for_the_gateway(told)
    if "client_id" not in told:
        told["client_id"] = ask("Client id")
    asked = []
    is_setting = method.secret in SECRET_SETTINGS
    if method.secret and not is_setting and (method.secret == proof or proof in told):
        asked.append(method.secret)
    if _has_locked_certificate(told):  # for the token endpoint, or for the gateway alone
        asked.append("client_key_password")
    secrets = {
        name: ask_secret(LOGIN_QUESTIONS[name], required=name in method.fields) for name in asked
    }
    if not knows_address(options_and_answers(told, secrets)):
        _ask_for_the_token_endpoint(told)
    return LoginFields(
        options_and_answers(told, secrets), frozenset({*told} - {*texts} | {*secrets})
    )


def options_and_answers(texts: Mapping[str, str], secrets: Mapping[str, Secret]) -> GivenFields:
    """The fields without those that were left empty, called by their options."""
    return GivenFields(
        "options and answers",
        {name: text for name, text in texts.items() if text},
        {name: secret for name, secret in secrets.items() if secret},
        {name: option_of(name) for name in texts},
        lambda name: (option_of(name),),
    )


def option_of(name: str) -> str:
    """The option of a field."""
    return f"--{name.replace('_', '-')}"


def _ask_for_the_gateway(texts: dict[str, str]) -> None:
    if "address" in texts or "cluster_id" in texts:
        return
    answer = ask(
        "Gateway address, or cluster id of Camunda SaaS (empty: none)",
        required=False,
        check=_check_gateway,
    )
    if not _CLUSTER_ID.fullmatch(answer):
        texts["address"] = answer
        return
    texts["cluster_id"] = answer
    if "region" not in texts:
        texts["region"] = ask(
            "Region (empty: bru-2)",
            required=False,
            check=lambda region: cluster_address(answer, region or None),
        )


def _ask_for_the_token_endpoint(texts: dict[str, str]) -> None:
    if not any(name in texts for name in TOKEN_ENDPOINT_FIELDS):
        texts["token_url"] = ask(
            "Token URL (empty: to give an issuer)",
            required=False,
            check=partial(_check_url, "token_url"),
        )
        if not texts["token_url"]:
            texts["issuer"] = ask("Issuer URL", check=partial(_check_url, "issuer"))
    if "audience" not in texts:
        texts["audience"] = ask("Audience (empty: none)", required=False)


def _check_gateway(answer: str) -> None:
    if answer and not _CLUSTER_ID.fullmatch(answer):
        parse_address(answer)


def _check_url(field: str, url: str) -> None:
    # Whether plaintext may carry a secret there is another option's matter.
    if url:
        EndpointUrl.parse(url, called=_URLS[field], allow_plaintext=True)


def _has_locked_certificate(texts: Mapping[str, str]) -> bool:
    file = texts.get("client_key") or texts.get("client_certificate")
    if not file:
        return False
    try:
        return may_be_encrypted(read_key_file(inside(Path(), file), "client certificate in"))
    except ConfigurationError:
        # It is refused later, by the name of its option.
        return False

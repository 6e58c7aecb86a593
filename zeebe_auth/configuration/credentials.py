"""From the fields that one place gave to whole credentials, and back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeebe_auth.arguments import unknown_word
from zeebe_auth.configuration.client_authentication import (
    METHOD_BY_FIELD,
    AuthenticationMethod,
    authentication_method,
    texts_of_authentication,
)
from zeebe_auth.configuration.equivalence import host_of
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.saas import (
    DEFAULT_DOMAIN,
    gateway_domain,
    is_saas_host,
    login_host,
)
from zeebe_auth.configuration.strategy import strategy_of
from zeebe_auth.configuration.vocabulary import (
    FORM_BY_FIELD,
    IDENTITY_FIELDS,
    PATH_FIELDS,
    TOKEN_ENDPOINT_FIELDS,
)
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.named_files import naming_files
from zeebe_auth.errors import ConfigurationError, CredentialsUnavailable

if TYPE_CHECKING:
    from zeebe_auth.credentials.dialects import Dialect

_REQUEST_FORMATS = ("form", "json")


def credentials_from(given: GivenFields) -> ClientCredentials:
    """The credentials that ``given`` names, references to secrets followed.

    Raises:
        CredentialsUnavailable: It names no part of an identity.
        ConfigurationError: It names a part, or another way to authenticate.
    """
    with naming_files(_files_of(given)):
        return _credentials_from(given)


def _credentials_from(given: GivenFields) -> ClientCredentials:
    try:
        proof, method = _checked(given)
    except ConfigurationError as error:
        if _is_left_over(given):
            raise CredentialsUnavailable(error.message) from None
        raise
    request_format = given.texts.get("request_format")
    if request_format and request_format.lower() not in _REQUEST_FORMATS:
        raise unknown_word(given.named_by("request_format"), request_format, _REQUEST_FORMATS)
    arguments: dict[str, Any] = {
        "client_id": given.texts["client_id"],
        "authentication": method.authentication(given, proof),
        "token_url": given.texts.get("token_url"),
        "well_known_url": given.texts.get("well_known_url"),
        "issuer": given.texts.get("issuer"),
        "revocation_url": given.texts.get("revocation_url"),
        "audience": given.texts.get("audience"),
        "scopes": tuple(given.texts.get("scope", "").split()),
        "resources": tuple(given.texts.get("resource", "").split()),
        **_exchange(given),
        "request_format": request_format.lower() if request_format else "form",
        "origin": given.origin,
        "token_url_filled_in": _fills_in_token_url(given),
        "named_by": _who_named(given),
    }
    dialect = _dialect_of(given)
    if dialect is not None:
        from zeebe_auth.credentials.dialects import completed

        if request_format is None:
            del arguments["request_format"]
        arguments = completed(dialect, arguments)
    return ClientCredentials(**arguments)


def _who_named(given: GivenFields) -> dict[str, str]:
    """Who named the token endpoint's address and the files, for messages."""
    named = given.who_named(TOKEN_ENDPOINT_FIELDS)
    if "token_url" not in named and "issuer" in named:
        named["token_url"] = named["issuer"]  # a dialect makes the one of the other
    return named | _files_of(given)


def _files_of(given: GivenFields) -> dict[str, str]:
    """By path, as messages show it, who named that file."""
    files: dict[str, str] = {}
    for name in PATH_FIELDS & given.texts.keys():
        path = Path(given.texts[name])
        with suppress(RuntimeError):  # the home directory is not known, which is told elsewhere
            path = path.expanduser()
        files[str(path)] = given.named_by(name)
        with suppress(OSError):  # the working directory is gone
            files[str(path.absolute())] = given.named_by(name)
    return files


def _checked(given: GivenFields) -> tuple[str | None, AuthenticationMethod]:
    strategy = strategy_of(given)
    if strategy is None:
        raise CredentialsUnavailable(
            f"The {given.origin} holds no credentials. It needs {_either(given, 'client_id')}, "
            f"{_either(given, 'client_secret')}, and {_either(given, 'token_url')}."
        )
    if strategy != "OAUTH":
        raise ConfigurationError(
            f"The {given.origin} chooses the strategy {strategy}, which is no OAuth identity. Use "
            "default_provider() or load_profile(), which know it, or choose OAUTH."
        )
    proof, method = authentication_method(given)
    _refuse_partial(given, proof)
    _refuse_lines(given)
    given.refuse_placeholders()
    return proof, method


def _refuse_lines(given: GivenFields) -> None:
    """As with secrets: notes below a client id would be sent with it."""
    for name in (*IDENTITY_FIELDS, *TOKEN_ENDPOINT_FIELDS):
        is_line = FORM_BY_FIELD[name] in {"text", "url"}
        if is_line and len(given.texts.get(name, "").splitlines()) > 1:
            raise ConfigurationError(
                f"{given.name_of(name)} in the {given.origin} has several lines. Leave one of them."
            )


def _is_left_over(given: GivenFields) -> bool:
    """Whether only newer names say how to authenticate."""
    return bool(given.newer) and strategy_of(given.without(given.newer)) is None


def has_identity(given: GivenFields) -> bool:
    """Whether the fields are to be used, or refused, before another place is asked.

    What only newer names say may have been set for another program, and without it the other place
    was asked: it must not hide a place that has an identity.

    Raises:
        ConfigurationError: Several ways to authenticate are given, or an unknown one is chosen.
    """
    return not _is_left_over(given) and strategy_of(given) is not None


def _exchange(given: GivenFields) -> dict[str, Any]:
    texts = given.texts
    arguments: dict[str, Any] = {"requested_token_type": texts.get("requested_token_type")}
    for name in ("subject_token", "actor_token"):
        file = texts.get(f"{name}_file")
        if file is not None:
            from zeebe_auth.credentials.token_exchange import ActorToken, SubjectToken

            kind = SubjectToken if name == "subject_token" else ActorToken
            token_type = texts.get(f"{name}_type", "access_token")
            arguments[name] = kind(Path(file), token_type, texts.get(f"{name}_subject"))
    return arguments


def refuse_partial(given: GivenFields) -> None:
    """Refuse what `credentials_from` would refuse of an OAuth identity; no reference is followed.

    Raises:
        ConfigurationError: A part is missing, or it contradicts itself.
    """
    _refuse_partial(given, authentication_method(given)[0])


def texts_from(credentials: ClientCredentials) -> dict[str, str]:
    """The fields that say the same as ``credentials``. It reveals the secret.

    Raises:
        ConfigurationError: A part of them is a function, or they ask by the JWT bearer grant.
    """
    if credentials.jwt_bearer is not None:
        raise ConfigurationError(
            f"The JWT bearer grant of the credentials from {credentials.origin} can't be written "
            "down. Give it in code: ClientCredentials(jwt_bearer=…)."
        )
    texts: dict[str, str | None] = {
        "client_id": credentials.client_id,
        "token_url": credentials.token_url,
        "well_known_url": credentials.well_known_url,
        "issuer": credentials.issuer,
        "revocation_url": credentials.revocation_url,
        "audience": credentials.audience,
        "scope": " ".join(credentials.scopes),
        "resource": " ".join(credentials.resources),
        "request_format": credentials.request_format,
        "requested_token_type": credentials.requested_token_type,
    }
    if credentials.token_url_filled_in:
        # Filled in again when it is read: what nobody gave is not kept as if somebody had.
        del texts["token_url"]
        texts["dialect"] = "camunda-saas"
    texts |= texts_of_authentication(credentials.authentication)
    for name, exchanged in (
        ("subject_token", credentials.subject_token),
        ("actor_token", credentials.actor_token),
    ):
        if exchanged is None:
            continue
        if not isinstance(exchanged.token, Path):
            raise ConfigurationError(
                f"A function that gives {exchanged.called}s can't be written down. Give a file."
            )
        texts |= {
            f"{name}_file": str(exchanged.token),
            f"{name}_type": exchanged.token_type,
            f"{name}_subject": exchanged.subject,
        }
    return {name: text for name, text in texts.items() if text}


def _fills_in_token_url(given: GivenFields) -> bool:
    return not any(name in given for name in TOKEN_ENDPOINT_FIELDS) and knows_address(given)


def knows_address(given: GivenFields) -> bool:
    """Whether the token endpoint is known without being given.

    Raises:
        ConfigurationError: There is no dialect of the name that is given.
    """
    dialect = _dialect_of(given)
    return dialect is not None and dialect.token_url is not None


def _dialect_of(given: GivenFields) -> Dialect | None:
    """The dialect that is named or implied; None for one that adds nothing."""
    name = given.texts.get("dialect")
    domain = _cloud_domain(given)
    if name is None:
        if not _is_saas(given):
            return None
        token_url = given.texts.get("token_url")
        if any(n in given for n in TOKEN_ENDPOINT_FIELDS) and host_of(
            token_url or ""
        ) != login_host(domain):
            return None
        name = "camunda-saas"
    from zeebe_auth.credentials.dialects import dialect_named

    dialect = dialect_named(name, who=given.named_by("dialect"))
    if domain == DEFAULT_DOMAIN or dialect.token_url is None:
        return dialect
    token_url = f"https://{login_host(domain)}/oauth/token"
    return replace(dialect, token_url=token_url, audience=gateway_domain(domain))


def _cloud_domain(given: GivenFields) -> str:
    domain = given.texts.get("cloud_domain")
    if domain is None or "address" in given:
        return DEFAULT_DOMAIN
    from zeebe_auth.configuration.addresses import checked_domain

    return checked_domain(domain)


def _is_saas(given: GivenFields) -> bool:
    """Whether the fields are about Camunda SaaS, whose token URL and audience are known."""
    # An address outside SaaS outweighs a cluster id: a self-managed secret stays at home.
    address = given.texts.get("address")
    if address is not None:
        return is_saas_host(host_of(address))
    return "cluster_id" in given


def _refuse_partial(given: GivenFields, proof: str | None) -> None:
    missing = [name for name in ("client_id", proof) if name and name not in given]
    wanted = [_wanted(given, name) for name in missing]
    if not any(name in given for name in TOKEN_ENDPOINT_FIELDS) and not knows_address(given):
        missing.append("token_url")
        wanted.append(_absent([*_spell(given, "token_url")[:1], *_others_of_address(given)]))
    if not missing:
        return
    what = " and no ".join(name.replace("_", " ").replace("url", "URL") for name in missing)
    place = "" if given.origin == "environment" else f" in the {given.origin}"
    present = _identity_names(given)
    verb = "is" if len(present) == 1 else "are"
    login = "" if _has_own_names(given) else ', or run "zeebe-auth login"'
    raise ConfigurationError(
        f"No {what}{place}: {' and '.join(present)} {verb} set but {'; and '.join(wanted)}. "
        f"Set {'one' if len(missing) == 1 else 'them'}{login}."
    )


def _identity_names(given: GivenFields) -> list[str]:
    first = given.names_of(("client_id", *METHOD_BY_FIELD))
    return (
        first
        or [given.name_of(name) for name in given.texts if name not in given.settings()]
        or ["it"]
    )


def _others_of_address(given: GivenFields) -> list[str]:
    names = [*_spell(given, "issuer")[:1]]
    if "address" not in given and not _has_own_names(given):
        names += _spell(given, "cluster_id")[:1]
    return names


def _has_own_names(given: GivenFields) -> bool:
    """Whether the fields are variables with a prefix, which know nothing of Camunda SaaS."""
    return given.origin.startswith("environment (")


def _spell(given: GivenFields, name: str) -> tuple[str, ...]:
    return given.spellings(name) or (name,)


def _wanted(given: GivenFields, name: str) -> str:
    return _absent(list(_spell(given, name)[:2]))


def _absent(names: list[str]) -> str:
    match names:
        case [only]:
            return f"{only} is not"
        case [first, second]:
            return f"neither {first} nor {second} is"
        case _:
            return f"none of {', '.join(names)} is"


def _either(given: GivenFields, name: str) -> str:
    return " or ".join(_spell(given, name)[:2])

"""Which profile is meant, and what its place says."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from zeebe_auth.arguments import refuse_type
from zeebe_auth.configuration.credentials import has_identity, refuse_partial
from zeebe_auth.configuration.equivalence import is_true, normalised
from zeebe_auth.configuration.finding import findings_of_ignored
from zeebe_auth.configuration.given import GivenFields, nearest
from zeebe_auth.configuration.profile_name import (
    advice_on_address,
    checked_profile_name,
    named_profile,
    table_heading,
)
from zeebe_auth.configuration.strategy import passed_by, ready_token, strategy_of
from zeebe_auth.configuration.vocabulary import (
    DESTINATION_FIELDS,
    FIELD_OF_NAME,
    NEWER_NAMES,
    SECRET_SETTINGS,
    SETTINGS,
    TUNING_FIELDS,
)
from zeebe_auth.errors import AuthError, ConfigurationError, CredentialsUnavailable
from zeebe_auth.finding import Finding
from zeebe_auth.profiles.profile import Profile
from zeebe_auth.protocols import CredentialSource
from zeebe_auth.sources.environment import EnvSource

if TYPE_CHECKING:
    from zeebe_auth.configuration.document import ConfigDocument

_ALL_SETTINGS = (*SETTINGS, *SECRET_SETTINGS)

__all__ = ["Profile", "explain_profile", "explain_unread", "load_profile", "look_for_profile"]


def load_profile(name: str | None = None) -> Profile:
    """The profile to use.

    A named one, by ``name`` or ``ZEEBE_AUTH_PROFILE``, is taken whole from the config file, else
    from the OS keychain, and the environment's identity and address are ignored. Without a name
    it is the first that has an identity of: the environment, the config file's default profile,
    the OS keychain. Then the environment may still add a CA file, the keep-alive time and the
    limits of messages and metadata.
    Secrets that a config file refers to are looked up when a token is needed, not here.

    Args:
        name: The profile's name.

    Warns:
        SecretsExposedWarning: The config file holds a literal secret and every user may read it.

    Raises:
        TypeError: The name is no str.
        CredentialsUnavailable: No name is given, and no place has an identity.
        ConfigurationError: There is no profile of that name, a place has something unusable, or
            the address is set in the environment and the identity elsewhere.
        StoreError: The OS keychain had to be asked, and is locked or doesn't answer.
    """
    if name is not None and not isinstance(name, str):
        refuse_type(name, "name of load_profile", "the name of a profile, a str,")
    return _search(name, [])


def explain_profile(name: str | None = None) -> Sequence[Finding]:
    """What `load_profile` looks at, in order, also where it finds nothing. It raises nothing.

    Args:
        name: The profile's name.
    """
    return look_for_profile(name)[1]


def look_for_profile(
    name: str | None = None,
) -> tuple[Profile | AuthError, tuple[Finding, ...]]:
    """What `load_profile` gives or raises, and all that was looked at; each place is read once.

    Args:
        name: The profile's name.
    """
    findings: list[Finding] = []
    found: Profile | AuthError
    try:
        found = _search(name, findings)
    except CredentialsUnavailable as error:
        found = error  # the findings say of each place that it was passed over
    except AuthError as error:
        found = error
        named = named_profile(name)
        subject = f"profile {named}" if named else "default profile"
        findings.append(Finding(subject, "unusable", error.message))
    return found, (*findings, *explain_unread())


def explain_unread() -> Sequence[Finding]:
    """The variables of this process that look as if they were meant for us, and are not read."""
    from zeebe_auth.configuration.unread import findings_of_unread

    return findings_of_unread(os.environ)


def _search(name: str | None, findings: list[Finding]) -> Profile:
    named = named_profile(name)
    profile = _named(named, findings) if named is not None else _unnamed(findings)
    findings.append(Finding(profile.origin, "chosen", _what(profile)))
    return replace(profile, findings=tuple(findings))


def _what(profile: Profile) -> str:
    if profile.token:
        return f"A ready {profile.token.token_type} token."
    if profile.fetcher:
        return f"Tokens of {profile.fetcher.identity().label}."
    return "An OAuth identity." if profile.source else "No authorization is sent."


def _named(name: str, findings: list[Finding]) -> Profile:
    checked_profile_name(name)
    ignored = [variable for variable in FIELD_OF_NAME if os.environ.get(variable)]
    if ignored:
        findings.append(
            Finding(
                "environment",
                "ignored",
                f"{', '.join(ignored)}: the named profile {name} is whole.",
            )
        )
    document = _config(findings)
    if document and name in document.profiles:
        return _from_config(document, name, findings)
    if document:
        findings.append(
            Finding(f"config file {document.path}", "passed over", f'It has no profile "{name}".')
        )
    profile = _from_keychain(name, findings)
    if profile is None:
        if advice := advice_on_address(name):
            raise ConfigurationError(advice)
        near = nearest(name, document.profiles) if document else ""
        raise ConfigurationError(
            f'There is no profile "{name}": {_known_profiles(document)}, and '
            f"{_lack_in_keychain(name, findings[-1], near)}"
        )
    return profile


def _lack_in_keychain(name: str, finding: Finding, near: str) -> str:
    """The end of the sentence, and what to do.

    Why there is no keychain takes many words: whoever mistyped a name wants none of them, and
    "zeebe-auth login" and "zeebe-auth status" tell them.
    """
    from zeebe_auth.configuration.kept_login import login_command

    table = f"Write a table {table_heading(name)} into the config file"
    if finding.reason.startswith(f'The OS keychain holds no profile "{name}"'):
        make = f'{table}, or run "{login_command(name)}".'
        return f"the OS keychain has none of that name.{near or f' {make}'}"
    return f"there is no keychain here.{near or f' {table}.'}"


def _known_profiles(document: ConfigDocument | None) -> str:
    if document:
        return f"the config file {document.path} has {document.profile_names}"
    from zeebe_auth.configuration.document import config_location, no_config_file_at

    return f"there is {no_config_file_at(config_location()[0])}"


def _unnamed(findings: list[Finding]) -> Profile:
    everything, problem = _environment()
    if has_identity(everything):
        return _from_fields(everything, EnvSource(), findings)
    # Newer names belong to the environment's own identity alone: another place did without them.
    given = everything.without(everything.newer)
    where = [name for name in DESTINATION_FIELDS if name in given]
    left_over = _distinct(everything.names_of(sorted(everything.newer)))
    findings.append(_passed_over(left_over, problem))
    document = _config(findings)
    name = (document.default_profile if document else None) or "default"
    if document and name in document.profiles:
        profile: Profile | None = _from_config(document, name, findings)
    else:
        if document:
            reason = f'It has no profile "{name}" but {document.profile_names}.'
            findings.append(Finding(f"config file {document.path}", "passed over", reason))
        profile = _from_keychain(name, findings)
    if profile is None:
        profile = _from_left_over(everything, document, problem, findings)
        if profile is not None:
            return profile
        raise _nothing_found(document, _distinct(everything.names_of(DESTINATION_FIELDS)))
    findings += findings_of_ignored(everything)
    if where:
        _refuse_foreign_address(given, where, profile, findings)
    tuning = {name: given.texts[name] for name in TUNING_FIELDS if name in given.texts}
    dropped = [n for n in (*given.texts, *given.secrets) if n not in (*where, *tuning)]
    if dropped:
        names = ", ".join(given.names_of(dropped))
        reason = f"{names}: an identity and what belongs to it are from one place."
        findings.append(Finding("environment", "ignored", reason))
    return replace(
        profile,
        settings={**tuning, **profile.settings},
        named_by={**given.who_named(tuning), **profile.named_by},
    )


def _environment() -> tuple[GivenFields, CredentialsUnavailable | None]:
    """What the environment gives, and how newer names, which are in nobody's way, disagree."""
    try:
        return EnvSource().fields(), None
    except CredentialsUnavailable as problem:
        older = {n: text for n, text in os.environ.items() if n not in NEWER_NAMES}
        return EnvSource(older).fields(), problem


def _from_left_over(
    given: GivenFields,
    document: ConfigDocument | None,
    problem: CredentialsUnavailable | None,
    findings: list[Finding],
) -> Profile | None:
    """What newer names choose where no other place has anything."""
    if document and document.default_profile:
        return None
    try:
        if problem is not None:
            raise problem
        if not given.newer or strategy_of(given) is None:
            return None
        return _from_fields(given, EnvSource(), findings)
    except ConfigurationError as error:
        # They are set for another program, maybe: then there is nothing here, as without them.
        raise CredentialsUnavailable(error.message) from None


def _passed_over(left_over: list[str], problem: CredentialsUnavailable | None) -> Finding:
    reason = "No client id, secret or strategy is set."
    if left_over:
        reason = (
            "The older names give no client id, secret or strategy, and newer names count only "
            f"if no other place has an identity: {', '.join(left_over)}."
        )
    if problem is not None:
        reason += f" {problem.message}"
    return Finding("environment", "passed over", reason)


def _distinct(names: list[str]) -> list[str]:
    # A REST address gives several fields.
    return list(dict.fromkeys(names))


def _nothing_found(document: ConfigDocument | None, where: list[str]) -> AuthError:
    if document and document.default_profile:
        return ConfigurationError(
            f'The config file {document.path} names the default profile "'
            f'{document.default_profile}" but has none of that name, and neither has the OS '
            f"keychain. The profiles there are: {document.profile_names}."
            f"{nearest(document.default_profile, document.profiles)}"
        )
    given = f" though the environment sets {', '.join(where)}" if where else ""
    if document and document.profiles:
        return CredentialsUnavailable(
            f"No profile is chosen{given}: the config file {document.path} has "
            f"{document.profile_names}. Choose one with --profile or ZEEBE_AUTH_PROFILE, or write "
            'default_profile = "NAME" at the beginning of the file.'
        )
    return CredentialsUnavailable(
        f"There are no credentials{given}: neither the environment nor the config file nor the OS "
        "keychain has any. Set CAMUNDA_CLIENT_ID and CAMUNDA_CLIENT_SECRET, or run "
        '"zeebe-auth login". For a gateway that wants none, set CAMUNDA_AUTH_STRATEGY=NONE.'
    )


def _config(findings: list[Finding]) -> ConfigDocument | None:
    # Rooms beyond the environment are entered only when it has nothing: a warm start pays for few.
    from zeebe_auth.configuration.document import (
        config_file_at,
        config_location,
        read_config,
    )

    path, is_named = config_location()
    document = read_config(path)
    if document is None:
        if is_named:
            raise ConfigurationError(
                f"There is no config file {path}, which ZEEBE_AUTH_CONFIG names. Write it, or "
                "unset the variable."
            )
        why = "This user has no home directory." if path is None else "There is no such file."
        findings.append(Finding(config_file_at(path), "passed over", why))
    return document


def _from_config(document: ConfigDocument, name: str, findings: list[Finding]) -> Profile:
    from zeebe_auth.configuration.config_folder import inside
    from zeebe_auth.sources.config_file import ConfigFileSource, settings_of

    origin = document.origin_of(name)
    given = document.fields_of(name)
    source = ConfigFileSource(name, document.path)
    store = document.table_of(name, "store")
    if store and store["use"] == "file" and isinstance(store.get("directory"), str):
        store["directory"] = str(inside(document.folder, store["directory"]))
    if "token" in document.profiles[name]:
        return replace(_with_fetcher(document, name, given, findings), store=store)
    if document.table_of(name, "source") is not None:
        settings = settings_of(document, name)
        findings += findings_of_ignored(settings)
        return Profile(
            source,
            settings.settings(),
            origin,
            store=store,
            secret_settings=settings.secret_settings(),
            named_by=settings.who_named(_ALL_SETTINGS),
        )
    if strategy_of(given) is None:
        raise ConfigurationError(
            f"The {origin} has no credentials. Add client_id and client_secret, or "
            'source = "keyring" after "zeebe-auth login", or auth_strategy = "none".'
        )
    return replace(_from_fields(given, source, findings), store=store)


def _with_fetcher(
    document: ConfigDocument, name: str, given: GivenFields, findings: list[Finding]
) -> Profile:
    from zeebe_auth.fetchers.configured import make_fetcher

    origin = document.origin_of(name)
    others = [each for each in (*given.texts, *given.secrets) if each not in _ALL_SETTINGS]
    if "source" in document.profiles[name]:
        others.append("source")
    if others:
        raise ConfigurationError(
            f"The {origin} has a token command and {', '.join(others)} beside it. Remove one of "
            "them: tokens come from one place."
        )
    findings += findings_of_ignored(given)
    return Profile(
        None,
        given.settings(),
        origin,
        fetcher=make_fetcher(document.profiles[name]["token"], origin),
        secret_settings=given.secret_settings(),
        named_by=given.who_named(_ALL_SETTINGS),
    )


def _from_keychain(name: str, findings: list[Finding]) -> Profile | None:
    from zeebe_auth.keychain.access import KeychainUnavailable
    from zeebe_auth.sources.keychain import KeyringSource

    source = KeyringSource(name)
    try:
        given = source.fields()
    except (CredentialsUnavailable, KeychainUnavailable) as nothing:
        findings.append(Finding(f"keychain profile {name}", "passed over", nothing.message))
        return None
    if strategy_of(given) is None:
        raise ConfigurationError(
            f'The {given.origin} has no credentials. Run "zeebe-auth login" again.'
        )
    return _from_fields(given, source, findings)


def _from_fields(given: GivenFields, source: CredentialSource, findings: list[Finding]) -> Profile:
    strategy = strategy_of(given)
    given.refuse_placeholders()
    findings += findings_of_ignored(given)
    others = passed_by(given, strategy)
    if others:
        findings.append(
            Finding(given.origin, "ignored", f"{', '.join(others)}: the strategy is {strategy}.")
        )
    if strategy == "OAUTH":
        refuse_partial(given)
    return Profile(
        source if strategy == "OAUTH" else None,
        given.settings(),
        given.origin,
        token=ready_token(given, strategy) if strategy in {"BASIC", "BEARER"} else None,
        secret_settings=given.secret_settings(),
        named_by=given.who_named(_ALL_SETTINGS),
    )


def _refuse_foreign_address(
    given: GivenFields, where: list[str], profile: Profile, findings: list[Finding]
) -> None:
    names = ", ".join(given.names_of(where))
    insecure = is_true(given.texts.get("insecure"))
    agrees = all(
        name in profile.settings
        and normalised(name, given.texts[name], insecure=insecure)
        == normalised(name, profile.settings[name], insecure=insecure)
        for name in where
    )
    if not agrees:
        raise ConfigurationError(
            f"The environment sets {names} but the identity is from the {profile.origin}: a token "
            "is only sent where its own origin says. Put both in one place, unset the variables, "
            "or name the profile with ZEEBE_AUTH_PROFILE."
        )
    findings.append(Finding("environment", "ignored", f"{names}: the profile says the same."))

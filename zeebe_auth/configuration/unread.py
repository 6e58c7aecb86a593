"""Variables that look as if they were meant for this package, and are not read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from zeebe_auth.configuration.equivalence import unquoted
from zeebe_auth.configuration.vocabulary import FIELD_OF_NAME, READ_ELSEWHERE
from zeebe_auth.finding import Finding

_PREFIXES = ("CAMUNDA_", "ZEEBE_")
_MAX_NAMES = 20
_CUTOFF = 0.9
_JAVA_CACHE = (
    "a file of the Java and Go clients' own format. CAMUNDA_TOKEN_CACHE_DIR names the directory of "
    "tokens"
)
_OTHER_PROGRAMS = "meant for other programs, or for what can't be changed here"
_KNOWN = (
    (re.compile(r"\w+_CLIENT_CONFIG_PATH|CAMUNDA_CLIENT_AUTH_CREDENTIALSCACHEPATH"), _JAVA_CACHE),
    (re.compile("CAMUNDA_CREDENTIALS_SCOPES"), "a list of APIs, not of OAuth scopes"),
    (re.compile("CAMUNDA_OAUTH_GRANT_TYPE"), "the grant is always client_credentials"),
    (re.compile("CAMUNDA_LOAD_ENVFILE"), "a profile names such a file as its source"),
    (
        re.compile(
            # Retries and refreshes, which are decided here, and workers, logs and the other APIs.
            r"CAMUNDA_OAUTH_RETRY_\w+|CAMUNDA_AUTH_TOKEN_FETCH_\w+|CAMUNDA_OAUTH_TOKEN_REFRESH_\w+"
            r"|\w+_(TASKLIST|OPERATE|OPTIMIZE|MODELER|CONSOLE|ADMIN|IDENTITY)_\w+"
            r"|(CAMUNDA|ZEEBE)(_CLIENT)?(_ZEEBE)?_(WORKER|DEFAULTS|OVERRIDE|DEPLOYMENT|LOG)(_\w+)?"
            r"|CAMUNDA_SDK_\w+|CAMUNDA_CONNECTOR_\w+|CAMUNDA_SUPPORT_\w+|CAMUNDA_TENANT_IDS"
            r"|CAMUNDA_CLIENT_(ENABLED|EXECUTIONTHREADS|PREFERRESTOVERGRPC|MESSAGETIMETOLIVE"
            r"|REQUESTTIMEOUT(OFFSET)?)"
            # What Kubernetes sets in a pod for each service.
            r"|\w+_SERVICE_(HOST|PORT(_\w+)?)|\w+_PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?"
        ),
        _OTHER_PROGRAMS,
    ),
)
"""Names that are known not to be read, and why; the first that fits counts."""


def findings_of_unread(environ: Mapping[str, str]) -> tuple[Finding, ...]:
    """Say which ``CAMUNDA_*`` and ``ZEEBE_*`` variables are set and not read, never their values.

    Args:
        environ: The variables.
    """
    known = {*FIELD_OF_NAME, *READ_ELSEWHERE}
    by_reason: dict[str, list[str]] = {}
    for name in unread_variables(environ):
        by_reason.setdefault(_reason(name, known), []).append(name)
    sentences = [f"{_listed(names)}: {reason}" for reason, names in by_reason.items()]
    sentences += _second_cache_directory(environ)
    return tuple(Finding("environment", "ignored", sentence) for sentence in sentences)


def unread_variables(environ: Mapping[str, str]) -> list[str]:
    """The names of the ``CAMUNDA_*`` and ``ZEEBE_*`` variables that are set and not read, sorted.

    Args:
        environ: The variables.
    """
    known = {*FIELD_OF_NAME, *READ_ELSEWHERE}
    return sorted(
        name
        for name in environ
        if name.upper().startswith(_PREFIXES) and name not in known and unquoted(environ[name])
    )


def _reason(name: str, known: Iterable[str]) -> str:
    meant = _misspelt(name, known)
    if meant is not None:
        return f'not read. Did you mean "{meant}"?'
    for pattern, reason in _KNOWN:
        if pattern.fullmatch(name):
            return f"not read; {reason}."
    return "not read."


def _misspelt(name: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    squeezed = {_squeezed(each): each for each in known}
    wanted = _squeezed(name)
    if wanted in squeezed:
        return squeezed[wanted]
    if any(pattern.fullmatch(name) for pattern, _ in _KNOWN):
        return None
    near = get_close_matches(wanted, squeezed, n=1, cutoff=_CUTOFF)
    return squeezed[near[0]] if near else None


def _squeezed(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name.upper())


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    shown = (name if name.isprintable() else ascii(name) for name in names[:_MAX_NAMES])
    return ", ".join(shown) + more


def _second_cache_directory(environ: Mapping[str, str]) -> list[str]:
    first, second = "CAMUNDA_TOKEN_CACHE_DIR", "CAMUNDA_OAUTH_CACHE_DIR"
    directories = [unquoted(environ.get(name, "")) for name in (first, second)]
    if all(directories) and directories[0] != directories[1]:
        return [f"{second}: {first} is set, which takes precedence."]
    return []

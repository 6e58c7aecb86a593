"""``zeebe-auth status``: which credentials are used, why, and how their token fares."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from typing import Any

from zeebe_auth.cli.parser import output_option, profile_option
from zeebe_auth.cli.shell import ExitCode, exit_code_of
from zeebe_auth.errors import AuthError, CredentialsUnavailable
from zeebe_auth.explanation import Explanation, Finding
from zeebe_auth.profiles.default_provider import default_provider
from zeebe_auth.profiles.default_store import explain_directory
from zeebe_auth.profiles.lookup import (
    Profile,
    explain_profile,
    explain_unread,
    load_profile,
)
from zeebe_auth.provider.fixed import AnonymousCredentialsProvider

__all__ = ["add_parser", "run"]

_EPILOG = """\
The exit code is 0 if there are credentials, otherwise that of the problem.

examples:
  zeebe-auth status
  zeebe-auth status -p prod -o json
"""


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-auth``."""
    subparsers.add_parser(
        "status",
        description="Show where credentials were looked for, which are used, where their token is "
        "stored and when it expires. Nothing is sent over the network, and no secret is shown.",
        epilog=_EPILOG,
        parents=[profile_option(), output_option()],
    )


def run(args: argparse.Namespace) -> int:
    """Print the report."""
    explanation, error = _explain(args.profile)
    if args.output == "json":
        print(json.dumps(explanation.to_dict(), indent=2))
    else:
        lines = [str(explanation)]
        if isinstance(error, CredentialsUnavailable):
            lines += ["", *_ways_to_give_credentials()]
        _print_whatever_the_encoding("\n".join(lines))
    return ExitCode.DONE if error is None else exit_code_of(error)


def _explain(name: str | None) -> tuple[Explanation, AuthError | None]:
    """The report, and the error because of which there are no credentials."""
    try:
        profile = load_profile(name)
    except AuthError as error:
        # The last finding may say the same as the problem.
        findings = tuple(
            finding for finding in explain_profile(name) if finding.reason != error.message
        )
        return Explanation(findings=findings, problem=error.message), error
    try:
        provider = default_provider(profile)
    except AuthError as error:
        return _without_provider(profile, error.message), error
    if isinstance(provider, AnonymousCredentialsProvider):
        return _without_provider(profile), None
    with provider:
        explanation = replace(provider.explain(), findings=_findings(profile))
    if explanation.problem is None or explanation.identity is not None:
        return explanation, None
    return explanation, _error_of_source(profile)


def _without_provider(profile: Profile, problem: str | None = None) -> Explanation:
    return Explanation(findings=_findings(profile), origin=profile.origin, problem=problem)


def _findings(profile: Profile) -> tuple[Finding, ...]:
    return (*profile.findings, *explain_directory(profile), *explain_unread())


def _error_of_source(profile: Profile) -> AuthError | None:
    # A report holds sentences; the exit code follows from the error itself.
    if profile.source is not None:
        from zeebe_auth.provider.parts import load_source

        try:
            load_source(profile.source)
        except AuthError as error:
            return error
    return None


def _ways_to_give_credentials() -> list[str]:
    from zeebe_auth.configuration.document import config_location

    path, _ = config_location()
    into = path or "a file, and name it with ZEEBE_AUTH_CONFIG"
    return [
        "Three ways to give credentials:",
        '  keychain     run "zeebe-auth login", or "zeebe-auth login --from-file FILE" with the',
        "               file that Camunda's Console lets you download",
        "  environment  set CAMUNDA_CLIENT_ID, CAMUNDA_CLIENT_SECRET and CAMUNDA_OAUTH_URL (for",
        "               Camunda SaaS CAMUNDA_CLUSTER_ID instead of the last)",
        f"  config file  write a table [profiles.default] into {into}",
    ]


def _print_whatever_the_encoding(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))

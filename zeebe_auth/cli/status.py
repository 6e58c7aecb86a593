"""``zeebe-auth status``: which credentials are used, why, and how their token fares."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from typing import Any

from zeebe_auth.cli.parser import output_option, profile_option
from zeebe_auth.cli.shell import CommandFailed, ExitCode, exit_code_of
from zeebe_auth.cli.status_report import StatusReport
from zeebe_auth.cli.table import Field, field_lines
from zeebe_auth.cli.terminal import Look, styled
from zeebe_auth.cli.waiting import waiting_for
from zeebe_auth.errors import AuthError, CredentialsUnavailable
from zeebe_auth.explanation import Explanation
from zeebe_auth.finding import Finding
from zeebe_auth.profiles.default_provider import default_provider
from zeebe_auth.profiles.default_store import explain_directory
from zeebe_auth.profiles.lookup import Profile, look_for_profile
from zeebe_auth.provider.fixed import AnonymousCredentialsProvider

_EPILOG = """\
The exit code is 0 if there are credentials, otherwise that of the problem. With --check, 4 says
that the token endpoint is not asked at the moment (a cooldown) and no stored token can be used.

examples:
  zeebe-auth status
  zeebe-auth status -p prod -o json
  zeebe-auth status --check && start-the-worker
"""
_LABEL_COLUMNS = 16
_LOOKS = {
    "chosen": Look.GOOD,
    "passed over": Look.QUIET,
    "unusable": Look.BAD,
    "ignored": Look.WARNING,
}
_KEYCHAIN = (
    'run "zeebe-auth login", or "zeebe-auth login --from-file FILE" with the file that Camunda\'s '
    "Console lets you download"
)
_ENVIRONMENT = (
    "set CAMUNDA_CLIENT_ID, CAMUNDA_CLIENT_SECRET and CAMUNDA_OAUTH_URL (for Camunda SaaS "
    "CAMUNDA_CLUSTER_ID instead of the last)"
)


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-auth``."""
    parser = subparsers.add_parser(
        "status",
        description="Show where credentials were looked for, which are used, where their token is "
        "stored and when it expires. Nothing is sent over the network, and no secret is shown.",
        epilog=_EPILOG,
        parents=[profile_option(), output_option()],
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="print nothing but what is wrong, for scripts that want the exit code",
    )


def run(args: argparse.Namespace) -> int:
    """Print the report."""
    with waiting_for("the credentials and the token store"):
        report = _report(args.profile)
    if args.check:
        return _check(report)
    if args.output == "json":
        print(json.dumps(report.to_dict(), indent=2))
    else:
        lines = field_lines(
            [_field(each) for each in report.explanation.findings], width=_LABEL_COLUMNS
        )
        lines += [""] if lines else []
        lines += field_lines(report.rows(), width=_LABEL_COLUMNS)
        if isinstance(report.error, CredentialsUnavailable):
            lines += ["", *_ways_to_give_credentials()]
        _print_whatever_the_encoding("\n".join(lines))
    return ExitCode.DONE if report.error is None else exit_code_of(report.error)


def _field(finding: Finding) -> Field:
    told = finding.subject + (f": {finding.reason}" if finding.reason else "")
    look = _LOOKS[finding.outcome]
    return Field(finding.outcome, told, Look.QUIET if look is Look.QUIET else None, look)


def _check(report: StatusReport) -> int:
    if report.error is not None:
        raise report.error
    told = report.explanation
    if told.cooldown_until is not None and told.token_state in {"none", "expired"}:
        raise CommandFailed(str(told.cooldown_reason), ExitCode.UNREACHABLE)
    return ExitCode.DONE


def _report(name: str | None) -> StatusReport:
    found, findings = look_for_profile(name)
    if isinstance(found, AuthError):
        # The last finding may say the same as the problem.
        findings = tuple(each for each in findings if each.reason != found.message)
        return StatusReport(None, Explanation(findings=findings, problem=found.message), found)
    # What belongs to the profile's token store, before what belongs to nothing.
    at = len(found.findings)
    findings = (*findings[:at], *explain_directory(found), *findings[at:])
    try:
        provider = default_provider(found)
    except AuthError as error:
        explained = Explanation(findings=findings, origin=found.origin, problem=error.message)
        return StatusReport(found, explained, error)
    if isinstance(provider, AnonymousCredentialsProvider):
        return StatusReport(found, Explanation(findings=findings, origin=found.origin), None)
    with provider:
        explained = replace(provider.explain(), findings=findings)
    broken = explained.problem is not None and explained.identity is None
    return StatusReport(found, explained, _error_of_source(found) if broken else None)


def _error_of_source(profile: Profile) -> AuthError | None:
    # A report holds sentences; the exit code follows from the error itself.
    if profile.source is not None:
        from zeebe_auth.provider.oauth_requester import load_source

        try:
            load_source(profile.source)
        except AuthError as error:
            return error
    return None


def _ways_to_give_credentials() -> list[str]:
    from zeebe_auth.configuration.document import config_location

    path, _ = config_location()
    into = path or "a file, and name it with ZEEBE_AUTH_CONFIG"
    fields = (
        Field("  keychain", _KEYCHAIN),
        Field("  environment", _ENVIRONMENT),
        Field("  config file", f"write a table [profiles.default] into {into}"),
    )
    title = styled("Three ways to give credentials:", Look.HEADING)
    return [title, *field_lines(fields, width=_LABEL_COLUMNS)]


def _print_whatever_the_encoding(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))

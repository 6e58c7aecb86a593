"""``zeebe-auth token``: a token for other tools."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from zeebe_auth.cli.parser import output_option, profile_option, seconds
from zeebe_auth.cli.shell import ExitCode, note

if TYPE_CHECKING:
    from zeebe_auth.token import AccessToken

_EXAMPLES = """\
examples:
  TOKEN=$(zeebe-auth token -p prod)
  zeebe-auth token -o json
  zeebe-auth token --fresh
  zeebe-auth token --claims
"""


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-auth``."""
    parser = subparsers.add_parser(
        "token",
        description="Print a valid access token: the stored one, or a new one if there is none. "
        "Text output is the token alone; JSON adds its type and expiry.",
        epilog=_EXAMPLES,
        parents=[profile_option(), output_option()],
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="request a new token even if a valid one is stored, and store it",
    )
    parser.add_argument(
        "--claims",
        action="store_true",
        help="show the header and the claims of a JWT instead of the token; the signature is not "
        "checked",
    )
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=seconds,
        help="how long to wait for a token (default: until the request ends)",
    )


def run(args: argparse.Namespace) -> int:
    """Print a token."""
    if sys.stderr.isatty():
        from zeebe_auth.cli.waiting import waiting_for

        with waiting_for("a token"):
            token = _token(args.profile, fresh=args.fresh, timeout=args.timeout)
    else:
        token = _token(args.profile, fresh=args.fresh, timeout=args.timeout)
    if args.claims:
        from zeebe_auth.cli.token_claims import claims_document, claims_lines

        document = claims_document(token)
        if args.output == "json":
            import json

            print(json.dumps(document, indent=2))
        else:
            print("\n".join(claims_lines(document)))
        return ExitCode.DONE
    if args.output == "json":
        import json

        print(json.dumps(_members(token), indent=2))
        return ExitCode.DONE
    if token.token_type != "Bearer":
        # Whoever takes the text will put "Bearer" in front of it.
        note(
            "zeebe-auth",
            f'this is no bearer token; send it as "Authorization: {token.token_type} …".',
        )
    print(token.value.reveal())
    return ExitCode.DONE


def _token(profile: str | None, *, fresh: bool, timeout: float | None) -> AccessToken:
    from zeebe_auth.profiles.default_store import stored_token
    from zeebe_auth.profiles.lookup import load_profile

    # A stored token saves a program that ends at once most of its imports. With a limit, a store
    # that hangs must not hold it up.
    loaded = load_profile(profile)
    if not fresh and timeout is None and (token := stored_token(loaded)) is not None:
        return token

    from zeebe_auth.profiles.default_provider import default_provider
    from zeebe_auth.provider.fetching import FetchingCredentialsProvider
    from zeebe_auth.provider.fixed import AnonymousCredentialsProvider

    provider = default_provider(loaded)
    if isinstance(provider, AnonymousCredentialsProvider):
        from zeebe_auth.errors import ConfigurationError

        raise ConfigurationError(
            "There is no token: the profile says that no authorization is sent (the strategy "
            "NONE). Unset the strategy, or name another profile with --profile."
        )
    with provider:
        if fresh and isinstance(provider, FetchingCredentialsProvider):
            return provider.fetch_token(timeout=timeout)
        return provider.get_token(timeout=timeout)


def _members(token: AccessToken) -> dict[str, object]:
    """The names of RFC 6749, 5.1, and the expiry as a point in time (epoch seconds)."""
    import time

    expires_in = None
    if token.expires_at is not None:
        expires_in = max(0, int(token.expires_at - time.time()))
    return {
        "access_token": token.value.reveal(),
        "token_type": token.token_type,
        "expires_in": expires_in,
        "expires_at": token.expires_at,
        "scope": token.scope,
    }

"""Method by method and situation by situation: what comes of it at each authorization server.

The tables are printed, and each of their rows is in docs/reference/authorization-servers.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from servers.authorization_server import AuthorizationServer
from servers.identity import SECRET, WRONG_SECRET, Identity
from servers.matrix import CASES, FORMATS, Case, Fate, Place

from zeebe_auth import (
    AccessToken,
    AuthError,
    InvalidClientError,
    OAuthCredentialsProvider,
    TokenResponseError,
    TokenTransport,
)
from zeebe_auth.token_endpoint.http.sending import HttpReply, HttpSender

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "authorization-servers.md"
TITLES = {"form": "Asked by a form", "json": "Asked by a JSON object"}
REFUSED = {
    Fate.CLIENT_REFUSED: InvalidClientError,
    Fate.SCOPE_REFUSED: TokenResponseError,
    Fate.TARGET_REFUSED: TokenResponseError,
    Fate.EXCHANGE_REFUSED: TokenResponseError,
}


@dataclass(frozen=True)
class Outcome:
    """What came of a request.

    Args:
        token: The token, if there was one.
        claims: What it says, if it is a JWT, with its signature verified.
        error: Why there was none.
        reply: The server's last reply, unless it refused the connection.
    """

    token: AccessToken | None
    claims: dict[str, Any] | None
    error: AuthError | None
    reply: HttpReply | None

    @property
    def scope(self) -> str:
        told = (self.token.scope if self.token else None) or (self.claims or {}).get("scope", "")
        return str(told)

    @property
    def audiences(self) -> list[str]:
        told = (self.claims or {}).get("aud", [])
        return [told] if isinstance(told, str) else list(told)

    def cell(self, fate: Fate) -> str:
        """For the table."""
        if self.error is None:
            return "a token" if fate is Fate.TOKEN else "a token without it"
        said = [str(self.reply.status_code)] if self.reply else []
        said += [code] if (code := getattr(self.error, "error", None)) else []
        return ": ".join([type(self.error).__name__, *([" ".join(said)] if said else [])])

    def own_words(self) -> str:
        """The server's message, on one line."""
        if self.reply is None:
            alert = re.search(r"\[SSL: (\w+)\]", str(self.error and self.error.__cause__))
            return f"no reply{f', TLS ended with {alert[1]}' if alert else ''}"
        body = self.reply.body.decode()
        try:
            said = f"`{json.dumps(json.loads(body))}`"
        except ValueError:
            said = f"`{body}`" if body else "with an empty body"
        return f"HTTP {self.reply.status_code} {said}"


@pytest.fixture(scope="module")
def outcome(
    identity: Identity, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[AuthorizationServer, Case, str], Outcome]:
    """The outcome of a case at a server; each case runs once."""
    known: dict[tuple[str, str, str], Outcome] = {}
    replies: list[HttpReply] = []
    send = HttpSender.send

    def recorded(self: HttpSender, request: Any) -> HttpReply:
        replies.append(send(self, request))
        return replies[-1]

    def played(server: AuthorizationServer, case: Case, request_format: str) -> Outcome:
        key = (server.name, str(case), request_format)
        if key not in known:
            place = Place(server, identity, tmp_path_factory.mktemp("case"))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(HttpSender, "send", recorded)
                known[key] = _played(place, case, request_format, replies)
        return known[key]

    return played


def _played(place: Place, case: Case, request_format: str, replies: list[HttpReply]) -> Outcome:
    credentials = case.credentials(place, request_format)
    transport = TokenTransport(ca_certificate=place.server.ca_file)
    replies.clear()
    for _ in range(case.times):
        token, error = None, None
        with OAuthCredentialsProvider(credentials, transport=transport) as provider:
            try:
                token = provider.get_token(timeout=30)
            except AuthError as raised:
                error = raised
    claims = place.server.claims(token) if token else None
    return Outcome(token, claims, error, replies[-1] if replies else None)


@pytest.mark.parametrize("request_format", FORMATS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_request_gets_what_it_deserves(server, case, request_format, outcome):
    """A right request gets a token for the gateway, a wrong one the error of its kind and what to
    check."""
    seen = outcome(server, case, request_format)
    if case.lacking_at(server) or str(case) in server.tolerates:
        assert (seen.error is None) == (str(case) in server.tolerates)
        return
    if request_format == "json" and not server.takes_json:
        assert isinstance(seen.error, TokenResponseError | InvalidClientError)
        assert "request_format" in str(seen.error)
        return
    if case.fate is Fate.TOKEN:
        assert seen.error is None
        assert seen.claims is None or server.audience in seen.audiences
        return
    if seen.error is None:
        # Some servers give less than what was asked for, as RFC 6749, 3.3 allows.
        assert case.fate in {Fate.SCOPE_REFUSED, Fate.TARGET_REFUSED}
        assert "no-such-scope" not in seen.scope.split()
        assert not set(seen.audiences) & set(_asked_targets(server))
        return
    assert isinstance(seen.error, REFUSED[case.fate])
    assert "check" in str(seen.error).lower()


@pytest.mark.parametrize("request_format", FORMATS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_error_shows_a_secret(server, case, request_format, outcome):
    """No error contains what was sent or received."""
    seen = outcome(server, case, request_format)
    if seen.error is not None:
        shown = f"{seen.error}{seen.error!r}"
        assert SECRET not in shown
        assert WRONG_SECRET not in shown
        assert "eyJ" not in shown


def test_the_tables_of_the_documentation_are_true(running_servers, outcome, capsys):
    """Every row that is printed here is on the page."""
    lines = []
    for request_format in FORMATS:
        names = [server.name for server in running_servers.values()]
        lines += [
            "",
            f"## {TITLES[request_format]}",
            "",
            f"| method | situation | {' | '.join(names)} |",
        ]
        lines.append("|---" * (len(names) + 2) + "|")
        for case in CASES:
            cells = [
                outcome(server, case, request_format).cell(case.fate)
                for server in running_servers.values()
            ]
            lines.append(f"| `{case.method}` | {case.situation} | {' | '.join(cells)} |")
    lines += ["", "## In their own words", ""]
    for server in running_servers.values():
        for case in CASES:
            if case.lacking_at(server) and case.situation == "right":
                seen = outcome(server, case, "form")
                lines.append(f"- {server.name}, {case.method}: {seen.own_words()}")
    with capsys.disabled():
        print("\n".join(lines))  # noqa: T201 - a run shows it
    page = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line not in page] == []


def _asked_targets(server: AuthorizationServer) -> list[str]:
    unknown = dict(server.unknown_target)
    return [*unknown.get("resources", ()), unknown.get("audience", "")]

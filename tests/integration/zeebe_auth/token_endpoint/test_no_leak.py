"""A failed or a successful request leaves no secret behind, anywhere."""

from __future__ import annotations

import logging
import threading

import pytest
from error_reports import everything_reachable

from zeebe_auth.credentials.authentication import ClientSecret
from zeebe_auth.errors import AuthError
from zeebe_auth.secret import Secret

SECRET = "the-secret-that-must-not-leak"
QUERY = "query-that-must-not-leak"
COOKIE = "cookie-that-must-not-leak"


def _failures(wire, server):
    token = {**wire.token, "access_token": SECRET}
    return {
        "refused": wire.json(401, {"error": "invalid_client", "error_description": SECRET}),
        "page": wire.reply(200, f"<html>{SECRET}".encode()),
        "type": wire.json(document={**token, "token_type": "mac"}),
        "header": wire.json(document={**token, "access_token": f"{SECRET}\n"}),
        "compressed": wire.reply(200, SECRET.encode(), Content_Encoding="br"),
        "trouble": wire.reply(500, SECRET.encode()),
        "hangs-up": b"",
        "not-http": SECRET.encode() + b"\r\n\r\n",
        "redirect": wire.reply(302, Location=f"https://{SECRET}@example.com/?{SECRET}"),
        "large": wire.reply(200, SECRET.encode() * 40_000),
        "silent": server.dripping(SECRET.encode(), b""),
    }


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
@pytest.mark.parametrize(
    "failure",
    [
        "refused", "page", "type", "header", "compressed", "trouble", "hangs-up", "not-http",
        "redirect", "large", "silent",
    ],
)  # fmt: skip
def test_no_error_leads_to_the_secret(serve, endpoint, credentials_for, wire, method, failure):
    """Neither messages nor causes, contexts or the variables of any frame show secret or token."""
    server = serve()
    server.answer = lambda _request: _failures(wire, server)[failure]
    proof = ClientSecret(Secret(SECRET), method)
    with pytest.raises(AuthError) as caught:
        endpoint(total_timeout_seconds=2).request_token(
            credentials_for(f"{server.url}/token?key={QUERY}", authentication=proof)
        )
    assert SECRET not in everything_reachable(caught.value)
    assert QUERY not in str(caught.value)


def test_no_log_line_shows_the_secret(
    serve, endpoint, credentials_for, wire, authority, caplog, capfd
):
    """With every logger at DEBUG neither secret nor token nor the URL's query is written."""
    document = {**wire.token, "access_token": SECRET}
    server = serve(
        tls=authority.server_context("localhost"),
        answer=lambda _request: wire.json(
            document=document, Set_Cookie=f"session={COOKIE}", X_Trace=COOKIE
        ),
    )
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)
    for method in ("client_secret_post", "client_secret_basic"):
        proof = ClientSecret(Secret(SECRET), method)
        token = endpoint(ca_certificate=authority.file).request_token(
            credentials_for(f"{server.url}/token?key={QUERY}", authentication=proof)
        )
        assert token.value.reveal() == SECRET
    assert caplog.records
    logged = caplog.text + "".join(capfd.readouterr())
    assert SECRET not in logged
    assert QUERY not in logged
    assert COOKIE not in logged


def test_no_log_line_quotes_a_broken_reply(serve, endpoint, credentials_for, caplog):
    """A broken reply is not logged, though the parser's own errors contain lines of it."""
    broken = f"HTTP/1.1 200 OK\r\nSet-Cookie {COOKIE}\r\n\r\n".encode()
    server = serve(answer=lambda _request: broken)
    caplog.set_level(logging.DEBUG)
    with pytest.raises(AuthError):
        endpoint().request_token(credentials_for(server.url))
    assert "receive_response_headers.failed" in caplog.messages
    assert COOKIE not in caplog.text


def test_log_lines_of_others_are_whole(serve, endpoint, credentials_for, wire, caplog):
    """Other users of the HTTP library log as before, also in a thread pool during a request."""
    import httpcore2

    caplog.set_level(logging.DEBUG)
    server = serve(answer=lambda _request: wire.json(document=wire.token, X_Trace="theirs"))
    endpoint().request_token(credentials_for(server.url))
    assert "theirs" not in caplog.text
    with httpcore2.ConnectionPool() as pool:
        pool.request("GET", server.url)
    assert "theirs" in caplog.text


def test_no_cookie_is_kept(serve, endpoint, credentials_for, wire):
    """A cookie that a server sets is not sent back."""
    server = serve(answer=lambda _request: wire.json(document=wire.token, Set_Cookie="a=b"))
    asking = endpoint()
    for _ in range(2):
        asking.request_token(credentials_for(server.url))
    assert all("Cookie" not in each.headers for each in server.received)


def test_threads_share_an_endpoint(serve, endpoint, credentials_for, wire):
    """Requests of many threads at once don't mix."""
    server = serve(
        answer=lambda request: wire.json(
            document={**wire.token, "access_token": request.line.split("/")[1].split(" ")[0]}
        )
    )
    asking, found = endpoint(), {}

    def ask(name: str) -> None:
        token = asking.request_token(credentials_for(f"{server.url}/{name}"))
        found[name] = token.value.reveal()

    threads = [threading.Thread(target=ask, args=(f"t{n}",)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {f"t{n}": f"t{n}" for n in range(16)}

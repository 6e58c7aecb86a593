"""What a person sees on a terminal: what is waited for, and what Ctrl-C leaves."""

from __future__ import annotations

import time

import pytest

from zeebe_grpc import TopologyResponse


@pytest.mark.parametrize(
    ("program", "arguments", "shown"),
    [
        ("zeebe-auth", ["token"], "Waiting for a token (1 s)"),
        ("zeebe-grpc", ["topology"], "Waiting for a token (1 s)"),
        ("zeebe-grpc", ["call", "Topology"], "Waiting for a token (1 s)"),
        ("zeebe-grpc", ["doctor"], 'Waiting for the step "token" (1 s)'),
    ],
)
def test_a_long_wait_is_shown_and_cleared(sandbox, terminal, program, arguments, shown) -> None:
    """A line says what is waited for and how long; it is cleared when there is an answer."""
    sandbox.token_delay_seconds = 2.5
    with terminal(program, *arguments) as opened:
        assert opened.end() == 0
    assert shown in opened.output
    last = opened.output.rindex("Waiting for")
    assert "\r\x1b[K" in opened.output[last:]


def test_the_gateway_is_waited_for_once_there_is_a_token(sandbox, terminal) -> None:
    """The line tells it as soon as the token has been sent."""

    def answer_late(_request):
        time.sleep(2.5)
        return TopologyResponse(gatewayVersion="8.9.0")

    sandbox.reply("Topology", answer_late)
    with terminal("zeebe-grpc", "topology") as opened:
        assert opened.end() == 0, opened.output
    assert "Waiting for the gateway at 127.0.0.1:" in opened.output


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_clears_no_line_shows_no_wait(sandbox, terminal, term) -> None:
    """Such a terminal would fill up with these lines, so there are none."""
    sandbox.token_delay_seconds = 1.5
    with terminal("zeebe-auth", "token", TERM=term) as opened:
        assert opened.end() == 0
    assert "Waiting" not in opened.output


@pytest.mark.parametrize(
    ("program", "arguments"), [("zeebe-auth", ["token"]), ("zeebe-grpc", ["topology"])]
)
def test_ctrl_c_leaves_a_line(sandbox, terminal, program, arguments) -> None:
    """Ctrl-C prints a line of its own without a traceback, and ends with the shell's exit code."""
    sandbox.token_delay_seconds = 30
    with terminal(program, *arguments) as opened:
        opened.read_until("(1 s)")
        assert opened.interrupt() == 130
    assert opened.plain_output.endswith(f"\n{program}: Interrupted.\n")
    assert "Traceback" not in opened.output


def test_ctrl_c_at_a_question_of_login_says_what_was_kept(terminal) -> None:
    """The message says that nothing was saved, and what was there before is unchanged."""
    with terminal("zeebe-auth", "login") as opened:
        opened.read_until("ddress")
        assert opened.interrupt() == 130
    assert opened.plain_output.endswith(
        "\nzeebe-auth: Interrupted. Nothing was stored; what the keychain held before is\n"
        "  unchanged.\n"
    )
    assert "Traceback" not in opened.output

"""Asks the person at the terminal. Questions go to stderr: stdout is for data."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable

from zeebe_auth.cli.shell import tell
from zeebe_auth.configuration.one_secret import one_secret
from zeebe_auth.errors import ConfigurationError, without_frames
from zeebe_auth.files.small_files import MAX_BYTES
from zeebe_auth.secret import Secret

MOST_WRONG_ANSWERS = 3


def is_terminal() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask(
    question: str,
    *,
    required: bool = True,
    check: Callable[[str], object] = lambda _answer: None,
) -> str:
    """The answer in one line, without white space around it.

    Args:
        question: What to ask, without a colon.
        required: Whether an empty answer is asked for again.
        check: Raises a ConfigurationError for an answer that can't be used; that is told, and the
            question is asked again, three times at most.

    Raises:
        ConfigurationError: The person ended the input, or gave no answer that can be used.
    """
    wrong = 0
    while True:
        print(f"{question}: ", end="", file=sys.stderr, flush=True)
        line = _read(sys.stdin.readline)
        if not line:
            print(file=sys.stderr)
            raise _input_ended()
        answer = line.strip()
        if not answer and required:
            continue
        try:
            check(answer)
        except ConfigurationError as error:
            wrong += 1
            if wrong == MOST_WRONG_ANSWERS:
                raise
            tell(error.message)
        else:
            return answer


def ask_secret(question: str, *, required: bool = True) -> Secret:
    """An answer that isn't shown while it is typed or pasted.

    Args:
        question: What to ask, without a colon.
        required: Whether an empty answer is asked for again. Such an answer, a client secret, has
            no white space around it; what may be left out, the password of a key, may have.

    Raises:
        ConfigurationError: The person ended the input.
    """
    from getpass import getpass

    while True:
        try:
            answer = _read(lambda: getpass(f"{question}: ", sys.stderr))
        except EOFError:
            raise _input_ended() from None
        if required:
            answer = answer.strip()
        if answer or not required:
            return Secret(answer)


def confirm(question: str) -> bool:
    """Whether the person says yes; the answer without a word is no.

    Raises:
        ConfigurationError: The person ended the input.
    """
    return ask(f"{question} [y/N]", required=False).lower() in {"y", "yes"}


@without_frames
def secret_from_stdin(field: str) -> Secret:
    """The secret in stdin: a password as it is, a client secret without white space around it.

    A byte order mark is no part of it.

    Args:
        field: Which secret it is: ``client_secret``, or the password of a key.

    Raises:
        ConfigurationError: It is empty, larger than 1 MiB or has several lines, or a client secret
            of more than one word.
    """
    place = f"The {field.replace('_', ' ')} in stdin"
    secret = one_secret(_read(_text_of_stdin) if sys.stdin is not None else "", field, place)
    if field == "client_secret":
        secret = Secret(secret.reveal().strip())
    if not secret or (field == "client_secret" and len(secret.reveal().split()) > 1):
        what = "more than one word" if secret else "empty"
        raise ConfigurationError(
            f"{place} is {what}. Write the secret alone into it, such as "
            '"zeebe-auth login --secret-stdin … < FILE".'
        )
    return secret


def _read(read: Callable[[], str]) -> str:
    try:
        return read()
    except UnicodeDecodeError:
        # The decoder's error would carry what was read.
        raise ConfigurationError(
            "The input is not text in the encoding of this terminal. Write it in UTF-8."
        ) from None


def _text_of_stdin() -> str:
    buffer = getattr(sys.stdin, "buffer", None)
    if buffer is None:  # a program put a StringIO in its place
        return sys.stdin.read().removeprefix("\ufeff")
    content: bytes = buffer.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ConfigurationError(
            "The input on stdin is larger than 1 MiB. Write the secret alone into it."
        )
    # A file with a mark is in UTF-8, whatever the encoding of the terminal.
    marked = content.startswith(codecs.BOM_UTF8)
    return content.removeprefix(codecs.BOM_UTF8).decode(
        "utf-8" if marked else sys.stdin.encoding, sys.stdin.errors or "strict"
    )


def _input_ended() -> ConfigurationError:
    return ConfigurationError("The input ended before all was answered. Nothing was stored.")

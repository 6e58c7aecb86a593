"""What a token exchange adds to the token request (RFC 8693, 2.1)."""

from __future__ import annotations

from pathlib import Path

from zeebe_auth.credentials import ClientCredentials
from zeebe_auth.errors import AuthError, ConfigurationError
from zeebe_auth.secret import Secret
from zeebe_auth.subject_token import SubjectToken
from zeebe_auth.token_endpoint.token_file import is_one_word, read_token_file

__all__ = ["subject_parameters"]


def subject_parameters(credentials: ClientCredentials) -> list[tuple[str, str]]:
    """The parameters of the subject token, which is read now; none without one.

    Raises:
        ConfigurationError: It can't be had.
        AuthError: The function that gives it raised that.
    """
    subject_token = credentials.subject_token
    if subject_token is None:
        return []
    if isinstance(subject_token.token, Path):
        token = read_token_file(subject_token.token, "subject token")
    else:
        token = _called(subject_token)
    return [
        ("subject_token", token.reveal()),
        ("subject_token_type", subject_token.token_type_uri),
    ]


def _called(subject_token: SubjectToken) -> Secret:
    assert not isinstance(subject_token.token, Path)  # noqa: S101
    named = f"The function that gives the subject token of {subject_token.subject!r}"
    try:
        token = subject_token.token()
    except AuthError:
        raise
    except Exception as error:
        # Its text may hold anything.
        raise ConfigurationError(
            f"{named} failed with {type(error).__name__}; see the error's cause."
        ) from error
    if isinstance(token, Secret) and is_one_word(token):
        return token
    kind = "a Secret that is no token" if isinstance(token, Secret) else type(token).__name__
    raise ConfigurationError(f"{named} gave {kind}. Let it return a Secret with the token.")

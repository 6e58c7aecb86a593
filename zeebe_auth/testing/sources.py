"""The conformance checks of a credential source."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from zeebe_auth.credentials.authentication import ClientSecret, PrivateKey
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import AuthError, CredentialsUnavailable
from zeebe_auth.finding import Finding
from zeebe_auth.protocols import CredentialSource, ExplainingSource
from zeebe_auth.secret import Secret
from zeebe_auth.testing.conformance import Check, expect, in_threads, run_all

_THREADS = 8
_Make = Callable[[], CredentialSource]


def check_source(
    make_source: _Make,
    make_empty_source: _Make | None = None,
) -> None:
    """Put a credential source to the test.

    Args:
        make_source: Gives a source that has credentials.
        make_empty_source: Gives one that has nothing to offer, if there can be one.

    Raises:
        ConformanceError: A promise is broken; the sentence says which and how.
    """
    run_all(source_checks(make_source, make_empty_source))


def source_checks(
    make_source: _Make,
    make_empty_source: _Make | None = None,
) -> list[Check]:
    """The same, check by check, without running them.

    Args:
        make_source: As in `check_source`.
        make_empty_source: As in `check_source`.
    """
    functions = [*_ALWAYS]
    if isinstance(make_source(), ExplainingSource):
        functions.append(explains_without_a_secret)
    checks = [Check(function.__name__, partial(function, make_source)) for function in functions]
    if make_empty_source is not None:
        checks.append(
            Check(
                says_that_it_has_nothing.__name__,
                partial(says_that_it_has_nothing, make_empty_source),
            )
        )
    return checks


def gives_whole_credentials(make_source: _Make) -> None:
    """It gives a whole identity, and says where that comes from."""
    credentials = make_source().load()
    expect(
        isinstance(credentials, ClientCredentials),
        f"load gave a {type(credentials).__name__}, no ClientCredentials.",
    )
    expect(
        credentials.origin and credentials.origin != "code",
        "The credentials don't say where they come from: set their origin.",
    )


def gives_the_same_again(make_source: _Make) -> None:
    """It is read again and again, and gives equal credentials while nothing changes."""
    source = make_source()
    first = source.load()
    expect(source.load() == first, "A second load gave other credentials, though nothing changed.")
    expect(make_source().load() == first, "A second source like it gave other credentials.")


def loads_on_many_threads(make_source: _Make) -> None:
    """Threads may load at the same time."""
    source = make_source()
    expected = source.load()

    def body() -> None:
        expect(source.load() == expected, "Threads that loaded together got other credentials.")

    in_threads([body] * _THREADS)


def shows_no_secret(make_source: _Make) -> None:
    """Neither the source nor its credentials print the secret."""
    source = make_source()
    credentials = source.load()
    for secret in _secrets_of(credentials):
        for shown in (repr(source), str(source), repr(credentials), credentials.origin):
            expect(secret not in shown, "The source prints its secret, or names it as the origin.")


def pickles_without_a_secret(make_source: _Make) -> None:
    """It pickles as its recipe, or refuses; the secret doesn't leave with it."""
    import pickle

    source = make_source()
    credentials = source.load()
    try:
        content = pickle.dumps(source)
    except Exception:  # a source of a literal secret refuses, in its own way
        return
    for secret in _secrets_of(credentials):
        expect(
            secret.encode() not in content,
            "The source pickles its secret. Leave it out, or keep it in a Secret.",
        )


def explains_without_a_secret(make_source: _Make) -> None:
    """explain() raises nothing and gives findings without a secret."""
    secrets = _secrets_of(make_source().load())
    text = repr(_explain(make_source))
    for secret in secrets:
        expect(secret not in text, "explain() shows the secret.")


def says_that_it_has_nothing(make_source: _Make) -> None:
    """Where it has nothing to offer it raises CredentialsUnavailable, so that a chain goes on."""
    if isinstance(make_source(), ExplainingSource):
        _explain(make_source)
    raised: Exception | None = None
    try:
        make_source().load()
    except CredentialsUnavailable as error:
        expect(str(error), "CredentialsUnavailable says nothing: name what to set or where.")
        return
    except Exception as error:  # judged below
        raised = error
    what = "gave something" if raised is None else f"raised {type(raised).__name__}"
    hint = ", which ends a chain" if isinstance(raised, AuthError) else ""
    expect(
        False,
        f"A source that has nothing to offer {what}{hint} instead of CredentialsUnavailable.",
    )


def _explain(make_source: _Make) -> list[Finding]:
    source = make_source()
    assert isinstance(source, ExplainingSource)
    findings = list(source.explain())
    expect(
        all(isinstance(finding, Finding) for finding in findings),
        "explain() gave something that is no Finding.",
    )
    return findings


def _secrets_of(credentials: ClientCredentials) -> list[str]:
    match credentials.authentication:
        case ClientSecret(secret=secret):
            return [secret.reveal()]
        case PrivateKey(key=key, password=password):
            return [each.reveal() for each in (key, password) if isinstance(each, Secret)]
    return []


_ALWAYS: tuple[Callable[[_Make], None], ...] = (
    gives_whole_credentials,
    gives_the_same_again,
    loads_on_many_threads,
    shows_no_secret,
    pickles_without_a_secret,
)

SOURCE_CHECK_NAMES: tuple[str, ...] = tuple(
    function.__name__
    for function in (*_ALWAYS, explains_without_a_secret, says_that_it_has_nothing)
)
"""The names of all checks of a source, whatever the source has."""

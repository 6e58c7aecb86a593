"""What authorization servers want differently: one table, by the server's name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from zeebe_auth.arguments import unknown_word
from zeebe_auth.credentials.authentication import ClientCertificate, ClientSecret, PrivateKey
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.shown_url import shown_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What is filled in where it isn't given.

    Args:
        request_format: The body of the token request.
        target: The parameter that says what the token is for; ``scope`` takes it from
            ``audience`` or ``resources`` and sends neither.
        token_url: The token endpoint, where all clients have the same.
        audience: The audience, where all clients have the same.
        issuer_path: The end of an issuer that its token endpoint doesn't have.
        token_path: The token endpoint below what is in front of that.
        revocation_path: The revocation endpoint there.
        assertion_audience: Whom a signed assertion is for.
        algorithm: What a private key signs an assertion with.
    """

    request_format: Literal["form", "json"] = "form"
    target: Literal["audience", "scope"] = "audience"
    token_url: str | None = None
    audience: str | None = None
    issuer_path: str = ""
    token_path: str | None = None
    revocation_path: str | None = None
    assertion_audience: Literal["token_url", "issuer"] | None = None
    algorithm: str | None = None


DIALECTS: dict[str, Dialect] = {
    "camunda-saas": Dialect(
        request_format="json",
        token_url="https://login.cloud.camunda.io/oauth/token",
        audience="zeebe.camunda.io",
    ),
    "keycloak": Dialect(
        token_path="/protocol/openid-connect/token",
        revocation_path="/protocol/openid-connect/revoke",
        assertion_audience="issuer",
    ),
    "entra": Dialect(
        target="scope",
        issuer_path="/v2.0",
        token_path="/oauth2/v2.0/token",
        assertion_audience="token_url",
        algorithm="PS256",
    ),
    "auth0": Dialect(
        issuer_path="/",
        token_path="/oauth/token",
        assertion_audience="issuer",
    ),
    "generic": Dialect(),
}
"""By name, as profiles and `ClientCredentials.for_dialect` take it."""


def dialect_named(name: str, *, who: str) -> Dialect:
    """The dialect of that name, in upper or lower case.

    Args:
        name: The name.
        who: Who named it, the beginning of a sentence.

    Raises:
        ConfigurationError: There is none of that name.
    """
    dialect = DIALECTS.get(name.lower())
    if dialect is None:
        raise unknown_word(who, name, DIALECTS)
    return dialect


def completed(dialect: Dialect, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `ClientCredentials` in ``given``, with what the dialect adds.

    Raises:
        ConfigurationError: A token can't be for what is given.
    """
    filled = {name: value for name, value in given.items() if value not in (None, ())}
    filled.setdefault("request_format", dialect.request_format)
    _complete_addresses(dialect, filled)
    if dialect.audience is not None:
        filled.setdefault("audience", dialect.audience)
    if dialect.target == "scope":
        _put_into_scope(filled)
    authentication = filled.get("authentication")
    if isinstance(authentication, ClientSecret | PrivateKey) and authentication.audience is None:
        filled["authentication"] = replace(authentication, audience=dialect.assertion_audience)
    authentication = filled.get("authentication")
    if isinstance(authentication, PrivateKey) and authentication.algorithm is None:
        filled["authentication"] = replace(authentication, algorithm=dialect.algorithm)
    return filled


def _complete_addresses(dialect: Dialect, filled: dict[str, Any]) -> None:
    path, token_url, issuer = dialect.token_path, filled.get("token_url"), filled.get("issuer")
    # For a client certificate discovery may name an address of its own (RFC 8705, 5).
    asks = "well_known_url" in filled or isinstance(filled.get("authentication"), ClientCertificate)
    if path is not None and (token_url is not None or not asks):
        base = None
        if token_url is not None and token_url.endswith(path):
            base = token_url.removesuffix(path)
            # A signed assertion may have to be for the issuer.
            filled.setdefault("issuer", f"{base}{dialect.issuer_path}")
        elif token_url is None and issuer is not None:
            base = issuer.rstrip("/").removesuffix(dialect.issuer_path.rstrip("/"))
            filled["token_url"] = f"{base}{path}"
        if base is not None and dialect.revocation_path is not None:
            filled.setdefault("revocation_url", f"{base}{dialect.revocation_path}")
    if not any(name in filled for name in ("token_url", "well_known_url", "issuer")):
        filled["token_url"] = dialect.token_url


def _put_into_scope(filled: dict[str, Any]) -> None:
    audience, resources = filled.pop("audience", None), filled.pop("resources", ())
    if "scopes" in filled:
        return
    targets = list(dict.fromkeys([*([audience] if audience else []), *resources]))
    if len(targets) > 1:
        shown = ", ".join(map(shown_text, targets))
        raise ConfigurationError(
            f"Here a token is for one thing, but {shown} are given as audience and resource. Give "
            "one of them, or the scope itself."
        )
    if targets:
        target = targets[0]
        default = target if target.endswith("/.default") else f"{target}/.default"
        filled["scopes"] = (default,)

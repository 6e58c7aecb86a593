"""Who asks for a token, how it proves that, and where."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from zeebe_auth.arguments import check_text, refuse_type
from zeebe_auth.credentials.client_secret import ClientSecret
from zeebe_auth.credentials.proofs import Proof
from zeebe_auth.errors import ConfigurationError, without_arguments
from zeebe_auth.lazy_module import LazyModule
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret
from zeebe_auth.shown_url import shown_host, shown_text, shown_url

if TYPE_CHECKING:
    from zeebe_auth.credentials import authentication as methods
    from zeebe_auth.credentials import jwt_bearer_grant, token_exchange
else:
    # A client has one proof, and few exchange tokens: whoever does has imported the class.
    methods = LazyModule("zeebe_auth.credentials.authentication")
    jwt_bearer_grant = LazyModule("zeebe_auth.credentials.jwt_bearer_grant")
    token_exchange = LazyModule("zeebe_auth.credentials.token_exchange")

_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


_URLS = frozenset({"token_url", "well_known_url", "issuer", "revocation_url"})


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, kw_only=True, init=False, repr=False)
class ClientCredentials:
    """A whole identity: client, proof, and the endpoint to ask (RFC 6749, 4.4).

    Args:
        client_id: The client identifier (RFC 6749, 2.2).
        authentication: How the client proves who it is.
        client_secret: Short for ``authentication=ClientSecret(…)``.
        token_url: The token endpoint itself.
        well_known_url: A discovery document that names the token endpoint (RFC 8414, 3).
        issuer: The issuer whose discovery document names it.
        revocation_url: Where tokens are revoked (RFC 7009), if no discovery document tells.
        grant: The OAuth grant type; with a subject token it is token exchange, with ``jwt_bearer``
            the one of that.
        audience: The ``audience`` parameter, as Camunda SaaS and Auth0 want it.
        scopes: The scopes asked for (RFC 6749, 3.3); their order has no meaning. A str is split
            at its spaces, as the RFC writes several.
        resources: The resources asked for (RFC 8707), each an absolute URI; a str is one of them.
        subject_token: The token to exchange for another one (RFC 8693), which then is for its
            subject instead of the client.
        actor_token: The token of who acts for that subject, if that isn't the client.
        requested_token_type: The type of the token to get in exchange (RFC 8693, 3), if the
            server's own choice isn't right: ``access_token``, ``jwt``, or a URI.
        jwt_bearer: A signed JWT that gets the token (RFC 7523, 2.1). The client may have no proof
            of its own beside it: ``authentication=Public()``.
        request_format: ``form`` (RFC 6749) or ``json``, the body that Camunda's page shows.
        origin: Who gave it, for people: "environment", "profile prod in …/config.toml".
        token_url_filled_in: Whether nobody gave ``token_url``, but a source filled it in since the
            credentials are for Camunda SaaS. Then the machine's store of certificate authorities
            alone is trusted for it. It is no part of the identity.
        named_by: Who named an address or a file, for messages, by the field's name and by the
            file's path: ``token_url`` may be from "CAMUNDA_OAUTH_URL in the environment". It is no
            part of the identity.

    Of the three addresses one is needed; where several are given, the first in the order above
    is used.

    Its text shows no password and no query of an address.

    Raises:
        ConfigurationError: The client id or every address is missing, or the client secret ends
            with a new line.
        TypeError: An argument is of the wrong type, or there is none or more than one of
            ``authentication`` and ``client_secret``; no value is quoted.
    """

    client_id: str
    authentication: methods.Authentication
    token_url: str | None = None
    well_known_url: str | None = None
    issuer: str | None = None
    revocation_url: str | None = None
    grant: str = "client_credentials"
    audience: str | None = None
    scopes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    # None first: Python 3.15's dataclasses look the first name up, which would load the module.
    subject_token: None | token_exchange.SubjectToken = None  # noqa: RUF036 - see above
    actor_token: None | token_exchange.ActorToken = None  # noqa: RUF036 - see above
    requested_token_type: str | None = None
    jwt_bearer: None | jwt_bearer_grant.JwtBearerGrant = None  # noqa: RUF036 - see above
    request_format: Literal["form", "json"] = "form"
    origin: str = "code"
    token_url_filled_in: bool = field(default=False, repr=False, compare=False)
    named_by: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @without_arguments
    def __init__(
        self,
        *,
        client_id: str,
        authentication: methods.Authentication | None = None,
        client_secret: Secret | str | None = None,
        token_url: str | None = None,
        well_known_url: str | None = None,
        issuer: str | None = None,
        revocation_url: str | None = None,
        grant: str = "client_credentials",
        audience: str | None = None,
        scopes: Sequence[str] | str = (),
        resources: Sequence[str] | str = (),
        subject_token: token_exchange.SubjectToken | None = None,
        actor_token: token_exchange.ActorToken | None = None,
        requested_token_type: str | None = None,
        jwt_bearer: jwt_bearer_grant.JwtBearerGrant | None = None,
        request_format: Literal["form", "json"] = "form",
        origin: str = "code",
        token_url_filled_in: bool = False,
        named_by: Mapping[str, str] | None = None,
    ) -> None:
        given: dict[str, object] = {
            "client_id": client_id,
            "token_url": token_url,
            "well_known_url": well_known_url,
            "issuer": issuer,
            "revocation_url": revocation_url,
            "grant": grant,
            "audience": audience,
            "requested_token_type": requested_token_type,
            "request_format": request_format,
            "origin": origin,
        }
        for name, value in given.items():
            check_text(value, f"{name} of ClientCredentials")
        given |= {
            "authentication": _authentication(authentication, client_secret),
            "scopes": _scopes(scopes),
            "resources": _resources(resources),
            "subject_token": subject_token,
            "actor_token": actor_token,
            "jwt_bearer": jwt_bearer,
            "token_url_filled_in": bool(token_url_filled_in),
            "named_by": dict(named_by or {}),
        }
        _check_exchanged(subject_token, actor_token)
        _check_jwt_bearer(jwt_bearer)
        for name, value in given.items():
            object.__setattr__(self, name, value)
        self._check()

    def _check(self) -> None:
        if not self.client_id:
            raise ConfigurationError(f"The credentials from {self.origin} have no client id.")
        if not (self.token_url or self.well_known_url or self.issuer):
            raise ConfigurationError(
                f"The credentials from {self.origin} name no token URL, well-known URL or issuer. "
                "Give one of the three."
            )
        if self.request_format not in {"form", "json"}:
            raise ConfigurationError(
                f"The request format of the credentials from {self.origin} is neither "
                '"form" nor "json". Use one of the two.'
            )
        if self.jwt_bearer is not None and (self.subject_token or self.actor_token):
            raise ConfigurationError(
                f"The credentials from {self.origin} have jwt_bearer and a token to exchange, "
                "which are two grants. Give one of them."
            )
        if self.jwt_bearer is not None:
            object.__setattr__(self, "grant", _JWT_BEARER)
        elif self.grant == _JWT_BEARER:
            raise ConfigurationError(
                f"The credentials from {self.origin} ask for the JWT bearer grant without a JWT. "
                "Give jwt_bearer=JwtBearerGrant(…)."
            )
        if self.subject_token is not None:
            object.__setattr__(self, "grant", _TOKEN_EXCHANGE)
        elif self.grant == _TOKEN_EXCHANGE or self.actor_token or self.requested_token_type:
            raise ConfigurationError(
                f"The credentials from {self.origin} ask for a token exchange without a subject "
                "token. Give the one to exchange."
            )

    @classmethod
    @without_arguments
    def for_dialect(cls, dialect: str, **given: Any) -> ClientCredentials:
        """Credentials for an authorization server whose ways are known.

        Args:
            dialect: ``camunda-saas``, ``keycloak``, ``entra``, ``auth0`` or ``generic``.
            given: What `ClientCredentials` takes; what isn't given is filled in where the dialect
                knows it: token URL (from the issuer), revocation URL, audience or scope, request
                format, and audience and algorithm of a signed assertion.

        Raises:
            ConfigurationError: There is no such dialect, or something is missing nevertheless.
            TypeError: Something is of the wrong type; no value is quoted.
        """
        from zeebe_auth.credentials.dialects import completed, dialect_named

        if not isinstance(dialect, str):
            refuse_type(dialect, "dialect of ClientCredentials.for_dialect", "a str")
        for name in (*_URLS, "audience"):
            check_text(given.get(name), f"{name} of ClientCredentials")
        if given.get("scopes") is not None:
            given["scopes"] = _scopes(given["scopes"])
        if given.get("resources") is not None:
            given["resources"] = _resources(given["resources"])
        if "client_secret" in given:
            secret, proof = given.pop("client_secret"), given.get("authentication")
            given["authentication"] = _authentication(proof, secret)
        return cls(**completed(dialect_named(dialect, who="The dialect in for_dialect()"), given))

    def __repr__(self) -> str:
        shown = []
        for each in fields(self):
            if not each.repr:
                continue
            value = getattr(self, each.name)
            if each.name in _URLS and value is not None:
                value = shown_url(value)
            elif each.name in {"audience", "resources", "scopes"}:
                value = (
                    tuple(map(shown_text, value))
                    if isinstance(value, tuple)
                    else (value and shown_text(value))
                )
            shown.append(f"{each.name}={value!r}")
        return f"ClientCredentials({', '.join(shown)})"

    def load(self) -> ClientCredentials:
        """Itself: credentials at hand are the simplest source."""
        return self

    @property
    def authority_url(self) -> str:
        """The address that counts: token URL, else well-known URL, else issuer."""
        return self.token_url or self.well_known_url or self.issuer or ""

    @property
    def authority_host(self) -> str:
        """The host of that address, for people."""
        return shown_host(self.authority_url)

    def fingerprint(self, salt: str) -> str:
        """Eight hex characters that change when the proof of identity does.

        It tells "the same wrong secret" from "a corrected one". Salted and 32 bits short, it
        says nothing useful of the secret to whoever reads it.
        """
        import hmac

        proof = [self.client_id, self.authentication.kind, self.authentication._proof()]  # noqa: SLF001 - hidden from users of the class
        exchanged = (self.subject_token, self.actor_token, self.jwt_bearer)
        proof += [each._state() for each in exchanged if each is not None]  # noqa: SLF001 - hidden from users of the class
        text = json.dumps(proof, ensure_ascii=True).encode()
        return hmac.new(salt.encode(), text, "sha256").hexdigest()[:8]


def _authentication(
    authentication: methods.Authentication | None, client_secret: Secret | str | None
) -> methods.Authentication:
    if authentication is not None and client_secret is not None:
        raise TypeError(
            "ClientCredentials takes authentication or client_secret, not both. Pass "
            "authentication=ClientSecret(…) to change the secret of what has one already."
        )
    if client_secret is not None:
        return ClientSecret(client_secret)
    if authentication is None:
        raise TypeError(
            "ClientCredentials needs client_secret, or as its authentication ClientSecret(…), "
            "PrivateKey(…), AssertionFile(…), ClientCertificate.from_files(…) or Public()."
        )
    if not isinstance(authentication, Proof):
        refuse_type(
            authentication,
            "authentication of ClientCredentials",
            "ClientSecret(…), PrivateKey(…), AssertionFile(…), ClientCertificate.from_files(…) or "
            "Public() (or the secret alone as client_secret=…)",
        )
    return authentication


def _check_exchanged(subject_token: object, actor_token: object) -> None:
    if subject_token is None and actor_token is None:
        return
    from zeebe_auth.credentials.token_exchange import ActorToken, SubjectToken

    advice = "{0}(…), with Path(…) for a file, Secret(…) for the token itself, or a function"
    if subject_token is not None and not isinstance(subject_token, SubjectToken):
        wanted = advice.format("SubjectToken")
        refuse_type(subject_token, "subject_token of ClientCredentials", wanted)
    if actor_token is not None and not isinstance(actor_token, ActorToken):
        wanted = advice.format("ActorToken")
        refuse_type(actor_token, "actor_token of ClientCredentials", wanted)


def _check_jwt_bearer(jwt_bearer: object) -> None:
    if jwt_bearer is None:
        return
    from zeebe_auth.credentials.jwt_bearer_grant import JwtBearerGrant

    if not isinstance(jwt_bearer, JwtBearerGrant):
        refuse_type(jwt_bearer, "jwt_bearer of ClientCredentials", "JwtBearerGrant(…)")


def _scopes(scopes: Sequence[str] | str) -> tuple[str, ...]:
    return _texts(scopes.split() if isinstance(scopes, str) else scopes, "scopes")


def _resources(resources: Sequence[str] | str) -> tuple[str, ...]:
    return _texts((resources,) if isinstance(resources, str) else resources, "resources")


def _texts(values: Sequence[str], name: str) -> tuple[str, ...]:
    if not isinstance(values, Sequence) or isinstance(values, bytes | bytearray):
        refuse_type(values, f"{name} of ClientCredentials", 'a str or a tuple such as ("…", "…")')
    for each in values:
        if not isinstance(each, str):
            refuse_type(each, f"{name} of ClientCredentials", "strings alone")
    return tuple(values)

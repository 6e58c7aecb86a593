"""The vocabulary of profiles: one row for each field, and every table that is derived from it.

To add a field, write its row into `ROWS` and use the field where it has an effect: config file,
environment, secrets directories, helper programs, keychain, comparison of spellings, ``login`` and
the check of the documentation follow from the row. A row that leaves something open fails the
import of this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, get_args

__all__ = [
    "BESIDE_FILE_FIELDS",
    "DESTINATION_FIELDS",
    "ENVIRONMENT_NAMES",
    "FIELDS",
    "FIELD_OF_NAME",
    "FORM_BY_FIELD",
    "IDENTITY_FIELDS",
    "LIST_FORMS",
    "LOGIN_OPTIONS",
    "LOGIN_QUESTIONS",
    "NEWER_FIELDS",
    "NEWER_NAMES",
    "NOT_IN_ENVIRONMENT",
    "NOT_IN_LOGIN",
    "PATH_FIELDS",
    "PEM_SECRET_FIELDS",
    "READ_ELSEWHERE",
    "ROWS",
    "SECRET_FIELDS",
    "SECRET_FORMS",
    "SECRET_SETTINGS",
    "SETTINGS",
    "TOKEN_ENDPOINT_FIELDS",
    "TUNING_FIELDS",
    "Field",
    "Form",
    "Kind",
    "Option",
    "Question",
    "check_rows",
]

Kind = Literal["identity", "token endpoint", "strategy", "destination", "tuning", "setting"]
"""What a field is for.

``identity`` is part of an OAuth identity; ``token endpoint`` likewise, and leads to that endpoint.
``strategy`` chooses or makes another authorization than an OAuth identity. The others are settings,
carried uninterpreted to whoever connects: a ``destination`` decides where a token goes, and is
never mixed with an identity from elsewhere; ``tuning`` may be added by the environment to an
unnamed profile from elsewhere; any other ``setting`` is neither.
"""

Form = Literal[
    "text",
    "secret",
    "secret pem",
    "path",
    "pem",
    "url",
    "rest address",
    "address",
    "host",
    "scopes",
    "uris",
    "number",
    "size",
    "duration",
    "switch",
]
"""How a value is written, which decides how it is read, hidden, and compared with another.

A ``secret`` is hidden, and looked up only when needed; so is a ``secret pem``, a key in PEM, which
alone has several lines. ``path`` is made absolute. ``scopes`` and
``uris`` may be lists; the order of scopes has no meaning. ``number`` is a whole one. ``size`` is a
whole number of bytes, or one with a unit (`zeebe_auth.configuration.sizes`). ``duration`` is a time
(`zeebe_auth.configuration.durations`), in seconds if it has no unit. ``pem`` is the content of a
PEM file.
"""

_KINDS: tuple[Kind, ...] = get_args(Kind)
_FORMS: tuple[Form, ...] = get_args(Form)

LIST_FORMS: tuple[Form, ...] = ("scopes", "uris")
"""The forms that TOML and JSON may write as a list of strings."""

SECRET_FORMS: tuple[Form, ...] = ("secret", "secret pem")
"""The forms of what is hidden."""


class Option:
    """The option of ``zeebe-auth login`` that gives a field.

    Args:
        metavar: What stands for its value in the help; empty for a switch, which has none.
        help: What the value is.
    """

    __slots__ = ("help", "metavar")

    def __init__(self, metavar: str, help: str) -> None:  # noqa: A002 - argparse's word
        self.metavar = metavar
        self.help = help


class Question:
    """How ``zeebe-auth login`` asks for a secret, which is never an option.

    Args:
        text: The question, without a colon.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


NOT_IN_ENVIRONMENT = ()
"""No variable gives the field."""

NOT_IN_LOGIN: Literal["not in login"] = "not in login"
"""``login`` neither has an option for the field nor asks for it."""


class Field:
    """One row of the vocabulary.

    Args:
        name: The field as config files and JSON documents call it.
        kind: What it is for.
        form: How its value is written.
        environment: The variables that give it, as Camunda's own clients and tools know them; where
            those have none, ``ZEEBE_AUTH_`` and the field's name. Where several are set and agree,
            the first one's value is taken; where they disagree, that is an error.
        login: What ``zeebe-auth login`` does about it.
        newer: Variables that were not read from the beginning. Who sets one beside another was
            served by that other, so a newer one that says something else is left out.
    """

    # Not a NamedTuple or a dataclass: those compile code at each start, which costs more than all
    # the rows (0.1 ms for each class).
    __slots__ = ("environment", "form", "kind", "login", "name", "newer")

    def __init__(
        self,
        name: str,
        kind: Kind,
        form: Form,
        environment: tuple[str, ...] | None = None,
        login: Option | Question | Literal["not in login"] | None = None,
        newer: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.kind = kind
        self.form = form
        self.environment = environment
        self.login = login
        self.newer = newer

    @property
    def variables(self) -> tuple[str, ...]:
        """All variables that give it, in the order in which they count."""
        return (*(self.environment or ()), *self.newer)


def check_rows(rows: Iterable[Field]) -> tuple[Field, ...]:
    """The rows as they are, each of them complete.

    Raises:
        ValueError: A row leaves something open or contradicts another; the message names its field
            and says what to write.
    """
    rows = tuple(rows)
    names: set[str] = set()
    variables: dict[str, str] = {}
    for row in rows:
        fault = _fault_of(row)
        if row.name in names:
            fault = "has two rows. Remove one"
        for variable in row.variables:
            if variable in variables:
                fault = f"shares {variable} with {variables[variable]}. Leave it to one of them"
            variables[variable] = row.name
        if fault is not None:
            raise ValueError(f"The field {row.name!r} of the vocabulary {fault}.")
        names.add(row.name)
    return rows


def _fault_of(row: Field) -> str | None:
    if not row.name.isidentifier() or row.name != row.name.lower():
        return "is not in lower case with underscores. Rename it"
    if row.kind not in _KINDS:
        return f"is of no known kind. Use one of {', '.join(_KINDS)}"
    if row.form not in _FORMS:
        return f"has no known form. Use one of {', '.join(_FORMS)}"
    if row.environment is None:
        return "says nothing of its environment names. List them, or write NOT_IN_ENVIRONMENT"
    return _fault_of_login(row)


def _fault_of_login(row: Field) -> str | None:
    login = row.login
    if login is None:
        return 'says nothing of "login". Give an Option or a Question, or write NOT_IN_LOGIN'
    if isinstance(login, Option):
        if not login.help or bool(login.metavar) is (row.form == "switch"):
            return (
                "has an Option without a text for its value or its help. Write both, for a switch "
                "the help alone"
            )
        # A proxy's URL seldom has a password; the help doesn't say to give one.
        if row.form in SECRET_FORMS and row.name != "proxy":
            return "is a secret, which others could see in an Option. Give a Question"
    elif isinstance(login, Question):
        if not login.text:
            return "has an empty Question. Write it"
        if row.form not in SECRET_FORMS:
            return "has a Question, which hides the answer, but is no secret. Give an Option"
    return None


# In the order of the options of "login".
ROWS = check_rows(
    (
        Field(
            "address",
            "destination",
            "address",
            ("CAMUNDA_GRPC_ADDRESS", "ZEEBE_GRPC_ADDRESS", "ZEEBE_ADDRESS"),
            Option("ADDRESS", "the gateway, such as zeebe.example.com:443"),
            newer=(
                "CAMUNDA_CLIENT_GRPCADDRESS",
                "CAMUNDA_CLIENT_ZEEBE_GRPCADDRESS",
            ),
        ),
        Field(
            "cluster_id",
            "destination",
            "text",
            ("CAMUNDA_CLUSTER_ID",),
            Option("ID", "of a cluster in Camunda SaaS, instead of an address"),
            newer=(
                "CAMUNDA_CLIENT_CLOUD_CLUSTERID",
                "CAMUNDA_CLIENT_CLUSTERID",
            ),
        ),
        Field(
            "region",
            "destination",
            "text",
            ("CAMUNDA_CLUSTER_REGION",),
            Option("REGION", "of that cluster, bru-2 by default"),
            newer=(
                "CAMUNDA_CLIENT_CLOUD_REGION",
                "CAMUNDA_CLIENT_REGION",
            ),
        ),
        Field(
            "cloud_domain",
            "destination",
            "host",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=("CAMUNDA_CLIENT_CLOUD_DOMAIN",),
        ),
        Field(
            "cloud_port",
            "destination",
            "number",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=("CAMUNDA_CLIENT_CLOUD_PORT",),
        ),
        Field(
            "rest_address",
            "destination",
            "rest address",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=(
                "CAMUNDA_CLIENT_RESTADDRESS",
                "CAMUNDA_CLIENT_ZEEBE_RESTADDRESS",
                "CAMUNDA_REST_ADDRESS",
                "CAMUNDA_REST_ADDRESS_EXACT",
                "ZEEBE_REST_ADDRESS",
                "CAMUNDA_BASE_URL",
            ),
        ),
        Field(
            "client_id",
            "identity",
            "text",
            ("CAMUNDA_CLIENT_ID", "ZEEBE_CLIENT_ID", "CAMUNDA_CLIENT_AUTH_CLIENTID"),
            Option("ID", "the OAuth client id"),
        ),
        Field(
            "client_secret",
            "identity",
            "secret",
            (
                "CAMUNDA_CLIENT_SECRET",
                "ZEEBE_CLIENT_SECRET",
                "CAMUNDA_CLIENT_AUTH_CLIENTSECRET",
            ),
            Question("Client secret (it is not shown)"),
        ),
        Field(
            "dialect",
            "identity",
            "text",
            ("ZEEBE_AUTH_DIALECT",),
            Option("NAME", "of the server: camunda-saas, keycloak, entra, auth0 or generic"),
        ),
        Field(
            "token_url",
            "token endpoint",
            "url",
            (
                "CAMUNDA_OAUTH_URL",
                "CAMUNDA_AUTHORIZATION_SERVER_URL",
                "ZEEBE_AUTHORIZATION_SERVER_URL",
            ),
            Option("URL", "the token endpoint; that of Camunda SaaS need not be given"),
            # Spring took the last for the token endpoint before it had a name for that.
            newer=(
                "CAMUNDA_CLIENT_AUTH_TOKENURL",
                "CAMUNDA_CLIENT_AUTH_ISSUER",
            ),
        ),
        Field(
            "issuer",
            "token endpoint",
            "url",
            ("CAMUNDA_ISSUER_URL",),
            Option("URL", "whose discovery document names the token endpoint, instead of it"),
            newer=("CAMUNDA_CLIENT_AUTH_ISSUERURL",),
        ),
        Field(
            "well_known_url",
            "token endpoint",
            "url",
            ("CAMUNDA_WELL_KNOWN_CONFIGURATION_URL",),
            Option("URL", "of that document, if it is somewhere else"),
            newer=("CAMUNDA_CLIENT_AUTH_WELLKNOWNCONFIGURATIONURL",),
        ),
        Field(
            "revocation_url",
            "identity",
            "url",
            ("ZEEBE_AUTH_REVOCATION_URL",),
            Option("URL", "where a logout revokes the token, if the issuer doesn't say"),
        ),
        Field(
            "audience",
            "identity",
            "text",
            (
                "CAMUNDA_TOKEN_AUDIENCE",
                "ZEEBE_TOKEN_AUDIENCE",
                "CAMUNDA_ZEEBE_OAUTH_AUDIENCE",
            ),
            Option("AUDIENCE", "whom the tokens are for; that of Camunda SaaS need not be given"),
            newer=(
                "CAMUNDA_CLIENT_AUTH_AUDIENCE",
                "CAMUNDA_CLIENT_ZEEBE_AUDIENCE",
            ),
        ),
        Field(
            "scope",
            "identity",
            "scopes",
            # CAMUNDA_CREDENTIALS_SCOPES is none of them: it lists Camunda's APIs, not OAuth scopes.
            ("CAMUNDA_TOKEN_SCOPE", "CAMUNDA_OAUTH_SCOPE", "ZEEBE_TOKEN_SCOPE"),
            Option("SCOPE", "the OAuth scopes, with spaces between them"),
            newer=(
                "CAMUNDA_CLIENT_AUTH_SCOPE",
                "CAMUNDA_CLIENT_ZEEBE_SCOPE",
            ),
        ),
        Field(
            "resource",
            "identity",
            "uris",
            ("CAMUNDA_TOKEN_RESOURCE", "ZEEBE_TOKEN_RESOURCE"),
            Option("URI", "the resources (RFC 8707), with spaces between them"),
            newer=("CAMUNDA_CLIENT_AUTH_RESOURCE",),
        ),
        Field(
            "request_format",
            "identity",
            "text",
            ("ZEEBE_AUTH_REQUEST_FORMAT",),
            Option("FORMAT", "of the token request, form or json; form by default"),
        ),
        Field(
            "authentication_method",
            "identity",
            "text",
            ("ZEEBE_AUTH_AUTHENTICATION_METHOD",),
            Option("METHOD", "such as client_secret_basic or tls_client_auth"),
        ),
        Field(
            "private_key",
            "identity",
            "secret pem",
            ("ZEEBE_AUTH_PRIVATE_KEY",),
            NOT_IN_LOGIN,
        ),
        Field(
            "private_key_file",
            "identity",
            "path",
            (
                "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_PATH",
                "ZEEBE_CLIENT_ASSERTION_KEYSTORE_PATH",
                "ZEEBE_AUTH_PRIVATE_KEY_FILE",
            ),
            Option("FILE", "a private key instead of a secret, PEM, DER or PKCS#12"),
            newer=("CAMUNDA_CLIENT_AUTH_CLIENTASSERTION_KEYSTOREPATH",),
        ),
        Field(
            "private_key_password",
            "identity",
            "secret",
            (
                "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_PASSWORD",
                "ZEEBE_CLIENT_ASSERTION_KEYSTORE_PASSWORD",
                "ZEEBE_AUTH_PRIVATE_KEY_PASSWORD",
            ),
            Question("Password of the private key (empty: none)"),
            newer=(
                "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_KEY_PASSWORD",
                "ZEEBE_CLIENT_ASSERTION_KEYSTORE_KEY_PASSWORD",
                "CAMUNDA_CLIENT_AUTH_CLIENTASSERTION_KEYSTOREPASSWORD",
                "CAMUNDA_CLIENT_AUTH_CLIENTASSERTION_KEYSTOREKEYPASSWORD",
            ),
        ),
        Field(
            "private_key_alias",
            "identity",
            "text",
            ("ZEEBE_AUTH_PRIVATE_KEY_ALIAS",),
            Option("ALIAS", "of the key in a PKCS#12 file that holds several"),
            newer=(
                "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_KEY_ALIAS",
                "ZEEBE_CLIENT_ASSERTION_KEYSTORE_KEY_ALIAS",
                "CAMUNDA_CLIENT_AUTH_CLIENTASSERTION_KEYSTOREKEYALIAS",
            ),
        ),
        Field(
            "private_key_certificate",
            "identity",
            "path",
            ("ZEEBE_AUTH_PRIVATE_KEY_CERTIFICATE",),
            Option("FILE", "its certificate, PEM or DER, for servers that identify keys by it"),
        ),
        Field(
            "key_id",
            "identity",
            "text",
            ("ZEEBE_AUTH_KEY_ID",),
            Option("ID", "by which the server knows the key (kid)"),
        ),
        Field(
            "algorithm",
            "identity",
            "text",
            ("ZEEBE_AUTH_ALGORITHM",),
            Option("ALG", "to sign with, such as PS256; that of the key's type by default"),
        ),
        Field(
            "assertion_audience",
            "identity",
            "text",
            ("ZEEBE_AUTH_ASSERTION_AUDIENCE",),
            Option("AUDIENCE", "of the signed assertion: token_url, issuer, or a string"),
        ),
        Field(
            "assertion_file",
            "identity",
            "path",
            ("ZEEBE_AUTH_ASSERTION_FILE",),
            Option("FILE", "a JWT that somebody else renews, instead of a secret"),
        ),
        Field(
            "assertion_subject",
            "identity",
            "text",
            ("ZEEBE_AUTH_ASSERTION_SUBJECT",),
            Option("SUBJECT", "of that JWT, if that is always the same"),
        ),
        Field(
            "subject_token_file",
            "identity",
            "path",
            ("ZEEBE_AUTH_SUBJECT_TOKEN_FILE",),
            Option("FILE", "a token to exchange for one of its subject (RFC 8693)"),
        ),
        Field(
            "subject_token_type",
            "identity",
            "text",
            ("ZEEBE_AUTH_SUBJECT_TOKEN_TYPE",),
            Option("TYPE", "of that token: access_token by default, id_token, jwt, …"),
        ),
        Field(
            "subject_token_subject",
            "identity",
            "text",
            ("ZEEBE_AUTH_SUBJECT_TOKEN_SUBJECT",),
            Option("SUBJECT", "of that token, if that is always the same"),
        ),
        Field(
            "actor_token_file",
            "identity",
            "path",
            ("ZEEBE_AUTH_ACTOR_TOKEN_FILE",),
            Option("FILE", "the token of who acts for that subject"),
        ),
        Field(
            "actor_token_type",
            "identity",
            "text",
            ("ZEEBE_AUTH_ACTOR_TOKEN_TYPE",),
            Option("TYPE", "of that token: access_token by default"),
        ),
        Field(
            "actor_token_subject",
            "identity",
            "text",
            ("ZEEBE_AUTH_ACTOR_TOKEN_SUBJECT",),
            Option("SUBJECT", "of that token: who acts"),
        ),
        Field(
            "requested_token_type",
            "identity",
            "text",
            ("ZEEBE_AUTH_REQUESTED_TOKEN_TYPE",),
            Option("TYPE", "of the token to get in exchange, if the server may choose"),
        ),
        Field(
            "client_certificate",
            "setting",
            "path",
            ("CAMUNDA_MTLS_CERT_PATH", "ZEEBE_AUTH_CLIENT_CERTIFICATE"),
            Option("FILE", "a TLS client certificate for the gateway, PEM, DER or PKCS#12"),
            newer=(
                "CAMUNDA_CUSTOM_CERT_CHAIN_PATH",
                "CAMUNDA_SSL_CLIENT_KEYSTORE_PATH",
                "ZEEBE_SSL_CLIENT_KEYSTORE_PATH",
                "CAMUNDA_CLIENT_AUTH_KEYSTOREPATH",
            ),
        ),
        Field(
            "client_key",
            "setting",
            "path",
            ("CAMUNDA_MTLS_KEY_PATH", "ZEEBE_AUTH_CLIENT_KEY"),
            Option("FILE", "its key, PEM or DER, if in a file of its own"),
            newer=("CAMUNDA_CUSTOM_PRIVATE_KEY_PATH",),
        ),
        Field(
            "client_key_password",
            "setting",
            "secret",
            ("CAMUNDA_MTLS_KEY_PASSPHRASE", "ZEEBE_AUTH_CLIENT_KEY_PASSWORD"),
            Question("Password of the client certificate's key (empty: none)"),
            newer=(
                "CAMUNDA_SSL_CLIENT_KEYSTORE_SECRET",
                "ZEEBE_SSL_CLIENT_KEYSTORE_SECRET",
                "CAMUNDA_SSL_CLIENT_KEYSTORE_KEY_SECRET",
                "ZEEBE_SSL_CLIENT_KEYSTORE_KEY_SECRET",
                "CAMUNDA_CLIENT_AUTH_KEYSTOREPASSWORD",
                "CAMUNDA_CLIENT_AUTH_KEYSTOREKEYPASSWORD",
            ),
        ),
        Field(
            "client_certificate_pem",
            "setting",
            "pem",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=("CAMUNDA_MTLS_CERT",),
        ),
        Field(
            "client_key_pem",
            "setting",
            "secret pem",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=("CAMUNDA_MTLS_KEY",),
        ),
        Field(
            "client_key_alias",
            "setting",
            "text",
            ("ZEEBE_AUTH_CLIENT_KEY_ALIAS",),
            Option("ALIAS", "of its key in a PKCS#12 file that holds several"),
        ),
        Field(
            "ca_certificate",
            "tuning",
            "path",
            ("CAMUNDA_CA_CERTIFICATE_PATH", "ZEEBE_CA_CERTIFICATE_PATH"),
            Option(
                "FILE",
                "the gateway's certificate authorities, PEM; the token endpoint trusts them, too",
            ),
            newer=(
                "CAMUNDA_CLIENT_CACERTIFICATEPATH",
                "CAMUNDA_CLIENT_ZEEBE_CACERTIFICATEPATH",
                "CAMUNDA_MTLS_CA_PATH",
                "CAMUNDA_CUSTOM_ROOT_CERT_PATH",
            ),
        ),
        Field(
            "ca_certificate_pem",
            "setting",
            "pem",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=("CAMUNDA_MTLS_CA", "CAMUNDA_CUSTOM_ROOT_CERT_STRING"),
        ),
        Field(
            "truststore",
            "setting",
            "path",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=(
                "CAMUNDA_SSL_CLIENT_TRUSTSTORE_PATH",
                "ZEEBE_SSL_CLIENT_TRUSTSTORE_PATH",
                "CAMUNDA_CLIENT_AUTH_TRUSTSTOREPATH",
            ),
        ),
        Field(
            "truststore_password",
            "setting",
            "secret",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=(
                "CAMUNDA_SSL_CLIENT_TRUSTSTORE_SECRET",
                "ZEEBE_SSL_CLIENT_TRUSTSTORE_SECRET",
                "CAMUNDA_CLIENT_AUTH_TRUSTSTOREPASSWORD",
            ),
        ),
        Field(
            "token_ca_certificate",
            "setting",
            "path",
            ("ZEEBE_AUTH_TOKEN_CA_CERTIFICATE",),
            Option("FILE", "those of the token endpoint, PEM, which then trusts no others"),
        ),
        Field(
            "token_insecure",
            "setting",
            "switch",
            ("ZEEBE_AUTH_TOKEN_INSECURE",),
            Option("", "ask the token endpoint in plain text where its URL is http://"),
        ),
        Field(
            "proxy",
            "setting",
            "secret",  # its URL may hold a password
            ("ZEEBE_AUTH_PROXY",),
            Option("URL", "the HTTP proxy to the token endpoint"),
        ),
        Field(
            "token_timeout",
            "setting",
            "duration",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=("CAMUNDA_OAUTH_TIMEOUT_MS",),
        ),
        Field(
            "token_connect_timeout",
            "setting",
            "duration",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=(
                "CAMUNDA_AUTH_CONNECT_TIMEOUT",
                "ZEEBE_AUTH_CONNECT_TIMEOUT",
                "CAMUNDA_CLIENT_AUTH_CONNECTTIMEOUT",
            ),
        ),
        Field(
            "token_read_timeout",
            "setting",
            "duration",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=(
                "CAMUNDA_AUTH_READ_TIMEOUT",
                "ZEEBE_AUTH_READ_TIMEOUT",
                "CAMUNDA_CLIENT_AUTH_READTIMEOUT",
            ),
        ),
        Field(
            "insecure",
            "destination",
            "switch",
            ("ZEEBE_INSECURE_CONNECTION", "CAMUNDA_INSECURE_CONNECTION"),
            NOT_IN_LOGIN,
            # They say the opposite.
            newer=(
                "CAMUNDA_SECURE_CONNECTION",
                "ZEEBE_SECURE_CONNECTION",
            ),
        ),
        Field(
            "authority",
            "destination",
            "host",
            ("CAMUNDA_OVERRIDE_AUTHORITY", "ZEEBE_OVERRIDE_AUTHORITY"),
            NOT_IN_LOGIN,
            newer=(
                "CAMUNDA_CLIENT_OVERRIDEAUTHORITY",
                "CAMUNDA_CLIENT_ZEEBE_OVERRIDEAUTHORITY",
            ),
        ),
        Field(
            "keep_alive_ms",
            "tuning",
            "number",
            ("CAMUNDA_KEEP_ALIVE", "ZEEBE_KEEP_ALIVE"),
            NOT_IN_LOGIN,
            newer=(
                "CAMUNDA_CLIENT_KEEPALIVE",
                "CAMUNDA_CLIENT_ZEEBE_KEEPALIVE",
                "GRPC_KEEPALIVE_TIME_MS",
            ),
        ),
        Field(
            "max_message_bytes",
            "tuning",
            "size",
            ("ZEEBE_AUTH_MAX_MESSAGE_BYTES",),
            NOT_IN_LOGIN,
            newer=("CAMUNDA_CLIENT_MAXMESSAGESIZE", "CAMUNDA_CLIENT_ZEEBE_MAXMESSAGESIZE"),
        ),
        Field(
            "max_metadata_bytes",
            "tuning",
            "size",
            ("ZEEBE_AUTH_MAX_METADATA_BYTES",),
            NOT_IN_LOGIN,
            newer=("CAMUNDA_CLIENT_MAXMETADATASIZE", "CAMUNDA_CLIENT_ZEEBE_MAXMETADATASIZE"),
        ),
        Field(
            "tenant_id",
            "setting",
            "text",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=(
                "CAMUNDA_CLIENT_TENANTID",
                "CAMUNDA_TENANT_ID",
                "CAMUNDA_DEFAULT_TENANT_ID",
            ),
        ),
        Field(
            "auth_strategy",
            "strategy",
            "text",
            ("CAMUNDA_AUTH_STRATEGY",),
            NOT_IN_LOGIN,
            # In this order, and by words of their own (`zeebe_auth.configuration.names`).
            newer=(
                "CAMUNDA_CLIENT_AUTH_METHOD",
                "CAMUNDA_OAUTH_DISABLED",
                "CAMUNDA_CLIENT_MODE",
            ),
        ),
        Field(
            "username",
            "strategy",
            "text",
            ("CAMUNDA_BASIC_AUTH_USERNAME",),
            NOT_IN_LOGIN,
            # The last, of c8ctl, counts only where Basic authentication is chosen by name.
            newer=(
                "CAMUNDA_CLIENT_AUTH_USERNAME",
                "CAMUNDA_USERNAME",
            ),
        ),
        Field(
            "password",
            "strategy",
            "secret",
            ("CAMUNDA_BASIC_AUTH_PASSWORD",),
            NOT_IN_LOGIN,
            newer=(
                "CAMUNDA_CLIENT_AUTH_PASSWORD",
                "CAMUNDA_PASSWORD",
            ),
        ),
        Field(
            "bearer_token",
            "strategy",
            "secret",
            ("CAMUNDA_OAUTH_TOKEN",),
            NOT_IN_LOGIN,
        ),
    )
)
"""Every field that a profile, a document or a helper program may give."""


def _names(*kinds: Kind) -> tuple[str, ...]:
    return tuple(row.name for row in ROWS if row.kind in kinds)


FORM_BY_FIELD: Mapping[str, Form] = MappingProxyType({row.name: row.form for row in ROWS})

SECRET_FIELDS = frozenset(name for name, form in FORM_BY_FIELD.items() if form in SECRET_FORMS)

PEM_SECRET_FIELDS = frozenset(name for name, form in FORM_BY_FIELD.items() if form == "secret pem")
PATH_FIELDS = frozenset(name for name, form in FORM_BY_FIELD.items() if form == "path")

IDENTITY_FIELDS = _names("identity", "token endpoint")
"""What makes an OAuth identity."""

TOKEN_ENDPOINT_FIELDS = _names("token endpoint")
"""Those of them that lead to the token endpoint; one is enough."""

_ALL_SETTINGS = _names("destination", "tuning", "setting")

SETTINGS = tuple(name for name in _ALL_SETTINGS if name not in SECRET_FIELDS)
"""What is carried to whoever connects, uninterpreted."""

SECRET_SETTINGS = tuple(name for name in _ALL_SETTINGS if name in SECRET_FIELDS)
"""The same, never shown and looked up only when needed."""

DESTINATION_FIELDS = _names("destination")
"""The settings that decide where a token goes: never mixed with an identity from elsewhere."""

TUNING_FIELDS = _names("tuning")
"""What the environment may add to an unnamed profile that doesn't say it."""

FIELDS = (*IDENTITY_FIELDS, *SETTINGS, *SECRET_SETTINGS, *_names("strategy"))
"""What a profile, a document or a helper program may say."""

_ROW_OF = {row.name: row for row in ROWS}

ENVIRONMENT_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: names for name in FIELDS if (names := _ROW_OF[name].variables)}
)
"""Field to variables; where several are set and agree, the first one's value is taken."""

NEWER_NAMES = frozenset(name for row in ROWS for name in row.newer)
"""The variables that give way to those that were read before them."""

NEWER_FIELDS = frozenset(row.name for row in ROWS if not row.environment)
"""The fields that no such variable gave, and that give way under their own names, too."""

FIELD_OF_NAME: Mapping[str, str] = MappingProxyType(
    {name: field for field, names in ENVIRONMENT_NAMES.items() for name in names}
)

READ_ELSEWHERE = frozenset(
    {
        "CAMUNDA_OAUTH_CACHE_DIR",
        "CAMUNDA_TOKEN_CACHE_DIR",
        "CAMUNDA_TOKEN_DISK_CACHE_DISABLE",
        "ZEEBE_AUTH_CONFIG",
        "ZEEBE_AUTH_PROFILE",
        "ZEEBE_AUTH_STORE",
        "ZEEBE_SANDBOX_CONTROL_URL",
    }
)
"""Variables that are read and give no field."""

LOGIN_OPTIONS: Mapping[str, Option] = MappingProxyType(
    {row.name: row.login for row in ROWS if isinstance(row.login, Option)}
)
"""Each field that has an option of ``login``, in the order of its help."""

LOGIN_QUESTIONS: Mapping[str, str] = MappingProxyType(
    {row.name: row.login.text for row in ROWS if isinstance(row.login, Question)}
)
"""Each secret that ``login`` asks for, and its question."""

BESIDE_FILE_FIELDS = frozenset(_names("tuning", "setting"))
"""What may be given beside a file that holds a whole identity and its destination."""

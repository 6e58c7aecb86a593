"""Every field of a profile, one row each: its kind, form, variables and login option.

To add a field, write its row here and use the field where it has an effect: config file,
environment, secrets directories, helper programs, keychain, comparison of spellings, ``login`` and
the check of the documentation follow from the row (`zeebe_auth.configuration.vocabulary`). A row
that leaves something open fails the import of this module.
"""

from __future__ import annotations

from zeebe_auth.configuration.field import (
    NOT_IN_ENVIRONMENT,
    NOT_IN_LOGIN,
    Field,
    Option,
    Question,
    check_rows,
)

_TOKEN_REQUEST = "token request"
_KEY = "key or assertion instead of a secret"
_EXCHANGE = "token exchange (RFC 8693)"
_TLS = "TLS and proxy"

# In the order of the options of "login".
ROWS = check_rows(
    (
        Field(
            "address",
            "destination",
            "address",
            ("CAMUNDA_GRPC_ADDRESS", "ZEEBE_GRPC_ADDRESS", "ZEEBE_ADDRESS"),
            Option("ADDRESS", "gateway address, such as zeebe.example.com:443"),
            newer=("CAMUNDA_CLIENT_GRPCADDRESS", "CAMUNDA_CLIENT_ZEEBE_GRPCADDRESS"),
        ),
        Field(
            "cluster_id",
            "destination",
            "text",
            ("CAMUNDA_CLUSTER_ID",),
            Option("ID", "cluster id in Camunda SaaS, instead of an address"),
            newer=("CAMUNDA_CLIENT_CLOUD_CLUSTERID", "CAMUNDA_CLIENT_CLUSTERID"),
        ),
        Field(
            "region",
            "destination",
            "text",
            ("CAMUNDA_CLUSTER_REGION",),
            Option("REGION", "region of that cluster (default: bru-2)"),
            newer=("CAMUNDA_CLIENT_CLOUD_REGION", "CAMUNDA_CLIENT_REGION"),
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
            Option("ID", "OAuth client id"),
        ),
        Field(
            "client_secret",
            "identity",
            "secret",
            ("CAMUNDA_CLIENT_SECRET", "ZEEBE_CLIENT_SECRET", "CAMUNDA_CLIENT_AUTH_CLIENTSECRET"),
            Question("Client secret (it is not shown)"),
        ),
        Field(
            "dialect",
            "identity",
            "text",
            ("ZEEBE_AUTH_DIALECT",),
            Option(
                "NAME",
                "kind of server: camunda-saas, keycloak, entra, auth0 or generic",
                _TOKEN_REQUEST,
            ),
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
            Option("URL", "token endpoint; not needed for Camunda SaaS"),
            # Spring took the last for the token endpoint before it had a name for that.
            newer=("CAMUNDA_CLIENT_AUTH_TOKENURL", "CAMUNDA_CLIENT_AUTH_ISSUER"),
        ),
        Field(
            "issuer",
            "token endpoint",
            "url",
            ("CAMUNDA_ISSUER_URL",),
            Option("URL", "issuer whose discovery document names the token endpoint"),
            newer=("CAMUNDA_CLIENT_AUTH_ISSUERURL",),
        ),
        Field(
            "well_known_url",
            "token endpoint",
            "url",
            ("CAMUNDA_WELL_KNOWN_CONFIGURATION_URL",),
            Option(
                "URL",
                "URL of the discovery document, if it isn't the issuer's usual one",
                _TOKEN_REQUEST,
            ),
            newer=("CAMUNDA_CLIENT_AUTH_WELLKNOWNCONFIGURATIONURL",),
        ),
        Field(
            "revocation_url",
            "identity",
            "url",
            ("ZEEBE_AUTH_REVOCATION_URL",),
            Option(
                "URL", "where logout revokes the token, if the issuer doesn't say", _TOKEN_REQUEST
            ),
        ),
        Field(
            "audience",
            "identity",
            "text",
            ("CAMUNDA_TOKEN_AUDIENCE", "ZEEBE_TOKEN_AUDIENCE", "CAMUNDA_ZEEBE_OAUTH_AUDIENCE"),
            Option("AUDIENCE", "audience of the tokens; not needed for Camunda SaaS"),
            newer=("CAMUNDA_CLIENT_AUTH_AUDIENCE", "CAMUNDA_CLIENT_ZEEBE_AUDIENCE"),
        ),
        Field(
            "scope",
            "identity",
            "scopes",
            # CAMUNDA_CREDENTIALS_SCOPES is none of them: it lists Camunda's APIs, not OAuth scopes.
            ("CAMUNDA_TOKEN_SCOPE", "CAMUNDA_OAUTH_SCOPE", "ZEEBE_TOKEN_SCOPE"),
            Option("SCOPE", "OAuth scopes, separated by spaces"),
            newer=("CAMUNDA_CLIENT_AUTH_SCOPE", "CAMUNDA_CLIENT_ZEEBE_SCOPE"),
        ),
        Field(
            "resource",
            "identity",
            "uris",
            ("CAMUNDA_TOKEN_RESOURCE", "ZEEBE_TOKEN_RESOURCE"),
            Option("URI", "resources (RFC 8707), separated by spaces", _TOKEN_REQUEST),
            newer=("CAMUNDA_CLIENT_AUTH_RESOURCE",),
        ),
        Field(
            "request_format",
            "identity",
            "text",
            ("ZEEBE_AUTH_REQUEST_FORMAT",),
            Option("FORMAT", "format of the token request: form (default) or json", _TOKEN_REQUEST),
        ),
        Field(
            "authentication_method",
            "identity",
            "text",
            ("ZEEBE_AUTH_AUTHENTICATION_METHOD",),
            Option(
                "METHOD",
                "how the client authenticates, such as client_secret_basic or tls_client_auth",
                _TOKEN_REQUEST,
            ),
        ),
        Field("private_key", "identity", "secret pem", ("ZEEBE_AUTH_PRIVATE_KEY",), NOT_IN_LOGIN),
        Field(
            "private_key_file",
            "identity",
            "path",
            (
                "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_PATH",
                "ZEEBE_CLIENT_ASSERTION_KEYSTORE_PATH",
                "ZEEBE_AUTH_PRIVATE_KEY_FILE",
            ),
            Option("FILE", "private key to use instead of a secret (PEM, DER or PKCS#12)", _KEY),
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
            Option("ALIAS", "alias of the key in a PKCS#12 file with several keys", _KEY),
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
            Option(
                "FILE",
                "certificate of the key (PEM or DER), for servers that identify keys by it",
                _KEY,
            ),
        ),
        Field(
            "key_id",
            "identity",
            "text",
            ("ZEEBE_AUTH_KEY_ID",),
            Option("ID", "id that the server has for the key (kid)", _KEY),
        ),
        Field(
            "algorithm",
            "identity",
            "text",
            ("ZEEBE_AUTH_ALGORITHM",),
            Option(
                "ALG", "signing algorithm, such as PS256 (default: that of the key's type)", _KEY
            ),
        ),
        Field(
            "assertion_audience",
            "identity",
            "text",
            ("ZEEBE_AUTH_ASSERTION_AUDIENCE",),
            Option(
                "AUDIENCE",
                "audience of the signed assertion: token_url, issuer or any other value",
                _KEY,
            ),
        ),
        Field(
            "assertion_file",
            "identity",
            "path",
            ("ZEEBE_AUTH_ASSERTION_FILE",),
            Option(
                "FILE",
                "file with a JWT to use instead of a secret, renewed by another program",
                _KEY,
            ),
        ),
        Field(
            "assertion_subject",
            "identity",
            "text",
            ("ZEEBE_AUTH_ASSERTION_SUBJECT",),
            Option("SUBJECT", "subject of that JWT, if it never changes", _KEY),
        ),
        Field(
            "subject_token_file",
            "identity",
            "path",
            ("ZEEBE_AUTH_SUBJECT_TOKEN_FILE",),
            Option("FILE", "file with the token to exchange", _EXCHANGE),
        ),
        Field(
            "subject_token_type",
            "identity",
            "text",
            ("ZEEBE_AUTH_SUBJECT_TOKEN_TYPE",),
            Option(
                "TYPE", "type of that token: access_token (default), id_token, jwt, …", _EXCHANGE
            ),
        ),
        Field(
            "subject_token_subject",
            "identity",
            "text",
            ("ZEEBE_AUTH_SUBJECT_TOKEN_SUBJECT",),
            Option("SUBJECT", "subject of that token, if it never changes", _EXCHANGE),
        ),
        Field(
            "actor_token_file",
            "identity",
            "path",
            ("ZEEBE_AUTH_ACTOR_TOKEN_FILE",),
            Option("FILE", "file with the token of the party that acts for the subject", _EXCHANGE),
        ),
        Field(
            "actor_token_type",
            "identity",
            "text",
            ("ZEEBE_AUTH_ACTOR_TOKEN_TYPE",),
            Option("TYPE", "type of the actor token (default: access_token)", _EXCHANGE),
        ),
        Field(
            "actor_token_subject",
            "identity",
            "text",
            ("ZEEBE_AUTH_ACTOR_TOKEN_SUBJECT",),
            Option("SUBJECT", "subject of the actor token, if it never changes", _EXCHANGE),
        ),
        Field(
            "requested_token_type",
            "identity",
            "text",
            ("ZEEBE_AUTH_REQUESTED_TOKEN_TYPE",),
            Option("TYPE", "type of token to request", _EXCHANGE),
        ),
        Field(
            "client_certificate",
            "setting",
            "path",
            ("CAMUNDA_MTLS_CERT_PATH", "ZEEBE_AUTH_CLIENT_CERTIFICATE"),
            Option("FILE", "TLS client certificate for the gateway (PEM, DER or PKCS#12)", _TLS),
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
            Option(
                "FILE", "key of that certificate (PEM or DER), if it is in a file of its own", _TLS
            ),
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
            Option("ALIAS", "alias of that key in a PKCS#12 file with several keys", _TLS),
        ),
        Field(
            "ca_certificate",
            "tuning",
            "path",
            ("CAMUNDA_CA_CERTIFICATE_PATH", "ZEEBE_CA_CERTIFICATE_PATH"),
            Option(
                "FILE",
                "certificate authorities (PEM) of the gateway; also trusted for the token endpoint",
                _TLS,
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
            Option(
                "FILE",
                "certificate authorities (PEM) of the token endpoint; no others are trusted for it",
                _TLS,
            ),
        ),
        Field(
            "token_insecure",
            "setting",
            "switch",
            ("ZEEBE_AUTH_TOKEN_INSECURE",),
            Option("", "allow a token endpoint without TLS (http://)", _TLS),
        ),
        Field(
            "proxy",
            "setting",
            "secret",  # its URL may hold a password
            ("ZEEBE_AUTH_PROXY",),
            Option("URL", "HTTP proxy for the token endpoint", _TLS),
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
            newer=("CAMUNDA_SECURE_CONNECTION", "ZEEBE_SECURE_CONNECTION"),
        ),
        Field(
            "authority",
            "destination",
            "host",
            ("CAMUNDA_OVERRIDE_AUTHORITY", "ZEEBE_OVERRIDE_AUTHORITY"),
            NOT_IN_LOGIN,
            newer=("CAMUNDA_CLIENT_OVERRIDEAUTHORITY", "CAMUNDA_CLIENT_ZEEBE_OVERRIDEAUTHORITY"),
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
        Field("header", "setting", "text", NOT_IN_ENVIRONMENT, NOT_IN_LOGIN),
        Field("header_prefix", "setting", "prefix", NOT_IN_ENVIRONMENT, NOT_IN_LOGIN),
        Field("metadata", "setting", "metadata", NOT_IN_ENVIRONMENT, NOT_IN_LOGIN),
        Field(
            "tenant_id",
            "setting",
            "text",
            NOT_IN_ENVIRONMENT,
            NOT_IN_LOGIN,
            newer=("CAMUNDA_CLIENT_TENANTID", "CAMUNDA_TENANT_ID", "CAMUNDA_DEFAULT_TENANT_ID"),
        ),
        Field(
            "auth_strategy",
            "strategy",
            "text",
            ("CAMUNDA_AUTH_STRATEGY",),
            NOT_IN_LOGIN,
            # In this order, and by words of their own (`zeebe_auth.configuration.names`).
            newer=("CAMUNDA_CLIENT_AUTH_METHOD", "CAMUNDA_OAUTH_DISABLED", "CAMUNDA_CLIENT_MODE"),
        ),
        Field(
            "username",
            "strategy",
            "text",
            ("CAMUNDA_BASIC_AUTH_USERNAME",),
            NOT_IN_LOGIN,
            # The last, of c8ctl, counts only where Basic authentication is chosen by name.
            newer=("CAMUNDA_CLIENT_AUTH_USERNAME", "CAMUNDA_USERNAME"),
        ),
        Field(
            "password",
            "strategy",
            "secret",
            ("CAMUNDA_BASIC_AUTH_PASSWORD",),
            NOT_IN_LOGIN,
            newer=("CAMUNDA_CLIENT_AUTH_PASSWORD", "CAMUNDA_PASSWORD"),
        ),
        Field("bearer_token", "strategy", "secret", ("CAMUNDA_OAUTH_TOKEN",), NOT_IN_LOGIN),
    )
)
"""Every field that a profile, a document or a helper program may give."""

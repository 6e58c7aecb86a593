"""The environment names of each field, as Camunda's own clients and tools know them.

Where those have none, it is ``ZEEBE_AUTH_`` and the field's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ENVIRONMENT_NAMES", "FIELD_OF_NAME"]

ENVIRONMENT_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "client_id": ("CAMUNDA_CLIENT_ID", "ZEEBE_CLIENT_ID", "CAMUNDA_CLIENT_AUTH_CLIENTID"),
        "client_secret": (
            "CAMUNDA_CLIENT_SECRET",
            "ZEEBE_CLIENT_SECRET",
            "CAMUNDA_CLIENT_AUTH_CLIENTSECRET",
        ),
        "authentication_method": ("ZEEBE_AUTH_AUTHENTICATION_METHOD",),
        "private_key": ("ZEEBE_AUTH_PRIVATE_KEY",),
        "private_key_file": (
            "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_PATH",
            "ZEEBE_CLIENT_ASSERTION_KEYSTORE_PATH",
            "ZEEBE_AUTH_PRIVATE_KEY_FILE",
        ),
        "private_key_password": (
            "CAMUNDA_CLIENT_ASSERTION_KEYSTORE_PASSWORD",
            "ZEEBE_CLIENT_ASSERTION_KEYSTORE_PASSWORD",
            "ZEEBE_AUTH_PRIVATE_KEY_PASSWORD",
        ),
        "private_key_certificate": ("ZEEBE_AUTH_PRIVATE_KEY_CERTIFICATE",),
        "key_id": ("ZEEBE_AUTH_KEY_ID",),
        "algorithm": ("ZEEBE_AUTH_ALGORITHM",),
        "assertion_audience": ("ZEEBE_AUTH_ASSERTION_AUDIENCE",),
        "assertion_file": ("ZEEBE_AUTH_ASSERTION_FILE",),
        "assertion_subject": ("ZEEBE_AUTH_ASSERTION_SUBJECT",),
        "token_url": (
            "CAMUNDA_OAUTH_URL",
            "CAMUNDA_AUTHORIZATION_SERVER_URL",
            "ZEEBE_AUTHORIZATION_SERVER_URL",
        ),
        "well_known_url": ("CAMUNDA_WELL_KNOWN_CONFIGURATION_URL",),
        "issuer": ("CAMUNDA_ISSUER_URL",),
        "revocation_url": ("ZEEBE_AUTH_REVOCATION_URL",),
        "audience": (
            "CAMUNDA_TOKEN_AUDIENCE",
            "ZEEBE_TOKEN_AUDIENCE",
            "CAMUNDA_ZEEBE_OAUTH_AUDIENCE",
        ),
        # CAMUNDA_CREDENTIALS_SCOPES is not among them: it lists Camunda's APIs, not OAuth scopes.
        "scope": ("CAMUNDA_TOKEN_SCOPE", "CAMUNDA_OAUTH_SCOPE", "ZEEBE_TOKEN_SCOPE"),
        "subject_token_file": ("ZEEBE_AUTH_SUBJECT_TOKEN_FILE",),
        "subject_token_type": ("ZEEBE_AUTH_SUBJECT_TOKEN_TYPE",),
        "subject_token_subject": ("ZEEBE_AUTH_SUBJECT_TOKEN_SUBJECT",),
        "actor_token_file": ("ZEEBE_AUTH_ACTOR_TOKEN_FILE",),
        "actor_token_type": ("ZEEBE_AUTH_ACTOR_TOKEN_TYPE",),
        "actor_token_subject": ("ZEEBE_AUTH_ACTOR_TOKEN_SUBJECT",),
        "requested_token_type": ("ZEEBE_AUTH_REQUESTED_TOKEN_TYPE",),
        "request_format": ("ZEEBE_AUTH_REQUEST_FORMAT",),
        "dialect": ("ZEEBE_AUTH_DIALECT",),
        "resource": ("CAMUNDA_TOKEN_RESOURCE", "ZEEBE_TOKEN_RESOURCE"),
        "address": ("CAMUNDA_GRPC_ADDRESS", "ZEEBE_GRPC_ADDRESS", "ZEEBE_ADDRESS"),
        "cluster_id": ("CAMUNDA_CLUSTER_ID",),
        "region": ("CAMUNDA_CLUSTER_REGION",),
        "ca_certificate": ("CAMUNDA_CA_CERTIFICATE_PATH", "ZEEBE_CA_CERTIFICATE_PATH"),
        "token_ca_certificate": ("ZEEBE_AUTH_TOKEN_CA_CERTIFICATE",),
        "client_certificate": ("CAMUNDA_MTLS_CERT_PATH", "ZEEBE_AUTH_CLIENT_CERTIFICATE"),
        "client_key": ("CAMUNDA_MTLS_KEY_PATH", "ZEEBE_AUTH_CLIENT_KEY"),
        "client_key_password": ("CAMUNDA_MTLS_KEY_PASSPHRASE", "ZEEBE_AUTH_CLIENT_KEY_PASSWORD"),
        "proxy": ("ZEEBE_AUTH_PROXY",),
        "authority": ("CAMUNDA_OVERRIDE_AUTHORITY", "ZEEBE_OVERRIDE_AUTHORITY"),
        "keep_alive_ms": ("CAMUNDA_KEEP_ALIVE", "ZEEBE_KEEP_ALIVE"),
        "insecure": ("ZEEBE_INSECURE_CONNECTION", "CAMUNDA_INSECURE_CONNECTION"),
        "username": ("CAMUNDA_BASIC_AUTH_USERNAME",),
        "password": ("CAMUNDA_BASIC_AUTH_PASSWORD",),
        "auth_strategy": ("CAMUNDA_AUTH_STRATEGY",),
        "bearer_token": ("CAMUNDA_OAUTH_TOKEN",),
    }
)
"""Field to names; where several are set and agree, the first one's value is taken."""

FIELD_OF_NAME: Mapping[str, str] = MappingProxyType(
    {name: field for field, names in ENVIRONMENT_NAMES.items() for name in names}
)

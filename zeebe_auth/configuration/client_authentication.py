"""How the fields that one place gave prove who the client is: a class for each method.

To add a method, give it a name in `MethodName` and a value class that has it as its ``method`` (in
`zeebe_auth.credentials.authentication`), a class here for its fields, and one for its request in
`zeebe_auth.token_endpoint.client_authentication.methods`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from zeebe_auth.arguments import unknown_word
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.vocabulary import IDENTITY_FIELDS
from zeebe_auth.credentials.client_secret import ClientSecret
from zeebe_auth.credentials.method_names import MethodName, SecretMethodName, TlsMethodName
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

if TYPE_CHECKING:
    from zeebe_auth.credentials.authentication import (
        AssertionFile,
        Authentication,
        ClientCertificate,
        PrivateKey,
        Public,
    )

# A class of a proof is imported by the method that makes it: most clients have a secret.


class AuthenticationMethod:
    """The fields of one client authentication method, and what they mean.

    Attributes:
        name: The method, as ``authentication_method`` says it.
        fields: Each proves by itself who the client is; without ``authentication_method`` the first
            method with that field is meant.
        other_fields: Each does so, too, but means another method by itself.
        secret: The secret that ``zeebe-auth login`` asks for or reads from stdin.
    """

    name: MethodName
    fields: tuple[str, ...] = ()
    other_fields: tuple[str, ...] = ()
    secret: str | None = None

    def authentication(self, given: GivenFields, field: str | None) -> Authentication:
        """The authentication, references to secrets followed.

        Args:
            given: The fields, ``field`` among them.
            field: The one that proves who the client is; None if the method has none.

        Raises:
            ConfigurationError: A reference leads nowhere, or to something else than it should.
            StoreError: A reference leads into a keychain that can't be used.
        """
        raise NotImplementedError

    def texts(self, authentication: Authentication) -> dict[str, str | None]:
        """The fields that say the same as an authentication of this method, but for its name."""
        raise NotImplementedError


class ClientSecretPost(AuthenticationMethod):
    name: SecretMethodName = "client_secret_post"
    fields = ("client_secret",)
    secret = "client_secret"

    def authentication(self, given: GivenFields, field: str | None) -> ClientSecret:
        del field
        return ClientSecret(
            given.secret("client_secret"),
            self.name,
            given.texts.get("algorithm"),
            given.texts.get("assertion_audience"),
        )

    def texts(self, authentication: Authentication) -> dict[str, str | None]:
        assert isinstance(authentication, ClientSecret)
        return {
            "client_secret": authentication.secret.reveal(),
            "algorithm": authentication.algorithm,
            "assertion_audience": authentication.audience,
        }


class ClientSecretBasic(ClientSecretPost):
    name = "client_secret_basic"


class ClientSecretJwt(ClientSecretPost):
    name = "client_secret_jwt"


class PrivateKeyJwt(AuthenticationMethod):
    name = "private_key_jwt"
    fields = ("private_key", "private_key_file")
    other_fields = ("assertion_file",)
    secret = "private_key_password"

    def authentication(self, given: GivenFields, field: str | None) -> PrivateKey:
        from zeebe_auth.credentials.private_key import PrivateKey

        texts = given.texts
        certificate = texts.get("private_key_certificate")
        return PrivateKey(
            Path(texts["private_key_file"]) if field == "private_key_file" else _pem(given),
            texts.get("key_id"),
            texts.get("algorithm"),
            texts.get("assertion_audience"),
            given.secret_or_none("private_key_password"),
            Path(certificate) if certificate else None,
            texts.get("private_key_alias"),
        )

    def texts(self, authentication: Authentication) -> dict[str, str | None]:
        from zeebe_auth.credentials.private_key import PrivateKey

        assert isinstance(authentication, PrivateKey)
        key, password = authentication.key, authentication.password
        certificate = authentication.certificate
        return {
            "private_key": None if isinstance(key, Path) else key.reveal(),
            "private_key_file": str(key) if isinstance(key, Path) else None,
            "private_key_password": password.reveal() if password else None,
            "private_key_certificate": str(certificate) if certificate else None,
            "private_key_alias": authentication.alias,
            "key_id": authentication.key_id,
            "algorithm": authentication.algorithm,
            "assertion_audience": authentication.audience,
        }


class AssertionFromFile(AuthenticationMethod):
    name = "assertion_file"
    fields = ("assertion_file",)

    def authentication(self, given: GivenFields, field: str | None) -> AssertionFile:
        from zeebe_auth.credentials.assertion_file import AssertionFile

        del field
        kind = given.texts.get("assertion_type", "jwt-bearer")
        try:
            return AssertionFile(
                Path(given.texts["assertion_file"]), given.texts.get("assertion_subject"), kind
            )
        except ValueError as error:
            if isinstance(error, ConfigurationError):
                raise
            raise ConfigurationError(f"{given.named_by('assertion_type')}: {error}") from None

    def texts(self, authentication: Authentication) -> dict[str, str | None]:
        from zeebe_auth.credentials.assertion_file import AssertionFile

        assert isinstance(authentication, AssertionFile)
        return {
            "assertion_file": str(authentication.path),
            "assertion_subject": authentication.subject,
            "assertion_type": (
                None
                if authentication.assertion_type == "jwt-bearer"
                else authentication.assertion_type
            ),
        }


class TlsClientAuth(AuthenticationMethod):
    name: TlsMethodName = "tls_client_auth"
    fields = ("client_certificate", "client_certificate_pem")
    secret = "client_key_password"

    def authentication(self, given: GivenFields, field: str | None) -> ClientCertificate:
        from zeebe_auth.credentials.client_certificate import ClientCertificate

        del field
        pem, key_file = given.texts.get("client_certificate_pem"), given.texts.get("client_key")
        key = given.secret_or_none("client_key_pem")
        return ClientCertificate.from_files(
            Secret(pem) if pem else Path(given.texts["client_certificate"]),
            key or (Path(key_file) if key_file else None),
            self.name,
            password=given.secret_or_none("client_key_password"),
            alias=given.texts.get("client_key_alias"),
        )

    def texts(self, authentication: Authentication) -> dict[str, str | None]:
        from zeebe_auth.credentials.client_certificate import ClientCertificate

        assert isinstance(authentication, ClientCertificate)
        chain, key = authentication.certificate_chain, authentication.private_key
        password = authentication.password
        return {
            "client_certificate": str(chain) if isinstance(chain, Path) else None,
            "client_certificate_pem": chain.reveal() if isinstance(chain, Secret) else None,
            "client_key": str(key) if isinstance(key, Path) else None,
            "client_key_pem": key.reveal() if isinstance(key, Secret) else None,
            "client_key_password": password.reveal() if password else None,
            "client_key_alias": authentication.alias,
        }


class SelfSignedTlsClientAuth(TlsClientAuth):
    name = "self_signed_tls_client_auth"


class NoAuthentication(AuthenticationMethod):
    name = "none"

    def authentication(self, given: GivenFields, field: str | None) -> Public:
        from zeebe_auth.credentials.public_client import Public

        del given, field
        return Public()

    def texts(self, authentication: Authentication) -> dict[str, str | None]:
        from zeebe_auth.credentials.public_client import Public

        assert isinstance(authentication, Public)
        return {}


METHODS: Mapping[str, AuthenticationMethod] = MappingProxyType(
    {
        method.name: method
        for method in (
            ClientSecretPost(),
            ClientSecretBasic(),
            ClientSecretJwt(),
            PrivateKeyJwt(),
            AssertionFromFile(),
            TlsClientAuth(),
            SelfSignedTlsClientAuth(),
            NoAuthentication(),
        )
    }
)


def _first_of_each_field() -> Mapping[str, AuthenticationMethod]:
    by_field: dict[str, AuthenticationMethod] = {}
    for method in METHODS.values():
        for field in method.fields:
            by_field.setdefault(field, method)
    return MappingProxyType(by_field)


METHOD_BY_FIELD = _first_of_each_field()
"""Each field that can prove who the client is, and the method it implies by itself."""


def authentication_method(given: GivenFields) -> tuple[str | None, AuthenticationMethod]:
    """The field that proves who the client is (None for a public client), and the method.

    Raises:
        ConfigurationError: The method is not known, or several fields prove it.
    """
    name = given.texts.get("authentication_method", "").lower()
    if name and name not in METHODS:
        raise unknown_word(given.named_by("authentication_method"), name, METHODS)
    chosen = METHODS[name] if name else None
    candidates = (*chosen.fields, *chosen.other_fields) if chosen else tuple(METHOD_BY_FIELD)
    present = [field for field in candidates if field in given]
    if "client_certificate_pem" in present and "client_certificate" in present:
        present.remove("client_certificate")  # what is given itself goes before a file
    if chosen is None and len(present) > 1:
        # Beside another proof a client certificate, a setting, is for the gateway's TLS alone.
        present = [field for field in present if field in IDENTITY_FIELDS]
    if len(present) > 1:
        raise ConfigurationError(
            f"The {given.origin} proves the client's identity in two ways: "
            f"{' and '.join(given.names_of(present))}. Remove one, or choose with "
            "authentication_method."
        )
    if chosen is not None and not candidates:
        return None, chosen
    field = present[0] if present else candidates[0]
    if chosen is None or field in chosen.other_fields:
        return field, METHOD_BY_FIELD[field]
    return field, chosen


def texts_of_authentication(authentication: Authentication) -> dict[str, str | None]:
    """The fields that say the same as ``authentication``. It reveals the secret."""
    method = METHODS[authentication.method]
    return {**method.texts(authentication), "authentication_method": method.name}


def _pem(given: GivenFields) -> Secret:
    key = given.secret("private_key")
    if "-----BEGIN" not in key.reveal():
        raise ConfigurationError(
            f"{given.name_of('private_key')} in the {given.origin} is no PEM text. To name the "
            'file that holds it, write private_key = { file = "…" }, or private_key_file = "…" '
            "for PEM and PKCS#12 alike."
        )
    return key

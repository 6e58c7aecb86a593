"""What a profile says about the connection, read into what gRPC takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from zeebe_auth import CertificatePair, ClientCertificate, ConfigurationError, Profile, Secret
from zeebe_auth.adapters import (
    Address,
    InlineAuthorities,
    TrustStore,
    cluster_address,
    is_loopback_name,
    parse_address,
    parse_size,
    shown_address,
)
from zeebe_grpc.call.channel_token import TokenHeader
from zeebe_grpc.connection.headers import read_metadata
from zeebe_grpc.connection.options import ChannelOptions, beside, checked_options, option_name
from zeebe_grpc.connection.roots import are_roots, read_roots
from zeebe_grpc.connection.targets import as_target

_DEFAULT_KEEPALIVE_MS = 45_000
_USUAL_HEADER = TokenHeader()
# Those of Camunda's Java client, which a gateway's own limits go with.
_DEFAULT_MESSAGE_BYTES = 5 * 1024 * 1024
_DEFAULT_METADATA_BYTES = 16 * 1024
_PING_TIMEOUT_MS = 20_000
_PING_TIMEOUT = "grpc.keepalive_timeout_ms"
_METADATA_SIZES = ("grpc.max_metadata_size", "grpc.absolute_max_metadata_size")
_MAX_DIGITS = 20
# Camunda Console shows UUIDs; other installations of it need not.
_CLUSTER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_HIGHEST_MS = 2**31 - 1
_TRUTHS = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}


def check_profile(profile: object) -> None:
    """Refuse what `connect` can't take as its profile.

    Raises:
        TypeError: It is neither the name of a profile, nor a `Profile`, nor None.
    """
    if profile is not None and not isinstance(profile, str | Profile):
        kind = (
            f"the class {profile.__name__}" if isinstance(profile, type) else type(profile).__name__
        )
        raise TypeError(
            f"connect takes the name of a profile or a Profile, not {kind}. For a provider of "
            "your own, call secure_channel(target, provider)."
        )


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """How to reach a gateway.

    Args:
        address: Where it is, and whether it speaks TLS.
        root_certificates: The certificate authorities to trust, PEM; None for gRPC's own choice.
        private_key: The key of the client certificate, PEM.
        certificate_chain: The client certificate and its intermediates, PEM.
        client_certificate: The files that those two came from.
        authority: The name to expect in the gateway's certificate and to send as ``:authority``;
            None for the address's own.
        keep_alive_ms: After how many milliseconds of silence a call asks whether the gateway is
            still there.
        max_message_bytes: The largest message to receive. What is sent has no limit here.
        max_metadata_bytes: The most that the headers of a response, or its trailers with the
            status and its details, may take up.
        allow_plaintext: Whether a token may go over a plaintext connection that leaves this
            machine, because the insecure setting says so.
        token_header: Under which header the token is sent, and what each call carries beside it.
        address_named_by: Who named the address, or the cluster and its region: sentences for
            people, behind a space; empty if that isn't known.
    """

    address: Address
    root_certificates: bytes | None = field(default=None, repr=False)
    private_key: bytes | None = field(default=None, repr=False)
    certificate_chain: bytes | None = field(default=None, repr=False)
    client_certificate: ClientCertificate | None = None
    authority: str | None = None
    keep_alive_ms: int = _DEFAULT_KEEPALIVE_MS
    max_message_bytes: int = _DEFAULT_MESSAGE_BYTES
    max_metadata_bytes: int = _DEFAULT_METADATA_BYTES
    allow_plaintext: bool = False
    token_header: TokenHeader = _USUAL_HEADER
    address_named_by: str = field(default="", compare=False)

    @classmethod
    def from_profile(cls, profile: Profile) -> ConnectionSettings:
        """Read the settings of a profile, as `from_texts` does.

        Raises:
            AuthError: As there, or the password of the client's key can't be looked up.
        """
        secrets: dict[str, Secret | None] = {}
        if "client_certificate" in profile.settings or "client_certificate_pem" in profile.settings:
            secrets = {
                name: profile.secret_setting(name)
                for name in ("client_key_password", "client_key_pem")
            }
        if "truststore" in profile.settings:
            secrets["truststore_password"] = profile.secret_setting("truststore_password")
        if "metadata" in profile.secret_settings:
            secrets["metadata"] = profile.secret_setting("metadata")
        return cls.from_texts(
            profile.settings, origin=profile.origin, named_by=profile.named_by, **secrets
        )

    @classmethod
    def from_texts(
        cls,
        texts: Mapping[str, str],
        *,
        origin: str,
        named_by: Mapping[str, str] | None = None,
        client_key_password: Secret | None = None,
        client_key_pem: Secret | None = None,
        truststore_password: Secret | None = None,
        metadata: Secret | None = None,
    ) -> ConnectionSettings:
        """Read the settings of a profile.

        Args:
            texts: ``address``, or ``cluster_id`` with ``region``, ``cloud_domain`` and
                ``cloud_port``; ``insecure`` (true or false),
                ``ca_certificate`` (the path of a PEM file), ``ca_certificate_pem`` (its content)
                or ``truststore`` (the path of a PKCS#12 file), ``client_certificate`` and
                ``client_key`` (of PEM, DER or PKCS#12 files), ``client_key_alias``,
                ``client_certificate_pem``,
                ``authority``, ``keep_alive_ms``, ``max_message_bytes``, ``max_metadata_bytes``,
                ``header`` and ``header_prefix``, which alone may be empty.
                Other keys are not looked at.
            origin: Who gave them, for people.
            named_by: Who named each setting, as `Profile` has it.
            client_key_password: That of an encrypted key or of a PKCS#12 file.
            client_key_pem: The client certificate's key, PEM; it goes before ``client_key``.
            truststore_password: That of ``truststore``.
            metadata: What each call carries beside the token: a JSON object of strings.

        Raises:
            ConfigurationError: There is no address, or a setting can't be used; the message says
                which and what to do.
        """
        reader = _Reader(
            {name: text for name, text in texts.items() if text}, origin, named_by or {}
        )
        insecure = reader.truth("insecure")
        address = reader.address(insecure)
        certificate = None
        roots = None
        if not address.plaintext:
            certificate = reader.certificate(client_key_password, client_key_pem)
            roots = reader.root_certificates(truststore_password)
        # gRPC takes neither a password nor PKCS#12.
        pair = reader.pair(certificate) if certificate else None
        return cls(
            address,
            root_certificates=roots,
            private_key=pair.private_key if pair else None,
            certificate_chain=pair.certificate_chain if pair else None,
            client_certificate=certificate,
            authority=reader.authority(),
            keep_alive_ms=reader.keep_alive_ms(),
            max_message_bytes=reader.size("max_message_bytes", _DEFAULT_MESSAGE_BYTES),
            max_metadata_bytes=reader.size("max_metadata_bytes", _DEFAULT_METADATA_BYTES),
            allow_plaintext=insecure is True,
            token_header=reader.token_header(texts.get("header_prefix"), metadata),
            address_named_by=reader.address_named_by(),
        )

    def check_token_may_travel(self) -> None:
        """Refuse to carry a token unencrypted to another machine unless that is allowed.

        Raises:
            ConfigurationError: It would; the message says how to encrypt or how to allow it.
        """
        address = self.address
        if address.plaintext and not (self.allow_plaintext or is_loopback_name(address.host)):
            raise ConfigurationError(
                f"A token would travel to {address} unencrypted, where others can read it. Write "
                f"https://{address.target}, or a name that can only be this machine's (localhost, "
                "a name under it, 127.0.0.1, ::1), or set ZEEBE_INSECURE_CONNECTION=true (in a "
                "profile: insecure = true) if something else protects the way (a service mesh, a "
                "tunnel)."
            )

    @property
    def target(self) -> str:
        """The address as gRPC's target, which means that host even if it is called ``unix``."""
        return as_target(self.address)

    def channel_options(self, given: Sequence[tuple[str, Any]] = ()) -> ChannelOptions:
        """The gRPC channel options that say the same, beside target and credentials.

        Args:
            given: The caller's, which win over these, wherever they are.

        Raises:
            ConfigurationError: The caller's can't be used.
        """
        given = checked_options(given)
        named = {option_name(option): option[1] for option in reversed(given)}
        options: list[tuple[str, Any]] = [
            ("grpc.keepalive_time_ms", self.keep_alive_ms),
            # How long to wait for the answer. gRPC goes by the second, which is a minute if it is
            # not set, whatever the first says (grpcio 1.66.2 and 1.85.1).
            (_PING_TIMEOUT, _PING_TIMEOUT_MS),
            ("grpc.http2.ping_timeout_ms", named.get(_PING_TIMEOUT, _PING_TIMEOUT_MS)),
            # A stream that waits for jobs is silent for long; gRPC would stop after two pings.
            # Pings without a call stay off: gateways take them for abuse and close the connection.
            ("grpc.http2.max_pings_without_data", 0),
            ("grpc.max_receive_message_length", self.max_message_bytes),
        ]
        # Metadata that is larger than the first but not than the second is refused at random. If
        # the caller gives one of the two, gRPC derives the other from it.
        if named.keys().isdisjoint(_METADATA_SIZES):
            options += [(name, self.max_metadata_bytes) for name in _METADATA_SIZES]
        if self.authority is not None:
            # The first is what TLS checks, the second what plaintext connections send.
            options += [
                ("grpc.ssl_target_name_override", self.authority),
                ("grpc.default_authority", self.authority),
            ]
        return beside(given, options)


@dataclass(frozen=True, slots=True)
class _Reader:
    texts: Mapping[str, str]
    origin: str
    named_by: Mapping[str, str]

    def named(self, name: str) -> str:
        """Who named a setting, the beginning of a sentence."""
        return self.named_by.get(name) or f"The setting {name} from {self.origin}"

    def address(self, insecure: bool | None) -> Address:
        text = self.texts.get("address")
        if text is not None:
            return parse_address(text, insecure=insecure)
        cluster_id = self.texts.get("cluster_id")
        if cluster_id is None:
            # Where Camunda's variables would not be read.
            if self.origin.startswith(("profile ", "environment (")):
                raise ConfigurationError(
                    f'No address: the {self.origin} names none. Add address = "host:port", or '
                    "cluster_id for a cluster of Camunda SaaS."
                )
            raise ConfigurationError(
                f"No gateway address: {self.origin} names none. Set CAMUNDA_GRPC_ADDRESS or "
                "ZEEBE_ADDRESS, or CAMUNDA_CLUSTER_ID and CAMUNDA_CLUSTER_REGION, or put "
                '"address" or "cluster_id" into the profile.'
            )
        return cluster_address(
            cluster_id,
            self.texts.get("region"),
            domain=self.texts.get("cloud_domain"),
            port=self.texts.get("cloud_port"),
        )

    def address_named_by(self) -> str:
        if "address" in self.texts:
            who = self.named_by.get("address")
            return f" The address is from {who}." if who else ""
        cluster_id, region = self.texts["cluster_id"], self.texts.get("region")
        parts = [f"the cluster {shown_address(cluster_id)}", self.named_by.get("cluster_id")]
        told = " from ".join(part for part in parts if part)
        if region is None:
            told += ", and no region is given"
        else:
            parts = [f"the region {shown_address(region)}", self.named_by.get("region")]
            told += " and " + " from ".join(part for part in parts if part)
        advice = "Compare both with Camunda Console."
        if not _CLUSTER_ID.fullmatch(cluster_id):
            advice = (
                f"{shown_address(cluster_id)} is no cluster id, which is a UUID such as "
                "12345678-90ab-cdef-1234-567890abcdef: copy it from Camunda Console."
            )
        return f" It is made of {told}. {advice}"

    def truth(self, name: str) -> bool | None:
        text = self.texts.get(name)
        if text is None:
            return None
        truth = _TRUTHS.get(text.strip().lower())
        if truth is None:
            self._refuse(name, f"is {text!r}", 'Write "true" or "false".')
        return truth

    def keep_alive_ms(self) -> int:
        text = self.texts.get("keep_alive_ms")
        if text is None:
            return _DEFAULT_KEEPALIVE_MS
        digits = text.strip()
        # Python refuses to read thousands of digits.
        is_number = digits.isascii() and digits.isdecimal() and len(digits) <= _MAX_DIGITS
        milliseconds = int(digits) if is_number else 0
        if not 0 < milliseconds <= _HIGHEST_MS:
            self._refuse(
                "keep_alive_ms",
                f"is {text[:_MAX_DIGITS]!r}",
                f"Write whole milliseconds above 0, such as {_DEFAULT_KEEPALIVE_MS}.",
            )
        return milliseconds

    def size(self, name: str, default: int) -> int:
        text = self.texts.get(name)
        if text is None:
            return default
        with self._blamed(name):
            return parse_size(text)

    def root_certificates(self, truststore_password: Secret | None) -> bytes | None:
        inline = self.texts.get("ca_certificate_pem")
        if inline is not None:
            pem = InlineAuthorities(inline).pem()
            if not are_roots(pem):
                self._refuse(
                    "ca_certificate_pem",
                    "holds no PEM certificate",
                    'Give the content of a file with "-----BEGIN CERTIFICATE-----" in it.',
                )
            return pem.encode("ascii")
        if "ca_certificate" in self.texts:
            with self._blamed("ca_certificate"):
                return read_roots(_path(self.texts["ca_certificate"]), "CA certificate file")
        if "truststore" in self.texts:
            with self._blamed("truststore"):
                store = TrustStore(_path(self.texts["truststore"]), truststore_password)
                return store.pem().encode("ascii")
        return None

    def certificate(
        self, password: Secret | None, key_pem: Secret | None
    ) -> ClientCertificate | None:
        inline = self.texts.get("client_certificate_pem")
        if "client_certificate" not in self.texts and inline is None:
            if "client_key" in self.texts:
                self._refuse(
                    "client_key", "has no client_certificate beside it", "Set both or neither."
                )
            return None
        key = self.texts.get("client_key")
        with self._blamed("client_certificate" if inline is None else "client_certificate_pem"):
            return ClientCertificate.from_files(
                _path(self.texts["client_certificate"]) if inline is None else Secret(inline),
                key_pem or (_path(key) if key else None),
                password=password,
                alias=self.texts.get("client_key_alias"),
            )

    def pair(self, certificate: ClientCertificate) -> CertificatePair:
        with self._blamed("client_certificate"):
            return certificate.read()

    def token_header(self, prefix: str | None, metadata: Secret | None) -> TokenHeader:
        header = self.texts.get("header", "authorization")
        pairs = read_metadata(metadata, self.named("metadata"))
        try:
            return TokenHeader.checked(header, prefix, pairs)
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"The {self.origin}: {error}") from None

    def authority(self) -> str | None:
        text = self.texts.get("authority")
        if text is not None:
            try:
                parse_address(text)
            except ConfigurationError as error:
                self._refuse("authority", "is no host name", "Write a name alone.", error)
            if "://" in text:
                self._refuse("authority", "has a scheme", "Write the name alone.")
        return text

    @contextmanager
    def _blamed(self, name: str) -> Iterator[None]:
        """What is wrong with the value or the files of a setting, and whose setting it is."""
        try:
            yield
        except ConfigurationError as error:
            blamed = ConfigurationError(f"{self.named(name)}: {error.message}")
        else:
            return
        raise blamed

    def _refuse(
        self, name: str, what: str, advice: str, cause: Exception | None = None
    ) -> NoReturn:
        raise ConfigurationError(f"{self.named(name)} {what}. {advice}") from cause


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise ConfigurationError(
            f"The home directory in the path {text} is not known. Write the path in full."
        ) from error

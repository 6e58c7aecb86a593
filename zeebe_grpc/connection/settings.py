"""What a profile says about the connection, read into what gRPC takes."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from zeebe_auth import CertificatePair, ClientCertificate, ConfigurationError, Profile, Secret
from zeebe_auth.adapters import Address, cluster_address, is_loopback_name, parse_address
from zeebe_grpc.connection.pem import pem_text

__all__ = ["ConnectionSettings", "channel_options"]

_DEFAULT_KEEPALIVE_MS = 45_000
_PING_TIMEOUT_MS = 20_000
_MAX_DIGITS = 20
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
        allow_plaintext: Whether a token may go over a plaintext connection that leaves this
            machine, because the insecure setting says so.
    """

    address: Address
    root_certificates: bytes | None = field(default=None, repr=False)
    private_key: bytes | None = field(default=None, repr=False)
    certificate_chain: bytes | None = field(default=None, repr=False)
    client_certificate: ClientCertificate | None = None
    authority: str | None = None
    keep_alive_ms: int = _DEFAULT_KEEPALIVE_MS
    allow_plaintext: bool = False

    @classmethod
    def from_profile(cls, profile: Profile) -> ConnectionSettings:
        """Read the settings of a profile, as `from_texts` does.

        Raises:
            AuthError: As there, or the password of the client's key can't be looked up.
        """
        password = None
        if "client_certificate" in profile.settings:
            password = profile.secret_setting("client_key_password")
        return cls.from_texts(profile.settings, origin=profile.origin, client_key_password=password)

    @classmethod
    def from_texts(
        cls, texts: Mapping[str, str], *, origin: str, client_key_password: Secret | None = None
    ) -> ConnectionSettings:
        """Read the settings of a profile.

        Args:
            texts: ``address``, or ``cluster_id`` with ``region``; ``insecure`` (true or false),
                ``ca_certificate`` (the path of a PEM file), ``client_certificate`` and
                ``client_key`` (of PEM or PKCS#12 files), ``authority``, ``keep_alive_ms``. Other
                keys are not looked at.
            origin: Who gave them, for people.
            client_key_password: That of an encrypted key or of a PKCS#12 file.

        Raises:
            ConfigurationError: There is no address, or a setting can't be used; the message says
                which and what to do.
        """
        reader = _Reader({name: text for name, text in texts.items() if text}, origin)
        insecure = reader.truth("insecure")
        address = reader.address(insecure)
        certificate = None if address.plaintext else reader.certificate(client_key_password)
        # gRPC takes neither a password nor PKCS#12.
        pair = reader.pair(certificate) if certificate else None
        return cls(
            address,
            root_certificates=None if address.plaintext else reader.root_certificates(),
            private_key=pair.private_key if pair else None,
            certificate_chain=pair.certificate_chain if pair else None,
            client_certificate=certificate,
            authority=reader.authority(),
            keep_alive_ms=reader.keep_alive_ms(),
            allow_plaintext=insecure is True,
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

    def channel_options(self) -> tuple[tuple[str, str | int], ...]:
        """The same as gRPC channel options, beside target and credentials."""
        return channel_options(keep_alive_ms=self.keep_alive_ms, authority=self.authority)


def channel_options(
    *, keep_alive_ms: int = _DEFAULT_KEEPALIVE_MS, authority: str | None = None
) -> tuple[tuple[str, str | int], ...]:
    """The gRPC channel options that a Zeebe gateway wants.

    Args:
        keep_alive_ms: After how many milliseconds of silence a call pings the gateway; without an
            answer the connection is given up 20 seconds later.
        authority: The name that replaces the target's in TLS and as ``:authority``.
    """
    options: list[tuple[str, str | int]] = [
        ("grpc.keepalive_time_ms", keep_alive_ms),
        # How long to wait for the answer. gRPC goes by the second, which is a minute if it is not
        # set, whatever the first says (measured with grpcio 1.66.2 and 1.85.1).
        ("grpc.keepalive_timeout_ms", _PING_TIMEOUT_MS),
        ("grpc.http2.ping_timeout_ms", _PING_TIMEOUT_MS),
        # A stream that waits for jobs is silent for long; gRPC would stop after two pings.
        # Pings without a call stay off: gateways take them for abuse and hang up.
        ("grpc.http2.max_pings_without_data", 0),
    ]
    if authority is not None:
        # The first is what TLS checks, the second what plaintext connections send.
        options += [
            ("grpc.ssl_target_name_override", authority),
            ("grpc.default_authority", authority),
        ]
    return tuple(options)


@dataclass(frozen=True, slots=True)
class _Reader:
    texts: Mapping[str, str]
    origin: str

    def address(self, insecure: bool | None) -> Address:
        text = self.texts.get("address")
        if text is not None:
            return parse_address(text, insecure=insecure)
        cluster_id = self.texts.get("cluster_id")
        if cluster_id is None:
            raise ConfigurationError(
                f"No gateway address: {self.origin} names none. Set CAMUNDA_GRPC_ADDRESS or "
                "ZEEBE_ADDRESS, or CAMUNDA_CLUSTER_ID and CAMUNDA_CLUSTER_REGION, or put "
                '"address" or "cluster_id" into the profile.'
            )
        return cluster_address(cluster_id, self.texts.get("region"))

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

    def root_certificates(self) -> bytes | None:
        if "ca_certificate" not in self.texts:
            return None
        pem = self._file("ca_certificate")
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem_text(pem))
        except (ssl.SSLError, ValueError) as error:
            self._refuse(
                "ca_certificate",
                f"names {self.texts['ca_certificate']}, which holds no PEM certificate",
                'Name a file with "-----BEGIN CERTIFICATE-----" in it.',
                error,
            )
        return pem

    def certificate(self, password: Secret | None) -> ClientCertificate | None:
        if "client_certificate" not in self.texts:
            if "client_key" in self.texts:
                self._refuse(
                    "client_key", "has no client_certificate beside it", "Set both or neither."
                )
            return None
        key = self.texts.get("client_key")
        with self._blamed("client_certificate"):
            return ClientCertificate.from_files(
                _path(self.texts["client_certificate"]),
                _path(key) if key else None,
                password=password,
            )

    def pair(self, certificate: ClientCertificate) -> CertificatePair:
        with self._blamed("client_certificate"):
            return certificate.read()

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

    def _file(self, name: str) -> bytes:
        with self._blamed(name):
            path = _path(self.texts[name])
        try:
            return path.read_bytes()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            self._refuse(
                name,
                f"names {path}, which can't be read ({why})",
                "Name a PEM file that this user may read.",
                error,
            )

    @contextmanager
    def _blamed(self, name: str) -> Iterator[None]:
        """What is wrong with the files of a setting, and whose setting it is."""
        try:
            yield
        except ConfigurationError as error:
            blamed = ConfigurationError(
                f"{error.message} It is the setting {name} from {self.origin}."
            )
        else:
            return
        raise blamed

    def _refuse(
        self, name: str, what: str, advice: str, cause: Exception | None = None
    ) -> NoReturn:
        raise ConfigurationError(
            f"The setting {name} from {self.origin} {what}. {advice}"
        ) from cause


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise ConfigurationError(
            f"The home directory in the path {text} is not known. Write the path in full."
        ) from error

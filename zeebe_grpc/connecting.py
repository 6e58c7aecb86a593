"""A channel to the gateway that a profile names: nothing else to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

import grpc

from zeebe_auth import CredentialsProvider, EventHook, Profile, default_provider, load_profile
from zeebe_auth.adapters import access_to
from zeebe_grpc import channels
from zeebe_grpc.call.channel_token import Metadata, Refused
from zeebe_grpc.connection.headers import HeaderOverrides
from zeebe_grpc.connection.options import check_compression, checked_interceptors
from zeebe_grpc.connection.settings import ConnectionSettings, check_profile


def connect(
    profile: str | Profile | None = None,
    *,
    options: Sequence[tuple[str, Any]] = (),
    interceptors: Sequence[channels.ClientInterceptor] | None = None,
    compression: grpc.Compression | None = None,
    on_event: EventHook | None = None,
    header: str | None = None,
    header_prefix: str | None = None,
    metadata: Metadata | None = None,
    refused: Refused | None = None,
) -> grpc.Channel:
    """A channel to the gateway, with address, certificates and credentials found by themselves.

    With TLS unless the address says plaintext, and with keepalive. Messages of up to 5 MiB and
    metadata of up to 16 KiB are received unless the profile says otherwise. Closing the channel,
    which the end of a ``with`` block does, closes the credentials provider behind it too.
    Whatever else is given, the profile's address, certificates, proxies and token store stay.

    Args:
        profile: The name of a profile of the config file or the keychain, or a loaded `Profile`;
            None looks at the environment, the config file and the keychain, in that order.
        options: gRPC's channel arguments, as (name, value). They win over those that the profile
            or `connect` itself would set, such as ``grpc.max_receive_message_length``; another
            one is ``("grpc.lb_policy_name", "round_robin")``, for a host name of several gateways.
        interceptors: gRPC's own, the outermost first. They run once for each attempt and see its
            token; `grpc.intercept_channel` around the channel runs some once for each call.
        compression: The compression of all calls, unless a call says otherwise.
        on_event: Told what happens around tokens.
        header: The metadata key of the token, instead of the profile's ``header``.
        header_prefix: What is in front of the bare token, instead of the profile's
            ``header_prefix``; see `secure_channel`.
        metadata: What each call carries beside it, instead of the profile's ``metadata``; see
            there.
        refused: What else than UNAUTHENTICATED means that the token was refused; see there.

    Raises:
        ConfigurationError: Something was given that can't be used, or no address.
        CredentialsUnavailable: No credentials were given.
        TypeError: An argument is of the wrong type.
        ValueError: The header, its prefix or the metadata are not valid; no value is quoted.
    """
    check_profile(profile)
    check_compression(compression)
    overrides = HeaderOverrides.checked(header, header_prefix, metadata, refused)
    given = checked_interceptors(interceptors, channels.INTERCEPTORS)
    loaded = profile if isinstance(profile, Profile) else load_profile(profile)
    settings = ConnectionSettings.from_profile(loaded)
    provider = default_provider(loaded, on_event=on_event)
    return open_channel(
        settings,
        provider,
        options=options,
        interceptors=given,
        compression=compression,
        overrides=overrides,
    )


def open_channel(
    settings: ConnectionSettings,
    provider: CredentialsProvider | None,
    *,
    options: Sequence[tuple[str, Any]] = (),
    interceptors: Sequence[channels.ClientInterceptor] = (),
    compression: grpc.Compression | None = None,
    overrides: HeaderOverrides | None = None,
) -> grpc.Channel:
    """A channel as ``settings`` and the rest say, which closes ``provider`` when it is closed.

    Raises:
        ConfigurationError: gRPC can't take the settings, or a token would travel unencrypted.
    """
    try:
        if access_to(provider) is not None:
            settings.check_token_may_travel()
        channel = _channel(settings, provider, options, interceptors, compression, overrides)
        return _OwningChannel(channel, provider)
    except BaseException:
        _close(provider)
        raise


def _channel(
    settings: ConnectionSettings,
    provider: CredentialsProvider | None,
    given: Sequence[tuple[str, Any]],
    interceptors: Sequence[channels.ClientInterceptor],
    compression: grpc.Compression | None,
    overrides: HeaderOverrides | None,
) -> grpc.Channel:
    sent = (overrides or HeaderOverrides()).beside(settings.token_header)
    target, options = settings.target, settings.channel_options(given)
    if settings.address.plaintext:
        return channels.insecure_channel(
            target,
            provider,
            options=options,
            compression=compression,
            interceptors=interceptors,
            allow_plaintext=settings.allow_plaintext,
            **sent,
        )
    return channels.secure_channel(
        target,
        provider,
        root_certificates=settings.root_certificates,
        private_key=settings.private_key,
        certificate_chain=settings.certificate_chain,
        options=options,
        compression=compression,
        interceptors=interceptors,
        **sent,
    )


def _close(provider: CredentialsProvider | None) -> None:
    close: Callable[[], object] | None = getattr(provider, "close", None)
    if close is not None:
        close()


class _OwningChannel(grpc.Channel):
    """A channel and the provider that lives as long as it does."""

    def __init__(self, channel: grpc.Channel, provider: CredentialsProvider | None) -> None:
        self._channel = channel
        self._provider = provider

    def subscribe(self, *args: Any, **kwargs: Any) -> None:
        self._channel.subscribe(*args, **kwargs)

    def unsubscribe(self, *args: Any, **kwargs: Any) -> None:
        self._channel.unsubscribe(*args, **kwargs)

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        return self._channel.unary_unary(*args, **kwargs)

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        return self._channel.unary_stream(*args, **kwargs)

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        return self._channel.stream_unary(*args, **kwargs)

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        return self._channel.stream_stream(*args, **kwargs)

    def close(self) -> None:
        try:
            self._channel.close()
        finally:
            _close(self._provider)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

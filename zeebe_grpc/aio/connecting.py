"""A channel for asyncio to the gateway that a profile names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextvars import copy_context
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import grpc
import grpc.aio

from zeebe_auth import (
    CredentialsProvider,
    EventHook,
    Profile,
    TokenEndpointUnreachable,
    default_provider,
    load_profile,
)
from zeebe_auth.adapters import access_to, remember_caller
from zeebe_grpc.aio import channels
from zeebe_grpc.aio.event_loop import require_asyncio
from zeebe_grpc.call.channel_token import Metadata, Refused
from zeebe_grpc.connection.headers import HeaderOverrides
from zeebe_grpc.connection.options import (
    ChannelOptions,
    check_compression,
    checked_interceptors,
    checked_options,
)
from zeebe_grpc.connection.roots import roots_of_environment
from zeebe_grpc.connection.settings import ConnectionSettings, check_profile


def connect(
    profile: str | Profile | None = None,
    *,
    options: Sequence[tuple[str, Any]] = (),
    interceptors: Sequence[grpc.aio.ClientInterceptor] | None = None,
    compression: grpc.Compression | None = None,
    on_event: EventHook | None = None,
    header: str | None = None,
    header_prefix: str | None = None,
    metadata: Metadata | None = None,
    refused: Refused | None = None,
) -> grpc.aio.Channel:
    """As `zeebe_grpc.connect`, for asyncio.

        async with zeebe_grpc.aio.connect() as channel:
            ...

    Files and the keychain are read on another thread when the ``async with`` block is entered,
    so that they can't block the event loop. A channel that is used without the block reads them
    at its first method, on the spot. Closing it closes the credentials provider behind it.

    Args:
        profile: The name of a profile of the config file or the keychain, or a loaded `Profile`;
            None looks at the environment, the config file and the keychain, in that order.
        options: gRPC's channel arguments, as for `zeebe_grpc.connect`.
        interceptors: gRPC's own for asyncio. They run once for each attempt and see its token.
        compression: The compression of all calls, unless a call says otherwise.
        on_event: Told what happens around tokens, on a worker thread.
        header: The metadata key of the token, instead of the profile's ``header``.
        header_prefix: What is in front of the bare token, instead of the profile's
            ``header_prefix``; see `zeebe_grpc.secure_channel`.
        metadata: What each call carries beside it, instead of the profile's ``metadata``; see
            there.
        refused: What else than UNAUTHENTICATED means that the token was refused; see there.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: The header, its prefix or the metadata are not valid; no value is quoted.
        ConfigurationError: The options can't be used. When it is entered or first used: something
            was given that can't be used, or no address, or it is not asyncio that runs it.
        CredentialsUnavailable: Then too: no credentials were given.
        TokenEndpointUnreachable: When it is entered: no thread can be started to read them, since
            the interpreter is ending or the machine allows no more. It is retryable.
    """
    check_profile(profile)
    check_compression(compression)
    given = checked_interceptors(interceptors, channels.INTERCEPTORS)
    overrides = HeaderOverrides.checked(header, header_prefix, metadata, refused)
    return _ProfileChannel(
        profile, checked_options(options), given, compression, on_event, overrides
    )


class _ProfileChannel(grpc.aio.Channel):
    """A channel that finds out where it leads when it is used, and owns its provider."""

    def __init__(
        self,
        profile: str | Profile | None,
        options: ChannelOptions,
        interceptors: Sequence[grpc.aio.ClientInterceptor],
        compression: grpc.Compression | None,
        on_event: EventHook | None,
        overrides: HeaderOverrides,
    ) -> None:
        self._profile = profile
        self._options = options
        self._interceptors = interceptors
        self._compression = compression
        self._on_event = on_event
        self._overrides = overrides
        self._opened: grpc.aio.Channel | None = None
        self._provider: Any = None
        self._closed = False

    def _find(self) -> tuple[ConnectionSettings, CredentialsProvider]:
        profile = self._profile
        loaded = profile if isinstance(profile, Profile) else load_profile(profile)
        settings = ConnectionSettings.from_profile(loaded)
        if settings.root_certificates is None and not settings.address.plaintext:
            # Here, where no event loop waits for a file.
            settings = replace(settings, root_certificates=roots_of_environment())
        return settings, default_provider(loaded, on_event=self._on_event)

    async def _find_on_thread(self) -> tuple[ConnectionSettings, CredentialsProvider]:
        loop = asyncio.get_running_loop()
        context = copy_context()
        context.run(remember_caller)
        try:
            found = loop.run_in_executor(None, context.run, self._find)
        except RuntimeError as error:
            # Not on this thread instead: where the interpreter of Python 3.12 ends, making a
            # grpc.aio channel is a segmentation fault (grpcio 1.85.3;
            # tests/integration/zeebe_grpc/test_interpreter_end.py).
            raise TokenEndpointUnreachable(
                f"No thread could be started to read the profile: {error}. Connect before the "
                "program ends, and see how many threads the machine allows."
            ) from error
        return await found

    def _open(
        self, settings: ConnectionSettings, provider: CredentialsProvider
    ) -> grpc.aio.Channel:
        if access_to(provider) is not None:
            settings.check_token_may_travel()
        target, options = settings.target, settings.channel_options(self._options)
        sent = self._overrides.beside(settings.token_header)
        if settings.address.plaintext:
            opened = channels.insecure_channel(
                target,
                provider,
                options=options,
                compression=self._compression,
                interceptors=self._interceptors,
                allow_plaintext=settings.allow_plaintext,
                **sent,
            )
        else:
            opened = channels.secure_channel(
                target,
                provider,
                root_certificates=settings.root_certificates,
                private_key=settings.private_key,
                certificate_chain=settings.certificate_chain,
                options=options,
                compression=self._compression,
                interceptors=self._interceptors,
                **sent,
            )
        self._opened, self._provider = opened, provider
        return opened

    @property
    def _channel(self) -> grpc.aio.Channel:
        if self._closed:
            raise grpc.aio.UsageError("This channel is closed. Make a new one.")
        return self._opened or self._open(*self._find())

    async def __aenter__(self) -> Self:
        if self._opened is None and not self._closed:
            require_asyncio()
            found = await self._find_on_thread()
            if self._opened is None:
                self._open(*found)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self, grace: float | None = None) -> None:
        self._closed = True
        try:
            if self._opened is not None:
                await self._opened.close(grace)
        finally:
            if self._provider is not None:
                await self._provider.aclose()

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._channel.channel_ready()

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        return self._channel.unary_unary(*args, **kwargs)

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        return self._channel.unary_stream(*args, **kwargs)

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        return self._channel.stream_unary(*args, **kwargs)

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        return self._channel.stream_stream(*args, **kwargs)

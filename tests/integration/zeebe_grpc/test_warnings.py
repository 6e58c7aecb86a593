"""A warning names the line of the user's program, and its class is public."""

from __future__ import annotations

import asyncio
import inspect
import os
import threading
import warnings

import pytest

import zeebe_auth
import zeebe_grpc
import zeebe_grpc.aio
from zeebe_auth.adapters import warn_at_caller

PROFILE = """
[profiles.default]
address = "{address}"
insecure = true
client_id = "me"
client_secret = "s3cr3t"
token_url = "https://login.example/token"
store = {{ use = "memory" }}
"""


@pytest.fixture
def config(monkeypatch, tmp_path):
    """Writes a config file with a literal secret that every user may read, unless it is private."""
    path = tmp_path / "config.toml"
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))

    def write(address="localhost:26500", *, mode=0o644):
        path.write_text(PROFILE.format(address=address))
        path.chmod(mode)
        return path

    return write


def load_profile():
    return zeebe_auth.load_profile(), inspect.currentframe().f_lineno


def default_provider():
    return zeebe_auth.default_provider(), inspect.currentframe().f_lineno


def explain_profile():
    return zeebe_auth.explain_profile(), inspect.currentframe().f_lineno


def load_source():
    return zeebe_auth.ConfigFileSource().load(), inspect.currentframe().f_lineno


def load_chain():
    chain = zeebe_auth.ChainSource(zeebe_auth.EnvSource({}), zeebe_auth.ConfigFileSource())
    return chain.load(), inspect.currentframe().f_lineno


def connect():
    return zeebe_grpc.connect().close(), inspect.currentframe().f_lineno


def aio_connect():
    async def main():
        async with zeebe_grpc.aio.connect():
            return inspect.currentframe().f_lineno - 1

    return None, asyncio.run(main())


if os.name == "posix":

    @pytest.mark.parametrize(
        "call",
        [
            load_profile,
            default_provider,
            explain_profile,
            load_source,
            load_chain,
            connect,
            aio_connect,
        ],
    )
    def test_an_exposed_secret_is_warned_of_where_it_is_read(config, call):
        """The line is the program's, through however many functions of ours."""
        config()
        with pytest.warns(zeebe_auth.SecretsExposedWarning, match="chmod 600") as caught:
            _, line = call()
        assert {(each.filename, each.lineno) for each in caught} == {(__file__, line)}

    def test_a_thread_without_a_caller_tells_it_once(config):
        """One such thread is the one that reads a source again for each token request."""
        path = config()

        def read():
            thread = threading.Thread(target=zeebe_auth.ConfigFileSource(path=path).load)
            thread.start()
            thread.join()

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            read()
            read()
            zeebe_auth.load_profile()
        assert [each.category for each in caught] == [zeebe_auth.SecretsExposedWarning] * 2
        assert caught[0].filename != __file__ == caught[1].filename


def plain_channel(target):
    provider = zeebe_auth.StaticCredentialsProvider("t")
    channel = zeebe_grpc.insecure_channel(target, provider, allow_plaintext=True)
    channel.close()
    return inspect.currentframe().f_lineno - 2


def aio_channel(target):
    async def main():
        provider = zeebe_auth.StaticCredentialsProvider("t")
        channel = zeebe_grpc.aio.insecure_channel(target, provider, allow_plaintext=True)
        await channel.close()
        return inspect.currentframe().f_lineno - 2

    return asyncio.run(main())


def connected(target):
    zeebe_grpc.connect().close()
    return inspect.currentframe().f_lineno - 1


def aio_connected(target):
    async def main():
        async with zeebe_grpc.aio.connect():
            return inspect.currentframe().f_lineno - 1

    return asyncio.run(main())


@pytest.mark.parametrize("call", [plain_channel, aio_channel, connected, aio_connected])
def test_plaintext_is_warned_of_where_the_channel_is_made(config, call):
    """This holds for functions that take a provider, and for those that take a profile."""
    target = f"{call.__name__.replace('_', '-')}.example:26500"
    config(f"http://{target}", mode=0o600)
    with pytest.warns(zeebe_auth.PlaintextWarning, match="unencrypted") as caught:
        line = call(target)
    assert [(each.filename, each.lineno) for each in caught] == [(__file__, line)]
    assert issubclass(zeebe_auth.PlaintextWarning, RuntimeWarning)


def test_a_filter_makes_an_error_of_it_each_time():
    """A second channel to the same target is refused as well."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", zeebe_auth.PlaintextWarning)
        for _ in range(2):
            with pytest.raises(zeebe_auth.PlaintextWarning):
                plain_channel("strict.example:26500")


def test_an_adapter_passes_its_own_package_over():
    """The line is that of the adapter's caller, which here is pytest."""
    with pytest.warns(UserWarning, match="here") as caught:
        warn_at_caller("here", UserWarning)
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="here") as caught:
        warn_at_caller("here", UserWarning, __name__.partition(".")[0])
    assert caught[0].filename != __file__

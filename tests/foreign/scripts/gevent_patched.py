"""Gets tokens in a program that gevent has patched: `early` or `late`, which is after the import.

It prints whether the program went on while the timer waited for the next refresh.
"""

import sys

WHEN = sys.argv[1]
if WHEN == "early":
    from gevent import monkey

    monkey.patch_all()

import time

import zeebe_auth
from zeebe_auth.adapters import TokenAccess

if WHEN == "late":
    # Looked up before the patch, as in a program that first imports everything.
    provider_kind, access_kind = zeebe_auth.OAuthCredentialsProvider, TokenAccess
    from gevent import monkey

    monkey.patch_all()

import gevent

beats = []


def beat() -> None:
    while True:
        beats.append(time.monotonic())
        gevent.sleep(0.01)


class Plain:
    """A provider that is called on a thread, which is a greenlet here."""

    def __init__(self, provider: zeebe_auth.OAuthCredentialsProvider) -> None:
        self._provider = provider

    def get_token(self) -> zeebe_auth.AccessToken:
        return self._provider.get_token()


gevent.spawn(beat)
profile = zeebe_auth.load_profile()
provider = zeebe_auth.default_provider(profile)
first = provider.get_token(timeout=60)
provider.invalidate(first)
second = provider.get_token(timeout=60)
third = TokenAccess.of(Plain(provider)).wait(60)
count = len(beats)
while len(beats) < count + 3:
    # The timer's thread waits for a refresh that is hours away.
    gevent.sleep(0.01)
print(first.value != second.value, second.value == third.value)

"""One of many processes that want a first token in the same moment.

``python -m benchmarks.cold_process SUBJECT URL THREADS FOLDER`` says "ready", waits for a line, and
says how many of its threads got a token.
"""

from __future__ import annotations

import sys
import threading

from benchmarks.peers import PEERS, Use

__all__: list[str] = []


def _zeebe_auth(url: str, folder: str) -> Use:
    from zeebe_auth import ClientCredentials, ClientSecret, OAuthCredentialsProvider, Secret
    from zeebe_auth.stores import FileStore

    credentials = ClientCredentials(
        client_id="bench", authentication=ClientSecret(Secret("bench")), token_url=url
    )
    return OAuthCredentialsProvider(credentials, store=FileStore(folder)).get_token


def _main(subject: str, url: str, count: int, folder: str) -> None:
    use = _zeebe_auth(url, folder) if subject == "zeebe_auth" else PEERS[subject](url)
    got: list[object] = []
    go = threading.Barrier(count + 1)

    def run() -> None:
        go.wait()
        got.append(use())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.readline()
    go.wait()
    for thread in threads:
        thread.join()
    print(len(got), flush=True)


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])

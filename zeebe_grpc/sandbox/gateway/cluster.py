"""What the sandbox's cluster knows: resources, process instances, messages, incidents, jobs."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

from zeebe_grpc.sandbox.gateway.jobs import Jobs
from zeebe_grpc.sandbox.gateway.keys import Keys
from zeebe_grpc.sandbox.gateway.resources import Definition, Resources


class Cluster:
    """The state that calls read and change; it runs no process.

    Use its parts with `lock` held; `jobs` and `keys` have locks of their own.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.keys = Keys()
        self.jobs = Jobs(self.keys)
        self._clear()

    def _clear(self) -> None:
        self.resources = Resources()
        self.instances: dict[int, dict[str, Any]] = {}
        """The variables of each active process instance, by its key."""
        self.buffered_messages: set[tuple[str, str, str, str]] = set()
        """Name, correlation key, id and tenant of each that has an id and a time to live."""
        self.published: Counter[str] = Counter()
        self.broadcast: Counter[str] = Counter()
        self.incidents: dict[int, int] = {}
        """The job of each incident, by the incident's key."""

    def begin_instance(self, variables: Mapping[str, Any]) -> int:
        """Add a process instance and return its key."""
        key = self.keys.take()
        self.instances[key] = dict(variables)
        return key

    def add_incident(self, job_key: int) -> None:
        """Add an incident of a job without retries."""
        with self.lock:
            self.incidents[self.keys.take()] = job_key

    def process(self, key: int, name: str, version: int) -> Definition | None:
        """A deployed process, by its key if that is given, else by its id and version.

        Args:
            key: Its key, or 0.
            name: Its id.
            version: A version; a negative number for the latest one, as Zeebe has it.
        """
        if key:
            return self.resources.with_key(key, "process")
        if version < 0:
            return self.resources.latest("process", name)
        return self.resources.version("process", name, version)

    def reset(self) -> None:
        """Forget all but which keys have been given."""
        with self.lock:
            self._clear()
        self.jobs.reset()

"""The jobs that the sandbox was told to have, and who works on them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zeebe_grpc.sandbox.gateway.keys import Keys


@dataclass(slots=True)
class Job:
    """One job; the names are the gateway protocol's, where they have one there."""

    key: int
    type: str
    variables: Mapping[str, Any]
    custom_headers: Mapping[str, str]
    bpmn_process_id: str
    element_id: str
    retries: int
    activated: bool = field(default=False)

    @property
    def process_instance_key(self) -> int:
        """The process instance that it belongs to."""
        return self.key - 2

    @property
    def element_instance_key(self) -> int:
        """The element that it belongs to."""
        return self.key - 1

    def variables_json(self, wanted: Sequence[str]) -> str:
        """The variables as the protocol carries them; none wanted means all."""
        chosen = {
            name: value for name, value in self.variables.items() if not wanted or name in wanted
        }
        return json.dumps(chosen)


class Jobs:
    """All jobs, waiting or being worked on; safe for any thread.

    Args:
        keys: Where the keys of new jobs come from.
    """

    def __init__(self, keys: Keys) -> None:
        self._changed = threading.Condition()
        self._jobs: dict[int, Job] = {}
        self._keys = keys
        self._ended = False

    def add(
        self,
        job_type: str,
        variables: Mapping[str, Any] | None = None,
        *,
        custom_headers: Mapping[str, str] | None = None,
        bpmn_process_id: str = "sandbox-process",
        element_id: str = "sandbox-task",
        retries: int = 3,
    ) -> int:
        """Add a job that waits to be activated, and return its key."""
        with self._changed:
            # One key for the job, two before it for the process instance and its element.
            key = self._keys.take(3)
            self._jobs[key] = Job(
                key=key,
                type=job_type,
                variables=dict(variables or {}),
                custom_headers=dict(custom_headers or {}),
                bpmn_process_id=bpmn_process_id,
                element_id=element_id,
                retries=retries,
            )
            self._changed.notify_all()
            return key

    def activate(
        self, job_type: str, most: int, *, wait_seconds: float, wanted: Callable[[], bool]
    ) -> list[Job]:
        """Take up to that many waiting jobs of a type.

        Args:
            job_type: The type.
            most: How many at most, from 1.
            wait_seconds: How long to wait for the first; an empty list if none comes.
            wanted: Asked after each wake-up; False ends the wait (see `wake`).
        """
        until = time.monotonic() + wait_seconds
        with self._changed:
            while not self._ended and wanted():
                found = [
                    job
                    for job in self._jobs.values()
                    if job.type == job_type and not job.activated and job.retries > 0
                ][:most]
                if found:
                    for job in found:
                        job.activated = True
                    return found
                left = until - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(min(left, threading.TIMEOUT_MAX))
        return []

    def stream(self, job_type: str, *, wanted: Callable[[], bool]) -> Iterator[Job]:
        """Take each job of a type as it comes, until it is no longer wanted."""
        while jobs := self.activate(job_type, 1, wait_seconds=float("inf"), wanted=wanted):
            yield from jobs

    def complete(self, key: int) -> bool:
        """End a job; False if there is none with that key."""
        with self._changed:
            return self._jobs.pop(key, None) is not None

    def get(self, key: int) -> Job | None:
        """The job with that key, if there is one."""
        with self._changed:
            return self._jobs.get(key)

    def with_element(self, element_instance_key: int) -> Job | None:
        """The job of an element or a process instance, if there is one."""
        with self._changed:
            owned = (element_instance_key + 1, element_instance_key + 2)
            return next((self._jobs[key] for key in owned if key in self._jobs), None)

    def set_retries(self, key: int, retries: int) -> bool:
        """Set how often a job may still fail; False if there is none with that key."""
        with self._changed:
            job = self._jobs.get(key)
            if job is None:
                return False
            job.retries = retries
            self._changed.notify_all()
            return True

    def fail(self, key: int, retries: int) -> bool:
        """Give a job back; it waits again if it has retries left. False if there is none."""
        with self._changed:
            job = self._jobs.get(key)
            if job is None:
                return False
            job.retries = retries
            job.activated = False
            self._changed.notify_all()
            return True

    def wake(self) -> None:
        """Let everyone who waits ask again whether the jobs are still wanted."""
        with self._changed:
            self._changed.notify_all()

    def reset(self) -> None:
        """Forget all jobs; open streams stay open."""
        with self._changed:
            self._jobs.clear()

    def end(self) -> None:
        """End every wait and stream, for good."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

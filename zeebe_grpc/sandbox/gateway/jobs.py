"""The jobs that the sandbox was told to have, and who works on them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Job", "Jobs"]


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

    def variables_json(self, wanted: Sequence[str]) -> str:
        """The variables as the protocol carries them; none wanted means all."""
        chosen = {
            name: value for name, value in self.variables.items() if not wanted or name in wanted
        }
        return json.dumps(chosen)


class Jobs:
    """All jobs, waiting or being worked on; safe for any thread."""

    # Zeebe's keys carry the partition in their upper bits; this is partition 1's first.
    PROCESS_DEFINITION_KEY = (1 << 51) + 1

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._jobs: dict[int, Job] = {}
        self._next_key = self.PROCESS_DEFINITION_KEY
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
        """Adds a job that waits to be activated, and gives its key."""
        with self._changed:
            # One key for the job, two before it for the process instance and its element.
            self._next_key += 3
            self._jobs[self._next_key] = Job(
                key=self._next_key,
                type=job_type,
                variables=dict(variables or {}),
                custom_headers=dict(custom_headers or {}),
                bpmn_process_id=bpmn_process_id,
                element_id=element_id,
                retries=retries,
            )
            self._changed.notify_all()
            return self._next_key

    def activate(
        self, job_type: str, most: int, *, wait_seconds: float, wanted: Callable[[], bool]
    ) -> list[Job]:
        """Takes up to that many waiting jobs of a type.

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
        """Takes each job of a type as it comes, until it is no longer wanted."""
        while jobs := self.activate(job_type, 1, wait_seconds=float("inf"), wanted=wanted):
            yield from jobs

    def complete(self, key: int) -> bool:
        """Ends a job; False if there is none with that key."""
        with self._changed:
            return self._jobs.pop(key, None) is not None

    def fail(self, key: int, retries: int) -> bool:
        """Gives a job back; it waits again if it has retries left. False if there is none."""
        with self._changed:
            job = self._jobs.get(key)
            if job is None:
                return False
            job.retries = retries
            job.activated = False
            self._changed.notify_all()
            return True

    def wake(self) -> None:
        """Lets everyone who waits ask again whether the jobs are still wanted."""
        with self._changed:
            self._changed.notify_all()

    def reset(self) -> None:
        """Forgets all jobs; open streams stay open."""
        with self._changed:
            self._jobs.clear()

    def end(self) -> None:
        """Ends every wait and stream, for good."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

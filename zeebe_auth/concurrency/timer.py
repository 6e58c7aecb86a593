"""One thread that calls back: soon, or at moments of a running clock."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import math
import queue
import sys
import threading
import weakref
from collections.abc import Callable
from queue import Empty

from zeebe_auth.concurrency.threads import NoThreadError, OwnThread, report_unhandled

_SOON = -math.inf
_INBOX = "the inbox"
# A wait that is longer than this is cut into pieces: threading's own limit is some centuries,
# but a platform's may be 49 days.
_MAX_WAIT_SECONDS = 24 * 3600.0
# From this many appointments on, those that nobody wants any more are looked for now and then.
_TIDY_FROM = 256


class Appointment:
    """A callback to come.

    Args:
        when: The moment, on the scheduler's clock.
        callback: Gives the function to call; None if its owner is gone.
    """

    __slots__ = ("callback", "when")

    def __init__(self, when: float, callback: Callable[[], Callable[[], None] | None]) -> None:
        self.when = when
        self.callback: Callable[[], Callable[[], None] | None] | None = callback

    @property
    def is_cancelled(self) -> bool:
        """Whether it will not be called any more."""
        return self.callback is None

    def cancel(self) -> None:
        """Forget the callback, unless it is being called already. It never blocks."""
        self.callback = None

    def take(self) -> Callable[[], None] | None:
        """The function to call; None if it was cancelled or its owner is gone."""
        callback = self.callback
        return None if callback is None else callback()


class Scheduler:
    """Calls back on a thread of its own, for any number of providers.

    Callbacks must return at once. One that raises is shown as a thread's death would be, and the
    others are called all the same. The thread starts with the first appointment and ends a while
    after the last.

    Making an appointment is safe anywhere, in a signal handler and a finalizer too: it is one put
    into a queue that is reentrant by contract (`queue.SimpleQueue`), under no lock. If an exception
    is raised in the middle of it, nothing is half done: the next appointment starts the thread.

    Args:
        now: The clock, in seconds.
        name: What the thread is called.
        idle_seconds: How long the thread stays when nothing is due any more.
    """

    def __init__(
        self,
        now: Callable[[], float],
        *,
        name: str = "zeebe-auth-timer",
        idle_seconds: float = 1.0,
    ) -> None:
        self._now = now
        self._name = name
        self._idle_seconds = idle_seconds
        self.reset()

    def reset(self) -> object:
        """Start anew, without the thread and appointments of another process.

        Returns:
            What was there before, whose owners' finalizers run when it is dropped.
        """
        before = dict(vars(self))
        vars(self).pop(_INBOX, None)
        # Whoever holds it is the thread, and has what is below to itself.
        self._turn = threading.Lock()
        self._thread: OwnThread | None = None
        self._heap: list[tuple[float, int, Appointment]] = []
        self._numbers = itertools.count()
        self._tidy_at = _TIDY_FROM
        return before

    @property
    def _inbox(self) -> queue.SimpleQueue[Appointment]:
        # Made where it is needed first: gevent may take over threads after this was imported, and
        # the queue from before would then stop the whole program while it waits.
        made: queue.SimpleQueue[Appointment] | None = vars(self).get(_INBOX)
        if made is None:
            made = vars(self).setdefault(_INBOX, queue.SimpleQueue())
        return made

    def now(self) -> float:
        """The moment on its clock."""
        return self._now()

    def call_soon(self, callback: Callable[[], None]) -> Appointment:
        """Call ``callback`` as soon as the thread comes to it, in the order of the calls.

        Raises:
            NoThreadError: There is no thread, and none can be started; it will not be called.
        """
        return self._add(Appointment(_SOON, lambda: callback))

    def call_at(self, when: float, callback: Callable[[], None]) -> Appointment:
        """Call ``callback`` at ``when`` or soon after.

        Raises:
            NoThreadError: There is no thread, and none can be started; it will not be called.
        """
        return self._add(Appointment(when, lambda: callback))

    def call_weakly_at(self, when: float, method: Callable[[], None]) -> Appointment:
        """As `call_at`, for a bound method whose object need not live for it.

        Without a thread it is not called, and nothing is raised: this is for what can be left
        undone, such as a refresh, which then begins with the next call that asks for a token.
        """
        appointment = Appointment(when, weakref.WeakMethod(method))
        with contextlib.suppress(NoThreadError):
            self._add(appointment)
        return appointment

    def _add(self, appointment: Appointment) -> Appointment:
        if appointment.when == math.inf:
            return appointment
        self._inbox.put(appointment)
        try:
            self._wake()
        except NoThreadError:
            appointment.cancel()
            raise
        return appointment

    def _wake(self) -> None:
        """See to it that a thread comes to what was put into the inbox."""
        if sys.is_finalizing():
            # The thread that is there is suspended.
            raise NoThreadError("the interpreter is ending")
        # Its holder looks into the inbox once more after it has let go.
        if self._turn.locked():
            return
        thread = self._thread
        if thread is not None and thread.is_coming:
            return
        self._thread = thread = OwnThread(self._run, self._name)
        thread.is_timer = True
        thread.begin()

    def _run(self) -> None:
        inbox, turn = self._inbox, self._turn
        # Of several threads that were started at the same moment all but one end here.
        while turn.acquire(blocking=False):
            try:
                self._serve()
            finally:
                turn.release()
            if inbox.empty():
                return

    def _serve(self) -> None:
        while True:
            left = self.run_due()
            wait_seconds = self._idle_seconds if left is None else min(left, _MAX_WAIT_SECONDS)
            try:
                self._receive(self._inbox.get(timeout=wait_seconds))
            except Empty:
                if left is None:
                    return

    def run_due(self) -> float | None:
        """Call what is due now.

        Returns:
            Seconds until the next appointment; None if there is none.
        """
        while True:
            while not self._inbox.empty():
                self._receive(self._inbox.get())
            heap = self._heap
            # Appointments that nobody wants would only wake the thread for nothing.
            while heap and heap[0][2].take() is None:
                heapq.heappop(heap)
            if not heap:
                return None
            left = heap[0][0] - self._now()
            if left > 0:
                return left
            callback = heapq.heappop(heap)[2].take()
            if callback is not None:
                try:
                    callback()
                except BaseException as error:
                    report_unhandled(error)
            # What the callback held must not live on while the thread is idle.
            del callback

    def _receive(self, appointment: Appointment) -> None:
        if len(self._heap) >= self._tidy_at:
            self._tidy()
        heapq.heappush(self._heap, (appointment.when, next(self._numbers), appointment))

    def _tidy(self) -> None:
        """Drop the appointments that nobody wants any more, long before they are due."""
        self._heap = [entry for entry in self._heap if entry[2].take() is not None]
        heapq.heapify(self._heap)
        # Twice as many as are left: the work stays in proportion to the appointments made.
        self._tidy_at = max(_TIDY_FROM, 2 * len(self._heap))

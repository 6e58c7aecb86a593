"""Few threads, only while there is work."""

import threading

import pytest

from zeebe_auth.concurrency.worker_pool import WorkerPool

PATIENCE_SECONDS = 60


def run(pool, count, gate=None):
    """Submit ``count`` jobs; gives the threads they ran on, once all have run."""
    done = threading.Semaphore(0)
    threads = set()

    def job():
        threads.add(threading.current_thread())
        if gate is not None:
            gate.wait(PATIENCE_SECONDS)
        done.release()

    for _ in range(count):
        pool.submit(job)
    if gate is not None:
        gate.set()
    for _ in range(count):
        assert done.acquire(timeout=PATIENCE_SECONDS)
    return threads


def test_a_new_pool_has_no_threads():
    """Nothing is started before there is work."""
    assert WorkerPool().threads == 0


def test_jobs_beyond_the_limit_wait_in_line():
    """However many jobs there are, at most ``limit`` daemon threads run them, and all run."""
    pool = WorkerPool(limit=3)
    threads = run(pool, 50, threading.Event())
    assert len(threads) == 3
    assert all(thread.daemon for thread in threads)


def test_an_idle_thread_is_used_again():
    """One job after the other needs one thread."""
    pool = WorkerPool(limit=8)
    first = run(pool, 1)
    while pool._idle == 0:
        threading.Event().wait(0.001)
    assert run(pool, 1) == first


def test_threads_end_when_idle():
    """A thread that finds no job for its idle time ends; the next job gets a new one."""
    pool = WorkerPool(idle_seconds=0.01)
    (thread,) = run(pool, 1)
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    assert pool.threads == 0
    assert run(pool, 1) != {thread}


def test_a_finished_job_is_let_go():
    """An idle thread holds nothing of its last job, such as a provider."""
    import gc
    import weakref

    class Provider:
        pass

    pool = WorkerPool()
    provider = Provider()
    gone = weakref.ref(provider)
    ran = threading.Event()
    pool.submit(lambda provider=provider: provider and ran.set())
    assert ran.wait(PATIENCE_SECONDS)
    while pool._idle == 0:
        threading.Event().wait(0.001)
    del provider
    gc.collect()
    assert gone() is None


def test_a_pool_without_threads_says_so(monkeypatch):
    """When no thread can be started (the interpreter ends), submit raises and drops the job."""

    def start(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    pool = WorkerPool()
    with pytest.raises(RuntimeError, match="can't start"):
        pool.submit(list)
    assert pool.threads == 0
    assert not pool._jobs


def test_a_job_that_another_thread_can_take_is_kept(monkeypatch):
    """A thread that can't be started is no failure while another works."""
    pool = WorkerPool()
    gate, started, ran = threading.Event(), threading.Event(), threading.Event()
    pool.submit(lambda: (started.set(), gate.wait(PATIENCE_SECONDS)))
    assert started.wait(PATIENCE_SECONDS)

    def start(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    pool.submit(ran.set)
    gate.set()
    assert ran.wait(PATIENCE_SECONDS)

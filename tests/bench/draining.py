"""A journal with a backlog, and how a sink drains it."""

import collections
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time

import harness
from bench_support import SOURCE
from postgres_server import PostgresServer

FOLDER = SOURCE / "build/bench-sinks"
CUSTOMER_EVENTS = 10
# `bytes` is what the target holds on the disk.
Drained = collections.namedtuple("Drained", "rate cpu_us memory_mib bytes")


def options(kind, folder, server):
    """The sink's own options; what is not said here has its default."""
    if kind == "file":
        return {"path": str(folder / "events.ndjson")}
    if kind == "postgres":
        return {"url": server.url(), "batch_max": 10000}
    # As the built-in configuration has it.
    return {"batch_max": 10000}


def make_journal(events):
    state = FOLDER / f"journal-{events}"
    if not state.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(str(state) + ".new", ignore_errors=True)
        subprocess.run(
            [SOURCE / "build/test/tests/make_journal", str(state) + ".new", str(events),
             str(max(1, events // CUSTOMER_EVENTS))], check=True)
        os.rename(str(state) + ".new", state)
    return state


def drain(kind, journal, events):
    """Events a second, CPU microseconds an event, peak memory, and what the sink has written."""
    folder = FOLDER / kind
    shutil.rmtree(folder, ignore_errors=True)
    server = start_postgres() if kind == "postgres" else None
    daemon = harness.Daemon(folder, {
        "shutdown_timeout": "60m",
        "sinks": {kind: {"kind": kind, **options(kind, folder, server)}},
    })
    shutil.copytree(journal, daemon.state)
    os.sync()
    daemon.launch()
    begin = time.monotonic()
    daemon.err.wait_for(r"try it: curl")
    daemon.signal(signal.SIGTERM)
    _, status, usage = os.wait4(daemon.process.pid, 0)
    seconds = time.monotonic() - begin
    daemon.process.returncode = os.waitstatus_to_exitcode(status)
    daemon.err.join()
    said = daemon.err.text()
    assert daemon.process.returncode == 0, said
    assert not re.search(r"retry|dead letter", said), said
    check(kind, daemon, events, server)
    written = bytes_of(kind, daemon, server)
    shutil.rmtree(folder, ignore_errors=True)
    cpu = usage.ru_utime + usage.ru_stime + (stop_postgres(server) if server else 0)
    return Drained(events / seconds, cpu * 1e6 / events, usage.ru_maxrss / 1024, written)


def bytes_of(kind, daemon, server):
    if kind == "file":
        return (daemon.folder / "events.ndjson").stat().st_size
    if kind == "sqlite":
        return (daemon.state / "customers.db").stat().st_size
    if kind == "postgres":
        return int(server.query("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE "
                                "relnamespace = 'verohook'::regnamespace AND relkind = 'r'")[0][0])
    return 0


def start_postgres():
    """As Debian sets it up, on a disk."""
    return PostgresServer(parent="/var/tmp", fsync="on").start()


def stop_postgres(server):
    """CPU seconds of all its processes."""
    server.process.send_signal(signal.SIGINT)
    _, status, usage = os.wait4(server.process.pid, 0)
    server.process.returncode = os.waitstatus_to_exitcode(status)
    server.close()
    return usage.ru_utime + usage.ru_stime


def check(kind, daemon, events, server):
    """Everything must be there, or the figure means nothing."""
    if kind == "file":
        done = subprocess.run(["wc", "-l", daemon.folder / "events.ndjson"],
                              stdout=subprocess.PIPE, check=True)
        there = int(done.stdout.split()[0])
    elif kind == "sqlite":
        with sqlite3.connect(daemon.state / "customers.db") as database:
            there = database.execute("SELECT max(seq) FROM events").fetchone()[0]
    elif kind == "postgres":
        there = server.count()
    else:
        return
    assert there >= events * 0.9, f"{kind} has {there} of {events} events"

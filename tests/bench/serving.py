"""A daemon under load, as the benches have it: its speed, its CPU time, its memory."""

import collections
import contextlib
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import time

from bench_support import BINARY, SOURCE
from harness import PATH, Daemon, opened, request

STATE = SOURCE / "build/bench-state"
SECRET = "bench-secret-0123456789abcdef"
TARGET = f"{PATH}/{SECRET}"
Idle = collections.namedtuple("Idle", "connections bytes_each resident_kib")


def pinned(cpu):
    """For a program that shares no core with the other one; nothing where there is only one."""
    return ["taskset", "-c", str(cpu)] if os.cpu_count() > 1 else []


def write_templates(path):
    """Bodies of every type as `verohook send` makes them, with @ in place of the user's id."""
    done = subprocess.run([BINARY, "send", "all", "--dry-run", "--count", "20"],
                          stdout=subprocess.PIPE, text=True, check=True)
    templates = []
    for body in done.stdout.splitlines():
        template, count = re.subn(r'("user":\s*\{"id":\s*"?)[^",}]+', r"\1@", body, count=1)
        # The first @ is where the number goes; e-mail addresses come after it.
        if count and template.index("@") == template.index('"id"') + len('"id":') + (
                template[template.index('"id"') + len('"id":')] == '"'):
            templates.append(template)
    assert len(templates) >= 100, f"only {len(templates)} usable bodies"
    path.write_text("\n".join(templates) + "\n")
    return statistics.mean(len(template) + 16 for template in templates)


def cpu_seconds(pid):
    """User and system time of a process, all threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_kib(pid, name):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+) kB", text)[1])


def wrk(address, connections, seconds, pid):
    """One run; its figures, and the server's CPU time for each request."""
    # What earlier runs have left in memory goes to the disk now, and not in the middle of this one.
    os.sync()
    before = cpu_seconds(pid)
    done = subprocess.run(
        [*pinned(1), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s",
         str(SOURCE / "tests/bench/mix.lua"), f"http://{address}", "--", str(STATE / "templates"),
         TARGET],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    result = json.loads(re.search(r"RESULT (.*)", done.stdout)[1])
    assert result["failed"] == 0, done.stdout
    result["rate"] = result["requests"] / (result["duration_us"] / 1e6)
    result["cpu_us"] = (cpu_seconds(pid) - before) * 1e6 / result["requests"]
    return result


def make_daemon(name="verohook", sinks=None, **http):
    """With the built-in sinks where none are given."""
    return Daemon(STATE / name, {
        "http": {"listen": ["127.0.0.1:0"], **http}, "auth": {"secrets": [SECRET]},
        "admin": {"listen": []}, **({"sinks": sinks} if sinks else {})}, prefix=pinned(0))


@contextlib.contextmanager
def verohook(daemon, events):
    """A running daemon whose standard output goes into a file."""
    with open(events, "ab") as out:
        daemon.start(stdout=out)
    yield daemon
    daemon.stop()


def idle_memory(count, sinks=None):
    """What connections take that have each sent one request and wait."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(count, hard - 200)
    daemon = make_daemon("idle", sinks, connections_max=count + 100)
    with verohook(daemon, STATE / "idle.jsonl"):
        first = daemon.client()
        first.send(request(opened(0), TARGET)).read()
        # The journal's and the sinks' own memory is there before it is measured.
        for number in range(2000):
            first.send(request(opened(number), TARGET)).read()
        before = memory_kib(daemon.pid, "VmRSS")
        clients = []
        for number in range(count):
            client = daemon.client()
            client.send(request(b"{}", TARGET)).read()
            clients.append(client)
        after = memory_kib(daemon.pid, "VmRSS")
        for client in clients:
            client.socket.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return Idle(count, (after - before) * 1024 / count, after)


def sync_time():
    """Median and 99th percentile, in µs, of an append of 700 bytes and its fdatasync."""
    times = []
    with open(STATE / "probe", "wb", buffering=0) as probe:
        for _ in range(1000):
            begin = time.perf_counter()
            probe.write(b"x" * 700)
            os.fdatasync(probe.fileno())
            times.append((time.perf_counter() - begin) * 1e6)
    times.sort()
    return times[len(times) // 2], times[len(times) * 99 // 100]

"""What the gauges of /metrics say, held against what is known by other means."""

import contextlib
import datetime
import os
import pathlib
import re
import subprocess
import time

from control_support import http_sink
from frozen_thread import frozen, threads
from harness import RawClient, opened, request
from metrics_support import Scrape, wait_metric
from test_disk import post_until


def seconds(text):
    """Of a time in RFC 3339."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def test_the_process(daemon):
    process = pathlib.Path(f"/proc/{daemon.pid}")
    fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
    ticks = os.sysconf("SC_CLK_TCK")
    booted = int(re.search(r"^btime (\d+)", pathlib.Path("/proc/stat").read_text(), re.M)[1])
    scrape = Scrape(daemon)
    # The kernel knows when it booted to a second.
    started = booted + int(fields[19]) / ticks
    assert abs(scrape.value("process_start_time_seconds") - started) < 3
    before = (int(fields[11]) + int(fields[12])) / ticks
    fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
    after = (int(fields[11]) + int(fields[12])) / ticks
    assert before - 0.03 <= scrape.value("process_cpu_seconds_total") <= after + 0.03
    limit = re.search(r"Max open files\s+(\d+)", (process / "limits").read_text())
    assert scrape.value("process_max_fds") == int(limit[1])
    # The scrape's own connection, and the folder that is counted, are open while it counts.
    assert 0 <= scrape.value("process_open_fds") - len(os.listdir(process / "fd")) <= 2
    pages = [int(each) * os.sysconf("SC_PAGE_SIZE")
             for each in (process / "statm").read_text().split()]
    for name, expected in (("virtual", pages[0]), ("resident", pages[1])):
        assert abs(scrape.value(f"process_{name}_memory_bytes") / expected - 1) < 0.2, name


def test_the_disk(daemon):
    def free():
        disk = os.statvfs(daemon.state)
        return disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize

    before, size = free()
    scrape = Scrape(daemon)
    after, _ = free()
    assert scrape.value("verohook_disk_size_bytes") == size
    # Others write to it, too.
    margin = 2**28
    assert min(before, after) - margin <= scrape.value("verohook_disk_free_bytes") <= max(
        before, after) + margin


def test_the_journal_and_its_age(make_daemon):
    daemon = make_daemon({"sinks": {}}).start()
    empty = Scrape(daemon)
    assert empty.value("verohook_journal_events") == empty.value("verohook_journal_size_bytes") == 0
    assert "verohook_journal_oldest_timestamp_seconds" not in empty.families
    bodies = [opened(number) for number in range(3)]
    for body in bodies:
        daemon.post(body)
    scrape = Scrape(daemon)
    records = daemon.tail()
    assert scrape.value("verohook_journal_events") == 3
    whole = sum(map(len, bodies))
    # With each body its address, ids, times and a few headers are kept.
    assert whole < scrape.value("verohook_journal_size_bytes") < whole + 3 * 300
    for name, record in (("journal_oldest", records[0]), ("last_webhook", records[-1])):
        told = scrape.value(f"verohook_{name}_timestamp_seconds")
        assert abs(told - seconds(record["received_at"])) < 0.001, name


def test_the_queue(make_daemon):
    daemon = make_daemon({"sinks": {}}).start()
    daemon.post(opened(0))
    (writer,) = threads(daemon.pid, "journal")
    bodies = [opened(number) for number in range(1, 4)]
    clients = [daemon.client() for _ in bodies]
    with frozen(writer):
        for client, body in zip(clients, bodies):
            client.send(request(body))
        scrape = wait_metric(
            daemon, lambda found: found.value("verohook_journal_queue_events") == 3)
        whole = sum(map(len, bodies))
        assert whole <= scrape.value("verohook_journal_queue_bytes") < whole + 3 * 300
        assert scrape.value("verohook_http_connections") == 3
        assert scrape.value("verohook_events_total", type="opened") == 1
    for client in clients:
        with client:
            assert client.read().status == 200
    scrape = wait_metric(daemon, lambda found: found.value("verohook_http_connections") == 0)
    for unit in ("events", "bytes"):
        assert scrape.value(f"verohook_journal_queue_{unit}") == 0


def test_connections_that_are_too_many(make_daemon):
    daemon = make_daemon({"http": {"connections_max": 1}}).start()
    with daemon.client() as first:
        assert first.send(request(opened(1))).read().status == 200
        for _ in range(2):
            with daemon.client() as other:
                assert other.send(request(opened(2))).read().status == 503
        scrape = Scrape(daemon)
    assert scrape.value("verohook_http_connections_refused_total") == 2
    assert scrape.value("verohook_http_requests_total", reason="too_many_connections") == 2


def test_accepting_that_pauses(daemon):
    def set_limit(count):
        subprocess.run(["prlimit", f"--pid={daemon.pid}", f"--nofile={count}:4096"], check=True)

    set_limit(len(os.listdir(f"/proc/{daemon.pid}/fd")))
    with daemon.client() as client:
        client.send(request(opened(1)))
        with contextlib.suppress(TimeoutError):
            # It has no descriptor for this one, so there is nothing to wait for.
            client.socket.settimeout(0.2)
            client.read()
            raise AssertionError("it was answered without a descriptor")
        set_limit(1024)
        client.socket.settimeout(30)
        assert client.read().status == 200
    assert Scrape(daemon).value("verohook_http_accept_pauses_total") >= 1


def test_a_commit_that_fails(make_daemon):
    daemon = make_daemon(prefix=["prlimit", "--fsize=600000:unlimited"]).start()
    assert Scrape(daemon).value("verohook_journal_commit_failures_total") == 0
    post_until(daemon, 503, 0)
    assert Scrape(daemon).value("verohook_journal_commit_failures_total") >= 1
    # A checkpoint that ends just now makes a little room for once; then there is none again.
    while Scrape(daemon).value("verohook_ready") != 0:
        post_until(daemon, 503, 0)
    subprocess.run(["prlimit", f"--pid={daemon.pid}", "--fsize=unlimited:unlimited"], check=True)
    wait_metric(daemon, lambda found: found.value("verohook_ready") == 1)


def test_a_sinks_times(make_daemon, receiver):
    daemon = make_daemon({"sinks": {"crm": http_sink(receiver)}}).start()
    begin = time.time()
    for number in (1, 2):
        daemon.post(opened(number))
        receiver.wait(lambda taken: len(taken) == number, "the event")
    name = "verohook_sink_last_success_timestamp_seconds"
    wait_metric(daemon, lambda found: found.value("verohook_sink_lag_events") == 0)
    success = Scrape(daemon).value(name, sink="crm")
    assert begin - 0.001 <= success <= time.time()
    assert Scrape(daemon).value("verohook_sink_up") == 1
    receiver.decide = lambda event: 503
    for number in (3, 4):
        daemon.post(opened(number))
    scrape = wait_metric(daemon, lambda found: found.value("verohook_sink_up") == 0)
    waiting_since = seconds(daemon.tail()[2]["received_at"])
    failed = scrape.value("verohook_sink_last_error_timestamp_seconds", sink="crm")
    assert waiting_since <= failed <= time.time()
    # The age of the oldest that it has not got, in milliseconds.
    before = time.time()
    scrape = Scrape(daemon)
    age = scrape.value("verohook_sink_lag_seconds")
    assert before - waiting_since - 0.002 <= age <= time.time() - waiting_since + 0.002
    assert scrape.value("verohook_sink_lag_events") == 2
    assert scrape.value(name, sink="crm") == success
    receiver.decide = lambda event: 204
    scrape = wait_metric(daemon, lambda found: found.value("verohook_sink_lag_events") == 0)
    assert scrape.value("verohook_sink_lag_seconds") == 0
    assert scrape.value(name, sink="crm") > success


def test_what_was_read_of_the_configuration(make_daemon):
    begin = time.time()
    daemon = make_daemon().start()
    told = Scrape(daemon).value("verohook_config_last_reload_success_timestamp_seconds")
    assert begin - 0.001 <= told <= time.time()
    with RawClient(daemon.admin):
        assert Scrape(daemon).value("verohook_http_connections") == 0, "the webhook's port alone"

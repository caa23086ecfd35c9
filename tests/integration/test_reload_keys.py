"""Every key of the configuration: what a reload makes of it is seen on the running daemon, or it is
named as one that needs a restart."""

import pathlib
import re
import signal

import pytest

from control_support import ask, reload, reload_with
from harness import PATH, SOURCE, TIMEOUT, opened, request, run
from inspector_support import Browser
from metrics_support import Scrape, get, wait_metric

FIRST, SECOND = "first-secret", "second-secret"
TOKEN = "a-token-for-looking"


def post(daemon, body, headers=(), target=PATH):
    return daemon.post(body, target, headers).status


# What changes, what is seen of it on the running daemon before and after, and the key that is told.
CHANGES = {
    "auth.secrets": (
        {}, {"auth": {"secrets": [SECOND]}},
        lambda daemon: (post(daemon, opened(1)),
                        post(daemon, opened(1), target=f"{PATH}/{SECOND}")),
        (200, 404), (401, 200)),
    "auth.required": (
        {"auth": {"secrets": [FIRST]}}, {"auth": {"secrets": [FIRST], "required": False}},
        lambda daemon: post(daemon, opened(1)), 401, 200),
    "auth.allow": (
        {}, {"auth": {"allow": ["192.0.2.0/24"]}}, lambda daemon: post(daemon, opened(1)),
        200, 403),
    "http.proxy_protocol": (
        {}, {"http": {"proxy_protocol": True}}, lambda daemon: post(daemon, opened(1)), 200, 400),
    "auth.trusted_proxies": (
        {"auth": {"allow": ["192.0.2.0/24"], "secrets": [FIRST]}},
        {"auth": {"allow": ["192.0.2.0/24"], "secrets": [FIRST], "trusted_proxies": []}},
        lambda daemon: post(daemon, opened(1), ["X-Forwarded-For: 192.0.2.7"], f"{PATH}/{FIRST}"),
        200, 403),
    "http.path": (
        {}, {"http": {"path": "/other"}},
        lambda daemon: (post(daemon, opened(1)), post(daemon, opened(1), target="/other")),
        (200, 404), (404, 200)),
    "http.body_max": (
        {}, {"http": {"body_max": "1KiB"}}, lambda daemon: post(daemon, b" " * 1025), 400, 413),
    "http.head_max": (
        {}, {"http": {"head_max": "1KiB"}},
        lambda daemon: post(daemon, opened(1), [f"X: {'x' * 1024}"]), 200, 431),
    "http.connections_max": (
        {}, {"http": {"connections_max": 2}}, lambda daemon: third_connection(daemon), 200, 503),
    "http.idle_timeout": (
        {"http": {"idle_timeout": "1d"}}, {"http": {"idle_timeout": "20ms"}},
        lambda daemon: idle_ends(daemon), False, True),
    "http.head_timeout": (
        {"http": {"head_timeout": "1d"}}, {"http": {"head_timeout": "20ms"}},
        lambda daemon: answered_half_way(daemon, request(opened(1))[:20]), None, 408),
    "http.body_timeout": (
        {"http": {"body_timeout": "1d"}}, {"http": {"body_timeout": "20ms"}},
        lambda daemon: answered_half_way(daemon, request(opened(1))[:-1]), None, 408),
    "admin.tokens": (
        {}, {"admin": {"tokens": [TOKEN]}}, lambda daemon: get(daemon.admin, "/readyz").status,
        200, 401),
    "admin.disk_free_min": (
        {}, {"admin": {"disk_free_min": "1048576GiB"}}, lambda daemon: daemon.health().status,
        200, 503),
    "inspector.enabled": (
        {}, {"inspector": {"enabled": False}}, lambda daemon: Browser(daemon.admin).ask("/").status,
        200, 404),
    "inspector.redact": (
        {}, {"inspector": {"redact": True}},
        lambda daemon: Browser(daemon.admin).look("/api/session")["redacted"], False, True),
    "admin.webhook_silence": (
        {"admin": {"webhook_silence": "0s"}}, {"admin": {"webhook_silence": "1ms"}},
        lambda daemon: silence_is_told(daemon), False, True),
    "journal.recent_max": (
        {}, {"journal": {"recent_max": "0B"}}, lambda daemon: sink_reads_the_file(daemon),
        False, True),
    "journal.retention_size": (
        {}, {"journal": {"retention_size": "1MiB"}}, lambda daemon: is_cut_to_size(daemon),
        (10 * 2**30, False), (2**20, True)),
    "journal.retention_age": (
        {"journal": {"retention_age": "0s"}}, {"journal": {"retention_age": "1ms"}},
        lambda daemon: is_cut_to_age(daemon), False, True),
    "log.access": (
        {}, {"log": {"access": "full"}}, lambda daemon: tells_of_a_request(daemon), False, True),
    "log.access_every": (
        {"log": {"access": "sampled", "access_every": 1_000_000}},
        {"log": {"access": "sampled", "access_every": 1}},
        lambda daemon: [tells_of_a_request(daemon) for _ in range(3)][1:],
        [False, False], [True, True]),
    "log.level": (
        {}, {"log": {"level": "error"}}, lambda daemon: logs_a_reopening(daemon), True, False),
}


def third_connection(daemon):
    with daemon.client() as one, daemon.client() as two:
        for client in (one, two):
            assert client.send(request(opened(1), f"{PATH}/none")).read().status == 404
        with daemon.client() as three:
            return three.send(request(opened(1))).read().status


def idle_ends(daemon):
    with daemon.client() as client:
        client.send(request(opened(1))).read()
        client.socket.settimeout(TIMEOUT if "20ms" in daemon.config.read_text() else 0.1)
        try:
            return client.at_end()
        except TimeoutError:
            return False


def answered_half_way(daemon, part):
    """The status that a request gets of which no more comes; None: it is waited for."""
    with daemon.client() as client:
        client.send(part).socket.settimeout(TIMEOUT if "20ms" in daemon.config.read_text() else 0.1)
        try:
            return client.read().status
        except TimeoutError:
            return None


def sink_reads_the_file(daemon):
    """Whether the sink's thread reads anything for events that come just now."""
    def deliver():
        delivered = len(daemon.out.all())
        assert post(daemon, b'{"type":"user_updated"}') == 200
        daemon.out.wait_count(delivered + 1)

    deliver()  # By then the thread has its name.
    threads = pathlib.Path(f"/proc/{daemon.pid}/task")
    sink = next(each for each in threads.iterdir()
                if (each / "comm").read_text() == "sink:stdout\n")
    before = (sink / "io").read_text()
    for _ in range(5):
        deliver()
    read_bytes = [int(re.search(r"rchar: (\d+)", text)[1])
                  for text in (before, (sink / "io").read_text())]
    return read_bytes[1] - read_bytes[0] > 4096


def is_cut_to_size(daemon):
    """The bound that is told, and whether it is kept."""
    for number in range(8):
        # The sink may hold back for a moment.
        wait_metric(daemon, lambda found: found.value("verohook_ready") == 1)
        assert post(daemon, opened(number)[:-1] + b',"x":"' + b"x" * 200_000 + b'"}') == 200
    limit = Scrape(daemon).value("verohook_journal_size_limit_bytes")
    if limit == 2**20:
        wait_metric(daemon, lambda found: found.value("verohook_journal_size_bytes") <= limit)
    return limit, Scrape(daemon).value("verohook_journal_size_bytes") <= 2**20


def is_cut_to_age(daemon):
    """Whether of some events only the newest, which always stays, is there in the end."""
    for number in range(3):
        assert post(daemon, opened(number)) == 200
    if "1ms" in daemon.config.read_text():
        wait_metric(daemon, lambda found: found.value("verohook_journal_events") == 1)
    return Scrape(daemon).value("verohook_journal_events") == 1


def silence_is_told(daemon):
    if "1ms" not in daemon.config.read_text():
        return bool(daemon.health().json["warnings"])
    daemon.err.wait_for("webhook_silence: nothing has come")
    return bool(daemon.health().json["warnings"])


def tells_of_a_request(daemon):
    before = len(daemon.err.all())
    assert post(daemon, opened(1)) == 200
    daemon.signal(signal.SIGUSR1)
    lines = daemon.err.wait(lambda lines: lines[before:] if any(
        "reopening" in line for line in lines[before:]) else None, "a line")
    return any(PATH in line for line in lines)


def logs_a_reopening(daemon):
    before = daemon.err.text().count("reopening files")
    daemon.signal(signal.SIGUSR1)
    wanted = "info" in daemon.config.read_text() or "error" not in daemon.config.read_text()
    if wanted:
        daemon.err.wait(lambda lines: "\n".join(lines).count("reopening") > before, "a line")
    else:
        # What was sent before it is done once this is answered.
        ask(daemon, "GET", "/status")
    return daemon.err.text().count("reopening files") > before


@pytest.mark.parametrize("key", CHANGES)
def test_what_changes_holds_from_the_next_request_on(make_daemon, key):
    before, after, look, seen_before, seen_after = CHANGES[key]
    daemon = make_daemon(before).start()
    assert look(daemon) == seen_before
    assert reload(daemon) == "nothing has changed\n"
    said = reload_with(daemon, after)
    assert said == f"in effect: {key}\n"
    assert look(daemon) == seen_after
    if key != "log.level":
        daemon.err.wait_for(f"reloaded the configuration: in effect: {key}$")
    # And back again.
    reload_with(daemon, before)
    assert look(daemon) == seen_before
    for secret in (FIRST, SECOND, TOKEN):
        assert secret not in daemon.err.text()


def test_the_queues_bound_is_taken(make_daemon):
    # Every commit takes so long that what comes meanwhile waits.
    daemon = make_daemon(
        {"sinks": {}}, environment={"ASAN_OPTIONS": "detect_leaks=0"},
        prefix=["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync",
                "-e", "inject=fdatasync:delay_enter=300000"]).start()

    def refused():
        """How many of some that come at once are."""
        clients = [daemon.client() for _ in range(5)]
        for number, client in enumerate(clients):
            client.send(request(opened(number)))
        statuses = [client.read().status for client in clients]
        for client in clients:
            client.socket.close()
        assert set(statuses) <= {200, 503} and 200 in statuses
        return statuses.count(503)

    assert refused() == 0
    assert reload_with(daemon, {"sinks": {}, "journal": {"queue_max": 1}}) == (
        "in effect: journal.queue_max\n")
    count = refused()
    assert count > 0
    assert Scrape(daemon).value("verohook_http_requests_total", reason="full") == count
    reload_with(daemon, {"sinks": {}})
    assert refused() == 0


def test_the_time_to_stop_is_taken(make_daemon):
    daemon = make_daemon({"shutdown_timeout": "1h"}).start()
    assert reload_with(daemon, {"shutdown_timeout": "100ms"}) == "in effect: shutdown_timeout\n"
    with daemon.client() as client:
        client.send(request(opened(1)) + request(opened(2))[:-1])
        assert client.read().status == 200
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0


def test_no_key_is_left_out():
    document = (SOURCE / "docs/configuration.md").read_text().split("## Every key\n")[1]
    keys = set()
    for section in document.split("\n### ")[1:]:
        title, rows = section.split("\n", 1)
        prefix = "" if title == "Top level" else title.strip("`[]") + "."
        keys |= {prefix + key for key in re.findall(r"^\| `(\w+)`", rows, re.MULTILINE)}
    keys = {key for key in keys if not key.startswith("sinks.")}
    assert keys == {*CHANGES, *RESTARTS, "journal.queue_max", "shutdown_timeout"}


RESTARTS = {
    "state_dir": {"state_dir": "/nowhere"},
    "http.listen": {"http": {"listen": ["127.0.0.1:1"]}},
    "http.threads": {"http": {"threads": 7}},
    "http.unix_mode": {"http": {"unix_mode": "0600"}},
    "admin.listen": {"admin": {"listen": []}},
    "log.format": {"log": {"format": "json"}},
    "log.path": {"log": {"path": "/nowhere/verohook.log"}},
    "journal.duplicate_events": {"journal": {"duplicate_events": 5}},
    "journal.duplicate_age": {"journal": {"duplicate_age": "1s"}},
}


@pytest.mark.parametrize("key", RESTARTS)
def test_what_needs_a_restart_is_named_and_stays(daemon, key):
    daemon.configure({**RESTARTS[key], "auth": {"secrets": [FIRST]}})
    for _ in range(2):
        done = run("reload", "-c", str(daemon.config), "--state-dir", str(daemon.state))
        assert done.returncode == 0, done.stderr
        assert f"needs a restart, and is as it was: {key}\n" in done.stdout
    daemon.err.wait_for(f"needs a restart, and is as it was: {key}$")
    assert post(daemon, opened(1), target=f"{PATH}/{FIRST}") == 200
    assert daemon.health().status == 200

"""The program's own log: what it says, what it never says, and that nobody waits for it."""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import time

import pytest

from control_support import file_sink, http_sink
from harness import BINARY, PATH, SOURCE, TIMEOUT, opened, request, run, samples
from metrics_support import Scrape, get

SECRET = "a-very-good-secret"
TOKEN = "a-token-for-looking"
FULL = {"access": "full"}
ADDRESS = re.compile(r"[^\s\"]@|%40|\\u0040")


def records(lines):
    """Of a log in JSON."""
    return [json.loads(line) for line in lines]


def requests_in(lines):
    return [each for each in records(lines) if each["message"] == "request"]


class Unread:
    """A daemon whose standard error is a pipe that is read on demand alone."""

    def __init__(self, daemon, environment=None):
        self.daemon = daemon
        self.reader, writer = os.pipe()
        self.process = subprocess.Popen(
            [BINARY, "serve", "-c", str(daemon.config)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=writer, cwd=daemon.folder,
            env={**os.environ, **(environment or {})})
        self.writer = writer
        self.said = b""
        self.read_until(b"try it: curl")
        text = self.said.decode()
        daemon.address = re.search(r"listening on (\S+),", text)[1]
        daemon.admin = re.search(r"health on http://(\S+?)/", text)[1]

    def read_until(self, marker):
        while marker not in self.said:
            piece = os.read(self.reader, 65536)
            assert piece, self.said
            self.said += piece

    def read_rest(self):
        """To the end of the process, which is ending."""
        os.close(self.writer)
        while piece := os.read(self.reader, 65536):
            self.said += piece
        assert self.process.wait(TIMEOUT) == 0

    def fill(self):
        """The pipe takes nothing more, whatever becomes of the log."""
        os.set_blocking(self.writer, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(self.writer, b"x" * 4095 + b"\n")
        os.set_blocking(self.writer, True)

    def close(self):
        self.process.kill()
        self.process.wait(TIMEOUT)
        for descriptor in (self.reader, self.writer):
            with contextlib.suppress(OSError):
                os.close(descriptor)


@pytest.fixture
def make_unread():
    with contextlib.ExitStack() as stack:
        def make(daemon, **options):
            made = Unread(daemon, **options)
            stack.callback(made.close)
            return made
        yield make


def flood(daemon, count):
    """So many requests that cost no sync; each is answered."""
    with daemon.client() as client:
        for left in range(count, 0, -500):
            client.send(request(b"", "/none") * min(left, 500))
            for _ in range(min(left, 500)):
                assert client.read().status == 404


@pytest.mark.parametrize("blocking", [True, False])
def test_a_log_that_nobody_reads_stops_no_answer_and_tells_what_it_dropped(
        make_daemon, make_unread, blocking):
    daemon = make_daemon({"log": {**FULL, "format": "json"}, "sinks": {}})
    unread = make_unread(daemon)
    unread.fill()
    os.set_blocking(unread.writer, blocking)
    count = 6000
    flood(daemon, count - 20)
    for number in range(20):
        assert daemon.post(opened(number)).status == 200
    assert Scrape(daemon).value("verohook_events_total", type="opened") == 20
    # The queue has room for 2,048 of these.
    dropped = Scrape(daemon).value("verohook_log_messages_dropped_total")
    assert count - 2 * 2048 - 200 <= dropped <= count
    # Somebody reads again: first what was queued, then how much is missing.
    unread.read_until(b" dropped here")
    unread.read_until(b"\n")
    unread.process.send_signal(signal.SIGTERM)
    unread.read_rest()
    lines = [line for line in unread.said.decode().splitlines() if line.startswith('{"time')]
    told = [each["message"] for each in records(lines) if "dropped" in each["message"]]
    numbers = [int(re.match(r"([\d,]+) log record", each)[1].replace(",", "")) for each in told]
    assert sum(numbers) == dropped, told
    assert len(requests_in(lines)) == count - dropped


def test_it_ends_though_nobody_reads_its_access_log(make_daemon, make_unread):
    unread = make_unread(make_daemon({"log": {**FULL, "level": "debug"}, "sinks": {}}))
    unread.fill()
    for number in range(100):
        assert unread.daemon.post(opened(number)).status == 200
    unread.process.send_signal(signal.SIGTERM)
    before = time.monotonic()
    assert unread.process.wait(TIMEOUT) == 0
    assert time.monotonic() - before < 5


def test_what_somebody_has_to_see_is_not_crowded_out_by_requests(make_daemon, make_unread):
    daemon = make_daemon({"log": FULL, "auth": {"secrets": [SECRET]}, "sinks": {}})
    unread = make_unread(daemon)
    unread.fill()
    flood(daemon, 5000)
    assert Scrape(daemon).value("verohook_log_messages_dropped_total") > 0
    assert daemon.post(opened(1)).status == 401
    unread.read_until(b"with no secret")


def test_a_full_disk_loses_lines_and_says_so(make_daemon, tmp_path):
    log = tmp_path / "own.log"
    log.symlink_to("/dev/full")
    daemon = make_daemon({"log": {**FULL, "path": str(log)}, "sinks": {},
                          "http": {"listen": [f"unix:{tmp_path}/web"]},
                          "admin": {"listen": [f"unix:{tmp_path}/admin"]}}).launch()
    daemon.address, daemon.admin = f"unix:{tmp_path}/web", f"unix:{tmp_path}/admin"
    connect(daemon)
    for number in range(3):
        assert daemon.post(opened(number)).status == 200
    before = wait_dropped(daemon, 3)
    log.unlink()
    daemon.signal(signal.SIGUSR1)
    wait_for(lambda: log.exists())
    assert daemon.post(opened(4)).status == 200
    daemon.stop()
    said = log.read_text()
    told = re.search(r"([\d,]+) log records were dropped before: No space left on device", said)
    assert int(told[1].replace(",", "")) >= before, said
    assert "target=" in said and daemon.err.all() == []


def connect(daemon):
    def tries():
        with contextlib.suppress(OSError):
            return get(daemon.admin, "/healthz").status == 200
    wait_for(tries)


def wait_for(predicate):
    deadline = time.monotonic() + TIMEOUT
    while not (found := predicate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def wait_dropped(daemon, least):
    def dropped():
        value = Scrape(daemon).value("verohook_log_messages_dropped_total")
        return value if value >= least else 0
    return wait_for(dropped)


@pytest.mark.parametrize("level, style", [
    ("debug", "text"), ("info", "text"), ("info", "json"), ("warn", "json"), ("error", "text")])
def test_no_secret_and_above_debug_no_address_is_ever_said(
        make_daemon, receiver, tmp_path, level, style):
    # A target that sends back, in its complaint, what it got: the event and the credentials.
    def answer(request, number):
        event = json.loads(request["body"])
        said = json.dumps([request["headers"], event.get("user")]).encode()
        return (400 if event["seq"] % 2 else 503 if number % 3 else 204, said)
    receiver.answer = answer
    sink = http_sink(receiver, batch_max=1)
    sink["url"] = receiver.url("/hooks/a-target-path-of-its-own")
    sink["headers"] = ["Authorization: Bearer a-target-secret"]
    daemon = make_daemon({
        "log": {**FULL, "level": level, "format": style},
        "auth": {"secrets": [SECRET]}, "admin": {"tokens": [TOKEN]},
        "sinks": {"crm": sink, "out": {"kind": "stdout"},
                  "people": {"kind": "log", "target": "file",
                             "path": str(tmp_path / "events.log")},
                  "archive": file_sink(tmp_path / "events.jsonl", redact=["user.email=hash"],
                                       redact_key="a-key-of-many-hashes")}})
    start_quietly(daemon, tmp_path)
    bodies = [path.read_bytes() for path in samples()]
    bodies += [opened(number) for number in range(20)] + [b"steve@getvero.com is no JSON"]
    targets = (f"{PATH}/{SECRET}", f"{PATH}?token={SECRET}", f"/elsewhere/{SECRET}",
               f"{PATH}/another-secret", f"{PATH}?token=another-secret&email=a@b.c",
               "/steve@getvero.com", "/a@b.c")
    for target in targets:
        for body in bodies:
            assert daemon.post(body, target).status in (200, 400, 401, 404)
    for headers in ((f"Authorization: Bearer {SECRET}",), ("Authorization: Bearer wrong-one",),
                    ("Authorization: Basic c3RldmVAZ2V0dmVyby5jb206d3Jvbmctb25l",),
                    (f"Authorization: Bearer {SECRET}", f"X-Request-Id: {SECRET}")):
        daemon.post(opened(1), PATH, headers)
    for headers in ((f"Authorization: Bearer {TOKEN}",), ("Authorization: Bearer wrong-one",), ()):
        get(daemon.admin, f"/metrics?token={TOKEN}", *headers)
    with daemon.client() as client:
        client.send(f"POST {PATH}/{SECRET} HTTP/9.9\r\nHost: a@b.c\r\n\r\n".encode()).read()
    done = run("forget", "-c", str(daemon.config), "--yes", "user+1@example.com")
    assert done.returncode in (0, 1), done.stderr
    daemon.stop()
    said = daemon.err.text()
    for secret in (SECRET, TOKEN, "another-secret", "wrong-one", "a-target-secret",
                   "a-key-of-many-hashes", "a-target-path"):
        assert secret not in said, [line for line in daemon.err.all() if secret in line][:3]
    if level != "debug":
        assert not ADDRESS.search(said), [
            line for line in daemon.err.all() if ADDRESS.search(line)][:3]
    if level in ("debug", "info"):
        assert said.count("/webhooks/vero/***") >= len(bodies)
        assert re.search(r"dead letters, .* answers 400: .*\*\*\*", said), "what it said was told"
    assert "user+1@example.com" in daemon.out.text(), "the events are no log"


def start_quietly(daemon, folder):
    """Starts one whose level may be above that of the lines that say where it listens."""
    for table in ("http", "admin"):
        listen = f"unix:{folder}/{table}"
        text = daemon.config.read_text()
        daemon.config.write_text(text.replace(f"[{table}]\nlisten = [\"127.0.0.1:0\"]",
                                              f"[{table}]\nlisten = [\"{listen}\"]"))
    daemon.launch()
    daemon.address, daemon.admin = f"unix:{folder}/http", f"unix:{folder}/admin"
    connect(daemon)


def test_the_access_log_tells_of_each_request(make_daemon):
    daemon = make_daemon({"log": {**FULL, "format": "json"}, "auth": {"secrets": [SECRET]}}).start()
    body = opened(1)
    answers = [
        daemon.post(body, f"{PATH}/{SECRET}", ("X-Request-Id: of-the-caller",
                                               "X-Forwarded-For: 203.0.113.9")),
        daemon.post(b"{", f"{PATH}?token={SECRET}"),
        daemon.post(body),
        daemon.post(body, f"/elsewhere/{SECRET}"),
    ]
    with daemon.client() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n")
        answers.append(client.read())
    daemon.stop()
    found = requests_in(daemon.err.all())
    assert [(each["status"], each["reason"], each["target"]) for each in found] == [
        (200, "accepted", f"{PATH}/***"), (400, "malformed_json", f"{PATH}?***"),
        (401, "missing_secret", PATH), (404, "not_found", "/***/***"),
        (400, "bad_request", found[4]["target"])]
    assert [each["request_id"] for each in found] == [
        each.headers["x-request-id"] for each in answers]
    assert found[0]["request_id"] == "of-the-caller" and found[0]["level"] == "info"
    assert [each["client"] for each in found] == ["203.0.113.9"] + ["127.0.0.1"] * 4
    assert [each["bytes"] for each in found] == [len(body), 1, 0, 0, 0]
    assert all(each["method"] == "POST" for each in found[:4])
    assert all(each["answer_bytes"] > 100 for each in found)
    document = (SOURCE / "docs/logging.md").read_text()
    examples = [json.loads(line) for line in document.splitlines() if line.startswith('{"time')]
    assert list(examples[1]) == list(found[0])
    assert list(examples[0]) == list(next(
        each for each in records(daemon.err.all()) if "with no secret" in each["message"]))
    assert 0 <= found[0]["duration_ms"] < 60_000 and "duration_ms" not in found[2]


@pytest.mark.parametrize("access, expected", [
    ({}, []), ({"access": "off"}, []),
    ({"access": "sampled", "access_every": 7}, ["id-0", "id-7", "id-14"])])
def test_the_access_log_is_off_or_sampled(make_daemon, access, expected):
    daemon = make_daemon({"log": {**access, "format": "json"}, "http": {"threads": 1}}).start()
    for number in range(20):
        daemon.post(opened(number), PATH, (f"X-Request-Id: id-{number}",))
    daemon.stop()
    assert [each["request_id"] for each in requests_in(daemon.err.all())] == expected


def test_text_has_the_same_on_one_line(make_daemon):
    daemon = make_daemon({"log": FULL}).start()
    daemon.post(opened(1), PATH, ("X-Request-Id: mine",))
    daemon.stop()
    assert re.search(
        r"^\d{4}-\d\d-\d\dT[\d:.]{12}Z info    request request_id=mine client=127\.0\.0\.1 "
        r"method=POST target=/webhooks/vero status=200 reason=accepted bytes=\d+ "
        r"answer_bytes=\d+ duration_ms=\d+\.\d{3}$", daemon.err.text(), re.MULTILINE)


def test_on_a_terminal_the_level_has_a_colour(make_daemon):
    daemon = make_daemon({"http": {"threads": 1}})
    ours, theirs = pty.openpty()
    with subprocess.Popen([BINARY, "serve", "-c", str(daemon.config)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        while b"try it: curl" not in said:
            said += os.read(ours, 65536)
        process.terminate()
        with contextlib.suppress(OSError):
            while os.read(ours, 65536):
                pass
        assert process.wait(TIMEOUT) == 0
    os.close(ours)
    assert re.match(rb"\S+Z \x1b\[32minfo   \x1b\[m journal in ", said), said


def test_a_repeated_warning_is_told_once_with_its_number(make_daemon):
    daemon = make_daemon({"log": {"format": "json"}, "auth": {"secrets": [SECRET]}}).start()
    with daemon.client() as client:
        client.send(request(b"", PATH) * 1205)
        answers = [client.read() for _ in range(1205)]
    daemon.stop()
    said = [each for each in records(daemon.err.all()) if "with no secret" in each["message"]]
    assert [each["level"] for each in said] == ["warning", "warning"]
    assert said[1]["message"] == said[0]["message"] + " … 1,204 times more"
    # The line says which request it speaks of: the first, and then the last.
    assert [each["request_id"] for each in said] == [
        answers[index].headers["x-request-id"] for index in (0, -1)]


def test_lines_about_requests_carry_their_ids(make_daemon, receiver):
    receiver.decide = lambda event: 400
    daemon = make_daemon({"log": {"format": "json"}, "auth": {"secrets": [SECRET]},
                          "admin": {"tokens": [TOKEN]},
                          "sinks": {"crm": http_sink(receiver)}}).start()
    daemon.post(opened(1), f"{PATH}/{SECRET}", ("X-Request-Id: of-event-1",))
    daemon.err.wait_for("dead letters")
    with daemon.client() as client:
        client.send(b"PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n\r\n")
        framing = client.read()
    wrong = daemon.post(opened(1), f"{PATH}/wrong-secret", ("X-Request-Id: wrong-1",))
    looking = get(daemon.admin, "/status", "X-Request-Id: look-1")
    daemon.stop()
    ids = {each.get("request_id"): each["message"] for each in records(daemon.err.all())}
    assert "first is 1:" in ids["of-event-1"] and "dead letters" in ids["of-event-1"]
    assert "PROXY" in ids[framing.headers["x-request-id"]]
    assert "wrong secret" in ids["wrong-1"] and wrong.headers["x-request-id"] == "wrong-1"
    assert "admin.tokens" in ids["look-1"] and looking.status == 401


def test_the_journal_of_systemd_gets_priorities(make_daemon, make_unread):
    daemon = make_daemon({"auth": {"secrets": [SECRET]}, "sinks": {}})
    reader, writer = os.pipe()
    status = os.fstat(writer)
    # This is how systemd says that standard error is a stream of its journal.
    process = subprocess.Popen(
        [BINARY, "serve", "-c", str(daemon.config)], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=writer, cwd=daemon.folder,
        env={**os.environ, "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})
    os.close(writer)
    with os.fdopen(reader) as lines:
        said = []
        for line in lines:
            said.append(line)
            if "listening on" in line:
                daemon.address = re.search(r"listening on (\S+),", line)[1]
            if "try it" in line:
                assert daemon.post(opened(1)).status == 401
                process.send_signal(signal.SIGTERM)
    assert process.wait(TIMEOUT) == 0
    assert re.match(r"<6>journal in ", said[0])
    assert sum(line.startswith("<4>refused a request") for line in said) == 1
    assert all(re.match(r"<[346]>\S", line) for line in said)
    # Whatever else the variable says: this is another stream.
    other = make_daemon({}, folder="other", environment={"JOURNAL_STREAM": "1:2"}).start()
    other.stop()
    assert all(re.match(r"\d{4}-", line) for line in other.err.all())


def test_a_file_is_reopened_when_it_was_moved_away(make_daemon, tmp_path):
    log = tmp_path / "own.log"
    daemon = make_daemon({"log": {"path": str(log)}})
    for number in (signal.SIGUSR1, signal.SIGHUP):
        start_quietly_with_file(daemon, log)
        moved = log.rename(tmp_path / "moved.log")
        daemon.signal(number)
        wait_for(lambda: log.exists())
        daemon.stop()
        assert "listening on" in moved.read_text() and "stopped;" in log.read_text()
        assert "stopped;" not in moved.read_text()
        assert log.stat().st_mode & 0o777 == 0o640
        assert daemon.err.all() == []
        log.unlink()


def start_quietly_with_file(daemon, log):
    daemon.launch()
    wait_for(lambda: log.exists() and "try it: curl" in log.read_text())


def test_a_file_that_cannot_be_opened(make_daemon, tmp_path):
    missing = tmp_path / "none/own.log"
    daemon = make_daemon({"log": {"path": str(missing)}}).launch()
    assert daemon.wait() == 3
    (line,) = daemon.err.all()
    assert str(missing) in line and "No such file" in line
    done = run("check", "-c", str(daemon.config))
    assert done.returncode == 3 and f"{missing} cannot be written" in done.stderr
    daemon.configure({"log": {"path": "own.log"}})
    done = run("check", "-c", str(daemon.config))
    assert done.returncode == 3 and "log.path: must be an absolute path" in done.stderr
    # One that cannot be reopened goes on where it is, and says so.
    log = tmp_path / "folder/own.log"
    log.parent.mkdir()
    daemon.configure({"log": {"path": str(log)}})
    start_quietly_with_file(daemon, log)
    log.parent.rename(tmp_path / "moved")
    daemon.signal(signal.SIGUSR1)
    moved = tmp_path / "moved/own.log"
    wait_for(lambda: "the log goes on as it was" in moved.read_text())
    daemon.stop()
    assert "stopped;" in moved.read_text()

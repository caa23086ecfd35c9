"""The control socket and `verohook status`; sinks added, removed and renamed."""

import contextlib
import json
import os
import pty
import re
import stat
import subprocess

import pytest

from control_support import (
    Receiver, ask, command, file_sink, http_sink, sequence, sink_status, status, wait_status)
from harness import BINARY, TIMEOUT, curl, opened, request


def test_the_control_socket_belongs_to_the_daemons_user(make_daemon, tmp_path):
    daemon = make_daemon({"sinks": {"archive": file_sink(tmp_path / "archive")}}).start()
    path = daemon.state / "admin.sock"
    assert stat.S_ISSOCK(path.stat().st_mode)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ask(daemon, "GET", "/status").status == 200
    daemon.stop()
    assert not path.exists()
    daemon.start()
    daemon.kill()
    assert path.exists()
    daemon.start()
    assert ask(daemon, "GET", "/healthz").status == 200


def test_the_admin_port_changes_nothing(make_daemon, tmp_path):
    daemon = make_daemon({"sinks": {"archive": file_sink(tmp_path / "archive")}}).start()
    daemon.post(opened(1))
    wait_status(daemon, "archive", lambda sink: sink["position"] == 1)
    assert json.loads(daemon.health("/status").body)["sinks"][0]["name"] == "archive"
    assert daemon.health("/tasks/1").status == 404
    url = f"http://{daemon.admin}"
    for method, path, expected in [
            ("POST", "/sinks/archive/replay", 403), ("POST", "/sinks/archive/retry", 403),
            ("POST", "/sinks/archive/drop", 403), ("DELETE", "/tasks/1", 403),
            ("POST", "/status", 405), ("DELETE", "/healthz", 405)]:
        assert curl("-X", method, url + path, body=b"{}")[0] == expected, path
    assert sequence(tmp_path / "archive") == [1]
    assert sink_status(daemon, "archive")["tasks"] == []


@pytest.mark.parametrize("method, path, body, expected", [
    ("POST", "/sinks/nobody/replay", b"{}", 404),
    ("POST", "/sinks/archive/replay", b"no JSON", 400),
    ("POST", "/sinks/archive/replay", b'{"frm":1}', 400),
    ("POST", "/sinks/archive/replay", b'{"from":"soon"}', 400),
    ("POST", "/sinks/archive/replay", b'{"from":-1}', 400),
    ("POST", "/sinks/archive/replay", b'{"types":"sent"}', 400),
    ("POST", "/sinks/archive/replay", b'{"user":1}', 400),
    ("POST", "/sinks/archive/retry", b"{}", 400),
    ("POST", "/sinks/archive/drop", b'{"all":true,"seqs":[1]}', 400),
    ("POST", "/sinks/archive/drop", b'{"seqs":["1"]}', 400),
    ("POST", "/sinks/archive/fly", b"{}", 404),
    ("POST", "/sinks/archive", b"{}", 404),
    ("GET", "/tasks/1", b"", 404),
    ("GET", "/tasks/x", b"", 404),
    ("DELETE", "/tasks/99", b"", 404),
    ("GET", "/elsewhere", b"", 404),
])
def test_what_the_control_socket_refuses(make_daemon, tmp_path, method, path, body, expected):
    daemon = make_daemon({"sinks": {"archive": file_sink(tmp_path / "archive")}}).start()
    answer = ask(daemon, method, path, body)
    assert answer.status == expected, answer.body
    assert answer.json["detail"]


def test_a_state_folder_deeper_than_a_sockets_address(make_daemon, tmp_path):
    state = tmp_path.joinpath(*["a folder:- with an odd name"] * 8) / "state"
    daemon = make_daemon({"state_dir": str(state),
                          "sinks": {"archive": file_sink(tmp_path / "archive")}})
    daemon.state = state
    daemon.start()
    assert len(str(state)) > 108
    daemon.post(opened(1))
    wait_status(daemon, "archive", lambda sink: sink["position"] == 1)
    assert "done" in command(daemon, "replay", "--sink", "archive").stdout
    assert sequence(tmp_path / "archive") == [1, 1]


def rows_of(table):
    """{name of a sink: {title: cell, "notes": the lines below it}} of what `status` prints."""
    rows = {}
    titles = {}
    for line in table.splitlines()[1:]:
        if line.startswith("SINK"):
            # Numbers stand to the right, below the end of their title.
            titles = {found[0]: found.span() for found in re.finditer(r"LAST SUCCESS|\S+", line)}
        elif line.startswith(" "):
            rows[name]["notes"].append(line.strip())
        else:
            cells = [(found[0], *found.span()) for found in re.finditer(r"\S+(?: \S+)*", line)]
            name = cells[0][0]
            rows[name] = {"notes": [], **{
                title: next(text for text, begin, end in cells if begin == left or end == right)
                for title, (left, right) in titles.items()}}
    return rows


def test_each_column_of_the_status(make_daemon, tmp_path):
    with contextlib.closing(Receiver().start()) as receiver:
        receiver.decide = lambda event: {1: 400, 4: 503}.get(event["seq"], 204)
        daemon = make_daemon({"sinks": {
            "archive": file_sink(tmp_path / "archive"),
            "crm": http_sink(receiver, retry_min="1h", retry_max="1h")}}).start()
        for number in range(15):
            assert daemon.post(opened(number)).status == 200
        wait_status(daemon, "archive", lambda sink: sink["position"] == 15)
        # Behind by a time that shows.
        found = wait_status(daemon, "crm", lambda sink: (
            sink["retries"] > 0 and sink["dead_letters"] == 1 and sink["lag_seconds"] >= 2))
        rows = rows_of(command(daemon, "status").stdout)
    assert (found["state"], found["kind"]) == ("retrying", "http")
    assert (found["position"], found["delivered"], found["lag_events"]) == (3, 2, 12)
    assert "503" in found["last_error"] and found["last_error_at"].endswith("Z")
    crm = rows["crm"]
    assert (crm["KIND"], crm["STATE"], crm["POSITION"], crm["LAG"], crm["DEAD"]) == (
        "http", "retrying", "3", "12", "1")
    assert int(crm["RETRIES"]) >= found["retries"] > 0
    behind, unit = crm["BEHIND"].split()
    assert unit != "s" or int(behind) >= int(found["lag_seconds"]) >= 2
    assert re.fullmatch(r"\d+ (s|min) ago", crm["LAST SUCCESS"])
    assert re.fullmatch(r"last error, \d+ (s|min) ago: .*503.*", crm["notes"][0])
    archive = rows["archive"]
    assert archive.pop("LAST SUCCESS").endswith(" ago")
    assert archive == {"SINK": "archive", "KIND": "file", "STATE": "idle", "POSITION": "15",
                       "LAG": "0", "BEHIND": "0 s", "RETRIES": "0", "DEAD": "0", "notes": []}


def test_status_as_table_and_json(make_daemon, tmp_path):
    (tmp_path / "blocked").write_text("no folder")
    daemon = make_daemon({"sinks": {
        "archive": file_sink(tmp_path / "archive"),
        "broken": file_sink(tmp_path / "blocked/x", retry_min="1h", retry_max="1h"),
        "off": file_sink(tmp_path / "off", enabled=False),
        "gone": file_sink(tmp_path / "gone"),
    }}).start()
    for number in range(3):
        daemon.post(opened(number))
    for name in ("archive", "gone"):
        wait_status(daemon, name, lambda sink: sink["position"] == 3)
    found = status(daemon)
    assert found["running"] is True
    assert found["journal"]["oldest"] == 1 and found["journal"]["newest"] == 3
    archive = found["sinks"][0]
    assert archive["state"] == "idle" and archive["lag_events"] == 0
    assert archive["lag_seconds"] == 0 and archive["delivered"] == 3
    assert archive["last_success"].endswith("Z") and archive["last_error"] == ""
    broken = sink_status(daemon, "broken")
    assert broken["state"] == "retrying" and broken["lag_events"] == 3
    assert broken["lag_seconds"] >= 0 and "blocked" in broken["last_error"]
    assert sink_status(daemon, "off")["state"] == "disabled"
    text = command(daemon, "status").stdout
    for expected in ("running", "SINK", "archive", "idle", "retrying", "last error", "blocked"):
        assert expected in text
    assert "\x1b" not in text
    daemon.stop()
    # A sink that the configuration has no more is still shown, and so is one that is new in it.
    daemon.configure({"sinks": {"archive": file_sink(tmp_path / "archive"),
                                "fresh": file_sink(tmp_path / "fresh")}})
    found = status(daemon)
    states = {sink["name"]: sink["state"] for sink in found["sinks"]}
    assert found["running"] is False
    assert states == {"archive": "stopped", "fresh": "stopped", "broken": "not configured",
                      "gone": "not configured"}
    assert sink_status(daemon, "gone")["position"] == 3
    assert sink_status(daemon, "gone")["lag_events"] is None
    assert sink_status(daemon, "fresh")["position"] is None
    assert sink_status(daemon, "fresh")["lag_events"] == 3
    assert "not configured" in command(daemon, "status").stdout
    daemon.start()
    assert sink_status(daemon, "gone")["state"] == "not configured"


def test_status_is_coloured_on_a_terminal_alone(make_daemon, tmp_path):
    daemon = make_daemon({"sinks": {"archive": file_sink(tmp_path / "archive")}}).start()
    controller, terminal = pty.openpty()
    with subprocess.Popen([BINARY, "status", "-c", str(daemon.config)], stdout=terminal) as process:
        assert process.wait(TIMEOUT) == 0
    os.close(terminal)
    assert b"\x1b[" in os.read(controller, 65536)
    os.close(controller)


def test_status_without_a_journal(make_daemon):
    daemon = make_daemon()
    assert "no journal" in command(daemon, "status", status=4).stderr
    assert "no journal" in command(daemon, "replay", "--sink", "stdout", status=4).stderr
    assert not daemon.state.exists()


def test_a_held_folder_is_told(make_daemon):
    daemon = make_daemon().start()
    daemon.post(opened(1))
    (daemon.state / "admin.sock").unlink()
    said = command(daemon, "replay", "--sink", "stdout", status=4).stderr
    assert str(daemon.state) in said and "try again" in said


def test_a_dead_sink_costs_no_attempts(make_daemon, tmp_path):
    (tmp_path / "blocked").write_text("no folder")
    daemon = make_daemon({"sinks": {
        "good": file_sink(tmp_path / "good"),
        "broken": file_sink(tmp_path / "blocked/x", retry_min="1h", retry_max="1h"),
    }}).start()
    with daemon.client() as client:
        for number in range(200):
            assert client.send(request(opened(number))).read().status == 200
    wait_status(daemon, "good", lambda sink: sink["position"] == 200)
    assert sink_status(daemon, "broken")["retries"] == 1


def test_sinks_added_removed_and_renamed(make_daemon, tmp_path):
    def sinks(**tables):
        daemon.configure({"sinks": tables})
        daemon.start()

    daemon = make_daemon()
    first, second = tmp_path / "first", tmp_path / "second"
    sinks(a=file_sink(first))
    for number in (1, 2):
        daemon.post(opened(number))
    daemon.stop()
    # Added: starts at `from`.
    sinks(a=file_sink(first), late=file_sink(second, **{"from": "now"}))
    daemon.post(opened(3))
    daemon.stop()
    assert sequence(second) == [3]
    # Removed: its place stays noted, and events go on without it.
    sinks(late=file_sink(second))
    daemon.post(opened(4))
    assert sink_status(daemon, "a")["state"] == "not configured"
    assert sink_status(daemon, "a")["position"] == 3
    daemon.stop()
    # Renamed: a new sink, which starts at `from`.
    sinks(b=file_sink(tmp_path / "renamed"), late=file_sink(second))
    daemon.stop()
    assert sequence(tmp_path / "renamed") == [1, 2, 3, 4]
    # Added again: goes on where it was.
    sinks(a=file_sink(first))
    daemon.stop()
    assert sequence(first) == [1, 2, 3, 4]


def test_a_sink_that_comes_back_is_told_what_is_gone(make_daemon, tmp_path):
    archive = tmp_path / "archive"
    daemon = make_daemon({"sinks": {"archive": file_sink(archive)}}).start()
    daemon.post(opened(1))
    daemon.stop()
    daemon.configure({"sinks": {}, "journal": {"retention_size": "1MiB"}})
    daemon.start()
    large = json.dumps({"type": "opened", "user": {"id": 1}, "text": "x" * 200_000}).encode()
    for _ in range(12):
        daemon.post(large)
    oldest, newest = (status(daemon)["journal"][end] for end in ("oldest", "newest"))
    assert oldest > 2
    daemon.stop()
    daemon.configure({"sinks": {"archive": file_sink(archive)}})
    daemon.start()
    daemon.err.wait_for(f"sink 'archive' misses the events from 2 to {oldest - 1}")
    found = wait_status(daemon, "archive", lambda sink: sink["position"] == newest)
    assert found["missed"] == oldest - 2
    assert "gone from the journal" in command(daemon, "status").stdout
    daemon.stop()
    assert sequence(archive) == [1, *range(oldest, newest + 1)]

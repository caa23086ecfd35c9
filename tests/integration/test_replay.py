"""Replays and dead letters, while the daemon runs and while it does not."""

import contextlib
import os
import pty
import signal
import sqlite3
import subprocess
import threading

import pytest

from control_support import (Background, Receiver, command, dead, file_sink, http_sink, sequence,
                             sink_status, wait_status)
from harness import BINARY, TIMEOUT, opened


@pytest.fixture
def target():
    made = Receiver().start()
    yield made
    made.close()


def test_replay_while_it_runs_and_stopped(make_daemon, tmp_path):
    archive = tmp_path / "archive"
    daemon = make_daemon({"sinks": {"archive": file_sink(archive)}}).start()
    for number in range(5):
        daemon.post(opened(number))
    daemon.post(b'{"type":"clicked","user":{"id":7,"email":"a@b.c"},"clicked_at":1435016238}')
    wait_status(daemon, "archive", lambda sink: sink["position"] == 6)
    expected = [1, 2, 3, 4, 5, 6]
    for running in (True, False):
        for arguments, more in [
                ([], [1, 2, 3, 4, 5, 6]),
                (["--from", "2", "--to", "3"], [2, 3]),
                (["--from", "1h", "--type", "clicked,unrecognized"], [6]),
                (["--from", "2099-01-01"], []),
                (["--user", "3"], [4]),
                (["--user", "USER+3@example.com", "--campaign", "Order confirmation"], [4]),
        ]:
            dry = command(daemon, "replay", "--sink", "archive", "--dry-run", *arguments).stdout
            assert f"would deliver {len(more)} " in dry
            said = command(daemon, "replay", "--sink", "archive", *arguments).stdout
            expected += more
            assert "done" in said and f" {len(more)} delivered" in said
            assert sequence(archive) == expected
        assert sink_status(daemon, "archive")["position"] == 6
        if running:
            daemon.stop()
    for arguments, code in [(["--sink", "nobody"], 1), (["--sink", "archive", "--from", "soon"], 2),
                            (["--sink", "archive", "--type", "clikced"], 2), ([], 2),
                            (["--sink", "archive", "--cancel"], 1)]:
        assert command(daemon, "replay", *arguments, status=code).stderr
    empty = tmp_path / "empty.toml"
    empty.write_text(f'state_dir = "{tmp_path}/nothing"\n[sinks.archive]\nkind = "stdout"\n')
    done = subprocess.run([BINARY, "replay", "--sink", "archive", "-c", str(empty)],
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, "there is no journal in" in done.stderr) == (4, True)
    # What is new is delivered by the daemon alone, and after a replay it goes on where it was.
    daemon.start()
    daemon.post(opened(100))
    wait_status(daemon, "archive", lambda sink: sink["position"] == 7)
    assert sequence(archive) == expected + [7]


def test_a_replay_changes_nothing_in_a_sink_that_counts(make_daemon, tmp_path):
    daemon = make_daemon({"sinks": {"customers": {"kind": "sqlite"}}}).start()
    for number in range(9):
        daemon.post(opened(number))
    wait_status(daemon, "customers", lambda sink: sink["position"] == 9)

    def tables():
        with contextlib.closing(sqlite3.connect(daemon.state / "customers.db")) as database:
            return [database.execute(sql).fetchall() for sql in (
                "SELECT seq FROM events ORDER BY seq", "SELECT seq FROM cursor",
                "SELECT * FROM campaigns")]

    before = tables()
    assert len(before[0]) == 9 and before[1] == [(9,)]
    assert " 3 delivered" in command(daemon, "replay", "--sink", "customers", "--from", "2",
                                     "--to", "4").stdout
    assert tables() == before
    daemon.stop()
    assert " 9 delivered" in command(daemon, "replay", "--sink", "customers").stdout
    assert tables() == before
    daemon.start()
    daemon.post(opened(100))
    wait_status(daemon, "customers", lambda sink: sink["position"] == 10)
    assert len(tables()[0]) == 10


def test_replay_draws_a_bar_on_a_terminal(make_daemon, tmp_path):
    daemon = make_daemon({"sinks": {"archive": file_sink(tmp_path / "archive")}}).start()
    daemon.post(opened(1))
    wait_status(daemon, "archive", lambda sink: sink["position"] == 1)
    controller, terminal = pty.openpty()
    with subprocess.Popen([BINARY, "replay", "--sink", "archive", "-c", str(daemon.config)],
                          stdout=subprocess.PIPE, stderr=terminal) as process:
        assert process.wait(TIMEOUT) == 0
    os.close(terminal)
    assert "█" in os.read(controller, 65536).decode()
    os.close(controller)


def test_a_replay_is_cancelled_and_only_one_at_a_time(make_daemon, target):
    daemon = make_daemon({"sinks": {"crm": http_sink(target)}}).start()
    for number in range(3):
        daemon.post(opened(number))
    wait_status(daemon, "crm", lambda sink: sink["position"] == 3)
    target.decide = lambda event: 503
    with Background(daemon, "replay", "--sink", "crm") as replay:
        replay.wait_for("cannot deliver, it is tried again")
        busy = command(daemon, "replay", "--sink", "crm", status=1).stderr
        assert "under way" in busy
        replay.process.send_signal(signal.SIGINT)
        code, said = replay.finish()
        assert code == 1 and "cancelled" in said
    wait_status(daemon, "crm", lambda sink: sink["tasks"][-1]["state"] == "cancelled")
    with Background(daemon, "replay", "--sink", "crm") as replay:
        replay.wait_for("cannot deliver, it is tried again")
        assert "cancelled" in command(daemon, "replay", "--sink", "crm", "--cancel",
                                      status=1).stdout
        assert replay.finish()[0] == 1


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_replay_does_not_outlive_the_daemon(make_daemon, target, end):
    held = threading.Event()
    daemon = make_daemon({"sinks": {"crm": http_sink(target)}}).start()
    for number in range(20):
        daemon.post(opened(number))
    wait_status(daemon, "crm", lambda sink: sink["position"] == 20)
    reached = threading.Event()

    def hold(event):
        if event["seq"] == 5:
            reached.set()
            held.wait(TIMEOUT)
        return 204

    target.decide = hold
    with Background(daemon, "replay", "--sink", "crm") as replay:
        assert reached.wait(TIMEOUT)
        daemon.signal(signal.SIGKILL if end == "kill" else signal.SIGTERM)
        if end == "stop":
            held.set()
        assert daemon.wait() == (-signal.SIGKILL if end == "kill" else 0)
        code, said = replay.finish()
        assert code == 1 and "go on" in said
    held.set()
    target.decide = lambda event: 204
    daemon.start()
    daemon.post(opened(99))
    found = wait_status(daemon, "crm", lambda sink: sink["position"] == 21)
    assert found["tasks"] == [] and found["dead_letters"] == 0
    assert target.sequence()[-1] == 21


def test_dead_letters(make_daemon, target):
    target.decide = lambda event: 422 if event["user"]["id"] in (2, 4, 6) else 204
    daemon = make_daemon({"sinks": {"crm": http_sink(target)}}).start()
    for number in range(1, 7):
        daemon.post(opened(number))
    wait_status(daemon, "crm", lambda sink: sink["dead_letters"] == 3)
    assert target.sequence() == [1, 3, 5]
    for running in (True, False):
        assert [letter["seq"] for letter in dead(daemon)] == [2, 4, 6]
        said = command(daemon, "dead", "list", "--sink", "other", status=1).stderr
        assert "there is no sink 'other'" in said
        letter = dead(daemon)[0]
        assert letter["sink"] == "crm" and "422" in letter["reason"]
        assert letter["event"]["user"]["id"] == 2
        text = command(daemon, "dead", "list").stdout
        for expected in ("SINK", "crm", "user+4@example.com", "422"):
            assert expected in text
        shown = command(daemon, "dead", "show", "crm", "4").stdout
        for expected in ("422", '"schema":"verohook.event.v1"', '"message-4"'):
            assert expected in shown
        command(daemon, "dead", "show", "crm", "3", status=1)
        assert sink_status(daemon, "crm")["dead_letters"] == 3
        # Rejected again, it stays, with the new reason.
        target.decide = lambda event: 410
        said = command(daemon, "dead", "retry", "--sink", "crm", "4", status=1).stdout
        assert "0 taken, 1 rejected again" in said
        assert "410" in dead(daemon)[1]["reason"]
        # The sink down: told, and nothing lost.
        target.decide = lambda event: 503
        said = command(daemon, "dead", "retry", status=1).stderr
        assert "503" in said and "stays" in said
        assert len(dead(daemon)) == 3
        target.decide = lambda event: 422
        command(daemon, "dead", "retry", status=1)
        if running:
            daemon.stop()
    target.decide = lambda event: 204
    assert "1 taken" in command(daemon, "dead", "retry", "2").stdout
    daemon.start()
    assert "1 taken" in command(daemon, "dead", "retry", "--sink", "crm", "4").stdout
    assert "not there" in command(daemon, "dead", "retry", "4", status=1).stdout
    assert "1 taken" in command(daemon, "dead", "retry", "--all").stdout
    assert target.sequence() == [1, 3, 5, 2, 4, 6]
    assert dead(daemon) == []
    assert "no dead letters" in command(daemon, "dead", "list").stdout
    assert "no dead letters" in command(daemon, "dead", "retry").stdout


def test_dead_letters_are_dropped_with_a_yes_alone(make_daemon, target):
    target.decide = lambda event: 422
    daemon = make_daemon({"sinks": {"crm": http_sink(target)}}).start()
    for number in range(4):
        daemon.post(opened(number))
    wait_status(daemon, "crm", lambda sink: sink["dead_letters"] == 4)
    assert "--yes" in command(daemon, "dead", "drop", "--all", status=1).stderr
    assert "--all" in command(daemon, "dead", "drop", status=2).stderr
    assert "1 dead letters dropped" in command(daemon, "dead", "drop", "2", "--yes").stdout
    assert "not there" in command(daemon, "dead", "drop", "2", "--yes", status=1).stderr
    for answer, left in ((b"n\n", 3), (b"y\n", 0)):
        assert len(dead(daemon)) == 3
        controller, terminal = pty.openpty()
        with subprocess.Popen([BINARY, "dead", "drop", "--all", "-c", str(daemon.config)],
                              stdin=terminal, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            os.write(controller, answer)
            process.communicate(timeout=TIMEOUT)
        os.close(terminal)
        os.close(controller)
        assert len(dead(daemon)) == left
    # Those of a sink that the configuration has no more can be dropped too, also while stopped.
    daemon.post(opened(9))
    wait_status(daemon, "crm", lambda sink: sink["dead_letters"] == 1)
    daemon.stop()
    daemon.configure({})
    assert len(dead(daemon)) == 1
    command(daemon, "dead", "retry", status=1)
    assert "1 dead letters dropped" in command(daemon, "dead", "drop", "--all", "--yes").stdout
    assert dead(daemon) == []


def test_hostile_texts_are_escaped(make_daemon, target):
    target.decide = lambda event: 422
    daemon = make_daemon({"sinks": {"crm": http_sink(target)}}).start()
    daemon.post('{"type":"opened","user":{"id":1,"email":"\\u001b[31m\\u202eevil"}}'.encode())
    wait_status(daemon, "crm", lambda sink: sink["dead_letters"] == 1)
    for arguments in (["list"], ["list", "--json"], ["show", "crm", "1"]):
        text = command(daemon, "dead", *arguments).stdout
        assert "evil" in text
        assert "\x1b" not in text and "\u202e" not in text

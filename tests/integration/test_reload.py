"""The configuration is read anew while events come: all of it, or nothing, and no event is lost."""

import json
import re
import signal
import subprocess
import threading

import pytest

from control_support import (ask, command, file_sink, http_sink, reload, reload_with, sequence,
                             status)
from harness import BINARY, PATH, TIMEOUT, opened, request, run
from http_target import HttpTarget
from load import Posting, wait_until
from metrics_support import Scrape, wait_metric

FIRST, SECOND = "first-secret", "second-secret"


def post(daemon, body, headers=(), target=PATH):
    return daemon.post(body, target, headers).status


@pytest.fixture
def target():
    made = HttpTarget().start()
    yield made
    made.close()


def test_secrets_are_rotated_under_load_and_no_request_is_refused(make_daemon, tmp_path):
    file = tmp_path / "secrets"
    file.write_text(f"{FIRST}\n")
    daemon = make_daemon({"auth": {"secrets_file": str(file)}, "http": {"threads": 2}}).start()
    used = [FIRST]
    with Posting(daemon, target=lambda: f"{PATH}/{used[0]}") as load:
        load.go_on()
        connections = load.connections
        for old, new in [(FIRST, SECOND), (SECOND, FIRST)] * 3:
            file.write_text(f"{old}\n{new}\n")
            assert reload(daemon) == "in effect: auth.secrets\n"
            used[0] = new
            load.go_on(2)  # Nobody is left who has begun with the old one.
            file.write_text(f"{new}\n")
            reload(daemon)
            assert post(daemon, opened(0), target=f"{PATH}/{old}") == 404
            load.go_on(20)
        assert load.connections == connections, "no connection was dropped"
    daemon.stop()
    assert FIRST not in daemon.err.text() and SECOND not in daemon.err.text()


WRONG = {
    "an unknown key": (lambda text: text + "\n[jurnal]\n", r"verohook.toml:\d+: jurnal: "),
    "no TOML": (lambda text: "= 1\n" + text, r"verohook.toml:1: column 1: this is no TOML"),
    "a missing file of secrets": (
        lambda text: text + "\n[auth]\nsecrets_file = \"none\"\n",
        r"verohook.toml:\d+: auth.secrets_file"),
    "a variable that is not set": (
        lambda text: text + "\n[auth]\nsecrets = [\"${NOBODY_SETS_THIS}\"]\n", "NOBODY_SETS_THIS"),
    "nothing at all": (None, "cannot be read: No such file"),
    "a sink that cannot be made": (
        lambda text: text + "\n[sinks.new]\nkind = \"http\"\nurl = \"https://localhost/\"\n"
                            "ca_file = \"/nowhere/ca.pem\"\n", "ca"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_changes_nothing_and_is_told_with_its_line(make_daemon, tmp_path, name):
    change, expected = WRONG[name]
    archive = tmp_path / "events.jsonl"
    tables = {"sinks": {"archive": file_sink(archive)}}
    daemon = make_daemon(tables).start()
    good = daemon.config.read_text()
    started_at = Scrape(daemon).value("verohook_config_last_reload_success_timestamp_seconds")
    assert Scrape(daemon).value("verohook_config_last_reload_successful") == 1
    with Posting(daemon) as load:
        load.go_on(5)
        connections = load.connections
        daemon.configure({"sinks": {"archive": file_sink(archive, batch_max=3)}})
        if change:
            daemon.config.write_text(change(daemon.config.read_text()))
        else:
            daemon.config.unlink()
        daemon.signal(signal.SIGHUP)
        daemon.err.wait_for("was not reloaded, and nothing has changed")
        daemon.err.wait_for(expected)
        folder = ["--state-dir", str(daemon.state)]
        done = run("reload", "-c", str(daemon.config), *folder)
        assert done.returncode == 3 and done.stdout == "", done
        assert re.search(expected, done.stderr), done.stderr
        scrape = Scrape(daemon)
        assert scrape.value("verohook_config_last_reload_successful") == 0
        assert scrape.value(
            "verohook_config_last_reload_success_timestamp_seconds") == started_at
        load.go_on(5)
        daemon.config.write_text(good)
        assert reload(daemon) == "nothing has changed\n"
        scrape = Scrape(daemon)
        assert scrape.value("verohook_config_last_reload_successful") == 1
        assert scrape.value(
            "verohook_config_last_reload_success_timestamp_seconds") > started_at
        load.go_on(5)
        assert load.connections == connections
    daemon.stop()
    assert sequence(archive) == list(range(1, load.total() + 1))


def test_sinks_come_change_and_go_and_nothing_is_lost_or_repeated(make_daemon, tmp_path, target):
    kept = {"kept": http_sink(target, mode="ndjson"), "stdout": {"kind": "stdout"}}
    paths = [tmp_path / f"{number}.jsonl" for number in range(6)]
    daemon = make_daemon({"sinks": {**kept, "moved": file_sink(paths[0])}}).start()
    connections = []
    accept, target._serve = target._serve, lambda each: (connections.append(each), accept(each))
    with Posting(daemon) as load:
        load.go_on()
        for number in range(1, 5):
            said = reload_with(daemon, {"sinks": {**kept, "moved": file_sink(paths[number])}})
            assert said == "in effect: sinks.moved.path\nsinks begun anew: moved\n"
            load.go_on(20)
        said = reload_with(daemon, {"sinks": {**kept, "late": file_sink(paths[5])}})
        assert said == "sinks added: late\nsinks removed: moved\n"
        gone = next(each for each in status(daemon)["sinks"] if each["name"] == "moved")
        assert gone["state"] == "not configured"
        load.go_on(20)
        # It comes back where it was, under another path and beside the other.
        again = file_sink(paths[4])
        reload_with(daemon, {"sinks": {**kept, "late": file_sink(paths[5]), "moved": again}})
        load.go_on(20)
        reload_with(daemon, {"sinks": {**kept, "late": file_sink(paths[5], enabled=False),
                                       "moved": again}})
        load.go_on(20)
    total = load.total()
    wait_until(lambda: all(each["lag_events"] in (0, None) for each in status(daemon)["sinks"]),
               "the sinks")
    daemon.stop()
    everything = list(range(1, total + 1))
    pieces = [sequence(path) for path in paths[:5]]
    assert sum(pieces, []) == everything
    assert all(pieces), "each of the files got a part"
    late = sequence(paths[5])
    assert late == everything[:len(late)] and 0 < len(late) <= total
    assert [event["seq"] for event in daemon.events()] == everything
    sent = [json.loads(line)["seq"] for each in target.taken
            for line in each["body"].decode().splitlines()]
    assert sent == everything
    assert len(connections) == 1, "an unchanged sink keeps its connection"


def test_reloads_at_once_under_load(make_daemon, tmp_path):
    archive = tmp_path / "events.jsonl"
    daemon = make_daemon({"sinks": {"archive": file_sink(archive)}}).start()
    with Posting(daemon) as load:
        load.go_on(5)
        stop = threading.Event()

        def rewrite():
            # Whole files alone may be found, as an editor leaves them.
            number = 0
            while not stop.is_set():
                number += 1
                path = daemon.config
                daemon.config = path.with_suffix(".new")
                daemon.configure({
                    "sinks": {"archive": file_sink(archive, batch_max=1 + number % 9)},
                    "http": {"body_max": f"{1 + number % 5}MiB"}})
                daemon.config = daemon.config.rename(path)

        state = ["--state-dir", str(daemon.state)]
        writer = threading.Thread(target=rewrite)
        writer.start()
        try:
            for _ in range(5):
                commands = [subprocess.Popen([BINARY, "reload", *state], stdout=subprocess.DEVNULL)
                            for _ in range(4)]
                for _ in range(20):
                    daemon.signal(signal.SIGHUP)
                assert [each.wait(TIMEOUT) for each in commands] == [0] * 4
        finally:
            stop.set()
            writer.join()
        load.go_on(5)
    daemon.stop()
    assert sequence(archive) == list(range(1, load.total() + 1))
    assert "was not reloaded" not in daemon.err.text()


def test_a_reload_while_it_stops(make_daemon, tmp_path, target):
    release = threading.Event()
    target.answer = lambda request, number: 200 if release.wait(TIMEOUT) else 500
    archive = tmp_path / "events.jsonl"
    tables = {"sinks": {"slow": http_sink(target), "archive": file_sink(archive)}}
    daemon = make_daemon(tables).start()
    with daemon.client() as client:
        assert client.send(request(opened(1))).read().status == 200
        # This one waits for the sink's batch, and the next for this one.
        daemon.configure({"sinks": {"slow": http_sink(target, batch_max=5),
                                    "archive": file_sink(archive)}})
        waiting = [subprocess.Popen([BINARY, "reload", "-c", str(daemon.config)],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                   for _ in range(2)]
        wait_until(lambda: any(sink["name"] == "slow" and sink["state"] == "delivering"
                               for sink in status(daemon)["sinks"]), "the batch")
        half = request(opened(2))
        client.send(half[:-1])
        daemon.signal(signal.SIGTERM)
        daemon.err.wait_for("stopping on SIGTERM")
        assert client.send(half[-1:]).read().status == 200
        assert client.at_end()
    # With its last connection gone it waits for the sinks.
    wait_metric(daemon, lambda scrape: scrape.value("verohook_http_connections") == 0)
    assert status(daemon)["running"]
    release.set()
    for each in waiting:
        said = each.communicate(timeout=TIMEOUT)
        assert each.returncode == 1 and "the program is stopping" in said[1], said
    assert daemon.wait() == 0
    assert sequence(archive) == [1, 2]


def test_a_hang_up_reads_and_reopens_and_usr1_reopens_alone(make_daemon, tmp_path):
    archive = tmp_path / "events.jsonl"
    daemon = make_daemon({"sinks": {"stdout": {"kind": "stdout"},
                                    "archive": file_sink(archive)}}).start()
    daemon.configure({"sinks": {"stdout": {"kind": "stdout"}, "archive": file_sink(archive)},
                      "auth": {"secrets": [FIRST]}})
    archive.rename(tmp_path / "1")
    daemon.signal(signal.SIGUSR1)
    daemon.err.wait_for("reopening files")
    assert post(daemon, opened(1)) == 200, "the configuration is as it was"
    daemon.out.wait_count(1)
    wait_until(archive.exists, "the file")
    wait_until(lambda: archive.read_text(), "the event")
    archive.rename(tmp_path / "2")
    daemon.signal(signal.SIGHUP)
    daemon.err.wait_for("in effect: auth.secrets")
    assert post(daemon, opened(2)) == 401
    assert post(daemon, opened(2), target=f"{PATH}/{FIRST}") == 200
    daemon.stop()
    assert (sequence(tmp_path / "2"), sequence(archive)) == ([1], [2])


def test_the_command_knows_less_than_the_daemon(make_daemon):
    """What the daemon alone has in its environment is its own affair."""
    daemon = make_daemon({"auth": {"secrets": ["${ONLY_THE_DAEMON_HAS_IT}"]}},
                         environment={"ONLY_THE_DAEMON_HAS_IT": FIRST}).start()
    assert reload(daemon) == "nothing has changed\n"
    daemon.stop()
    assert "no daemon answers on " + str(daemon.state) in reload(daemon, expected=1)
    daemon.config.write_text("state_dir = 5\n")
    assert "verohook.toml:1: state_dir" in reload(daemon, expected=3)


def test_changes_are_asked_for_at_the_control_socket_alone(daemon):
    assert ask(daemon, "POST", "/reload").json == {
        "keys": [], "added_sinks": [], "changed_sinks": [], "removed_sinks": [],
        "needs_restart": []}
    assert ask(daemon, "GET", "/reload").status == 404
    with type(daemon.client())(daemon.admin) as client:
        assert client.send(request(b"", "/reload")).read().status == 403


def test_a_port_that_others_reach_keeps_its_secret_until_it_is_closed(make_daemon):
    daemon = make_daemon({"http": {"listen": ["0.0.0.0:0"]}, "auth": {"secrets": [FIRST]}}).start()
    said = reload_with(daemon, {"http": {"listen": ["127.0.0.1:0"]}}, expected=3)
    assert "auth.secrets: the program listens at 0.0.0.0:0, which others can reach" in said
    daemon.address = daemon.address.replace("0.0.0.0", "127.0.0.1")
    assert post(daemon, opened(1)) == 401
    assert command(daemon, "check").returncode == 0

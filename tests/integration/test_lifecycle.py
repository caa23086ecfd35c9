"""Starting, stopping, restarting, two daemons, files moved away, and the commands."""

import contextlib
import json
import os
import signal
import subprocess

import pytest

from harness import BINARY, PATH, TIMEOUT, Lines, RawClient, opened, request, run


def file_sink(path, **options):
    return {"kind": "file", "path": str(path), **options}


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains(make_daemon, tmp_path, number):
    archive = tmp_path / "events.jsonl"
    daemon = make_daemon({"sinks": {"a": {"kind": "stdout"}, "b": file_sink(archive)}}).start()
    idle = daemon.client()
    half = daemon.client()
    whole = request(opened(2))
    # The first request of this connection is answered, so that the second is known to be under way.
    assert half.send(request(opened(1))).read().status == 200
    half.send(whole[:-10])
    daemon.signal(number)
    # Idle connections are let go at once, and this one is not.
    assert idle.at_end()
    answer = half.send(whole[-10:]).read()
    assert (answer.status, answer.json["seq"]) == (200, 2)
    assert answer.headers["connection"] == "close"
    assert half.at_end()
    assert daemon.wait() == 0
    assert [event["seq"] for event in daemon.events()] == [1, 2]
    assert [event["seq"] for event in read_lines(archive)] == [1, 2]
    assert len(daemon.tail()) == 2
    with pytest.raises(OSError):
        daemon.client()


def test_the_second_signal_ends_at_once(make_daemon):
    daemon = make_daemon({"shutdown_timeout": "10m"}).start()
    client = daemon.client()
    client.send(request(opened(1)) + request(opened(2))[:-10])
    assert client.read().status == 200
    daemon.signal(signal.SIGTERM)
    daemon.err.wait_for("stopping on SIGTERM")
    daemon.signal(signal.SIGTERM)
    assert daemon.wait() == 128 + signal.SIGTERM
    assert [record["seq"] for record in daemon.tail()] == [1]


def test_the_time_to_stop_is_bounded(make_daemon):
    daemon = make_daemon({"shutdown_timeout": "300ms"}).start()
    client = daemon.client()
    client.send(request(opened(1)) + request(opened(2))[:-10])
    assert client.read().status == 200
    daemon.signal(signal.SIGTERM)
    # What is not whole by then is refused in words, so that its sender tries again.
    answer = client.read()
    assert (answer.status, answer.code) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["connection"] == "close"
    assert client.at_end()
    assert daemon.wait() == 0
    assert [record["seq"] for record in daemon.tail()] == [1]


def test_stuck_standard_output_holds_nothing_up(make_daemon):
    daemon = make_daemon({"shutdown_timeout": "500ms"})
    # Nobody reads this pipe: the sink blocks when it is full.
    reading, writing = os.pipe()
    try:
        daemon.start(stdout=writing)
        with daemon.client() as client:
            for number in range(500):
                assert client.send(request(opened(number))).read().status == 200
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    finally:
        os.close(reading)
        os.close(writing)
    assert len(daemon.tail()) == 500
    # What the pipe did not take is delivered at the next start.
    daemon.start()
    events = daemon.out.wait(
        lambda lines: lines if lines and json.loads(lines[-1])["seq"] == 500 else None, "the last")
    sequence = [json.loads(line)["seq"] for line in events]
    assert sequence == sorted(set(sequence))


def test_a_restart_keeps_order_and_duplicates(make_daemon, tmp_path):
    archive = tmp_path / "events.jsonl"
    daemon = make_daemon({"sinks": {"archive": file_sink(archive)}})
    daemon.start()
    first = daemon.post(opened(1)).json
    daemon.post(opened(2))
    daemon.stop()
    daemon.start()
    again = daemon.post(opened(1)).json
    assert again["seq"] == 3
    assert again["status"] == "duplicate"
    assert again["duplicate_of"] == first["seq"]
    assert daemon.post(opened(3)).json["seq"] == 4
    daemon.kill()
    daemon.start()
    assert daemon.post(opened(3)).json["duplicate_of"] == 4
    daemon.stop()
    assert [record["seq"] for record in daemon.tail()] == [1, 2, 3, 4, 5]
    # After a kill the last may come twice, but never out of order nor not at all.
    assert sorted({event["seq"] for event in read_lines(archive)}) == [1, 2, 4]


def test_a_second_daemon_stops_with_one_line(make_daemon):
    first = make_daemon().start()
    second = make_daemon({"state_dir": str(first.state)}, folder="second").launch()
    assert second.wait() == 4
    (line,) = second.err.all()
    assert str(first.state) in line
    assert first.post(opened(1)).status == 200
    first.stop()
    second.start()
    assert second.post(opened(2)).json["seq"] == 2


def test_an_address_in_use(make_daemon):
    first = make_daemon().start()
    second = make_daemon({"http": {"listen": [first.address]}}, folder="second").launch()
    assert second.wait() == 5
    assert first.address in second.err.text()


@pytest.mark.parametrize("name, damage", [
    ("no database", lambda data: b"this is no database" + data[19:]),
    ("cut off", lambda data: data[:5000]),
    ("zeroes at the end", lambda data: data[:len(data) // 2] + bytes(len(data) - len(data) // 2)),
])
def test_a_corrupt_journal_is_left_alone(make_daemon, name, damage):
    daemon = make_daemon().start()
    for number in range(200):
        daemon.post(opened(number))
    daemon.stop()
    database = daemon.state / "journal.db"
    for path in daemon.state.iterdir():
        if path.name not in ("journal.db", "journal.lock"):
            path.unlink()
    database.write_bytes(damage(database.read_bytes()))
    before = database.read_bytes()
    daemon.launch()
    assert daemon.wait() == 4
    (line,) = daemon.err.all()
    assert "journal.db" in line
    assert database.read_bytes() == before
    assert daemon.out.all() == []
    checked = run("check", "-c", str(daemon.config))
    assert checked.returncode == 4, checked.stderr


def test_a_state_folder_that_cannot_be_made(make_daemon, tmp_path):
    (tmp_path / "file").write_text("")
    daemon = make_daemon({"state_dir": str(tmp_path / "file/state")}).launch()
    assert daemon.wait() == 4
    (line,) = daemon.err.all()
    assert str(tmp_path / "file") in line


def test_hangup_reopens_files(make_daemon, tmp_path):
    archive = tmp_path / "events.jsonl"
    moved = tmp_path / "events.jsonl.1"
    log = tmp_path / "events.log"
    daemon = make_daemon({"sinks": {
        "stdout": {"kind": "stdout"},
        "archive": file_sink(archive),
        "log": {"kind": "log", "target": "file", "path": str(log)},
    }}).start()
    daemon.post(opened(1))
    # As logrotate does it: move, signal, and only then look at what was moved.
    daemon.out.wait_count(1)
    daemon.stop()
    daemon.start()
    archive.rename(moved)
    log.rename(str(log) + ".1")
    daemon.signal(signal.SIGHUP)
    daemon.err.wait_for("reopening")
    daemon.post(opened(2))
    daemon.stop()
    assert [event["seq"] for event in read_lines(moved)] == [1]
    assert [event["seq"] for event in read_lines(archive)] == [2]
    assert len(log.read_text().splitlines()) == 1


def test_standard_output_has_events_alone(make_daemon):
    daemon = make_daemon().start()
    daemon.post(b"no JSON")
    daemon.post(opened(1))
    daemon.stop()
    assert [event["seq"] for event in daemon.events()] == [2]
    said = daemon.err.text()
    for expected in ("listening on", "journal in", "sinks: stdout (stdout)", "try it: curl"):
        assert expected in said


def test_filters_and_beginnings(make_daemon, tmp_path):
    daemon = make_daemon().start()
    daemon.post(opened(1))
    daemon.stop()
    daemon.configure({"sinks": {
        "all": file_sink(tmp_path / "all"),
        "now": file_sink(tmp_path / "now", **{"from": "now"}),
        "odd": file_sink(tmp_path / "odd", types=["unrecognized"]),
        "kept": file_sink(tmp_path / "kept", duplicates="keep", types=["opened"]),
        "off": file_sink(tmp_path / "off", enabled=False),
    }})
    daemon.start()
    for body in (opened(2), opened(2), b"{}", b"no JSON", b'{"type":"user_created"}'):
        daemon.post(body)
    daemon.stop()
    expected = {"all": [1, 2, 4, 6], "now": [2, 4, 6], "odd": [4], "kept": [1, 2, 3]}
    for name, sequence in expected.items():
        assert [event["seq"] for event in read_lines(tmp_path / name)] == sequence, name
    assert not (tmp_path / "off").exists()


def test_a_sink_harms_only_itself(make_daemon, tmp_path):
    folder = tmp_path / "blocked"
    folder.write_text("a file where a folder should be")
    daemon = make_daemon({"sinks": {
        "good": {"kind": "stdout"},
        "bad": file_sink(folder / "events.jsonl", retry_max="200ms"),
    }}).start()
    for number in range(3):
        assert daemon.post(opened(number)).status == 200
    daemon.out.wait_count(3)
    daemon.err.wait_for("sink 'bad' cannot deliver")
    folder.unlink()
    folder.mkdir()
    daemon.err.wait_for("sink 'bad' delivers again")
    daemon.stop()
    assert [event["seq"] for event in read_lines(folder / "events.jsonl")] == [1, 2, 3]


def test_check(make_daemon, tmp_path):
    daemon = make_daemon()
    done = run("check", "-c", str(daemon.config))
    assert done.returncode == 0, done.stderr
    assert str(daemon.state) in done.stdout
    assert "listen" in done.stdout
    assert not daemon.state.exists()
    # Its own output is a configuration.
    copy = tmp_path / "copy.toml"
    copy.write_text(done.stdout)
    assert run("check", "-c", str(copy)).stdout == done.stdout
    daemon.config.write_text('[http]\nlitsen = ["127.0.0.1:0"]\n\n[jurnal]\n')
    done = run("check", "-c", str(daemon.config))
    assert done.returncode == 3
    assert f"{daemon.config}:2:" in done.stderr
    assert "listen" in done.stderr
    assert f"{daemon.config}:4:" in done.stderr
    assert "journal" in done.stderr


def test_send(daemon):
    done = run("send", "all", "--to", daemon.url(), "--count", "3")
    assert done.returncode == 0, done.stderr
    assert "36" in done.stdout
    assert "200" in done.stdout
    done = run("send", "clicked", "--to", daemon.url())
    assert done.returncode == 0
    assert run("send", "nonsense", "--to", daemon.url()).returncode == 2
    done = run("send", "--to", daemon.url(path="/elsewhere"))
    assert done.returncode == 1
    assert "404" in done.stdout + done.stderr
    daemon.stop()
    types = [event["type"] for event in daemon.events()]
    assert len(types) == 37
    assert len(set(types)) == 12
    assert types[-1] == "clicked"
    assert run("send", "--to", daemon.url()).returncode == 1


def test_tail(daemon):
    daemon.post(opened(1))
    daemon.post(opened(2))
    daemon.post(b'{"type":"clicked","clicked_at":1435016238,"user":{"id":1,"email":"a+b@c.d"},'
                b'"campaign":{"id":5,"name":"Welcome"}}')
    daemon.post(b"no JSON")

    def sequence(*arguments):
        return [record["seq"] for record in daemon.tail(*arguments)]

    for _ in range(2):
        assert sequence() == [1, 2, 3, 4]
        assert sequence("--type", "opened") == [1, 2]
        assert sequence("--type", "clicked", "--type", "malformed") == [3, 4]
        assert sequence("--user", "1") == [1, 3]
        assert sequence("--user", "a+b@c.d") == [3]
        assert sequence("--campaign", "Welcome") == [3]
        assert sequence("--campaign", "987") == [1, 2]
        assert sequence("--since", "1h") == [1, 2, 3, 4]
        assert sequence("--since", "2099-01-01T00:00:00Z") == []
        assert [record["seq"] for record in daemon.tail(lines=2)] == [3, 4]
        assert run("tail", "-c", str(daemon.config), "--since", "soon").returncode == 2
        pretty = run("tail", "-c", str(daemon.config)).stdout
        assert "clicked" in pretty and "a+b@c.d" in pretty and "Welcome" in pretty
        assert "\x1b" not in pretty
        raw = run("tail", "--state-dir", str(daemon.state), "--format", "raw").stdout
        assert json.loads(raw.splitlines()[0]) == json.loads(opened(1))
        # The same once more after the daemon has ended.
        if daemon.process.poll() is None:
            daemon.stop()


def test_tail_follows(daemon):
    daemon.post(opened(1))
    with subprocess.Popen([BINARY, "tail", "-f", "-c", str(daemon.config), "--format", "json"],
                          stdout=subprocess.PIPE, text=True) as process:
        lines = Lines(process.stdout)
        lines.wait_count(1)
        daemon.post(opened(2))
        lines.wait_count(2)
        process.terminate()
    assert [json.loads(line)["seq"] for line in lines.join()] == [1, 2]


def test_a_follower_outlives_a_kill_and_is_in_nobodys_way(daemon):
    with subprocess.Popen([BINARY, "tail", "-f", "-c", str(daemon.config), "--format", "json"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        lines = Lines(process.stdout)
        try:
            for number in range(3):
                assert daemon.post(opened(number)).status == 200
                lines.wait_count(number + 1)
                # What the log holds then is copied at the start by one that has the file alone.
                daemon.kill()
                daemon.start()
        finally:
            process.kill()
    daemon.stop()


def test_tail_without_a_journal(tmp_path):
    done = run("tail", "--state-dir", str(tmp_path / "nowhere"))
    assert done.returncode == 4
    assert str(tmp_path / "nowhere") in done.stderr
    assert not (tmp_path / "nowhere").exists()


def test_sinks_lists_every_option():
    done = run("sinks")
    assert done.returncode == 0
    for expected in ("every sink has:", "retry_max (duration, default \"1m\")", "stdout: ",
                     "file: ", "log: ", "path (", "rotate_size", "required"):
        assert expected in done.stdout
    listed = json.loads(run("sinks", "--json").stdout)
    kinds = {kind["name"]: kind for kind in listed["kinds"]}
    assert set(kinds) >= {"stdout", "file", "log"}
    path = next(each for each in kinds["file"]["options"] if each["name"] == "path")
    assert path["required"] is True and path["type"] == "text" and path["default"] is None
    names = [option["name"] for option in listed["common"]["options"]]
    assert names[:2] == ["kind", "enabled"] and "retry_min" in names
    # What the text says, the JSON says, too, and the other way round.
    for option in listed["common"]["options"] + [
            each for kind in listed["kinds"] for each in kind["options"]]:
        assert f"    {option['name']} ({option['type']}" in done.stdout


def test_help_teaches():
    done = run("--help")
    assert done.returncode == 0
    for expected in ("verohook serve", "verohook send all", "verohook tail -f", "Exit statuses"):
        assert expected in done.stdout
    options = {
        "serve": ["--config"], "check": ["--config"], "sinks": ["verohook sinks"],
        "send": ["--to", "--count", "--rate", "--concurrency", "--dry-run", "--quiet"],
        "tail": ["--follow", "--type", "--user", "--campaign", "--since", "--format"]}
    for command, names in options.items():
        done = run(command, "--help")
        assert done.returncode == 0
        for name in names:
            assert name in done.stdout, command
    assert run().returncode == 2
    assert run("fly").returncode == 2
    assert run("--version").stdout.startswith("verohook ")


def test_messages_name_the_missing_file(tmp_path):
    for command in ("serve", "check", "tail"):
        done = run(command, "-c", str(tmp_path / "none.toml"))
        assert done.returncode == 3
        assert str(tmp_path / "none.toml") in done.stderr


def test_it_ends_though_nobody_reads_its_log(make_daemon):
    daemon = make_daemon({"log": {"level": "debug"}})
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [BINARY, "serve", "-c", str(daemon.config)], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=writer, cwd=daemon.folder)
    said = b""
    while b"try it: curl" not in said:
        said += os.read(reader, 4096)
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 65536)
    os.set_blocking(writer, True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(TIMEOUT) == 0
    os.close(reader)
    os.close(writer)


def test_many_clients_at_once(make_daemon):
    """Answers and order hold when requests share commits."""
    daemon = make_daemon({"http": {"threads": 2}}).start()
    clients = [RawClient(daemon.address) for _ in range(32)]
    for round_number in range(10):
        for index, client in enumerate(clients):
            client.send(request(opened(round_number * 100 + index), PATH))
        for client in clients:
            assert client.read().status == 200
    daemon.stop()
    assert [event["seq"] for event in daemon.events()] == list(range(1, 321))

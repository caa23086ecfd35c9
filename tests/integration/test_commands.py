"""The commands: what they refuse, what they say of it, and what they leave behind."""

import datetime
import json
import os
import re
import signal
import subprocess
import time

import pytest

from harness import BINARY, SOURCE, TIMEOUT, opened, request, run

WRONG_SINKS = """\
[sinks.a]
kind = "file"
path = "rel"
mode = "9999"

[sinks.b]
kind = "log"
levels = [
  "bounced=warning",
  "bouncd=wrn",
]
path = "/var/log/x.log"

[sinks.c]
kind = "log"
target = "file"
"""

EXPECTED = [
    '3: sinks.a.path: must be the absolute path of a file',
    '4: sinks.a.mode: must be octal, from "0000" to "0777"',
    "9: sinks.b.levels: 'bounced=warning': there is no level 'warning'",
    "10: sinks.b.levels: 'bouncd=wrn': there is no type of event 'bouncd'; did you mean 'bounced'?",
    "10: sinks.b.levels: 'bouncd=wrn': there is no level 'wrn'; did you mean 'warn'?",
    '12: sinks.b.path: is for target = "file" alone',
    '14: sinks.c.path: is missing: target = "file" needs it',
]


def test_wrong_sinks_are_told_by_line_and_all_at_once(tmp_path):
    config = tmp_path / "verohook.toml"
    config.write_text(WRONG_SINKS)
    for command in ("check", "serve"):
        done = run(command, "-c", str(config), cwd=tmp_path)
        assert done.returncode == 3
        assert done.stdout == ""
        lines = done.stderr.removeprefix("verohook: ").splitlines()
        assert len(lines) == len(EXPECTED), done.stderr
        for line, expected in zip(lines, EXPECTED):
            assert line.startswith(f"{config}:{expected}"), done.stderr
    assert sorted(tmp_path.iterdir()) == [config]


def test_errors_that_need_two_keys_have_a_line(tmp_path):
    config = tmp_path / "verohook.toml"
    for listen, expected in [("0.0.0.0:80", "auth.secrets"), ("127.0.0.1:8081", "admin.listen")]:
        config.write_text(f'[http]\nlisten = ["{listen}"]\n')
        for command in ("check", "serve"):
            done = run(command, "-c", str(config), cwd=tmp_path)
            assert done.returncode == 3
            assert f"{config}:2: http.listen: " in done.stderr, done.stderr
            assert expected in done.stderr


def test_check_beside_the_daemon(make_daemon, tmp_path):
    socket = tmp_path / "verohook.sock"
    daemon = make_daemon({"http": {"listen": ["127.0.0.1:0", f"unix:{socket}"]}}).start()
    daemon.post(opened(1))
    # The configuration as it would be with fixed ports.
    fixed = {"http": {"listen": [daemon.address, f"unix:{socket}", "127.0.0.1:0"]},
             "admin": {"listen": [daemon.admin]}}
    daemon.configure(fixed)
    done = run("check", "-c", str(daemon.config))
    assert done.returncode == 0, done.stderr
    assert "wrong" not in done.stderr
    holder = f"the running daemon, process {daemon.pid}"
    assert re.search(f"ok .*{daemon.state} is used by {holder}, .* event 1$", done.stderr, re.M)
    for address in (daemon.address, f"unix:{socket}", daemon.admin):
        assert f"{address} is in use, presumably by {holder}" in done.stderr
    assert "http.listen: 127.0.0.1:0\n" in done.stderr
    assert daemon.post(opened(2)).status == 200
    # Without the daemon somebody else's address is wrong, and nobody uses the folder.
    other = make_daemon({"http": {"listen": [daemon.address]}}, folder="other")
    done = run("check", "-c", str(other.config))
    assert done.returncode == 5
    assert "process" not in done.stderr
    daemon.stop()
    assert run("check", "-c", str(other.config)).returncode == 0


def test_check_tries_the_state_folder(make_daemon, tmp_path):
    (tmp_path / "file").write_text("")
    for folder in ("/proc/none", "/proc", str(tmp_path / "file"), str(tmp_path / "file/below")):
        done = run("check", "-c", str(make_daemon({"state_dir": folder}).config))
        assert done.returncode == 4, (folder, done.stderr)
        assert re.search(f"wrong .*{folder}", done.stderr)
    deep = tmp_path / "a/b/c"
    assert run("check", "-c", str(make_daemon({"state_dir": str(deep)}).config)).returncode == 0
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", ">&-"])
def test_closed_streams_take_nothing(make_daemon, closed):
    daemon = make_daemon({"http": {"listen": ["unix:a.sock"]}})
    daemon.configure({"http": {"listen": [f"unix:{daemon.folder}/a.sock"]},
                      "admin": {"listen": [f"unix:{daemon.folder}/b.sock"]}})
    daemon.prefix = ["bash", "-c", f'exec "$@" {closed}', "bash"]
    daemon.launch()
    daemon.address = f"unix:{daemon.folder}/a.sock"
    for number in (1, 2):
        with connect(daemon) as client:
            client.send(request(opened(number)))
            assert client.read().status == 200
    if "2>&-" not in closed:
        daemon.err.wait_for("standard output is closed")
    daemon.stop()
    assert re.fullmatch(r"\d+\n[0-9a-f-]+\n", (daemon.state / "journal.lock").read_text())
    # Nothing counted as delivered.
    daemon.prefix = []
    daemon.configure({})
    daemon.start()
    daemon.out.wait_count(2)
    assert [event["seq"] for event in daemon.events()] == [1, 2]


def connect(daemon):
    """A client as soon as the daemon, which may have no voice, listens."""
    deadline = time.monotonic() + TIMEOUT
    while True:
        try:
            return daemon.client()
        except OSError:
            assert daemon.process.poll() is None, daemon.err.text()
            assert time.monotonic() < deadline
            os.sched_yield()


@pytest.mark.parametrize("command", ["tail", "check", "sinks", "send --dry-run", "--help"])
def test_a_full_disk_is_a_failure(daemon, command):
    daemon.post(opened(1))
    name, *options = command.split()
    if name in ("tail", "check"):
        options += ["-c", str(daemon.config)]
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([BINARY, name, *options], stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 1
    assert "standard output" in done.stderr


@pytest.mark.parametrize("arguments, expected", [
    ("send --count -1", "--count: Value -1 not in range 1"),
    ("send --count 0", "--count: Value 0 not in range 1"),
    ("send --count 1000000000001", "not in range"),
    ("send --rate nan", "'nan' is no rate"),
    ("send --rate inf", "'inf' is no rate"),
    ("send --rate -1", "'-1' is no rate"),
    ("send --rate 1e-300", "'1e-300' is no rate"),
    ("send --concurrency -1", "--concurrency"),
    ("send --first-number -1", "--first-number"),
    ("tail -n -1", "--lines: Value -1 not in range 0"),
    ("sned", "there is no command 'sned'; did you mean \"send\"?"),
    ("carrier-pigeon", "there is no command 'carrier-pigeon'; `verohook --help`"),
])
def test_a_wrong_command_line(arguments, expected):
    done = run(*arguments.split())
    assert done.returncode == 2
    assert done.stdout == ""
    assert expected in done.stderr


@pytest.mark.parametrize("span", ["4294967295d", "9223372036854775807ms", "-1s", "1", "d"])
def test_a_span_that_no_clock_has(daemon, span):
    done = run("tail", "-c", str(daemon.config), f"--since={span}")
    assert done.returncode == 2
    assert "--since" in done.stderr
    assert run("tail", "-c", str(daemon.config), "--since", "36500d").returncode == 0


def test_types_that_nobody_knows_are_pointed_at(daemon):
    for body in (opened(1), b'{"type":"pigeon"}', b"{}", b"no JSON"):
        daemon.post(body)
    for types, sequence, expected in [
            ("opened,malformed", [1, 4], ""),
            ("unrecognized", [2, 3], ""),
            ("pigeon", [2], "'pigeon' is no type of Vero's"),
            ("openedd", [], "'openedd' is no type of Vero's; did you mean 'opened'?")]:
        done = run("tail", "-c", str(daemon.config), "--format", "json", "--type", types)
        assert done.returncode == 0
        assert [json.loads(line)["seq"] for line in done.stdout.splitlines()] == sequence
        assert done.stderr.strip().removeprefix("verohook: ") == expected


def test_pretty_lines_escape_once_and_say_what_is_wrong(daemon):
    name = "O'Neil \"Bo\" \\ \u202e" + "ü" * 200
    daemon.post(json.dumps({"type": "user_updated", "user": {"id": 1},
                            "changes": {"first_name": name}}).encode())
    daemon.post(b"")
    daemon.post(b'{"a": tru}')
    lines = run("tail", "-c", str(daemon.config)).stdout.splitlines()
    assert 'first_name="O\'Neil \\"Bo\\" \\\\ \\u202eüü' in lines[0]
    assert lines[0].endswith("ü…")
    assert lines[1].endswith("(empty body)")
    assert re.search(r"malformed +\(.*, at byte \d+\)  \{\"a\": tru\}$", lines[2])
    raw = run("tail", "-c", str(daemon.config), "--format", "raw").stdout.splitlines()
    assert raw[1:] == ["(empty body)", '{"a": tru}']


def test_the_last_configuration_counts(make_daemon):
    wrong = make_daemon({"nonsense": 1}, folder="wrong")
    right = make_daemon(folder="right")
    done = run("check", "-c", str(wrong.config), "-c", str(right.config))
    assert done.returncode == 0, done.stderr
    assert str(right.state) in done.stdout


def test_a_stuck_sink_does_not_take_the_last_words_along(make_daemon):
    daemon = make_daemon({"shutdown_timeout": "300ms"})
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
    last = daemon.err.all()
    assert any("'stdout' is stuck" in line for line in last)
    assert last[-1].endswith("stopped; everything that was answered 200 is in the journal")


def test_samples_have_possible_times():
    done = run("send", "clicked", "--count", "2000", "--dry-run", "--first-number", "86000")
    for line in done.stdout.splitlines():
        stamp = json.loads(line)["message_id"].split(".")[0]
        datetime.datetime.strptime(stamp, "%Y%m%d%H%M%S")


def test_the_document_has_every_command_and_status():
    document = (SOURCE / "docs/commands.md").read_text()
    listed = run("--help").stdout.split("Subcommands:\n")[1].split("\n\n")[0]
    commands = re.findall(r"^  (\w+) ", listed, re.M)
    assert set(commands) >= {"serve", "check", "send", "tail", "sinks"}
    for command in commands:
        assert f"### `{command}`" in document
        assert re.search(f"^verohook {command}\\b", document, re.M)
        said = run(command, "--help").stdout
        assert "Example" in said
        actions = said.partition("Subcommands:\n")[2].split("\n\n")[0]
        for action in re.findall(r"^  (\w+) ", actions, re.M):
            examples = run(command, action, "--help").stdout.partition("Example")[2]
            assert set(re.findall(r"^  verohook (\w+ \w+)", examples, re.M)) == {
                f"{command} {action}"}
    source = (SOURCE / "src/app/exit_status.hpp").read_text()
    for status in re.findall(r"exit_\w+ = (\d+)", source):
        assert f"\n| {status} | " in document

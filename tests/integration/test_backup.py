"""Backups: made while events come in, checked with the tools that everybody has, and restored."""

import contextlib
import hashlib
import io
import json
import os
import re
import signal
import sqlite3
import stat
import subprocess
import tarfile

import pytest

from control_support import (Background, command, file_sink, sequence, sink_status, status,
                             wait_status)
from harness import TIMEOUT, opened
from load import Load, wait_until

# Numbers go on here at the least: the seconds of six years.
LEAST = 6 * 365 * 86_400 * 100_000


def tables(tmp_path, **sinks):
    archive = file_sink(tmp_path / "archive")
    return {"sinks": {"bus": archive, "people": {"kind": "sqlite"}, **sinks}}


def rows(file, sql):
    with contextlib.closing(sqlite3.connect(file)) as database:
        return database.execute(sql).fetchall()


def kept(daemon):
    """The names in the state folder that tell of the journal and the customers."""
    return sorted(path.name for path in daemon.state.iterdir()) if daemon.state.exists() else []


@pytest.fixture
def saved(make_daemon, tmp_path):
    """A backup of five events, and the daemon that made it, which has stopped."""
    daemon = make_daemon(tables(tmp_path), folder="old").start()
    for number in range(5):
        daemon.post(opened(number))
    wait_status(daemon, "people", lambda sink: sink["position"] == 5)
    file = tmp_path / "saved.tar"
    said = command(daemon, "backup", str(file)).stdout
    assert "5 events from 1 to 5, and what is kept by sink people" in said
    daemon.stop()
    return daemon, file


def test_made_under_load_and_restored_elsewhere(make_daemon, tmp_path):
    daemon = make_daemon(tables(tmp_path), folder="old").start()
    load = Load(daemon)
    wait_until(lambda: load.answered > 200, "some load")
    files = [tmp_path / f"saved{ending}" for ending in (".tar", ".tar.gz", ".tar.zst")]
    made = []
    for file in files:
        before = load.answered
        made.append(json.loads(command(daemon, "backup", "--json", str(file)).stdout))
        # What was answered before it began is in it.
        assert made[-1]["newest"] >= before and made[-1]["damaged"] == 0
        assert made[-1]["events"] == made[-1]["newest"] and made[-1]["sinks"] == ["people"]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    posted = load.finish()
    assert posted > made[0]["newest"]
    daemon.stop()
    for number, (file, contents) in enumerate(zip(files, made)):
        listed = subprocess.run(["tar", "-tf", file], capture_output=True, text=True, check=True,
                                timeout=TIMEOUT).stdout.split()
        assert listed == ["manifest.json", "sinks/people.db", "journal.db"]
        other = make_daemon(tables(tmp_path / str(number)), folder=f"new{number}")
        restored = json.loads(command(other, "restore", "--json", str(file)).stdout)
        first = restored["next"]
        assert restored["events"] == contents["newest"] and first > LEAST
        held, = rows(other.state / "customers.db", "SELECT count(*) FROM events")[0]
        assert held <= contents["newest"], "a sink is ahead of its journal"
        other.start()
        wait_status(other, "people", lambda sink: sink["lag_events"] == 0)
        assert other.post(opened(10_000_000)).json["seq"] == first
        other.stop()
        expected = [*range(1, contents["newest"] + 1), first]
        assert [event["seq"] for event in other.tail()] == expected
        stored = [seq for seq, in rows(other.state / "customers.db",
                                       "SELECT seq FROM events ORDER BY seq")]
        assert stored == expected
        assert sequence(tmp_path / str(number) / "archive")[-1] == first
    assert [path.name for path in tmp_path.iterdir() if "unfinished" in path.name] == []


def test_a_target_that_has_what_the_backup_lacks(make_daemon, saved, tmp_path):
    old, file = saved
    old.start()
    for number in range(5, 8):
        old.post(opened(number))
    wait_status(old, "people", lambda sink: sink["position"] == 8)
    old.stop()
    # The sink's own file survives, as the tables of a server would; the journal does not.
    customers = tmp_path / "customers.db"
    (old.state / "customers.db").rename(customers)
    new = make_daemon({"sinks": {"bus": file_sink(tmp_path / "later")}}, folder="new")
    said = command(new, "restore", str(file)).stdout
    assert "left out: what sink people keeps" in said
    first = int(re.search(r"gets the number (\d+)", said)[1])
    assert first > LEAST
    assert not (new.state / "customers.db").exists()
    new.configure({"sinks": {"bus": file_sink(tmp_path / "later"),
                             "people": {"kind": "sqlite", "path": str(customers)}}})
    new.start()
    wait_status(new, "people", lambda sink: sink["position"] == 8)
    assert [sink["lag_events"] for sink in status(new)["sinks"]] == [0, 0]
    for number in range(100, 103):
        new.post(opened(number))
    wait_status(new, "people", lambda sink: sink["position"] == first + 2)
    health = new.health("/metrics").body.decode()
    assert "\nverohook_journal_events 8\n" in health, "numbers that were left out are no events"
    stored = [seq for seq, in rows(customers, "SELECT seq FROM events ORDER BY seq")]
    assert stored == [*range(1, 9), *range(first, first + 3)], "one is lost, or there twice"
    dry = command(new, "replay", "--sink", "bus").stdout
    assert " 8 delivered" in dry and " 0 gone" in dry, dry
    new.stop()
    # Once more, and from the same backup: the numbers of the second life are not given again.
    second = make_daemon({"sinks": {"bus": file_sink(tmp_path / "second.out")}}, folder="second")
    assert json.loads(command(second, "restore", "--json", str(file)).stdout)["next"] > first + 3
    again = tmp_path / "again.tar"
    assert json.loads(command(new, "backup", "--json", str(again)).stdout)["events"] == 8
    last = make_daemon({"sinks": {"bus": file_sink(tmp_path / "last.out")}}, folder="last")
    next_one = json.loads(command(last, "restore", "--json", str(again)).stdout)["next"]
    assert next_one > first + 3
    last.start()
    assert last.post(opened(200)).json["seq"] == next_one
    assert sink_status(last, "bus")["missed"] == 0


def test_what_cannot_be_backed_up(make_daemon, saved, tmp_path):
    old, file = saved
    before = file.read_bytes()
    assert "is there already" in command(old, "backup", str(file), status=1).stderr
    assert file.read_bytes() == before
    assert "there is no journal" in command(make_daemon(folder="none"), "backup",
                                            str(tmp_path / "x.tar"), status=4).stderr
    assert "nowhere" in command(old, "backup", str(tmp_path / "nowhere/x.tar"), status=1).stderr
    customers = old.state / "customers.db"
    customers.write_bytes(customers.read_bytes()[:4096 * 3])
    assert "customers.db" in command(old, "backup", str(tmp_path / "x.tar"), status=4).stderr
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("x.tar")] == []


def members(file):
    with tarfile.open(file) as archive:
        return [(member.name, archive.extractfile(member).read()) for member in archive]


def write(file, entries):
    with tarfile.open(file, "w") as archive:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def with_manifest(entries, change):
    manifest = json.loads(entries[0][1])
    change(manifest)
    return [("manifest.json", json.dumps(manifest).encode()), *entries[1:]]


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1:]


def foreign(entries):
    """A journal that no verohook wrote, under a manifest that vouches for it."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE a(b)")
        content = database.serialize()
    entries = [*entries[:2], ("journal.db", content)]
    return with_manifest(entries, lambda manifest: manifest["files"][1].update(
        sha256=hashlib.sha256(content).hexdigest()))


CHANGES = [
    ("no archive", lambda entries: None, "is no backup", 1),
    ("empty", lambda entries: [], "does not begin with manifest.json", 1),
    ("no manifest", lambda entries: entries[1:], "does not begin with manifest.json", 1),
    ("no json", lambda entries: [("manifest.json", b"{"), *entries[1:]], "is not that of", 1),
    ("newer", lambda entries: with_manifest(entries, lambda m: m.update(version=9)),
     "newer verohook (version 9, this program knows 1)", 1),
    ("lacks a member", lambda entries: entries[:2], "ends too early", 1),
    ("a member too much", lambda entries: [*entries, ("../../evil", b"x")], "does not name", 1),
    ("a member twice", lambda entries: [*entries, entries[-1]], "there twice", 1),
    ("a wrong sum", lambda entries: [*entries[:2], ("journal.db", flipped(entries[2][1], 9000))],
     "journal.db is not what was saved", 4),
    ("a sink twice", lambda entries: with_manifest(
        entries, lambda m: m["files"].append({**m["files"][0], "name": "sinks/other.db"})),
     "names a sink twice", 1),
    ("no journal", lambda entries: with_manifest(entries, lambda m: m["files"].pop()),
     "names no journal", 1),
    ("another program's", foreign, "it is a database of another program", 4),
]


@pytest.mark.parametrize("change, message, code", [row[1:] for row in CHANGES],
                         ids=[row[0] for row in CHANGES])
def test_what_cannot_be_restored(make_daemon, saved, tmp_path, change, message, code):
    entries = change(members(saved[1]))
    file = tmp_path / "changed.tar"
    if entries is None:
        file.write_bytes(b"this is no archive, but long enough for one" * 100)
    else:
        write(file, entries)
    new = make_daemon(tables(tmp_path / "new"), folder="new")
    assert message in command(new, "restore", str(file), status=code).stderr
    assert kept(new) == ["journal.lock"] and not (tmp_path / "evil").exists()
    # Nothing is in the way of the right one.
    command(new, "restore", str(saved[1]))
    new.start()
    assert len(new.tail()) == 5


def test_what_is_there_is_left_as_it_is(make_daemon, saved, tmp_path):
    old, file = saved
    assert "journal.db' is there already" in command(old, "restore", str(file), status=1).stderr
    old.start()
    assert "process" in command(old, "restore", str(file), status=4).stderr
    old.stop()
    new = make_daemon(tables(tmp_path / "new"), folder="new")
    new.state.mkdir()
    (new.state / "customers.db").write_bytes(b"mine")
    assert "customers.db' is there already" in command(new, "restore", str(file), status=1).stderr
    assert (new.state / "customers.db").read_bytes() == b"mine"
    assert not (new.state / "journal.db").exists()
    assert "there is no file" in command(new, "restore", str(tmp_path / "x"), status=4).stderr


def test_an_interrupted_restore_can_be_done_again(make_daemon, saved, tmp_path):
    new = make_daemon(tables(tmp_path / "new"), folder="new")
    # It stands still wherever it is when the folder of its work appears.
    with Background(new, "restore", str(saved[1])) as running:
        wait_until(lambda: any("unfinished" in name for name in kept(new))
                   or running.process.poll() is not None, "the work to begin")
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.process.pid, signal.SIGKILL)
    if not (new.state / "journal.db").exists():
        for name in kept(new):
            if name.startswith("customers.db"):
                (new.state / name).unlink()
        command(new, "restore", str(saved[1]))
    new.start()
    assert len(new.tail()) == 5
    wait_status(new, "people", lambda sink: sink["position"] == 5)


def test_files_belong_to_the_owner_of_the_folder(make_daemon, saved, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    new = make_daemon(tables(tmp_path / "new", people={"kind": "sqlite", "path": "a/b/people.db"}),
                      folder="new")
    new.state.mkdir()
    os.chown(new.state, 1234, 1235)
    # A failure leaves nothing that the daemon could not use either.
    command(new, "restore", str(tmp_path / "none"), status=4)
    assert (new.state / "journal.lock").stat().st_uid == 1234
    command(new, "restore", str(saved[1]))
    for name in ("journal.db", "journal.lock", "a", "a/b", "a/b/people.db"):
        found = (new.state / name).stat()
        assert (found.st_uid, found.st_gid) == (1234, 1235), name
        mode = 0o750 if found.st_mode & stat.S_IFDIR else 0o600
        assert stat.S_IMODE(found.st_mode) == mode, name

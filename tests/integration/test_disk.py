"""A disk that is full, read-only or failing: nothing is answered 200 that is not kept, and it
recovers by itself."""

import contextlib
import errno
import json
import os
import subprocess
import time

import pytest

from harness import TIMEOUT, opened, request


def post_until(daemon, status, first, limit=20_000):
    """Posts new events until one is answered with `status`; all the accepted (number, answer)."""
    accepted = []
    deadline = time.monotonic() + TIMEOUT
    with daemon.client() as client:
        for number in range(first, first + limit):
            answer = client.send(request(opened(number))).read()
            if answer.status == 200:
                accepted.append((number, answer.json))
            else:
                assert answer.status == 503, answer
                assert answer.code == "unavailable"
                assert int(answer.headers["retry-after"]) > 0
            if answer.status == status:
                return accepted
            assert time.monotonic() < deadline, f"no {status}; the last was {answer}"
    raise AssertionError(f"no {status} in {limit} events")


def check_kept(daemon, accepted):
    """Everything that was answered 200 is there, once and under its seq."""
    records = daemon.tail()
    numbers = {record["seq"]: record["user"]["id"] for record in records}
    assert len(numbers) == len(records)
    assert sorted(numbers) == [record["seq"] for record in records]
    for number, answer in accepted:
        assert numbers.get(answer["seq"]) == number


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own with little room, where a test may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(*options):
        return subprocess.run(["mount", *options, str(folder)], stderr=subprocess.PIPE, check=False)

    if os.getuid() != 0:
        pytest.skip("mounting needs root; RLIMIT_FSIZE and injected faults cover the same paths")
    mounted = mount("-t", "tmpfs", "-o", "size=2m", "tmpfs")
    assert mounted.returncode == 0, mounted.stderr
    yield folder, mount
    subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_disk(make_daemon, small_disk):
    folder, _ = small_disk
    filler = folder / "filler"
    filler.write_bytes(bytes(1_000_000))
    # It is to be ready again with the little room that there is.
    daemon = make_daemon(
        {"state_dir": str(folder / "state"), "admin": {"disk_free_min": "0B"}}).start()
    daemon.state = folder / "state"
    accepted = post_until(daemon, 503, 0)
    assert accepted
    # A checkpoint that ends just now makes a little room for once; then it is full again.
    while (health := daemon.health()).status != 503:
        accepted += post_until(daemon, 503, len(accepted))
    assert "disk" in health.body.decode() or "space" in health.body.decode()
    daemon.err.wait_for(r"(?i)full|space")
    filler.unlink()
    # By itself, as soon as there is room: no restart, no signal.
    accepted += post_until(daemon, 200, 100_000)
    accepted += [(200_000, daemon.post(opened(200_000)).json)]
    assert daemon.health().status == 200
    check_kept(daemon, accepted)
    daemon.stop()
    check_kept(daemon, accepted)
    delivered = [event["user"]["id"] for event in daemon.events()]
    assert set(number for number, _ in accepted) <= set(delivered)
    daemon.start()
    assert daemon.post(opened(0)).json["status"] == "duplicate"
    daemon.stop()


def test_a_disk_that_is_full_at_the_kill(make_daemon, small_disk):
    folder, _ = small_disk
    (folder / "filler").write_bytes(bytes(1_000_000))
    daemon = make_daemon({"state_dir": str(folder / "state")}).start()
    accepted = post_until(daemon, 503, 0)
    daemon.kill()
    (folder / "filler").unlink()
    daemon.start()
    accepted += post_until(daemon, 200, 100_000)
    daemon.stop()
    check_kept(daemon, accepted)


def test_a_read_only_disk_at_the_start(make_daemon, small_disk):
    folder, mount = small_disk
    assert mount("-o", "remount,ro").returncode == 0
    daemon = make_daemon({"state_dir": str(folder / "state")}).launch()
    assert daemon.wait() == 4
    (line,) = daemon.err.all()
    assert str(folder) in line
    assert mount("-o", "remount,rw").returncode == 0
    daemon.start()
    assert daemon.post(opened(1)).status == 200
    daemon.stop()


def test_a_disk_that_becomes_read_only(make_daemon, faults):
    daemon = make_daemon(environment=faults.environment).start()
    accepted = [(number, daemon.post(opened(number)).json) for number in range(20)]
    # What is open cannot be written any more, and can only be opened for reading.
    faults.fail("open", errno.EROFS)
    faults.fail("pwrite", errno.EROFS)
    for number in range(20, 30):
        answer = daemon.post(opened(number))
        assert (answer.status, answer.code) == (503, "unavailable")
        assert int(answer.headers["retry-after"]) > 0
    health = daemon.health()
    assert health.status == 503
    assert "the journal cannot be written" in health.body.decode()
    daemon.err.wait_for(r"(?i)read-?only")
    # What it has is still read.
    check_kept(daemon, accepted)
    faults.mend()
    accepted += post_until(daemon, 200, 100)
    assert daemon.health().status == 200
    daemon.stop()
    check_kept(daemon, accepted)
    delivered = {event["user"]["id"] for event in daemon.events()}
    assert delivered == {number for number, _ in accepted}


def test_a_file_that_may_not_grow(make_daemon):
    """RLIMIT_FSIZE: writes fail with EFBIG, as on a disk quota; no root is needed."""
    daemon = make_daemon(prefix=["prlimit", "--fsize=600000:unlimited"]).start()
    accepted = post_until(daemon, 503, 0)
    assert accepted
    subprocess.run(["prlimit", f"--pid={daemon.pid}", "--fsize=unlimited:unlimited"], check=True)
    accepted += post_until(daemon, 200, 100_000)
    check_kept(daemon, accepted)
    daemon.stop()
    check_kept(daemon, accepted)


# A failed sync, a failed write and a full disk at the n-th call of the thread that writes; the
# thread that opens the journal makes fewer. Short writes are tested with a SQLite VFS of our own:
# strace would only pretend them.
INJECTED = [
    ("sync fails once", "fdatasync:error=EIO:when=40"),
    ("sync fails often", "fdatasync:error=EIO:when=40..43"),
    ("write fails", "pwrite64:error=EIO:when=120..122"),
    ("write finds no room", "pwrite64:error=ENOSPC:when=120..122"),
]


@pytest.mark.parametrize("name, fault", INJECTED, ids=[row[0] for row in INJECTED])
def test_injected_faults(make_daemon, tmp_path, name, fault):
    trace = tmp_path / "trace"
    daemon = make_daemon(
        {"sinks": {}},
        prefix=["strace", "-f", "-qq", "-o", str(trace), "-e", "trace=fdatasync,pwrite64",
                "-e", f"inject={fault}"],
        # The leak check cannot work beside a tracer.
        environment={"ASAN_OPTIONS": "detect_leaks=0"})
    daemon.start()
    accepted = post_until(daemon, 503, 0, limit=500)
    assert "INJECTED" in trace.read_text()
    # Nothing is accepted before the disk does what it is told again; then everything is.
    accepted += post_until(daemon, 200, 1000)
    for number in range(2000, 2050):
        answer = daemon.post(opened(number))
        if answer.status == 200:
            accepted.append((number, answer.json))
    assert accepted[-1][0] == 2049
    check_kept(daemon, accepted)
    daemon.stop()
    check_kept(daemon, accepted)
    daemon.prefix = []
    daemon.start()
    for number, _ in accepted[:3]:
        assert daemon.post(opened(number)).json["status"] == "duplicate"
    daemon.stop()


def test_a_sink_on_a_full_disk_harms_only_itself(make_daemon, small_disk):
    folder, _ = small_disk
    filler = folder / "filler"
    filler.write_bytes(bytes(1_900_000))
    archive = folder / "events.jsonl"
    daemon = make_daemon({"sinks": {
        "stdout": {"kind": "stdout"},
        "archive": {"kind": "file", "path": str(archive), "retry_max": "200ms"}}}).start()
    with daemon.client() as client:
        for number in range(2000):
            assert client.send(request(opened(number))).read().status == 200
    daemon.out.wait_count(2000)
    daemon.err.wait_for("archive")
    filler.unlink()
    daemon.err.wait_for(r"(?i)archive.*(again|recover)")
    daemon.stop()
    lines = [json.loads(line) for line in archive.read_text().splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, 2001))


@pytest.mark.parametrize("call", ["fdatasync", "unlink", "fsync"])
def test_a_first_start_that_is_killed_can_be_repeated(make_daemon, call):
    """Killed at the n-th call, for n = 1, 2, 3 ... until the start comes to its end."""
    for number in range(1, 100):
        daemon = make_daemon(
            {"sinks": {}}, folder=f"{call}-{number}",
            prefix=["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                    "-e", f"inject={call}:signal=KILL:when={number}"],
            environment={"ASAN_OPTIONS": "detect_leaks=0"}).launch()
        with contextlib.suppress(AssertionError):
            daemon.err.wait_for("try it: curl")
            break
        daemon.wait()
        daemon.prefix = []
        daemon.start()
        assert daemon.post(opened(1)).status == 200
        daemon.stop()
    assert number > 1

"""Where connections come from, and how many there may be."""

import errno
import re
import time

import pytest

from harness import PATH, TIMEOUT, RawClient, curl, opened, request

KNOWN = opened(1)


def check_full(answer):
    assert (answer.status, answer.code) == (503, "unavailable")
    assert "retry-after" in answer.headers


def test_listens_on_several_addresses(make_daemon, tmp_path):
    path = tmp_path / "verohook.sock"
    daemon = make_daemon({"http": {
        "listen": ["127.0.0.1:0", "[::1]:0", f"unix:{path}"], "unix_mode": "0600"}}).start()
    assert len(daemon.addresses) == 3
    assert path.stat().st_mode & 0o777 == 0o600
    for number, address in enumerate(daemon.addresses, 1):
        with RawClient(address) as client:
            assert client.send(request(opened(number))).read().json["seq"] == number
    status, _ = curl("--unix-socket", str(path), "http://localhost" + PATH, body=opened(4))
    assert status == 200
    daemon.stop()
    assert not path.exists()


def test_health(daemon):
    assert daemon.health("/healthz").status == 200
    assert daemon.health("/readyz").status == 200
    assert daemon.health("/other").status == 404


def test_few_descriptors_are_left_to_the_journal_and_the_sinks(make_daemon, tmp_path):
    archive = tmp_path / "events.jsonl"
    daemon = make_daemon(
        {"sinks": {"archive": {"kind": "file", "path": str(archive)}}},
        prefix=["prlimit", "--nofile=64"]).start()
    said = daemon.err.wait_for(r"connections_max = 10000 cannot be had: .* open 64 files.* (\d+) ")
    room = int(said[1])
    assert 1 < room < 64
    working = daemon.client()
    assert working.send(request(opened(0))).read().status == 200
    idle = [daemon.client() for _ in range(100)]
    with daemon.client() as one_more:
        answer = one_more.send(request(KNOWN)).read()
        check_full(answer)
    for number in range(1, 300):
        assert working.send(request(opened(number))).read().status == 200
    daemon.stop()
    assert len(archive.read_text().splitlines()) == 300
    assert "open files" not in daemon.err.text()
    for client in [working, *idle]:
        client.socket.close()


def test_the_limit_of_descriptors_is_raised_as_far_as_it_goes(make_daemon):
    daemon = make_daemon(prefix=["prlimit", "--nofile=64:4000"]).start()
    daemon.err.wait_for(r"connections_max = 10000 cannot be had: .* open 4000 files")


def accept_pauses(watcher):
    watcher.send(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
    text = watcher.read().body.decode()
    return int(re.search(r"^verohook_http_accept_pauses_total (\d+)", text, re.MULTILINE)[1])


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM],
                         ids=errno.errorcode.get)
def test_accepting_pauses_where_the_system_has_run_out(make_daemon, faults, number):
    daemon = make_daemon({"http": {"threads": 1}}, environment=faults.environment).start()
    # It is connected already, so it can look on.
    with RawClient(daemon.admin) as watcher, daemon.client() as working:
        before = accept_pauses(watcher)
        assert working.send(request(opened(1))).read().status == 200
        faults.fail("accept", number)
        began = time.monotonic()
        with daemon.client() as waiting:
            waiting.send(request(opened(2)))
            while (pauses := accept_pauses(watcher) - before) < 3:
                assert time.monotonic() < began + TIMEOUT
            # Each time it waits for 100 ms before it tries again.
            assert pauses <= (time.monotonic() - began) / 0.1 + 1
            assert working.send(request(opened(3))).read().status == 200
            faults.mend()
            assert waiting.read().status == 200
    daemon.stop()


@pytest.mark.parametrize("number", [errno.ECONNABORTED, errno.EPROTO], ids=errno.errorcode.get)
def test_connections_that_break_before_they_are_accepted_are_passed_over(
        make_daemon, faults, number):
    daemon = make_daemon({"http": {"threads": 1}}, environment=faults.environment).start()
    with RawClient(daemon.admin) as watcher:
        assert accept_pauses(watcher) == 0
        faults.fail("accept", number)
        for _ in range(100):
            with daemon.client() as broken:
                assert broken.at_end()
        faults.mend()
        assert daemon.post(opened(1)).status == 200
        assert accept_pauses(watcher) == 0
    daemon.stop()


def test_too_many_connections_are_told_so(make_daemon):
    daemon = make_daemon({"http": {"connections_max": 4, "threads": 1}}).start()
    clients = [daemon.client() for _ in range(4)]
    for number, client in enumerate(clients):
        assert client.send(request(opened(number))).read().status == 200
    with daemon.client() as one_more:
        answer = one_more.send(request(KNOWN)).read()
        check_full(answer)
    for client in clients:
        client.socket.close()


def test_a_full_queue_is_told_at_once(make_daemon):
    # Each sync takes its time, so all but the first two requests find the queue full.
    daemon = make_daemon(
        {"journal": {"queue_max": 1}, "sinks": {}},
        prefix=["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync",
                "-e", "inject=fdatasync:delay_enter=300000:when=2+"],
        environment={"ASAN_OPTIONS": "detect_leaks=0"}).start()
    clients = [daemon.client() for _ in range(12)]
    for number, client in enumerate(clients):
        client.send(request(opened(number)))
    answers = [client.read() for client in clients]
    refused = [answer for answer in answers if answer.status == 503]
    taken = [answer for answer in answers if answer.status == 200]
    assert refused and taken and len(refused) + len(taken) == len(answers)
    for answer in refused:
        check_full(answer)
        assert "no room" in answer.json["detail"]
    assert len(daemon.tail()) == len(taken)
    for client in clients:
        client.socket.close()

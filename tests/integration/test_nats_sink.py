"""The nats sink in the daemon: both are killed under load, and the stream has every event once.

The server is Debian's nats-server, and the stream is read by its protocol.
"""

import json
import threading
import time

import pytest

from harness import TIMEOUT, opened, request
from nats_server import NatsServer


@pytest.fixture
def make_server(tmp_path):
    made = []

    def make(configuration=""):
        made.append(NatsServer(tmp_path / f"nats{len(made)}", configuration))
        return made[-1].start()

    yield make
    for server in made:
        server.close()


def tables(server, **options):
    return {"sinks": {"out": {"kind": "stdout"},
                      "bus": {"kind": "nats", "servers": [server.url], "timeout": "2s",
                              "retry_min": "10ms", "retry_max": "50ms", "batch_max": 50,
                              **options}}}


class Load:
    """Posts events one after the other until all are answered 200, over daemons that die."""

    def __init__(self, daemon, count):
        self.daemon = daemon
        self.count = count
        self.answered = 0
        self.alive = threading.Event()
        self.alive.set()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        number = 1
        while number <= self.count:
            assert self.alive.wait(TIMEOUT)
            try:
                with self.daemon.client() as client:
                    while number <= self.count:
                        answer = client.send(request(opened(number))).read()
                        assert answer.status == 200
                        self.answered += 1
                        number += 1
            except (OSError, AssertionError):
                self.alive.clear()

    def join(self):
        self.thread.join(TIMEOUT * 4)
        assert not self.thread.is_alive()


def wait_until(predicate, what):
    deadline = time.monotonic() + TIMEOUT
    while not predicate():
        assert time.monotonic() < deadline, f"waited in vain for {what}"


def bus_status(daemon):
    return next(sink for sink in daemon.health().json["sinks"] if sink["name"] == "bus")


def wait_delivered(daemon, newest):
    wait_until(lambda: bus_status(daemon)["position"] == newest, f"event {newest}")


def test_a_server_that_is_killed_under_load(make_daemon, make_server):
    server = make_server()
    server.create_stream()
    daemon = make_daemon(tables(server)).start()
    load = Load(daemon, 4000)
    for goal in (500, 1000, 1500):
        wait_until(lambda goal=goal: server.count() >= goal, f"{goal} messages")
        server.kill()
        answered = load.answered
        wait_until(lambda: bus_status(daemon)["state"] == "retrying", "the sink to notice")
        # Neither Vero nor the other sink does.
        wait_until(lambda answered=answered: load.answered >= min(answered + 100, 4000), "answers")
        daemon.out.wait_count(min(answered + 100, 4000))
        assert server.url in bus_status(daemon)["last_error"]
        server.start()
    load.join()
    wait_delivered(daemon, 4000)
    assert server.count() == 4000, "an event is in the stream twice, or missing"
    assert [event["seq"] for event in server.events()] == list(range(1, 4001))
    daemon.stop()


def test_a_daemon_that_is_killed_under_load(make_daemon, make_server):
    server = make_server()
    server.create_stream()
    daemon = make_daemon(tables(server)).start()
    load = Load(daemon, 3000)
    for goal in (300, 900, 1500):
        wait_until(lambda goal=goal: server.count() >= goal, f"{goal} messages")
        daemon.kill()
        wait_until(lambda: not load.alive.is_set(), "the load to notice")
        daemon.start()
        load.alive.set()
    load.join()
    newest = len(daemon.tail())
    wait_delivered(daemon, newest)
    sequence = [event["seq"] for event in server.events()]
    # What was stored and not answered any more is posted again, and dropped as a duplicate.
    stored = [record["seq"] for record in daemon.tail() if "duplicate_of" not in record]
    assert sequence == stored
    assert len({event["user"]["id"] for event in server.events()}) == 3000
    daemon.stop()


def test_an_event_that_is_too_large_goes_to_the_dead_letters(make_daemon, make_server):
    server = make_server("max_payload: 4096")
    server.create_stream()
    daemon = make_daemon(tables(server)).start()
    for number in range(1, 31):
        body = json.loads(opened(number))
        if number % 10 == 0:
            body["campaign"]["name"] = "x" * 5000
        assert daemon.post(json.dumps(body)).status == 200
    wait_delivered(daemon, 30)
    status = bus_status(daemon)
    assert (status["delivered"], status["dead"], status["retries"]) == (27, 3, 0)
    assert [event["seq"] for event in server.events()] == [n for n in range(1, 31) if n % 10]
    daemon.stop()
    daemon.err.wait_for(rf"{server.url} takes no message of more than 4096 bytes")


def test_a_stream_that_is_made_later(make_daemon, make_server):
    server = make_server()
    daemon = make_daemon(tables(server)).start()
    assert daemon.post(opened(1)).status == 200
    wait_until(lambda: bus_status(daemon)["retries"] >= 2, "retries")
    assert "nats stream add VERO --subjects 'vero.*'" in bus_status(daemon)["last_error"]
    server.create_stream()
    wait_delivered(daemon, 1)
    assert server.count() == 1
    daemon.stop()

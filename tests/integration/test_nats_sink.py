"""The nats sink in the daemon: both are killed under load, and the stream has every event once.

The server is Debian's nats-server, and the stream is read by its protocol.
"""

import pytest

from harness import opened
from load import (
    Load, bus_status, post_with_one_too_large_in_a_hundred, wait_delivered, wait_until)
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


def test_a_server_that_is_killed_under_load(make_daemon, make_server):
    server = make_server()
    server.create_stream()
    daemon = make_daemon(tables(server)).start()
    load = Load(daemon)
    for goal in (300, 600, 900):
        wait_until(lambda goal=goal: server.count() >= goal, f"{goal} messages")
        server.kill()
        answered = load.answered
        wait_until(lambda: bus_status(daemon)["state"] == "retrying", "the sink to notice")
        # Neither Vero nor the other sink does.
        wait_until(lambda answered=answered: load.answered >= answered + 100, "answers")
        daemon.out.wait_count(answered + 100)
        assert server.url in bus_status(daemon)["last_error"]
        server.start()
    posted = load.finish()
    wait_delivered(daemon, posted)
    assert server.count() == posted, "an event is in the stream twice, or missing"
    assert [event["seq"] for event in server.events()] == list(range(1, posted + 1))
    daemon.stop()


def test_a_daemon_that_is_killed_under_load(make_daemon, make_server):
    server = make_server()
    server.create_stream()
    daemon = make_daemon(tables(server)).start()
    load = Load(daemon)
    for goal in (200, 500, 800):
        wait_until(lambda goal=goal: server.count() >= goal, f"{goal} messages")
        daemon.kill()
        wait_until(lambda: not load.alive.is_set(), "the load to notice")
        daemon.start()
        load.alive.set()
    posted = load.finish()
    newest = len(daemon.tail())
    wait_delivered(daemon, newest)
    sequence = [event["seq"] for event in server.events()]
    # What was stored and not answered any more is posted again, and dropped as a duplicate.
    stored = [record["seq"] for record in daemon.tail() if "duplicate_of" not in record]
    assert sequence == stored
    assert len({event["user"]["id"] for event in server.events()}) == posted
    daemon.stop()


def test_an_event_that_is_too_large_goes_to_the_dead_letters(make_daemon, make_server):
    server = make_server("max_payload: 4096")
    server.create_stream()
    daemon = make_daemon(tables(server)).start()
    post_with_one_too_large_in_a_hundred(daemon, 300)
    wait_delivered(daemon, 300)
    status = bus_status(daemon)
    assert (status["delivered"], status["dead"], status["retries"]) == (297, 3, 0)
    assert [event["seq"] for event in server.events()] == [n for n in range(1, 301) if n % 100]
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

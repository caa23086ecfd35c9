"""The kafka sink in the daemon, against librdkafka's own mock cluster over TCP."""

import pytest

from harness import opened
from kafka_cluster import KafkaCluster
from load import (
    Load, bus_status, post_with_one_too_large_in_a_hundred, wait_delivered, wait_until)


@pytest.fixture
def make_cluster():
    made = []

    def make(partitions=1):
        made.append(KafkaCluster(partitions))
        return made[-1]

    yield make
    for cluster in made:
        cluster.close()


def tables(cluster, **options):
    return {"sinks": {"out": {"kind": "stdout"},
                      "bus": {"kind": "kafka", "brokers": [cluster.brokers], "timeout": "2s",
                              "retry_min": "10ms", "retry_max": "50ms", "batch_max": 50,
                              **options}}}


def first_seen(sequence):
    """Without what came once more."""
    return list(dict.fromkeys(sequence))


def test_a_broker_that_goes_down_under_load(make_daemon, make_cluster):
    cluster = make_cluster()
    daemon = make_daemon(tables(cluster)).start()
    load = Load(daemon)
    for goal in (300, 700):
        wait_until(lambda goal=goal: bus_status(daemon)["position"] >= goal, f"event {goal}")
        cluster.tell("down")
        answered = load.answered
        wait_until(lambda: bus_status(daemon)["state"] == "retrying", "the sink to notice")
        # Neither Vero nor the other sink does.
        wait_until(lambda answered=answered: load.answered >= answered + 100, "answers")
        daemon.out.wait_count(answered + 100)
        assert cluster.brokers in bus_status(daemon)["last_error"]
        cluster.tell("up")
        wait_until(lambda: bus_status(daemon)["state"] != "retrying", "the sink to go on")
    posted = load.finish()
    wait_delivered(daemon, posted)
    assert first_seen(cluster.seqs()) == list(range(1, posted + 1))
    daemon.stop()


def test_a_daemon_that_is_killed_under_load(make_daemon, make_cluster):
    cluster = make_cluster()
    daemon = make_daemon(tables(cluster)).start()
    load = Load(daemon)
    for goal in (200, 400, 600):
        wait_until(lambda goal=goal: bus_status(daemon)["position"] >= goal, f"event {goal}")
        daemon.kill()
        wait_until(lambda: not load.alive.is_set(), "the load to notice")
        daemon.start()
        load.alive.set()
    load.finish()
    wait_delivered(daemon, len(daemon.tail()))
    stored = [record["seq"] for record in daemon.tail() if "duplicate_of" not in record]
    sequence = cluster.seqs()
    assert first_seen(sequence) == stored
    daemon.stop()


def test_an_event_that_is_too_large_goes_to_the_dead_letters(make_daemon, make_cluster):
    cluster = make_cluster()
    daemon = make_daemon(tables(cluster, options=["message.max.bytes=4000"])).start()
    post_with_one_too_large_in_a_hundred(daemon, 300)
    wait_delivered(daemon, 300)
    status = bus_status(daemon)
    assert (status["delivered"], status["dead"], status["retries"]) == (297, 3, 0)
    assert cluster.seqs() == [number for number in range(1, 301) if number % 100]
    daemon.stop()
    daemon.err.wait_for("Message size too large")


def test_librdkafkas_log_goes_into_the_log(make_daemon, make_cluster):
    cluster = make_cluster()
    settings = tables(cluster, options=["debug=broker"])
    daemon = make_daemon({**settings, "log": {"level": "debug"}}).start()
    assert daemon.post(opened(1)).status == 200
    wait_delivered(daemon, 1)
    daemon.err.wait_for(rf"librdkafka: .*{cluster.brokers}")
    daemon.stop()


def test_all_replicas_are_asked_and_nothing_is_stored_twice(make_daemon, make_cluster):
    """What librdkafka says of what it asks for, and of what it sends."""
    settings = tables(make_cluster(), options=["debug=conf,eos,msg"])
    daemon = make_daemon({**settings, "log": {"level": "debug"}}).start()
    assert daemon.post(opened(1)).status == 200
    wait_delivered(daemon, 1)
    daemon.err.wait_for(r"librdkafka: CONF: .* request\.required\.acks = -1\b")
    # Its id and a running number go with each set of messages: by them a broker knows what it has.
    daemon.err.wait_for(r"librdkafka: PRODUCE: .*Produce MessageSet .* BaseSeq 0, PID\{Id:\d+")
    daemon.stop()


def test_a_secret_among_the_options_is_told_nobody(make_daemon, make_cluster, tmp_path):
    options = tmp_path / "options"
    options.write_text("sasl.password=wr0ng\nlinger.ms=never\n")
    daemon = make_daemon(tables(make_cluster(), options_file=str(options)))
    daemon.launch()
    assert daemon.wait() != 0
    said = daemon.err.text() + daemon.out.text()
    assert "queue.buffering.max.ms" in said
    assert "wr0ng" not in said

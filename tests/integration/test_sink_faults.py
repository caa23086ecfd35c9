"""Each sink and each way in which its target can fail: nothing gets lost, and nobody else notices.

What only one sink can show stands in its own file: test_http_sink.py, test_nats_sink.py and so on.
"""

import pathlib

import pytest

from harness import opened
from kafka_cluster import KafkaCluster
from load import wait_until
from nats_server import NatsServer

SCHED_BATCH = 3
# Those that answer somebody; `verohook` is the main thread.
PROMPT = ["io", "verohook", "watchdog"]


def threads(pid):
    """The name and the scheduling policy of each thread (proc(5), 41st field of `stat`)."""
    for folder in pathlib.Path(f"/proc/{pid}/task").iterdir():
        text = (folder / "stat").read_text()
        name, fields = text[text.index("(") + 1:].rsplit(")", 1)
        yield name, int(fields.split()[41 - 3])


def test_what_works_for_a_sink_works_in_the_background(make_daemon, tmp_path, request):
    server = NatsServer(tmp_path / "nats").start()
    request.addfinalizer(server.close)
    server.create_stream()
    cluster = KafkaCluster()
    request.addfinalizer(cluster.close)
    daemon = make_daemon({"sinks": {
        "out": {"kind": "stdout"},
        "nats": {"kind": "nats", "servers": [server.url]},
        "kafka": {"kind": "kafka", "brokers": [cluster.brokers]}}}).start()
    assert daemon.post(opened(1)).status == 200
    wait_until(lambda: server.count() == 1 and len(cluster.messages()) == 1, "the event")
    found = list(threads(daemon.pid))
    names = [name for name, _ in found]
    assert {"sink:out", "sink:nats", "sink:kafka", "journal"} <= set(names)
    assert names.count("sink:nats") > 1, "its library has threads of its own"
    assert any(name.startswith("rdk:") for name in names)
    prompt = [name for name, policy in found if policy != SCHED_BATCH]
    assert set(prompt) <= set(PROMPT) and prompt.count("verohook") == 1, found

"""What the http sink signs, verified by the public library for Standard Webhooks, in Node."""

import json
import os
import subprocess
import time

import pytest

from harness import SOURCE, TIMEOUT, Lines, opened
from node_support import HERE, node_folder

OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OTHER = "whsec_//////////////////////////////////////////8="


@pytest.fixture
def make_receiver():
    """Makes receivers that know one secret; they end with the test."""
    folder = node_folder("receiver.mjs")
    made = []

    def make(secret):
        process = subprocess.Popen(
            ["node", "receiver.mjs"], cwd=folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "PORT": "0", "WEBHOOK_SECRET": secret})
        made.append(process)
        process.lines = Lines(process.stdout)
        process.port = process.lines.wait_for(r"^port (\d+)$")[1]
        return process

    yield make
    for process in made:
        process.kill()
        process.wait(TIMEOUT)
        process.lines.join()


def http_sink(receiver, **options):
    return {"kind": "http", "url": f"http://127.0.0.1:{receiver.port}/", **options}


def received(receiver, count):
    """(webhook-id, body) of the requests whose signature was good."""
    lines = receiver.lines.wait_count(count + 1)[1:]
    return [line.split(" ", 1) for line in lines]


@pytest.mark.parametrize("format", ["json", "raw", "cloudevents"])
@pytest.mark.parametrize("secrets", [[OLD], [NEW, OLD], [OLD, NEW, OTHER]])
def test_the_signature_is_good(make_daemon, make_receiver, secrets, format):
    receivers = {secret: make_receiver(secret) for secret in (OLD, NEW) if secret in secrets}
    daemon = make_daemon({"sinks": {
        f"sink{number}": http_sink(receiver, secrets=secrets, format=format)
        for number, receiver in enumerate(receivers.values())}}).start()
    ids = []
    for number in range(3):
        body = opened(number)[:-1] + ', "text": "é \\u0000 \\ud83d\\ude00"}'.encode()
        ids.append(daemon.post(body).json["id"])
    for receiver in receivers.values():
        got = received(receiver, 3)
        assert [identity for identity, _ in got] == ids
        assert all(json.loads(body) for _, body in got)


@pytest.mark.parametrize("mode", ["array", "ndjson"])
def test_that_of_a_batch_too(make_daemon, make_receiver, mode):
    daemon = make_daemon().start()
    ids = [daemon.post(opened(number)).json["id"] for number in range(3)]
    daemon.stop()
    # All three wait when the sink begins.
    receiver = make_receiver(OLD)
    daemon.configure({"sinks": {"forward": http_sink(receiver, secrets=[OLD], mode=mode)}})
    daemon.start()
    identity = received(receiver, 1)[0][0]
    assert identity == f"{ids[0]}-{ids[2]}"


@pytest.mark.parametrize("secrets", [[], [OTHER]])
def test_nothing_else_is_taken_for_it(make_daemon, make_receiver, secrets):
    receiver = make_receiver(OLD)
    daemon = make_daemon({"sinks": {"forward": http_sink(receiver, secrets=secrets)}}).start()
    daemon.post(opened(1))
    # The receiver answers 401, which is a refusal.
    deadline = time.monotonic() + TIMEOUT
    while daemon.health().json["sinks"][0]["dead"] == 0:
        assert time.monotonic() < deadline, daemon.health().body
    assert receiver.lines.all() == [f"port {receiver.port}"]


def test_the_documented_receiver_is_this_one():
    document = (SOURCE / "docs/sinks/http.md").read_text()
    assert f"```js\n{(HERE / 'receiver.mjs').read_text()}```\n" in document

"""What the http sink signs, verified by the public library for Standard Webhooks, in Node."""

import json
import os
import pathlib
import shutil
import subprocess
import time

import pytest

from harness import BINARY, SOURCE, TIMEOUT, Lines, opened

HERE = SOURCE / "tests/integration/node"
OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OTHER = "whsec_//////////////////////////////////////////8="


@pytest.fixture(scope="module")
def node_folder():
    """The receiver and what it needs, in the build folder; installed once."""
    folder = pathlib.Path(BINARY).resolve().parents[2] / "node"
    folder.mkdir(exist_ok=True)
    shutil.copy(HERE / "receiver.mjs", folder)
    lock = HERE / "package-lock.json"
    installed = folder / "installed.json"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        shutil.copy(HERE / "package.json", folder)
        shutil.copy(lock, folder)
        done = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline",
             "--no-update-notifier", "--loglevel=error"],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT * 4, check=False)
        assert done.returncode == 0, done.stdout
        shutil.copy(lock, installed)
    return folder


@pytest.fixture
def make_receiver(node_folder):
    """Makes receivers that know one secret; they end with the test."""
    made = []

    def make(secret):
        process = subprocess.Popen(
            ["node", "receiver.mjs"], cwd=node_folder, stdin=subprocess.DEVNULL,
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

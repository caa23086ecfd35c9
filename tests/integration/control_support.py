"""What the tests of status, replay and dead letters share."""

import json
import os
import socket
import subprocess
import time

from harness import BINARY, TIMEOUT, Lines, RawClient, request, run
from http_target import HttpTarget


class Receiver(HttpTarget):
    """`decide(event)` gives the status for each event."""

    def __init__(self):
        super().__init__(lambda request, number: self.decide(json.loads(request["body"])))
        self.decide = lambda event: 204

    def sequence(self):
        return [json.loads(request["body"])["seq"] for request in self.taken]


def file_sink(path, **more):
    return {"kind": "file", "path": str(path), **more}


def http_sink(target, **more):
    return {"kind": "http", "url": target.url(), "retry_min": "1ms", "retry_max": "5ms", **more}


def command(daemon, *arguments, status=0):
    done = run(*arguments, "-c", str(daemon.config))
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done


def reload(daemon, expected=0, **options):
    done = run("reload", "-c", str(daemon.config), **options)
    assert done.returncode == expected, (done.returncode, done.stdout, done.stderr)
    return done.stdout if expected == 0 else done.stderr


def reload_with(daemon, tables, expected=0):
    daemon.configure(tables)
    return reload(daemon, expected)


class Background(Lines):
    """A command that runs on; its lines are those of standard error."""

    def __init__(self, daemon, *arguments, prefix=()):
        self.process = subprocess.Popen(
            [*prefix, BINARY, *arguments, "-c", str(daemon.config)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        super().__init__(self.process.stderr)

    def __enter__(self):
        return self

    def finish(self):
        """The exit status, and what it has said on both streams."""
        said = self.process.stdout.read()
        code = self.process.wait(TIMEOUT)
        return code, said + "\n".join(self.join())

    def __exit__(self, *_):
        self.process.kill()
        self.finish()


def status(daemon):
    return json.loads(command(daemon, "status", "--json").stdout)


def sink_status(daemon, name):
    return next(sink for sink in status(daemon)["sinks"] if sink["name"] == name)


def wait_status(daemon, name, predicate):
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        sink = sink_status(daemon, name)
        if predicate(sink):
            return sink
    raise AssertionError(sink)


def sequence(path):
    return [json.loads(line)["seq"] for line in path.read_text().splitlines()]


def dead(daemon, *arguments):
    done = command(daemon, "dead", "list", "--json", *arguments)
    return [json.loads(line) for line in done.stdout.splitlines()]


def ask(daemon, method, path, body=b""):
    with socket.socket(socket.AF_UNIX) as connection:
        folder = os.open(daemon.state, os.O_PATH)
        connection.connect(f"/proc/self/fd/{folder}/admin.sock")
        os.close(folder)
        client = RawClient.__new__(RawClient)
        client.socket, client.buffer = connection, b""
        connection.settimeout(TIMEOUT)
        return client.send(request(body, path, method=method)).read()

"""Events that keep coming while something dies, and how far a sink has got with them."""

import json
import threading
import time

from harness import PATH, TIMEOUT, opened, request


# Events that the load may be ahead of the sink. librdkafka's mock cluster keeps 5 MiB only.
AHEAD_MAX = 1000


class Load:
    """Posts events one after the other, over daemons that die, until it is told to finish; each is
    posted until it is answered 200."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.answered = 0
        self.finishing = threading.Event()
        self.alive = threading.Event()
        self.alive.set()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        finished = False
        while not finished:
            assert self.alive.wait(TIMEOUT)
            try:
                with self.daemon.client() as client:
                    while not finished:
                        answer = client.send(request(opened(self.answered + 1))).read()
                        assert answer.status == 200
                        self.answered += 1
                        if self.answered % 100 == 0:
                            self._let_the_sink_follow()
                        finished = self.finishing.is_set()
            except (OSError, AssertionError):
                self.alive.clear()

    def _let_the_sink_follow(self):
        while self.answered - bus_status(self.daemon)["position"] > AHEAD_MAX:
            if self.finishing.is_set():
                return

    def finish(self):
        """How many events it has posted; they have the numbers from 1 on."""
        self.finishing.set()
        self.thread.join(TIMEOUT * 4)
        assert not self.thread.is_alive()
        return self.answered


def wait_until(predicate, what):
    deadline = time.monotonic() + TIMEOUT
    while not predicate():
        assert time.monotonic() < deadline, f"waited in vain for {what}"


def bus_status(daemon):
    """The status of the sink `bus`."""
    return next(sink for sink in daemon.health().json["sinks"] if sink["name"] == "bus")


def wait_delivered(daemon, newest):
    wait_until(lambda: bus_status(daemon)["position"] == newest, f"event {newest}")


def post_with_one_too_large_in_a_hundred(daemon, count):
    """Beyond 4 KB, which a sink's target may be told to refuse."""
    with daemon.client() as client:
        for number in range(1, count + 1):
            body = json.loads(opened(number))
            if number % 100 == 0:
                body["campaign"]["name"] = "x" * 5000
            assert client.send(request(json.dumps(body))).read().status == 200


class Posting:
    """Several clients that post one event after the other on connections that stay, each of which
    must be answered 200; whatever else comes is kept as a failure."""

    def __init__(self, daemon, clients=3, target=lambda: PATH, reconnects=False):
        self.daemon = daemon
        self.target = target
        self.reconnects = reconnects
        self.failures = []
        self.answered = [0] * clients
        self.connections = 0
        self.finishing = threading.Event()
        self.changed = threading.Condition()
        self.threads = [threading.Thread(target=self._run, args=(index,), daemon=True)
                        for index in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.finishing.set()
        for thread in self.threads:
            thread.join(TIMEOUT)
            assert not thread.is_alive()
        assert not self.failures, self.failures[:5]

    def _run(self, index):
        while not self.finishing.is_set() and not self.failures:
            try:
                with self.daemon.client() as client:
                    self.connections += 1
                    self._post(client, index)
            except (OSError, AssertionError) as failure:
                self._count(failure=repr(failure))

    def _post(self, client, index):
        while not self.finishing.is_set():
            number = index * 10_000_000 + self.answered[index] + 1
            answer = client.send(request(opened(number), self.target())).read()
            if answer.status != 200:
                self._count(failure=(answer.status, answer.body))
                return
            self._count(index)
            if answer.headers.get("connection") == "close" or self.reconnects:
                return

    def _count(self, index=None, failure=None):
        with self.changed:
            if failure:
                self.failures.append(failure)
            else:
                self.answered[index] += 1
            self.changed.notify_all()

    def total(self):
        return sum(self.answered)

    def go_on(self, count=50):
        """Waits until every client has had so many more answers."""
        with self.changed:
            wanted = [answered + count for answered in self.answered]
            assert self.changed.wait_for(lambda: self.failures or all(
                have >= want for have, want in zip(self.answered, wanted)), TIMEOUT)
        assert not self.failures, self.failures[:5]

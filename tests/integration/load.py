"""Events that keep coming while something dies, and how far a sink has got with them."""

import threading
import time

from harness import TIMEOUT, opened, request


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
    """The status of the sink `bus`."""
    return next(sink for sink in daemon.health().json["sinks"] if sink["name"] == "bus")


def wait_delivered(daemon, newest):
    wait_until(lambda: bus_status(daemon)["position"] == newest, f"event {newest}")

"""Events that keep coming while something dies, and how far a sink has got with them."""

import threading
import time

from harness import TIMEOUT, opened, request


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

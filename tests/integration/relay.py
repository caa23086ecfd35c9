"""A TCP server between a sink and its target, which does to their connections what a test wants."""

import contextlib
import socket
import threading

from harness import TIMEOUT


class Relay:
    """Hands everything on. `before(data, number)` sees each piece for the target that holds
    `marker`, before it is handed on, and their number, from 1; what it returns says how the
    connection ends: `None`, not at all; `answered`, after the next answer; `unanswered`, when the
    target has answered, but without the answer."""

    def __init__(self, port, marker, before):
        self.target = ("127.0.0.1", port)
        self.marker = marker
        self.before = before
        self.number = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                try:
                    target = socket.create_connection(self.target, TIMEOUT)
                except OSError:
                    client.close()
                    continue
                target.settimeout(None)
                _Pair(self, client, target)

    def decide(self, data):
        if self.marker not in data:
            return None
        self.number += 1
        return self.before(data, self.number)


class _Pair:
    """Two connections, and a thread for each direction."""

    def __init__(self, relay, client, target):
        self.relay = relay
        self.client = client
        self.target = target
        self.ending = None
        for run in (self._to_target, self._to_client):
            threading.Thread(target=self._run, args=(run,), daemon=True).start()

    def _run(self, run):
        with contextlib.suppress(OSError):
            run()
        for each in (self.client, self.target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _to_target(self):
        while data := self.client.recv(65536):
            self.ending = self.ending or self.relay.decide(data)
            self.target.sendall(data)

    def _to_client(self):
        while data := self.target.recv(65536):
            if self.ending != "unanswered":
                self.client.sendall(data)
            if self.ending:
                return

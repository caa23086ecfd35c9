"""A real HTTP server for the http sink, of which the test decides every answer."""

import contextlib
import socket
import ssl
import threading
import time

from harness import TIMEOUT


class HttpTarget:
    """Keeps what it took (2xx), in order. It can go and come back on the same port.

    `answer(request, number)` gets a dict of `line`, `headers` (names in lower case) and `body`, and
    the number of the request, from 1. It returns a status, `None` to hang up without an answer, or
    a tuple of a status and further header lines, and a body as bytes.
    """

    def __init__(self, answer=lambda request, number: 200, tls=None):
        self.answer = answer
        self.tls = tls
        self.taken = []
        self._count = 0
        self._listener = None
        self._connections = set()
        self._changed = threading.Condition()
        # Bound, and never listening: nobody else gets the port while the target is away.
        self._reserve = self._bind(0)
        self.port = self._reserve.getsockname()[1]

    @staticmethod
    def _bind(port):
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(("127.0.0.1", port))
        return bound

    def url(self, path="/hook", scheme="http", host="127.0.0.1"):
        return f"{scheme}://{host}:{self.port}{path}"

    def start(self):
        self._listener = self._bind(self.port)
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()
        return self

    def stop(self):
        """Listens no more, and cuts every connection, whatever goes on there."""
        with self._changed:
            for each in [self._listener, *self._connections]:
                with contextlib.suppress(OSError, AttributeError):
                    each.shutdown(socket.SHUT_RDWR)
            self._connections.clear()
            if self._listener:
                self._listener.close()
                self._listener = None

    def close(self):
        self.stop()
        self._reserve.close()

    def wait(self, predicate, what):
        """Until `predicate(taken)` is truthy."""
        deadline = time.monotonic() + TIMEOUT
        with self._changed:
            while not predicate(self.taken):
                left = deadline - time.monotonic()
                assert left > 0, f"waited for {what}; {len(self.taken)} requests were taken"
                self._changed.wait(left)
            return list(self.taken)

    def wait_asked(self):
        """Until the first request is there, answered or not."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._count, TIMEOUT)

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._changed:
                if self._listener is not listener:
                    connection.close()
                    return
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError, ssl.SSLError):
            stream = connection
            if self.tls:
                stream = self.tls.wrap_socket(connection, server_side=True)
            reader = stream.makefile("rb")
            while request := self._read(reader):
                reply = self._decide(request)
                if reply is None:
                    break
                stream.sendall(reply)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    def _decide(self, request):
        with self._changed:
            self._count += 1
            number = self._count
            self._changed.notify_all()
        decided = self.answer(request, number)
        if decided is None:
            return None
        status, *headers = decided if isinstance(decided, tuple) else (decided,)
        with self._changed:
            if 200 <= status < 300:
                self.taken.append(request)
            self._changed.notify_all()
        body = b"".join(each for each in headers if isinstance(each, bytes))
        headers = [each for each in headers if isinstance(each, str)]
        head = [f"HTTP/1.1 {status} Reason", f"Content-Length: {len(body)}", *headers]
        return ("\r\n".join(head) + "\r\n\r\n").encode() + body

    @staticmethod
    def _read(reader):
        line = reader.readline().decode().strip()
        if not line:
            return None
        headers = {}
        while text := reader.readline().decode().strip():
            name, value = text.split(":", 1)
            headers[name.lower()] = value.strip()
        body = reader.read(int(headers["content-length"]))
        return {"line": line, "headers": headers, "body": body}

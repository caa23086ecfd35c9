"""What the tests of the whole program share: the real daemon, raw sockets.

Nothing here waits for a time to pass: it waits for a line, an answer or the end of a process, and
fails with all that the process has said when that does not come.
"""

import collections
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("VEROHOOK_BINARY", str(SOURCE / "build/test/src/app/verohook"))
PAYLOADS = SOURCE / "tests/data/payloads"
PATH = "/webhooks/vero"
# Generous, since sanitizers and busy machines are slow; a test that passes never waits for it.
TIMEOUT = float(os.environ.get("VEROHOOK_TEST_TIMEOUT", "30"))


def samples():
    """Vero's own samples that are valid, by name."""
    return sorted(path for path in PAYLOADS.glob("*.json") if ".invalid." not in path.name)


def opened(number, time_of_event=1435016238):
    """A body that is like no other with another number."""
    return json.dumps({
        "type": "opened",
        "user": {"id": number, "email": f"user+{number}@example.com"},
        "opened_at": time_of_event,
        "message_id": f"message-{number}",
        "campaign": {"id": 987, "type": "transactional", "name": "Order confirmation"},
    }).encode()


def toml(tables):
    """TOML text of nested dicts; scalars and lists are written as in JSON."""
    lines = []

    def write(name, table):
        if name:
            lines.append(f"[{name}]")
        for key, value in table.items():
            if not isinstance(value, dict):
                lines.append(f"{key} = {json.dumps(value)}")
        for key, value in table.items():
            if isinstance(value, dict):
                write(f"{name}.{key}" if name else key, value)

    write("", tables)
    return "\n".join(lines) + "\n"


class Lines:
    """The lines of a pipe as they come, readable at any time and waited for by any test."""

    def __init__(self, stream):
        self._stream = stream
        self._lines = []
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self._stream:
            with self._changed:
                self._lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def all(self):
        with self._changed:
            return list(self._lines)

    def text(self):
        return "\n".join(self.all())

    def wait(self, predicate, what, timeout=TIMEOUT):
        """The first truthy `predicate(lines)`; fails with the output at the end or too late."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                result = predicate(self._lines)
                if result:
                    return result
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    ending = "it ended" if self._ended else f"{timeout} s went by"
                    said = "\n".join(self._lines)
                    raise AssertionError(f"waited for {what}, and {ending}; it said:\n{said}")
                self._changed.wait(left)

    def wait_for(self, pattern, timeout=TIMEOUT):
        """The match of the first line that `pattern` is found in."""
        search = re.compile(pattern).search
        return self.wait(
            lambda lines: next(filter(None, map(search, lines)), None), f"/{pattern}/", timeout)

    def wait_count(self, count, timeout=TIMEOUT):
        self.wait(lambda lines: len(lines) >= count, f"{count} lines", timeout)
        return self.all()

    def join(self):
        self._thread.join(TIMEOUT)
        return self.all()


class Daemon:
    """`verohook serve` on a configuration of its own, in a folder of its own."""

    def __init__(self, folder, tables=None, environment=None, prefix=(), pass_fds=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.state = self.folder / "state"
        self.config = self.folder / "verohook.toml"
        self.environment = environment or {}
        self.prefix = list(prefix)
        self.pass_fds = pass_fds
        self.process = None
        self.configure(tables or {})

    def configure(self, tables):
        merged = {
            "state_dir": str(self.state),
            "shutdown_timeout": "10s",
            "http": {"listen": ["127.0.0.1:0"]},
            "admin": {"listen": ["127.0.0.1:0"]},
            "sinks": {"stdout": {"kind": "stdout"}},
        }
        for key, value in tables.items():
            if key != "sinks" and isinstance(value, dict):
                merged[key] = {**merged.get(key, {}), **value}
            else:
                merged[key] = value
        self.config.write_text(toml(merged))

    def launch(self, stdout=subprocess.PIPE):
        """Starts the process and waits for nothing."""
        self.process = subprocess.Popen(
            [*self.prefix, BINARY, "serve", "-c", str(self.config)],
            stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
            text=True, encoding="utf-8", cwd=self.folder, pass_fds=self.pass_fds,
            env={**os.environ, **self.environment})
        self.out = Lines(self.process.stdout or ())
        self.err = Lines(self.process.stderr)
        return self

    def start(self, stdout=subprocess.PIPE):
        """Starts it and waits until it has said that it serves."""
        self.launch(stdout)
        self.err.wait_for(r"try it: curl")
        said = self.err.text()
        self.addresses = re.findall(r"listening on (\S+),", said)
        self.address = self.addresses[0]
        found = re.search(r"health on http://(\S+?)/", said)
        self.admin = found[1] if found else None
        return self

    @property
    def pid(self):
        """The daemon's own process, also where it runs under a tracer."""
        if self.prefix[:1] != ["strace"]:
            return self.process.pid
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return int(children.read_text().split()[0])

    def url(self, suffix="", path=PATH):
        return f"http://{self.address}{path}{suffix}"

    def signal(self, number):
        os.kill(self.pid, number)

    def wait(self, timeout=TIMEOUT):
        """The exit status, when all output has been read."""
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it does not end; it said:\n{self.err.text()}") from None
        self.out.join()
        self.err.join()
        return status

    def stop(self):
        """Drains; every sink has got everything then."""
        self.signal(signal.SIGTERM)
        status = self.wait()
        assert status == 0, f"status {status}:\n{self.err.text()}"

    def kill(self):
        self.signal(signal.SIGKILL)
        self.wait()

    def close(self):
        """For the end of a test, in whatever state it is."""
        if self.process and self.process.poll() is None:
            # A child under strace first: the tracer ends with it.
            with contextlib.suppress(OSError, IndexError):
                self.signal(signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
            self.process.kill()
            self.wait()

    def client(self):
        return RawClient(self.address)

    def post(self, body, target=PATH, headers=()):
        with self.client() as client:
            client.send(request(body, target, headers))
            return client.read()

    def health(self, path="/readyz"):
        with RawClient(self.admin) as client:
            client.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            return client.read()

    def events(self):
        """What the stdout sink has written so far."""
        return [json.loads(line) for line in self.out.all()]

    def tail(self, *arguments, lines=10_000_000):
        """The journal's records, as `verohook tail` reads them."""
        done = run("tail", "-c", str(self.config), "--format", "json", "-n", str(lines), *arguments)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


def end(process, lines, with_signal=signal.SIGTERM):
    """Ends a server of a test, and reads what it still says."""
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait(TIMEOUT)
    lines.join()


def run(*arguments, environment=None, **options):
    """Another command of the program, to its end."""
    return subprocess.run(
        [BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, timeout=TIMEOUT * 2,
        env={**os.environ, **(environment or {})}, check=False, **options)


def request(body, target=PATH, headers=(), method="POST", version="1.1"):
    """The bytes of a plain request."""
    if isinstance(body, str):
        body = body.encode()
    lines = [f"{method} {target} HTTP/{version}", "Host: test", *headers,
             f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Response(collections.namedtuple("Response", "status headers body")):
    """An answer; names of headers are in lower case."""

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json.get("code")


class RawClient:
    """A socket that sends what it is told, and reads answers one by one."""

    def __init__(self, address):
        if address.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(address[5:])
        else:
            host, port = address.rsplit(":", 1)
            self.socket = socket.create_connection((host.strip("[]"), int(port)))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(TIMEOUT)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)
        return self

    def send_bytewise(self, data):
        for at in range(len(data)):
            self.socket.sendall(data[at:at + 1])
        return self

    def end_sending(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def _more(self):
        piece = self.socket.recv(65536)
        self.buffer += piece
        return bool(piece)

    def read(self, head_only=False):
        """The next answer, interim ones (1xx) as well."""
        while b"\r\n\r\n" not in self.buffer:
            assert self._more(), f"closed before an answer: {self.buffer!r}"
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        first, *fields = head.decode("latin-1").split("\r\n")
        status = int(first.split(" ")[1])
        headers = {}
        for field in fields:
            name, value = field.split(":", 1)
            headers[name.lower()] = value.strip()
        length = 0 if head_only else int(headers.get("content-length", "0"))
        while len(self.buffer) < length:
            assert self._more(), f"closed within a body: {self.buffer!r}"
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return Response(status, headers, body)

    def at_end(self):
        """Whether the peer has closed and nothing is left; waits for it."""
        return not self.buffer and not self._more()


def free_port():
    """A port that was free just now, for programs that cannot tell which one they got."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def curl(*arguments, body=None):
    """(status, body) as curl sees them."""
    done = subprocess.run(
        ["curl", "-sS", "--max-time", str(TIMEOUT), "-w", "\n%{http_code}",
         *(["--data-binary", "@-"] if body is not None else []), *arguments],
        input=body, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr.decode()
    text, status = done.stdout.decode().rsplit("\n", 1)
    return int(status), text

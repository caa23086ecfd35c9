"""The real nats-server with JetStream, and what its streams hold, by its own protocol."""

import base64
import json
import pathlib
import re
import signal
import socket
import subprocess

from harness import TIMEOUT, Lines


class NatsServer:
    """On a port and in a folder of its own; comes back with both after it was killed."""

    def __init__(self, folder, configuration=""):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.port = -1  # Any; then the one that it got.
        self.process = None
        (self.folder / "server.conf").write_text(
            f'{configuration}\njetstream {{store_dir: "{self.folder}/store"}}\n')

    def start(self):
        self.process = subprocess.Popen(
            ["/usr/sbin/nats-server", "-a", "127.0.0.1", "-p", str(self.port),
             "-c", str(self.folder / "server.conf")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.err = Lines(self.process.stderr)
        listening = self.err.wait_for(r"Listening for client connections on \S+:(\d+)")
        self.port = int(listening[1])
        self.err.wait_for("Server is ready")
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(TIMEOUT)
        self.err.join()

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill()

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.port}"

    def create_stream(self, name="VERO", subjects="vero.>", **more):
        self.ask(f"$JS.API.STREAM.CREATE.{name}", {
            "name": name, "subjects": [subjects], "storage": "file", "retention": "limits",
            "num_replicas": 1, "max_msgs": -1, "max_bytes": -1, "max_age": 0, **more})

    def count(self, name="VERO"):
        return self.ask(f"$JS.API.STREAM.INFO.{name}", {})["state"]["messages"]

    def events(self, name="VERO"):
        """All that the stream holds, in its order."""
        with NatsClient(self.port) as client:
            count = client.ask(f"$JS.API.STREAM.INFO.{name}", {})["state"]["messages"]
            answers = [client.ask(f"$JS.API.STREAM.MSG.GET.{name}", {"seq": seq})
                       for seq in range(1, count + 1)]
        return [json.loads(base64.b64decode(answer["message"]["data"])) for answer in answers]

    def ask(self, subject, question):
        with NatsClient(self.port) as client:
            return client.ask(subject, question)


class NatsClient:
    """As much of the protocol as asking JetStream takes."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.settimeout(TIMEOUT)
        self.file = self.socket.makefile("rb")
        assert self.file.readline().startswith(b"INFO ")
        self.socket.sendall(b'CONNECT {"verbose":false}\r\nSUB answer 1\r\n')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def ask(self, subject, question):
        data = json.dumps(question).encode()
        self.socket.sendall(f"PUB {subject} answer {len(data)}\r\n".encode() + data + b"\r\n")
        while True:
            line = self.file.readline()
            if line == b"PING\r\n":
                self.socket.sendall(b"PONG\r\n")
                continue
            found = re.fullmatch(rb"MSG answer 1 (\d+)\r\n", line)
            assert found, line
            answer = json.loads(self.file.read(int(found[1]) + 2))
            assert "error" not in answer, answer
            return answer

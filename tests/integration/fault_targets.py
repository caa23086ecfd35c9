"""A target for each kind of sink that has one: it goes away and comes back, and gets slow."""

import contextlib
import json
import signal
import sqlite3
import time

from http_target import HttpTarget
from kafka_cluster import KafkaCluster
from nats_server import NatsServer
from postgres_server import PostgresServer
from relay import Relay


class Http:
    """`down` is what the sink says of a target that is away."""

    down = "Connection refused"

    def __init__(self, _folder):
        self.scheme = "http"
        self.delay = 0
        self.target = HttpTarget(self._answer).start()

    def _answer(self, _request, _number):
        time.sleep(self.delay)  # Nothing here waits for that: it is what the target is like.
        return 200

    def sink(self):
        return {"kind": "http", "url": self.target.url(scheme=self.scheme), "mode": "array"}

    def go(self, _daemon):
        self.target.stop()

    def come(self, _daemon):
        self.target.start()

    def slow(self):
        self.delay = 1

    def seqs(self):
        return [event["seq"] for taken in self.target.taken for event in json.loads(taken["body"])]

    def close(self):
        self.target.close()


class Nats:
    """Behind a relay, which holds up what is published."""

    down = "nats://127.0.0.1:"

    def __init__(self, folder):
        self.delay = 0
        self.server = NatsServer(folder / "nats").start()
        self.server.create_stream()
        self.relay = Relay(self.server.port, b"HPUB ", self._hold_up)

    def _hold_up(self, _data, _number):
        time.sleep(self.delay)

    def sink(self):
        return {"kind": "nats", "servers": [f"nats://127.0.0.1:{self.relay.port}"]}

    def go(self, _daemon):
        self.server.kill()

    def come(self, _daemon):
        self.server.start()

    def slow(self):
        self.delay = 1

    def seqs(self):
        return [event["seq"] for event in self.server.events()]

    def close(self):
        self.relay.close()
        self.server.close()


class Kafka:
    down = "127.0.0.1:"

    def __init__(self, _folder):
        self.timeout = "1s"
        self.cluster = KafkaCluster()

    def sink(self):
        return {"kind": "kafka", "brokers": [self.cluster.brokers], "timeout": self.timeout}

    def go(self, _daemon):
        self.cluster.tell("down")

    def come(self, _daemon):
        self.cluster.tell("up")

    def slow(self):
        self.cluster.tell("slow 1000")

    def seqs(self):
        self.cluster.tell("slow 0")
        # What had no answer is produced once more.
        return list(dict.fromkeys(self.cluster.seqs()))

    def close(self):
        self.cluster.close()


class Postgres:
    down = "Connection refused"

    def __init__(self, _folder):
        self.server = PostgresServer().start()

    def sink(self):
        return {"kind": "postgres", "url": self.server.url()}

    def go(self, _daemon):
        self.server.kill()

    def come(self, _daemon):
        self.server.start()

    def slow(self):
        self.server.query(
            "CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN PERFORM pg_sleep(1); RETURN NULL; END$$; CREATE TRIGGER wait AFTER INSERT "
            "ON verohook.events FOR EACH STATEMENT EXECUTE FUNCTION public.wait()")

    def seqs(self):
        return self.server.sequence()

    def close(self):
        self.server.close()


class Sqlite:
    """Away while somebody else has the file's lock; at the start, while there is no folder."""

    down = "database is locked|data/customers.db"

    def __init__(self, folder):
        self.folder = folder / "data"
        self.file = self.folder / "customers.db"
        self.lock = None

    def sink(self):
        return {"kind": "sqlite", "path": str(self.file)}

    def go(self, daemon):
        if daemon is None:
            self.folder.write_text("in the way")
            return
        self.lock = sqlite3.connect(self.file, isolation_level=None)
        self.lock.execute("BEGIN IMMEDIATE")

    def come(self, _daemon):
        if self.lock is None:
            self.folder.unlink()
        else:
            self.lock.close()

    def seqs(self):
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            return [row[0] for row in database.execute("SELECT seq FROM events ORDER BY seq")]

    def close(self):
        pass


class File:
    """Away while something stands where its folder was, which it looks at when it reopens."""

    down = "files/events.jsonl"

    def __init__(self, folder):
        self.folder = folder / "files"
        self.aside = folder / "aside"
        self.file = self.folder / "events.jsonl"

    def sink(self):
        return {"kind": "file", "path": str(self.file)}

    def go(self, daemon):
        if daemon:
            self.folder.rename(self.aside)
        self.folder.write_text("in the way")
        if daemon:
            daemon.signal(signal.SIGHUP)

    def come(self, _daemon):
        self.folder.unlink()
        if self.aside.exists():
            self.aside.rename(self.folder)

    def seqs(self):
        return [json.loads(line)["seq"] for line in self.file.read_text().splitlines()]

    def close(self):
        pass


def slow_disk(*targets):
    """Before a daemon: every sync of these files takes a second."""
    return ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null",
            "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:delay_enter=1s",
            *(part for target in targets for name in ("", "-wal")
              for part in ("-P", f"{target.file}{name}"))]

"""librdkafka's own mock cluster in a process of its own (tests/support/kafka_cluster.cpp)."""

import collections
import os
import subprocess

from harness import SOURCE

PROGRAM = os.environ.get("VEROHOOK_KAFKA_CLUSTER",
                         str(SOURCE / "build/test/tests/kafka_cluster"))

Message = collections.namedtuple("Message", "partition key id type seq value")


class KafkaCluster:
    """One broker with the topic `vero`; it loses nothing while it is down."""

    def __init__(self, partitions=1):
        self.process = subprocess.Popen(
            [PROGRAM, "vero", str(partitions)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, encoding="utf-8")
        self.brokers = self.process.stdout.readline().removeprefix("brokers ").strip()
        assert self.brokers

    def tell(self, command):
        """The lines of its answer."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        lines = []
        while (line := self.process.stdout.readline().rstrip("\n")) != "done":
            assert line, "the cluster has ended"
            lines.append(line)
        return lines

    def messages(self):
        """All of the topic, each partition in its order."""
        return [Message(*line.split("\t", 6)[1:]) for line in self.tell("read")]

    def seqs(self):
        return [int(message.seq) for message in self.messages()]

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

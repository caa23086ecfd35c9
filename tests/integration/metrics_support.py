"""What a scrape says, in either form."""

import collections
import time

from prometheus_client.openmetrics.parser import \
    text_string_to_metric_families as parse_open_metrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from harness import TIMEOUT, RawClient

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"
Family = collections.namedtuple("Family", "name type help samples")


def get(address, path, *headers):
    with RawClient(address) as client:
        lines = [f"GET {path} HTTP/1.1", "Host: a", *headers]
        return client.send("\r\n".join(lines).encode() + b"\r\n\r\n").read()


class Scrape:
    """{name of the family as the text format has it: Family}"""

    def __init__(self, daemon, *headers):
        answer = get(daemon.admin, "/metrics", *headers)
        assert answer.status == 200, answer
        self.content_type = answer.headers["content-type"]
        self.text = answer.body.decode()
        is_open = self.content_type.startswith("application/openmetrics-text")
        parse = parse_open_metrics if is_open else parse_text
        self.families = {}
        for found in parse(self.text):
            suffix = {"counter": "_total", "info": "_info"}.get(found.type, "")
            kind = "gauge" if found.type == "info" else found.type
            family = Family(found.name + suffix, kind, found.documentation, found.samples)
            self.families[family.name] = family

    def samples(self):
        """{(name, labels): value} of everything; the formats write a bucket's bound differently."""
        return {(sample.name, frozenset(
                    (name, str(float(text)) if name == "le" else text)
                    for name, text in sample.labels.items())): sample.value
                for family in self.families.values() for sample in family.samples}

    def value(self, name, **labels):
        """Of the one sample with these labels, maybe among others."""
        found = [value for (each, of), value in self.samples().items()
                 if each == name and labels.items() <= dict(of).items()]
        assert len(found) == 1, (name, labels, found)
        return found[0]


def wait_metric(daemon, predicate):
    """Scrapes until the scrape is as it should be."""
    deadline = time.monotonic() + TIMEOUT
    while True:
        scrape = Scrape(daemon)
        if predicate(scrape):
            return scrape
        assert time.monotonic() < deadline, scrape.text

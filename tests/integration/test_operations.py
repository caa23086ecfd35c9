"""What docs/operations.md promises of a slow sink, and of what the journal keeps."""

import re

import pytest

from control_support import file_sink, http_sink, reload_with, sequence, wait_status
from harness import SOURCE, opened
from metrics_support import Scrape, wait_metric

SMALL, LARGE = {"retention_size": "1MiB"}, {"retention_size": "8MiB"}


def large(number):
    return opened(number)[:-1] + b',"filler":"' + b"x" * 100_000 + b'"}'


def fill(daemon):
    """Posts until the journal has no room: the number of those that were taken."""
    for number in range(100):
        answer = daemon.post(large(number))
        if answer.status == 503:
            assert int(answer.headers["retry-after"]) > 0
            return number
        assert answer.status == 200
        # It alone is to hold back nothing.
        wait_metric(daemon, lambda found: found.value(
            "verohook_sink_lag_events", sink="archive") == 0)
    raise AssertionError("the journal is never full")


def post_when_ready(daemon, number):
    """A sink that is behind for a moment may hold back, too."""
    wait_metric(daemon, lambda found: found.value("verohook_ready") == 1)
    assert daemon.post(large(number)).status == 200


class Full:
    """A daemon whose journal is full, since a sink stands still while another one goes on."""

    def __init__(self, make_daemon, target, archive):
        self.target = target
        self.sinks = {"slow": http_sink(target), "archive": file_sink(archive)}
        self.daemon = make_daemon({"sinks": self.sinks, "journal": SMALL}).start()
        self.taken = fill(self.daemon)

    def reload(self, journal=None, **sinks):
        tables = {"sinks": {**self.sinks, **sinks}, "journal": journal or SMALL}
        return reload_with(self.daemon, tables)


def mend(full):
    full.target.decide = lambda event: 204
    return full.taken


def enlarge(full):
    assert full.reload(LARGE) == "in effect: journal.retention_size\n"
    return 0


def let_go(full):
    said = full.reload(slow={**full.sinks["slow"], "enabled": False})
    assert said == "sinks removed: slow\n"
    return None


WAYS = {"its target is mended": mend, "the bound is raised": enlarge, "it is let go": let_go}


@pytest.mark.parametrize("name", WAYS)
def test_a_sink_that_holds_back_is_named_and_there_is_a_way_out(
        make_daemon, receiver, tmp_path, name):
    receiver.decide = lambda event: 503
    full = Full(make_daemon, receiver, tmp_path / "archive")
    daemon = full.daemon
    answer = daemon.health()
    (problem,) = [check["problem"] for check in answer.json["checks"] if not check["ok"]]
    assert answer.status == 503 and "sink 'slow' has delivered 0 of" in problem
    daemon.err.wait_for("sink 'slow' has delivered 0 of")
    scrape = Scrape(daemon)
    assert scrape.value("verohook_http_requests_total", reason="full") == 1
    assert scrape.value("verohook_journal_writable") == 0
    position = WAYS[name](full)
    post_when_ready(daemon, 1000)
    if position is not None:
        wait_status(daemon, "slow", lambda sink: sink["position"] >= position)
    wait_status(daemon, "archive", lambda sink: sink["lag_events"] == 0)
    assert sequence(tmp_path / "archive") == list(range(1, full.taken + 2))


def test_a_sink_that_was_let_go_says_what_it_has_missed(make_daemon, receiver, tmp_path):
    receiver.decide = lambda event: 503
    full = Full(make_daemon, receiver, tmp_path / "archive")
    let_go(full)
    for number in range(full.taken):
        post_when_ready(full.daemon, 1000 + number)
    receiver.decide = lambda event: 204
    full.reload()
    missed = int(full.daemon.err.wait_for(r"sink 'slow' misses the events from 1 to (\d+)")[1])
    wait_status(full.daemon, "slow", lambda sink: sink["lag_events"] == 0)
    scrape = Scrape(full.daemon)
    assert scrape.value("verohook_sink_missed_events_total", sink="slow") == missed
    assert receiver.sequence() == list(range(missed + 1, 2 * full.taken + 1))


def test_a_lower_bound_makes_room_within_the_file(make_daemon, tmp_path):
    sinks = {"archive": file_sink(tmp_path / "archive")}
    daemon = make_daemon({"sinks": sinks, "journal": LARGE}).start()
    for number in range(40):
        post_when_ready(daemon, number)
    wait_status(daemon, "archive", lambda sink: sink["lag_events"] == 0)
    reload_with(daemon, {"sinks": sinks, "journal": SMALL})
    wait_metric(daemon, lambda found: found.value("verohook_journal_size_bytes") <= 2**20)
    daemon.stop()
    before = (daemon.state / "journal.db").stat().st_size
    daemon.start()
    for number in range(20):
        post_when_ready(daemon, 100 + number)
    daemon.stop()
    assert 40 * 100_000 < before == (daemon.state / "journal.db").stat().st_size
    assert sequence(tmp_path / "archive") == list(range(1, 61))


def test_every_alert_and_every_file_that_the_document_names_is_there():
    document = (SOURCE / "docs/operations.md").read_text()
    alerts = set(re.findall(r"alert: (\w+)", (SOURCE / "config/prometheus-alerts.yml").read_text()))
    named = set(re.findall(r"`(Verohook\w+)`", document))
    assert len(named) >= 3 and named <= alerts
    for script in re.findall(r"`((?:tests|scripts|config)/[\w./-]+)`", document):
        assert (SOURCE / script).exists(), script

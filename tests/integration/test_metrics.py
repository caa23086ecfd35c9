"""What /metrics shows: right numbers, in both formats, and the document knows each of them."""

import json
import re
import subprocess

import pytest

from control_support import file_sink, http_sink
from harness import PATH, SOURCE, opened, request
from metrics_support import OPEN_METRICS, Scrape, get, wait_metric

TEXT = "text/plain"
PROMETHEUS = ("application/openmetrics-text;version=1.0.0,"
              "application/openmetrics-text;version=0.0.1;q=0.75,"
              "text/plain;version=0.0.4;q=0.5,*/*;q=0.1")
ACCEPTED = {
    "nothing": ((), TEXT),
    "Prometheus": ((f"Accept: {PROMETHEUS}",), OPEN_METRICS),
    "a browser": (("Accept: text/html,application/xml;q=0.9,*/*;q=0.8",), TEXT),
    "anything": (("Accept: */*",), TEXT),
    "OpenMetrics alone": ((f"Accept: {OPEN_METRICS}",), OPEN_METRICS),
    "OpenMetrics of any version": (("Accept: application/openmetrics-text",), OPEN_METRICS),
    "OpenMetrics of a version to come": (
        ("Accept: application/openmetrics-text;version=2.0.0, text/plain;q=0.1",), TEXT),
    "text rather": ((f"Accept: {OPEN_METRICS};q=0.5, text/plain",), TEXT),
    "OpenMetrics not": (("Accept: application/openmetrics-text;q=0",), TEXT),
    "two lines": (("Accept: text/plain;q=0.2", f"Accept: {OPEN_METRICS}"), OPEN_METRICS),
}


def documented(heading, columns):
    """The rows of the first table after a heading of docs/metrics.md, without their backquotes."""
    text = (SOURCE / "docs/metrics.md").read_text().split(f"## {heading}\n")[1]
    rows = []
    for line in text.splitlines():
        if line.startswith("## "):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == columns:
            rows.append([cell.replace("`", "") for cell in cells])
    return rows[1:]


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_format_is_the_one_that_is_wanted(daemon, name):
    headers, expected = ACCEPTED[name]
    scrape = Scrape(daemon, *headers)
    assert scrape.content_type.startswith(expected), scrape.content_type
    assert scrape.text.endswith("# EOF\n") == (expected == OPEN_METRICS)


def test_both_formats_say_the_same(daemon):
    daemon.post(opened(1))
    wait_metric(daemon, lambda found: found.value("verohook_sink_lag_events") == 0)
    scrapes = [Scrape(daemon), Scrape(daemon, f"Accept: {OPEN_METRICS}")]
    # A position is committed, and the process goes on, between the two.
    moving = re.compile("process_|verohook_disk_free|verohook_journal_(commit|sync)_duration")
    text, open_metrics = [
        {key: value for key, value in scrape.samples().items() if not moving.match(key[0])}
        for scrape in scrapes]
    assert text == open_metrics
    assert scrapes[0].families.keys() == scrapes[1].families.keys()


def test_prometheus_own_linter_finds_nothing(daemon):
    daemon.post(opened(1))
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=Scrape(daemon).text, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_document_has_every_metric_as_it_is(make_daemon, receiver):
    receiver.decide = lambda event: 503 if event["seq"] == 2 else 204
    daemon = make_daemon({"sinks": {"crm": http_sink(receiver)}}).start()
    daemon.post(opened(1))
    daemon.post(opened(2))
    scrape = wait_metric(daemon, lambda found: {
        "verohook_sink_last_error_timestamp_seconds",
        "verohook_sink_last_success_timestamp_seconds"} <= found.families.keys())
    found = {}
    for family in scrape.families.values():
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        found[family.name] = (family.type, labels, family.help)
    documents = {name: (kind, set(labels.split(", ")) - {""}, meaning)
                 for name, kind, labels, meaning in documented("Every metric", 4)}
    assert documents.keys() == found.keys()
    for name, (kind, labels, meaning) in documents.items():
        assert (kind, labels) == found[name][:2], name
        assert meaning.startswith(found[name][2]), (name, meaning, found[name][2])
    answers = {(sample.labels["status"], sample.labels["reason"])
               for sample in scrape.families["verohook_http_requests_total"].samples}
    assert {(row[0], row[1]) for row in documented("Status and reason", 3)} == answers


def test_what_came_is_what_is_counted(make_daemon):
    daemon = make_daemon({"auth": {"secrets": ["a-good-secret"]}}).start()
    target = f"{PATH}/a-good-secret"
    for body in (opened(1), opened(2), opened(2), b'{"type":"teleported"}', b"[1]"):
        daemon.post(body, target)
    daemon.post(opened(3))
    daemon.post(opened(3), f"{PATH}/a-bad-secret")
    daemon.post(opened(3), f"{PATH}?token=a-bad-secret")
    daemon.post(opened(3), "/elsewhere")
    scrape = Scrape(daemon)
    assert scrape.value("verohook_events_total", type="opened") == 3
    assert scrape.value("verohook_events_total", type="unrecognized") == 1
    assert scrape.value("verohook_events_total", type="sent") == 0
    assert scrape.value("verohook_duplicate_events_total") == 1
    assert scrape.value("verohook_malformed_bodies_total") == 1
    answers = {("200", "accepted"): 2, ("200", "duplicate"): 1, ("200", "unrecognized"): 1,
               ("400", "malformed_json"): 1, ("401", "missing_secret"): 1,
               ("401", "wrong_secret"): 1, ("404", "wrong_secret"): 1, ("404", "not_found"): 1}
    assert {(sample.labels["status"], sample.labels["reason"]): sample.value
            for sample in scrape.families["verohook_http_requests_total"].samples
            if sample.value} == answers
    assert scrape.value("verohook_authentication_failures_total", reason="wrong_secret") == 2
    assert scrape.value("verohook_authentication_failures_total", reason="missing_secret") == 1
    assert scrape.value("verohook_http_request_duration_seconds_count") == 5
    assert scrape.value("verohook_http_request_duration_seconds_bucket", le="inf") == 5
    assert 0 < scrape.value("verohook_http_request_duration_seconds_sum") < 60
    assert scrape.value("verohook_http_connections_accepted_total") == 9
    assert scrape.value("verohook_journal_commit_events_sum") == 5
    assert scrape.value("verohook_journal_events") == 5
    assert scrape.value("verohook_journal_commit_duration_seconds_sum") >= scrape.value(
        "verohook_journal_sync_duration_seconds_sum")
    assert scrape.value("verohook_ready") == 1
    assert scrape.value("process_resident_memory_bytes") > 1_000_000
    assert b"a-good-secret" not in get(daemon.admin, "/metrics").body


def test_a_load_on_many_threads_loses_no_count(make_daemon):
    daemon = make_daemon({"http": {"listen": ["127.0.0.1:0"], "threads": 3}}).start()
    clients = [daemon.client() for _ in range(9)]
    for number, client in enumerate(clients):
        client.send(b"".join(request(opened(number * 100 + each)) for each in range(100)))
    for client in clients:
        for _ in range(100):
            assert client.read().status == 200
    scrape = Scrape(daemon)
    assert scrape.value("verohook_http_requests_total", reason="accepted") == 900
    assert scrape.value("verohook_http_request_duration_seconds_count") == 900
    assert scrape.value("verohook_http_connections") == 9
    assert scrape.value("verohook_events_total", type="opened") == 900


def test_each_sink_says_how_far_it_is(make_daemon, tmp_path, receiver):
    (tmp_path / "blocked").write_text("no folder")
    receiver.decide = lambda event: 400 if event["seq"] == 2 else 204
    daemon = make_daemon({"sinks": {
        "good": http_sink(receiver),
        "broken": file_sink(tmp_path / "blocked/x", retry_min="1h", retry_max="1h"),
        "off": {"kind": "stdout", "enabled": False}}}).start()
    for number in (1, 2, 2, 3):
        daemon.post(opened(number))
    scrape = wait_metric(daemon, lambda found: found.value(
        "verohook_sink_lag_events", sink="good") == 0)
    expected = {
        "verohook_sink_up": (1, 0),
        "verohook_sink_lag_events": (0, 4),
        "verohook_sink_delivered_events_total": (2, 0),
        "verohook_sink_filtered_events_total": (1, 0),
        "verohook_sink_rejected_events_total": (1, 0),
        "verohook_sink_retries_total": (0, 1),
    }
    for name, values in expected.items():
        assert (scrape.value(name, sink="good", kind="http"),
                scrape.value(name, sink="broken", kind="file")) == values, name
        assert len(scrape.families[name].samples) == 2, "one that is off gets nothing"
    assert scrape.value("verohook_sink_lag_seconds", sink="good") == 0
    assert scrape.value("verohook_sink_lag_seconds", sink="broken") > 0
    wait_metric(daemon, lambda found: found.value("verohook_sink_dead_letters", sink="good") == 1)


def test_nothing_of_it_is_on_the_webhooks_port(daemon):
    for path in ("/metrics", "/readyz", "/healthz", "/status"):
        assert get(daemon.address, path).status == 404


def test_the_control_socket_shows_them_too(daemon):
    done = subprocess.run(["curl", "-sS", "--unix-socket", daemon.state / "admin.sock",
                           "http://localhost/metrics"], stdout=subprocess.PIPE, check=True)
    assert b"verohook_ready 1\n" in done.stdout


def test_the_examples_of_readyz_are_true(daemon):
    daemon.post(opened(1))
    document = (SOURCE / "docs/http-api.md").read_text()
    examples = [json.loads(line) for line in document.splitlines()
                if line.startswith('{"status":"r')]
    assert [each.keys() for each in examples] == [daemon.health().json.keys()]
    assert examples[0]["checks"] == daemon.health().json["checks"]

"""A marked test event takes the whole way of an event, and counts as none."""

import json
import re
import sqlite3

from harness import PATH, opened
from metrics_support import Scrape, wait_metric

SECRET = "test-event-secret-1"
BODY = b'{"type":"verohook_test","verohook":{"probe":"%032x"}}'
# What counts requests, bytes, commits or the process, and not events.
OTHER = re.compile(
    "process_|verohook_http_(requests_total|request_duration|connections)"
    "|verohook_test_events_total|verohook_disk_free"
    "|verohook_journal_(events|size_bytes|commit|sync)")


def counts(scrape):
    return {key: value for key, value in scrape.samples().items() if not OTHER.match(key[0])}


def tables(path):
    with sqlite3.connect(path) as database:
        names = [name for name, in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


def values(scrape, name):
    return {sample.value for sample in scrape.families[name].samples}


def behind_nothing(seq):
    """Every sink has taken one event, and has got as far as that place."""
    return lambda scrape: scrape.value("verohook_journal_events") == seq and (
        values(scrape, "verohook_sink_lag_events") == {0}
        and values(scrape, "verohook_sink_delivered_events_total") == {1})


def test_no_count_and_no_sink_knows_of_it(make_daemon, tmp_path):
    database = tmp_path / "customers.db"
    archive = tmp_path / "archive.jsonl"
    daemon = make_daemon({
        "auth": {"secrets": [SECRET]},
        "sinks": {
            "stdout": {"kind": "stdout", "duplicates": "keep"},
            "archive": {"kind": "file", "path": str(archive), "types": ["unrecognized", "opened"]},
            "customers": {"kind": "sqlite", "path": str(database)}}}).start()
    target = f"{PATH}?token={SECRET}"
    daemon.post(opened(1), target)
    before = wait_metric(daemon, behind_nothing(1))
    rows = tables(database)
    for number in range(3):
        answer = daemon.post(BODY % number, target)
        assert answer.status == 200
        assert answer.json == {"status": "test", "type": "verohook_test", "seq": number + 2,
                               "id": answer.json["id"]}
    # Twice the same is no duplicate, and nobody without the secret sends any.
    assert daemon.post(BODY % 1, target).json["status"] == "test"
    assert daemon.post(BODY % 1).status == 401
    after = wait_metric(daemon, behind_nothing(5))
    assert after.value("verohook_test_events_total") == 4
    assert after.value("verohook_http_requests_total", status="200", reason="test") == 4
    expected = counts(before)
    refused = ("verohook_authentication_failures_total", frozenset({("reason", "missing_secret")}))
    expected[refused] += 1
    assert counts(after) == expected

    def without_cursor(found):
        return {name: content for name, content in found.items() if "cursor" not in name}
    assert without_cursor(tables(database)) == without_cursor(rows)
    assert [event["seq"] for event in daemon.tail()] == [1]
    assert [event["seq"] for event in daemon.tail(lines=1)] == [1]
    assert [event["seq"] for event in daemon.tail("--type", "unrecognized")] == []
    assert [event["seq"] for event in daemon.tail("--type", "verohook_test")] == [2, 3, 4, 5]
    daemon.stop()
    assert [event["seq"] for event in daemon.events()] == [1]
    assert [json.loads(line)["seq"] for line in archive.read_text().splitlines()] == [1]


def test_silence_ends_with_an_event_alone(make_daemon):
    daemon = make_daemon({"admin": {"webhook_silence": "1s"}}).start()
    daemon.post(BODY % 1)
    scrape = wait_metric(daemon, lambda found: found.value("verohook_webhook_silence") == 1)
    assert "verohook_last_webhook_timestamp_seconds" not in scrape.families
    daemon.post(BODY % 2)
    assert daemon.health().json["warnings"][0]["name"] == "webhook_silence"
    daemon.post(opened(1))
    wait_metric(daemon, lambda found: found.value("verohook_webhook_silence") == 0
                and "verohook_last_webhook_timestamp_seconds" in found.families)

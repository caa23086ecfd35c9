"""Every sample that Vero ever published, through the real nginx and curl, to every sink."""

import json
from datetime import datetime, timezone

import jsonschema
import pytest

from harness import PAYLOADS, SOURCE, curl, run, samples

SECRET = "sample-secret-0123456789"
SCHEMA = json.loads((SOURCE / "docs/event.schema.json").read_text())
TIMES = {"sent", "delivered", "opened", "clicked", "bounced", "unsubscribed"}


@pytest.fixture
def everything(make_daemon, make_nginx, tmp_path):
    daemon = make_daemon({
        "auth": {"secrets": [SECRET]},
        "sinks": {
            "out": {"kind": "stdout"},
            "archive": {"kind": "file", "path": str(tmp_path / "events.jsonl")},
            "raw": {"kind": "file", "path": str(tmp_path / "raw.jsonl"), "format": "raw"},
            "cloud": {"kind": "file", "path": str(tmp_path / "cloud.jsonl"),
                      "format": "cloudevents"},
            "text": {"kind": "log", "target": "file", "path": str(tmp_path / "text.log")},
            "lines": {"kind": "log", "target": "file", "path": str(tmp_path / "json.log"),
                      "style": "json"},
        }}).start()
    return daemon, make_nginx(daemon)


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def check_typed(event, body):
    """That the line says what the body said."""
    assert event["type"] == body["type"]
    seconds = body.get(body["type"] + "_at")
    assert (seconds is not None) == (body["type"] in TIMES)
    expected = seconds and datetime.fromtimestamp(int(seconds), timezone.utc)
    assert event["occurred_at"] == (expected and expected.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if "user" in body:
        assert event["user"]["id"] == body["user"]["id"]
        assert event["user"]["email"] == body["user"]["email"]
        others = {key: value for key, value in body["user"].items() if key not in ("id", "email")}
        assert others.items() <= event["user"].get("properties", {}).items()
    campaign = body.get("campaign", {})
    for theirs, ours in (("id", "id"), ("name", "name"), ("trigger-event", "trigger_event"),
                         ("campaign_title", "name"), ("email_subject", "subject")):
        if theirs in campaign:
            assert event["campaign"][ours] == campaign[theirs]
    message_id = body.get("message_id", campaign.get("message_id"))
    assert event.get("message_id") == message_id
    if body["type"] == "bounced":
        assert event["bounce"]["type"] == body["bounce_type"]
    if "changes" in body:
        tags = body["changes"].get("_tags")
        if tags:
            assert event["changes"]["tags"] == tags
    assert "problems" not in event, event


def test_every_sample_comes_out_of_every_sink(everything, tmp_path):
    daemon, nginx = everything
    names = samples()
    assert len(names) >= 19
    answers = []
    for path in names:
        status, text = curl("-H", "Content-Type: application/json", nginx.url("/" + SECRET),
                            body=path.read_bytes())
        answers.append(json.loads(text))
        assert status == 200, text
        assert answers[-1]["status"] in ("accepted", "duplicate"), text
    daemon.stop()

    bodies = [json.loads(path.read_text()) for path in names]
    kept = [index for index, answer in enumerate(answers) if answer["status"] == "accepted"]
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for lines in (daemon.events(), read_lines(tmp_path / "events.jsonl")):
        assert [line["seq"] for line in lines] == [answers[index]["seq"] for index in kept]
        for line, index in zip(lines, kept):
            validator.validate(line)
            check_typed(line, bodies[index])
            assert line["id"] == answers[index]["id"]
    assert read_lines(tmp_path / "raw.jsonl") == [bodies[index] for index in kept]
    for envelope, index in zip(read_lines(tmp_path / "cloud.jsonl"), kept):
        assert envelope["specversion"] == "1.0"
        assert envelope["type"] == "com.getvero." + bodies[index]["type"]
        assert envelope["id"] == answers[index]["id"]
        validator.validate(envelope["data"])

    text = (tmp_path / "text.log").read_text().splitlines()
    assert len(text) == len(kept)
    for line, index in zip(text, kept):
        assert f" {bodies[index]['type']} " in line
        assert f"seq={answers[index]['seq']}" in line
        assert (" warn" in line) == (bodies[index]["type"] in ("bounced", "complained", "failed"))
    lines = read_lines(tmp_path / "json.log")
    assert len(lines) == len(kept)
    for line in lines:
        validator.validate(line["event"])

    for record in daemon.tail():
        validator.validate(record)
    assert len(daemon.tail()) == len(names)


def test_the_sample_as_printed_is_no_json(everything):
    daemon, nginx = everything
    body = next(PAYLOADS.glob("*.invalid.json")).read_bytes()
    status, text = curl(nginx.url("/" + SECRET), body=body)
    answer = json.loads(text)
    assert (status, answer["code"]) == (400, "malformed_json")
    # It has a comma before the last brace.
    assert body[answer["offset"]:].strip() in (b"}", b",\n}")
    daemon.stop()
    assert daemon.events() == []
    (record,) = daemon.tail("--type", "malformed")
    assert record["seq"] == answer["seq"]
    assert record["body"] == body.decode()
    shown = run("tail", "-c", str(daemon.config))
    assert "malformed" in shown.stdout


def test_made_up_events_of_every_type(everything, tmp_path):
    daemon, nginx = everything
    done = run("send", "all", "--to", nginx.url("/" + SECRET), "--count", "50",
               "--concurrency", "4")
    assert done.returncode == 0, done.stdout + done.stderr
    daemon.stop()
    lines = read_lines(tmp_path / "events.jsonl")
    assert lines == daemon.events()
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for line in lines:
        validator.validate(line)
    assert len(lines) == 600
    assert len({line["type"] for line in lines}) == 12


def test_nothing_from_outside_reaches_a_terminal_unescaped(everything, tmp_path):
    daemon, nginx = everything
    nasty = "\x1b[31mred\x07\r\nforged line\x7f\x9b\u2028\u202e"
    body = json.dumps({
        "type": "bounced", "bounced_at": 1435016238, "bounce_message": nasty, "bounce_type": "hard",
        "user": {"id": nasty, "email": nasty}, "campaign": {"name": nasty}, nasty: nasty})
    for escaped in (body, json.dumps(json.loads(body), ensure_ascii=False)):
        status, text = curl(nginx.url("/" + SECRET), body=escaped.encode())
        assert status == 200, text
    curl(nginx.url("/" + SECRET), body=b"\x1b[31m not JSON")
    pretty = run("tail", "-c", str(daemon.config)).stdout
    raw = run("tail", "-c", str(daemon.config), "--format", "raw").stdout
    daemon.stop()
    outputs = {path.name: path.read_text() for path in tmp_path.glob("*.*") if path.is_file()}
    outputs |= {"stdout": daemon.out.text(), "stderr": daemon.err.text(), "pretty": pretty,
                "raw tail": raw}
    assert len(outputs) >= 8
    for name, text in outputs.items():
        bad = {letter for letter in text
               if letter < " " and letter != "\n" or "\x7f" <= letter < "\xa0"
               or letter in "\u2028\u2029\u202e"}
        assert not bad, (name, bad)
    assert json.loads(daemon.out.all()[0])["bounce"]["message"] == nasty

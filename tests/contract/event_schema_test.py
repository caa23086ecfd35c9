"""Every line that a sink can write is checked by a JSON Schema validator."""

import json
import os
import pathlib
import subprocess

import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = sorted(
    path
    for path in (ROOT / "tests/data/payloads").glob("*.json")
    if not path.name.endswith(".invalid.json")
)
ODD_BODIES = {
    "empty": "{}",
    "unknown_type": '{"type":"exploded","exploded_at":1435016238,"x":{"y":[1,null]}}',
    "null_type": '{"type":null,"sent_at":5}',
    "wrong_types": '{"type":"bounced","user":7,"campaign":{"id":{},"name":1},"bounce_code":true,'
    '"bounced_at":"soon","message_id":[],"event":[]}',
    "nulls": '{"type":"user_updated","user":null,"campaign":null,"changes":null,"event":null,'
    '"message_id":null,"user_agent":null}',
    "null_tags": '{"type":"user_updated","changes":{"_tags":{"add":null},"a":null}}',
    "empty_parts": '{"type":"user_updated","user":{},"campaign":{},"changes":{"_tags":{}},'
    '"event":{}}',
    "null_sender": '{"type":"delivered","sender_ip":null}',
    "null_bounce": '{"type":"bounced","bounce_type":null}',
    "foreign_members": '{"type":"sent","bounce_type":"hard","changes":{"a":1},"sender_ip":"::1"}',
    "huge_numbers": '{"type":"sent","user":{"id":123456789012345678901234567890}}',
    "duplicates": '{"type":"sent","a":1,"a":2}',
    "top_level_profile": '{"type":"user_created","id":"7","email":"a+b@c.d","city":"X"}',
}
LINE = (
    '{"schema":"verohook.event.v1","id":"0123456789abcdef0123456789abcdef","seq":1,"type":"sent",'
    '"occurred_at":null,"received_at":"2026-11-23T00:00:00.000000Z"}'
)


@pytest.fixture(scope="module")
def validator():
    schema = json.loads((ROOT / "docs/event.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def encode(*arguments):
    program = os.environ["VEROHOOK_ENCODE_LINES"]
    done = subprocess.run([program, *map(str, arguments)], check=True, stdout=subprocess.PIPE)
    return done.stdout.decode("utf-8").splitlines()


def test_there_are_samples():
    assert len(SAMPLES) == 19


def test_samples(validator):
    lines = encode(*SAMPLES)
    assert len(lines) == len(SAMPLES)
    for path, text in zip(SAMPLES, lines):
        line = json.loads(text)
        validator.validate(line)
        assert "problems" not in line, path.name
        assert "extra" not in line, path.name


def test_generated(validator):
    lines = encode("--generate=200")
    assert len(lines) == 12 * 200
    for text in lines:
        line = json.loads(text)
        validator.validate(line)
        assert "problems" not in line, text


@pytest.mark.parametrize("name", ODD_BODIES)
def test_odd_bodies(validator, name, tmp_path):
    path = tmp_path / "body.json"
    path.write_text(ODD_BODIES[name], encoding="utf-8")
    (text,) = encode(path)
    validator.validate(json.loads(text))


def test_cloudevents_carry_the_line(validator):
    for text in encode("--format=cloudevents", *SAMPLES, "--generate=20"):
        envelope = json.loads(text)
        assert envelope["specversion"] == "1.0"
        assert envelope["type"] == "com.getvero." + envelope["data"]["type"]
        assert envelope["id"] == envelope["data"]["id"]
        assert len(envelope["sequence"]) == 20
        assert int(envelope["sequence"]) == envelope["data"]["seq"]
        validator.validate(envelope["data"])


def test_raw_is_the_body():
    for path, text in zip(SAMPLES, encode("--format=raw", *SAMPLES)):
        assert json.loads(text) == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "verohook.event.v2"},
        {"id": "0123"},
        {"seq": 0},
        {"seq": "1"},
        {"type": 1},
        {"occurred_at": 1435016238},
        {"received_at": "2026-11-23T00:00:00Z"},
        {"user": {"name": "x"}},
        {"user": {"id": {}}},
        {"user": {"properties": {}}},
        {"campaign": {"trigger-event": "x"}},
        {"bounce": {"type": "hard"}},
        {"changes": {"properties": {"a": 1}}},
        {"sender_ip": "::1"},
        {"extra": {}},
        {"problems": []},
        {"unknown": 1},
        {"type": None, "occurred_at": "2026-11-23T00:00:00Z"},
    ],
    ids=json.dumps,
)
def test_schema_refuses(validator, change):
    line = json.loads(LINE)
    validator.validate(line)
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**line, **change})

"""`verohook forget`: a person is erased from the journal and the sinks, and nothing else is."""

import contextlib
import gzip
import json
import sqlite3
import threading

import pytest

from control_support import (
    Background, Receiver, ask, command, dead, file_sink, http_sink, sequence, status, wait_status)
from harness import TIMEOUT, opened, request

JO = "Jo.Doe@person.example"
MARY = "mary.jo.doe@person.example"


def sent(number, user, email, **more):
    return json.dumps({"type": "sent", "sent_at": 1435016238 + number,
                       "user": {"id": user, "email": email}, **more}).encode()


def bodies():
    """What concerns Jo has a 1 before it."""
    return [
        (1, sent(1, 5, JO)),
        (0, sent(2, 55, MARY)),
        (1, sent(3, "5", JO.lower(), message_id="of jo")),
        (1, json.dumps({"type": "user_updated", "user": {"id": 5},
                        "changes": {"email": JO, "city": "Joville"}}).encode()),
        (1, json.dumps({"type": "opened", "user": {"id": 5}, "opened_at": 1,
                        "user_agent": "Joville"}).encode()),
        (1, json.dumps({"type": "odd", "user": {"id": 7}, "note": f"<{JO}>"}).encode()),
        (0, sent(4, 7, "seven@person.example")),
        (1, f"no JSON of {JO}".encode()),
        (0, f"no JSON of {MARY}".encode()),
    ]


def post_all(daemon):
    with daemon.client() as client:
        for _, body in bodies():
            client.send(request(body)).read()


def files_with(folder, text):
    """Names of the files, compressed ones too, in which a text stands in any case."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            # Mary's address ends like Jo's.
            data = data.lower().replace(MARY.encode(), b"")
            if text.lower().encode() in data:
                found.append(path.name)
    return found


def forget(daemon, *arguments, status=0):
    done = command(daemon, "forget", "--yes", "--json", *arguments, status=status)
    return json.loads(done.stdout)


def sinks(tmp_path, receiver=None):
    tables = {
        "archive": file_sink(tmp_path / "data/archive", rotate_size="600B", gzip=True),
        "tables": {"kind": "sqlite", "path": str(tmp_path / "data/customers.db")},
    }
    if receiver:
        tables["crm"] = http_sink(receiver)
    return {"sinks": tables}


def wait_all(daemon, names):
    for name in names:
        wait_status(daemon, name, lambda sink: sink["position"] == len(bodies()))


@pytest.mark.parametrize("running", [True, False])
def test_a_person_is_erased_and_nobody_else(make_daemon, tmp_path, running):
    with contextlib.closing(Receiver().start()) as receiver:
        # The copy in a dead letter, and a reason that names the person.
        receiver.decide = lambda event: 400 if event["seq"] == 1 else 204
        daemon = make_daemon(sinks(tmp_path, receiver)).start()
        post_all(daemon)
        wait_all(daemon, ["archive", "tables", "crm"])
        # A dead letter is stored with the next commit, a moment after the position has moved.
        wait_status(daemon, "crm", lambda sink: sink["dead_letters"] == 1)
        assert len(dead(daemon)) == 1
        if not running:
            daemon.stop()
        before = command(daemon, "forget", "--dry-run", JO).stdout
        assert "5 events, 1 malformed body, 1 dead letter" in before
        assert files_with(tmp_path, JO) != []
        found = forget(daemon, "--note", "request-17", JO)
        assert (found["events"], found["malformed"], found["dead_letters"]) == (5, 1, 1), found
        by_name = {sink["name"]: sink for sink in found["sinks"]}
        assert by_name["archive"]["records"] == 5
        assert by_name["tables"]["records"] >= 5
        assert "receiver" in by_name["crm"]["out_of_reach"]
        assert not by_name["archive"]["out_of_reach"] and not by_name["tables"]["out_of_reach"]
        for text in (JO, "Joville", "of jo"):
            assert files_with(tmp_path / "data", text) == []
            assert files_with(daemon.state, text) == []
        assert files_with(tmp_path, MARY) == []  # It is taken out before: see `files_with`.
        assert any(MARY.encode() in path.read_bytes() for path in (tmp_path / "data").iterdir())
    lines = daemon.tail()
    assert [line["seq"] for line in lines] == list(range(1, len(bodies()) + 1))
    for line, (is_jo, _) in zip(lines, bodies()):
        assert line.get("erased", False) == bool(is_jo), line
        assert not is_jo or "user" not in line
    assert lines[0]["type"] == "sent" and lines[0]["occurred_at"] == "2015-06-22T23:37:19Z"
    assert dead(daemon)[0]["reason"] == "erased" and dead(daemon)[0]["event"]["erased"]
    assert JO not in daemon.err.text()
    # Once more finds nothing, and leaves a report too.
    assert forget(daemon, JO, "5")["events"] == 0
    said = command(daemon, "forget", "--list").stdout
    assert "report 1" in said and "request-17" in said and "report 2" in said
    assert "jo.doe" not in said.lower()
    if not running:
        daemon.start()
    # The same body is a duplicate as before.
    again = daemon.post(bodies()[0][1]).json
    assert again["status"] == "duplicate" and again["duplicate_of"] == 1


def test_what_is_not_delivered_yet_arrives_as_what_is_left(make_daemon, tmp_path):
    with contextlib.closing(Receiver().start()) as receiver:
        receiver.decide = lambda event: 503
        daemon = make_daemon(sinks(tmp_path, receiver)).start()
        post_all(daemon)
        wait_status(daemon, "crm", lambda sink: sink["retries"] > 0)
        assert forget(daemon, JO)["events"] == 5
        held = len(receiver.taken)
        receiver.decide = lambda event: 204
        wait_all(daemon, ["crm"])
        events = [json.loads(request["body"]) for request in receiver.taken[held:]]
        events = list({event["seq"]: event for event in events}.values())
        assert [event["seq"] for event in events] == [1, 2, 3, 4, 5, 6, 7]
        assert [event.get("erased", False) for event in events] == [
            bool(is_jo) for is_jo, _ in bodies()[:7]]
        # A replay brings nothing back either.
        command(daemon, "replay", "--sink", "archive")
        assert files_with(tmp_path / "data", JO) == []


def test_a_sink_that_is_down_or_gone_is_told(make_daemon, tmp_path):
    daemon = make_daemon(sinks(tmp_path)).start()
    post_all(daemon)
    wait_all(daemon, ["archive", "tables"])
    daemon.stop()
    (tmp_path / "data").rename(tmp_path / "elsewhere")
    (tmp_path / "data").write_text("in the way")
    tables = sinks(tmp_path)["sinks"]
    tables["tables"]["enabled"] = False
    daemon.configure({"sinks": tables})
    daemon.start()
    found = forget(daemon, JO, status=1)
    assert not found["complete"] and found["events"] == 5
    by_name = {sink["name"]: sink for sink in found["sinks"]}
    assert by_name["archive"]["again"] and "once more" in by_name["archive"]["out_of_reach"]
    assert by_name["tables"]["again"] and "disabled" in by_name["tables"]["out_of_reach"]
    daemon.stop()
    (tmp_path / "data").unlink()
    (tmp_path / "elsewhere").rename(tmp_path / "data")
    daemon.configure(sinks(tmp_path))
    assert files_with(tmp_path / "data", JO) != []
    # No record has the address any more, but the journal still knows whose it was.
    assert forget(daemon, JO)["complete"]
    for text in (JO, "Joville"):
        assert files_with(tmp_path, text) == []


def test_a_sink_that_is_gone_is_left_to_the_operator(make_daemon, tmp_path):
    daemon = make_daemon(sinks(tmp_path)).start()
    post_all(daemon)
    wait_all(daemon, ["archive", "tables"])
    daemon.stop()
    daemon.configure({"sinks": {"tables": sinks(tmp_path)["sinks"]["tables"]}})
    said = command(daemon, "forget", "--dry-run", JO).stdout
    assert "sink 'archive': not reached: the configuration does not have it" in said
    assert "sink 'tables' (sqlite): what it holds" in said
    found = forget(daemon, JO)
    assert found["complete"], found
    by_name = {sink["name"]: sink for sink in found["sinks"]}
    assert not by_name["archive"]["again"] and "by hand" in by_name["archive"]["out_of_reach"]
    assert files_with(daemon.state, JO) == []


def test_a_dry_run_tells_what_it_cannot_read(make_daemon, tmp_path):
    with contextlib.closing(Receiver().start()) as receiver:
        receiver.decide = lambda event: 400
        daemon = make_daemon(sinks(tmp_path, receiver)).start()
        post_all(daemon)
        wait_all(daemon, ["crm"])
        daemon.stop()
    journal = daemon.state / "journal.db"
    with contextlib.closing(sqlite3.connect(journal)) as database:
        page, = database.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'dead_letter'").fetchone()
        size, = database.execute("PRAGMA page_size").fetchone()
    with open(journal, "r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    said = command(daemon, "forget", "--dry-run", JO, status=4)
    assert "would be erased" not in said.stdout, said


def test_a_type_and_bodies_that_are_no_json(make_daemon, tmp_path):
    daemon = make_daemon({"sinks": {"archive": file_sink(tmp_path / "archive")}}).start()
    escaped = JO.lower().replace("@", "\\u0040")
    with daemon.client() as client:
        client.send(request(json.dumps({"type": f"note for {JO}", "user": {"id": 5}}).encode()))
        client.read()
        client.send(request(f'["{escaped}"]'.encode())).read()
        client.send(request(gzip.compress(JO.encode() * 9)[:-4],
                            headers=["Content-Encoding: gzip"])).read()
    wait_status(daemon, "archive", lambda sink: sink["position"] > 0)
    found = forget(daemon, JO)
    assert (found["events"], found["malformed"], found["unclear"]) == (1, 1, 1), found
    assert files_with(tmp_path, JO) == [] and files_with(tmp_path, escaped) == []
    assert "type" not in daemon.tail()[0] or not daemon.tail()[0]["type"]


def test_under_load_nobody_waits_and_nothing_is_lost(make_daemon, tmp_path):
    daemon = make_daemon({"sinks": {"archive": file_sink(tmp_path / "archive")}}).start()
    stop = threading.Event()
    answers = []

    def post():
        with daemon.client() as client:
            number = 0
            while not stop.is_set():
                number += 1
                body = sent(number, 5, JO) if number % 2 else opened(number)
                answers.append(client.send(request(body)).read().status)

    load = threading.Thread(target=post)
    load.start()
    try:
        wait_status(daemon, "archive", lambda sink: sink["position"] > 500)
        assert forget(daemon, JO)["events"] > 200
    finally:
        stop.set()
        load.join(TIMEOUT)
    # Those that came after it had ended.
    found = forget(daemon, JO)
    assert found["complete"]
    daemon.stop()
    assert set(answers) == {200}
    lines = daemon.tail()
    assert [line["seq"] for line in lines] == list(range(1, len(answers) + 1))
    assert [line.get("erased", False) for line in lines] == [
        seq % 2 == 1 for seq in range(1, len(answers) + 1)]
    assert files_with(tmp_path, JO) == []
    # Lines of Jo are gone from the file; what is left of later ones may stand there.
    seqs = sequence(tmp_path / "archive")
    assert seqs == sorted(seqs)
    assert {seq for seq in range(1, len(answers) + 1) if seq % 2 == 0} <= set(seqs)


def test_killed_at_any_sync_it_is_finished_by_the_next_run(make_daemon, tmp_path):
    daemon = make_daemon(sinks(tmp_path)).start()
    post_all(daemon)
    wait_all(daemon, ["archive", "tables"])
    daemon.stop()
    killed = 0
    for number in range(1, 100):
        tracer = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync",
                  "-e", f"inject=fdatasync,fsync:signal=KILL:when={number}"]
        with Background(daemon, "forget", "--yes", JO, prefix=tracer) as run:
            code, said = run.finish()
        if code == 0:
            break
        killed += 1
        assert [line["seq"] for line in daemon.tail()] == list(range(1, len(bodies()) + 1))
    assert killed > 3 and code == 0, said
    # By the address alone, though many of its events say only whose they are.
    for text in (JO, "Joville", "of jo"):
        assert files_with(tmp_path, text) == []
    assert forget(daemon, JO)["complete"]
    daemon.start()
    daemon.kill()
    assert daemon.start().post(opened(1)).status == 200


def test_a_killed_daemon_and_the_next_run(make_daemon, tmp_path):
    daemon = make_daemon(sinks(tmp_path)).start()
    post_all(daemon)
    wait_all(daemon, ["archive", "tables"])
    with Background(daemon, "forget", "--yes", JO) as run:
        daemon.err.wait_for("somebody is being erased")
        daemon.kill()
        run.finish()
    daemon.start()
    assert forget(daemon, JO)["complete"]
    for text in (JO, "Joville"):
        assert files_with(tmp_path, text) == []


def test_what_is_refused(make_daemon, tmp_path):
    daemon = make_daemon({"sinks": {"archive": file_sink(tmp_path / "archive")}})
    assert "no journal" in command(daemon, "forget", "--yes", "5", status=4).stderr
    daemon.start()
    assert ask(daemon, "GET", "/forget").status == 404
    for body in (b"no JSON", b"{}", b'{"who":"5"}', b'{"who":[]}', b'{"who":[""]}',
                 b'{"who":["a@b"],"note":"for A@b"}'):
        assert ask(daemon, "POST", "/forget", body).status == 400, body
    assert daemon.health("/forget").status == 404
    assert "say who" in command(daemon, "forget", status=2).stderr
    assert "--yes" in command(daemon, "forget", "5", status=1).stderr
    said = command(daemon, "forget", "--yes", "--note", "for 5", "5", status=2).stderr
    assert "names the person" in said
    assert "nobody was erased yet" in command(daemon, "forget", "--list").stdout
    daemon.post(opened(1))
    assert status(daemon)["journal"]["newest"] == 1

"""Customers and campaigns in the sqlite sink's file: the rules against a plain recomputation from
the journal, also when the daemon is killed all the time; and the commands that show them."""

import contextlib
import csv
import io
import json
import os
import pty
import signal
import sqlite3
import subprocess

import pytest

from customer_bodies import BODIES
from harness import BINARY, TIMEOUT, run

SINKS = {"sinks": {"customers": {"kind": "sqlite"}}}
MEASURES = ("sent", "delivered", "opened", "clicked", "unsubscribed", "complained", "converted")


def when(line):
    """Whole seconds; the arrival where the event has no time, and never later than that."""
    received = line["received_at"][:19] + "Z"
    return min(line["occurred_at"] or received, received)


def measure_of(line):
    if line["type"] == "bounced":
        return "bounced_hard" if line["bounce"]["type"] == "hard" else "bounced_soft"
    return line["type"] if line["type"] in MEASURES else None


def recompute(lines):
    """Customers and campaigns, event by event, as docs/customers.md has the rules."""
    customers, campaigns, mails = {}, {}, {}
    for line in lines:
        if "duplicate_of" in line or line["schema"] != "verohook.event.v1":
            continue
        user = line.get("user", {})
        user_id = str(user["id"]) if user.get("id") not in (None, "") else None
        campaign = line.get("campaign", {})
        mail = (user_id, line.get("message_id"))
        name, key, variation = campaign.get("name"), campaign.get("id"), campaign.get("variation")
        measure = measure_of(line)
        answer = measure in ("unsubscribed", "complained", "converted")
        if answer and key is None and None not in mail and mail in mails:
            key, name, variation = mails[mail]
        elif key is not None:
            mails.setdefault(mail, (key, name, variation))
        key = str(key) if key is not None else name and "name:" + name
        if measure and key:
            counts = campaigns.setdefault((key, variation or ""), {}).setdefault(
                measure, [0, set()])
            counts[0] += 1
            if user_id is not None:
                counts[1].add(user_id)
        if user_id is None:
            continue
        known = customers.setdefault(user_id, {
            "email": None, "properties": {}, "tags": set(), "changed": ("", 0),
            "subscription": "subscribed", "hard": 0, "soft": 0, "complained": 0})
        known["email"] = (user.get("email") or known["email"] or "").strip() or None
        if line["type"] in ("user_created", "user_updated"):
            changes = line.get("changes") or {}
            updates = {**user.get("properties", {}), **changes.get("properties", {})}
            if "email" in updates:
                known["email"] = updates.pop("email")
            for name, value in updates.items():
                known["properties"].pop(name, None)
                if value is not None:
                    known["properties"][name] = value
            tags = changes.get("tags") or {}
            known["tags"] -= set(tags.get("remove") or [])
            known["tags"] |= set(tags.get("add") or [])
        elif line["type"] in ("unsubscribed", "resubscribed"):
            if (when(line), line["seq"]) > known["changed"]:
                known["changed"] = (when(line), line["seq"])
                known["subscription"] = line["type"].replace("resub", "sub")
        elif measure == "bounced_hard":
            known["hard"] = 1
        elif measure == "bounced_soft":
            known["soft"] += 1
        elif measure == "complained":
            known["complained"] = 1
    return customers, campaigns


def stored(file):
    """The same from the tables."""
    with sqlite3.connect(file) as database:
        database.row_factory = sqlite3.Row
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        customers = {
            row["id"]: {
                "email": row["email"], "properties": json.loads(row["properties"]),
                "tags": set(json.loads(row["tags"])), "subscription": row["subscription"],
                "hard": row["hard_bounced"], "soft": row["soft_bounces"],
                "complained": row["complained"], "mailable": row["mailable"]}
            for row in database.execute("SELECT * FROM customers")}
        campaigns = {}
        for row in database.execute("SELECT * FROM campaigns"):
            counts = {
                name: (row[name], row[name + "_customers"])
                for name in (*MEASURES, "bounced_hard", "bounced_soft") if row[name]}
            campaigns[row["key"], row["variation"]] = counts
        seqs = [row[0] for row in database.execute("SELECT seq FROM events ORDER BY seq")]
    return customers, campaigns, seqs


def assert_in_sync(daemon):
    lines = daemon.tail()
    customers, campaigns = recompute(lines)
    for known in customers.values():
        del known["changed"]
        known["mailable"] = int(known["subscription"] == "subscribed"
                                and not known["hard"] and not known["complained"])
    found_customers, found_campaigns, seqs = stored(daemon.state / "customers.db")
    assert seqs == [line["seq"] for line in lines
                    if "duplicate_of" not in line and line["schema"] == "verohook.event.v1"]
    assert found_customers == customers
    assert found_campaigns == {
        key: {name: (count, len(who)) for name, (count, who) in counts.items()}
        for key, counts in campaigns.items()}
    return customers, campaigns


def fill(daemon, count):
    """A few customers, each with events of every type, and some of them twice."""
    for first in (5000, 5001, 5003, 5000 + count // 2):
        done = run("send", "all", "--to", daemon.url(), "--count", str(count), "--first-number",
                   str(first), "--quiet")
        assert done.returncode == 0, done.stderr


def test_the_tables_are_what_a_recomputation_gives(make_daemon):
    daemon = make_daemon(SINKS).start()
    fill(daemon, 20)
    daemon.stop()
    customers, campaigns = assert_in_sync(daemon)
    assert len(customers) > 20 and len(campaigns) > 5
    assert any(known["tags"] for known in customers.values())
    assert any(not known["mailable"] for known in customers.values())


def test_killed_all_the_time_and_still_exactly_once(make_daemon):
    filler = make_daemon({"sinks": {"stdout": {"kind": "stdout"}}}).start()
    fill(filler, 10)
    filler.stop()
    sinks = {"customers": {"kind": "sqlite", "batch_max": 25}}
    kills = 0
    for count in range(40, 1000, 35):
        # Writes of the journal's start, of the sink's file and of its log, whichever comes.
        daemon = make_daemon({"sinks": sinks}, prefix=[
            "strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=pwrite64", "-e",
            f"inject=pwrite64:signal=KILL:when={count}"])
        daemon.launch()
        with contextlib.suppress(AssertionError, OSError, IndexError):
            # It may be killed before it says anything, or just before the signal.
            daemon.err.wait_for(r"try it: curl")
            daemon.signal(signal.SIGTERM)
        if daemon.wait() == 0:
            break
        kills += 1
    assert kills > 3
    daemon = make_daemon({"sinks": sinks}).start()
    daemon.stop()
    assert_in_sync(daemon)


@pytest.fixture
def filled(make_daemon):
    daemon = make_daemon(SINKS).start()
    for body in BODIES:
        assert daemon.post(json.dumps(body)).status == 200
    daemon.stop()
    return daemon


def command(daemon, *arguments):
    return run(*arguments, "-c", str(daemon.config))


def test_customer_by_id_and_by_address(filled):
    for who in ("123", "STEVE@getvero.com"):
        done = command(filled, "customer", who)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("123  Steve@getvero.com  mailable\n")
        assert "  tags           vip\n" in done.stdout
        assert '  properties     plan = "gold"\n' in done.stdout
        assert "events         4:" in done.stdout
        assert "\x1b" not in done.stdout and "\x07" not in done.stdout
    done = command(filled, "customer", "b", "--lines", "0")
    assert "b  not mailable: hard bounced since 2015-06-22 23:37:20\n" in done.stdout
    assert "#5" not in done.stdout
    done = command(filled, "customer", "nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no customer has the id or the address 'nobody'" in done.stderr


def test_campaigns_as_a_table(filled):
    done = command(filled, "campaigns")
    assert done.returncode == 0, done.stderr
    head, *rows, explanation = done.stdout.splitlines()
    assert head.split()[:5] == ["Campaign", "Variation", "Sent", "Delivered", "Opened"]
    assert len(rows) == 2
    assert "██████████  100.0 %" in next(row for row in rows if "(987)" in row)
    assert "distinct customers" in explanation
    assert "\x1b" not in done.stdout


def test_colour_only_on_a_terminal(filled):
    reader, writer = pty.openpty()
    done = subprocess.run([BINARY, "campaigns", "-c", str(filled.config)], stdout=writer,
                          stdin=subprocess.DEVNULL, timeout=TIMEOUT, check=True)
    os.close(writer)
    shown = os.read(reader, 65536).decode()
    os.close(reader)
    assert done.returncode == 0
    assert "\x1b[1m" in shown and "\x1b[2J" not in shown


def test_export(filled, tmp_path):
    done = command(filled, "export", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
    assert [row["seq"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[2]["campaign_name"] == BODIES[2]["campaign"]["name"]
    assert [json.loads(row["body"]) for row in rows] == BODIES
    done = command(filled, "export", "--format", "ndjson")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["body"] for line in lines] == BODIES
    assert lines[0]["user_id"] == 123 and lines[4]["user_id"] == "b"
    assert "\x1b" not in done.stdout
    for arguments, expected in [
            (["--type", "sent,bounced"], [3, 5]), (["--user", "steve@GETVERO.com"], [1, 2, 3, 4]),
            (["--user", "123", "--type", "opened"], [4]), (["--campaign", "987"], [3, 4]),
            (["--campaign", "Weekly"], [5]), (["--since", "1h"], [1, 2, 3, 4, 5]),
            (["--until", "2020-01-01"], []), (["--user", "nobody"], [])]:
        done = command(filled, "export", "--format", "ndjson", *arguments)
        assert [json.loads(line)["seq"] for line in done.stdout.splitlines()] == expected, arguments
    file = tmp_path / "out.csv"
    done = command(filled, "export", "--format", "csv", "-o", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 5
    assert rows[4]["bounce_message"] == "no such\r\nmailbox"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("out")] == ["out.csv"]


def test_export_shows_a_bar_only_on_a_terminal(filled, tmp_path):
    reader, writer = pty.openpty()
    file = tmp_path / "out.ndjson"
    subprocess.run([BINARY, "export", "--format", "ndjson", "-o", str(file), "-c",
                    str(filled.config)], stderr=writer, stdin=subprocess.DEVNULL, timeout=TIMEOUT,
                   check=True)
    os.close(writer)
    shown = os.read(reader, 65536).decode()
    os.close(reader)
    assert "100.0 %  5 of 5 events" in shown
    assert len(file.read_text().splitlines()) == 5
    assert command(filled, "export", "--format", "csv").stderr == ""


def test_what_cannot_be_read_is_said(filled, tmp_path):
    for arguments, status, said in [
            (["campaigns", "--from", str(tmp_path / "none.db")], 4, "does not exist"),
            (["campaigns", "--from", str(filled.state / "journal.db")], 4,
             "is not a file of verohook's sqlite sink"),
            (["export", "--format", "xml"], 2, "--format"),
            (["export", "--format", "csv", "--since", "soon"], 2, "--since 'soon'"),
            (["export", "--format", "csv", "--type", "sent,clikced"], 2,
             "--type 'clikced' is no type of Vero's, and no stored event has it; did you mean "
             "'clicked'?"),
            (["export", "--format", "csv", "-o", "/nowhere/x.csv"], 1, "/nowhere/x.csv")]:
        from_file = [] if "--from" in arguments else ["-c", str(filled.config)]
        done = run(*arguments, *from_file)
        assert done.returncode == status, done.stderr
        assert said in done.stderr
    config = tmp_path / "without.toml"
    config.write_text('[sinks.out]\nkind = "stdout"\n')
    done = run("campaigns", "-c", str(config))
    assert done.returncode == 3
    assert "no sink of the configuration keeps tables" in done.stderr


def test_a_file_is_read_while_the_daemon_writes(make_daemon):
    daemon = make_daemon(SINKS).start()
    fill(daemon, 3)
    done = command(daemon, "export", "--format", "ndjson")
    assert done.returncode == 0, done.stderr
    assert command(daemon, "campaigns").returncode == 0
    daemon.stop()

"""The tables of both SQL sinks: they are those of the document, and say what was expected of the
same events. The server is Debian's PostgreSQL, which is asked by its psql.
"""

import hmac
import json
import re
import time

import pytest

from control_support import command, file_sink, wait_status
from harness import SOURCE, opened
from postgres_server import PostgresServer
from sql_sinks import KINDS, SqlSinks

DOCUMENT = SOURCE / "docs/customers.md"
DAY = 86400
KEY = "a-key-of-many-hashes"


@pytest.fixture(scope="module", name="server")
def server_of_all():
    server = PostgresServer(log_statement="all").start()
    yield server
    server.close()


@pytest.fixture
def sinks(server, request):
    return SqlSinks(server, re.sub(r"\W+", "_", request.node.name).lower())


def rows_of(head):
    """The rows of the tables of the document whose first line begins so, as lists of cells."""
    rows = []
    table_of = rf"^\| {head} \|.*\n\|[-|]+\n((?:\|.*\n)+)"
    for table in re.findall(table_of, DOCUMENT.read_text(), re.MULTILINE):
        rows += [[cell.strip() for cell in line.strip("| ").split(" | ")]
                 for line in table.splitlines()]
    assert rows, f"no table begins with {head}"
    return rows


def names_in(text):
    return re.findall(r"`(\w+)`", text)


def documented():
    """{table or view: its columns}."""
    tables = {}
    measures = []
    for name, text in rows_of("table") + rows_of("view"):
        table, = names_in(name)
        columns = names_in(text)
        if table == "campaign_customers":
            measures = columns[2:]
        tables[table] = columns
    # "The counts", and "the flags of `campaign_customers`".
    tables["campaigns"] += [*measures, *(f"{name}_customers" for name in measures)]
    tables["campaign_reach"].remove("campaign_customers")
    tables["campaign_reach"] += measures
    return tables, measures


def documented_type(kind, table, column, measures):
    by_what = {}
    for what, sqlite, postgres, columns in rows_of("what a column holds"):
        type_of = {"sqlite": sqlite, "postgres": postgres}[kind]
        by_what[what] = (names_in(columns), *names_in(type_of))
    if column in measures or column.endswith("_customers"):
        of_campaigns = table in ("campaigns", "campaign_rates")
        is_flag = table.startswith("campaign_") and not of_campaigns or table == "customers"
        return by_what["a flag" if is_flag else "a number"][1]
    if column.endswith("_percent"):
        return by_what["per cent"][1]
    return next((type_of for names, type_of in by_what.values() if column in names),
                by_what["a text"][1])


def test_the_columns_are_those_of_the_document(make_daemon, sinks):
    daemon = sinks.start(make_daemon)
    assert daemon.post(event("sent", 1435016238, 9)).status == 200
    sinks.wait(1)
    tables, measures = documented()
    for kind in KINDS:
        found = sinks.columns(kind)
        assert {name: sorted(columns) for name, columns in found.items()} == {
            name: sorted(columns) for name, columns in tables.items()}, kind
        for table, columns in found.items():
            for column, type_of in columns.items():
                # SQLite declares no type for what a view computes.
                is_computed = kind == "sqlite" and type_of == ""
                assert is_computed or type_of == documented_type(kind, table, column, measures), (
                    kind, table, column)
    computed = sinks.columns("sqlite")
    assert [f"{table}.{name}" for table in computed for name, type_of in computed[table].items()
            if type_of == ""] == [
        "suppressed.reasons", "suppressed.since",
        *(f"campaign_rates.{name}" for name in computed["campaign_rates"] if "percent" in name)]
    assert sinks.ask("sqlite", "SELECT typeof(opened_percent) FROM campaign_rates") == [["real"]]


def test_the_pages_of_the_sinks_agree(make_daemon, sinks):
    sinks.start(make_daemon)
    for kind in KINDS:
        page = (SOURCE / f"docs/sinks/{kind}.md").read_text()
        tables = sinks.columns(kind)
        named = [(table, column) for table, column in re.findall(r"`(\w+)\.(\w+)`", page)
                 if table in tables]
        assert ("events", "body") in named
        assert not [(table, column) for table, column in named if column not in tables[table]]
    types = {}
    for columns in tables.values():
        for column, type_of in columns.items():
            types.setdefault(type_of, set()).add(column)
    assert set(types) == {"text", "bigint", "boolean", "timestamptz", "json", "numeric"}
    said = re.search(r"\*\*Types\.\*\* (.*?), which keeps", page, re.DOTALL)[1]
    assert set(names_in(said)) == {"timestamptz", "boolean", "bigint", "json"} | types["json"]
    said = re.search(r"\*\*Times\*\* (.*?)\n\n", (SOURCE / "docs/sinks/sqlite.md").read_text(),
                     re.DOTALL)[1]
    assert set(names_in(said)) <= types["timestamptz"]


def event(kind, happened, campaign, user=1, **more):
    at = {f"{kind}_at": happened} if happened else {}
    return json.dumps({"type": kind, **at, "user": {"id": user},
                       "campaign": {"id": campaign, "variation": "A"}, **more})


def test_when_a_campaign_was_first_and_last_heard_of(make_daemon, sinks):
    daemon = sinks.start(make_daemon, duplicates="keep")
    now = int(time.time())
    early = event("sent", now - 9 * DAY, 1)
    bodies = [
        event("sent", now - 5 * DAY, 1),
        event("opened", now - 3 * DAY, 1),
        event("clicked", now - 4 * DAY, 1, user=2),    # Between both: neither.
        early,                                         # Late by days: the first now.
        event("user_updated", None, 1, changes={}),    # Not counted, so neither.
        early,                                         # A duplicate.
        event("sent", now - 7 * DAY, 2),               # One event: both.
        event("sent", now - 2 * DAY, 3),
        event("opened", now + 9 * DAY, 3),             # Not before it happened: its arrival.
        event("converted", None, 4),                   # Without a time: its arrival.
    ]
    assert [daemon.post(body).json["status"] for body in bodies].count("duplicate") == 1
    sinks.wait(len(bodies))
    after = int(time.time())

    def found(kind):
        first, last = (sinks.seconds(kind, column) for column in ("first_at", "last_at"))
        return {row[0]: (int(row[1]), int(row[2]), *row[3:]) for row in sinks.ask(
            kind, f"SELECT campaign_id, {first}, {last}, sent, opened FROM {{t}}campaigns")}

    before = {kind: found(kind) for kind in KINDS}
    for times in before.values():
        assert times["1"] == (now - 9 * DAY, now - 3 * DAY, "2", "1")
        assert times["2"] == (now - 7 * DAY, now - 7 * DAY, "1", "0")
        assert times["3"][0] == now - 2 * DAY and now <= times["3"][1] <= after
        assert times["4"][0] == times["4"][1] and now <= times["4"][0] <= after
    for kind in KINDS:
        assert f"{len(bodies)} delivered" in command(daemon, "replay", "--sink", kind).stdout
        assert sinks.ask(kind, "SELECT count(*) FROM {t}events") == [[str(len(bodies))]]
    assert {kind: found(kind) for kind in KINDS} == before
    # What comes later still counts, and the view shows the same times.
    assert daemon.post(event("sent", now - DAY, 1)).status == 200
    sinks.wait(len(bodies) + 1)
    for kind in KINDS:
        assert found(kind)["1"] == (now - 9 * DAY, now - DAY, "3", "1")
        assert sinks.ask(kind, "SELECT first_at, last_at FROM {t}campaign_rates ORDER BY 1") == (
            sinks.ask(kind, "SELECT first_at, last_at FROM {t}campaigns ORDER BY 1"))


def test_events_come_into_postgresql_by_copy(make_daemon, server, sinks):
    daemon = sinks.start(make_daemon, batch_max=50)
    for number in range(120):
        assert daemon.post(opened(number)).status == 200
    sinks.wait(120)
    statements = [line for line in server.err.all()
                  if re.search(r"(statement|execute \S+): ", line)]
    copies = [line for line in statements if re.search(r"COPY \W*events\b", line)]
    assert copies
    assert not [line for line in statements if re.search(r"INSERT INTO \W*events\b", line)]
    assert sinks.ask("postgres", "SELECT count(*) FROM {t}events") == [["120"]]


def hashed(text):
    """As docs/sinks/README.md says what a keyed hash is."""
    return hmac.new(KEY.encode(), text.encode(), "sha256").hexdigest()


def test_what_is_redacted_reaches_neither_files_nor_tables(make_daemon, sinks, tmp_path):
    options = {"redact_key": KEY, "redact": [
        "user.email=hash", "changes.email=hash", "user.nickname=mask", "campaign.sent_to=mask",
        "user_agent", "user.phone=drop"]}
    daemon = sinks.start(make_daemon, {"archive": file_sink(tmp_path / "archive", **options)},
                         **options)
    secrets = ["Steve@GetVero.com", "steve@new.example", "Stevie", "+61 400", "Mozilla"]
    bodies = [
        {"type": "user_created", "user": {"id": 1, "email": secrets[0], "nickname": secrets[2],
                                          "phone": secrets[3], "city": "Sydney"}},
        {"type": "opened", "user": {"id": 1, "email": secrets[0].lower()}, "user_agent": secrets[4],
         "opened_at": 1435016238, "campaign": {"id": 9, "sent_to": secrets[0]}},
        {"type": "user_updated", "user": {"id": 1}, "changes": {"email": secrets[1]}},
    ]
    for body in bodies:
        assert daemon.post(json.dumps(body)).status == 200
    sinks.wait(3)
    wait_status(daemon, "archive", lambda sink: sink["position"] == 3)
    everything = (tmp_path / "archive").read_text()
    created, opened_line, updated = map(json.loads, everything.splitlines())
    assert created["user"]["email"] == opened_line["user"]["email"] == hashed("steve@getvero.com")
    assert created["user"]["properties"] == {"nickname": "S***", "city": "Sydney"}
    assert "user_agent" not in opened_line
    assert opened_line["campaign"]["sent_to"] == "S***@GetVero.com"
    assert updated["changes"]["properties"]["email"] == hashed("steve@new.example")
    for kind in KINDS:
        assert sinks.ask(kind, "SELECT email, user_agent FROM {t}events ORDER BY seq") == [
            [hashed("steve@getvero.com"), ""], [hashed("steve@getvero.com"), ""], ["", ""]]
        (email, properties), = sinks.ask(kind, "SELECT email, properties FROM {t}customers")
        # So that a warehouse can join what it has with what it must not have.
        assert email == hashed("steve@new.example")
        assert json.loads(properties) == {"nickname": "S***", "city": "Sydney"}
        for table in sinks.columns(kind):
            everything += str(sinks.ask(kind, f"SELECT * FROM {{t}}{table}"))
    everything += "".join(path.read_bytes().decode("latin-1")
                          for path in daemon.state.glob("customers.db*"))
    assert "S***@GetVero.com" in everything
    for secret in secrets:
        assert secret.lower() not in everything.lower(), secret
    # The journal keeps what came.
    assert [line["user"].get("email") for line in daemon.tail()] == [
        "Steve@GetVero.com", "steve@getvero.com", None]


PEOPLE = [
    {"type": "user_created", "user": {"id": 5, "email": "Jo@person.example", "city": "Joville"}},
    {"type": "opened", "user": {"id": "5"}, "opened_at": 1435016238, "message_id": "of jo",
     "campaign": {"id": 9}},
    {"type": "sent", "user": {"email": "jo@PERSON.example"}, "campaign": {"id": 9}},
    {"type": "user_updated", "user": {"id": 7, "email": "mary.jo@person.example"},
     "changes": {"friend": "jo@person.example", "city": "Marytown"}},
]


@pytest.mark.parametrize("running, who, erased, left_of_mary", [
    # Events without the id are not found by it, nor are addresses guessed.
    (True, "5", [1, 2], {"friend": "jo@person.example", "city": "Marytown"}),
    # Whatever names the address, and whatever belongs to the customer who has it.
    (True, "JO@person.example", [1, 2, 3, 4], {"city": "Marytown"}),
    (False, "JO@person.example", [1, 2, 3, 4], {"city": "Marytown"}),
], ids=["by-id", "by-address", "by-address-stopped"])
def test_a_person_is_erased_from_both(make_daemon, sinks, running, who, erased, left_of_mary):
    daemon = sinks.start(make_daemon)
    for body in PEOPLE:
        assert daemon.post(json.dumps(body)).status == 200
    sinks.wait(len(PEOPLE))
    if not running:
        daemon.stop()
    campaigns = {kind: sinks.ask(kind, "SELECT * FROM {t}campaigns") for kind in KINDS}
    done = json.loads(command(daemon, "forget", "--yes", "--json", who).stdout)
    assert done["complete"] and done["events"] == len(erased)
    by_name = {sink["name"]: sink for sink in done["sinks"]}
    assert by_name["sqlite"]["records"] == by_name["postgres"]["records"] > len(erased)
    assert by_name["sqlite"]["out_of_reach"] == ""
    assert "write-ahead log" in by_name["postgres"]["out_of_reach"]
    for kind in KINDS:
        everything = str([sinks.ask(kind, f"SELECT * FROM {{t}}{table}")
                          for table in sinks.columns(kind)])
        assert "Joville" not in everything and "of jo" not in everything
        (mary, properties), = sinks.ask(kind, "SELECT id, properties FROM {t}customers")
        assert (mary, json.loads(properties)) == ("7", left_of_mary)
        assert sinks.ask(kind, "SELECT seq FROM {t}events WHERE id = 'erased' AND body IS NULL "
                               "AND user_id IS NULL AND email IS NULL ORDER BY seq") == [
            [str(seq)] for seq in erased]
        assert sinks.ask(kind, "SELECT count(*) FROM {t}events") == [[str(len(PEOPLE))]]
        assert sinks.ask(kind, "SELECT * FROM {t}campaigns") == campaigns[kind]
        command(daemon, "replay", "--sink", kind)
        assert sinks.ask(kind, "SELECT id FROM {t}customers") == [["7"]]

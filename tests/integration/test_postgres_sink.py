"""The postgres sink in the daemon: both are killed under load, and each event counts once; TLS; and
the commands that read the tables. The server is Debian's PostgreSQL, which is asked by its psql.
"""

import json
import random
import subprocess

import pytest

from customer_bodies import BODIES
from harness import opened, run
from load import Load, bus_status, wait_delivered, wait_until
from postgres_server import PostgresServer, give


@pytest.fixture
def make_server():
    made = []

    def make(**settings):
        made.append(PostgresServer(**settings))
        return made[-1].start()

    yield make
    for server in made:
        server.close()


def tables(url, **options):
    return {"sinks": {"out": {"kind": "stdout"},
                      "bus": {"kind": "postgres", "url": url, "retry_min": "10ms",
                              "retry_max": "50ms", "batch_max": 50, **options}}}


def counts(server):
    """What came of the events of `Load`: all are of one campaign, each is of a customer."""
    (opened_events, customers), = server.query(
        "SELECT opened, opened_customers FROM verohook.campaigns")
    return (server.count(), int(opened_events), int(customers),
            int(server.query("SELECT count(*) FROM verohook.customers")[0][0]))


def test_a_server_that_is_killed_under_load(make_daemon, make_server):
    server = make_server()
    daemon = make_daemon(tables(server.url())).start()
    load = Load(daemon)
    for goal in (300, 600, 900):
        wait_until(lambda goal=goal: server.count() >= goal, f"{goal} events")
        server.kill()
        answered = load.answered
        wait_until(lambda: bus_status(daemon)["state"] == "retrying", "the sink to notice")
        # Neither Vero nor the other sink does.
        wait_until(lambda answered=answered: load.answered >= answered + 100, "answers")
        daemon.out.wait_count(answered + 100)
        server.start()
    posted = load.finish()
    wait_delivered(daemon, posted)
    assert server.sequence() == list(range(1, posted + 1))
    assert counts(server) == (posted,) * 4
    daemon.stop()


def test_a_daemon_that_is_killed_under_load(make_daemon, make_server):
    server = make_server()
    daemon = make_daemon(tables(server.url())).start()
    load = Load(daemon)
    for goal in (200, 500, 800):
        wait_until(lambda goal=goal: server.count() >= goal, f"{goal} events")
        daemon.kill()
        wait_until(lambda: not load.alive.is_set(), "the load to notice")
        daemon.start()
        load.alive.set()
    posted = load.finish()
    wait_delivered(daemon, len(daemon.tail()))
    # What was stored and not answered any more is posted again, and dropped as a duplicate.
    stored = [record["seq"] for record in daemon.tail() if "duplicate_of" not in record]
    assert server.sequence() == stored
    assert counts(server) == (posted,) * 4
    daemon.stop()


def test_the_environment_says_where_and_the_password_stays_secret(make_daemon, make_server):
    server = make_server()
    server.query("CREATE ROLE small LOGIN PASSWORD 'Pa55word'")
    server.query("CREATE DATABASE crm OWNER small")
    rules = server.folder / "data/pg_hba.conf"
    rules.write_text("local all all trust\nhost all postgres all trust\nhost all all all "
                     "scram-sha-256\n")
    server.query("SELECT pg_reload_conf()")
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "small",
             "PGDATABASE": "crm"}
    no_url = {"sinks": {"bus": {"kind": "postgres", "retry_min": "10ms", "retry_max": "50ms"}}}
    wrong = {"PGPASSWORD": "Wr0ngword"}
    daemon = make_daemon(no_url, environment={**where, **wrong}).start()
    assert daemon.post(opened(1)).status == 200
    wait_until(lambda: bus_status(daemon)["retries"] >= 1, "a retry")
    assert 'password authentication failed for user "small"' in bus_status(daemon)["last_error"]
    daemon.kill()
    daemon.environment["PGPASSWORD"] = "Pa55word"
    daemon.start()
    wait_delivered(daemon, 1)
    daemon.stop()
    url = f"postgresql://small:Wr0ngword@127.0.0.1:{server.port}/crm"
    by_url = make_daemon({"sinks": {"bus": {"kind": "postgres", "url": url}}}, folder="url").start()
    wait_until(lambda: bus_status(by_url)["retries"] >= 1, "a retry")
    by_url.kill()
    asked = run("campaigns", "--from", url)
    assert asked.returncode == 4
    checked = run("check", "-c", str(by_url.config))
    said = by_url.err.text() + daemon.err.text() + asked.stderr + checked.stdout + checked.stderr
    assert "password authentication failed" in said
    assert "Wr0ngword" not in said and "Pa55word" not in said


def make_certificate(folder, name):
    """A certificate for `name` that vouches for itself, and its key."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-noenc", "-days", "1", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return folder / f"{name}.pem", folder / f"{name}.key"


def test_tls_is_verified(make_daemon, make_server, tmp_path):
    server = make_server()
    certificate, key = make_certificate(server.folder, "localhost")
    other, _ = make_certificate(tmp_path, "other.example")
    give(key)
    key.chmod(0o600)
    server.kill()
    (server.folder / "data/pg_hba.conf").write_text(
        "local all all trust\nhostssl all all all trust\n")
    server.settings.update(ssl="on", ssl_cert_file=certificate, ssl_key_file=key)
    server.start()
    verified = {"sslmode": "verify-full", "sslrootcert": certificate}
    for host, parameters, expected in [
            ("localhost", {**verified, "hostaddr": "127.0.0.1"}, None),
            ("127.0.0.1", verified, 'does not match host name "127.0.0.1"'),
            ("localhost", {**verified, "hostaddr": "127.0.0.1", "sslrootcert": other},
             "certificate verify failed"),
            ("localhost", {"hostaddr": "127.0.0.1", "sslmode": "disable"}, "no encryption")]:
        url = server.url(host, **parameters)
        daemon = make_daemon(tables(url), folder=f"daemon{len(url)}").start()
        assert daemon.post(opened(1)).status == 200
        if expected is None:
            wait_delivered(daemon, 1)
            assert server.query(
                "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                "WHERE application_name = 'test' AND pid <> pg_backend_pid()") == [["t"]]
            daemon.stop()
            assert run("campaigns", "--from", url).returncode == 0
        else:
            wait_until(lambda daemon=daemon: bus_status(daemon)["retries"] >= 1, "a retry")
            assert expected in bus_status(daemon)["last_error"]
            daemon.kill()
    assert server.count() == 1


def test_the_commands_show_the_same_as_from_the_sqlite_sink(make_daemon, make_server):
    server = make_server()
    sinks = tables(server.url(), schema="crm")
    sinks["sinks"]["file"] = {"kind": "sqlite"}
    daemon = make_daemon(sinks).start()
    for body in BODIES:
        assert daemon.post(json.dumps(body)).status == 200
    daemon.stop()
    from_url = ["--from", server.url(), "--schema", "crm"]
    # The first sink with tables, by name, is the postgres sink.
    from_sink = ["-c", str(daemon.config)]
    for arguments in [
            ["customer", "123"], ["customer", "STEVE@getvero.com"], ["customer", "b", "-n", "0"],
            ["customer", "nobody"], ["campaigns"], ["export", "--format", "csv"],
            ["export", "--format", "ndjson"],
            ["export", "--format", "csv", "--type", "sent,bounced"],
            ["export", "--format", "csv", "--user", "steve@GETVERO.com"],
            ["export", "--format", "csv", "--campaign", "987"],
            ["export", "--format", "csv", "--campaign", "Weekly"],
            ["export", "--format", "csv", "--since", "1h"],
            ["export", "--format", "csv", "--until", "2020-01-01"]]:
        expected = run(*arguments, "--from", str(daemon.state / "customers.db"))
        for where in (from_url, from_sink):
            done = run(*arguments, *where)
            assert (done.returncode, done.stdout) == (expected.returncode, expected.stdout), (
                arguments, done.stderr)
    done = run("campaigns", "--from", server.url())
    assert done.returncode == 4
    assert "has no tables" in done.stderr
    done = run("campaigns", "--from", "postgresql://h?nothing=1")
    assert done.returncode == 3
    assert "must be a URL of PostgreSQL" in done.stderr


def test_an_event_that_no_index_takes_goes_to_the_dead_letters(make_daemon, make_server):
    server = make_server()
    daemon = make_daemon(tables(server.url())).start()
    letters = random.Random(20261124)
    for number in range(1, 301):
        body = json.loads(opened(number))
        if number % 100 == 0:
            body["user"]["id"] = "".join(chr(letters.randint(0x4e00, 0x9fff)) for _ in range(3000))
        assert daemon.post(json.dumps(body)).status == 200
    wait_delivered(daemon, 300)
    status = bus_status(daemon)
    assert (status["delivered"], status["dead"]) == (297, 3)
    assert server.sequence() == [number for number in range(1, 301) if number % 100]
    daemon.stop()
    daemon.err.wait_for("dead letters.*index row")

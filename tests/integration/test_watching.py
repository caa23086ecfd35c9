"""What tells an operator that something is wrong, and to whom: alerts, dashboard, tokens."""

import base64
import json
import re
import signal
import subprocess
import threading

import pytest

from control_support import http_sink
from harness import SOURCE, TIMEOUT, opened, request, run
from http_target import HttpTarget
from metrics_support import Scrape, get, wait_metric
from prometheus_server import Prometheus

ALERTS = SOURCE / "config/prometheus-alerts.yml"
DASHBOARD = SOURCE / "config/grafana-dashboard.json"
TOKEN = "a-token-for-looking"
# A name of a metric as it stands in an expression.
NAME = re.compile(r"\b(?:verohook|process)_\w+|\bup\b")


def basic(password):
    return "Authorization: Basic " + base64.b64encode(f"me:{password}".encode()).decode()


CREDENTIALS = {
    "none": ((), 401),
    "bearer": ((f"Authorization: Bearer {TOKEN}",), 200),
    "another bearer": (("Authorization: Bearer a-second-token",), 200),
    "basic": ((basic(TOKEN),), 200),
    "a wrong one": (("Authorization: Bearer a-token-for-lookinG",), 401),
    "a wrong basic": ((basic("x"),), 401),
    "the webhook's secret": (("Authorization: Bearer a-webhook-secret",), 401),
    "an empty one": (("Authorization: Bearer ",), 401),
}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_with_tokens_only_those_look_who_bring_one(make_daemon, name):
    headers, expected = CREDENTIALS[name]
    daemon = make_daemon({"auth": {"secrets": ["a-webhook-secret"]},
                          "admin": {"tokens": [TOKEN, "a-second-token"]}}).start()
    for path in ("/metrics", "/readyz", "/status"):
        answer = get(daemon.admin, path, *headers)
        assert answer.status == expected, path
        assert expected == 200 or "www-authenticate" in answer.headers
    assert get(daemon.admin, "/none", *headers).status == (404 if expected == 200 else 401)
    assert get(daemon.admin, "/healthz").status == 200
    # The commands need none: the control socket has a mode.
    assert run("status", "-c", str(daemon.config)).returncode == 0
    assert TOKEN not in run("check", "-c", str(daemon.config)).stdout


@pytest.mark.parametrize("address, local", [("0.0.0.0:0", "127.0.0.1"), ("[::]:0", "[::1]")])
def test_an_admin_port_that_others_reach_has_a_token(make_daemon, address, local):
    daemon = make_daemon({"admin": {"listen": [address]}}).launch()
    assert daemon.wait() == 3
    (line,) = daemon.err.all()
    assert re.search(r"verohook\.toml:\d+: admin\.listen: .*no token: set admin\.tokens", line)
    daemon.configure({"admin": {"listen": [address], "tokens": [TOKEN]}})
    daemon.start()
    daemon.admin = daemon.admin.replace(address[:-2], local)
    for path in ("/metrics", "/readyz", "/status"):
        assert get(daemon.admin, path).status == 401, path
        assert get(daemon.admin, path, f"Authorization: Bearer {TOKEN}").status == 200, path
    assert get(daemon.admin, "/healthz").status == 200
    # It goes with a restart alone, and so does its token.
    daemon.configure({})
    done = run("reload", "-c", str(daemon.config))
    assert done.returncode == 3 and f"admin.tokens: the program listens at {address}" in done.stderr
    assert get(daemon.admin, "/readyz").status == 401


def failing(answer):
    return {check["name"]: check["problem"] for check in answer.json["checks"] if not check["ok"]}


@pytest.mark.parametrize("holds", ["a sink", "a request"])
def test_it_is_not_ready_while_it_stops(make_daemon, holds):
    release = threading.Event()
    target = HttpTarget(lambda *_: release.wait(TIMEOUT) and 204).start()
    sinks = {"slow": http_sink(target)} if holds == "a sink" else {}
    daemon = make_daemon({"shutdown_timeout": "10m", "sinks": sinks}).start()
    try:
        with daemon.client() as client:
            assert client.send(request(opened(1))).read().status == 200
            client.send(request(opened(2))[:-1] if holds == "a request" else b"")
            assert daemon.health().status == 200
            daemon.signal(signal.SIGTERM)
            daemon.err.wait_for("stopping on SIGTERM")
            scrape = wait_metric(daemon, lambda found: found.value("verohook_ready") == 0)
            answer = daemon.health()
            assert (answer.status, failing(answer)) == (
                503, {"accepting": "the program is stopping"})
            assert answer.json["status"] == "not ready"
            assert scrape.value("verohook_journal_writable") == 1
            assert get(daemon.admin, "/healthz").status == 200
            if holds == "a request":
                assert client.send(request(opened(2))[-1:]).read().status == 200
            release.set()
            assert daemon.wait() == 0
    finally:
        release.set()
        target.close()


def test_a_disk_with_too_little_room_is_not_ready(make_daemon):
    daemon = make_daemon({"admin": {"disk_free_min": "1048576GiB"}}).start()
    answer = daemon.health()
    assert answer.status == 503
    checks = {check["name"]: check for check in answer.json["checks"]}
    assert not checks["disk"]["ok"] and "admin.disk_free_min" in checks["disk"]["problem"]
    assert checks["journal"]["ok"] and checks["accepting"]["ok"]
    assert Scrape(daemon).value("verohook_ready") == 0
    assert daemon.post(opened(1)).status == 200, "it still takes what it can"
    daemon.stop()
    daemon.configure({"admin": {"disk_free_min": "0B"}})
    daemon.start()
    assert daemon.health().status == 200


def test_silence_is_told_once_and_so_is_its_end(make_daemon):
    daemon = make_daemon({"admin": {"webhook_silence": "300ms"}}).start()
    daemon.err.wait_for("webhook_silence: nothing has come from Vero since ")
    answer = daemon.health()
    assert answer.status == 200, "a warning, not a failure"
    assert [warning["name"] for warning in answer.json["warnings"]] == ["webhook_silence"]
    assert Scrape(daemon).value("verohook_webhook_silence") == 1
    daemon.post(opened(1))
    daemon.err.wait_for("webhook_silence: webhooks come again")
    # It was told once, and is told again for the next silence.
    daemon.err.wait(lambda lines: sum("nothing has come" in line for line in lines) == 2,
                    "the next silence")
    daemon.stop()
    said = [line for line in daemon.err.all() if "webhook_silence" in line]
    assert len(said) == 3, said
    # A restart does not hide it.
    daemon.start()
    since = daemon.err.wait_for(r"nothing has come from Vero since (\S+);")[1]
    newest = daemon.tail()[-1]["received_at"]
    assert since == newest.split(".")[0] + "Z"


def test_without_a_limit_nobody_waits_for_webhooks(make_daemon):
    daemon = make_daemon({"admin": {"webhook_silence": "0s"}}).start()
    assert daemon.health().json["warnings"] == []
    assert "silence" not in subprocess.run(
        ["ps", "-T", "-o", "comm=", "-p", str(daemon.pid)], stdout=subprocess.PIPE, text=True,
        check=True).stdout


def test_promtool_takes_the_alerts():
    for command in (["check", "rules", ALERTS],
                    ["test", "rules", SOURCE / "tests/data/prometheus-alerts-test.yml"]):
        done = subprocess.run(["promtool", *command], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        assert done.returncode == 0 and "FAILED" not in done.stdout, done.stdout


def test_prometheus_takes_the_documented_configuration(tmp_path):
    document = (SOURCE / "docs/metrics.md").read_text()
    text = re.search(r"```yaml\n(.*?)```", document, re.DOTALL)[1]
    assert "/etc/prometheus/verohook-alerts.yml" in text
    (tmp_path / "token").write_text(TOKEN)
    for old, new in (("/etc/prometheus/verohook-alerts.yml", str(ALERTS)),
                     ("# authorization", "authorization"),
                     ("/etc/prometheus/verohook-token", str(tmp_path / "token"))):
        text = text.replace(old, new)
    (tmp_path / "prometheus.yml").write_text(text)
    done = subprocess.run(["promtool", "check", "config", tmp_path / "prometheus.yml"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout


def alert_expressions():
    """Of the rules, one after the other; folded lines are joined."""
    text = ALERTS.read_text()
    found = re.findall(r"^        expr: (?:>\n((?: {10}.*\n)+)|(.*)\n)", text, re.MULTILINE)
    return [" ".join((folded or plain).split()) for folded, plain in found]


def dashboard_expressions(panels):
    for panel in panels:
        for target in panel.get("targets", ()):
            yield target["expr"].replace("$instance", ".*").replace("$__rate_interval", "5s")
        yield from dashboard_expressions(panel.get("panels", ()))


def test_every_query_of_alerts_and_dashboard_finds_its_metrics(make_daemon, tmp_path, receiver):
    dashboard = json.loads(DASHBOARD.read_text())
    alerts = alert_expressions()
    assert len(alerts) == ALERTS.read_text().count("- alert:")
    shown = list(dashboard_expressions(dashboard["panels"]))
    assert len(shown) > 40
    daemon = make_daemon({"admin": {"tokens": [TOKEN]},
                          "sinks": {"crm": http_sink(receiver)}}).start()
    for number in range(20):
        daemon.post(opened(number))
    with Prometheus(tmp_path, daemon.admin, TOKEN) as prometheus:
        # A rate needs two scrapes; and a quantile something in its window.
        prometheus.wait("count_over_time(verohook_ready[5s])",
                        lambda found: found and float(found[0]["value"][1]) >= 3)
        prometheus.wait("verohook_sink_last_success_timestamp_seconds")
        names = prometheus.names() | {"up"}
        for expression in [*alerts, *shown]:
            used = set(NAME.findall(expression))
            assert used and used <= names, (expression, used - names)
            prometheus.query(expression)
        for expression in shown:
            assert prometheus.query(expression), f"{expression} shows nothing"
        # The list of instances that the dashboard offers.
        assert prometheus.query("verohook_build_info")[0]["metric"]["instance"] == daemon.admin
    assert "verohook_build_info" in json.dumps(dashboard["templating"])


def test_every_metric_of_a_rule_test_is_real(daemon):
    text = (SOURCE / "tests/data/prometheus-alerts-test.yml").read_text()
    used = set(re.findall(r"series: '(\w+)\{", text)) - {"up"}
    assert used <= Scrape(daemon).families.keys()

"""What the inspector's page asks for: events, the stream, tables, changes, and who may."""

import json
import select
import subprocess

from control_support import file_sink, http_sink, reload_with
from harness import TIMEOUT, opened, run
from inspector_support import Browser
from metrics_support import get

TOKEN = "a-token-for-looking"
HOSTILE = '<script>alert(1)</script>"\'&'


def messages(text):
    """[(id, event, data)] of Server-Sent Events; data is None where there is none."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "id" in fields:
            data = json.loads(fields["data"]) if "data" in fields else None
            found.append((int(fields["id"]), fields.get("event"), data))
    return found


def seqs(page):
    return [event["seq"] for event in page["events"]]


def test_events_are_listed_and_opened(daemon):
    daemon.post(opened(1), headers=("User-Agent: Vero", "Authorization: Bearer no-matter"))
    daemon.post(opened(1))
    daemon.post('{"type":"opened",')
    daemon.post(json.dumps({"type": HOSTILE, "user": {"id": 2**70, "email": HOSTILE}}))
    browser = Browser(daemon.admin)
    page = browser.look("/api/events")
    assert seqs(page) == [4, 3, 2, 1]
    assert [event["status"] for event in page["events"]] == \
        ["unrecognized", "malformed", "duplicate", "accepted"]
    assert page["events"][0]["user"] == str(2**70)
    first = browser.look("/api/events", limit=2)
    assert seqs(first) == [4, 3]
    assert seqs(browser.look("/api/events", before=first["next"])) == [2, 1]

    detail = browser.look("/api/events/1")
    assert detail["body"] == opened(1).decode()
    assert json.loads(detail["line"]) == daemon.tail()[0]
    assert ["User-Agent", "Vero"] in detail["headers"]
    assert "no-matter" not in json.dumps(detail)
    assert detail["remote"] == "127.0.0.1"
    assert detail["sinks"][0]["name"] == "stdout"
    malformed = browser.look("/api/events/3")
    assert malformed["malformed"]["offset"] == 17 and malformed["line"] is None
    assert malformed["sinks"] == []
    hostile = browser.ask("/api/events/4")
    assert json.loads(hostile.text)["summary"]["type"] == HOSTILE
    # Whatever takes the answer for a page gets no page.
    assert hostile.getheader("Content-Type") == "application/json"
    assert hostile.getheader("X-Content-Type-Options") == "nosniff"
    assert "script-src 'self'" in hostile.getheader("Content-Security-Policy")
    assert "unsafe" not in hostile.getheader("Content-Security-Policy")
    for path in ("/api/events/5", "/api/events/0", "/api/events/x", "/api/none"):
        assert browser.ask(path).status == 404, path
    assert browser.ask("/api/events?since=yesterday").status == 400


def test_the_line_of_curl_sends_the_same_body(daemon):
    body = json.dumps({"type": "opened", "user": {"id": 1}, "note": "it's \\ \" $HOME `x`"})
    daemon.post(body)
    line = Browser(daemon.admin).look("/api/events/1")["curl"]
    assert subprocess.run(["sh", "-c", line + " -s"], check=True, capture_output=True,
                          text=True).stdout.startswith('{"status":"accepted"')
    assert Browser(daemon.admin).look("/api/events/2")["body"] == body


def test_the_stream_tells_each_event_once_over_restarts(make_daemon):
    daemon = make_daemon().start()
    browser = Browser(daemon.admin)
    told = []
    last = 0
    for number in range(1, 40):
        daemon.post(opened(number))
        if number % 10 == 0:
            daemon.kill()
            daemon.start()
            browser = Browser(daemon.admin)
        if number % 3 == 0:
            answer = browser.ask("/api/stream", **{"Last-Event-ID": str(last)})
            assert answer.getheader("Content-Type") == "text/event-stream"
            for last, event, data in messages(answer.text):
                told += [data["seq"]] if event == "event" else []
    assert told == list(range(1, 40))


def test_the_stream_filters_and_leaves_out_what_is_too_much(make_daemon):
    daemon = make_daemon({"sinks": {}}).start()
    for count in (2_450, 49):
        assert run("send", "opened", "--to", daemon.url(), "--count", str(count),
                   "--concurrency", "16", "-q").returncode == 0
        if count == 2_450:
            daemon.post('{"type":"rare"}')
    browser = Browser(daemon.admin)
    told = messages(browser.ask("/api/stream?after=0").text)
    assert told[0][1:] == ("skipped", {"count": 2_300})
    assert [data["seq"] for _, event, data in told if event == "event"] == list(range(2_301, 2_501))
    rare = messages(browser.ask("/api/stream?after=1000&type=rare").text)
    assert [data["seq"] for _, event, data in rare if event == "event"] == [2_451]
    assert rare[-1][0] == 2_500
    assert browser.ask("/api/stream?after=x").status == 400


def test_the_overview_is_of_this_daemon(make_daemon):
    secret = "a-webhook-secret"
    daemon = make_daemon({"auth": {"secrets": [secret]}}).start()
    browser = Browser(daemon.admin)
    told = browser.look("/api/overview")
    assert told["ready"] is True and told["problems"] == []
    assert told["webhook"] == {"urls": [daemon.url()], "needs_secret": True}
    assert secret not in json.dumps(told)
    assert told["journal"]["events"] == 0
    assert browser.change("/api/samples") == {"sent": 12, "refused": []}
    events = browser.look("/api/events")["events"]
    assert len({event["type"] for event in events}) == 12
    assert {event["status"] for event in events} == {"accepted"}
    assert browser.change("/api/samples")["sent"] == 12
    assert "duplicate" not in {event["status"] for event in browser.look("/api/events")["events"]}
    rates = browser.look("/api/rates", span="hour")
    assert sum(map(sum, rates["types"].values())) == 24
    assert sum(map(sum, browser.look("/api/rates", span="week")["types"].values())) == 24
    assert browser.ask("/api/rates?span=year").status == 400
    assert list(browser.look("/api/lag")["sinks"]) == ["stdout"]


def test_an_event_is_delivered_again(make_daemon, receiver):
    daemon = make_daemon({"sinks": {"http": http_sink(receiver)}}).start()
    for number in range(3):
        daemon.post(opened(number))
    receiver.wait(lambda taken: len(taken) == 3, "three events")
    assert Browser(daemon.admin).change("/api/events/2/deliver", {"sink": "http"}, 202)
    receiver.wait(lambda taken: len(taken) == 4, "one of them again")
    assert receiver.sequence() == [1, 2, 3, 2]
    Browser(daemon.admin).change("/api/events/2/deliver", {"sink": "none"}, 404)
    Browser(daemon.admin).change("/api/events/2/deliver", {}, 400)


def test_customers_and_campaigns_are_those_of_the_tables(make_daemon):
    daemon = make_daemon({"sinks": {"customers": {"kind": "sqlite"}}}).start()
    mail = {"id": 12, "name": HOSTILE, "variation": "A"}
    user = {"id": 7, "email": "ann@example.com"}
    at = 1435016238
    for body in ({"type": "user_created", "user": {**user, "plan": HOSTILE}},
                 {"type": "user_updated", "user": user, "changes": {"_tags": {"add": ["vip"]}}},
                 {"type": "sent", "user": user, "campaign": mail, "sent_at": at},
                 {"type": "delivered", "user": user, "campaign": mail, "delivered_at": at + 1},
                 {"type": "bounced", "bounce_type": "hard", "user": user, "campaign": mail,
                  "bounce_message": "no such user", "bounced_at": at + 2}):
        daemon.post(json.dumps(body))
    daemon.stop()
    daemon.start()
    browser = Browser(daemon.admin)
    campaign, = browser.look("/api/campaigns")["campaigns"]
    assert (campaign["id"], campaign["name"], campaign["variation"]) == ("12", HOSTILE, "A")
    assert campaign["counts"]["bounced_hard"] == {"events": 1, "customers": 1}
    assert campaign["counts"]["clicked"] == {"events": 0, "customers": 0}
    for who in ("7", "ANN@example.com"):
        customer, = browser.look("/api/customers", who=who)["customers"]
        assert customer["mailable"] is False
        assert customer["reasons"] == ["hard bounced since 2015-06-22T23:37:20Z"]
        assert customer["tags"] == ["vip"]
        assert json.loads(customer["properties"]) == {"plan": HOSTILE}
        assert [event["seq"] for event in customer["events"]] == [5, 4, 3, 2, 1]
        assert customer["events"][0]["detail"] == "no such user"
        assert customer["events_total"] == 5
    assert browser.look("/api/customers", who="8") == {"customers": []}


def test_without_tables_it_says_what_to_do(daemon):
    for path in ("/api/campaigns", "/api/customers?who=1"):
        answer = json.loads(Browser(daemon.admin).ask(path).text)
        assert (answer["status"], answer["code"]) == (404, "no_tables")
        assert 'kind = "sqlite"' in answer["detail"]


def test_with_a_token_one_logs_in(make_daemon):
    daemon = make_daemon({"admin": {"tokens": [TOKEN]}}).start()
    browser = Browser(daemon.admin)
    assert browser.ask("/").status == 200
    for path in ("/api/session", "/api/events", "/api/stream", "/api/overview"):
        assert browser.ask(path).status == 401, path
    assert browser.ask("/api/login", "POST", {"token": "wrong"}).status == 401
    assert browser.ask("/api/login", "POST", {"token": TOKEN}).status == 204
    assert browser.look("/api/events")["events"] == []
    # Another one's token of the same kind does not do.
    other = Browser(daemon.admin)
    other.ask("/api/login", "POST", {"token": TOKEN})
    foreign = other.look("/api/session")["csrf"]
    assert browser.ask("/api/samples", "POST", {}, **{"X-CSRF-Token": foreign}).status == 403
    assert browser.change("/api/samples")["sent"] == 12
    browser.change("/api/logout", status=204)
    assert browser.ask("/api/events").status == 401
    assert other.ask("/api/events").status == 200
    assert TOKEN not in daemon.err.text()


def test_changes_need_the_pages_own_token(daemon):
    daemon.post(opened(1))
    browser = Browser(daemon.admin)
    for path in ("/api/samples", "/api/events/1/deliver", "/api/logout"):
        assert browser.ask(path, "POST", {}).status == 403, path
        assert browser.ask(path, "POST", {}, **{"X-CSRF-Token": "x"}).status == 403, path
    assert browser.ask("/", "POST", {}).status == 405
    assert browser.ask("/api/events", "DELETE").status == 405
    assert len(browser.look("/api/events")["events"]) == 1


def test_a_strange_host_sees_nothing(daemon):
    for host, status in (("evil.example", 403), ("localhost:1", 200), ("[::1]:1", 200)):
        assert get_as(daemon, host, "/api/events").status == status, host
        # The page itself holds nothing, and says why.
        assert get_as(daemon, host, "/").status == 200, host
    # What has been there before asks for no name.
    assert get_as(daemon, "evil.example", "/healthz").status == 200


def get_as(daemon, host, path):
    return Browser(daemon.admin).ask(path, Host=host)


def test_it_hides_addresses_and_goes_when_it_is_told_to(make_daemon, tmp_path):
    tables = {"sinks": {"file": file_sink(tmp_path / "events")}}
    daemon = make_daemon({**tables, "inspector": {"redact": True}}).start()
    body = json.dumps({"type": "opened", "user": {"id": 1, "email": "ann@example.com"},
                       "note": "write to bob\u0040example.com", "opened_at": 1435016238})
    daemon.post(body)
    browser = Browser(daemon.admin)
    assert browser.look("/api/session")["redacted"] is True
    for path in ("/api/events", "/api/events/1", "/api/stream?after=0"):
        text = browser.ask(path).text
        assert "***@example.com" in text and "ann@" not in text and "bob" not in text, path
    reload_with(daemon, {**tables, "inspector": {"redact": False}})
    assert "ann@example.com" in browser.ask("/api/events/1").text
    reload_with(daemon, {**tables, "inspector": {"enabled": False}})
    for path in ("/", "/web/app.js", "/api/session", "/api/events"):
        assert browser.ask(path).status == 404, path
    assert get(daemon.admin, "/readyz").status == 200


def test_a_page_that_waits_does_not_hold_up_the_end(daemon):
    browser = Browser(daemon.admin)
    browser.connection.request("GET", "/api/stream")
    browser.connection.sock.settimeout(30)
    # The one before it on the same thread has been answered: this one waits.
    Browser(daemon.admin).look("/api/overview")
    daemon.stop()
    assert b"retry: 2000" in browser.connection.getresponse().read()


def test_pages_that_wait_are_bounded(daemon):
    browsers = [Browser(daemon.admin) for _ in range(40)]
    for browser in browsers:
        browser.connection.request("GET", "/api/stream")
    # As long as there is no event, who is answered is who was refused.
    refused, _, _ = select.select([each.connection.sock for each in browsers], [], [], TIMEOUT)
    assert refused
    daemon.post(opened(1))
    statuses = [browser.connection.getresponse().status for browser in browsers]
    assert set(statuses) == {200, 503}

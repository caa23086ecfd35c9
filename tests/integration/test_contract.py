"""Every row of the HTTP contract, against the real binary: raw sockets, and curl where natural."""

import gzip
import json
import pathlib
import re
import zlib

import pytest

from harness import PATH, SOURCE, Daemon, curl, opened, request

KNOWN = opened(1)
NEW = "contract-secret-0123456789"


def check_problem(answer, status, code):
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["title"] and problem["detail"]


def check_every_answer(answer):
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", answer.headers["x-request-id"])
    assert "date" in answer.headers


def test_known_type_is_accepted(daemon):
    answer = daemon.post(KNOWN)
    check_every_answer(answer)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["status"] == "accepted"
    assert answer.json["seq"] == 1
    assert answer.json["type"] == "opened"
    assert re.fullmatch(r"[0-9a-f]{32}", answer.json["id"])


def test_the_same_event_once_more_is_a_duplicate(daemon):
    first = daemon.post(KNOWN).json
    second = daemon.post(KNOWN).json
    assert second["status"] == "duplicate"
    assert second["duplicate_of"] == first["seq"]
    assert second["id"] == first["id"]
    assert second["seq"] == first["seq"] + 1
    daemon.stop()
    assert [event["seq"] for event in daemon.events()] == [1]
    assert [event.get("duplicate_of") for event in daemon.tail()] == [None, 1]


def test_equal_bodies_without_a_time_are_no_duplicates(daemon):
    body = b'{"type":"user_updated","user":{"id":1},"changes":{"_tags":{"add":["a"]}}}'
    answers = [daemon.post(body).json for _ in range(2)]
    assert [answer["status"] for answer in answers] == ["accepted", "accepted"]
    assert answers[0]["id"] != answers[1]["id"]


@pytest.mark.parametrize("body, expected_type", [
    (b'{"type":"sms_sent","sms_sent_at":1435016238}', "sms_sent"),
    (b'{"hello":1}', None),
    (b"{}", None),
    (b'{"type":null}', None),
    (b'{"type":7}', None),
    (b'{"type":""}', ""),
])
def test_unknown_types_are_stored_and_marked(daemon, body, expected_type):
    answer = daemon.post(body)
    assert (answer.status, answer.json["status"]) == (200, "unrecognized")
    assert answer.json["type"] == expected_type
    daemon.stop()
    # The answer and the line that a sink writes say the same.
    assert [event["type"] for event in daemon.events()] == [expected_type]


@pytest.mark.parametrize("name, body, offset", [
    ("empty", b"", 0),
    ("text", b"hello", 0),
    ("array", b"[1]", None),
    ("cut off", b'{"type":"opened"', 16),
    ("trailing comma", b'{"type":"opened",}', 17),
    ("something after it", b'{"type":"opened"} x', 18),
    ("zero byte after it", b'{"type":"opened"}\0', 17),
    ("invalid UTF-8", b'{"type":"\xff"}', 9),
    ("lone surrogate", b'{"type":"\\ud800"}', None),
    ("too deep", b'{"a":' + b"[" * 100_000, None),
    ("form", b"payload=%7B%7D", 0),
])
def test_what_is_no_json_object_is_refused_and_kept(daemon, name, body, offset):
    with daemon.client() as client:
        answer = client.send(request(body)).read()
        check_problem(answer, 400, "malformed_json")
        assert answer.json["seq"] == 1
        if offset is not None:
            assert abs(answer.json["offset"] - offset) <= 1, answer.json
        # The connection stays: the message was all right.
        assert client.send(request(KNOWN)).read().json["seq"] == 2
    daemon.stop()
    assert [event["type"] for event in daemon.events()] == ["opened"]
    (record,) = daemon.tail("--type", "malformed")
    assert (record["problem"], record["offset"]) == (answer.json["detail"], answer.json["offset"])


@pytest.mark.parametrize("target, status, code", [
    ("/", 404, "not_found"),
    ("/webhooks", 404, "not_found"),
    (PATH + "/", 404, "not_found"),
    (PATH + "x", 404, "not_found"),
    (PATH + "/a/b", 404, "not_found"),
    ("/webhooks/../webhooks/vero", 404, "not_found"),
    ("/webhooks//vero", 404, "not_found"),
])
def test_other_paths(daemon, target, status, code):
    check_problem(daemon.post(KNOWN, target), status, code)


def test_other_methods(daemon):
    for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
        with daemon.client() as client:
            answer = client.send(request(b"", method=method)).read()
            check_problem(answer, 405, "method_not_allowed")
            assert answer.headers["allow"] == "POST"
    with daemon.client() as client:
        answer = client.send(request(b"", method="HEAD")).read(head_only=True)
        assert answer.status == 405
        assert answer.headers["allow"] == "POST"
        # Nothing of a body stands between the two answers.
        assert client.send(request(KNOWN)).read().status == 200


def test_limits_of_size(make_daemon):
    daemon = make_daemon({"http": {"head_max": "4KiB", "body_max": "1KiB"}}).start()
    answer = daemon.post(b'{"a":"' + b"x" * 2000 + b'"}')
    check_problem(answer, 413, "body_too_large")
    chunk = b"400\r\n" + b"x" * 0x400 + b"\r\n"
    with daemon.client() as client:
        head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.send(head.encode() + chunk + chunk)
        check_problem(client.read(), 413, "body_too_large")
    check_problem(daemon.post(KNOWN, headers=["X-Big: " + "x" * 5000]), 431, "head_too_large")
    check_problem(daemon.post(KNOWN, PATH + "?" + "x" * 5000), 431, "head_too_large")
    answer = daemon.post(b'{"a":"' + b"x" * 1000 + b'"}')
    assert answer.status == 200
    daemon.stop()
    assert [record["seq"] for record in daemon.tail()] == [1]


def test_a_bomb_costs_no_memory(daemon):
    def resident():
        status = (pathlib.Path("/proc") / str(daemon.pid) / "status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])

    # Within the limit as it comes, and 400 MB when it is unpacked.
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(400)) + packer.flush()
    assert len(bomb) < 1_000_000
    assert daemon.post(gzip.compress(KNOWN), headers=["Content-Encoding: gzip"]).status == 200
    before = resident()
    answer = daemon.post(bomb, headers=["Content-Encoding: gzip"])
    check_problem(answer, 413, "body_too_large")
    assert resident() < before + 20_000
    daemon.stop()
    assert [record["seq"] for record in daemon.tail()] == [1]


@pytest.mark.parametrize("name, sent, status", [
    ("head", b"POST /webhooks/vero HTTP/1.1\r\nHo", 408),
    ("body", b"POST /webhooks/vero HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{", 408),
    ("nothing", b"", None),
])
def test_limits_of_time(make_daemon, name, sent, status):
    daemon = make_daemon({"http": {
        "head_timeout": "300ms", "body_timeout": "300ms", "idle_timeout": "300ms"}}).start()
    with daemon.client() as client:
        client.send(sent)
        if status:
            check_problem(client.read(), status, "timeout")
        assert client.at_end()


def test_encodings(daemon):
    with daemon.client() as client:
        for number, coding in enumerate(("gzip", "GZIP", "x-gzip"), 10):
            packed = gzip.compress(opened(number))
            answer = client.send(request(packed, headers=[f"Content-Encoding: {coding}"])).read()
            assert answer.json["status"] == "accepted"
        answer = client.send(request(opened(20), headers=["Content-Encoding: identity"])).read()
        assert answer.json["status"] == "accepted"
        told = []
        for body in (gzip.compress(opened(30))[:-3], b"no gzip", gzip.compress(b"{x")):
            answer = client.send(request(body, headers=["Content-Encoding: gzip"])).read()
            check_problem(answer, 400, "malformed_json")
            told.append((answer.json["seq"], answer.json["detail"], answer.json["offset"]))
    # Whoever reads the journal later is told the same as the sender was.
    records = daemon.tail("--type", "malformed")
    assert [(each["seq"], each["problem"], each["offset"]) for each in records] == told
    for coding in ("br", "deflate", "gzip, gzip", "zstd"):
        answer = daemon.post(KNOWN, headers=[f"Content-Encoding: {coding}"])
        check_problem(answer, 415, "unsupported_encoding")


HOST = "Host: a"
LENGTH = "Content-Length: 2"
CHUNKED = "Transfer-Encoding: chunked"
# Head lines after the request line; what comes after is "{}" as a body, or as one chunk.
AMBIGUOUS = [
    ("length and chunked", [HOST, LENGTH, CHUNKED]),
    ("two lengths", [HOST, LENGTH, "Content-Length: 3"]),
    ("the same length twice", [HOST, LENGTH, LENGTH]),
    ("a list of lengths", [HOST, "Content-Length: 2, 2"]),
    ("a negative length", [HOST, "Content-Length: -2"]),
    ("a signed length", [HOST, "Content-Length: +2"]),
    ("a hexadecimal length", [HOST, "Content-Length: 0x2"]),
    ("an endless length", [HOST, "Content-Length: " + "9" * 30]),
    ("another coding", [HOST, "Transfer-Encoding: gzip"]),
    ("chunked within", [HOST, "Transfer-Encoding: gzip, chunked"]),
    ("chunked before", [HOST, "Transfer-Encoding: chunked, gzip"]),
    ("chunked twice", [HOST, CHUNKED, CHUNKED]),
    ("identity", [HOST, "Transfer-Encoding: identity", LENGTH]),
    ("a blank before the colon", [HOST, "Content-Length : 2"]),
    ("a folded field", [HOST, "X-Folded: a", " b", LENGTH]),
    ("a folded length", [HOST, "Content-Length:", " 2"]),
    ("no host", [LENGTH]),
    ("two hosts", [HOST, "Host: b", LENGTH]),
    ("a host with a path", ["Host: a/b", LENGTH]),
    ("a host with a user", ["Host: u@a", LENGTH]),
    ("a bare line feed", [HOST + "\nX-Bare: 1", LENGTH]),
    ("a bare carriage return", [HOST + "\rX-Bare: 1", LENGTH]),
    ("a zero byte", [HOST, "X-Zero: a\0b", LENGTH]),
    ("no colon", [HOST, "Nonsense", LENGTH]),
    ("a nameless field", [HOST, ": a", LENGTH]),
]


@pytest.mark.parametrize("way", ["whole", "bytewise", "pipelined"])
@pytest.mark.parametrize("name, fields", AMBIGUOUS, ids=[row[0] for row in AMBIGUOUS])
def test_ambiguous_framing_is_refused_and_closed(shared_daemon, name, fields, way):
    body = b"2\r\n{}\r\n0\r\n\r\n" if CHUNKED in fields else b"{}"
    head = "\r\n".join([f"POST {PATH} HTTP/1.1", *fields]).encode()
    data = head + b"\r\n\r\n" + body
    before = shared_daemon.post(b'{"type":"user_created"}').json["seq"]
    with shared_daemon.client() as client:
        if way == "bytewise":
            client.send_bytewise(data)
        elif way == "pipelined":
            # What follows an ambiguous message is never read as a request.
            client.send(request(b'{"type":"user_created"}') + data + request(KNOWN))
            assert client.read().status == 200
            before += 1
        else:
            client.send(data)
        answer = client.read()
        assert answer.status in (400, 501), answer
        check_problem(answer, answer.status, "bad_request")
        assert answer.headers["connection"] == "close"
        assert client.at_end()
    assert shared_daemon.post(b'{"type":"user_created"}').json["seq"] == before + 1


@pytest.mark.parametrize("name, line, statuses", [
    ("another host than Host", f"POST http://b{PATH} HTTP/1.1", {400}),
    ("relative", "POST webhooks/vero HTTP/1.1", {400}),
    ("asterisk", "OPTIONS * HTTP/1.1", {400}),
    ("authority", "CONNECT a:80 HTTP/1.1", {400}),
    ("not ASCII", f"POST {PATH}/\xe4 HTTP/1.1", {400}),
    ("version 2", f"POST {PATH} HTTP/2.0", {400, 505}),
    ("no version", f"POST {PATH}", {400}),
    ("a lower-case protocol", f"POST {PATH} http/1.1", {400}),
    ("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", {400}),
])
def test_wrong_request_lines(shared_daemon, name, line, statuses):
    with shared_daemon.client() as client:
        client.send(line.encode("latin-1") + b"\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        answer = client.read()
        assert answer.status in statuses
        check_problem(answer, answer.status, "bad_request")
        assert client.at_end()


def test_every_status_of_the_document(make_daemon):
    """Each status that docs/http-api.md names is really answered, and no other is."""
    document = (SOURCE / "docs/http-api.md").read_text()
    documented = set()
    for line in document.split("## Success")[0].splitlines():
        if line.startswith("|"):
            documented |= {int(text) for text in re.findall(r"\b([1-5]\d\d)\b", line.split("|")[2])}
    host = ["Host: test"]

    def lines(*fields, first=f"POST {PATH}/{NEW} HTTP/1.1"):
        return "\r\n".join([first, *fields]).encode() + b"\r\n\r\n"

    target = f"{PATH}/{NEW}"
    rows = [
        (200, request(opened(1), target)),
        (200, b"\r\n" + request(opened(2), target)),
        (200, request(opened(3), "http://test" + target)),
        (400, request(b"no JSON", target)),
        (400, lines("Host: other", first=f"POST http://test{target} HTTP/1.1")),
        (400, b"PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n" + request(opened(4), target)),
        (401, request(opened(5))),
        (403, request(opened(6), target, ["X-Forwarded-For: 198.51.100.7"])),
        (404, request(opened(7), "/")),
        (405, request(b"", target, method="GET")),
        (408, b"POST /"),
        (413, lines(*host, "Content-Length: 99999999")),
        (415, request(opened(8), target, ["Content-Encoding: br"])),
        (417, request(opened(9), target, ["Expect: miracles"])),
        (431, lines(*host, "X-Long: " + "x" * 20_000)),
        (431, lines(*host, *["X-Many: 1"] * 128)),
        (501, lines(*host, "Transfer-Encoding: gzip")),
        (505, lines(*host, first=f"POST {target} HTTP/2.0")),
    ]
    daemon = make_daemon({
        "auth": {"secrets": [NEW], "allow": ["127.0.0.1"]}, "http": {"head_timeout": "1s"}}).start()
    for status, data in rows:
        with daemon.client() as client:
            assert client.send(data).read().status == status, data
    # The tests of full queues, full disks and of stopping see it.
    assert {status for status, _ in rows} | {503} == documented
    daemon.err.wait_for(r"refused a request from \S+: a PROXY protocol header")
    assert "more than 128 fields" in document
    with daemon.client() as client:
        data = request(opened(10), target, ["X-Many: 1"] * 126)
        assert client.send(data).read().status == 200


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory):
    """One for the rows that do not depend on what it holds."""
    daemon = Daemon(tmp_path_factory.mktemp("shared"), {"sinks": {}})
    yield daemon.start()
    daemon.close()


WAYS = {
    "length": lambda body: request(body),
    "1.0": lambda body: request(body, version="1.0", headers=["Connection: keep-alive"]),
    "chunked": lambda body: (
        f"POST {PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        + b"5;extension=1\r\n" + body[:5] + b"\r\n" + f"{len(body) - 5:x}\r\n".encode() + body[5:]
        + b"\r\n0\r\nX-Trailer: 1\r\n\r\n"),
    "gzip": lambda body: request(gzip.compress(body), headers=["Content-Encoding: gzip"]),
}


@pytest.mark.parametrize("way", WAYS)
def test_whole_bytewise_and_pipelined(daemon, way):
    encoded = WAYS[way]
    with daemon.client() as client:
        assert client.send(encoded(opened(1))).read().json["seq"] == 1
        assert client.send_bytewise(encoded(opened(2))).read().json["seq"] == 2
        client.send(b"".join(encoded(opened(number)) for number in range(3, 23)))
        assert [client.read().json["seq"] for _ in range(20)] == list(range(3, 23))
    daemon.stop()
    assert [event["user"]["id"] for event in daemon.events()] == list(range(1, 23))


def test_trailers_are_no_headers(make_daemon):
    daemon = make_daemon({"auth": {"secrets": ["correct-horse"]}}).start()
    with daemon.client() as client:
        client.send(
            f"POST {PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
            + b"2\r\n{}\r\n0\r\nAuthorization: Bearer correct-horse\r\n\r\n")
        assert client.read().status == 401


def test_http_1_0_closes_unless_told_otherwise(daemon):
    with daemon.client() as client:
        answer = client.send(request(KNOWN, version="1.0")).read()
        assert answer.status == 200
        assert client.at_end()


def test_close_is_honoured(daemon):
    with daemon.client() as client:
        answer = client.send(request(KNOWN, headers=["Connection: close"])).read()
        assert answer.headers["connection"] == "close"
        assert client.at_end()


def test_expect_continue(make_daemon):
    daemon = make_daemon({"http": {"body_max": "1KiB"}}).start()

    def head(length, expectation="100-continue"):
        return (f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n"
                f"Expect: {expectation}\r\n\r\n").encode()

    with daemon.client() as client:
        assert client.send(head(len(KNOWN))).read().status == 100
        assert client.send(KNOWN).read().status == 200
        # Refused before anything of the body was sent.
        check_problem(client.send(head(2000)).read(), 413, "body_too_large")
    with daemon.client() as client:
        assert client.send(head(2, "miracles")).read().status == 417


def test_request_ids(daemon):
    rows = [("good.id-1_2", True), ("a" * 64, True), ("a" * 65, False), ("a b", False), ("", False),
            ('"><script>', False)]
    for sent, kept in rows:
        answer = daemon.post(KNOWN, headers=[f"X-Request-Id: {sent}"])
        check_every_answer(answer)
        assert (answer.headers["x-request-id"] == sent) == kept, sent
    answer = daemon.post(KNOWN, "/nowhere", headers=["X-Request-Id: mine"])
    assert answer.headers["x-request-id"] == "mine"


def test_half_closed_in_the_middle_is_answered(daemon):
    for data in (b"POST /webh", request(KNOWN)[:-5]):
        with daemon.client() as client:
            client.send(data).end_sending()
            check_problem(client.read(), 400, "bad_request")
            assert client.at_end()
    with daemon.client() as client:
        # Whole, and then nothing more: that is no error.
        assert client.send(request(KNOWN)).end_sending().read().status == 200
        assert client.at_end()


def test_curl(daemon):
    for number, arguments in enumerate((
            [], ["--http1.0"], ["-H", "Transfer-Encoding: chunked"], ["-H", "Expect: 100-continue"],
            ["-H", "Content-Type: text/plain"], ["-H", "Content-Type:"])):
        status, text = curl(*arguments, daemon.url(), body=opened(number))
        assert (status, json.loads(text)["status"]) == (200, "accepted"), arguments
    status, text = curl(daemon.url())
    assert (status, json.loads(text)["code"]) == (405, "method_not_allowed")
    status, text = curl(daemon.url(), body=b'{"a": "' + b"x" * 1_100_000 + b'"}')
    assert (status, json.loads(text)["code"]) == (413, "body_too_large")

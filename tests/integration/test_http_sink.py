"""The http sink in the real daemon: targets that are away, go away, refuse, and die; TLS."""

import json
import ssl
import subprocess
import threading
import time

import pytest

from harness import TIMEOUT, opened, request, run
from http_target import HttpTarget


@pytest.fixture
def make_target():
    made = []

    def make(*arguments, **options):
        made.append(HttpTarget(*arguments, **options))
        return made[-1]

    yield make
    for target in made:
        target.close()


def http_sink(target, **options):
    return {"kind": "http", "url": target.url(), "retry_min": "10ms", "retry_max": "50ms",
            **options}


def tables(target, **options):
    return {"sinks": {"out": {"kind": "stdout"}, "forward": http_sink(target, **options)}}


def post_all(daemon, numbers):
    """Posts events on one connection; each is answered while a sink may be in trouble."""
    with daemon.client() as client:
        for number in numbers:
            assert client.send(request(opened(number))).read().status == 200


def events_of(taken):
    """The events of requests, in whichever mode they came."""
    events = []
    for each in taken:
        text = each["body"].decode()
        if each["headers"]["content-type"] == "application/x-ndjson":
            events += map(json.loads, text.splitlines())
        else:
            value = json.loads(text)
            events += value if isinstance(value, list) else [value]
    return events


def seqs(taken):
    return [event["seq"] for event in events_of(taken)]


def first_seen(sequence):
    """Without what came once more."""
    return list(dict.fromkeys(sequence))


def sink_status(daemon, name="forward"):
    return next(sink for sink in daemon.health().json["sinks"] if sink["name"] == name)


def wait_for_sink(daemon, predicate, name="forward"):
    deadline = time.monotonic() + TIMEOUT
    while True:
        status = sink_status(daemon, name)
        if predicate(status):
            return status
        assert time.monotonic() < deadline, f"it stays at {status}"


@pytest.mark.parametrize("mode", ["single", "array", "ndjson"])
def test_a_target_that_is_down_at_the_start(make_daemon, make_target, mode):
    target = make_target()
    daemon = make_daemon(tables(target, mode=mode)).start()
    post_all(daemon, range(1, 101))
    # The other sink does not notice.
    daemon.out.wait_count(100)
    status = wait_for_sink(daemon, lambda sink: sink["retries"] >= 3)
    assert status["state"] == "retrying"
    assert status["last_error"] == f"127.0.0.1:{target.port}: connecting: Connection refused"
    assert status["delivered"] == status["dead"] == 0
    target.start()
    target.wait(lambda taken: len(seqs(taken)) >= 100, "all events")
    daemon.stop()
    assert seqs(target.taken) == list(range(1, 101))
    said = [line for line in daemon.err.all() if "'forward'" in line]
    assert len(said) == 2, "one line when it gets into trouble, and one when it is out of it"


def test_a_target_that_goes_down_in_the_middle(make_daemon, make_target):
    target = make_target().start()
    daemon = make_daemon(tables(target)).start()
    post_all(daemon, range(1, 101))
    target.wait(lambda taken: len(taken) >= 50, "half of the events")
    target.stop()
    before = sink_status(daemon)["retries"]
    post_all(daemon, range(101, 201))
    wait_for_sink(daemon, lambda sink: sink["retries"] > before)
    target.start()
    target.wait(lambda taken: 200 in seqs(taken), "the last event")
    daemon.stop()
    assert first_seen(seqs(target.taken)) == list(range(1, 201))
    assert len(daemon.events()) == 200


def test_a_target_that_is_slow_delays_nobody_else(make_daemon, make_target):
    """It keeps each batch until the test lets it answer."""
    turns = threading.Semaphore(0)

    def answer(_, number):
        assert turns.acquire(timeout=TIMEOUT)
        return 200

    target = make_target(answer).start()
    daemon = make_daemon(tables(target, mode="array", events_max=50, timeout="5m")).start()
    for answered in range(4):
        # Neither Vero nor the other sink notices.
        post_all(daemon, range(1 + 100 * answered, 101 + 100 * answered))
        daemon.out.wait_count(100 * (answered + 1))
        assert sink_status(daemon)["retries"] == 0
        turns.release()
        target.wait(lambda taken, count=answered + 1: len(taken) >= count, "an answer")
    turns.release(400)
    target.wait(lambda taken: 400 in seqs(taken), "the last event")
    daemon.stop()
    assert seqs(target.taken) == list(range(1, 401))


@pytest.mark.parametrize("mode", ["single", "array", "ndjson"])
def test_one_event_in_a_hundred_is_refused(make_daemon, make_target, mode):
    def answer(asked, _):
        refused = any(event["user"]["id"] % 100 == 0 for event in events_of([asked]))
        return 422 if refused else 200

    target = make_target(answer).start()
    daemon = make_daemon(tables(target, mode=mode)).start()
    post_all(daemon, range(1, 1001))
    status = wait_for_sink(daemon, lambda sink: sink["position"] == 1000)
    assert (status["delivered"], status["dead"], status["retries"]) == (990, 10, 0)
    assert "last_error" not in status
    daemon.stop()
    expected = [number for number in range(1, 1001) if number % 100]
    assert first_seen(seqs(target.taken)) == expected
    assert len(daemon.events()) == 1000


@pytest.mark.parametrize("after_answer", [True, False])
def test_a_target_that_takes_and_dies(make_daemon, make_target, after_answer):
    """It takes an event and dies, once with and once without having answered, again and again."""
    kept = []

    def answer(asked, number):
        kept.append(asked)
        if number % 10 == 0:
            if not after_answer:
                target.stop()
                target.start()
                return None
            return 200, "Connection: close"
        return 200

    target = make_target(answer).start()
    daemon = make_daemon(tables(target)).start()
    post_all(daemon, range(1, 101))
    target.wait(lambda taken: 100 in seqs(taken), "the last event")
    daemon.stop()
    assert first_seen(seqs(kept)) == list(range(1, 101))
    repeated = len(kept) - 100
    assert repeated == (0 if after_answer else len(kept) // 10)


def test_a_daemon_that_is_killed_delivers_the_rest(make_daemon, make_target):
    target = make_target().start()
    daemon = make_daemon(tables(target, mode="array", events_max=7)).start()
    post_all(daemon, range(1, 201))
    target.wait(lambda taken: len(taken) >= 5, "a few requests")
    daemon.kill()
    daemon.start()
    target.wait(lambda taken: 200 in seqs(taken), "the last event")
    daemon.stop()
    assert first_seen(seqs(target.taken)) == list(range(1, 201))


def test_several_connections_lose_nothing(make_daemon, make_target):
    def answer(_, number):
        return 503 if number % 20 == 0 else 200

    target = make_target(answer).start()
    daemon = make_daemon(tables(target, concurrency=4)).start()
    post_all(daemon, range(1, 501))
    wait_for_sink(daemon, lambda sink: sink["position"] == 500)
    daemon.stop()
    assert sorted(set(seqs(target.taken))) == list(range(1, 501))


def test_a_target_that_wants_to_be_left_alone(make_daemon, make_target):
    times = []

    def answer(_, number):
        times.append(time.monotonic())
        return (429, "Retry-After: 1") if number == 1 else 200

    target = make_target(answer).start()
    daemon = make_daemon(tables(target, retry_max="1s")).start()
    post_all(daemon, [1])
    target.wait(lambda taken: len(taken) == 1, "the event")
    assert times[1] - times[0] >= 1


def test_no_secret_is_told(make_daemon, make_target):
    hidden = "hidden-token"

    def answer(_, number):
        return [(301, f"Location: https://127.0.0.1/{hidden}?{hidden}"), 503, 403][number - 1]

    target = make_target(answer).start()
    daemon = make_daemon(tables(
        target, url=f"http://user:{hidden}@127.0.0.1:{target.port}/{hidden}?a={hidden}",
        headers=[f"X-Token: {hidden}"], secrets=["whsec_aGlkZGVuLXRva2VuLWhpZGRlbi10b2tlbg=="]))
    daemon.start()
    post_all(daemon, [1])
    wait_for_sink(daemon, lambda sink: sink["dead"] == 1)
    ready = daemon.health().body.decode()
    daemon.stop()
    checked = run("check", "-c", str(daemon.config))
    assert checked.returncode == 0, checked.stderr
    for said in (ready, daemon.err.text(), checked.stdout):
        assert "forward" in said
        assert hidden not in said
        assert "aGlkZGVu" not in said


@pytest.mark.parametrize("options, complaint", [
    ({"url": "ftp://127.0.0.1/"}, "sinks.forward.url: this is no URL to send to"),
    ({"secrets": ["whsec_short"]}, "sinks.forward.secrets: the secret must be whsec_"),
    ({"headers": ["no header"]}, "sinks.forward.headers: the header must be written"),
    ({"concurrency": 0}, "sinks.forward.concurrency"),
    ({"cloudevents": "binary"},
     'sinks.forward.cloudevents: cannot be "binary" unless format is "cloudevents"'),
])
def test_a_wrong_option_stops_the_start(make_daemon, make_target, options, complaint):
    daemon = make_daemon(tables(make_target(), **options)).launch()
    assert daemon.wait() != 0
    assert complaint in daemon.err.text()


@pytest.fixture
def authority(tmp_path):
    """Makes certificates of an authority of its own, with OpenSSL's command."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "1",
            "-subj", "/CN=authority of a test")

    def make(name, alternative_names):
        openssl("req", *new_key, "-keyout", f"{name}.key", "-out", f"{name}.csr",
                "-subj", f"/CN={name}")
        (tmp_path / "names").write_text(f"subjectAltName={alternative_names}\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "1", "-extfile", "names", "-out", f"{name}.pem")
        return str(tmp_path / f"{name}.pem"), str(tmp_path / f"{name}.key")

    make.ca_file = str(tmp_path / "ca.pem")
    return make


def test_tls_is_verified(make_daemon, make_target, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority("target", "DNS:localhost"))
    context.load_verify_locations(authority.ca_file)
    context.verify_mode = ssl.CERT_REQUIRED
    certificate, key = authority("client", "DNS:client")
    target = make_target(tls=context).start()
    good = {"url": target.url(scheme="https", host="localhost"), "ca_file": authority.ca_file,
            "cert_file": certificate, "key_file": key}
    sinks = {
        "good": good,
        "other-name": {**good, "url": target.url(scheme="https")},
        "unknown-authority": {name: good[name] for name in ("url", "cert_file", "key_file")},
        "no-certificate": {name: good[name] for name in ("url", "ca_file")},
        "unverified": {**{name: good[name] for name in ("url", "cert_file", "key_file")},
                       "verify_tls": False},
    }
    daemon = make_daemon(
        {"sinks": {name: http_sink(target, **options) for name, options in sinks.items()}}).start()
    post_all(daemon, [1])
    target.wait(lambda taken: len(taken) == 2, "the two that may")
    for name in ("good", "unverified"):
        wait_for_sink(daemon, lambda sink: sink["delivered"] == 1, name)
    for name in ("other-name", "unknown-authority"):
        status = wait_for_sink(daemon, lambda sink: sink["retries"] >= 2, name)
        assert "TLS handshake: certificate verify failed" in status["last_error"]
    wait_for_sink(daemon, lambda sink: sink["retries"] >= 2, "no-certificate")
    assert len(target.taken) == 2


def test_a_renewed_certificate_is_found(make_daemon, make_target, authority, tmp_path):
    """The files are read for each connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority("target", "DNS:localhost"))
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(open(authority("other", "DNS:other")[0]).read())
    target = make_target(tls=context).start()
    daemon = make_daemon(tables(target, url=target.url(scheme="https", host="localhost"),
                                ca_file=str(trusted))).start()
    post_all(daemon, [1])
    wait_for_sink(daemon, lambda sink: sink["retries"] >= 2)
    trusted.write_text(open(authority.ca_file).read())
    target.wait(lambda taken: len(taken) == 1, "the event")

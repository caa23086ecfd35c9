"""`verohook doctor`: of every link that is broken it says which one, and of none else."""

import re
import socket

import pytest

from doctor_site import ROTATED, SECRET, failures, warnings
from harness import PATH, free_port, opened, run
from metrics_support import Scrape, wait_metric
from test_doctor_counts import behind_nothing, counts


def test_all_is_well_and_nothing_is_counted(site):
    daemon = site.start_daemon()
    site.start_nginx()
    daemon.post(opened(1), f"{PATH}?token={SECRET}")
    before = wait_metric(daemon, behind_nothing(1))
    found, status = site.walk()
    assert (failures(found), warnings(found), status) == ([], [], 0), found
    assert list(found) == [
        "configuration", "state folder", "secrets", "disk", "daemon", "ready",
        "port 127.0.0.1:0", "sink stdout", "url", "name", "connect", "tls", "clock of the answer",
        "answer", "journal", "delivery stdout", "clock"]
    assert "2036-01-01" in found["tls"][1]
    after = wait_metric(daemon, behind_nothing(2))
    assert counts(after) == counts(before)
    assert after.value("verohook_test_events_total") == 1
    assert [event["seq"] for event in daemon.tail()] == [1]
    probe = daemon.tail("--type", "verohook_test")
    assert [event["seq"] for event in probe] == [2]
    daemon.out.wait_count(1)
    assert [event["seq"] for event in daemon.events()] == [1]


@pytest.mark.parametrize("suffix, secret", [
    ("/" + SECRET, "with one of auth.secrets"), (f"?token={ROTATED}", "with one of auth.secrets"),
    ("", "with a secret of auth.secrets, which it did not have")])
def test_the_secret_may_be_in_the_url_or_not(site, suffix, secret):
    site.start_daemon()
    site.start_nginx()
    site.url += suffix
    found, status = site.walk()
    assert (failures(found), status) == ([], 0), found
    assert found["url"][1].endswith(secret)


def stopped(site):
    site.start_daemon()
    site.start_nginx()
    site.daemon.stop()


def wrong_upstream(site):
    site.start_daemon()
    site.start_nginx(upstream=f"127.0.0.1:{free_port()}")


def wrong_secret(site):
    site.start_daemon()
    site.start_nginx()
    site.url += "/wrong-secret"


def wrong_token(site):
    site.start_daemon()
    site.start_nginx()
    site.url += "?token=wrong-secret"


def no_secret_at_all(site):
    site.start_daemon({"auth": {"secrets": []}})
    site.start_nginx()


def wrong_path(site):
    site.start_daemon()
    site.start_nginx(more="rewrite ^ /elsewhere break;")


def with_certificate(name):
    def prepare(site):
        site.start_daemon()
        site.start_nginx(certificate=name)
    return prepare


def unknown_authority(site):
    with_certificate("good")(site)
    site.arguments = []


def with_server(server):
    def prepare(site):
        site.start_daemon()
        site.start_nginx(server)
    return prepare


def with_more(more):
    def prepare(site):
        site.start_daemon()
        site.start_nginx(more=more)
    return prepare


def not_allowed(site):
    site.start_daemon({"auth": {"allow": ["192.0.2.0/24"]}})
    site.start_nginx()


def untrusted_proxy(site):
    site.start_daemon({"auth": {"allow": ["192.0.2.0/24"], "trusted_proxies": []}})
    site.start_nginx(more="proxy_set_header X-Forwarded-For 192.0.2.1;")


def disk_below_threshold(site):
    site.start_daemon({"admin": {"disk_free_min": "1000000GiB"}})
    site.start_nginx()


def no_such_host(site):
    site.start_daemon()
    # No name service is asked for a label of more than 63 characters.
    site.url = f"https://{'a' * 64}.example{PATH}"


def nobody_listens(site):
    site.start_daemon()
    site.url = site.url_of(free_port())


def tls_where_there_is_none(site):
    site.start_daemon()
    site.start_nginx(certificate=None)
    site.url = site.url_of(site.nginx.port)


def none_where_there_is_tls(site):
    site.start_daemon()
    site.start_nginx()
    site.url = site.url_of(site.nginx.port, "http")


def silent_upstream(site):
    site.start_daemon()
    listener = site.closing.enter_context(socket.create_server(("127.0.0.1", 0)))
    site.start_nginx(upstream="127.0.0.1:%d" % listener.getsockname()[1])


def cut_off(site):
    site.start_daemon()
    site.url = site.url_of(site.serve_once(b""), "http")


def foreign_verohook(site):
    other = site.start_daemon(folder="other")
    other.post(opened(1), f"{PATH}?token={SECRET}")
    site.start_nginx()
    site.start_daemon()


def stuck_sink(site):
    site.start_daemon({"sinks": {"crm": {
        "kind": "http", "url": f"http://127.0.0.1:{free_port()}/"}}})
    site.start_nginx()
    site.daemon.post(opened(1), f"{PATH}?token={SECRET}")
    site.daemon.err.wait_for("crm")


def problem_of_somebody_else(site):
    site.start_daemon()
    body = b'{"code":"teapot","detail":"' + SECRET.encode() + b'"}'
    site.url = site.url_of(site.serve_once(
        b"HTTP/1.1 418 T\r\nServer: " + SECRET.encode() + b"\r\nX-Request-Id: a\r\n"
        b"Content-Type: application/problem+json\r\nContent-Length: %d\r\n\r\n" % len(body)
        + body), "http")


REDIRECT = "        return 301 https://hooks.example.com$request_uri;\n"
# {name: (what is broken, the checks that fail, words of the last of them)}
BROKEN = {
    "the daemon is stopped": (stopped, ["daemon", "answer"], "does not reach verohook"),
    "the proxy asks at another port": (wrong_upstream, ["answer"], "502.*does not reach verohook"),
    "the secret in the path is wrong": (wrong_secret, ["answer"], "404.*secret is wrong"),
    "the secret in the query is wrong": (wrong_token, ["answer"], "401.*no valid secret"),
    "no secret is configured": (no_secret_at_all, ["answer"], "401.*no valid secret"),
    "the proxy changes the path": (wrong_path, ["answer"], "verohook answers 404"),
    "the certificate has ended": (
        with_certificate("ended"), ["tls"], "has ended at 2020-02-01T00:00:00Z"),
    "the certificate is another host's": (
        with_certificate("another"), ["tls"], "for hooks.example.com and not for localhost"),
    "nobody vouches for the certificate": (
        unknown_authority, ["tls"], r"nobody here vouches for \(Test authority\)"),
    "a default page": (
        with_server('        return 200 "<html>Welcome to nginx!</html>";\n'), ["answer"],
        "200 is not verohook's, it is of nginx"),
    "nginx knows no such path": (with_server("        root /nowhere;\n"), ["answer"],
                                 "404 is not verohook's"),
    "a redirect": (with_server(REDIRECT), ["answer"], "301 leads to https://hooks.example.com;"),
    "a password of the proxy's": (with_server("        return 401;\n"), ["answer"],
                                  "401 is not.*password"),
    "the proxy denies": (with_more("deny all;"), ["answer"], "403 is not.*nobody through"),
    "the proxy takes no bodies": (with_more("client_max_body_size 10;"), ["answer"],
                                  "413 is not.*body of 80 bytes"),
    "the proxy limits the rate": (with_server("        return 429;\n"), ["answer"],
                                  "429 is not.*limits the rate"),
    "the allow-list refuses": (not_allowed, ["answer"],
                               r"403: the sender's address.*be 127\.0\.0\.1, is not in auth.allow"),
    "the proxy is not trusted": (untrusted_proxy, ["answer"], r"403.*be 127\.0\.0\.1, is not"),
    "the disk is below the threshold": (disk_below_threshold, ["disk", "ready"], "disk_free_min"),
    "there is no such host": (no_such_host, ["name"], "looking up the host"),
    "nobody listens": (nobody_listens, ["connect"], "onnection refused"),
    "the port speaks no TLS": (tls_where_there_is_none, ["tls"], "handshake"),
    "the port speaks TLS": (none_where_there_is_tls, ["answer"], "400 is not verohook's"),
    "the upstream says nothing": (silent_upstream, ["answer"], "504.*no answer of verohook"),
    "the connection is cut off": (cut_off, ["answer"], "reading the answer"),
    "another verohook answers": (foreign_verohook, ["journal"], "another verohook has answered"),
    "a sink is stuck": (stuck_sink, ["sink crm", "delivery crm"], "2 places left.*refused"),
    "the proxy changes the body": (
        with_more('proxy_set_body "$request_body ";'), ["answer"],
        "has taken the test event for an event of Vero's, as number 1"),
    "another program has problems, too": (
        problem_of_somebody_else, ["answer"], "a server that does not say its name"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_broken_link_is_named(site, name):
    prepare, expected, words = BROKEN[name]
    prepare(site)
    found, status = site.walk()
    assert (failures(found), status) == (expected, 1), found
    assert re.search(words, found[expected[-1]][1]), found[expected[-1]]


def test_without_a_url_it_posts_nothing(site):
    daemon = site.start_daemon()
    before = Scrape(daemon).value("verohook_http_connections_accepted_total")
    found, status = site.examine()
    assert (failures(found), status) == ([], 0)
    assert "url" not in found
    after = Scrape(daemon)
    assert after.value("verohook_http_connections_accepted_total") == before
    assert after.value("verohook_test_events_total") == 0


def test_who_listens_at_the_port(site):
    daemon = site.start_daemon()
    socket_file = site.folder / "verohook.sock"
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = "127.0.0.1:%d" % other.getsockname()[1]
        free = f"127.0.0.1:{free_port()}"
        daemon.configure({"auth": {"secrets": [SECRET]}, "http": {
            "listen": [daemon.address, taken, free, f"unix:{socket_file}"]}})
        found, _ = site.examine()
        assert failures(found) == [f"port {taken}", f"port {free}", f"port unix:{socket_file}"]
        assert "which is the daemon, for this machine alone" in found[f"port {daemon.address}"][1]
        assert "python" in found[f"port {taken}"][1]
        assert "restart it" in found[f"port {free}"][2]
        daemon.stop()
        found, _ = site.examine()
        assert failures(found) == ["daemon", f"port {taken}"]


def test_who_may_read_what(site):
    daemon = site.start_daemon()
    found, _ = site.examine()
    assert warnings(found) == []
    secrets = site.folder / "secrets"
    secrets.write_text(SECRET + "\n")
    secrets.chmod(0o644)
    daemon.configure({"auth": {"secrets_file": str(secrets)}})
    daemon.config.chmod(0o644)
    daemon.state.chmod(0o755)
    found, status = site.examine()
    # The configuration itself holds no secret any more.
    assert (warnings(found), status) == (["state folder", "secrets"], 0), found
    assert str(secrets) in found["secrets"][1]
    secrets.chmod(0o640)
    daemon.state.chmod(0o750)
    assert warnings(site.examine()[0]) == []


def test_a_state_folder_that_cannot_be(site):
    daemon = site.start_daemon()
    daemon.stop()
    daemon.configure({"auth": {"secrets": [SECRET]}, "state_dir": str(daemon.config / "state")})
    found, status = site.examine()
    assert (failures(found), status) == (["state folder", "daemon"], 1)
    assert "cannot be made" in found["state folder"][1]


def test_another_clock_is_pointed_at(site):
    site.start_daemon()
    answer = (b"HTTP/1.1 502 Bad Gateway\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
              b"Content-Length: 0\r\n\r\n")
    site.url = site.url_of(site.serve_once(answer), "http")
    found, _ = site.walk()
    assert warnings(found) == ["clock of the answer"]
    assert "seconds ahead of that of http://localhost" in found["clock of the answer"][1]


def test_what_cannot_be_examined_is_said(site):
    daemon = site.start_daemon()
    done = run("doctor", "-c", str(daemon.config), "--url", f"ftp://x/{SECRET}")
    assert (done.returncode, done.stdout) == (2, "")
    assert SECRET not in done.stderr
    daemon.config.write_text("[http]\nlisten = 5\n")
    done = run("doctor", "-c", str(daemon.config))
    assert done.returncode == 3
    assert "failed   configuration" in done.stdout
    assert f"{daemon.config}:2: http.listen" in done.stdout
    done = run("doctor", "--ca", "x")
    assert done.returncode == 2


def test_people_read_lines(site):
    daemon = site.start_daemon()
    done = run("doctor", "-c", str(daemon.config))
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("ok       configuration")
    assert all(line.startswith(("ok ", "warning ", "failed ", " ")) for line in lines)
    daemon.stop()
    lines = run("doctor", "-c", str(daemon.config)).stdout.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("failed   daemon"))
    assert "→ start it" in lines[at + 1]

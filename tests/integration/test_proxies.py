"""nginx, HAProxy and Caddy before verohook, with the files of config/: who is let in, what is not
sent twice, and that no secret gets into their logs."""

import http.client
import re
import shutil
import socket
import ssl
import tempfile

import pytest

from harness import PATH, curl, opened, request
from http_target import HttpTarget
from proxies import Caddy, HaProxy, HaProxyOfConnections, Nginx, certificate

SECRET = "proxy-secret-0123456789"
EVERY = pytest.mark.parametrize("kind", [Nginx, HaProxy, Caddy])
OF_REQUESTS = {"auth": {"secrets": [SECRET], "allow": ["127.0.0.2"],
                        "trusted_proxies": ["127.0.0.1"]}}


@pytest.fixture
def on_unix_socket(make_daemon):
    """A daemon as the files want it; the path of a socket has to be short."""
    folder = tempfile.mkdtemp(prefix="verohook-")
    yield make_daemon({**OF_REQUESTS, "http": {"listen": [f"unix:{folder}/webhook.sock"]}}).start()
    shutil.rmtree(folder, ignore_errors=True)


def client_of(proxy):
    """One connection for many requests."""
    context = ssl.create_default_context(cafile=certificate() / "cert.pem")
    return http.client.HTTPSConnection("127.0.0.1", proxy.port, context=context,
                                       source_address=("127.0.0.2", 0))


def post(client, number):
    """The status; None where the proxy has closed the connection without an answer."""
    try:
        client.request("POST", f"{PATH}/{SECRET}", opened(number))
        answer = client.getresponse()
    except http.client.RemoteDisconnected:
        return None
    answer.read()
    return answer.status


def check_senders(proxy):
    """Who sends is known, and whatever the headers say changes nothing."""
    number = 0
    for source, expected in [("127.0.0.2", 200), ("127.0.0.3", 403)]:
        for forged in ([], ["X-Forwarded-For: 127.0.0.2"], ["X-Forwarded-For: 127.0.0.3"],
                       ["X-Forwarded-For: 127.0.0.2", "X-Forwarded-For: 127.0.0.1"],
                       ["Forwarded: for=127.0.0.2", "X-Real-IP: 127.0.0.2"]):
            number += 1
            headers = [part for line in forged for part in ("-H", line)]
            status, text = curl("--interface", source, *headers, proxy.url("/" + SECRET),
                                body=opened(number))
            assert status == expected, (source, forged, text)


@EVERY
def test_the_true_sender_over_tls_and_a_unix_socket(on_unix_socket, make_proxy, kind):
    daemon = on_unix_socket
    proxy = make_proxy(kind, daemon.address)
    check_senders(proxy)
    remotes = {each["remote"] for each in daemon.tail() if "remote" in each}
    assert remotes <= {"127.0.0.2"}
    from_allowed = ["--interface", "127.0.0.2"]
    for path in ("/", "/metrics", "/webhooks"):
        assert curl(*from_allowed, proxy.origin + path)[0] == 404, path
    too_much = [*from_allowed, proxy.url("/" + SECRET)]
    assert status_while_sending(too_much, b" " * 1_048_577) == 413
    assert curl(*from_allowed, proxy.url("/" + SECRET), body=opened(50).ljust(1_048_576))[0] == 200


def status_while_sending(arguments, body):
    """The status of an answer that may come before all is sent: then the proxy closes, and curl may
    see that first (its errors 55 and 56), so it is asked again."""
    for _ in range(50):
        try:
            return curl(*arguments, body=body)[0]
        except AssertionError as error:
            assert "curl: (55)" in str(error) or "curl: (56)" in str(error), error
    raise AssertionError("no answer is ever seen")


@EVERY
def test_no_secret_in_the_proxys_logs(on_unix_socket, make_proxy, kind):
    daemon = on_unix_socket
    proxy = make_proxy(kind, daemon.address)
    targets = [f"/{SECRET}", f"?token={SECRET}", f"/{SECRET}/more"]

    def send_all(body):
        return {curl("--interface", "127.0.0.2", *headers, proxy.url(target), body=body)[0]
                for headers in ([], ["-H", f"Authorization: Bearer {SECRET}"])
                for target in targets}

    assert send_all(opened(1)) == {200, 404}
    # A length that is only declared, so that the answer need not race with the body.
    for target in targets:
        with proxy.connect() as client:
            client.sendall(f"POST {PATH}{target} HTTP/1.1\r\nHost: a\r\n"
                           "Content-Length: 1100000\r\n\r\n".encode())
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
    # While its upstream is gone it has something to complain of.
    daemon.stop()
    assert send_all(opened(1)) <= {502, 503}
    proxy.stop()
    assert proxy.said() != ""
    assert SECRET not in proxy.said()


@EVERY
def test_a_request_is_never_sent_twice(make_proxy, kind):
    target = HttpTarget(lambda _, number: 200 if number < 3 else None).start()
    try:
        proxy = make_proxy(kind, f"127.0.0.1:{target.port}")
        client = client_of(proxy)
        # The first ones leave a connection behind, on which the third is sent and not answered.
        statuses = [post(client, number) for number in range(3)]
        # Of a connection that was kept HAProxy leaves it to the client what to make of that.
        assert statuses[:2] == [200, 200]
        assert statuses[2] in ((502, None) if kind is HaProxy else (502,))
        client.close()
        assert target._count == 3
    finally:
        target.close()


@EVERY
def test_connections_to_verohook_are_kept(on_unix_socket, make_proxy, kind):
    daemon = on_unix_socket
    proxy = make_proxy(kind, daemon.address)
    client = client_of(proxy)
    assert [post(client, number) for number in range(20)] == [200] * 20
    client.close()
    metrics = daemon.health("/metrics").body.decode()
    opened_connections = re.search(
        r"^verohook_http_connections_accepted_total (\d+)", metrics, re.M)
    # The next request may come before the last one's connection is free again.
    assert int(opened_connections[1]) <= 5


@pytest.mark.parametrize("kind, changes", [
    (Nginx, [("rate=2000r/s", "rate=1r/m"), ("burst=20000", "burst=2")]),
    (HaProxy, [("gt 40000", "gt 3")])])
def test_a_flood_is_refused(on_unix_socket, make_proxy, kind, changes):
    proxy = make_proxy(kind, on_unix_socket.address, changes=changes)
    client = client_of(proxy)
    assert [post(client, number) for number in range(5)] == [200, 200, 200, 429, 429]
    client.close()
    proxy.stop()
    assert " 429 " in proxy.said()
    assert SECRET not in proxy.said()


def test_without_tls_nginx_has_nothing(on_unix_socket, make_proxy):
    proxy = make_proxy(Nginx, on_unix_socket.address)
    assert curl(f"http://127.0.0.1:{proxy.plain_port}{PATH}/{SECRET}", body=opened(1))[0] == 404


@pytest.mark.parametrize("version", ["send-proxy-v2", "send-proxy"])
def test_the_true_sender_by_the_proxy_protocol(make_daemon, make_proxy, version):
    daemon = make_daemon({**OF_REQUESTS, "http": {
        "listen": ["127.0.0.1:0"], "proxy_protocol": True}}).start()
    proxy = make_proxy(HaProxyOfConnections, daemon.address,
                       changes=[(" send-proxy-v2", " " + version)])
    check_senders(proxy)
    # The proxy has looked whether the port is open, and nothing is said of that.
    assert "PROXY" not in daemon.err.text()
    # Who does not speak it is told so.
    assert curl(f"http://{daemon.address}{PATH}/{SECRET}", body=opened(1))[0] == 400
    daemon.err.wait_for("does not begin with a PROXY header, as http.proxy_protocol wants")
    assert "--haproxy-protocol" in daemon.err.wait_for("try it: (.*)")[1]
    daemon.stop()
    daemon.configure({"http": {"listen": [daemon.address], "proxy_protocol": True}})
    daemon.start()
    # Whoever comes by it does not come from this machine, whatever the header says.
    for header in (b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n", b"PROXY UNKNOWN\r\n"):
        with daemon.client() as client:
            assert client.send(header + request(opened(2))).read().status == 401

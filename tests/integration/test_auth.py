"""Who may send: secrets in four places, rotation, the allow-list, proxies; and no secret leaks."""

import base64
import json
import re
import subprocess

import pytest

from harness import BINARY, PATH, curl, opened, request, run

OLD = "old-secret-0123456789"
NEW = "new-secret-9876543210"
WRONG = "wrong-secret-55555555"


def basic(secret):
    return "Authorization: Basic " + base64.b64encode(b"vero:" + secret.encode()).decode()


# Where a credential may stand: (target, headers) of a request with it.
PLACES = {
    "path": lambda secret: (f"{PATH}/{secret}", []),
    "query": lambda secret: (f"{PATH}?token={secret}", []),
    "query among others": lambda secret: (f"{PATH}?a=1&token={secret}&b", []),
    "bearer": lambda secret: (PATH, [f"Authorization: Bearer {secret}"]),
    "bearer in lower case": lambda secret: (PATH, [f"authorization: bearer {secret}"]),
    "basic": lambda secret: (PATH, [basic(secret)]),
    "percent-encoded": lambda secret: (f"{PATH}?token=%{ord(secret[0]):02x}{secret[1:]}", []),
}
# Answers to a wrong secret: a path that is no secret does not exist.
REFUSED = {"path": (404, "not_found")}


@pytest.mark.parametrize("place", PLACES)
def test_places_and_rotation(make_daemon, place):
    daemon = make_daemon({"auth": {"secrets": [OLD, NEW]}}).start()
    for number, secret in enumerate((OLD, NEW)):
        target, headers = PLACES[place](secret)
        assert daemon.post(opened(number), target, headers).status == 200
    for secret in (WRONG, OLD[:-1], OLD + "x", OLD.upper()):
        target, headers = PLACES[place](secret)
        answer = daemon.post(opened(9), target, headers)
        assert (answer.status, answer.code) == REFUSED.get(place, (401, "unauthorized"))
    assert daemon.post(opened(9)).status == 401
    daemon.stop()
    assert [event["seq"] for event in daemon.events()] == [1, 2]


def test_credentials_in_the_url_as_curl_sends_them(make_daemon):
    daemon = make_daemon({"auth": {"secrets": [NEW]}}).start()
    status, _ = curl(f"http://vero:{NEW}@{daemon.address}{PATH}", body=opened(1))
    assert status == 200
    status, _ = curl("-u", f"vero:{WRONG}", daemon.url(), body=opened(1))
    assert status == 401


def test_malformed_credentials(make_daemon):
    daemon = make_daemon({"auth": {"secrets": [NEW]}}).start()
    for value in ("Basic", "Basic ", "Basic !!!!", "Basic dmVybw==", "Bearer", "Digest a=b", "",
                  NEW, "Basic " + "A" * 8000):
        assert daemon.post(opened(1), headers=[f"Authorization: {value}"]).status == 401, value
    for target in (PATH + "?token", PATH + "?token=", PATH + "?token=%zz", PATH + "?TOKEN=" + NEW):
        assert daemon.post(opened(1), target).status == 401, target
    for target in (PATH + "/%zz", f"{PATH}/{NEW}/", f"{PATH}/{NEW}/x"):
        assert daemon.post(opened(1), target).status == 404, target
    # Where the secret is in the path, nobody learns whether the path exists by another method.
    with daemon.client() as client:
        assert client.send(request(b"", f"{PATH}/{WRONG}", method="GET")).read().status == 404


@pytest.mark.parametrize("auth, environment", [
    ({"secrets": ["${VERO_SECRET}"]}, {"VERO_SECRET": NEW}),
    ({"secrets_file": "secrets"}, {}),
])
def test_secrets_from_elsewhere(make_daemon, auth, environment):
    daemon = make_daemon({"auth": auth}, environment=environment)
    (daemon.folder / "secrets").write_text(f"# rotated yearly\n{OLD}\n\n{NEW}\n")
    daemon.start()
    assert daemon.post(opened(1), f"{PATH}/{NEW}").status == 200
    assert daemon.post(opened(1), f"{PATH}/{WRONG}").status == 404


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0"])
def test_does_not_start_unprotected(make_daemon, listen):
    daemon = make_daemon({"http": {"listen": ["127.0.0.1:0", listen]}}).launch()
    assert daemon.wait() == 3
    (line,) = daemon.err.all()
    assert listen in line
    assert "auth.secrets" in line
    assert "auth.required = false" in line
    assert not daemon.state.exists()


def test_does_not_start_with_an_admin_port_for_all(make_daemon):
    daemon = make_daemon({"admin": {"listen": ["0.0.0.0:0"]}, "auth": {"secrets": [NEW]}}).launch()
    assert daemon.wait() == 3
    (line,) = daemon.err.all()
    assert "admin" in line


@pytest.mark.parametrize("auth", [{"secrets": [NEW]}, {"required": False}])
def test_starts_where_others_can_reach_it(make_daemon, auth):
    make_daemon({"http": {"listen": ["0.0.0.0:0"]}, "auth": auth}).start().stop()


PROXIED = ["X-Forwarded-For: 203.0.113.9", "Forwarded: for=203.0.113.9", "X-Real-IP: 203.0.113.9",
           "X-Forwarded-For:", "Via: 1.1 a"]


@pytest.mark.parametrize("header", PROXIED)
def test_without_a_secret_nothing_from_outside_is_taken(daemon, header):
    answer = daemon.post(opened(1), headers=[header])
    assert (answer.status, answer.code) == (401, "unauthorized")
    daemon.err.wait_for(r"auth\.secrets.*auth\.required = false")
    assert daemon.post(opened(1)).status == 200


def test_without_a_secret_nothing_through_nginx_is_taken(daemon, make_nginx):
    status, text = curl(make_nginx(daemon).url(), body=opened(1))
    assert (status, json.loads(text)["code"]) == (401, "unauthorized")
    daemon.err.wait_for(r"127\.0\.0\.1.*auth\.secrets")


def test_not_required(make_daemon, make_nginx):
    daemon = make_daemon({"auth": {"required": False}}).start()
    status, _ = curl(make_nginx(daemon).url(), body=opened(1))
    assert status == 200
    daemon.stop()
    (record,) = daemon.tail()
    assert record["type"] == "opened"


@pytest.mark.parametrize("allow, forwarded, status", [
    (["203.0.113.0/24"], "203.0.113.9", 200),
    (["203.0.113.0/24"], "203.0.114.9", 403),
    # What the sender wrote itself stands further left and says nothing.
    (["203.0.113.0/24"], "203.0.113.9, 198.51.100.7", 403),
    (["203.0.113.0/24"], "198.51.100.7, 203.0.113.9", 200),
    # Trusted proxies are passed over.
    (["203.0.113.0/24"], "203.0.113.9, 10.1.1.1, 127.0.0.1", 200),
    (["203.0.113.0/24"], "203.0.113.9, nonsense", 403),
    (["2001:db8::/32"], "2001:db8::7", 200),
    (["203.0.113.0/24"], "::ffff:203.0.113.9", 200),
    (["203.0.113.0/24"], None, 403),
    (["127.0.0.1"], None, 200),
])
def test_allow_list(make_daemon, allow, forwarded, status):
    daemon = make_daemon({"auth": {
        "secrets": [NEW], "allow": allow, "trusted_proxies": ["127.0.0.0/8", "10.0.0.0/8"],
    }}).start()
    headers = [f"X-Forwarded-For: {forwarded}"] if forwarded else []
    answer = daemon.post(opened(1), f"{PATH}/{NEW}", headers)
    assert answer.status == status
    if status == 403:
        assert answer.code == "forbidden"


@pytest.mark.parametrize("forwarded, status", [
    (None, 403),
    ("nonsense", 403),
    ("203.0.113.9, nonsense", 403),
    ("198.51.100.7", 403),
    ("203.0.113.9", 200),
])
def test_the_allow_list_behind_a_unix_socket(make_daemon, tmp_path, forwarded, status):
    daemon = make_daemon({
        "http": {"listen": [f"unix:{tmp_path}/socket"]},
        "auth": {"secrets": [NEW], "allow": ["203.0.113.0/24"]}}).start()
    headers = [f"X-Forwarded-For: {forwarded}"] if forwarded else []
    assert daemon.post(opened(1), f"{PATH}/{NEW}", headers).status == status
    if status == 403:
        daemon.err.wait_for(r"refused a request from \S+, which is not in auth\.allow")


def test_the_log_says_why_a_secret_was_refused(make_daemon):
    for target, reason in ((f"{PATH}/{WRONG}", r"127\.0\.0\.1 with a wrong secret in its path"),
                           (f"{PATH}?token={WRONG}", r"127\.0\.0\.1 with a wrong secret"),
                           (PATH, r"127\.0\.0\.1 with no secret")):
        daemon = make_daemon({"auth": {"secrets": [NEW]}}).start()
        for _ in range(20):
            assert daemon.post(opened(1), target).status in (401, 404)
        daemon.stop()
        # A sender cannot fill the log.
        first, then = [line for line in daemon.err.all() if "refused" in line]
        assert re.search(reason, first)
        assert re.search(reason + ".* … 19 times more", then)
        assert WRONG not in daemon.err.text()


def test_the_true_client_behind_nginx(make_daemon, make_nginx):
    # The client of nginx is this machine, whatever it pretends.
    daemon = make_daemon({"auth": {
        "secrets": [NEW], "allow": ["203.0.113.0/24"], "trusted_proxies": ["127.0.0.1"]}}).start()
    nginx = make_nginx(daemon)
    status, text = curl("-H", "X-Forwarded-For: 203.0.113.9", nginx.url("/" + NEW), body=opened(1))
    assert (status, json.loads(text)["code"]) == (403, "forbidden")
    daemon.stop()
    daemon.configure({"auth": {
        "secrets": [NEW], "allow": ["203.0.113.0/24"], "trusted_proxies": ["::1"]}})
    daemon.start()
    status, text = curl("-H", "X-Forwarded-For: 203.0.113.9",
                        f"http://{daemon.address}{PATH}/{NEW}", body=opened(1))
    # Nobody is trusted with X-Forwarded-For here, so it is not believed.
    assert (status, json.loads(text)["code"]) == (403, "forbidden")
    daemon.err.wait_for(r"127\.0\.0\.1.*auth\.allow")


def test_nginx_passes_the_clients_address_on(make_daemon, make_nginx):
    # nginx listens on 127.0.0.1 and is called from 127.0.0.2: an address that is no proxy of ours.
    daemon = make_daemon({"auth": {
        "secrets": [NEW], "allow": ["127.0.0.2"], "trusted_proxies": ["127.0.0.1/32"]}}).start()
    nginx = make_nginx(daemon)
    rows = [("127.0.0.2", 200), ("127.0.0.3", 403)]
    for source, expected in rows:
        for forged in ([], ["-H", "X-Forwarded-For: 127.0.0.2"]):
            status, text = curl("--interface", source, *forged, nginx.url("/" + NEW),
                                body=opened(1))
            assert status == expected, (source, forged, text)


def journal_bytes(state):
    """Everything in the journal's files, and its rows as text."""
    contents = b"".join(path.read_bytes() for path in sorted(state.iterdir()))
    rows = subprocess.run(
        ["/usr/bin/python3", "-c",
         "import sqlite3,sys\n"
         "for line in sqlite3.connect(f'file:{sys.argv[1]}?mode=ro',uri=True).iterdump():\n"
         "    print(line)", str(state / "journal.db")],
        stdout=subprocess.PIPE, check=True).stdout
    return contents + rows


def test_secrets_leak_nowhere(make_daemon, make_nginx):
    daemon = make_daemon({"auth": {"secrets": [OLD, NEW]}, "log": {"level": "debug"}}).start()
    nginx = make_nginx(daemon)
    answers = []
    number = 0
    for secret in (OLD, NEW, WRONG):
        for place in PLACES.values():
            number += 1
            target, headers = place(secret)
            arguments = [argument for header in headers for argument in ("-H", header)]
            answers.append(daemon.post(opened(number), target, headers).body.decode())
            url = nginx.origin + target
            answers.append(curl(*arguments, url, body=opened(1000 + number))[1])
            # And with something wrong with it, since errors like to quote.
            answers.append(curl(*arguments, url, body=b"{")[1])
            answers.append(curl(*arguments, url, body=b"{}" + b" " * 1_050_000)[1])
            answers.append(curl("-X", "PUT", *arguments, url, body=b"{}")[1])
            with daemon.client() as client:
                client.send(request(b"{}", target, [*headers, "Transfer-Encoding: chunked"]))
                answers.append(client.read().body.decode())
    checked = run("check", "-c", str(daemon.config))
    shown = run("tail", "-c", str(daemon.config), "-n", "10000", "--format", "json")
    daemon.post(opened(1), PATH + "/" + OLD)
    # While nginx's upstream is gone it has something to complain of.
    daemon.stop()
    answers.append(curl(nginx.url("/" + NEW), body=opened(1))[1])
    nginx.stop()
    texts = {
        "answers": "\n".join(answers), "stdout": daemon.out.text(), "stderr": daemon.err.text(),
        "check": checked.stdout + checked.stderr, "tail": shown.stdout + shown.stderr,
        "nginx": nginx.err.text(),
        "nginx's logs": "".join(path.read_text() for path in nginx.folder.glob("*.log")),
        "journal": journal_bytes(daemon.state).decode("latin-1"),
    }
    assert checked.stdout and shown.stdout and "POST" in texts["nginx's logs"]
    encoded = {basic(secret).split(" ")[2] for secret in (OLD, NEW, WRONG)}
    for name, text in texts.items():
        for secret in {OLD, NEW, WRONG, OLD[1:], NEW[1:], WRONG[1:]} | encoded:
            assert secret not in text, f"{name}: {secret}"


def test_a_secret_with_an_error_is_not_printed(tmp_path):
    config = tmp_path / "verohook.toml"
    for line in (f'secrets = "{NEW}"', f'secrets = ["{NEW} x"]', f'secret = ["{NEW}"]',
                 'secrets = ["5ecret"]'):
        config.write_text("[auth]\n" + line + "\n")
        for command in ("serve", "check"):
            done = run(command, "-c", str(config))
            assert done.returncode == 3, line
            assert f"{config}:2:" in done.stderr, done.stderr
            assert NEW not in done.stdout + done.stderr
            assert "5ecret" not in done.stdout + done.stderr


def test_the_binary_is_there():
    assert subprocess.run([BINARY, "--version"], stdout=subprocess.PIPE, check=True).stdout

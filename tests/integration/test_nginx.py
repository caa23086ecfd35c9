"""config/nginx.conf with its own user and its own limit; and the parts of it that the README tells
to copy, in an nginx of somebody else."""

import json
import os
import pathlib
import pwd
import re

import pytest

from harness import PATH, SOURCE, Daemon, curl, opened
from proxies import NginxWithItsUser

SECRET = "nginx-secret-0123456789"
# A server with headers, logs and locations of its own, none of which may reach the part's location.
FOREIGN = r"""
user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log warn;
events {}
http {
    access_log /var/log/nginx/access.log;
    client_max_body_size 1k;
%(part1)s
    server {
        listen 80 default_server;
        listen [::]:80 default_server;
        proxy_set_header X-Mine 1;
        proxy_http_version 1.0;
        location / { return 404; }
        location ~ \.php$ { return 418; }
%(part2)s
    }
}
"""


def parts():
    text = (SOURCE / "config/nginx.conf").read_text()
    part = r"# ---- part (\d): into \w+ ----\n(.*?)\n *# ---- end of part \1"
    found = re.findall(part, text, re.DOTALL)
    return {f"part{number}": part for number, part in found}


@pytest.fixture
def foreign(make_nginx):
    assert sorted(parts()) == ["part1", "part2"]
    return lambda daemon: make_nginx(daemon, FOREIGN % parts())


def test_the_readme_names_the_parts():
    readme = " ".join((SOURCE / "README.md").read_text().split())
    assert "part 1 (`log_format`, `limit_req_zone` and `upstream`) into `http`" in readme
    assert "part 2 (`location`) into your `server`" in readme


def test_what_comes_from_outside_is_never_taken_for_local(make_daemon, foreign):
    daemon = make_daemon().start()
    status, text = curl(foreign(daemon).url(), body=opened(1))
    assert (status, json.loads(text)["code"]) == (401, "unauthorized")
    daemon.err.wait_for(r"127\.0\.0\.1.*auth\.secrets")


def test_the_parts_work_where_they_are_pasted(make_daemon, foreign):
    daemon = make_daemon({"auth": {
        "secrets": [SECRET], "allow": ["127.0.0.2"], "trusted_proxies": ["127.0.0.1"]}}).start()
    nginx = foreign(daemon)
    body = opened(1)[:-1] + b',"filler":"' + b"x" * 900_000 + b'"}'
    for source, path, expected in (
            ("127.0.0.2", PATH + "/" + SECRET, 200),
            ("127.0.0.2", PATH + "?token=" + SECRET, 200),
            ("127.0.0.3", PATH + "/" + SECRET, 403),
            ("127.0.0.2", PATH + "/wrong-secret.php", 404)):
        status, text = curl("--interface", source, "-H", "X-Forwarded-For: 127.0.0.2",
                            f"http://127.0.0.1:{nginx.port}{path}", body=body)
        assert status == expected, (source, path, text)
    daemon.err.wait_for("with a wrong secret in its path")
    daemon.stop()
    assert curl(nginx.url("/" + SECRET), body=b"{}")[0] == 502
    nginx.stop()
    logs = {path.name: path.read_text() for path in nginx.folder.glob("*.log")}
    assert logs["verohook.log"].count("POST /webhooks/vero") == 5
    assert logs["verohook.log"].count(" 502 ") >= 1
    assert SECRET not in "".join(logs.values()) + nginx.err.text()


@pytest.fixture
def of_another_user(open_folder):
    """A daemon of a user who is not root, at a unix socket as the file wants it."""
    _, number = NginxWithItsUser.GROUP
    user = f"setpriv --reuid={number} --regid={number} --clear-groups"
    folder = open_folder / "daemon"
    daemon = Daemon(folder, {
        "http": {"listen": [f"unix:{folder}/web.sock"]}, "auth": {"secrets": [SECRET]}},
        prefix=["bash", "-c", f'shift; exec {user} {open_folder}/verohook "$@"', "bash"])
    os.chown(folder, number, number)
    yield daemon.start()
    daemon.close()


def test_its_workers_may_connect_as_members_of_the_group(of_another_user, open_folder):
    daemon = of_another_user
    (open_folder / "nginx").mkdir()
    nginx = NginxWithItsUser(open_folder / "nginx", daemon.address).start()
    mode = os.stat(daemon.address[5:]).st_mode & 0o777
    try:
        os.chmod(daemon.address[5:], 0o600)
        assert curl(nginx.url("/" + SECRET), body=opened(0))[0] == 502, "it needs the group"
        os.chmod(daemon.address[5:], mode)
        for number in range(20):
            assert curl(nginx.url("/" + SECRET), body=opened(number))[0] == 200
        children = pathlib.Path(f"/proc/{nginx.process.pid}/task/{nginx.process.pid}/children")
        assert {os.stat(f"/proc/{worker}").st_uid for worker in children.read_text().split()} == {
            pwd.getpwnam("www-data").pw_uid}
    finally:
        nginx.stop()
    assert len(daemon.tail()) == 20


def statuses(proxy, count):
    """Of so many requests on one connection, sent at once."""
    with proxy.connect() as client:
        one = f"GET {PATH} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
        client.sendall(one * (count - 1) + one[:-2] + b"Connection: close\r\n\r\n")
        said = b""
        while piece := client.recv(1 << 20):
            said += piece
    return re.findall(rb"^HTTP/1\.1 (\d+)", said, re.MULTILINE)


def test_its_limit_is_for_floods_alone(make_daemon, make_nginx):
    """As shipped: 20,000 at once, and 2,000 a second. Nobody is behind it, so it is quick."""
    daemon = make_daemon().start()
    nginx = make_nginx(daemon)
    daemon.stop()
    passed = 0
    while True:
        found = statuses(nginx, 500)
        assert set(found) <= {b"502", b"429"} and len(found) == 500
        passed += found.count(b"502")
        if b"429" in found:
            break
        assert passed < 500_000, "it refuses nobody"
    assert passed >= 20_000

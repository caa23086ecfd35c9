"""The parts of config/nginx.conf that the README tells to copy, in an nginx of somebody else."""

import json
import re

import pytest

from harness import PATH, SOURCE, curl, opened

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
